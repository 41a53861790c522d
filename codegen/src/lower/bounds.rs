//! Limits of numbers in the form of 3.0, and within what the typed model can hold.

use super::constants::integer;
use super::context::Context;
use serde_json::{Map, Number, Value};

/// Lowers `minimum`, `maximum`, their exclusive forms and `multipleOf`.
pub(super) fn lower(map: &mut Map<String, Value>, _at: &str, _cx: &mut Context<'_>) {
    exclusive(map, "exclusiveMinimum", "minimum", |own, other| own >= other);
    exclusive(map, "exclusiveMaximum", "maximum", |own, other| own <= other);
    if map.get("type").is_some_and(|name| name == "integer") {
        whole(map, "minimum", f64::ceil);
        whole(map, "maximum", f64::floor);
        whole(map, "multipleOf", |n| n);
    }
}

/// `exclusiveMinimum: 0` becomes `minimum: 0, exclusiveMinimum: true`. Where both limits stand, the stricter counts.
fn exclusive(
    map: &mut Map<String, Value>,
    exclusive: &str,
    inclusive: &str,
    is_stricter: impl Fn(f64, f64) -> bool,
) {
    let Some(limit) = map.get(exclusive) else {
        return;
    };
    let Value::Number(limit) = limit else {
        if limit != &Value::Bool(true) || !map.contains_key(inclusive) {
            map.shift_remove(exclusive);
        }
        return;
    };
    let other = map.get(inclusive).and_then(Value::as_f64);
    let counts = match (limit.as_f64(), other) {
        (Some(own), Some(other)) => is_stricter(own, other),
        _ => true,
    };
    let limit: Number = limit.clone();
    if counts {
        map.insert(inclusive.to_owned(), Value::Number(limit));
        map.insert(exclusive.to_owned(), Value::Bool(true));
    } else {
        map.shift_remove(exclusive);
    }
}

/// A limit of an integer is a 64 bit integer. One beyond 64 bits limits nothing.
fn whole(map: &mut Map<String, Value>, key: &str, round: impl Fn(f64) -> f64) {
    let Some(Value::Number(limit)) = map.get(key) else {
        return;
    };
    if limit.is_i64() {
        return;
    }
    let rounded = limit.as_f64().and_then(|n| Number::from_f64(round(n)));
    match rounded.and_then(|n| integer(&Value::Number(n))) {
        Some(whole) => {
            map.insert(key.to_owned(), Value::Number(whole.into()));
        }
        None => {
            map.shift_remove(key);
            let flag = match key {
                "minimum" => "exclusiveMinimum",
                "maximum" => "exclusiveMaximum",
                _ => return,
            };
            map.shift_remove(flag);
        }
    }
}
