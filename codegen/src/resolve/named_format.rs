//! Gives strings the formats that the configuration assigns by name, where the document declares none.

use openapiv3::{Schema, SchemaKind, StringType, Type, VariantOrUnknownOrEmpty};
use serde_json::Value;

use super::Resolver;
use crate::config::NamedFormat;
use crate::diagnostic::Code;
use crate::ir::{Details, TypeRef};

impl Resolver<'_> {
    /// The type that the name of a plain string implies. A string whose example or default has another form stays a string,
    /// with a warning.
    pub(super) fn type_by_name(
        &mut self,
        (name, owner): (&str, &str),
        schema: Option<&Schema>,
        details: &Details,
        pointer: &str,
    ) -> Option<TypeRef> {
        if !schema.is_some_and(is_plain_string) {
            return None;
        }
        let path = format!("{owner}.{name}");
        self.match_formats(name, &path);
        let rules = &self.config.formats_by_name;
        let (index, rule) = rules.iter().enumerate().find(|(_, rule)| rule.matches(name, &path))?;
        let format = rule.format;
        let shown: Vec<&str> =
            [&details.example, &details.default].into_iter().flatten().filter_map(Value::as_str).collect();
        match shown.iter().find(|text| !has_format(text, format)) {
            None if rule.needs_example && shown.is_empty() => None,
            None => Some(match format {
                NamedFormat::DateTime => TypeRef::DateTime,
                NamedFormat::Date => TypeRef::Date,
            }),
            // A rule that relies on examples expects that some have another form.
            Some(_) if rule.needs_example => None,
            Some(text) => {
                let format = format.as_str();
                let message = format!(
                    "`{name}` has the format `{format}` by its name, but the value `{text}` of its example or default \
                     is not a `{format}`; it stays a string"
                );
                let help = format!(
                    "add `{path}` to `except` of entry {} of `[[formats-by-name]]` in the configuration",
                    index + 1
                );
                let help = if owner.is_empty() { help.replace(&path, name) } else { help };
                self.warn(Code::FORMAT_BY_NAME, message, pointer, &help);
                None
            }
        }
    }
}

/// Whether a schema is a string of which the document says nothing more.
fn is_plain_string(schema: &Schema) -> bool {
    let SchemaKind::Type(Type::String(string)) = &schema.schema_kind else { return false };
    let StringType { format, pattern, enumeration, .. } = string;
    matches!(format, VariantOrUnknownOrEmpty::Empty) && pattern.is_none() && enumeration.is_empty()
}

fn has_format(text: &str, format: NamedFormat) -> bool {
    match format {
        NamedFormat::Date => is_date(text),
        NamedFormat::DateTime => {
            let parts = text.split_once(['T', 't', ' ']);
            parts.is_some_and(|(date, time)| is_date(date) && is_time_with_offset(time))
        }
    }
}

/// `2026-01-31`
fn is_date(text: &str) -> bool {
    let parts: Vec<Option<u32>> = text.split('-').map(parse_digits).collect();
    let [Some(year), Some(month), Some(day)] = parts[..] else { return false };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    text.len() == 10 && (1..=days).contains(&day)
}

/// `09:30:00Z`, `09:30:00.25+02:00`
fn is_time_with_offset(text: &str) -> bool {
    let Some(at) = text.find(['Z', 'z', '+', '-']) else { return false };
    let (time, offset) = text.split_at(at);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let is_offset = match offset.strip_prefix(['+', '-']) {
        Some(offset) => is_clock(offset, 2),
        None => offset.len() == 1,
    };
    is_clock(time, 3) && parse_digits(fraction.get(..1).unwrap_or_default()).is_some() && is_offset
}

/// Two digits each of hours, minutes and, if there are three parts, seconds.
fn is_clock(text: &str, parts: usize) -> bool {
    let limits = [24, 60, 61];
    let numbers: Vec<&str> = text.split(':').collect();
    numbers.len() == parts
        && numbers.iter().zip(limits).all(|(number, limit)| {
            number.len() == 2 && parse_digits(number).is_some_and(|number| number < limit)
        })
}

fn parse_digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_a_format_or_not() {
        for (text, is_date_time, is_date) in [
            ("2026-01-31", false, true),
            ("2026-02-29", false, false),
            ("2024-02-29", false, true),
            ("26-01-31", false, false),
            ("2026-1-31", false, false),
            ("2026-01-31T09:30:00Z", true, false),
            ("2026-01-31T09:30:00.125Z", true, false),
            ("2026-01-31t09:30:00+02:00", true, false),
            ("2026-01-31T09:30:00", false, false),
            ("2026-01-31T25:30:00Z", false, false),
            ("2026-01-31T09:30Z", false, false),
            ("1767225600", false, false),
            ("tomorrow", false, false),
            ("", false, false),
        ] {
            assert_eq!(has_format(text, NamedFormat::DateTime), is_date_time, "{text}");
            assert_eq!(has_format(text, NamedFormat::Date), is_date, "{text}");
        }
    }
}
