//! Removes secrets of a request from what the server sends back, before an error keeps it.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::secret::Secret;

/// The most bytes of a body that an error keeps.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The shortest secret that is searched for, in bytes. A shorter one, such as a PIN, occurs in innocent text too.
pub(crate) const MIN_SECRET_BYTES: usize = 8;

/// The characters that are encoded in a URL (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What replaces a secret.
const REPLACEMENT: &str = "…";

/// Words that say that the value with this name is a secret.
const SENSITIVE_WORDS: &[&str] = &[
    "apikey",
    "auth",
    "authorization",
    "cookie",
    "credential",
    "credentials",
    "cvc",
    "cvv",
    "jwt",
    "key",
    "otp",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "pin",
    "secret",
    "session",
    "signature",
    "ssn",
    "token",
    "tokens",
];

/// Words that say that it is not.
const HARMLESS_WORDS: &[&str] = &["idempotence", "idempotency", "public", "publishable", "type"];

/// Whether the value of a header, parameter or property with this name is a secret.
pub fn is_sensitive_name(name: &str) -> bool {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    // The words of the lists are ASCII, so other letters end a word: the tables of Unicode would be 12 kB of every program.
    for letter in name.chars() {
        if !letter.is_ascii_alphanumeric() || (letter.is_ascii_uppercase() && was_lower) {
            words.push(String::new());
        }
        if letter.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(letter.to_ascii_lowercase());
        }
        was_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
    }
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(SENSITIVE_WORDS) && !has(HARMLESS_WORDS)
}

/// Collects the strings in the value of a property that are secret by their names. `is_secret` says so of the property itself.
pub(crate) fn collect_secret_strings(value: &Value, is_secret: bool, out: &mut Vec<Secret>) {
    match value {
        Value::String(text) if is_secret => out.push(text.into()),
        // Such as a card number that is not in quotes.
        Value::Number(number) if is_secret => out.push(number.to_string().into()),
        Value::Array(items) => items.iter().for_each(|item| collect_secret_strings(item, is_secret, out)),
        Value::Object(properties) => {
            for (name, value) in properties {
                collect_secret_strings(value, is_secret || is_sensitive_name(name), out);
            }
        }
        _ => {}
    }
}

/// Inserts a text, unless it is there. One that contains another one is before it, and is removed first, as a whole.
fn insert_text(texts: &mut Vec<String>, text: String) {
    let compare = |other: &String| text.len().cmp(&other.len()).then_with(|| other.cmp(&text));
    if let Err(place) = texts.binary_search_by(compare) {
        texts.insert(place, text);
    }
}

/// The texts to remove: the secrets of a request in the forms in which a server may repeat them.
pub(crate) struct Redaction(Vec<String>);

