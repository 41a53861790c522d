//! Decodes and encodes dates and date-times.
//!
//! RFC 3339 is tried first. Other notations that servers use are read only if that fails.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat};
use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::ser::Serializer;

use crate::json::{
    codec::{Decode, Encode},
    decode_error::reject_containers,
    expected::EXPECTED_DATE,
    keeping,
    nearest::decode_scalar,
    scalar::{Kind, Scalar},
};

impl Decode for DateTime<FixedOffset> {
    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode_scalar(deserializer)
    }
}

impl Scalar for DateTime<FixedOffset> {
    const KIND: Kind = Kind::DateTime;

    #[inline]
    fn decode_exactly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DateTimeVisitor)
    }

    fn nearest(_text: &str) -> Self {
        Self::default()
    }
}

struct DateTimeVisitor;

impl<'de> Visitor<'de> for DateTimeVisitor {
    type Value = DateTime<FixedOffset>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{EXPECTED_DATE}-time such as 2026-01-31T09:30:00Z")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .or_else(|| read_other_notation(text))
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    #[cold]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        time_of_epoch(value).ok_or_else(|| E::invalid_value(Unexpected::Signed(value), &self))
    }

    #[cold]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        let time = i64::try_from(value).ok().and_then(time_of_epoch);
        time.ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    #[cold]
    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        #[allow(clippy::cast_possible_truncation, reason = "the bound is checked")]
        let micros = (value.abs() < 1e11).then(|| (value * 1e6).round() as i64);
        let time = micros.and_then(DateTime::from_timestamp_micros);
        time.map(Into::into).ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }

    reject_containers!();
}

/// The time of a number of seconds, milliseconds or microseconds since 1970, by its size: fewer than 10^11 seconds reach the
/// year 5138, and more than 10^11 milliseconds start in 1973.
fn time_of_epoch(value: i64) -> Option<DateTime<FixedOffset>> {
    let time = match value.unsigned_abs() / 100_000_000_000 {
        0 => DateTime::from_timestamp(value, 0),
        1..1_000 => DateTime::from_timestamp_millis(value),
        1_000..1_000_000 => DateTime::from_timestamp_micros(value),
        _ => None,
    };
    time.map(Into::into)
}

/// Reads what is not RFC 3339. A time without an offset, and a date without a time, are of UTC: the digits stay as they were
/// sent. Their field keeps the text, because they may have been meant otherwise.
#[cold]
fn read_other_notation(text: &str) -> Option<DateTime<FixedOffset>> {
    let (time, offset) = parse_other_notation(text)?;
    if offset.is_none() {
        keeping::note_inexact(Kind::DateTime);
    }
    match offset {
        Some(offset) => time.and_local_timezone(offset).single(),
        None => Some(time.and_utc().into()),
    }
}

/// The time and the offset of a text such as `2026-01-31 09:30:00 +0100`.
#[cold]
fn parse_other_notation(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let (date, rest) = text.trim().split_at_checked(10)?;
    let date: NaiveDate = date.parse().ok()?;
    let rest = match rest.strip_prefix(['T', 't', ' ']) {
        Some(rest) => rest.trim_start(),
        None if rest.is_empty() => "00:00",
        None => return None,
    };
    let (time, offset) = split_offset(rest)?;
    let time = time.trim_end().replace(',', ".");
    let minutes = || NaiveTime::parse_from_str(&time, "%H:%M");
    let time = NaiveTime::parse_from_str(&time, "%H:%M:%S%.f").or_else(|_| minutes()).ok()?;
    Some((date.and_time(time), offset))
}

/// Splits the offset from UTC off the end of a time, if it has one.
fn split_offset(text: &str) -> Option<(&str, Option<FixedOffset>)> {
    if let Some(time) = ["Z", "z", "UTC", "GMT"].iter().find_map(|suffix| text.strip_suffix(suffix)) {
        return Some((time, FixedOffset::east_opt(0)));
    }
    let Some(sign) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (time, offset) = text.split_at_checked(sign)?;
    let digits: String = offset.chars().skip(1).filter(|character| *character != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "0"),
        4 => digits.split_at_checked(2)?,
        _ => return None,
    };
    let minutes =
        hours.parse::<u8>().ok().map(|hours| i32::from(hours) * 60)? + i32::from(minutes.parse::<u8>().ok()?);
    let seconds = minutes * if offset.starts_with('-') { -60 } else { 60 };
    Some((time, Some(FixedOffset::east_opt(seconds)?)))
}

impl Encode for DateTime<FixedOffset> {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl Decode for NaiveDate {
    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    #[inline]
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode_scalar(deserializer)
    }
}

