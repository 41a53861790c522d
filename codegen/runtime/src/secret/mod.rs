//! Credentials that are never printed.

pub(crate) mod object;
pub(crate) mod redaction;

use std::{borrow::Cow, fmt, sync::Arc};

/// An API key, a token or a password.
///
/// `Debug` prints `Secret(…)`, and there is neither `Display` nor an implementation of serde. Clones share the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Wraps the text without changing it.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the text. This is the only access to it, so that a search finds every use.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in the text by which anyone could be recognised.
    pub(crate) fn is_blank(&self) -> bool {
        trim_secret(&self.0).is_empty()
    }
}

/// Removes what files, editors and shells put around a secret: white space, control characters, and the invisible characters
/// among which the byte order mark is.
pub(crate) fn trim_secret(text: &str) -> &str {
    let is_invisible = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    };
    text.trim_matches(is_invisible)
}

/// Reads a secret, or what identifies an account, from an environment variable. One that is not set, blank or not UTF-8 counts
/// as missing.
#[cfg(any(feature = "webhooks", feature = "user-token"))]
pub(crate) fn read_variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok()?;
    Some(trim_secret(&value)).filter(|value| !value.is_empty()).map(str::to_owned)
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<&mut str> for Secret {
    fn from(text: &mut str) -> Self {
        Self((&*text).into())
    }
}

impl From<&String> for Secret {
    fn from(text: &String) -> Self {
        Self(text.as_str().into())
    }
}

impl From<Box<str>> for Secret {
    fn from(text: Box<str>) -> Self {
        Self(text.into())
    }
}

impl From<Arc<str>> for Secret {
    fn from(text: Arc<str>) -> Self {
        Self(text)
    }
}

impl From<Cow<'_, str>> for Secret {
    fn from(text: Cow<'_, str>) -> Self {
        Self(text.into())
    }
}

impl From<char> for Secret {
    fn from(character: char) -> Self {
        Self(character.to_string().into())
    }
}

impl From<&Secret> for Secret {
    fn from(secret: &Secret) -> Self {
        secret.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_surrounds_a_secret_is_removed() {
        for (text, expected) in [
            ("key", "key"),
            (" key\r\n", "key"),
            ("\u{feff}k e y\0", "k e y"),
            ("\u{a0}\u{200b}\t\n", ""),
            ("", ""),
        ] {
            assert_eq!(trim_secret(text), expected);
            assert_eq!(Secret::from(text).is_blank(), expected.is_empty());
        }
    }
}
