//! Figures for people: aligned columns, with their units.

use openapi_client_generator::terminal::print_line;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A number as it is, with a digit after the point if it is small.
    Number,
    /// In thousands, with a `k`.
    Thousands,
    /// Microseconds.
    Micros,
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
            Self::Seconds if figure.abs() < 10.0 => format!("{figure:.2} s"),
            Self::Seconds => format!("{figure:.0} s"),
            Self::Kilobytes => format!("{:.0} kB", figure / 1e3),
            Self::Megabytes => format!("{:.1} MB", figure / 1e6),
            Self::Ratio => format!("{figure:.3}"),
        }
    }
}

/// The titles of columns.
pub(super) fn render_head(titles: &[&str]) -> Vec<String> {
    titles.iter().map(|title| (*title).to_owned()).collect()
}

/// Prints a table.
pub(super) fn render_rows(head: &[String], rows: &[Vec<String>]) {
    for line in align_lines(head, rows) {
        print_line(&line);
    }
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
    fn columns_are_aligned() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let lines = align_lines(&row(["what", "µs"]), &[row(["list", "610.0"]), row(["a", "-"])]);
        assert_eq!(lines, ["what     µs", "list  610.0", "a         -"]);
    }
}
