//! Exact arithmetic with decimals: a result is either exact, or rounded once as the caller says.

use rust_decimal::{Decimal, RoundingStrategy};

/// The sum, unless a `Decimal` cannot hold it exactly. `Decimal` itself rounds a sum with too many digits.
pub(super) fn add_exactly(left: Decimal, right: Decimal) -> Option<Decimal> {
    let sum = left.checked_add(right)?;
    let decimals = left.normalize().scale().max(right.normalize().scale());
    (sum.scale() >= decimals).then_some(sum)
}

/// The product with a whole number, unless a `Decimal` cannot hold it exactly.
pub(super) fn multiply_exactly(amount: Decimal, factor: i64) -> Option<Decimal> {
    let product = amount.checked_mul(Decimal::from(factor))?;
    (product.scale() >= amount.normalize().scale() || product.is_zero()).then_some(product)
}

/// The product, rounded once to a number of decimals. Two `Decimal` have up to 58 digits in their product, of which `Decimal`
/// drops some before it can be rounded.
pub(super) fn multiply_rounded(
    left: Decimal,
    right: Decimal,
    decimals: u32,
    rounding: RoundingStrategy,
) -> Option<Decimal> {
    // Without zeros at the end, which would make the product longer than its value.
    let (left, right) = (left.normalize(), right.normalize());
    let mut product = Digits::multiply(left.mantissa().unsigned_abs(), right.mantissa().unsigned_abs());
    let dropped = (left.scale() + right.scale()).saturating_sub(decimals);
    let (mut last, mut has_more) = (0, false);
    for _ in 0..dropped {
        has_more |= last != 0;
        last = product.divide_by_ten();
    }
    let is_negative = left.is_sign_negative() != right.is_sign_negative();
    let with_sign = |value: i128| if is_negative { -value } else { value };
    // Rounding sees the last digit that is kept, and two digits in place of all that are dropped: they are on the same side of every
    // limit of rounding.
    let kept_digit = Digits(product.0).divide_by_ten();
    let digits = i128::from(kept_digit) * 100 + i128::from(last) * 10 + i128::from(has_more);
    let digits = Decimal::try_from_i128_with_scale(with_sign(digits), 2).ok()?;
    if digits.round_dp_with_strategy(0, rounding).abs() > Decimal::from(kept_digit) {
        product.add_one();
    }
    let mut scale = left.scale() + right.scale() - dropped;
    loop {
        let value = product.value().and_then(|value| i128::try_from(value).ok());
        let result = value.and_then(|value| Decimal::try_from_i128_with_scale(with_sign(value), scale).ok());
        // A product that is too long may only have too many zeros at its end.
        if result.is_some() || scale == 0 || product.divide_by_ten() != 0 {
            return result;
        }
        scale -= 1;
    }
}

/// A product of two mantissas of 96 bits, in digits of 32 bits, the lowest first.
struct Digits([u32; 6]);

impl Digits {
    fn multiply(left: u128, right: u128) -> Self {
        let split = |value: u128| [0, 32, 64].map(|shift| (value >> shift) & u128::from(u32::MAX));
        let mut columns = [0_u128; 6];
        for (row, left) in split(left).into_iter().enumerate() {
            for (column, right) in columns.iter_mut().skip(row).zip(split(right)) {
                *column += left * right;
            }
        }
        let mut carry = 0;
        Self(columns.map(|column| {
            let sum = column + carry;
            carry = sum >> 32;
            low_bits(sum)
        }))
    }

    /// Adds one. The product of two mantissas has room for it.
    fn add_one(&mut self) {
        for digit in &mut self.0 {
            let (sum, has_carry) = digit.overflowing_add(1);
            *digit = sum;
            if !has_carry {
                break;
            }
        }
    }

    /// Divides by ten, and returns the remainder.
    fn divide_by_ten(&mut self) -> u32 {
        let mut remainder = 0;
        for digit in self.0.iter_mut().rev() {
            let value = (u128::from(remainder) << 32) | u128::from(*digit);
            *digit = low_bits(value / 10);
            remainder = low_bits(value % 10);
        }
        remainder
    }

    /// The value, if it has at most 128 bits.
    fn value(&self) -> Option<u128> {
        let [a, b, c, d, high @ ..] = self.0;
        (high == [0, 0]).then(|| [d, c, b, a].iter().fold(0, |all, digit| (all << 32) | u128::from(*digit)))
    }
}

