//! Lists as CSV (RFC 4180).
//!
//! Properties of objects within items are columns of their own, such as `plan.initial_price`; lists are JSON. All items are
//! needed for the columns, so nothing is printed before the last page.
//!
//! Values are not changed. A spreadsheet may execute a text that begins with `=`, `+`, `-` or `@` as a formula: import such
//! files with all columns as text if the texts are from people that you do not trust.

use std::{borrow::Cow, collections::BTreeMap};

use openapi_client_description::JsonValue;

use super::cell::{flatten_object, select_path};
use crate::error::{CliError, Exit};

/// The levels of objects that become columns; what is deeper is JSON.
const MAX_DEPTH: usize = 8;

/// The header and a record for each item. Without `columns`, these are all properties in the order of their first appearance.
pub(super) fn render_csv(columns: &[String], items: &[JsonValue]) -> Result<String, CliError> {
    let flat: Vec<BTreeMap<Cow<'_, str>, &JsonValue>> =
        items.iter().map(|item| flatten_item(item).into_iter().collect()).collect();
    let mut paths: Vec<Cow<'_, str>> = columns.iter().map(|path| Cow::Borrowed(path.as_str())).collect();
    if paths.is_empty() {
        let mut known = std::collections::BTreeSet::new();
        for (path, _) in items.iter().flat_map(flatten_item) {
            if known.insert(path.clone()) {
                paths.push(path);
            }
        }
    }
    if paths.is_empty() {
        return Ok(String::new());
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |record: Vec<Cow<'_, str>>| {
        writer.write_record(record.iter().map(|field| field.as_bytes())).map_err(|error| csv_error(&error))
    };
    write(paths.clone())?;
    for (item, flat) in items.iter().zip(&flat) {
        let find = |path: &Cow<'_, str>| flat.get(path).copied().or_else(|| select_path(item, path));
        write(paths.iter().map(|path| find(path).map(render_field).unwrap_or_default()).collect())?;
    }
    let bytes = writer.into_inner().map_err(|error| csv_error(error.error()))?;
    String::from_utf8(bytes).map_err(|error| csv_error(&error))
}

fn flatten_item(item: &JsonValue) -> Vec<(Cow<'_, str>, &JsonValue)> {
    match item {
        JsonValue::Object(_) => flatten_object(item, MAX_DEPTH, &|_| false),
        _ => vec![(Cow::Borrowed("value"), item)],
    }
}

fn render_field(value: &JsonValue) -> Cow<'_, str> {
    match value {
        JsonValue::Null => Cow::Borrowed(""),
        JsonValue::String(text) => Cow::Borrowed(text),
        _ => Cow::Owned(value.to_string()),
    }
}

fn csv_error(error: &dyn std::error::Error) -> CliError {
    CliError::new(Exit::Io, format!("cannot write CSV: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_columns_and_lists_are_json() {
        let items = JsonValue::parse(
            r#"[{"id":"a","plan":{"price":12.30,"tax":{"rate":0.10}},"tags":["x","y"]},
                {"id":"b, \"c\"\n","note":"=1+1","plan":{"price":null}},{"id":null,"empty":{}}]"#,
        )
        .unwrap();
        assert_eq!(
            render_csv(&[], items.items()).unwrap(),
            "id,plan.price,plan.tax.rate,tags,note,empty\n\
             a,12.30,0.10,\"[\"\"x\"\",\"\"y\"\"]\",,\n\
             \"b, \"\"c\"\"\n\",,,,=1+1,\n\
             ,,,,,{}\n"
        );
        let columns = ["plan.price", "missing", "tags.1", "plan"].map(str::to_owned);
        assert_eq!(
            render_csv(&columns, items.items()).unwrap(),
            "plan.price,missing,tags.1,plan\n\
             12.30,,y,\"{\"\"price\"\":12.30,\"\"tax\"\":{\"\"rate\"\":0.10}}\"\n\
             ,,,\"{\"\"price\"\":null}\"\n\
             ,,,\n"
        );
        assert_eq!(render_csv(&[], JsonValue::parse("[1,\"a\"]").unwrap().items()).unwrap(), "value\n1\na\n");
        assert_eq!(render_csv(&[], &[]).unwrap(), "");
        assert_eq!(render_csv(&columns, &[]).unwrap(), "plan.price,missing,tags.1,plan\n");
    }
}
