//! Tests of values that their types cannot hold.

use std::cell::Cell;
use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::json::{ExtraFields, decode_lossy, from_str, text::decode_kept, to_vec};

thread_local! {
    /// How often texts were decoded while texts of fields were kept.
    pub(super) static ROUNDS: Cell<usize> = const { Cell::new(0) };
}

#[derive(Debug, PartialEq)]
struct Score {
    count: i64,
    when: Option<DateTime<FixedOffset>>,
    until: Option<Option<DateTime<FixedOffset>>>,
    due: Option<DateTime<FixedOffset>>,
    score: Option<Decimal>,
    ratio: Option<f64>,
    list: Option<Vec<Decimal>>,
    matrix: Option<Vec<Vec<i64>>>,
    map: Option<BTreeMap<String, i64>>,
    needed: Vec<i64>,
    inner: Option<Box<Score>>,
    total_price: Option<Decimal>,
    extra_fields: ExtraFields,
}
crate::__model!(Score {
    count: required("count"),
    when: optional("when"),
    until: nullable("until"),
    due: expected("due"),
    score: optional("score"),
    ratio: optional("ratio"),
    list: optional("list"),
    matrix: optional("matrix"),
    map: optional("map"),
    needed: expected("needed"),
    inner: optional("inner"),
    total_price: optional("total_price"),
});

/// The names and texts of the extra fields.
fn kept(text: &str) -> Vec<(String, String)> {
    let score: Score = from_str(text).unwrap();
    score.extra_fields.entries().map(|(name, text)| (name.to_owned(), text.get().to_owned())).collect()
}

#[test]
fn a_field_that_may_be_absent_keeps_its_text() {
    for (name, text) in [
        ("when", "\"\""),
        ("when", "\"soon\""),
        ("until", "\"31/12/2024\""),
        ("due", "\"never\""),
        ("score", "1e40"),
        ("score", "1e-31"),
        ("score", "0.1234567890123456789012345678901234567890"),
        ("ratio", "1e400"),
        ("list", "[1,1e40,2,1e-40]"),
        ("matrix", "[[1],[2,9223372036854775808]]"),
        ("map", "{\"a\":1,\"b\":18446744073709551616}"),
    ] {
        let json = format!("{{\"count\":1,\"{name}\":{text}}}");
        assert_eq!(kept(&json), [(name.to_owned(), text.to_owned())], "{json}");
        let nested = format!("[{{\"count\":2,\"x\":0,\"inner\":{json}}}]");
        let scores: Vec<Score> = from_str(&nested).unwrap();
        let inner = scores[0].inner.as_ref().unwrap();
        assert_eq!(inner.extra_fields.get_raw(name), Some(text), "{nested}");
    }
}

#[test]
fn several_fields_are_kept_and_sent_back() {
    let text = "{\"count\":1,\"due\":\"x\",\"needed\":[],\"when\":\"\",\"score\":1e40,\"more\":1}";
    let mut score: Score = from_str(text).unwrap();
    let encode = |score: &Score| String::from_utf8(to_vec(score).unwrap()).unwrap();
    let sent = "{\"count\":1,\"needed\":[],\"due\":\"x\",\"when\":\"\",\"score\":1e40,\"more\":1}";
    assert_eq!(encode(&score), sent);
    score.due = Some(DateTime::default());
    score.score = Some(Decimal::ONE);
    let sent =
        "{\"count\":1,\"due\":\"1970-01-01T00:00:00Z\",\"score\":1,\"needed\":[],\"when\":\"\",\"more\":1}";
    assert_eq!(encode(&score), sent);
}

#[test]
fn money_and_values_of_another_kind_are_not_kept() {
    for (text, path) in [
        ("{\"count\":1,\"total_price\":1e40}", "total_price"),
        ("{\"count\":1,\"when\":true}", "when"),
        ("{\"count\":1,\"score\":\"high\"}", "score"),
        ("{\"count\":1,\"map\":{\"a\":\"x\"}}", "map.a"),
        ("{\"count\":1,\"when\":\"\",\"ratio\":[]}", "ratio"),
        ("{\"count\":{},\"x\":1}", "count"),
        ("{\"count\":1,\"when\":[{\"a\":1}]}", "when"),
        ("{\"count\":9223372036854775808,\"total_price\":1e40}", "total_price"),
        ("{\"count\":1,\"map\":{\"price\":1e40}}", "map.price"),
        ("{\"count\":\"9223372036854775808 \"}", "count"),
    ] {
        assert_eq!(from_str::<Score>(text).unwrap_err().path, path, "{text}");
    }
}

