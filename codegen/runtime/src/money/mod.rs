//! Amounts of money: exact, and each in one currency.

mod arithmetic;
mod currency;
mod error;
mod fields;
mod iso_4217;
mod sums;
mod value;

pub use currency::Currency;
pub use error::MoneyError;
pub use fields::{
    AmountValue, nullable_field, optional_field, read_amount, read_object, required_field, write_currency,
    write_decimals,
};
pub use rust_decimal::RoundingStrategy;
pub use sums::{IntoAmount, MoneySums};
pub use value::Money;