impl Scalar for NaiveDate {
    const KIND: Kind = Kind::Date;

    #[inline]
    fn decode_exactly<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DateVisitor)
    }

    fn nearest(_text: &str) -> Self {
        Self::default()
    }
}

struct DateVisitor;

impl Visitor<'_> for DateVisitor {
    type Value = NaiveDate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{EXPECTED_DATE} such as 2026-01-31")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<NaiveDate, E> {
        let date = text.parse().ok().or_else(|| date_of_time(text));
        date.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// The date of a date-time as it is written, whatever its offset.
#[cold]
fn date_of_time(text: &str) -> Option<NaiveDate> {
    let time = DateTime::parse_from_rfc3339(text).ok().map(|time| time.date_naive());
    time.or_else(|| parse_other_notation(text).map(|(time, _)| time.date()))
}

impl Encode for NaiveDate {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::text::{from_str, to_vec};

    fn quote(text: &str) -> String {
        format!("\"{text}\"")
    }

    #[test]
    fn offsets_and_fractions_are_kept() {
        for text in [
            "2023-12-01T05:00:00.401Z",
            "2023-12-01T05:00:00Z",
            "2023-12-01T05:00:00.401123+05:30",
            "2023-12-01T05:00:00.123456789-11:00",
        ] {
            let value: DateTime<FixedOffset> = from_str(&quote(text)).unwrap();
            assert_eq!(String::from_utf8(to_vec(&value).unwrap()).unwrap(), quote(text));
        }
    }

    #[test]
    fn other_notations_are_read() {
        for (text, expected) in [
            ("2024-01-02t03:04:05z", "2024-01-02T03:04:05Z"),
            ("2024-01-02 03:04:05Z", "2024-01-02T03:04:05Z"),
            ("2024-01-02T03:04:05.678+0000", "2024-01-02T03:04:05.678Z"),
            ("2024-01-02T03:04:05-0730", "2024-01-02T03:04:05-07:30"),
            ("2024-01-02 03:04:05,5 +01", "2024-01-02T03:04:05.500+01:00"),
            ("2024-01-02T03:04Z", "2024-01-02T03:04:00Z"),
            ("2024-01-02 03:04:05 UTC", "2024-01-02T03:04:05Z"),
            ("2024-01-02T03:04:05", "2024-01-02T03:04:05Z"),
            ("2024-01-02T03:04:05.123456", "2024-01-02T03:04:05.123456Z"),
            ("2024-01-02", "2024-01-02T00:00:00Z"),
        ] {
            let value: DateTime<FixedOffset> = from_str(&quote(text)).unwrap();
            assert_eq!(value.to_rfc3339_opts(SecondsFormat::AutoSi, true), expected, "{text}");
        }
        let date: NaiveDate = from_str(&quote("2024-01-02T23:00:00-08:00")).unwrap();
        assert_eq!(date.to_string(), "2024-01-02");
    }

    #[test]
    fn numbers_count_from_1970() {
        for (text, expected) in [
            ("1704164645", "2024-01-02T03:04:05Z"),
            ("1704164645.5", "2024-01-02T03:04:05.500Z"),
            ("1704164645678", "2024-01-02T03:04:05.678Z"),
            ("1704164645678901", "2024-01-02T03:04:05.678901Z"),
            ("0", "1970-01-01T00:00:00Z"),
            ("-1", "1969-12-31T23:59:59Z"),
        ] {
            let value: DateTime<FixedOffset> = from_str(text).unwrap();
            assert_eq!(value.to_rfc3339_opts(SecondsFormat::AutoSi, true), expected, "{text}");
        }
    }

    #[test]
    fn other_texts_are_rejected() {
        for text in [
            "",
            "soon",
            "2024-13-01",
            "2024-01-02T25:00",
            "2024-01-02T03:04:05+1",
            "02/01/2024",
            "2024-01-02x",
            "2024-01-0é",
            "2024-01-02T03:04:05+99:00",
        ] {
            let error = from_str::<DateTime<FixedOffset>>(&quote(text)).unwrap_err();
            assert!(error.message.contains("expected an RFC 3339 date-time"), "{text}: {error}");
            assert!(from_str::<NaiveDate>(&quote(text)).is_err(), "{text}");
        }
        for text in ["1e40", "9223372036854775807", "18446744073709551615", "true", "{}"] {
            assert!(from_str::<DateTime<FixedOffset>>(text).is_err(), "{text}");
        }
        assert!(from_str::<NaiveDate>("5").is_err());
    }
}
