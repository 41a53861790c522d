//! `llms.txt`: what a crate is and where to read on, for language models.

use std::fmt::Write as _;

use super::{
    facts::GuideFacts,
    operations::{OperationLine, list_operations, name_risk},
    texts::plain_text,
};
use crate::{Description, Docs, Risk};

/// Writes the file.
#[must_use]
pub fn write_llms_txt(facts: &GuideFacts<'_>, (description, docs): (&Description, &Docs)) -> String {
    let title = plain_text(&docs.title, 100);
    let lines = list_operations(description, docs);
    let (package, program, library) = (facts.package, facts.program, facts.library);
    let mut text = format!(
        "# {package}\n\n> A Rust client for {title} with {} operations, its command line `{program}`, an MCP server and a mock server, \
         all made from the API's OpenAPI document.\n\n",
        lines.len()
    );
    let _ = write!(
        text,
        "- Every operation is `client.resource().operation()` with a setter for each parameter and field, then `.send().await`.\n\
         - `{library}::Client::from_env()` reads `{key}`. Amounts are `{library}::Decimal`, never floats.\n\
         - Lists: `.send()` returns a page, `.stream()` the items of all pages.\n\
         - Each resource is a feature of the crate; `mock` adds the mock server, `cli` the program.\n\
         - Agents run `{program} mcp` (Model Context Protocol) or `{program} --llms` (all commands on one page).\n\n## Documentation\n\n",
        key = facts.key_variable
    );
    for (name, url, about) in [
        ("Reference", facts.documentation, "every type and operation of the crate"),
        ("Repository", facts.repository, "README, guides and examples"),
    ] {
        if let Some(url) = url {
            let _ = writeln!(text, "- [{name}]({url}): {about}");
        }
    }
    text.push_str("- [Skill](SKILL.md): how to use the crate, the program and the mock\n");
    text.push_str(
        "\n## Operations\n\nBy resource, as methods of the crate. In parentheses: what they do besides reading; `pages` marks a list.\n\n",
    );
    let mut group: Vec<&OperationLine> = Vec::new();
    for line in &lines {
        if group.first().is_some_and(|first| first.module != line.module) {
            push_group(&mut text, &group);
            group.clear();
        }
        group.push(line);
    }
    push_group(&mut text, &group);
    text
}

fn push_group(text: &mut String, group: &[&OperationLine]) {
    let Some(first) = group.first() else { return };
    let methods = group.iter().map(|line| {
        let risk = (line.risk != Some(Risk::Read)).then(|| name_risk(line.risk));
        let pages = line.has_pages.then_some("pages");
        let marks: Vec<&str> = risk.into_iter().chain(pages).collect();
        if marks.is_empty() { line.method.clone() } else { format!("{} ({})", line.method, marks.join(", ")) }
    });
    let methods: Vec<String> = methods.collect();
    let _ = writeln!(text, "- `{}`: {}", first.module, methods.join(", "));
}
