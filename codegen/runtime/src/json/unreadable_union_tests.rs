//! Tests of values within unions that their types cannot hold.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::json::{ExtraFields, from_str, keeping, text::decode_kept, to_vec};

#[derive(Debug, PartialEq)]
struct Event {
    kind: String,
    size: i64,
    extra_fields: ExtraFields,
}
crate::__model!(Event { kind: required("kind"), size: required("size") });

#[derive(Debug, PartialEq)]
struct Other {
    size: Decimal,
    extra_fields: ExtraFields,
}
crate::__model!(Other { size: required("size") });

#[derive(Debug, PartialEq)]
enum Union {
    Event(Event),
    Other(Other),
    Number(i64),
    Unknown(Value),
}
crate::__union!(Union { Event: Model(Event)["kind" = "event"], Other: Model(Other), Number: Integer(i64) });

#[derive(Debug, PartialEq)]
struct Holder {
    unions: Vec<Union>,
    size: i64,
    extra_fields: ExtraFields,
}
crate::__model!(Holder { unions: expected("unions"), size: required("size") });

#[test]
fn unions_keep_texts() {
    let text = "{\"unions\":[{\"kind\":\"event\",\"size\":1e30},{\"kind\":\"x\",\"size\":1e20},{\"size\":1e40},1e30],\"size\":1}";
    let holder: Holder = from_str(text).unwrap();
    let [Union::Event(event), Union::Other(exact), Union::Other(other), Union::Unknown(_)] = &*holder.unions
    else {
        panic!("{holder:?}")
    };
    assert_eq!((event.size, event.extra_fields.get_raw("size")), (i64::MAX, Some("1e30")));
    assert_eq!((exact.size.to_string().len(), exact.extra_fields.get_raw("size")), (21, None));
    assert_eq!((other.size, other.extra_fields.get_raw("size")), (Decimal::MAX, Some("1e40")));
    assert_eq!((holder.size, holder.extra_fields.len()), (1, 0));
}

#[derive(Debug, PartialEq)]
struct Link {
    size: i64,
    next: Option<Box<Chain>>,
    extra_fields: ExtraFields,
}
crate::__model!(Link { size: required("size"), next: optional("next") });

#[derive(Debug, PartialEq)]
struct Ring {
    next: Box<Chain>,
    extra_fields: ExtraFields,
}
crate::__model!(Ring { next: required("next") });

#[derive(Debug, PartialEq)]
enum Chain {
    Link(Link),
    Ring(Ring),
    Unknown(Value),
}
crate::__union!(Chain { Link: Model(Link), Ring: Model(Ring) });

#[test]
fn unions_within_unions_take_a_bounded_number_of_attempts() {
    let chain = |depth: usize| {
        let text = format!("{}{{\"size\":1e30}}{}", "{\"size\":1,\"next\":".repeat(depth), "}".repeat(depth));
        keeping::ATTEMPTS.set(0);
        (from_str::<Chain>(&text).unwrap(), keeping::ATTEMPTS.get())
    };
    let (value, _) = chain(3);
    let mut inner = &value;
    while let Chain::Link(Link { next: Some(next), .. }) = inner {
        inner = next;
    }
    let Chain::Link(link) = inner else { panic!("{value:?}") };
    assert_eq!((link.size, link.extra_fields.get_raw("size")), (i64::MAX, Some("1e30")));
    // Each level would double the attempts.
    assert!(chain(50).1 < 50 * 50, "{}", chain(50).1);
}

#[derive(Debug, PartialEq)]
enum Scalar {
    Integer(i64),
    Text(String),
    Unknown(Value),
}
crate::__union!(Scalar { Integer: Integer(i64), Text: String(String) });

#[derive(Debug, PartialEq)]
struct Scalars {
    one: Option<Scalar>,
    list: Vec<Scalar>,
    extra_fields: ExtraFields,
}
crate::__model!(Scalars { one: optional("one"), list: expected("list") });

#[test]
fn digits_of_a_scalar_in_a_union_are_not_lost() {
    let encode = |value: &Scalars| String::from_utf8(to_vec(value).unwrap()).unwrap();
    for text in ["5.0", "5", "-5e0"] {
        let value: Scalars = from_str(&format!("{{\"one\":{text},\"list\":[]}}")).unwrap();
        assert!(matches!(value.one, Some(Scalar::Integer(5 | -5))), "{value:?}");
    }
    // A `Value` has these digits.
    for text in ["1e30", "18446744073709551615", "2.5", "true"] {
        let value: Scalars = from_str(&format!("{{\"one\":{text},\"list\":[]}}")).unwrap();
        assert!(matches!(value.one, Some(Scalar::Unknown(_))) && value.extra_fields.is_empty(), "{value:?}");
    }
    for text in ["12345678901234567890123", "9007199254740993.0", "0.12345678901234567890"] {
        let json = format!("{{\"one\":{text},\"list\":[1,\"a\",{text}]}}");
        let (mut value, kept) = decode_kept::<Scalars>(&json).unwrap();
        assert!(matches!(value.one, Some(Scalar::Unknown(_))), "{value:?}");
        assert!(
            matches!(&*value.list, [Scalar::Integer(1), Scalar::Text(_), Scalar::Unknown(_)]),
            "{value:?}"
        );
        assert_eq!(value.extra_fields.get_raw("one"), Some(text));
        assert_eq!(kept.iter().map(|kept| &*kept.path).collect::<Vec<_>>(), ["one", "list"]);
        assert_eq!(encode(&value), json);
        value.list.pop();
        assert_eq!(encode(&value), format!("{{\"list\":[1,\"a\"],\"one\":{text}}}"));
    }
}

#[test]
fn digits_of_unknown_objects_and_of_unions_without_a_field_are_not_lost() {
    let text = "{\"unions\":[{\"kind\":\"x\",\"id\":12345678901234567890123}],\"size\":1}";
    let (holder, kept) = decode_kept::<Holder>(text).unwrap();
    assert!(matches!(&*holder.unions, [Union::Unknown(_)]), "{holder:?}");
    assert_eq!((holder.extra_fields.len(), kept.len()), (1, 1));
    let sent = String::from_utf8(to_vec(&holder).unwrap()).unwrap();
    assert!(sent.contains("\"id\":12345678901234567890123}]"), "{sent}");
    let (scalars, kept) = decode_kept::<Vec<Scalar>>("[1,12345678901234567890123]").unwrap();
    assert!(matches!(&*scalars, [Scalar::Integer(1), Scalar::Unknown(_)]), "{scalars:?}");
    assert_eq!((&*kept[0].path, &*kept[0].text), ("[1]", "12345678901234567890123"));
}
