//! Tests of values within unions that their types cannot hold.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::json::{ExtraFields, from_str, keeping};

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
