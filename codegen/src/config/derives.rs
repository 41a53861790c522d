//! Traits that types derive beyond those which all have.

use serde::Deserialize;

/// A trait that a type can derive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum DerivedTrait {
    /// `Eq`
    Eq,
    /// `PartialOrd`; needs `Ord` as well, since no value is without an order.
    PartialOrd,
    /// `Ord`
    Ord,
    /// `Hash`
    Hash,
}

impl DerivedTrait {
    /// Its name in Rust.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "Eq",
            Self::PartialOrd => "PartialOrd",
            Self::Ord => "Ord",
            Self::Hash => "Hash",
        }
    }

    /// The traits that a type must have for this one, and this one.
    #[must_use]
    pub fn with_required(self) -> &'static [Self] {
        match self {
            Self::Eq => &[Self::Eq],
            Self::PartialOrd | Self::Ord => &[Self::Eq, Self::PartialOrd, Self::Ord],
            Self::Hash => &[Self::Hash],
        }
    }
}
