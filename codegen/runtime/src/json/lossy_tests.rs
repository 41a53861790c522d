//! Tests of filling missing fields, with types as the generator emits them.

#![allow(dead_code, unreachable_pub)]

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{MAX_FILLED, decode_lossy};
use crate::json::recovery_rules::{is_fillable, says_money};
use crate::json::{ExtraFields, StrictUnions, from_str, to_vec};

#[derive(Clone, PartialEq)]
enum Status {
    Paid,
    Unknown(String),
}
crate::__open_enum!(Status { Paid = "paid" });

#[derive(Clone, Debug, PartialEq)]
struct Money {
    amount: Decimal,
    currency: String,
    extra_fields: ExtraFields,
}
crate::__model!(Money { amount: required("amount"), currency: required("currency") });

#[derive(Clone, Debug, PartialEq)]
struct Customer {
    id: String,
    is_new: bool,
    visits: i64,
    extra_fields: ExtraFields,
}
crate::__model!(Customer { id: required("id"), is_new: required("is_new"), visits: required("visits") });

#[derive(Clone, Debug, PartialEq)]
struct Card {
    last4: String,
    kind: String,
    extra_fields: ExtraFields,
}
crate::__model!(Card { last4: required("last4"), kind: required("kind") });

#[derive(Clone, Debug, PartialEq)]
enum Method {
    Card(Card),
    Unknown(serde_json::Value),
}
crate::__union!(Method { Card: Model(Card)["kind" = "card"] });

#[derive(Clone, Debug, PartialEq)]
struct Invoice {
    id: String,
    status: Status,
    created_at: DateTime<FixedOffset>,
    note: Option<String>,
    memo: Option<Option<String>>,
    tags: Vec<String>,
    labels: BTreeMap<String, String>,
    customer: Customer,
    fee: Option<Money>,
    method: Method,
    lines: Vec<Card>,
    extra_fields: ExtraFields,
}
crate::__model!(Invoice {
    id: required("id"),
    status: required("status"),
    created_at: required("created_at"),
    note: expected("note"),
    memo: nullable("memo"),
    tags: expected("tags"),
    labels: expected("labels"),
    customer: required("customer"),
    fee: expected("fee"),
    method: required("method"),
    lines: expected("lines"),
});

const WHOLE: &str = r#"{"id":"i","status":"paid","created_at":"2026-01-31T09:30:00Z","note":"n","memo":null,"tags":["a"],"labels":{"k":"v"},"customer":{"id":"c","is_new":true,"visits":3},"fee":{"amount":1.50,"currency":"usd"},"method":{"last4":"1","kind":"card"},"lines":[{"last4":"2","kind":"x"},{"last4":"3","kind":"y"}]}"#;

fn text(invoice: &Invoice) -> String {
    String::from_utf8(to_vec(invoice).unwrap()).unwrap()
}

#[test]
fn whole_texts_are_not_changed() {
    let invoice: Invoice = from_str(WHOLE).unwrap();
    assert_eq!(text(&invoice), WHOLE);
    let lossy = decode_lossy::<Invoice>(WHOLE).unwrap();
    assert_eq!((lossy.value, lossy.filled), (invoice, Vec::new()));
}

