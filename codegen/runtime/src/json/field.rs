//! The description of a field of generated structs.

/// A field of a generated struct.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in JSON. If JSON escapes one of its characters, the field is [`escaped`](Self::escaped).
    pub name: &'static str,
    /// Whether the API description requires it.
    pub required: bool,
    /// Whether decoding succeeds without it.
    pub may_be_absent: bool,
    /// Whether JSON may write the name as it is.
    pub(super) is_plain: bool,
}

impl Field {
    /// A required field.
    #[must_use]
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true, may_be_absent: false, is_plain: true }
    }

    /// A required field without which decoding succeeds: its value is then `None`, or an empty list or map.
    #[must_use]
    pub const fn expected(name: &'static str) -> Self {
        Self { name, required: true, may_be_absent: true, is_plain: true }
    }

    /// An optional field.
    #[must_use]
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false, may_be_absent: true, is_plain: true }
    }

    /// An optional field whose `null` differs from absence.
    #[must_use]
    pub const fn nullable(name: &'static str) -> Self {
        Self::optional(name)
    }

    /// Marks a name with a character that JSON escapes. The generator writes it, since the compiler would interpret a loop over
    /// the characters of every name.
    #[must_use]
    pub const fn escaped(mut self) -> Self {
        self.is_plain = false;
        self
    }

    /// Whether decoding fails without it.
    #[inline]
    pub(super) const fn is_essential(&self) -> bool {
        !self.may_be_absent
    }
}
