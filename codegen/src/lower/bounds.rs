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
        if is_unsigned(map) {
            map.insert("x-codegen-unsigned".to_owned(), Value::Bool(true));
        }
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

/// Whether an integer has no negative values, and may have some that only an unsigned type holds: by a format such as
/// `uint64`, or by its limits.
fn is_unsigned(map: &Map<String, Value>) -> bool {
    const BEYOND_SIGNED: f64 = 9_223_372_036_854_775_808.0;
    let limit = |key: &str| map.get(key).and_then(Value::as_f64);
    let format = map.get("format").and_then(Value::as_str);
    let is_by_format = matches!(
        format,
        Some("uint64" | "uint32" | "uint" | "ulong" | "unsigned" | "unsigned-int" | "unsigned-long")
    );
    let is_by_limit = limit("minimum").is_some_and(|limit| limit >= 0.0)
        && limit("maximum").is_some_and(|limit| limit >= BEYOND_SIGNED);
    // A document may contradict its format.
    let has_negative = ["minimum", "maximum"].iter().any(|key| limit(key).is_some_and(|limit| limit < 0.0));
    (is_by_format || is_by_limit) && !has_negative
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
