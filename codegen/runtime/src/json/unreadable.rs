//! Decodes a text in which a value has the right kind and its type cannot hold it: a number beyond the range of the type, or
//! a date that cannot be read. A field that may be absent is then `None`, and keeps its text in `extra_fields`.
//!
//! The text is decoded as usual. After such an error, the key of the field is marked in the text, and the text is decoded
//! again, so that values that can be read cost nothing.

use crate::json::{
    decode_error::DecodeError,
    recovery_rules::{REQUIRED, UNREADABLE, is_unreadable},
    tree::Tree,
};

/// The mark as JSON writes it.
const MARK: &str = "\\u0000";

/// The most fields of one text that are kept.
const MAX_KEPT: usize = 1_000;

/// The most bytes that are decoded again for one text, in all rounds.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Decodes a text again after an error, and returns the paths of the fields whose text was kept.
///
/// # Errors
/// The error, if it is not about such a field, or the next one.
#[cold]
pub(crate) fn recover<T>(
    text: &str,
    error: &serde_json::Error,
    decode: &dyn Fn(&str) -> Result<T, serde_json::Error>,
) -> Result<(T, Vec<String>), DecodeError> {
    let mut value = None;
    let error = DecodeError::with_position(text, error);
    let kept = keep(text, error, &mut |text| {
        value = Some(decode(text).map_err(|error| DecodeError::with_position(text, &error))?);
        Ok(())
    })?;
    // `keep` succeeds only after the text was decoded.
    value
        .map(|value| (value, kept))
        .ok_or_else(|| DecodeError { path: String::new(), message: String::new() })
}

/// Marks fields until the text can be decoded, and returns their paths.
fn keep(
    text: &str,
    mut error: DecodeError,
    decode: &mut dyn FnMut(&str) -> Result<(), DecodeError>,
) -> Result<Vec<String>, DecodeError> {
    let mut kept = Vec::new();
    let mut bytes = 0;
    if !is_unreadable(&error) {
        return Err(error);
    }
    let Ok(mut tree) = Tree::parse(text) else { return Err(error) };
    loop {
        let Some(positions) = tree.positions_of(&error.path) else { return Err(error) };
        let mut next = Ok(());
        let mut is_kept = false;
        // The field itself, the one that has the list, and the one that has the map or the lists in it.
        for length in (1..=positions.len()).rev() {
            let Some(mark) = positions.get(..length).filter(|on_way| tree.key_mut(on_way).is_some()) else {
                continue;
            };
            let marks = if length == positions.len() { MARK.to_owned() } else { MARK.repeat(2) };
            let Some(key) = tree.key_mut(mark) else { continue };
            key.insert_str(1, &marks);
            let text = tree.to_string();
            bytes += text.len();
            next = decode(&text);
            is_kept = match &next {
                Ok(()) => true,
                Err(next) => !next.message.starts_with("missing field `") && !has_mark(&next.path),
            };
            let is_in_map = next.as_ref().is_err_and(|next| has_mark(&next.path));
            if is_kept || !is_in_map || bytes > MAX_BYTES {
                break;
            }
            if let Some(key) = tree.key_mut(mark) {
                key.replace_range(1..=marks.len(), "");
            }
        }
        if !is_kept {
            error.message.push_str(REQUIRED);
            return Err(error);
        }
        kept.push(std::mem::take(&mut error.path));
        match next {
            Ok(()) => return Ok(kept),
            Err(next) if is_unreadable(&next) && kept.len() < MAX_KEPT && bytes <= MAX_BYTES => error = next,
            Err(next) => return Err(next),
        }
    }
}

