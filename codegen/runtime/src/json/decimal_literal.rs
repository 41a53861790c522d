//! The macro `dec!`: exact amounts in source code. A constant function parses the literal, so that neither a procedural macro
//! nor code at run time is needed.

use rust_decimal::Decimal;

/// What is wrong with a literal.
const NOT_DECIMAL: &str =
    "not a decimal number: write its digits as they are, as in `dec!(10.50)`, without exponent and suffix";
const TOO_LONG: &str = "not a decimal number: it has more digits than a `Decimal` can hold, which are 28";

/// The digits of a `Decimal` are an integer of 96 bits.
const LIMIT: u128 = 1 << 96;

/// Parses the text of a literal. It keeps the trailing zeros.
///
/// # Errors
/// A message for the compiler.
pub const fn parse_decimal_literal(text: &str) -> Result<Decimal, &'static str> {
    let mut rest = text.as_bytes();
    let (mut value, mut scale) = (0_u128, 0_u32);
    let (mut is_negative, mut has_digits, mut has_point) = (false, false, false);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match *byte {
            b'-' if !is_negative && !has_digits => is_negative = true,
            // The compiler may write a space after the sign.
            b' ' if !has_digits => {}
            b'_' if has_digits => {}
            b'.' if has_digits && !has_point => has_point = true,
            digit @ b'0'..=b'9' => {
                has_digits = true;
                scale += has_point as u32;
                if value >= LIMIT || scale > Decimal::MAX_SCALE {
                    return Err(TOO_LONG);
                }
                value = value * 10 + (digit - b'0') as u128;
            }
            _ => return Err(NOT_DECIMAL),
        }
    }
    if !has_digits {
        return Err(NOT_DECIMAL);
    }
    if value >= LIMIT {
        return Err(TOO_LONG);
    }
    let (low, middle, high) = (value as u32, (value >> 32) as u32, (value >> 64) as u32);
    Ok(Decimal::from_parts(low, middle, high, is_negative, scale))
}

/// An exact decimal number, such as an amount of money: `dec!(10.50)`, `dec!(-3)`, `dec!(1_000_000)`.
///
/// The digits are those of the source code, trailing zeros included, and never pass through binary floating point. What is not a
/// decimal number does not compile, and neither does one with more digits than a `Decimal` holds. The result is a constant.
///
/// ```
/// # use openapi_client_runtime::dec;
/// assert_eq!(dec!(10.50).to_string(), "10.50");
/// assert_eq!(dec!(-0.01) + dec!(1), dec!(0.99));
/// ```
///
/// ```compile_fail
/// # use openapi_client_runtime::dec;
/// let amount = dec!(10.50f64);
/// ```
#[macro_export]
macro_rules! dec {
    ($number:literal) => {{
        // An item, because `cargo check` does not evaluate a block of constants.
        const NUMBER: $crate::__private::Decimal =
            match $crate::__private::parse_decimal_literal(::core::stringify!($number)) {
                ::core::result::Result::Ok(number) => number,
                ::core::result::Result::Err(message) => ::core::panic!("{}", message),
            };
        NUMBER
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_keep_sign_and_scale() {
        const PRICE: Decimal = crate::dec!(10.50);
        assert_eq!(PRICE, Decimal::new(1050, 2));
        for (value, text) in [
            (PRICE, "10.50"),
            (crate::dec!(-10.50), "-10.50"),
            (crate::dec!(0), "0"),
            (crate::dec!(-0), "0"),
            (crate::dec!(3.), "3"),
            (crate::dec!(1_000.000_1), "1000.0001"),
            (crate::dec!(0.0000000000000000000000000001), "0.0000000000000000000000000001"),
            (crate::dec!(79228162514264337593543950335), "79228162514264337593543950335"),
        ] {
            assert_eq!(value.to_string(), text);
        }
    }

    #[test]
    fn other_literals_are_rejected() {
        for text in
            ["", "-", "- -1", "1.2.3", "1e3", "1.5f64", "5u8", "0x1F", "\"1.5\"", "'1'", "true", ".5", "1 0"]
        {
            assert_eq!(parse_decimal_literal(text), Err(NOT_DECIMAL), "{text}");
        }
        for text in [
            "79228162514264337593543950336",
            "-79228162514264337593543950336",
            "0.00000000000000000000000000001",
            "100000000000000000000000000000000000000000000000000",
        ] {
            assert_eq!(parse_decimal_literal(text), Err(TOO_LONG), "{text}");
        }
    }
}