#[test]
fn absent_lists_maps_and_nullable_fields_need_no_filling() {
    let short = r#"{"id":"i","status":"paid","created_at":"2026-01-31T09:30:00Z","customer":{"id":"c","is_new":true,"visits":3},"method":null}"#;
    let invoice: Invoice = from_str(short).unwrap();
    assert_eq!((invoice.note, invoice.memo, invoice.fee), (None, None, None));
    assert!(invoice.tags.is_empty() && invoice.labels.is_empty() && invoice.lines.is_empty());
    let nulls = short
        .replace(r#""method":null"#, r#""tags":null,"labels":null,"lines":null,"note":null,"method":null"#);
    let invoice: Invoice = from_str(&nulls).unwrap();
    assert!(invoice.tags.is_empty() && invoice.labels.is_empty() && invoice.lines.is_empty());
}

#[test]
fn an_object_with_other_fields_only_is_not_an_object_of_absent_fields() {
    #[derive(Debug)]
    struct Notes {
        first: Option<String>,
        second: Vec<String>,
        extra_fields: ExtraFields,
    }
    crate::__model!(Notes { first: expected("first"), second: expected("second") });
    let empty: Notes = from_str("{}").unwrap();
    assert!(empty.first.is_none() && empty.second.is_empty());
    from_str::<Notes>(r#"{"second":null,"new":1}"#).unwrap();
    let error = from_str::<Notes>(r#"{"error":{"message":"m"}}"#).unwrap_err();
    assert_eq!(error.to_string(), "missing field `first` at line 1 column 25");
}

#[test]
fn missing_fields_are_filled_with_neutral_values() {
    let lossy = decode_lossy::<Invoice>(
        r#"{"lines":[{"last4":"2"},{}],"customer":{"id":null,"visits":"x"},"new":1}"#,
    );
    let lossy = lossy.unwrap();
    let Invoice { id, status, created_at, customer, method, lines, .. } = &lossy.value;
    assert_eq!((id.as_str(), status), ("", &Status::Unknown(String::new())));
    assert_eq!(created_at.to_rfc3339(), "1970-01-01T00:00:00+00:00");
    assert_eq!((customer.id.as_str(), customer.is_new, customer.visits), ("", false, 0));
    assert_eq!(method, &Method::Unknown(serde_json::Value::Null));
    assert_eq!((lines[0].last4.as_str(), lines[0].kind.as_str(), lines[1].kind.as_str()), ("2", "", ""));
    assert_eq!(lossy.value.extra_fields.get_raw("new"), Some("1"));
    let mut filled = lossy.filled;
    filled.sort();
    assert_eq!(
        filled,
        [
            "created_at",
            "customer.id",
            "customer.is_new",
            "customer.visits",
            "id",
            "lines[0].kind",
            "lines[1].kind",
            "lines[1].last4",
            "method",
            "status",
        ]
    );
}

#[test]
fn a_missing_object_is_filled_as_a_whole() {
    let lossy =
        decode_lossy::<Invoice>(&WHOLE.replace(r#""customer":{"id":"c","is_new":true,"visits":3},"#, ""));
    let lossy = lossy.unwrap();
    assert_eq!(lossy.filled, ["customer"]);
    assert_eq!((lossy.value.customer.id.as_str(), lossy.value.customer.visits), ("", 0));
}

#[test]
fn fields_of_a_variant_are_filled() {
    let lossy =
        decode_lossy::<Invoice>(&WHOLE.replace(r#"{"last4":"1","kind":"card"}"#, r#"{"kind":"card"}"#));
    let lossy = lossy.unwrap();
    assert_eq!(lossy.filled, ["method.last4"]);
    assert!(matches!(&lossy.value.method, Method::Card(card) if card.last4.is_empty()));
}

#[test]
fn money_is_never_filled() {
    for (from, to, path) in [
        (r#""amount":1.50,"#, "", "fee.amount"),
        ("1.50", "null", "fee.amount"),
        ("1.50", "\"a lot\"", "fee.amount"),
        ("1.50", "0.12345678901234567890123456789", "fee.amount"),
        (r#"{"amount":1.50,"currency":"usd"}"#, "\"1.50\"", "fee"),
    ] {
        let error = decode_lossy::<Invoice>(&WHOLE.replace(from, to)).unwrap_err();
        assert_eq!(error.path, path, "{error}");
        assert!(error.message.ends_with("money is never filled"), "{error}");
    }
    let missing = decode_lossy::<Money>(r#"{"currency":"usd"}"#).unwrap_err();
    assert_eq!(missing.to_string(), "at `amount`: the field is missing; money is never filled");
    let lossy = decode_lossy::<Invoice>(&WHOLE.replace(r#","currency":"usd""#, "")).unwrap();
    assert_eq!(lossy.filled, ["fee.currency"]);
    assert_eq!(lossy.value.fee.unwrap().amount.to_string(), "1.50");
}

#[test]
fn names_say_whether_a_number_is_money() {
    for name in
        ["amount", "unit_price", "totalAmount", "application_fee", "price_cents", "an object (Money)", "net"]
    {
        assert!(says_money(name), "{name}");
    }
    for name in
        ["visits", "total_count", "feedback", "priceless", "network", "position", "an object (Customer)"]
    {
        assert!(!says_money(name), "{name}");
    }
    #[derive(Debug)]
    struct Charge {
        unit_price: i64,
        extra_fields: ExtraFields,
    }
    crate::__model!(Charge { unit_price: required("unit_price") });
    let error = decode_lossy::<Charge>("{}").unwrap_err();
    assert_eq!((error.path.as_str(), error.message.ends_with("money is never filled")), ("unit_price", true));
    assert_eq!(decode_lossy::<Charge>(r#"{"unit_price":5.0}"#).unwrap().value.unit_price, 5);
}

#[test]
fn amounts_as_text_are_money_too() {
    #[derive(Debug)]
    struct Price {
        amount: String,
        price_label: String,
        extra_fields: ExtraFields,
    }
    crate::__model!(Price { amount: required("amount"), price_label: required("price_label") });
    let price = decode_lossy::<Price>(r#"{"amount":"1.50"}"#).unwrap();
    assert_eq!((price.value.amount.as_str(), price.value.price_label.as_str()), ("1.50", ""));
    for text in [r#"{"price_label":"a"}"#, r#"{"amount":null,"price_label":"a"}"#] {
        let error = decode_lossy::<Price>(text).unwrap_err();
        assert_eq!((error.path.as_str(), error.message.ends_with("money is never filled")), ("amount", true));
    }
}

#[test]
fn other_texts_are_rejected() {
    for text in ["", "{", "[]", "7", "null", "<html>"] {
        assert!(decode_lossy::<Invoice>(text).is_err(), "{text}");
    }
    assert_eq!(decode_lossy::<Vec<Card>>("null").unwrap().value, []);
}

#[test]
fn a_variant_is_filled_if_only_fields_are_missing() {
    let unknown = |invoice: &Invoice| matches!(invoice.method, Method::Unknown(_));
    for (method, filled, is_unknown) in [
        (r#"{"kind":"card"}"#, &["method.last4"][..], false),
        (r#"{"kind":"card","last4":7}"#, &["method.last4"], false),
        (r#"{"kind":"cash","last4":7}"#, &[], true),
    ] {
        let text = WHOLE.replace(r#"{"last4":"1","kind":"card"}"#, method);
        // Without filling, the value is kept, and the invoice is not lost.
        assert!(unknown(&from_str(&text).unwrap()), "{method}");
        let lossy = decode_lossy::<Invoice>(&text).unwrap();
        assert_eq!(
            (unknown(&lossy.value), lossy.filled),
            (is_unknown, filled.iter().map(ToString::to_string).collect())
        );
    }
}

#[test]
fn the_number_of_filled_fields_is_bounded() {
    let list = |count: usize| format!("[{}]", vec![r#"{"last4":"1"}"#; count].join(","));
    assert_eq!(decode_lossy::<Vec<Card>>(&list(300)).unwrap().filled.len(), 300);
    let error = decode_lossy::<Vec<Card>>(&list(MAX_FILLED + 1)).unwrap_err();
    assert!(error.message.contains("too many fields are missing"), "{error}");
}

#[test]
fn paths_lead_into_variants() {
    let _strict = StrictUnions::set(true);
    let error = from_str::<Invoice>(&WHOLE.replace(r#""last4":"1","#, "")).unwrap_err();
    assert_eq!(error.to_string(), "at `method`: missing field `last4`");
    let error = from_str::<Invoice>(&WHOLE.replace(r#""last4":"1""#, r#""last4":[]"#)).unwrap_err();
    assert_eq!(error.to_string(), "at `method.last4`: expected a string, found an array");
    let error = from_str::<Vec<Method>>(r#"[{"kind":"card","last4":"1"},{"kind":"card"}]"#).unwrap_err();
    assert_eq!(error.to_string(), "at `[1]`: missing field `last4`");
    assert!(is_fillable(&error));
    // In every position, with and without white space.
    for text in [
        r#"{"a": [[1, 2], ["x", 3]]}"#,
        r#"{"a":[[1,2],["x"]]}"#,
        r#"{"a":[[1,2],["x",{}] , [ ]],"b":[]}"#,
        r#"{"a":[[1,2] , [ "x" ] ]}"#,
    ] {
        let error = from_str::<BTreeMap<String, Vec<Vec<Decimal>>>>(text).unwrap_err();
        assert_eq!(error.to_string(), "at `a[1][0]`: expected a number, found `\"x\"`", "{text}");
    }
}

/// Removes, or sets to `null`, the entries that `drop` selects, and returns their paths.
fn mutate(value: &mut serde_json::Value, path: &str, drop: &mut impl FnMut() -> u8, log: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(entries) => {
            for name in entries.keys().cloned().collect::<Vec<_>>() {
                let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                match drop() {
                    0 => {
                        entries.remove(&name);
                        log.push(inner);
                    }
                    1 => {
                        entries.insert(name, serde_json::Value::Null);
                        log.push(inner);
                    }
                    _ => mutate(entries.get_mut(&name).unwrap(), &inner, drop, log),
                }
            }
        }
        serde_json::Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                mutate(item, &format!("{path}[{index}]"), drop, log);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn mutated_texts_are_decoded_or_fail_at_a_mutated_field(choices in prop::collection::vec(0_u8..12, 1..64)) {
        let mut value: serde_json::Value = serde_json::from_str(WHOLE).unwrap();
        let mut rest = choices.iter().copied().cycle();
        let mut log = Vec::new();
        mutate(&mut value, "", &mut || rest.next().unwrap(), &mut log);
        let text = value.to_string();
        let is_mutated = |path: &str| log.iter().any(|mutated| mutated == path);
        match from_str::<Invoice>(&text) {
            Ok(_) => {}
            Err(error) => {
                let missing = error.message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
                let path = match missing {
                    Some(name) if error.path.is_empty() => name.to_owned(),
                    Some(name) => format!("{}.{name}", error.path),
                    None => error.path.clone(),
                };
                prop_assert!(is_mutated(&path), "{error} is not about one of {log:?}");
            }
        }
        match decode_lossy::<Invoice>(&text) {
            Ok(lossy) => for path in &lossy.filled {
                prop_assert!(is_mutated(path), "{path} is not one of {log:?}");
            },
            Err(error) => {
                prop_assert_eq!(&error.path, "fee.amount");
                prop_assert!(is_mutated("fee.amount"), "{}", error);
            }
        }
    }

    #[test]
    fn texts_with_other_bytes_do_not_panic(at in 0..WHOLE.len(), byte in "[-{}\\[\\]\",:0-9a-z.]", length in 0_usize..20) {
        let end = (at + length).min(WHOLE.len());
        let text = format!("{}{byte}{}", &WHOLE[..at], &WHOLE[end..]);
        let strict = from_str::<Invoice>(&text);
        let lossy = decode_lossy::<Invoice>(&text);
        if let Ok(invoice) = strict {
            let lossy = lossy.unwrap();
            // A variant that only lacks a field is filled instead of unknown.
            prop_assert!(lossy.value == invoice || lossy.filled.iter().all(|path| path == "method.last4"));
        }
    }
}
