//! Macros for the amounts in generated structs. They are empty without the feature `money`: a `cfg` in a macro would be that of the
//! crate that uses it.

/// Implements a method for each amount of a struct. A row is `method: presence(field) [currency]`, where the currency is `field
/// presence name`, `code "usd"`, or `object` if the field is an object with both.
#[cfg(feature = "money")]
#[doc(hidden)]
#[macro_export]
macro_rules! __money {
    ($name:ident { $($method:ident: $presence:ident($amount:ident) $of:tt),* $(,)? }) => {
        impl $name {
            $($crate::__money!(@method $method $presence $amount $of);)*
        }
    };
    (@method $method:ident required_field $amount:ident [object]) => {
        #[doc = concat!("The value of `", stringify!($amount), "` for arithmetic.")]
        ///
        /// # Errors
        /// The amount or the currency cannot be read.
        #[inline]
        pub fn $method(&self) -> ::core::result::Result<$crate::Money, $crate::MoneyError> {
            $crate::Money::try_from(&self.$amount)
        }
    };
    (@method $method:ident $presence:ident $amount:ident [object]) => {
        #[doc = concat!("The value of `", stringify!($amount), "` for arithmetic.")]
        ///
        /// # Errors
        /// The amount or the currency cannot be read.
        #[inline]
        pub fn $method(
            &self,
        ) -> ::core::result::Result<::core::option::Option<$crate::Money>, $crate::MoneyError> {
            $crate::__private::money::$presence(&self.$amount).map($crate::Money::try_from).transpose()
        }
    };
    (@method $method:ident required_field $amount:ident [field $other:ident $currency:ident]) => {
        #[doc = concat!("The value of `", stringify!($amount), "` in `", stringify!($currency), "`.")]
        ///
        /// # Errors
        /// The amount or the currency cannot be read, or there is no currency.
        #[inline]
        pub fn $method(&self) -> ::core::result::Result<$crate::Money, $crate::MoneyError> {
            let currency = $crate::__private::money::$other(&self.$currency).map(::core::convert::AsRef::<str>::as_ref);
            $crate::__private::money::read_amount(&self.$amount, currency)
        }
    };
    (@method $method:ident $presence:ident $amount:ident [field $other:ident $currency:ident]) => {
        #[doc = concat!("The value of `", stringify!($amount), "` in `", stringify!($currency), "`.")]
        ///
        /// # Errors
        /// The amount or the currency cannot be read, or there is no currency.
        #[inline]
        pub fn $method(
            &self,
        ) -> ::core::result::Result<::core::option::Option<$crate::Money>, $crate::MoneyError> {
            let currency = $crate::__private::money::$other(&self.$currency).map(::core::convert::AsRef::<str>::as_ref);
            let amount = $crate::__private::money::$presence(&self.$amount);
            amount.map(|amount| $crate::__private::money::read_amount(amount, currency)).transpose()
        }
    };
    (@method $method:ident required_field $amount:ident [code $code:literal]) => {
        #[doc = concat!("The value of `", stringify!($amount), "` in `", $code, "`.")]
        ///
        /// # Errors
        /// The amount cannot be read.
        #[inline]
        pub fn $method(&self) -> ::core::result::Result<$crate::Money, $crate::MoneyError> {
            $crate::__private::money::read_amount(&self.$amount, ::core::option::Option::Some($code))
        }
    };
    (@method $method:ident $presence:ident $amount:ident [code $code:literal]) => {
        #[doc = concat!("The value of `", stringify!($amount), "` in `", $code, "`.")]
        ///
        /// # Errors
        /// The amount cannot be read.
        #[inline]
        pub fn $method(
            &self,
        ) -> ::core::result::Result<::core::option::Option<$crate::Money>, $crate::MoneyError> {
            let amount = $crate::__private::money::$presence(&self.$amount);
            amount.map(|amount| $crate::__private::money::read_amount(amount, Some($code))).transpose()
        }
    };
}

/// Implements the conversions of a struct that is an amount with its currency. The row after the names of both fields has those with
/// numbers of decimals.
#[cfg(feature = "money")]
#[doc(hidden)]
#[macro_export]
macro_rules! __money_object {
    ($name:ident { $amount:ident, $currency:ident } [$($first:ident $(, $decimals:ident)*)?]) => {
        impl ::core::convert::TryFrom<&$name> for $crate::Money {
            type Error = $crate::MoneyError;

            #[inline]
            fn try_from(object: &$name) -> ::core::result::Result<Self, $crate::MoneyError> {
                #[allow(unused_mut, unused_assignments)]
                let mut decimals = ::core::option::Option::None;
                $(decimals = ::core::convert::TryFrom::try_from(object.$first).ok();)?
                $crate::__private::money::read_object(&object.$amount, object.$currency.as_ref(), decimals)
            }
        }

        impl ::core::convert::TryFrom<$name> for $crate::Money {
            type Error = $crate::MoneyError;

            #[inline]
            fn try_from(object: $name) -> ::core::result::Result<Self, $crate::MoneyError> {
                Self::try_from(&object)
            }
        }

        impl ::core::convert::From<$crate::Money> for $name {
            #[inline]
            fn from(money: $crate::Money) -> Self {
                let mut object = <Self as $crate::json::Model>::blank();
                object.$amount = $crate::__private::money::AmountValue::from_money(money);
                object.$currency = $crate::__private::money::write_currency(money);
                $(
                    object.$first = $crate::__private::money::write_decimals(money).into();
                    $(object.$decimals = $crate::__private::money::write_decimals(money).into();)*
                )?
                object
            }
        }
    };
}

/// Empty without the feature `money`.
#[cfg(not(feature = "money"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __money {
    ($($tokens:tt)*) => {};
}

/// Empty without the feature `money`.
#[cfg(not(feature = "money"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __money_object {
    ($($tokens:tt)*) => {};
}
