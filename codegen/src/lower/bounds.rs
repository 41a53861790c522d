//! Converts limits of numbers into the form of 3.0, within the range of the typed document.

use super::constants::to_integer;
use super::context::LowerContext;
use crate::document::pointer;
use serde_json::{Map, Number, Value};

/// Converts `minimum`, `maximum`, their exclusive forms and `multipleOf`.
pub(super) fn lower_bounds(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    lower_exclusive(map, "exclusiveMinimum", "minimum", |exclusive, inclusive| exclusive >= inclusive);
    lower_exclusive(map, "exclusiveMaximum", "maximum", |exclusive, inclusive| exclusive <= inclusive);
    if map.get("type").is_some_and(|name| name == "integer") {
        round_limit(map, "minimum", f64::ceil);
        round_limit(map, "maximum", f64::floor);
        lower_integer_step(map, at, cx);
    }
}

/// Converts `exclusiveMinimum: 0` into `minimum: 0, exclusiveMinimum: true`. If both limits are given, the stricter one
/// counts.
fn lower_exclusive(
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
        (Some(limit), Some(other)) => is_stricter(limit, other),
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

/// Rounds a limit of an integer to a 64-bit integer. A limit beyond 64 bits excludes no value and is removed.
fn round_limit(map: &mut Map<String, Value>, key: &str, round: impl Fn(f64) -> f64) {
    let Some(Value::Number(limit)) = map.get(key) else {
        return;
    };
    if limit.is_i64() {
        return;
    }
    let rounded = limit.as_f64().and_then(|limit| Number::from_f64(round(limit)));
    match rounded.and_then(|limit| to_integer(&Value::Number(limit))) {
        Some(whole) => {
            map.insert(key.to_owned(), Value::Number(whole.into()));
        }
        None => {
            map.shift_remove(key);
            let flag = if key == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" };
            map.shift_remove(flag);
        }
    }
}

/// Makes the `multipleOf` of an integer a 64-bit integer. `0.01`, of which every integer is a multiple, is removed.
fn lower_integer_step(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    let Some(step) = map.get("multipleOf") else {
        return;
    };
    if let Some(whole) = to_integer(step) {
        map.insert("multipleOf".to_owned(), Value::Number(whole.into()));
        return;
    }
    let divides_one = step.as_f64().is_some_and(|step| (1.0 / step).fract() == 0.0);
    if !divides_one {
        let message = format!("`multipleOf: {step}` of an integer is not supported; it is ignored");
        cx.warn_not_represented(&pointer::join(at, "multipleOf"), message);
    }
    map.shift_remove("multipleOf");
}
