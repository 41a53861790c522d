//! Pages of a list by cursors, as the GraphQL Cursor Connections specification defines `first`, `after`, `last`, `before`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use openapi_client_description::JsonValue;
use openapi_client_runtime::__private::PageNames;

use crate::engine::random::random_number;
use crate::engine::store::StoredResource;

/// The number of items on a page if the request does not state it.
pub(crate) const DEFAULT_PAGE_SIZE: usize = 20;

/// The parameters of pages.
pub(crate) const NAMES: PageNames = PageNames::DEFAULT;

/// A page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) resources: Vec<StoredResource>,
    pub(crate) info: JsonValue,
}

/// The parameter whose cursor is not a cursor of this list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct InvalidCursor(pub(crate) String);

/// The page that the arguments request. `list` identifies the list: cursors of other lists are rejected.
pub(crate) fn paginate(
    mut resources: Vec<StoredResource>,
    list: &str,
    arguments: &JsonValue,
) -> Result<Page, InvalidCursor> {
    let cursor = |name: &'static str| {
        let given = arguments.get(name).and_then(JsonValue::as_str);
        given.map(|text| decode_cursor(text, list).ok_or_else(|| InvalidCursor(name.to_owned()))).transpose()
    };
    let count = |name: &str| arguments.get(name).and_then(|number| number.as_number::<usize>());
    let (after, before) = (cursor(NAMES.after)?, cursor(NAMES.before)?);
    let total = resources.len();
    if let Some(after) = after {
        resources.retain(|resource| resource.sequence < after);
    }
    let skipped = total - resources.len();
    if let Some(before) = before {
        resources.retain(|resource| resource.sequence > before);
    }
    let (mut has_previous, mut has_next) = (skipped > 0, total > skipped + resources.len());
    let (first, last) = (count(NAMES.first), count(NAMES.last));
    let first = first.or_else(|| last.is_none().then_some(DEFAULT_PAGE_SIZE));
    if let Some(first) = first.filter(|first| *first < resources.len()) {
        resources.truncate(first);
        has_next = true;
    }
    if let Some(last) = last.filter(|last| *last < resources.len()) {
        resources.drain(..resources.len() - last);
        has_previous = true;
    }
    let cursor = |resource: Option<&StoredResource>| {
        resource.map_or(JsonValue::Null, |resource| JsonValue::string(encode_cursor(resource.sequence, list)))
    };
    let info = [
        ("start_cursor", cursor(resources.first())),
        ("end_cursor", cursor(resources.last())),
        ("has_next_page", JsonValue::Bool(has_next)),
        ("has_previous_page", JsonValue::Bool(has_previous)),
    ];
    let info = info.map(|(name, value)| (name.to_owned(), value)).to_vec();
    Ok(Page { resources, info: JsonValue::Object(info) })
}

fn fingerprint(list: &str) -> u64 {
    random_number(0, list) >> 32
}

fn encode_cursor(sequence: i64, list: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{:08x}:{sequence}", fingerprint(list)))
}

fn decode_cursor(cursor: &str, list: &str) -> Option<i64> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (list_fingerprint, sequence) = text.split_once(':')?;
    (list_fingerprint == format!("{:08x}", fingerprint(list))).then(|| sequence.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::store::Visibility;

    fn resources(count: i64) -> Vec<StoredResource> {
        (0..count)
            .map(|index| StoredResource {
                id: index.to_string(),
                value: JsonValue::Null,
                sent: JsonValue::Null,
                sequence: count - index,
                visibility: Visibility::Everywhere,
            })
            .collect()
    }

    fn page(arguments: &str) -> (Vec<String>, JsonValue) {
        let page = paginate(resources(5), "/things", &JsonValue::parse(arguments).unwrap()).unwrap();
        (page.resources.into_iter().map(|resource| resource.id).collect(), page.info)
    }

    fn flags(info: &JsonValue) -> (bool, bool) {
        let flag = |name: &str| info.get(name).is_some_and(JsonValue::is_true);
        (flag("has_previous_page"), flag("has_next_page"))
    }

    #[test]
    fn cursors_lead_forward_and_backward() {
        let (ids, info) = page(r#"{"first":2}"#);
        assert_eq!((ids, flags(&info)), (vec!["0".to_owned(), "1".to_owned()], (false, true)));
        let end = info.get("end_cursor").unwrap();
        let (ids, info) = page(&format!(r#"{{"first":2,"after":{end}}}"#));
        assert_eq!((ids, flags(&info)), (vec!["2".to_owned(), "3".to_owned()], (true, true)));
        let (end, start) = (info.get("end_cursor").unwrap(), info.get("start_cursor").unwrap());
        let (ids, info) = page(&format!(r#"{{"after":{end}}}"#));
        assert_eq!((ids, flags(&info)), (vec!["4".to_owned()], (true, false)));
        let (ids, info) = page(&format!(r#"{{"last":1,"before":{start}}}"#));
        assert_eq!((ids, flags(&info)), (vec!["1".to_owned()], (true, true)));
        let (ids, info) = page(r#"{"last":2}"#);
        assert_eq!((ids, flags(&info)), (vec!["3".to_owned(), "4".to_owned()], (true, false)));
        let (ids, info) = page(r#"{"first":0}"#);
        assert!(ids.is_empty() && info.get("end_cursor") == Some(&JsonValue::Null));
        assert_eq!(flags(&info), (false, true));
    }

    #[test]
    fn cursors_of_other_lists_are_rejected() {
        let other = encode_cursor(3, "/others");
        for (text, name) in
            [(format!(r#"{{"after":"{other}"}}"#), "after"), (r#"{"before":"x"}"#.to_owned(), "before")]
        {
            let error = paginate(resources(5), "/things", &JsonValue::parse(&text).unwrap()).unwrap_err();
            assert_eq!(error, InvalidCursor(name.to_owned()));
        }
    }
}