#[test]
fn a_name_with_a_mark_is_an_extra_field() {
    assert_eq!(kept("{\"count\":1,\"\\u0000x\":2}"), [("\0x".to_owned(), "2".to_owned())]);
}

/// A struct whose fields are all required.
#[derive(Debug, PartialEq)]
struct Needed {
    small: i32,
    unsigned: u32,
    huge: u64,
    number: Decimal,
    ratio: f64,
    time: DateTime<FixedOffset>,
    day: NaiveDate,
    list: Vec<i64>,
    map: BTreeMap<String, Decimal>,
    free: Value,
    nullable: Option<i64>,
    extra_fields: ExtraFields,
}
crate::__model!(Needed {
    small: required("small"),
    unsigned: required("unsigned"),
    huge: required("huge"),
    number: required("number"),
    ratio: required("ratio"),
    time: required("time"),
    day: required("day"),
    list: expected("list"),
    map: expected("map"),
    free: required("free"),
    nullable: expected("nullable"),
});

const FIELDS: [(&str, &str); 11] = [
    ("small", "1"),
    ("unsigned", "2"),
    ("huge", "3"),
    ("number", "4"),
    ("ratio", "5.0"),
    ("time", "\"2024-01-02T03:04:05Z\""),
    ("day", "\"2024-01-02\""),
    ("list", "[6]"),
    ("map", "{\"a\":7}"),
    ("free", "{}"),
    ("nullable", "8"),
];

/// The text of a `Needed`, with one field of another value.
fn needed(name: &str, text: &str) -> String {
    let fields =
        FIELDS.map(|(other, value)| format!("\"{other}\":{}", if other == name { text } else { value }));
    format!("{{{}}}", fields.join(","))
}

fn encode(value: &Needed) -> Value {
    serde_json::from_slice(&to_vec(value).unwrap()).unwrap()
}

fn encoded_text(value: &Needed) -> String {
    String::from_utf8(to_vec(value).unwrap()).unwrap()
}

#[test]
fn a_required_field_has_the_nearest_value_and_keeps_its_text() {
    for (name, text, nearest) in [
        ("small", "2147483648", "2147483647"),
        ("small", "-1e30", "-2147483648"),
        ("small", "5.5", "5"),
        ("small", "-5.9", "-5"),
        ("small", "1e400", "2147483647"),
        ("small", "\"99999999999999999999\"", "2147483647"),
        ("unsigned", "-1", "0"),
        ("unsigned", "4294967296", "4294967295"),
        ("huge", "1000000000000000000000000000000", "18446744073709551615"),
        ("huge", "1000000000000000000000000000000000000000000000000", "18446744073709551615"),
        ("number", "1e40", "79228162514264337593543950335"),
        ("number", "-1e99999999999999999999", "-79228162514264337593543950335"),
        ("number", "79228162514264337593543950336", "79228162514264337593543950335"),
        ("number", "1e-31", "0"),
        ("number", "1e-99999999999999999999", "0"),
        ("number", "6e-29", "0.0000000000000000000000000001"),
        ("number", "0.1234567890123456789012345678901", "0.1234567890123456789012345679"),
        ("number", "1234567890123456789012345678.95", "1234567890123456789012345679"),
        ("number", "8.00000000000000000000000000009", "8.000000000000000000000000000"),
        ("number", "\"1e40\"", "79228162514264337593543950335"),
        ("ratio", "1e400", "1.7976931348623157e+308"),
        ("ratio", "-1e400", "-1.7976931348623157e+308"),
        ("ratio", "\"1e400\"", "1.7976931348623157e+308"),
        ("time", "\"\"", "\"1970-01-01T00:00:00Z\""),
        ("time", "999999999999999999", "\"1970-01-01T00:00:00Z\""),
        ("time", "1e400", "\"1970-01-01T00:00:00Z\""),
        ("day", "\"soon\"", "\"1970-01-01\""),
        ("list", "[1,9223372036854775808,2.5]", "[1,9223372036854775807,2]"),
        ("map", "{\"b\":1e40,\"a\":1e-40}", "{\"a\":0,\"b\":79228162514264337593543950335}"),
        ("free", "{\"a\":[1e400,\"1e400\"]}", "{\"a\":[1.7976931348623157e+308,\"1e400\"]}"),
    ] {
        let json = needed(name, text);
        let (mut value, kept) = decode_kept::<Needed>(&json).unwrap();
        assert_eq!(value.extra_fields.get_raw(name), Some(text), "{json}");
        assert_eq!((value.extra_fields.len(), kept.len(), kept[0].path.as_str()), (1, 1, name), "{json}");
        assert_eq!(kept[0].text, text);
        // The text is sent back, once.
        let sent = encoded_text(&value);
        assert!(sent.contains(&format!("\"{name}\":{text}")), "{sent}");
        assert_eq!(sent.matches(&format!("\"{name}\":")).count(), 1, "{sent}");
        assert_eq!(from_str::<Needed>(&sent).unwrap(), value);
        // Without the text, the nearest value is what the field has.
        value.extra_fields = ExtraFields::new();
        let sent = encoded_text(&value);
        assert!(sent.contains(&format!("\"{name}\":{nearest}")), "{sent}: {nearest}");
    }
}

