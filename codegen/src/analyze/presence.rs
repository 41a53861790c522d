//! Whether a field may be absent, and whether it may be `null`.

/// Whether a field may be absent, and whether it may be `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always present, never `null`: `T`.
    Required,
    /// Always present, may be `null`: `Option<T>`.
    RequiredNullable,
    /// May be absent, never `null`; or `null` means the same as absence: `Option<T>`.
    Optional,
    /// May be absent and may be `null`, which differ in a request: `Option<Option<T>>`.
    OptionalNullable,
}

impl Presence {
    /// Combines the two facts.
    #[must_use]
    pub fn new(required: bool, nullable: bool) -> Self {
        match (required, nullable) {
            (true, false) => Self::Required,
            (true, true) => Self::RequiredNullable,
            (false, false) => Self::Optional,
            (false, true) => Self::OptionalNullable,
        }
    }

    /// The presence in a type that no request sends. What a server leaves out and what it sends as `null` is the same to a
    /// reader, so one `Option` is enough.
    #[must_use]
    pub fn in_responses(self) -> Self {
        if self == Self::OptionalNullable { Self::Optional } else { self }
    }

    /// Whether the field may be absent.
    #[must_use]
    pub fn is_optional(self) -> bool {
        matches!(self, Self::Optional | Self::OptionalNullable)
    }
}
