//! A text that needs no allocation if it is short, as identifiers are.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The most bytes that are kept in place: all of it takes 24 bytes then.
const IN_PLACE: usize = 22;

/// The text of an identifier.
#[derive(Clone, PartialEq, Eq)]
pub struct ShortText(Place);

// A text has one place only, by its length, so that equal texts are equal values.
#[derive(Clone, PartialEq, Eq)]
enum Place {
    Inside { length: u8, bytes: [u8; IN_PLACE] },
    Outside(Box<str>),
}

impl ShortText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Place::Inside { length, bytes } => {
                let bytes = bytes.get(..usize::from(*length)).unwrap_or_default();
                std::str::from_utf8(bytes).unwrap_or_default()
            }
            Place::Outside(text) => text,
        }
    }
}

impl From<&str> for ShortText {
    fn from(text: &str) -> Self {
        let mut bytes = [0; IN_PLACE];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(text.as_bytes());
                Self(Place::Inside { length, bytes })
            }
            _ => Self(Place::Outside(text.into())),
        }
    }
}

impl From<ShortText> for String {
    fn from(text: ShortText) -> Self {
        match text.0 {
            Place::Outside(text) => text.into(),
            Place::Inside { .. } => text.as_str().to_owned(),
        }
    }
}

impl PartialOrd for ShortText {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ShortText {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for ShortText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_takes_24_bytes_also_if_it_is_optional() {
        assert_eq!(size_of::<ShortText>(), 24);
        assert_eq!(size_of::<Option<ShortText>>(), 24);
    }

    proptest! {
        #[test]
        fn it_behaves_as_its_text(texts in prop::array::uniform2(prop_oneof!["[ab]{0,3}", "[a-zé日]{18,26}", ".*"])) {
            let [one, other] = &texts;
            let (short, short_other) = (ShortText::from(one.as_str()), ShortText::from(other.as_str()));
            prop_assert_eq!(short.as_str(), one);
            prop_assert_eq!(format!("{short:?}"), format!("{one:?}"));
            prop_assert_eq!(short.cmp(&short_other), one.cmp(other));
            prop_assert_eq!(short == short_other, one == other);
            let state = std::hash::RandomState::new();
            prop_assert_eq!(state.hash_one(&short), state.hash_one(one));
            prop_assert_eq!(&String::from(short.clone()), one);
            prop_assert_eq!(short.clone(), short);
        }
    }
}
