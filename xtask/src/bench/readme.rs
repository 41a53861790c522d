//! The table of figures in README.md, between two markers, from the figures that were kept.

use std::fs;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::terminal::print_line;
use serde::Deserialize;

use super::FILE;
use super::client;
use super::codegen;
use super::compile;
use super::table::Unit;
use crate::workspace::Workspace;

const README: &str = "README.md";
const BEGIN: &str = "<!-- figures: written by `cargo xtask bench --readme` -->";
const END: &str = "<!-- end of figures -->";

/// What the benches kept. One that did not run has no figures.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Kept {
    codegen: codegen::Figures,
    compile: compile::Figures,
    client: client::figures::All,
}

pub(super) fn write_readme(workspace: &Workspace) -> Result<(), Failure> {
    let path = workspace.path(FILE);
    let text = fs::read_to_string(&path).map_err(|error| Failure::io("read the figures", &path, &error))?;
    let kept: Kept = serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("error: {FILE} holds no figures of this version: {error}")))?;
    let path = workspace.path(README);
    let readme = fs::read_to_string(&path).map_err(|error| Failure::io("read", &path, &error))?;
    let Some(readme) = replace_figures(&readme, &render_figures(&kept)) else {
        return Err(Failure::new(format!("error: {README} has no line `{BEGIN}` with `{END}` below it")));
    };
    fs::write(&path, readme).map_err(|error| Failure::io("write", &path, &error))?;
    print_line(&format!("the figures stand in {README}"));
    Ok(())
}

/// The text with the table between the markers, if they are there.
fn replace_figures(readme: &str, table: &str) -> Option<String> {
    let (before, rest) = readme.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{table}\n{END}{after}"))
}

/// The table in markdown: what, ours, written by hand, the official crate.
fn render_figures(kept: &Kept) -> String {
    let mut rows = Vec::new();
    rows.extend(kept.compile.readme());
    rows.extend(client::figures::readme_rows(&kept.client));
    rows.extend(kept.codegen.readme());
    let mut text =
        "| | `whop` | written by hand | `whop_sdk` 1.1.5 | another generator |\n|---|--:|--:|--:|--:|\n"
            .to_owned();
    for Row { what, ours, hand, peer, generator } in rows {
        text.push_str(&format!("| {what} | {ours} | {hand} | {peer} | {generator} |\n"));
    }
    text
}

/// A row of the table; empty cells where there is nothing to compare with.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) what: String,
    pub(super) ours: String,
    pub(super) hand: String,
    pub(super) peer: String,
    pub(super) generator: String,
}

/// A figure for the table, nothing if there is none.
pub(super) fn render_cell(unit: Unit, figure: Option<f64>) -> String {
    figure.map(|figure| unit.show(Some(figure))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_table_stands_between_the_markers() {
        let readme = format!("# x\n{BEGIN}\nold\n{END}\nrest\n");
        assert_eq!(
            replace_figures(&readme, "| a |\n"),
            Some(format!("# x\n{BEGIN}\n\n| a |\n\n{END}\nrest\n"))
        );
        assert_eq!(replace_figures("# x\n", "| a |\n"), None);
        assert_eq!(replace_figures(&format!("{END}{BEGIN}"), ""), None);
    }

    #[test]
    fn figures_become_rows() {
        let measured = |name: &str, user: f64| json!({ "name": name, "wall": 1.0, "user": user, "peak_bytes": 600_000_000 });
        let whole = |name: &str, user: f64| json!({ "name": name, "took": measured(name, user), "rmeta": null, "operations": 226 });
        let call = json!({
            "instructions": 86_200.0, "cpu": 20.0, "cpu_ratio": 1.0, "allocations": 62.0, "bytes": 1.0, "held": 106_000.0,
        });
        let contender = json!({
            "list": call, "link": call, "build": call, "clone": call, "decode": 533.0, "decode_ratio": null,
            "decode_slice": null, "binary": 4_747_900.0,
        });
        let kept: Kept = serde_json::from_value(json!({
            "codegen": { "commands": [measured("xtask codegen", 0.26), measured("openapi-to-rust 0.23.0", 1.0)] },
            "compile": { "crates": [whole("whop, dev, all tags", 4.6), whole("oas3-gen 0.29.0, dev", 17.6)], "programs": [] },
            "client": { "whop": contender, "hand": contender },
        }))
        .unwrap_or_default();
        let table = render_figures(&kept);
        for row in [
            "| the whole crate compiled, without dependencies: CPU | 4.60 s |  |  | 18 s (oas3-gen 0.29.0) |",
            "| an account link created: instructions | 86.2 k | 86.2 k |  |  |",
            "| the program of one call, stripped | 4748 kB | 4748 kB |  |  |",
            "| the document turned into a crate: CPU | 0.26 s |  |  | 1.00 s (openapi-to-rust 0.23.0) |",
        ] {
            assert!(table.contains(row), "{row} is not in\n{table}");
        }
    }

    #[test]
    fn what_was_not_measured_has_no_row() {
        assert_eq!(render_figures(&Kept::default()).lines().count(), 2);
    }
}