fn has_mark(path: &str) -> bool {
    path.contains(MARK) || path.contains(UNREADABLE)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::{DateTime, FixedOffset};
    use rust_decimal::Decimal;

    use crate::json::{ExtraFields, decode_lossy, from_str, to_vec};

    #[derive(Debug, PartialEq)]
    struct Score {
        count: i64,
        when: Option<DateTime<FixedOffset>>,
        until: Option<Option<DateTime<FixedOffset>>>,
        due: Option<DateTime<FixedOffset>>,
        score: Option<Decimal>,
        ratio: Option<f64>,
        list: Option<Vec<Decimal>>,
        matrix: Option<Vec<Vec<i64>>>,
        map: Option<BTreeMap<String, i64>>,
        needed: Vec<i64>,
        inner: Option<Box<Score>>,
        total_price: Option<Decimal>,
        extra_fields: ExtraFields,
    }
    crate::__model!(Score {
        count: required("count"),
        when: optional("when"),
        until: nullable("until"),
        due: expected("due"),
        score: optional("score"),
        ratio: optional("ratio"),
        list: optional("list"),
        matrix: optional("matrix"),
        map: optional("map"),
        needed: expected("needed"),
        inner: optional("inner"),
        total_price: optional("total_price"),
    });

    /// The names and texts of the extra fields.
    fn kept(text: &str) -> Vec<(String, String)> {
        let score: Score = from_str(text).unwrap();
        score.extra_fields.entries().map(|(name, text)| (name.to_owned(), text.get().to_owned())).collect()
    }

    #[test]
    fn a_field_that_may_be_absent_keeps_its_text() {
        for (name, text) in [
            ("when", "\"\""),
            ("when", "\"soon\""),
            ("until", "\"31/12/2024\""),
            ("due", "\"never\""),
            ("score", "1e40"),
            ("score", "1e-31"),
            ("score", "0.1234567890123456789012345678901234567890"),
            ("ratio", "1e400"),
            ("list", "[1,1e40,2,1e-40]"),
            ("matrix", "[[1],[2,9223372036854775808]]"),
            ("map", "{\"a\":1,\"b\":18446744073709551616}"),
        ] {
            let json = format!("{{\"count\":1,\"{name}\":{text}}}");
            assert_eq!(kept(&json), [(name.to_owned(), text.to_owned())], "{json}");
            let nested = format!("[{{\"count\":2,\"x\":0,\"inner\":{json}}}]");
            let scores: Vec<Score> = from_str(&nested).unwrap();
            let inner = scores[0].inner.as_ref().unwrap();
            assert_eq!(inner.extra_fields.get_raw(name), Some(text), "{nested}");
        }
    }

    #[test]
    fn several_fields_are_kept_and_sent_back() {
        let text = "{\"count\":1,\"due\":\"x\",\"needed\":[],\"when\":\"\",\"score\":1e40,\"more\":1}";
        let mut score: Score = from_str(text).unwrap();
        let encode = |score: &Score| String::from_utf8(to_vec(score).unwrap()).unwrap();
        let sent = "{\"count\":1,\"needed\":[],\"due\":\"x\",\"when\":\"\",\"score\":1e40,\"more\":1}";
        assert_eq!(encode(&score), sent);
        score.due = Some(DateTime::default());
        score.score = Some(Decimal::ONE);
        let sent = "{\"count\":1,\"due\":\"1970-01-01T00:00:00Z\",\"score\":1,\"needed\":[],\"when\":\"\",\"more\":1}";
        assert_eq!(encode(&score), sent);
    }

    #[test]
    fn a_required_field_is_an_error_that_can_be_filled() {
        let text = "{\"count\":9223372036854775808}";
        let error = from_str::<Score>(text).unwrap_err();
        assert_eq!(error.path, "count");
        assert!(error.message.starts_with("expected i64, found "), "{error}");
        assert!(error.message.ends_with(", and the field is required"), "{error}");
        let lossy = decode_lossy::<Score>(text).unwrap();
        assert_eq!((lossy.value.count, lossy.filled), (0, vec!["count".to_owned()]));
        assert_eq!(lossy.found, [("count".to_owned(), "9223372036854775808".to_owned())]);
        // The list would read as empty.
        let error = from_str::<Score>("{\"count\":1,\"needed\":[1,9223372036854775808]}").unwrap_err();
        assert_eq!(error.path, "needed[1]");
        assert!(from_str::<Vec<i64>>("[9223372036854775808]").is_err());
    }

    #[test]
    fn money_and_values_of_another_kind_are_not_kept() {
        for (text, path) in [
            ("{\"count\":1,\"total_price\":1e40}", "total_price"),
            ("{\"count\":1,\"when\":true}", "when"),
            ("{\"count\":1,\"score\":\"high\"}", "score"),
            ("{\"count\":1,\"map\":{\"a\":\"x\"}}", "map.a"),
            ("{\"count\":1,\"when\":\"\",\"ratio\":[]}", "ratio"),
            ("{\"count\":{},\"x\":1}", "count"),
            ("{\"count\":1,\"when\":[{\"a\":1}]}", "when"),
        ] {
            assert_eq!(from_str::<Score>(text).unwrap_err().path, path, "{text}");
        }
    }

    #[test]
    fn a_name_with_a_mark_is_an_extra_field() {
        assert_eq!(kept("{\"count\":1,\"\\u0000x\":2}"), [("\0x".to_owned(), "2".to_owned())]);
    }
}