#[test]
fn a_value_that_was_changed_is_sent_instead_of_the_text() {
    let mut value: Needed = from_str(&needed("small", "1e30")).unwrap();
    value.small = 5;
    assert_eq!(encode(&value)["small"], 5);
    let mut value: Needed = from_str(&needed("list", "[1e30,2,3]")).unwrap();
    value.list.pop();
    assert_eq!(encode(&value)["list"], serde_json::json!([i64::MAX, 2]));
    let mut value: Needed = from_str(&needed("time", "\"2024-01-02T03:04:05\"")).unwrap();
    value.time += chrono::Duration::hours(1);
    assert_eq!(encode(&value)["time"], "2024-01-02T04:04:05Z");
    // An extra field that was set by hand does not replace a field of the type.
    let mut value: Needed = from_str(&needed("", "")).unwrap();
    value.extra_fields.insert("small", Value::from(9));
    assert_eq!(encode(&value)["small"], 1);
    let text = encoded_text(&value);
    assert_eq!(text.matches("\"small\"").count(), 1, "{text}");
}

#[test]
fn a_required_field_that_is_nullable_is_null() {
    let value: Needed = from_str(&needed("nullable", "9223372036854775808")).unwrap();
    assert_eq!((value.nullable, value.extra_fields.get_raw("nullable")), (None, Some("9223372036854775808")));
}

#[test]
fn a_text_that_was_kept_is_listed_by_lossy_decoding() {
    let text = "{\"count\":9223372036854775808,\"inner\":{\"count\":1e30,\"when\":\"\"}}";
    let lossy = decode_lossy::<Score>(text).unwrap();
    assert_eq!(lossy.value.count, i64::MAX);
    assert_eq!(lossy.filled, ["count", "inner.count", "inner.when"]);
    assert_eq!(lossy.found[0], ("count".to_owned(), "9223372036854775808".to_owned()));
    let lossy = decode_lossy::<Score>("{\"due\":\"x\"}").unwrap();
    assert_eq!((lossy.value.count, lossy.filled), (0, vec!["count".to_owned(), "due".to_owned()]));
}

