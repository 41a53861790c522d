//! Tests of the reader: it reads what serde_json reads, and reports the same errors at the same positions.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::json::{
    ExtraFields,
    codec::{Decode, DecodeSeed},
    reader::Reader,
};

#[derive(Debug, PartialEq)]
struct Item {
    name: String,
    amount: Option<Decimal>,
    paid_at: Option<DateTime<FixedOffset>>,
    tags: Vec<String>,
    parts: Vec<Item>,
    counts: BTreeMap<String, u64>,
    note: Option<Option<f64>>,
    is_open: bool,
    quoted: Option<i64>,
    extra_fields: ExtraFields,
}
crate::__model!(Item {
    name: required("name"),
    amount: optional("amount"),
    paid_at: optional("paid_at"),
    tags: expected("tags"),
    parts: expected("parts"),
    counts: expected("counts"),
    note: nullable("note"),
    is_open: expected("is_open"),
    quoted: optional("a\"b\\c\n"),
});

/// What both read of a text: the value, or the error with its position.
fn compare<T: Decode + std::fmt::Debug + PartialEq>(text: &str) {
    use serde::de::DeserializeSeed;

    let mut reader = Reader::new(text);
    let ours = T::decode(&mut reader).and_then(|value| reader.end().map(|()| value));
    let mut theirs = serde_json::Deserializer::from_str(text);
    let theirs =
        DecodeSeed::<T>::new().deserialize(&mut theirs).and_then(|value| theirs.end().map(|()| value));
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{text}"),
        // Of two errors in a text that is not JSON, either may be reported.
        (Err(ours), Err(theirs))
            if !theirs.is_data() && ["1e400", "\\uD83D\""].iter().any(|part| text.contains(part)) =>
        {
            assert!(!ours.is_data(), "{text}: {ours}");
        }
        (Err(ours), Err(theirs)) => {
            assert_eq!(ours.to_string(), theirs.to_string(), "{text}");
            assert_eq!(ours.classify(), theirs.classify(), "{text}");
            assert_eq!((ours.line(), ours.column()), (theirs.line(), theirs.column()), "{text}");
        }
        (ours, theirs) => panic!("{text}: {ours:?} but {theirs:?}"),
    }
}

fn compare_all(text: &str) {
    compare::<Value>(text);
    compare::<Item>(text);
    compare::<Vec<Item>>(text);
    compare::<Option<BTreeMap<String, Value>>>(text);
    compare::<Vec<i64>>(text);
    compare::<Vec<String>>(text);
    compare::<f64>(text);
    compare::<bool>(text);
    compare::<()>(text);
}

