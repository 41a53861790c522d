//! The runtime, the mock and the inbox are documented for those who know them as part of a generated crate.

use crate::assert_none;
use crate::imports::read_crate;

/// The crates whose items generated crates re-export.
const REEXPORTED: [&str; 3] = ["codegen/runtime/src", "codegen/mock/src", "codegen/inbox/src"];

/// Examples are copied from a page of another crate, so they must not name this one: an import is hidden.
#[test]
fn examples_do_not_name_the_crates_behind_generated_code() {
    let mut problems = Vec::new();
    for file in REEXPORTED.iter().flat_map(|folder| read_crate(folder)) {
        let visible =
            visible_lines(&file.text).into_iter().filter(|(_, line)| line.contains("openapi_client_"));
        problems
            .extend(visible.map(|(number, line)| format!("{}:{number}: hide `{line}` with `# `", file.path)));
    }
    assert_none(&problems);
}

/// rustdoc knows the `cfg` of an item only in the crate of the item. For the pages of a generated crate it has to be repeated.
#[test]
fn items_of_a_feature_show_it() {
    let mut problems = Vec::new();
    for file in REEXPORTED.iter().flat_map(|folder| read_crate(folder)) {
        for (number, item) in find_gated_items(&file.text) {
            problems.push(format!(
                "{}:{number}: add `#[cfg_attr(openapi_client_docs, doc(cfg(feature = …)))]` to `{item}`",
                file.path
            ));
        }
    }
    assert_none(&problems);
}

/// The lines of code blocks in documentation that a reader sees, with their numbers.
fn visible_lines(text: &str) -> Vec<(usize, &str)> {
    let mut is_code = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let Some(doc) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            is_code = false;
            continue;
        };
        let doc = doc.trim_start();
        if doc.starts_with("```") {
            is_code = !is_code;
        } else if is_code && doc != "#" && !doc.starts_with("# ") {
            lines.push((index + 1, doc));
        }
    }
    lines
}

/// The public items behind a feature that do not show it, with the line of the feature.
fn find_gated_items(text: &str) -> Vec<(usize, &str)> {
    const ITEMS: [&str; 8] = [
        "pub fn ",
        "pub async fn ",
        "pub struct ",
        "pub enum ",
        "pub trait ",
        "pub type ",
        "pub const ",
        "pub mod ",
    ];
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_gate = |line: &str| {
        line.starts_with("#[cfg(") && line.contains("feature = ") && !line.contains("not(feature")
    };
    let gates = lines.iter().enumerate().filter(|(_, line)| is_gate(line));
    let gated = gates.filter_map(|(index, _)| {
        let rest = lines.get(index + 1..)?;
        let length = rest.iter().take_while(|line| line.starts_with("#[") || line.starts_with("//")).count();
        let item = rest.get(length)?;
        let attributes = rest.get(..length)?;
        let shows = attributes.iter().any(|line| line.contains("doc(cfg(") || line.contains("doc(hidden)"));
        let is_item = ITEMS.iter().any(|words| item.starts_with(words));
        (is_item && !shows).then_some((index + 1, *item))
    });
    gated.collect()
}

#[test]
fn visible_lines_and_gated_items_are_found() {
    let text = "//! ```\n//! # use a::b;\n//! b();\n//! ```\n//! Text.\n\n#[cfg(feature = \"x\")]\n/// It.\npub fn it() {}\n\
                #[cfg(feature = \"x\")]\n#[cfg_attr(openapi_client_docs, doc(cfg(feature = \"x\")))]\npub fn shown() {}\n";
    assert_eq!(visible_lines(text), [(3, "b();")]);
    assert_eq!(find_gated_items(text), [(7, "pub fn it() {}")]);
}
