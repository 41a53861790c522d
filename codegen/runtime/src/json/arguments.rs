//! The bounds of the arguments of setters. Each is `Into` under another name, with a message that says what to write instead
//! of a value that does not convert: the message of `Into` names a missing implementation of `From`.
//!
//! Structs keep `Into`, because its message names the required fields that a builder lacks.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::__private::{Date, DateTime};
use crate::json::IntoNullable;

/// Defines the bound for the values of a type, and that for the values of a nullable field.
macro_rules! argument_bounds {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident, $nullable:ident $(for $target:ident)? $(: $type:ty)?,
        $message:literal, $label:literal, $($note:literal),+;
    )*) => {$(
        $(#[doc = $doc])*
        #[diagnostic::on_unimplemented(message = $message, label = $label, $(note = $note),+)]
        pub trait $name$(<$target>)?: Into<$($target)?$($type)?> {}

        // Without this attribute, the compiler would report what `Into` lacks.
        #[diagnostic::do_not_recommend]
        impl<$($target,)? Argument: Into<$($target)?$($type)?>> $name$(<$target>)? for Argument {}

        $(#[doc = $doc])*
        ///
        /// [`Null`](crate::json::Null) stands for `null`. The compiler infers `Kind`.
        #[diagnostic::on_unimplemented(
            message = $message,
            label = $label,
            $(note = $note,)+
            note = "the field also takes `Null`; to omit it, do not call its setter"
        )]
        pub trait $nullable<$($target,)? Kind>: IntoNullable<$($target)?$($type)?, Kind> {}

        #[diagnostic::do_not_recommend]
        impl<$($target,)? Kind, Argument> $nullable<$($target,)? Kind> for Argument
        where
            Argument: IntoNullable<$($target)?$($type)?, Kind>,
        {
        }
    )*};
}

argument_bounds! {
    /// Text: `&str`, `String`, `&String`, `Cow<str>`, or any identifier or enum of strings, owned or borrowed.
    IntoText, IntoNullableText: String,
        "`{Self}` is not text",
        "expected a string, an identifier or an enum of strings",
        "convert another value with `.to_string()`, and the items of a list of `&&str` with `.copied()`";

    /// An exact number: a `Decimal`, or an integer.
    ///
    /// # Panics
    /// The conversion of an integer of 128 bits panics unless it has at most 96 bits: use `Decimal::try_from_i128_with_scale` for one.
    IntoDecimal, IntoNullableDecimal: Decimal,
        "`{Self}` is not an exact number",
        "expected a `Decimal`, such as `dec!(10.50)`",
        "floating point cannot hold most amounts: write the digits as `dec!(10.50)`",
        "parse text with `text.parse::<Decimal>()?`";

    /// A date and time with an offset: a [`DateTime`], or any `chrono::DateTime` that converts into one.
    IntoDateTime, IntoNullableDateTime: DateTime,
        "`{Self}` is not a date and time",
        "expected a `DateTime`, which has an offset from UTC",
        "parse RFC 3339 text with `\"2026-10-01T00:00:00Z\".parse::<DateTime>()?`",
        "a `chrono::DateTime<Utc>` converts, such as `Utc::now()`";

    /// A date without time: a [`Date`].
    IntoDate, IntoNullableDate: Date,
        "`{Self}` is not a date",
        "expected a `Date`, which has no time",
        "parse text with `\"2026-10-01\".parse::<Date>()?`, and take the date of a `DateTime` with `.date_naive()`";

    /// An identifier of one kind, owned or borrowed, or its text.
    IntoId, IntoNullableId for Target,
        "`{Self}` does not convert into `{Target}`",
        "expected `{Target}`, or its text",
        "an identifier of another kind does not convert: it would reach another resource, or none",
        "if the text is right and only its type is not, pass `id.as_str()`";

    /// A value of an enum, owned or borrowed, or what the API calls it.
    IntoEnum, IntoNullableEnum for Target,
        "`{Self}` does not convert into `{Target}`",
        "expected a variant of `{Target}`",
        "`{Target}::from(value)` makes one of the value that the API uses, even if this version does not know it";

    /// Any JSON value: text, a number, a Boolean, a list, an identifier, an enum of strings, or a [`Value`].
    IntoJson, IntoNullableJson: Value,
        "`{Self}` does not convert into a JSON value",
        "expected a `Value`, or what converts into one",
        "`serde_json::json!` and `serde_json::to_value` make one; a number with a fraction is exact as text";
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::json::{Null, list, nullable};

    crate::__id! {
        /// An order.
        OrderId
    }

    fn text(value: impl IntoText) -> String {
        value.into()
    }

    fn texts(values: impl IntoIterator<Item = impl IntoText>) -> Vec<String> {
        list(values)
    }

    fn id(value: impl IntoId<OrderId>) -> OrderId {
        value.into()
    }

    fn optional_text<Kind>(value: impl IntoNullableText<Kind>) -> Option<String> {
        nullable(value)
    }

    fn optional_id<Kind>(value: impl IntoNullableId<OrderId, Kind>) -> Option<OrderId> {
        nullable(value)
    }

    fn amount(value: impl IntoDecimal) -> Decimal {
        value.into()
    }

    #[test]
    fn text_is_whatever_has_text() {
        let (owned, order) = ("a".to_owned(), OrderId::from("a"));
        let all = [text("a"), text(&owned), text(owned.clone()), text(Cow::from("a")), text('a')];
        assert!(all.iter().chain(&[text(&order), text(order.clone())]).all(|text| text == "a"));
        assert_eq!(texts([&order]), ["a"]);
        let list = vec![owned.clone()];
        assert_eq!(texts(&list), texts(["a"]));
        let nullable =
            [optional_text("a"), optional_text(&order), optional_text(&owned), optional_text(Null)];
        assert_eq!(nullable.map(Option::unwrap_or_default), ["a", "a", "a", ""]);
    }

    #[test]
    fn identifiers_are_taken_by_reference_and_as_text() {
        let (order, text) = (OrderId::from("a"), "a".to_owned());
        assert!([id("a"), id(&text), id(text.clone()), id(&order)].iter().all(|id| *id == order));
        assert_eq!((optional_id(&order), optional_id(Null)), (Some(order), None));
    }

    #[test]
    fn integers_are_exact_numbers() {
        assert_eq!((amount(10), amount(10_u64), amount(crate::dec!(10))), (10.into(), 10.into(), 10.into()));
    }
}