#[test]
fn texts_are_read_as_serde_json_reads_them() {
    for text in [
        "",
        " ",
        "nul",
        "null ",
        " \t\r\n true",
        "falsy",
        "tru",
        "0",
        "-0",
        "00",
        "-",
        "-a",
        "1.",
        "1.e5",
        "1e",
        "1e+",
        "01",
        "1.5e3",
        "-1.5E-3",
        "1e400",
        "-1e400",
        "0e999999999999",
        "1e-999999999",
        "999999999999999999",
        "1000000000000000000",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234567890.5",
        "[1,2,3]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1,2",
        "[\n1,\n\"a\"]",
        "[1,true]",
        "[1]]",
        "{}",
        "{",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{\"a\":1]",
        "\"a\\\"b\\\\c\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\uD83D\\uDE00\"",
        "\"\\uD83D\"",
        "\"\\uDE00\"",
        "\"\\uD83Dabc\"",
        "\"\\uD83D\\u0041\"",
        "\"\\uD83D\\n\"",
        "\"\\u12\"",
        "\"\\u+123\"",
        "\"\\u12é\"",
        "\"\\x\"",
        "\"\\",
        "\"abc",
        "\"a\u{1}b\"",
        "\"a\nb\"",
        "\"é日本\u{10FFFF} and a longer text with \u{7f} in it\"",
        "[\"\\n\",\"plain\",\"\\t\"]",
        "{\"name\":\"a\",\"amount\":0.10000000000000000001,\"paid_at\":\"2026-01-31T09:30:00Z\",\"tags\":[\"x\"]}",
        "{\"amount\":1}",
        "{\"parts\":[{\"name\":\"b\"},{\"amount\":2}],\"name\":\"a\"}",
        "{\"name\":\"a\",\"amount\":\"x\"}",
        "{\"name\":\"a\",\"amount\":1e400}",
        "{\"name\":\"a\",\"other\":1e400,\"more\":{\"x\":[1,\"\\uD800\"]},\"is_open\":true}",
        "{\"name\":\"a\",\"other\":{\"x\":[1,}}",
        "{\"name\":\"a\",\"other\":\"\\x\"}",
        "{\"name\":\"a\",\"note\":null,\"note\":1,\"note\":1e400}",
        "{\"name\":\"a\",\"na\\u006de\":\"b\"}",
        "{\"name\" : \"a\" , \"a\\\"b\\\\c\\n\" : 5 }",
        "{\"name\":\"a\",\"a\"b\\c\n\":5}",
        "{\"name\":\"a\",\"names\":\"b\",\"nam\":\"c\"}",
        "{\"name\":\"a\",\"counts\":{\"x\":1,\"y\":-1}}",
        "{\"name\":\"a\",\"counts\":{\"x\":1,\"y\":[2]}}",
        "{\"name\":\"a\",\"tags\":null,\"parts\":{}}",
        "{\"name\":5}",
        "{\"name\":[]}",
        "{\"name\":\"a\",\"is_open\":\"yes\"}",
        "[{\"name\":\"a\"},{\"name\":null}]",
    ] {
        compare_all(text);
    }
    for depth in [126, 127, 128, 200] {
        compare_all(&("[".repeat(depth) + &"]".repeat(depth)));
        compare_all(&("{\"name\":".repeat(depth) + "1" + &"}".repeat(depth)));
        compare_all(
            &("{\"other\":".to_owned() + &"[".repeat(depth) + &"]".repeat(depth) + ",\"name\":\"a\"}"),
        );
    }
}

#[test]
fn raw_text_is_borrowed() {
    let text = String::from(" { \"a\" : [ 1 , \"\\n\" ] } ");
    let raw = <&RawValue as serde::Deserialize>::deserialize(&mut Reader::new(&text)).unwrap();
    assert_eq!(raw.get(), text.trim());
}

/// JSON texts, as they are and with a part that is missing, doubled or another one.
fn texts() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        4 => prop::sample::select(vec!["name", "amount", "paid_at", "tags", "parts", "counts", "note", "is_open"]),
        1 => prop::sample::select(vec!["other", "", "é\\n", "\\u0041", "nam", "names"]),
    ];
    let scalar = prop_oneof![
        prop::sample::select(vec![
            "null",
            "true",
            "false",
            "0",
            "-0",
            "5",
            "-3",
            "2.50",
            "1e3",
            "-1.5E-2",
            "1e400",
            "\"\"",
            "\"text\"",
            "\"\\\"\\\\ \\u00e9\"",
            "\"2026-01-31T09:30:00Z\"",
            "\"\\uD83D\\uDE00\"",
            "\"\\uD83D\"",
            "18446744073709551616",
            "-9223372036854775809",
            "9007199254740993",
        ])
        .prop_map(str::to_owned),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| serde_json::to_string(&number).unwrap()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let space = prop::sample::select(vec!["", "", " ", "\n", "\t\r "]);
    let value = scalar.prop_recursive(4, 40, 6, move |inner| {
        let list = prop::collection::vec((space.clone(), inner.clone()), 0..5);
        let object = prop::collection::vec((key.clone(), space.clone(), inner), 0..8);
        prop_oneof![
            list.prop_map(|items| {
                let items: Vec<_> =
                    items.iter().map(|(space, item)| format!("{space}{item}{space}")).collect();
                format!("[{}]", items.join(","))
            }),
            object.prop_map(|entries| {
                let entries = entries.iter();
                let entries: Vec<_> = entries
                    .map(|(key, space, value)| format!("{space}\"{key}\"{space}:{space}{value}"))
                    .collect();
                format!("{{{}}}", entries.join(","))
            }),
        ]
    });
    let change = prop::option::of((
        any::<prop::sample::Index>(),
        0_usize..3,
        prop::sample::select(vec![
            "", ",", ":", "\"", "}", "]", "{", "[", "1", "\\", "n", "-", ".", "\u{1}", "é",
        ]),
    ));
    (value, change).prop_map(|(text, change)| {
        let Some((place, length, other)) = change else { return text };
        let characters: Vec<char> = text.chars().collect();
        let start = place.index(characters.len());
        let before = characters.iter().take(start);
        let after = characters.iter().skip(start + length);
        before.copied().chain(other.chars()).chain(after.copied()).collect()
    })
}

proptest! {
    #[test]
    fn any_text_is_read_as_serde_json_reads_it(text in texts()) {
        compare_all(&text);
    }
}

/// A key as `#[derive(Deserialize)] struct name(String)` reads it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Label(String);

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LabelVisitor;

        impl<'de> Visitor<'de> for LabelVisitor {
            type Value = Label;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a label")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Label, D::Error> {
                String::deserialize(inner).map(Label)
            }
        }

        deserializer.deserialize_newtype_struct("name", LabelVisitor)
    }
}

#[test]
fn keys_named_like_the_type_of_a_key_are_keys() {
    let text = r#"{"name":1,"other":2,"na\u006de2":3}"#;
    let read = BTreeMap::<Label, u64>::deserialize(&mut Reader::new(text)).unwrap();
    let expected =
        [("name", 1), ("name2", 3), ("other", 2)].map(|(key, value)| (Label(key.to_owned()), value));
    assert_eq!(read, BTreeMap::from(expected));
}
