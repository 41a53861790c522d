//! Which properties are amounts of money, and in which currency.

use serde::Deserialize;

use super::matches_pattern;

/// Amounts of money: fields that hold one get a method that returns it with its currency, for exact arithmetic.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct MoneyConfig {
    /// Objects that are an amount with its currency. They convert into the runtime's type for money and back, and fields that hold
    /// one get a method `{field}_money`.
    pub objects: Vec<MoneyObjectConfig>,
    /// Properties that are an amount, and their currency; the first entry that matches decides. The fields get a method
    /// `{field}_money`.
    pub amounts: Vec<MoneyAmounts>,
}

/// An object that is an amount with its currency. If the code of the currency is a plain string, it is written in lower case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MoneyObjectConfig {
    /// The name of the type.
    pub name: String,
    /// The property with the amount: a number, or a string with one.
    pub amount: String,
    /// The property with the code of the currency.
    pub currency: String,
    /// The properties with the number of decimals of the currency. The first one is read; all are written.
    #[serde(default)]
    pub decimals: Vec<String>,
}

/// Properties that are an amount: those that are numbers or strings; with `currency`, only beside that property.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MoneyAmounts {
    /// `property` in any type, or `Type.property`, or patterns with `*`.
    pub properties: Vec<String>,
    /// Exceptions, in the same notation.
    #[serde(default)]
    pub except: Vec<String>,
    /// The property of the same object with the code of the currency. Types without it are left out.
    #[serde(default)]
    pub currency: Option<String>,
    /// The code of the currency, if it is always the same: 1 to 16 ASCII characters without spaces.
    #[serde(default)]
    pub code: Option<String>,
}

impl MoneyAmounts {
    /// The index of the entry of `properties` that matches a property of a type.
    #[must_use]
    pub fn find_property(&self, ty: &str, property: &str) -> Option<usize> {
        find_match(&self.properties, ty, property)
    }

    /// The index of the entry of `except` that matches a property of a type.
    #[must_use]
    pub fn find_exception(&self, ty: &str, property: &str) -> Option<usize> {
        find_match(&self.except, ty, property)
    }
}

fn find_match(patterns: &[String], ty: &str, property: &str) -> Option<usize> {
    let path = format!("{ty}.{property}");
    patterns.iter().position(|pattern| {
        let text = if pattern.contains('.') { path.as_str() } else { property };
        matches_pattern(pattern, text)
    })
}
