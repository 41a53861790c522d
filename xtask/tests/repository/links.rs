//! Every link in a Markdown file to a file of this repository leads somewhere, its heading included.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{assert_none, collect_markdown, root};

/// The address of the repository's files, which texts that are also shown elsewhere use.
const PUBLISHED: [&str; 2] =
    ["https://github.com/whop-rs/whop-rs/blob/main/", "https://github.com/whop-rs/whop-rs/tree/main/"];

#[test]
fn links_in_markdown_lead_somewhere() {
    let root = root().canonicalize().unwrap();
    let mut files = Vec::new();
    collect_markdown(&root, &mut files);
    assert!(files.iter().any(|file| file.ends_with("docs/webhooks.md")), "the files were found");
    let mut problems = Vec::new();
    let mut checked = 0;
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        for link in links_of(&text) {
            let Some(target) = local_target(&root, file, &link) else { continue };
            checked += 1;
            if let Err(reason) = check_target(&target) {
                let file = file.strip_prefix(&root).unwrap().display();
                problems.push(format!("{file}: `{link}` {reason}"));
            }
        }
    }
    assert_none(&problems);
    assert!(checked > 20, "only {checked} links were found");
}

/// A file of the repository, and the heading in it.
struct Target {
    path: PathBuf,
    heading: Option<String>,
}

fn links_of(text: &str) -> Vec<String> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES);
    let links = events.filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    });
    links.collect()
}

/// The target of a link in a file, if it is in this repository. A link to a Rust item is checked by rustdoc.
fn local_target(root: &Path, file: &Path, link: &str) -> Option<Target> {
    let (path, heading) = link.split_once('#').map_or((link, None), |(path, heading)| (path, Some(heading)));
    let path = if let Some(path) = PUBLISHED.iter().find_map(|address| path.strip_prefix(address)) {
        root.join(path)
    } else if path.contains("://") || path.starts_with("mailto:") || path.contains("::") {
        return None;
    } else if path.is_empty() {
        file.to_owned()
    } else {
        file.parent()?.join(path)
    };
    Some(Target { path, heading: heading.map(str::to_owned) })
}

fn check_target(target: &Target) -> Result<(), String> {
    if !target.path.exists() {
        return Err("leads to no file".to_owned());
    }
    let Some(heading) = &target.heading else { return Ok(()) };
    let text = fs::read_to_string(&target.path).map_err(|error| format!("cannot be read: {error}"))?;
    let is_line = heading.strip_prefix('L').is_some_and(|line| line.parse::<usize>().is_ok());
    if is_line || headings_of(&text).contains(heading) {
        return Ok(());
    }
    Err("leads to no heading of the file".to_owned())
}

/// The anchors of a document's headings, as GitHub makes them.
fn headings_of(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => heading.iter_mut().for_each(|all| all.push_str(&text)),
            Event::End(TagEnd::Heading(_)) => {
                let anchor: String = heading.take().unwrap_or_default().to_lowercase();
                let anchor = anchor.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
                let anchor: String = anchor.map(|c| if c == ' ' { '-' } else { c }).collect();
                let again = (1..).map(|count| format!("{anchor}-{count}"));
                let free = std::iter::once(anchor.clone()).chain(again).find(|one| !anchors.contains(one));
                anchors.extend(free);
            }
            _ => {}
        }
    }
    anchors
}

#[test]
fn a_missing_file_and_a_missing_heading_are_found() {
    let folder = root().join("docs");
    let file = folder.join("webhooks.md");
    let check = |link: &str| local_target(&root(), &file, link).map(|target| check_target(&target).is_ok());
    assert_eq!(check("failures.md"), Some(true));
    assert_eq!(check("no-such-file.md"), Some(false));
    assert_eq!(check("failures.md#no-such-heading"), Some(false));
    assert_eq!(check(&format!("{}docs/no-such-file.md", PUBLISHED[0])), Some(false));
    assert_eq!(check("https://example.com/"), None);
    let anchors = headings_of("# `Client` and you\n\n## A, b & c\n\n## A, b & c\n");
    let expected = ["a-b--c", "a-b--c-1", "client-and-you"];
    assert_eq!(anchors, expected.map(str::to_owned).into());
}
