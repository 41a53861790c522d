//! Finds numbers that conform to constraints, for samples.

use openapi_client_description::{Constraints, validate::parse_decimal};
use rust_decimal::Decimal;

/// The conforming number that is nearest to `number`, an integer if `is_integer`.
pub(crate) fn nearest_number(constraints: &Constraints, number: Decimal, is_integer: bool) -> Decimal {
    let limit = |text: &Option<String>| text.as_deref().and_then(parse_decimal);
    let above = limit(&constraints.exclusive_minimum);
    let below = limit(&constraints.exclusive_maximum);
    let unit = if is_integer { Decimal::ONE } else { Decimal::new(1, 2) };
    let low = [limit(&constraints.minimum), above.map(|above| above + unit)].into_iter().flatten().max();
    let high = [limit(&constraints.maximum), below.map(|below| below - unit)].into_iter().flatten().min();
    let low = low.map(|low| if is_integer { low.ceil() } else { low });
    let high = high.map(|high| if is_integer { high.floor() } else { high });
    let clamped = low.map_or(number, |low| number.max(low));
    let clamped = high.map_or(clamped, |high| clamped.min(high));
    let number = match (above, below) {
        // The range is narrower than the unit: its middle.
        (Some(above), Some(below)) if !is_integer && (clamped <= above || clamped >= below) => {
            (above + below) / Decimal::TWO
        }
        _ => clamped,
    };
    limit(&constraints.multiple_of)
        .and_then(|step| nearest_multiple(number, step, high))
        .unwrap_or(number)
        .normalize()
}

/// The next multiple that is not less than the number, or the one before if that is beyond the maximum.
fn nearest_multiple(number: Decimal, step: Decimal, high: Option<Decimal>) -> Option<Decimal> {
    let multiple = number.checked_div(step)?.ceil().checked_mul(step)?;
    if high.is_some_and(|high| multiple > high) { multiple.checked_sub(step) } else { Some(multiple) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_conform_to_their_constraints() {
        let nearest = |constraints: &str, number: i64, is_integer: bool| {
            let constraints: Constraints = serde_json::from_str(constraints).unwrap();
            nearest_number(&constraints, Decimal::from(number), is_integer).to_string()
        };
        assert_eq!(nearest("{}", 7, true), "7");
        assert_eq!(nearest(r#"{"minimum":"10"}"#, 7, true), "10");
        assert_eq!(nearest(r#"{"exclusive_minimum":"10"}"#, 7, true), "11");
        assert_eq!(nearest(r#"{"exclusive_maximum":"0.5"}"#, 7, false), "0.49");
        assert_eq!(nearest(r#"{"exclusive_minimum":"0","exclusive_maximum":"0.001"}"#, 7, false), "0.0005");
        assert_eq!(nearest(r#"{"minimum":"1.5","maximum":"2.5"}"#, 9, true), "2");
        assert_eq!(nearest(r#"{"multiple_of":"5"}"#, 7, true), "10");
        assert_eq!(nearest(r#"{"multiple_of":"0.25","maximum":"7.1"}"#, 9, false), "7");
        assert_eq!(nearest(r#"{"multiple_of":"0"}"#, 7, true), "7");
    }
}
