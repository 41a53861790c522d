//! Cuts a value to a size without breaking it: lists between items, objects by leaving out named parts, texts between characters.

use openapi_client_description::{JsonValue, check::join_path};

/// The least number of bytes for which a part is cut instead of left out.
const WORTH_CUTTING: usize = 400;

/// The bytes that the report about one part takes.
pub(super) const REPORT_BYTES: usize = 200;

/// How many parts of an object are reported one by one; further ones are one part together.
const MAX_PARTS: usize = 4;

/// How many parts there may be before nothing more is cut within others.
const MAX_CUTS: usize = 8;

/// A value that fits, and what is missing in it.
#[derive(Debug)]
pub(super) struct Fitted {
    pub(super) value: JsonValue,
    pub(super) left_out: Vec<LeftOut>,
}

/// A part that does not fit.
#[derive(Debug, PartialEq)]
pub(super) struct LeftOut {
    /// Where it is in the value; empty for the value itself.
    pub(super) path: String,
    pub(super) what: Missing,
    /// The part itself: the further items, the further properties, the rest of a text, or the whole value.
    pub(super) rest: JsonValue,
}

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// The items after the first ones.
    Items(usize),
    /// Some properties of an object.
    Properties(usize),
    /// The rest of a text, in characters.
    Characters(usize),
    /// A property.
    Value,
}

impl Missing {
    pub(super) fn describe(self) -> String {
        match self {
            Self::Items(count) => format!("the next {count} items of the list"),
            Self::Properties(count) => format!("{count} properties of the object"),
            Self::Characters(count) => format!("the last {count} characters of the text"),
            Self::Value => "the whole value".to_owned(),
        }
    }
}

/// The number of bytes of a value as JSON.
pub(super) fn measure(value: &JsonValue) -> usize {
    value.to_string().len()
}

/// Cuts a value to about so many bytes of JSON. The reports about missing parts come on top.
pub(super) fn fit_value(value: JsonValue, max_bytes: usize) -> Fitted {
    let mut left_out = Vec::new();
    let value = fit_at(value, max_bytes, "", &mut left_out);
    Fitted { value, left_out }
}

fn fit_at(value: JsonValue, max_bytes: usize, path: &str, left_out: &mut Vec<LeftOut>) -> JsonValue {
    if measure(&value) <= max_bytes {
        return value;
    }
    match value {
        JsonValue::List(items) => fit_list(items, max_bytes, path, left_out),
        JsonValue::Object(properties) => fit_object(properties, max_bytes, path, left_out),
        JsonValue::String(text) => fit_text(&text, max_bytes, path, left_out),
        other => other,
    }
}

fn fit_list(items: Vec<JsonValue>, max_bytes: usize, path: &str, left_out: &mut Vec<LeftOut>) -> JsonValue {
    let (mut kept, mut bytes) = (Vec::new(), 2);
    let mut items = items.into_iter();
    let mut rest = Vec::new();
    for item in items.by_ref() {
        let size = measure(&item) + 1;
        if bytes + size <= max_bytes {
            bytes += size;
            kept.push(item);
        } else if kept.is_empty() {
            // An item that is larger than all that fits is cut itself, or the list would never go on.
            let path = format!("{path}[0]");
            kept.push(fit_at(item, max_bytes.saturating_sub(3), &path, left_out));
            bytes = max_bytes;
        } else {
            rest.push(item);
            break;
        }
    }
    rest.extend(items);
    if !rest.is_empty() {
        let what = Missing::Items(rest.len());
        left_out.push(LeftOut { path: path.to_owned(), what, rest: JsonValue::List(rest) });
    }
    JsonValue::List(kept)
}

