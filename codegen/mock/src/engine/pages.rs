//! A part of a list by cursors, as GraphQL's specification has them: `first`, `after`, `last`, `before`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::engine::chance;
use crate::engine::store::Thing;
use crate::engine::tree::Json;
use openapi_client_runtime::__private::PageNames;

/// How many items a page has that asks for no number.
const SIZE: usize = 20;

/// The parameters of a page.
pub(crate) const NAMES: PageNames = PageNames::DEFAULT;

/// A part of a list.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) things: Vec<Thing>,
    pub(crate) info: Json,
}

/// The cursor of a parameter that is none of this list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadCursor(pub(crate) &'static str);

/// The part of a list that the arguments ask for. `place` is where the list stands: a cursor of another is refused.
pub(crate) fn part(mut things: Vec<Thing>, place: &str, arguments: &Json) -> Result<Part, BadCursor> {
    let cursor = |name: &'static str| {
        let given = arguments.get(name).and_then(Json::as_str);
        given.map(|text| read(text, place).ok_or(BadCursor(name))).transpose()
    };
    let count = |name: &str| arguments.get(name).and_then(|number| number.as_number::<usize>());
    let (after, before) = (cursor(NAMES.after)?, cursor(NAMES.before)?);
    let all = things.len();
    if let Some(after) = after {
        things.retain(|thing| thing.sequence < after);
    }
    let skipped = all - things.len();
    if let Some(before) = before {
        things.retain(|thing| thing.sequence > before);
    }
    let (mut previous, mut next) = (skipped > 0, all > skipped + things.len());
    let (first, last) = (count(NAMES.first), count(NAMES.last));
    let first = first.or_else(|| last.is_none().then_some(SIZE));
    if let Some(first) = first.filter(|first| *first < things.len()) {
        things.truncate(first);
        next = true;
    }
    if let Some(last) = last.filter(|last| *last < things.len()) {
        things.drain(..things.len() - last);
        previous = true;
    }
    let at =
        |thing: Option<&Thing>| thing.map_or(Json::Null, |thing| Json::text(written(thing.sequence, place)));
    let info = vec![
        ("start_cursor".to_owned(), at(things.first())),
        ("end_cursor".to_owned(), at(things.last())),
        ("has_next_page".to_owned(), Json::Bool(next)),
        ("has_previous_page".to_owned(), Json::Bool(previous)),
    ];
    Ok(Part { things, info: Json::Object(info) })
}

fn mark(place: &str) -> u64 {
    chance::number(0, place) >> 32
}

fn written(sequence: i64, place: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{:08x}:{sequence}", mark(place)))
}

fn read(cursor: &str, place: &str) -> Option<i64> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (own, sequence) = text.split_once(':')?;
    (own == format!("{:08x}", mark(place))).then(|| sequence.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::store::Listing;

    fn things(count: i64) -> Vec<Thing> {
        (0..count)
            .map(|index| Thing {
                id: index.to_string(),
                value: Json::Null,
                said: Json::Null,
                sequence: count - index,
                listing: Listing::All,
            })
            .collect()
    }

    fn ask(arguments: &str) -> (Vec<String>, Json) {
        let part = part(things(5), "/things", &Json::parse(arguments).unwrap()).unwrap();
        (part.things.into_iter().map(|thing| thing.id).collect(), part.info)
    }

    fn flags(info: &Json) -> (bool, bool) {
        let flag = |name: &str| info.get(name).is_some_and(Json::is_true);
        (flag("has_previous_page"), flag("has_next_page"))
    }

    #[test]
    fn pages_lead_forward_and_back() {
        let (ids, info) = ask(r#"{"first":2}"#);
        assert_eq!((ids, flags(&info)), (vec!["0".to_owned(), "1".to_owned()], (false, true)));
        let end = info.get("end_cursor").unwrap();
        let (ids, info) = ask(&format!(r#"{{"first":2,"after":{end}}}"#));
        assert_eq!((ids, flags(&info)), (vec!["2".to_owned(), "3".to_owned()], (true, true)));
        let (end, start) = (info.get("end_cursor").unwrap(), info.get("start_cursor").unwrap());
        let (ids, info) = ask(&format!(r#"{{"after":{end}}}"#));
        assert_eq!((ids, flags(&info)), (vec!["4".to_owned()], (true, false)));
        let (ids, info) = ask(&format!(r#"{{"last":1,"before":{start}}}"#));
        assert_eq!((ids, flags(&info)), (vec!["1".to_owned()], (true, true)));
        let (ids, info) = ask(r#"{"last":2}"#);
        assert_eq!((ids, flags(&info)), (vec!["3".to_owned(), "4".to_owned()], (true, false)));
        let (ids, info) = ask(r#"{"first":0}"#);
        assert!(ids.is_empty() && info.get("end_cursor") == Some(&Json::Null));
        assert_eq!(flags(&info), (false, true));
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let other = written(3, "/others");
        for (text, name) in
            [(format!(r#"{{"after":"{other}"}}"#), "after"), (r#"{"before":"x"}"#.to_owned(), "before")]
        {
            let refused = part(things(5), "/things", &Json::parse(&text).unwrap()).unwrap_err();
            assert_eq!(refused, BadCursor(name));
        }
    }
}
