//! The kinds of values that are one number or date in JSON.

use serde::de::Deserializer;

/// A value that is a number or a date in JSON, and may not be able to hold what a text has.
pub(super) trait Scalar: Sized {
    /// Its kind.
    const KIND: Kind;

    /// Decodes the value, without replacing it.
    ///
    /// # Errors
    /// The deserializer's error if the type cannot hold the value.
    fn decode_exactly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// The value that is nearest to a JSON text that the type cannot hold.
    fn nearest(text: &str) -> Self;
}

/// A kind of scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    I32,
    I64,
    U32,
    U64,
    Enum,
    F64,
    Decimal,
    DateTime,
    Date,
    Json,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::I32,
        Self::I64,
        Self::U32,
        Self::U64,
        Self::Enum,
        Self::F64,
        Self::Decimal,
        Self::DateTime,
        Self::Date,
        Self::Json,
    ];

    pub(super) fn is_date(self) -> bool {
        matches!(self, Self::DateTime | Self::Date)
    }
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u16);

impl Kinds {
    pub(super) const NONE: Self = Self(0);

    pub(super) fn insert(&mut self, kind: Kind) {
        self.0 |= 1 << kind as u16;
    }

    pub(super) fn contains(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }

    /// The kinds of both sets.
    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}
