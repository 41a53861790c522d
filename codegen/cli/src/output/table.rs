//! Tables for people: the columns that fit the terminal, one line for each item.

use std::collections::BTreeSet;

use openapi_client_description::JsonValue;

use super::{
    cell::{flatten_object, is_amount_text, is_measure, is_scalar, render_cell, select_path},
    escape::escape_line,
    style::{Painter, Role},
    text_width::{measure_width, pad, shorten},
};

/// The widest column that is not the first, unless the person chose it: long texts would leave no space for others.
const MAX_COLUMN: usize = 40;

/// The narrowest column that was chosen by the person.
const MIN_COLUMN: usize = 4;

/// The width for which columns are chosen without a terminal.
const DEFAULT_WIDTH: usize = 120;

/// How many levels of objects are rows of their own when one object is shown.
const MAX_DEPTH: usize = 2;

const GAP: &str = "  ";

/// What a table shows.
#[derive(Clone)]
pub(super) struct TableSettings {
    /// The columns that the person chose; empty if the table chooses.
    pub(super) columns: Vec<String>,
    /// The columns that come first where items have them.
    pub(super) preferred: &'static [&'static str],
    /// The properties that are not columns unless they are chosen, such as secrets.
    pub(super) hidden: BTreeSet<String>,
    /// The width of the terminal; without one, what the person chose is not cut.
    pub(super) width: Option<usize>,
    pub(super) painter: Painter,
}

struct Column {
    path: String,
    width: usize,
    is_right_aligned: bool,
}

/// The columns of a table, fixed after the first items, so that later ones can be printed as they arrive.
pub(super) struct Layout {
    columns: Vec<Column>,
    is_cut: bool,
    preferred: &'static [&'static str],
    painter: Painter,
}

impl Layout {
    /// Chooses the columns for these items.
    pub(super) fn choose(settings: &TableSettings, items: &[JsonValue]) -> Self {
        let is_chosen = !settings.columns.is_empty();
        let preferred = settings.preferred;
        let paths = if is_chosen { settings.columns.clone() } else { list_columns(settings, items) };
        let columns = paths.into_iter().map(|path| measure_column(path, items, preferred));
        let mut columns: Vec<Column> = columns.collect();
        if !is_chosen {
            keep_fitting_columns(&mut columns, settings.width.unwrap_or(DEFAULT_WIDTH));
        } else if let Some(width) = settings.width {
            shrink_columns(&mut columns, width);
        }
        let is_cut = settings.width.is_some() || !is_chosen;
        Self { columns, is_cut, preferred, painter: settings.painter }
    }

    /// The line with the names of the columns.
    pub(super) fn render_header(&self) -> String {
        let names = self.columns.iter().map(|column| escape_line(&column.path).into_owned());
        self.render_line(names, Some(Role::Heading))
    }

    /// The line of an item.
    pub(super) fn render_row(&self, item: &JsonValue) -> String {
        self.render_line(
            self.columns.iter().map(|column| cell_text(item, &column.path, self.preferred)),
            None,
        )
    }

    fn render_line(&self, texts: impl Iterator<Item = String>, role: Option<Role>) -> String {
        let mut line = String::new();
        for (index, (column, text)) in self.columns.iter().zip(texts).enumerate() {
            let text = if self.is_cut { shorten(&text, column.width) } else { text };
            let is_last = index + 1 == self.columns.len() && !column.is_right_aligned;
            let padded = if is_last { text } else { pad(&text, column.width, column.is_right_aligned) };
            if index > 0 {
                line.push_str(GAP);
            }
            line.push_str(&role.map_or(padded.clone(), |role| self.painter.paint(role, &padded)));
        }
        line.truncate(line.trim_end_matches(' ').len());
        line.push('\n');
        line
    }
}

/// The text of a column; items without properties have the one column `value`.
fn cell_text(item: &JsonValue, path: &str, preferred: &[&str]) -> String {
    if is_single_column(item, path) {
        return render_cell(item, preferred);
    }
    select_path(item, path).map(|value| render_cell(value, preferred)).unwrap_or_default()
}

const SINGLE_COLUMN: &str = "value";

fn is_single_column(item: &JsonValue, path: &str) -> bool {
    path == SINGLE_COLUMN && item.properties().is_empty()
}

/// The preferred columns that items have, then the other properties with scalar values or amounts in document order. Columns in which no
/// item has a value are left out.
fn list_columns(settings: &TableSettings, items: &[JsonValue]) -> Vec<String> {
    let preferred = settings.preferred;
    let has_value = |path: &str| {
        items.iter().filter_map(|item| select_path(item, path)).any(|value| *value != JsonValue::Null)
    };
    let mut paths: Vec<String> = Vec::new();
    let mut seen: BTreeSet<&str> = settings.hidden.iter().map(String::as_str).collect();
    let is_shown = |value: &JsonValue| is_scalar(value) || is_measure(value, preferred);
    for path in preferred.iter().copied().filter(|path| has_value(path)) {
        if seen.insert(path) {
            paths.push(path.to_owned());
        }
    }
    for (name, _) in items.iter().flat_map(JsonValue::properties) {
        let mut values = items.iter().filter_map(|item| item.get(name));
        if seen.insert(name) && values.all(is_shown) && has_value(name) {
            paths.push(name.clone());
        }
    }
    if paths.is_empty() {
        // Nothing is scalar: show the properties as JSON, rather than nothing.
        paths.extend(items.iter().flat_map(JsonValue::properties).map(|(name, _)| name.clone()).take(1));
    }
    if items.iter().any(|item| is_single_column(item, SINGLE_COLUMN))
        && !paths.iter().any(|path| path == SINGLE_COLUMN)
    {
        paths.push(SINGLE_COLUMN.to_owned());
    }
    paths
}

