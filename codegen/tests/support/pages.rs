//! The pages of documentation that rustdoc wrote, as their readers see them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A page: its path below the folder of the crate, and its text without markup.
pub(crate) struct DocPage {
    pub(crate) path: String,
    html: String,
    pub(crate) text: String,
}

impl DocPage {
    /// Whether the page has an item with this id, such as `method.when`.
    pub(crate) fn has_item(&self, id: &str) -> bool {
        self.html.contains(&format!("id=\"{id}\""))
    }
}

/// All pages of a crate, without those that only lead to another one.
pub(crate) fn read_pages(crate_folder: &Path) -> Vec<DocPage> {
    let mut files = Vec::new();
    collect_files(crate_folder, &mut files);
    files.sort();
    let pages = files.iter().filter(|path| path.extension().is_some_and(|kind| kind == "html"));
    let pages = pages.filter_map(|path| {
        let html = fs::read_to_string(path).unwrap();
        let body = html.split_once("<body").map(|(_, body)| body.to_owned()).unwrap_or_default();
        let is_page = !html.contains("http-equiv=\"refresh\"") && !body.is_empty();
        let path = path.strip_prefix(crate_folder).unwrap().to_string_lossy().replace('\\', "/");
        is_page.then(|| DocPage { path, text: without_tags(&body), html })
    });
    pages.collect()
}

fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect_files(&path, files) } else { files.push(path) }
    }
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, behind)| behind));
    }
    text
}

/// The types that more than one page describes, by kind, name and text. A reader cannot tell which of them to use.
pub(crate) fn find_doubles(pages: &[DocPage]) -> Vec<String> {
    let mut found: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
    for page in pages {
        let name = page.path.rsplit('/').next().unwrap_or_default();
        let is_type = ["struct.", "enum.", "trait."].iter().any(|kind| name.starts_with(kind));
        // What is before the declaration is the path of the item; links differ by the depth of the page.
        let description = page.html.split_once("item-decl").map_or("", |(_, text)| text).replace("../", "");
        if is_type {
            found.entry((name, description)).or_default().push(&page.path);
        }
    }
    found.into_values().filter(|paths| paths.len() > 1).map(|paths| paths.join(", ")).collect()
}