#[test]
fn times_without_a_zone_keep_their_text() {
    for (name, text) in [
        ("when", "\"2024-01-01T00:00:00\""),
        ("until", "\"2024-01-01 00:00:00.5\""),
        ("due", "\"2024-01-01\""),
    ] {
        let json = format!("{{\"count\":1,\"{name}\":{text}}}");
        let (mut score, listed) = decode_kept::<Score>(&json).unwrap();
        assert_eq!((score.extra_fields.get_raw(name), listed.len()), (Some(text), 0));
        assert!(
            score.when.is_some() || score.until.is_some_and(|until| until.is_some()) || score.due.is_some()
        );
        let sent = String::from_utf8(to_vec(&score).unwrap()).unwrap();
        assert!(sent.contains(&format!("\"{name}\":{text}")) && sent.matches(name).count() == 1, "{sent}");
        (score.when, score.until, score.due) = (None, Some(None), None);
        let sent: Value = serde_json::from_slice(&to_vec(&score).unwrap()).unwrap();
        assert!(sent.get(name).is_none_or(Value::is_null), "{sent}");
    }
    assert_eq!(kept("{\"count\":1,\"when\":\"2024-01-01T00:00:00.000+0000\"}"), []);
    let days: Vec<DateTime<FixedOffset>> = from_str("[\"2024-01-01\"]").unwrap();
    assert_eq!(days[0].to_rfc3339(), "2024-01-01T00:00:00+00:00");
}

#[test]
fn the_rounds_do_not_depend_on_the_number_of_values() {
    let rounds = |text: &str| {
        ROUNDS.set(0);
        let scores: Vec<Score> = from_str(text).unwrap();
        (ROUNDS.get(), scores)
    };
    let page = |item: &str, count: usize| format!("[{}]", vec![item; count].join(","));
    let item = "{\"count\":1,\"when\":\"2024-01-01T00:00:00Z\"}";
    assert_eq!(rounds(&page(item, 50)).0, 0);
    let item = "{\"count\":1,\"when\":\"2024-01-01T00:00:00\",\"due\":\"2024-01-01T00:00:00\"}";
    let (count, scores) = rounds(&page(item, 50));
    assert!(count == 1 && scores.iter().all(|score| score.extra_fields.len() == 2));
    let (count, scores) = rounds(&page("{\"count\":1e30}", 5_000));
    assert!(count == 1 && scores.iter().all(|score| score.extra_fields.get_raw("count") == Some("1e30")));
    let (count, scores) = rounds(&page("{\"count\":1e30,\"when\":\"\",\"ratio\":1e400}", 5_000));
    assert!(count == 2 && scores.iter().all(|score| score.extra_fields.len() == 3 && score.when.is_none()));
    assert_eq!(decode_kept::<Vec<Score>>(&page("{\"count\":1e30}", 5_000)).unwrap().1.len(), 1_000);
    // Values that cannot be kept end it at once.
    ROUNDS.set(0);
    assert!(from_str::<Vec<i64>>(&page("1e30", 5_000)).is_err());
    assert!(from_str::<Vec<Score>>(&page("{\"count\":1e30,\"total_price\":1e40}", 5_000)).is_err());
    assert!(ROUNDS.get() <= 4, "{}", ROUNDS.get());
}

#[test]
fn deeply_nested_objects_are_kept() {
    let depth = 60;
    let text =
        format!("{}{{\"count\":2e30}}{}", "{\"count\":1e30,\"inner\":".repeat(depth), "}".repeat(depth));
    ROUNDS.set(0);
    let score: Score = from_str(&text).unwrap();
    assert_eq!(ROUNDS.get(), 1);
    let mut inner = &score;
    while let Some(next) = &inner.inner {
        assert_eq!(inner.extra_fields.get_raw("count"), Some("1e30"));
        inner = next;
    }
    assert_eq!((inner.count, inner.extra_fields.get_raw("count")), (i64::MAX, Some("2e30")));
}

#[test]
fn names_may_have_escapes_and_be_repeated() {
    let score: Score = from_str("{\"c\\u006funt\":1e30,\"x\":\"\\\"\", \"wh\\u0065n\" : \"\"}").unwrap();
    assert_eq!((score.count, score.when), (i64::MAX, None));
    assert_eq!(score.extra_fields.get_raw("count"), Some("1e30"));
    assert_eq!(score.extra_fields.get_raw("when"), Some("\"\""));
    let score: Score = from_str("{\"count\":1e30,\"count\":3}").unwrap();
    assert_eq!((score.count, score.extra_fields.len()), (3, 0));
    let score: Score = from_str("{\"count\":3,\"count\":1e30}").unwrap();
    assert_eq!((score.count, score.extra_fields.get_raw("count")), (i64::MAX, Some("1e30")));
}
