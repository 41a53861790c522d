//! Figures for people: aligned columns, with their units.

use openapi_client_generator::terminal::print_line;
use serde::{Deserialize, Serialize};

use super::figure::{Cell, Figure, Spread, Who};

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Unit {
    /// A number as it is, with a digit after the point if it is small.
    Number,
    /// In thousands, with a `k`.
    Thousands,
    /// Microseconds.
    Micros,
    /// Milliseconds.
    Millis,
    /// Seconds.
    Seconds,
    /// Bytes, shown in thousands.
    Kilobytes,
    /// Bytes, shown in millions.
    Megabytes,
    /// One figure over another.
    Ratio,
}

impl Unit {
    /// The figure as text, `-` for none.
    pub(super) fn show(self, figure: Option<f64>) -> String {
        let Some(figure) = figure else { return "-".to_owned() };
        match self {
            Self::Number if figure.abs() < 10.0 => format!("{figure:.1}"),
            Self::Number => format!("{figure:.0}"),
            Self::Thousands => format!("{:.1} k", figure / 1e3),
            Self::Micros => format!("{figure:.1} µs"),
            Self::Millis => format!("{figure:.1} ms"),
            Self::Seconds if figure.abs() < 10.0 => format!("{figure:.2} s"),
            Self::Seconds => format!("{figure:.0} s"),
            Self::Kilobytes => format!("{:.0} kB", figure / 1e3),
            Self::Megabytes => format!("{:.1} MB", figure / 1e6),
            Self::Ratio => format!("{figure:.3}"),
        }
    }
}

/// A whole number in groups of three digits.
pub(super) fn group_digits(number: u64, between: char) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(between);
        }
        text.push(digit);
    }
    text
}

/// Prints a table of figures: each with its range, those beside what is written by hand with their ratio. Lines below say which
/// figures say nothing, and why.
pub(super) fn render_figures(title: &str, figures: &[Figure]) {
    let shown = [Who::Ours, Who::Hand, Who::Peer, Who::Generator];
    let used: Vec<Who> =
        shown.into_iter().filter(|who| figures.iter().any(|figure| figure.cells.contains_key(who))).collect();
    let hand = used.contains(&Who::Hand);
    let mut head = vec![title.to_owned()];
    for who in &used {
        head.push(column_title(*who).to_owned());
        if hand && *who != Who::Hand {
            head.push("/ hand".to_owned());
        }
    }
    let rows = figures.iter().map(|figure| {
        let mark = if figure.doubt.is_some() { " (?)" } else { "" };
        let mut cells = vec![format!("{}{mark}", figure.what)];
        for who in &used {
            cells.push(
                figure.cells.get(who).map_or_else(|| "-".to_owned(), |cell| show_cell(figure.unit, cell)),
            );
            if hand && *who != Who::Hand {
                let ratio = figure.ratio(*who, Who::Hand).map(|ratio| ratio.median);
                cells.push(Unit::Ratio.show(ratio));
            }
        }
        cells
    });
    let rows: Vec<_> = rows.collect();
    for line in align_lines(&head, &rows) {
        print_line(&line);
    }
    for figure in figures {
        if let Some(doubt) = &figure.doubt {
            let rest = if figure.is_alone() {
                "so it is not written into the README"
            } else {
                "so only the ratios of contenders, which took turns, say something"
            };
            print_line(&format!("(?) {}: {doubt}, {rest}", figure.what));
        }
    }
}

fn column_title(who: Who) -> &'static str {
    match who {
        Who::Ours => "whop",
        Who::Hand => "by hand",
        Who::Peer => "whop_sdk",
        Who::Generator => "another generator",
    }
}

/// The median, and the range if there is one.
fn show_cell(unit: Unit, cell: &Cell) -> String {
    let Spread { low, median, high, .. } = cell.spread;
    let [low, median, high] = [low, median, high].map(|figure| unit.show(Some(figure)));
    let range = if low == high { String::new() } else { format!(" ({low} to {high})") };
    let name = cell.name.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
    format!("{median}{range}{name}")
}

/// The lines of a table: words to the left, figures to the right.
fn align_lines(head: &[String], rows: &[Vec<String>]) -> Vec<String> {
    let all = || std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
    let width =
        |column: usize| all().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let line = |row: &[String]| {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let width = width(column).unwrap_or(0);
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_their_units() {
        for (unit, figure, text) in [
            (Unit::Number, 2.04, "2.0"),
            (Unit::Number, 361.7, "362"),
            (Unit::Thousands, 5_920_400.0, "5920.4 k"),
            (Unit::Micros, 61.25, "61.2 µs"),
            (Unit::Millis, 4.56, "4.6 ms"),
            (Unit::Seconds, 4.56, "4.56 s"),
            (Unit::Seconds, 134.2, "134 s"),
            (Unit::Kilobytes, 106_100.0, "106 kB"),
            (Unit::Megabytes, 613_400_000.0, "613.4 MB"),
            (Unit::Ratio, 1.0497, "1.050"),
        ] {
            assert_eq!(unit.show(Some(figure)), text);
        }
        assert_eq!(Unit::Ratio.show(None), "-");
    }

    #[test]
    fn digits_stand_in_groups() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1_000"), (12_345_678, "12_345_678")] {
            assert_eq!(group_digits(number, '_'), text);
        }
    }

    #[test]
    fn a_range_stands_beside_its_median() {
        let figure = |runs: &[f64]| {
            let figure = Figure::time("x", Unit::Seconds).with(Who::Ours, runs.iter().copied());
            figure.cells.get(&Who::Ours).map(|cell| show_cell(Unit::Seconds, cell)).unwrap_or_default()
        };
        assert_eq!(figure(&[1.0, 3.0, 2.0]), "2.00 s (1.00 s to 3.00 s)");
        assert_eq!(figure(&[2.0]), "2.00 s");
    }

    #[test]
    fn columns_are_aligned() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let lines = align_lines(&row(["what", "µs"]), &[row(["list", "610.0"]), row(["a", "-"])]);
        assert_eq!(lines, ["what     µs", "list  610.0", "a         -"]);
    }
}