impl Redaction {
    /// Removes these secrets. Secrets shorter than [`MIN_SECRET_BYTES`] are left out.
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = &'a Secret>) -> Self {
        let mut texts = Vec::new();
        for secret in secrets.map(Secret::expose).filter(|secret| secret.len() >= MIN_SECRET_BYTES) {
            insert_text(&mut texts, secret.to_owned());
            // Of Basic authentication, which sends a user with a password, or a key without one.
            insert_text(&mut texts, STANDARD.encode(secret));
            insert_text(&mut texts, STANDARD.encode(format!("{secret}:")));
            insert_text(&mut texts, utf8_percent_encode(secret, RESERVED).to_string());
            let json = serde_json::to_string(secret).unwrap_or_default();
            let json = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or_default();
            insert_text(&mut texts, json.to_owned());
            insert_text(&mut texts, json.replace('/', "\\/"));
        }
        Self(texts)
    }

    /// Whether the bytes contain a secret.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        !self.0.is_empty() && {
            let text = String::from_utf8_lossy(bytes);
            self.0.iter().any(|secret| text.contains(secret))
        }
    }

    /// Replaces every secret in a text.
    pub(crate) fn redact_text<'t>(&self, text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
        self.0.iter().fold(text.into(), |text, secret| {
            if text.contains(secret) { text.replace(secret, REPLACEMENT).into() } else { text }
        })
    }

    /// The first mebibyte of a body without secrets, and whether the body is longer.
    ///
    /// The body is cut before it is searched, and then copied, so that an error does not keep a large body in memory.
    pub(crate) fn redact_body(&self, body: &Bytes) -> (Bytes, bool) {
        if body.len() <= MAX_BODY_BYTES {
            return (if self.is_in(body) { self.replace_in(body).into() } else { body.clone() }, false);
        }
        let mut end = MAX_BODY_BYTES;
        // Not within a character, or the rest would not be UTF-8.
        while end > MAX_BODY_BYTES - 4 && body.get(end).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000)
        {
            end -= 1;
        }
        let start = body.get(..end).unwrap_or_default();
        let kept = if self.is_in(start) { self.replace_in(start).into_bytes() } else { start.to_vec() };
        (self.trim_partial_secret(kept).into(), true)
    }

    fn replace_in(&self, body: &[u8]) -> String {
        // A lossy conversion is enough: what is not UTF-8 cannot be shown as text anyway.
        self.redact_text(String::from_utf8_lossy(body)).into_owned()
    }

    /// Removes the start of a secret whose rest was cut off.
    fn trim_partial_secret(&self, mut body: Vec<u8>) -> Vec<u8> {
        let partial = self.0.iter().filter_map(|secret| {
            let lengths = (MIN_SECRET_BYTES / 2..secret.len()).rev();
            lengths
                .into_iter()
                .find(|length| body.ends_with(secret.as_bytes().get(..*length).unwrap_or_default()))
        });
        let partial = partial.max().unwrap_or(0);
        body.truncate(body.len() - partial);
        body
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn redaction(secrets: &[&str]) -> Redaction {
        let secrets: Vec<Secret> = secrets.iter().map(|secret| Secret::from(*secret)).collect();
        Redaction::new(secrets.iter())
    }

    #[test]
    fn secrets_are_removed_in_every_form_and_short_ones_are_not_searched_for() {
        let redact =
            |secret: &str, text: &str| redaction(&[secret]).redact_text(text.to_owned()).into_owned();
        assert_eq!(redact("sk_live/1+2", "a sk_live/1+2, sk_live\\/1+2, sk_live%2F1%2B2"), "a …, …, …");
        assert_eq!(redact("pass\"word", r#"{"a":"pass\"word"}"#), r#"{"a":"…"}"#);
        assert_eq!(redact("sk_12345", "Basic c2tfMTIzNDU6 or c2tfMTIzNDU="), "Basic … or …");
        for short in ["", "k", "ok", "1234567"] {
            let text = "the token k is ok: 1234567 kkkk";
            assert_eq!(redact(short, text), text);
            assert!(!redaction(&[short]).is_in(text.as_bytes()));
        }
        let both = redaction(&["secret_1", "secret_1_and_more"]);
        assert_eq!(both.redact_text("secret_1_and_more secret_1"), "… …");
    }

    #[test]
    fn a_long_body_is_cut_before_it_is_searched() {
        let secret = "secret_0123456789";
        let redact = |body: String| redaction(&[secret]).redact_body(&body.into());
        let (short, is_cut) = redact(format!("a {secret} b"));
        assert_eq!((&short[..], is_cut), ("a … b".as_bytes(), false));
        let (long, is_cut) = redact("é".repeat(MAX_BODY_BYTES));
        assert!(is_cut && long.len() == MAX_BODY_BYTES && std::str::from_utf8(&long).is_ok());
        let (odd, _) = redact(format!("x{}", "€".repeat(MAX_BODY_BYTES)));
        assert!(std::str::from_utf8(&odd).is_ok() && odd.len() > MAX_BODY_BYTES - 4);
        // A secret that the cut divides.
        for kept in 4..secret.len() {
            let body = format!("{}{secret} more", "x".repeat(MAX_BODY_BYTES - kept));
            let (body, is_cut) = redact(body);
            assert!(is_cut && body.iter().all(|byte| *byte == b'x'), "{kept}");
        }
    }

    #[test]
    fn hostile_bodies_take_no_quadratic_time() {
        let secret = format!("{}b", "a".repeat(8_000));
        let body = Bytes::from("a".repeat(64 * MAX_BODY_BYTES));
        let (kept, is_cut) = redaction(&[&secret]).redact_body(&body);
        assert!(is_cut && kept.len() <= MAX_BODY_BYTES);
    }

    #[test]
    fn names_tell_what_is_secret() {
        for name in [
            "Authorization",
            "Cookie",
            "X-Api-Key",
            "apiKey",
            "x-session-id",
            "access_token",
            "clientSecret",
            "Proxy-Authorization",
            "card_pin",
            "X-Amz-Signature",
        ] {
            assert!(is_sensitive_name(name), "{name}");
        }
        for name in
            ["", "X-Trace", "Idempotency-Key", "public_key", "keyword", "monkey", "token_type", "author"]
        {
            assert!(!is_sensitive_name(name), "{name}");
        }
        let mut found = Vec::new();
        let value = json!({"card": {"pin": 12345678, "name": "Ada"}, "tokens": ["a", {"b": "c"}], "n": 1});
        collect_secret_strings(&value, false, &mut found);
        let found: Vec<&str> = found.iter().map(Secret::expose).collect();
        assert_eq!(found, ["12345678", "a", "c"]);
    }
}