fn low_bits(value: u128) -> u32 {
    u32::try_from(value & u128::from(u32::MAX)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn sums_that_would_be_rounded_are_refused() {
        assert_eq!(add_exactly(Decimal::MAX, decimal("0.1")), None);
        assert_eq!(add_exactly(decimal("7922816251426433759354395033.5"), decimal("0.05")), None);
        assert_eq!(add_exactly(Decimal::MAX, Decimal::ONE), None);
        // Zeros at the end are no digits that are lost.
        assert_eq!(add_exactly(Decimal::MAX, decimal("-1.00")), Some(Decimal::MAX - Decimal::ONE));
        assert_eq!(add_exactly(decimal("0.00"), decimal("5")), Some(decimal("5")));
    }

    #[test]
    fn products_that_would_be_rounded_are_refused() {
        assert_eq!(multiply_exactly(decimal("7922816251426433759354395033.5"), 3), None);
        assert_eq!(multiply_exactly(Decimal::MAX, 2), None);
        assert_eq!(multiply_exactly(decimal("10.50"), -3), Some(decimal("-31.50")));
        assert_eq!(multiply_exactly(decimal("10.50"), 0), Some(Decimal::ZERO));
    }

    #[test]
    fn products_are_rounded_once() {
        // 28 digits of the product round to 0.005, which a second rounding would raise.
        let (left, right) =
            (decimal("0.0049999999999999999999999999"), decimal("0.9999999999999999999999999999"));
        let nearest = RoundingStrategy::MidpointAwayFromZero;
        assert_eq!(multiply_rounded(left, right, 2, nearest), Some(decimal("0.00")));
        let half = multiply_rounded(decimal("0.01"), decimal("0.5000000000000000000000000001"), 2, nearest);
        assert_eq!(half, Some(decimal("0.01")));
        let even = RoundingStrategy::MidpointNearestEven;
        assert_eq!(multiply_rounded(decimal("0.05"), decimal("0.5"), 2, even), Some(decimal("0.02")));
        assert_eq!(multiply_rounded(decimal("0.05"), decimal("-0.5"), 2, nearest), Some(decimal("-0.03")));
        assert_eq!(multiply_rounded(Decimal::MAX, decimal("1.1"), 2, even), None);
    }

    #[test]
    fn products_that_fit_do_not_overflow() {
        let nearest = RoundingStrategy::MidpointAwayFromZero;
        for (left, right, decimals, product) in [
            ("1000.000000000000000000000000", "1.5", 24, "1500"),
            ("1000.000000000000000000000000", "1.5000000000000000000000000000", 24, "1500"),
            // The product has 28 digits behind the point and 35 in all, of which rounding leaves 29.
            ("1000000", "1.0000000000000000000000000001", 24, "1000000.0000000000000000000001"),
            ("1000000.5", "1.0000000000000000000000000001", 20, "1000000.5"),
            // The last digit that is kept is a nine.
            ("0.99999999999999999999", "1.0000000000000000000000000001", 18, "1"),
            ("79228162514264337593543950335", "0.1", 2, "7922816251426433759354395033.5"),
            ("79228162514264337593543950335", "1", 28, "79228162514264337593543950335"),
        ] {
            let result = multiply_rounded(decimal(left), decimal(right), decimals, nearest);
            assert_eq!(result, Some(decimal(product)), "{left} * {right}");
        }
        assert_eq!(multiply_rounded(Decimal::MAX, Decimal::TWO, 28, nearest), None);
        assert_eq!(multiply_rounded(Decimal::MAX, Decimal::MAX, 0, nearest), None);
    }

    fn amounts() -> impl Strategy<Value = Decimal> {
        (-1_000_000_000_000_i64..1_000_000_000_000, 0_u32..8)
            .prop_map(|(digits, scale)| Decimal::new(digits, scale))
    }

    proptest! {
        #[test]
        fn sums_are_those_of_integers(left in amounts(), right in amounts()) {
            let whole = |amount: Decimal| amount.mantissa() * 10_i128.pow(8 - amount.scale());
            let sum = add_exactly(left, right).unwrap();
            prop_assert_eq!(whole(sum), whole(left) + whole(right));
        }

        #[test]
        fn products_are_those_of_integers(left in amounts(), right in amounts(), decimals in 0_u32..5) {
            // The product has at most 24 digits, so a decimal holds it exactly.
            let exact = left * right;
            for rounding in [
                RoundingStrategy::MidpointNearestEven,
                RoundingStrategy::MidpointAwayFromZero,
                RoundingStrategy::MidpointTowardZero,
                RoundingStrategy::ToZero,
                RoundingStrategy::AwayFromZero,
                RoundingStrategy::ToNegativeInfinity,
                RoundingStrategy::ToPositiveInfinity,
            ] {
                let rounded = multiply_rounded(left, right, decimals, rounding).unwrap();
                prop_assert_eq!(rounded, exact.round_dp_with_strategy(decimals, rounding));
            }
        }
    }
}