fn measure_column(path: String, items: &[JsonValue], preferred: &[&str]) -> Column {
    let cells: Vec<String> = items.iter().map(|item| cell_text(item, &path, preferred)).collect();
    let width = cells.iter().map(|cell| measure_width(cell)).max().unwrap_or(0);
    let mut filled = cells.iter().filter(|cell| !cell.is_empty()).peekable();
    let is_right_aligned = filled.peek().is_some() && filled.all(|cell| is_amount_text(cell));
    Column { width: width.max(measure_width(&escape_line(&path))), is_right_aligned, path }
}

fn total_width(columns: &[Column]) -> usize {
    let gaps = columns.len().saturating_sub(1) * GAP.len();
    columns.iter().map(|column| column.width).sum::<usize>() + gaps
}

/// Makes the widest columns narrower until the table fits, as long as they keep some width.
fn shrink_columns(columns: &mut [Column], width: usize) {
    let excess = total_width(columns).saturating_sub(width);
    for _ in 0..excess {
        match columns.iter_mut().max_by_key(|column| column.width) {
            Some(widest) if widest.width > MIN_COLUMN => widest.width -= 1,
            _ => break,
        }
    }
}

/// Keeps the columns that fit from the left. The first is cut only if it alone is too wide: it has the id.
fn keep_fitting_columns(columns: &mut Vec<Column>, width: usize) {
    let natural: Vec<usize> = columns.iter().map(|column| column.width).collect();
    for (index, column) in columns.iter_mut().enumerate() {
        column.width = column.width.min(if index == 0 { width } else { MAX_COLUMN });
    }
    let mut kept: Vec<Column> = Vec::new();
    let mut widths = Vec::new();
    for (column, natural) in columns.drain(..).zip(natural) {
        let gap = if kept.is_empty() { 0 } else { GAP.len() };
        if total_width(&kept) + gap + column.width <= width {
            kept.push(column);
            widths.push(natural);
        }
    }
    // What is left is for the columns that were cut.
    let mut left = width.saturating_sub(total_width(&kept));
    for (column, natural) in kept.iter_mut().zip(widths) {
        let added = (natural - column.width).min(left);
        column.width += added;
        left -= added;
    }
    *columns = kept;
}

/// One object as rows of path and value, the preferred ones first. Scalar values are not cut: links and ids are for copying.
pub(super) fn render_object(settings: &TableSettings, object: &JsonValue) -> String {
    let rows: Vec<(String, &JsonValue)> = if settings.columns.is_empty() {
        let mut rows = flatten_object(object, MAX_DEPTH, &|value| is_measure(value, settings.preferred));
        let rank =
            |path: &str| settings.preferred.iter().position(|name| *name == path).unwrap_or(usize::MAX);
        rows.sort_by_key(|(path, _)| rank(path));
        rows.into_iter().map(|(path, value)| (path.into_owned(), value)).collect()
    } else {
        let value = |path: &String| select_path(object, path).unwrap_or(&JsonValue::Null);
        settings.columns.iter().map(|path| (path.clone(), value(path))).collect()
    };
    let rows: Vec<_> = rows.iter().map(|(path, value)| (escape_line(path), *value)).collect();
    let names = rows.iter().map(|(path, _)| measure_width(path)).max().unwrap_or(0);
    let mut text = String::new();
    for (path, value) in rows {
        let is_summary = !settings.columns.is_empty() || is_measure(value, settings.preferred);
        let mut cell = render_cell(value, if is_summary { settings.preferred } else { &[] });
        if let Some(width) = settings.width.filter(|_| !is_scalar(value)) {
            cell = shorten(&cell, width.saturating_sub(names + GAP.len()).max(MIN_COLUMN));
        }
        let name = settings.painter.paint(Role::Heading, &path);
        let spaces = if cell.is_empty() { 0 } else { names - measure_width(&path) + GAP.len() };
        text.push_str(&name);
        text.extend(std::iter::repeat_n(' ', spaces));
        text.push_str(&cell);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        output::{ColorChoice, escape::is_control},
        test_io::TestIo,
    };

    fn any_item() -> impl Strategy<Value = JsonValue> {
        let text = "[a-c\u{1b}\r\n\t東é\u{301}👩\u{202e} ]{0,60}";
        let value = prop_oneof![
            text.prop_map(JsonValue::String),
            any::<i32>().prop_map(JsonValue::number),
            Just(JsonValue::Null),
            Just(JsonValue::parse(r#"{"a":["\u001b",1]}"#).unwrap()),
        ];
        prop::collection::vec(("[a-e\u{9b}]{1,3}", value), 0..8).prop_map(|properties| {
            let mut item = JsonValue::empty_object();
            properties.into_iter().for_each(|(name, value)| item.set(&name, value));
            item
        })
    }

    proptest! {
        #[test]
        fn tables_fit_and_contain_no_controls(
            items in prop::collection::vec(any_item(), 1..6),
            width in 8_usize..120,
        ) {
            let painter = Painter::new(ColorChoice::Never, &TestIo::new().build().0, true);
            let settings = TableSettings { columns: Vec::new(), preferred: &["a", "b"], hidden: BTreeSet::new(), width: Some(width), painter };
            let layout = Layout::choose(&settings, &items);
            let mut text = layout.render_header();
            items.iter().for_each(|item| text.push_str(&layout.render_row(item)));
            prop_assert_eq!(text.lines().count(), items.len() + 1);
            for line in text.lines() {
                prop_assert!(measure_width(line) <= width, "{} > {}: {:?}", measure_width(line), width, line);
                prop_assert!(!line.contains(is_control), "{:?}", line);
            }
            for item in &items {
                prop_assert!(!render_object(&settings, item).contains(|c| is_control(c) && c != '\n'));
            }
        }
    }
}
