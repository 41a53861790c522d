//! Tests of selecting and decoding variants.

#![allow(unreachable_pub)]

use std::collections::BTreeMap;

use super::*;
use crate::json::{ExtraFields, from_str, node::with_text};

/// The variant that a text matches best.
fn select_variant(text: &str, variants: &[Variant]) -> Option<usize> {
    let Matches { indices, tied } = with_text(text, |node| Ok(matching_variants(node, variants))).unwrap();
    indices.first().copied().filter(|_| tied < 2)
}

const LIST: Field = Field::expected("data");
const NOTE: Field = Field::expected("note");

const fn variant(json_type: JsonType, fields: &'static [Field]) -> Variant {
    Variant { json_type, constants: &[], fields }
}

/// A thing, a list of things, and an object whose fields may all be absent.
const VARIANTS: &[Variant] = &[
    variant(JsonType::Object, &[Field::required("id"), NOTE, Field::optional("x")]),
    variant(JsonType::Object, &[LIST]),
    variant(JsonType::Object, &[NOTE, Field::expected("tags")]),
];

#[test]
fn required_fields_tell_variants_apart() {
    for (text, expected) in [
        (r#"{"id":"a","note":null}"#, Some(0)),
        (r#"{"data":[]}"#, Some(1)),
        (r#"{"note":null,"tags":[]}"#, Some(2)),
        // The more required fields, the better.
        (r#"{"id":"a","note":null,"data":[]}"#, Some(0)),
    ] {
        assert_eq!(select_variant(text, VARIANTS), expected, "{text}");
    }
}

#[test]
fn absent_fields_do_not_make_every_variant_match() {
    for (text, expected) in [
        (r#"{"id":"a"}"#, Some(0)),
        (r#"{"id":"a","x":1,"new":2}"#, Some(0)),
        (r#"{"tags":[]}"#, Some(2)),
        (r#"{"note":"a"}"#, Some(2)),
        (r#"{}"#, None),
        (r#"{"x":1}"#, None),
        (r#"{"other":1}"#, None),
        (r#"{"error":{"message":"m"}}"#, None),
    ] {
        assert_eq!(select_variant(text, VARIANTS), expected, "{text}");
    }
}

#[test]
fn variants_that_match_equally_are_not_guessed() {
    let same = &[variant(JsonType::Object, &[NOTE, LIST]), variant(JsonType::Object, &[NOTE, LIST])];
    assert_eq!(select_variant(r#"{"note":1,"data":[]}"#, same), None);
    assert_eq!(select_variant(r#"{"note":1}"#, same), None);
}

#[test]
fn a_whole_number_is_an_integer() {
    let numbers = &[variant(JsonType::Integer, &[]), variant(JsonType::String, &[])];
    assert_eq!(select_variant("5.0", numbers), Some(0));
    assert_eq!(select_variant("5.5", numbers), None);
    let both = &[variant(JsonType::Integer, &[]), variant(JsonType::Number, &[])];
    assert_eq!(select_variant("5.0", both), Some(1));
    assert_eq!(select_variant("5", both), Some(0));
}

/// A JSON value as a union that holds itself.
#[derive(Debug, PartialEq)]
#[allow(dead_code, reason = "the tests only decode")]
enum Json {
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Map(BTreeMap<String, Json>),
    Unknown(serde_json::Value),
}
crate::__union!(Json {
    Bool: Boolean(bool),
    Number: Number(f64),
    Text: String(String),
    List: Array(Vec<Json>),
    Map: Object(BTreeMap<String, Json>),
});

fn nested(open: &str, close: &str, depth: usize) -> String {
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn depth_is_bounded_before_the_stack_is() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        let levels = open.matches(['[', '{']).count();
        let decoded = from_str::<Json>(&nested(open, close, 127 / levels)).unwrap();
        assert!(!matches!(decoded, Json::Unknown(_)));
        for depth in [128 / levels + 1, 3_000, 100_000] {
            let text = nested(open, close, depth);
            for error in [
                from_str::<Json>(&text).unwrap_err(),
                from_str::<Vec<Json>>(&format!("[{text}]")).unwrap_err(),
                from_str::<BTreeMap<String, Json>>(&format!("{{\"k\":{text}}}")).unwrap_err(),
                crate::json::decode_lossy::<Json>(&text).unwrap_err(),
                from_str::<serde_json::Value>(&text).unwrap_err(),
            ] {
                assert!(error.message.contains("recursion limit exceeded"), "{depth}: {error}");
            }
            assert!(from_str::<Json>(&open.repeat(depth)).is_err());
        }
    }
}

#[test]
fn unions_within_unions_are_parsed_once() {
    let text = nested("[{\"a\":[1,\"x\"],\"b\":", "}]", 40);
    let before = crate::json::node::INDEXED.get();
    from_str::<Json>(&text).unwrap();
    assert_eq!(crate::json::node::INDEXED.get() - before, text.len());
}

#[derive(Debug)]
struct Easy {
    kind: Option<String>,
    content: Part,
    extra_fields: ExtraFields,
}
crate::__model!(Easy { kind: optional("kind"), content: required("content") });

#[derive(Debug)]
struct Full {
    kind: String,
    content: Vec<Turn>,
    extra_fields: ExtraFields,
}
crate::__model!(Full { kind: required("kind"), content: required("content") });

#[derive(Debug)]
enum Part {
    Text(String),
    Parts(Vec<Turn>),
    Unknown(serde_json::Value),
}
crate::__union!(Part { Text: String(String), Parts: Array(Vec<Turn>) });

#[derive(Debug)]
enum Turn {
    Easy(Box<Easy>),
    Full(Box<Full>),
    Unknown(serde_json::Value),
}

crate::__union!(Turn { Easy: Model(Easy)["kind" = "message"], Full: Model(Full)["kind" = "message"] });

/// The names of the variants of a turn and of those within it.
fn names(turn: &Turn) -> String {
    let inner = match turn {
        Turn::Easy(easy) => match &easy.content {
            Part::Text(text) => return format!("Easy {text}"),
            Part::Parts(parts) => parts,
            Part::Unknown(value) => return format!("Easy ? {value}"),
        },
        Turn::Full(full) => &full.content,
        Turn::Unknown(value) => return format!("? {value}"),
    };
    let name = if matches!(turn, Turn::Easy(_)) { "Easy" } else { "Full" };
    format!("{name}[{}]", inner.iter().map(names).collect::<Vec<_>>().join(", "))
}

#[test]
fn a_variant_that_cannot_be_decoded_gives_way_to_the_next_one() {
    for (text, expected) in [
        (r#"{"kind":"message","content":"hi"}"#, "Easy hi"),
        (r#"{"content":"hi"}"#, "Easy hi"),
        (r#"{"kind":"message","content":[{"content":"hi"}]}"#, "Full[Easy hi]"),
        (r#"{"kind":null,"content":[]}"#, "Easy[]"),
        (r#"{"a":1,"b":"x"}"#, r#"? {"a":1,"b":"x"}"#),
        (r#"{"content":"hi","kind":"other"}"#, r#"? {"content":"hi","kind":"other"}"#),
        (r#"{"kind":"message","content":5}"#, "Easy ? 5"),
        (r#"{"kind":"message"}"#, r#"? {"kind":"message"}"#),
        (r"[]", "? []"),
        ("null", "? null"),
    ] {
        assert_eq!(names(&from_str(text).unwrap()), expected, "{text}");
    }
}

#[test]
fn trying_variants_takes_linear_time() {
    // Each level fails as the first variant after everything within it was decoded: 2^40 values without a budget.
    let text = format!(
        "{}\"hi\"{}",
        r#"{"kind":"message","content":[{"content":"#.repeat(40),
        "}],\"kind\":7}".repeat(40)
    );
    from_str::<Turn>(&text).unwrap();
}

#[test]
fn constants_rule_out_or_identify() {
    const OPTIONAL: &[Field] = &[Field::optional("type"), Field::optional("text"), Field::optional("level")];
    const DETAIL: &[Field] = &[Field::required("detail")];
    const fn tagged(constants: &'static [Constant], fields: &'static [Field]) -> Variant {
        Variant { json_type: JsonType::Object, constants, fields }
    }
    let blocks = &[
        tagged(&[(&["type"], &["heading"])], OPTIONAL),
        tagged(&[(&["type"], &["paragraph", "quote"])], OPTIONAL),
        tagged(&[(&["detail", "level"], &["2"])], DETAIL),
        tagged(&[(&["detail", "level"], &["true"])], DETAIL),
    ];
    for (text, expected) in [
        (r#"{"type":"quote","text":"x","level":1}"#, Some(1)),
        (r#"{"type":"\u0068eading"}"#, Some(0)),
        (r#"{"type":"rule","text":"x"}"#, None),
        (r#"{"text":"x"}"#, None),
        (r#"{"detail":{"level":2}}"#, Some(2)),
        (r#"{"detail":{"level":2.0}}"#, Some(2)),
        (r#"{"type":"rule","detail":{"level":true}}"#, Some(3)),
        (r#"{"type":"rule","detail":{"level":3}}"#, None),
        (r#"{"type":"rule","detail":[]}"#, None),
    ] {
        assert_eq!(select_variant(text, blocks), expected, "{text}");
    }
}

#[test]
fn of_variants_that_match_equally_well_the_only_one_that_decodes_is_taken() {
    #[derive(Debug)]
    struct Count {
        size: i64,
        extra_fields: ExtraFields,
    }
    crate::__model!(Count { size: required("size") });
    #[derive(Debug)]
    struct Label {
        size: String,
        extra_fields: ExtraFields,
    }
    crate::__model!(Label { size: required("size") });
    #[derive(Debug)]
    struct Word {
        size: Option<String>,
        extra_fields: ExtraFields,
    }
    crate::__model!(Word { size: expected("size") });
    #[derive(Debug)]
    enum Size {
        Count(Count),
        Label(Label),
        Word(Word),
        Unknown(serde_json::Value),
    }
    crate::__union!(Size { Count: Model(Count), Label: Model(Label), Word: Model(Word) });
    assert!(matches!(from_str(r#"{"size":1}"#).unwrap(), Size::Count(count) if count.size == 1));
    assert!(matches!(from_str(r#"{"size":null}"#).unwrap(), Size::Word(word) if word.size.is_none()));
    assert!(matches!(from_str(r#"{"size":"xl"}"#).unwrap(), Size::Unknown(_)));
    assert!(matches!(from_str(r#"{"size":[]}"#).unwrap(), Size::Unknown(_)));
}

#[test]
fn objects_around_a_union_and_values_within_it_fit_on_the_stack() {
    #[derive(Debug)]
    struct Level {
        below: Option<Box<Level>>,
        value: Option<Json>,
        extra_fields: ExtraFields,
    }
    crate::__model!(Level { below: optional("below"), value: optional("value") });
    let value = nested("[", "]", 127);
    let text = format!("{}{{\"value\":{value}}}{}", "{\"below\":".repeat(126), "}".repeat(126));
    let mut level: Level = from_str(&text).unwrap();
    let mut depth = 1;
    while let Some(below) = level.below {
        level = *below;
        depth += 1;
    }
    assert!(depth == 127 && matches!(level.value, Some(Json::List(_))));
}
