//! Tests of values without a field around them that their types cannot hold.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::json::{Decode, ExtraFields, decode_lossy, decode_response, from_str, text::decode_kept};

#[derive(Debug, PartialEq)]
struct Counter {
    count: i64,
    extra_fields: ExtraFields,
}
crate::__model!(Counter { count: required("count") });

#[test]
fn a_value_without_a_field_around_it_is_an_error() {
    for text in ["[9223372036854775808]", "[[1,1e40]]"] {
        assert!(from_str::<Vec<i64>>(text).is_err() && from_str::<Vec<Vec<i64>>>(text).is_err(), "{text}");
    }
    assert!(from_str::<BTreeMap<String, i64>>("{\"a\":1e40}").is_err());
    assert!(from_str::<Decimal>("1e40").is_err());
}

/// A value without a field, and the paths and texts that are listed.
fn listed<T: Decode>(text: &str) -> Option<(T, Vec<(String, String)>)> {
    let (value, kept) = decode_kept::<T>(text).ok()?;
    Some((value, kept.into_iter().map(|kept| (kept.path, kept.text)).collect()))
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec()
}

#[test]
fn a_value_without_a_field_is_the_nearest_one_and_listed() {
    let (list, found) = listed::<Vec<i64>>("[1, 9223372036854775808 ,2.5,-1e30]").unwrap();
    assert_eq!(list, [1, i64::MAX, 2, i64::MIN]);
    assert_eq!(found, pairs([("[1]", "9223372036854775808"), ("[2]", "2.5"), ("[3]", "-1e30")]));
    let (list, found) = listed::<Vec<Vec<f64>>>("[[1],[1e400]]").unwrap();
    assert_eq!((list[1][0].to_bits(), found), (f64::MAX.to_bits(), pairs([("[1][0]", "1e400")])));
    let (map, found) =
        listed::<BTreeMap<String, Option<i64>>>("{\"a\":1,\"b\\u0063\":[],\"b\":1e40}").unwrap_or_default();
    assert_eq!((map.len(), found.len()), (0, 0));
    let (map, found) = listed::<BTreeMap<String, Option<i64>>>("{\"a\":1,\"\\u0062\":1e40}").unwrap();
    assert_eq!((map["a"], map["b"], found), (Some(1), Some(i64::MAX), pairs([("b", "1e40")])));
    let (day, found) = listed::<Vec<NaiveDate>>("[\"2024-01-02\",\"soon\"]").unwrap();
    assert_eq!((day[1], found), (NaiveDate::default(), pairs([("[1]", "\"soon\"")])));
    let (times, found) =
        listed::<Vec<DateTime<FixedOffset>>>("[\"2024-01-01\",\"2024-01-01T00:00:00Z\"]").unwrap();
    assert_eq!((times[0], found), (times[1], pairs([("[0]", "\"2024-01-01\"")])));
    let (count, found) = listed::<Option<i32>>(" 1e30 ").unwrap();
    assert_eq!((count, found), (Some(i32::MAX), pairs([("", "1e30")])));
    let (free, found) = listed::<Value>("{\"a\":1e400}").unwrap();
    assert_eq!((free["a"].as_f64(), found.len()), (Some(f64::MAX), 1));
    // Objects keep their texts, and values after them are still without a field.
    let text = "{\"a\":[{\"count\":1e30}],\"b\":[{\"count\":2}]}";
    let (map, found) = listed::<BTreeMap<String, Vec<Counter>>>(text).unwrap();
    assert_eq!(map["a"][0].extra_fields.get_raw("count"), Some("1e30"));
    assert_eq!(found, pairs([("a[0].count", "1e30")]));
}

#[test]
fn a_value_without_a_field_that_may_be_an_amount_is_an_error() {
    assert!(listed::<Decimal>("1e40").is_none() && listed::<Vec<Decimal>>("[1,1e40]").is_none());
    assert!(decode_lossy::<Decimal>("1e40").is_err() && decode_lossy::<Vec<Decimal>>("[1,1e40]").is_err());
    assert!(listed::<BTreeMap<String, Decimal>>("{\"a\":1e40}").is_none());
    assert!(listed::<BTreeMap<String, i64>>("{\"price\":1e40}").is_none());
    assert!(listed::<Vec<i64>>("[1,\"x\"]").is_none() && listed::<i64>("true").is_none());
}

#[test]
fn a_response_of_one_value_is_replaced_only_if_that_is_reported() {
    assert!(decode_response::<i64>(200, "1e30", false).is_err());
    assert_eq!(decode_response::<i64>(200, "1e30", true).unwrap().0, i64::MAX);
    assert!(decode_response::<Vec<i64>>(200, " [1e30]", false).is_err());
    assert_eq!(decode_response::<Vec<i64>>(200, " [1e30]", true).unwrap().0, [i64::MAX]);
    let lossy = decode_lossy::<Vec<i64>>("[1,1e30]").unwrap();
    assert_eq!((lossy.filled, lossy.found), (vec!["[1]".to_owned()], pairs([("[1]", "1e30")])));
    assert_eq!(decode_lossy::<i64>("1e30").unwrap().filled, [""]);
}
