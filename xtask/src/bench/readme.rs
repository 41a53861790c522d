//! The table of figures in README.md, between two markers, from the figures that were kept.

use std::collections::BTreeMap;
use std::fs;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::terminal::print_line;

use super::figure::{Cell, Figure, Spread, Who};
use super::{FILE, read_kept};
use crate::workspace::Workspace;

const README: &str = "README.md";
const BEGIN: &str = "<!-- figures: written by `cargo xtask bench --readme` -->";
const END: &str = "<!-- end of figures -->";

pub(super) fn write_readme(workspace: &Workspace) -> Result<(), Failure> {
    let path = workspace.path(FILE);
    let text = fs::read_to_string(&path).map_err(|error| Failure::io("read the figures", &path, &error))?;
    let figures = read_kept(&text).map_err(|missing| {
        let commands: Vec<String> = missing.iter().map(|part| format!("cargo xtask bench {part}")).collect();
        Failure::new(format!(
            "error: {FILE} does not have the figures of all parts with their peers, and rows would be lost in {README}; run {}",
            commands.join(", ")
        ))
    })?;
    let path = workspace.path(README);
    let readme = fs::read_to_string(&path).map_err(|error| Failure::io("read", &path, &error))?;
    let Some(readme) = replace_figures(&readme, &figures) else {
        return Err(Failure::new(format!("error: {README} has no line `{BEGIN}` with `{END}` below it")));
    };
    fs::write(&path, readme).map_err(|error| Failure::io("write", &path, &error))?;
    print_line(&format!("the figures stand in {README}"));
    Ok(())
}

/// The text with the table between the markers, if they are there.
fn replace_figures(readme: &str, figures: &[Figure]) -> Option<String> {
    let (before, rest) = readme.split_once(BEGIN)?;
    let (old, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{}\n{END}{after}", render_table(figures, &read_rows(old))))
}

/// The lines of a table, by what stands in their first cell.
fn read_rows(table: &str) -> BTreeMap<&str, &str> {
    let rows = table.lines().filter_map(|line| {
        let what = line.strip_prefix("| ")?.split(" |").next()?;
        Some((what, line))
    });
    rows.collect()
}

/// The table in Markdown. The times of others are multiples of ours, which repeat where seconds do not. A time that stands alone and
/// says nothing this time stays as it was.
fn render_table(figures: &[Figure], old: &BTreeMap<&str, &str>) -> String {
    let mut text =
        "| | `whop` | written by hand | `whop_sdk` 1.1.5 | another generator |\n|---|--:|--:|--:|--:|\n"
            .to_owned();
    for figure in figures.iter().filter(|figure| figure.in_readme && figure.cells.contains_key(&Who::Ours)) {
        if figure.is_alone() && figure.doubt.is_some() {
            if let Some(line) = old.get(figure.what.as_str()) {
                text.push_str(&format!("{line}\n"));
            }
            continue;
        }
        let cell =
            |who: Who| figure.cells.get(&who).map(|cell| render_cell(figure, who, cell)).unwrap_or_default();
        let [ours, hand, peer, generator] = [Who::Ours, Who::Hand, Who::Peer, Who::Generator].map(cell);
        text.push_str(&format!("| {} | {ours} | {hand} | {peer} | {generator} |\n", figure.what));
    }
    text
}

fn render_cell(figure: &Figure, who: Who, cell: &Cell) -> String {
    let name = cell.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
    let multiple = figure.ratio(who, Who::Ours).filter(|_| figure.is_time && who != Who::Ours);
    let shown = multiple.map_or_else(|| figure.unit.show(Some(cell.spread.median)), render_multiple);
    format!("{shown}{name}")
}

/// How many times ours it is; from what to what, if the rounds do not agree.
fn render_multiple(multiple: Spread) -> String {
    let Spread { low, median, high, .. } = multiple;
    if multiple.is_wide() { format!("{low:.1} to {high:.1} ×") } else { format!("{median:.2} ×") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::table::Unit;

    const HEAD: &str =
        "| | `whop` | written by hand | `whop_sdk` 1.1.5 | another generator |\n|---|--:|--:|--:|--:|\n";

    fn row(what: &str) -> Figure {
        Figure::time(what, Unit::Seconds).in_readme()
    }

    #[test]
    fn the_table_stands_between_the_markers() {
        let readme = format!("# x\n{BEGIN}\nold\n{END}\nrest\n");
        assert_eq!(replace_figures(&readme, &[]), Some(format!("# x\n{BEGIN}\n\n{HEAD}\n{END}\nrest\n")));
        assert_eq!(replace_figures("# x\n", &[]), None);
        assert_eq!(replace_figures(&format!("{END}{BEGIN}"), &[]), None);
    }

    #[test]
    fn figures_become_rows() {
        let mut compiled = row("compiled: CPU").with(Who::Ours, [4.6]);
        compiled.add(Who::Generator, Some("oas3-gen 0.29.0".to_owned()), [17.6]);
        let link = Figure::count("a link: instructions", Unit::Thousands).in_readme();
        let link = link.with(Who::Ours, [86_200.0]).with(Who::Hand, [85_100.0]);
        let printed = Figure::count("only printed", Unit::Number).with(Who::Ours, [1.0]);
        let theirs = row("theirs alone").with(Who::Peer, [1.0]);
        let table = render_table(&[compiled, link, printed, theirs], &BTreeMap::new());
        assert_eq!(
            table,
            format!(
                "{HEAD}| compiled: CPU | 4.60 s |  |  | 3.83 × (oas3-gen 0.29.0) |\n\
                 | a link: instructions | 86.2 k | 85.1 k |  |  |\n"
            )
        );
    }

    #[test]
    fn others_are_multiples_of_ours_or_a_range() {
        let mut figure = row("built: CPU").with(Who::Ours, [50.0, 80.0, 60.0]);
        figure = figure.with(Who::Hand, [60.0, 96.0, 72.0]).with(Who::Peer, [200.0, 400.0, 210.0]);
        figure.judge(Some("busy"));
        let table = render_table(&[figure], &BTreeMap::new());
        assert_eq!(table, format!("{HEAD}| built: CPU | 60 s | 1.20 × | 3.5 to 5.0 × |  |\n"));
    }

    #[test]
    fn a_row_that_says_nothing_stays_as_it_was() {
        let old = format!("# x\n{BEGIN}\n\n{HEAD}| old: CPU | 2.00 s |  |  |  |\n\n{END}\n");
        let doubted =
            |what: &str| Figure { doubt: Some("busy".to_owned()), ..row(what).with(Who::Ours, [9.0]) };
        assert_eq!(replace_figures(&old, &[doubted("old: CPU"), doubted("new: CPU")]), Some(old));
    }
}