fn fit_text(text: &str, max_bytes: usize, path: &str, left_out: &mut Vec<LeftOut>) -> JsonValue {
    // At least one character, or the text would never go on.
    let mut bytes = 2 + text.chars().next().map_or(0, measure_char);
    let is_over = |(_, char): &(usize, char)| {
        bytes += measure_char(*char);
        bytes > max_bytes
    };
    let end = text.char_indices().skip(1).find(is_over).map_or(text.len(), |(index, _)| index);
    let (kept, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    if !rest.is_empty() {
        let what = Missing::Characters(rest.chars().count());
        left_out.push(LeftOut { path: path.to_owned(), what, rest: JsonValue::string(rest) });
    }
    JsonValue::string(kept)
}

/// The bytes of a character within a JSON text.
fn measure_char(char: char) -> usize {
    match char {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        char if char.is_control() => 6,
        char => char.len_utf8(),
    }
}

fn fit_object(
    properties: Vec<(String, JsonValue)>,
    max_bytes: usize,
    path: &str,
    left_out: &mut Vec<LeftOut>,
) -> JsonValue {
    let sizes: Vec<usize> = properties.iter().map(|(name, value)| measure(value) + name.len() + 4).collect();
    let room = max_bytes.saturating_sub(2);
    let share = find_share(&sizes, room);
    let small: usize = sizes.iter().filter(|size| **size <= share).sum();
    // What is left for large properties: lists and texts are cut to their share, others are kept while they fit.
    let mut left = room.saturating_sub(small);
    let mut cuts = 0;
    let plans: Vec<Plan> = properties
        .iter()
        .zip(&sizes)
        .map(|((_, value), size)| {
            let is_cuttable = matches!(value, JsonValue::List(_) | JsonValue::String(_));
            if *size <= share {
                return Plan::Keep;
            }
            let has_room = share >= WORTH_CUTTING && left >= share;
            if is_cuttable && has_room && cuts < MAX_PARTS && left_out.len() < MAX_CUTS {
                cuts += 1;
                left -= share;
                return Plan::Cut;
            }
            Plan::KeepIfItFits(*size)
        })
        .collect();
    let (mut kept, mut missing) = (Vec::new(), Vec::new());
    for ((name, value), plan) in properties.into_iter().zip(plans) {
        match plan {
            Plan::Keep => kept.push((name, value)),
            Plan::KeepIfItFits(size) if size <= left => {
                left -= size;
                kept.push((name, value));
            }
            Plan::KeepIfItFits(_) => missing.push((name, value)),
            Plan::Cut => {
                let (path, room) = (join_path(path, &name), share.saturating_sub(name.len() + 4));
                kept.push((name, fit_at(value, room, &path, left_out)));
            }
        }
    }
    report_missing(missing, kept.is_empty(), path, left_out);
    JsonValue::Object(kept)
}

/// What becomes of a property.
enum Plan {
    Keep,
    /// Its size in bytes.
    KeepIfItFits(usize),
    Cut,
}

fn report_missing(
    mut missing: Vec<(String, JsonValue)>,
    is_everything: bool,
    path: &str,
    left_out: &mut Vec<LeftOut>,
) {
    // One part with everything would be as large as what did not fit.
    let single = if is_everything || missing.len() <= MAX_PARTS { MAX_PARTS.min(missing.len()) } else { 0 };
    let together = missing.split_off(single);
    left_out.extend(missing.into_iter().map(|(name, rest)| LeftOut {
        path: join_path(path, &name),
        what: Missing::Value,
        rest,
    }));
    if !together.is_empty() {
        let what = Missing::Properties(together.len());
        left_out.push(LeftOut { path: path.to_owned(), what, rest: JsonValue::Object(together) });
    }
}

/// The largest size that all properties may have so that together they fit: small ones leave what they do not need to large ones.
fn find_share(sizes: &[usize], max_bytes: usize) -> usize {
    let mut sorted = sizes.to_vec();
    sorted.sort_unstable();
    let mut room = max_bytes;
    let mut count = sorted.len();
    for size in sorted {
        let share = room / count.max(1);
        if size > share {
            return share;
        }
        room -= size;
        count -= 1;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> JsonValue {
        JsonValue::parse(text).unwrap()
    }

    #[test]
    fn a_list_is_cut_between_items() {
        let fitted = fit_value(parse("[11,22,33,44,55]"), 10);
        assert_eq!(fitted.value.to_string(), "[11,22]");
        assert_eq!(fitted.left_out.len(), 1);
        let part = &fitted.left_out[0];
        assert_eq!((part.path.as_str(), part.what), ("", Missing::Items(3)));
        assert_eq!(part.rest.to_string(), "[33,44,55]");
    }

    #[test]
    fn large_parts_of_an_object_are_left_out_by_name() {
        let large = "x".repeat(300);
        let value = parse(&format!(r#"{{"id":"a","one":{{"deep":"{large}"}},"two":1}}"#));
        let fitted = fit_value(value, 100);
        assert_eq!(fitted.value.to_string(), r#"{"id":"a","two":1}"#);
        assert_eq!(fitted.left_out.len(), 1);
        assert_eq!((fitted.left_out[0].path.as_str(), fitted.left_out[0].what), ("one", Missing::Value));
        assert!(fitted.left_out[0].rest.get("deep").is_some());
    }

    #[test]
    fn the_list_of_a_page_is_cut_and_the_rest_of_the_page_stays() {
        let items: Vec<String> = (0..100).map(|index| format!(r#"{{"id":"item_{index:04}"}}"#)).collect();
        let value = parse(&format!(r#"{{"data":[{}],"page_info":{{"next":"c"}}}}"#, items.join(",")));
        let fitted = fit_value(value, 1000);
        assert_eq!(
            fitted.value.get("page_info").map(ToString::to_string).as_deref(),
            Some(r#"{"next":"c"}"#)
        );
        let shown = fitted.value.get("data").map_or(0, |data| data.items().len());
        assert!(shown > 10 && measure(&fitted.value) <= 1000, "{shown}");
        assert_eq!(fitted.left_out[0].what, Missing::Items(100 - shown));
        assert_eq!(fitted.left_out[0].path, "data");
    }

    #[test]
    fn many_parts_are_one_part_and_texts_are_cut_between_characters() {
        let properties: Vec<String> = (0..500).map(|index| format!(r#""p{index}":"{index:050}""#)).collect();
        let fitted = fit_value(parse(&format!("{{{}}}", properties.join(","))), 1000);
        assert!(measure(&fitted.value) <= 1000);
        assert!(matches!(fitted.left_out[..], [LeftOut { what: Missing::Properties(_), .. }]));
        let fitted = fit_value(JsonValue::string("äöü\n€".repeat(100)), 50);
        let kept = fitted.value.as_str().unwrap().to_owned();
        assert_eq!(kept + fitted.left_out[0].rest.as_str().unwrap(), "äöü\n€".repeat(100));
        assert!(measure(&fitted.value) <= 50);
    }

    fn any_value() -> impl Strategy<Value = JsonValue> {
        let leaf = prop_oneof![
            Just(JsonValue::Null),
            any::<i64>().prop_map(JsonValue::number),
            "\\PC{0,80}".prop_map(JsonValue::String),
        ];
        leaf.prop_recursive(4, 200, 12, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..12).prop_map(JsonValue::List),
                prop::collection::btree_map("[a-z]{1,6}", inner, 0..12)
                    .prop_map(|map| JsonValue::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_fits_is_valid_json_and_something_is_always_said(value in any_value(), max in 60_usize..2000) {
            let size = measure(&value);
            let fitted = fit_value(value.clone(), max);
            prop_assert!(JsonValue::parse(&fitted.value.to_string()).is_ok());
            if size <= max {
                prop_assert_eq!(&fitted.value, &value);
                prop_assert!(fitted.left_out.is_empty());
            } else {
                prop_assert!(measure(&fitted.value) <= max.max(62), "{} {}", measure(&fitted.value), max);
                prop_assert!(!fitted.left_out.is_empty());
                // Every part gets smaller, so following the cursors comes to an end.
                prop_assert!(fitted.left_out.iter().all(|part| measure(&part.rest) < size));
            }
        }
    }
}
