//! The errors of the [`Reader`]: those of serde_json, with its positions.

use serde::de::{Error as _, Expected, IgnoredAny, Unexpected};
use serde_json::{Error, Value, value::RawValue};

use crate::json::reader::{Number, Reader};

impl Reader<'_> {
    /// The error of a value of another type, which is passed if it is a scalar.
    #[cold]
    pub(super) fn invalid_type(&mut self, expected: &dyn Expected) -> Error {
        let first = self.peek();
        let error = match first {
            Some(b'n') => self.read_word("null").map(|()| Error::invalid_type(Unexpected::Unit, expected)),
            Some(b't') => {
                self.read_word("true").map(|()| Error::invalid_type(Unexpected::Bool(true), expected))
            }
            Some(b'f') => {
                self.read_word("false").map(|()| Error::invalid_type(Unexpected::Bool(false), expected))
            }
            Some(b'"') => self.read_string().map(|text| {
                let text = text.unwrap_or(&self.unescaped);
                Error::invalid_type(Unexpected::Str(text), expected)
            }),
            Some(b'-' | b'0'..=b'9') => self.read_number().map(|number| {
                let found = match number {
                    Number::Unsigned(value) => Unexpected::Unsigned(value),
                    Number::Signed(value) => Unexpected::Signed(value),
                    Number::Float(value) => Unexpected::Float(value),
                };
                Error::invalid_type(found, expected)
            }),
            Some(b'[') => Ok(Error::invalid_type(Unexpected::Seq, expected)),
            Some(b'{') => Ok(Error::invalid_type(Unexpected::Map, expected)),
            _ => Err(self.text_error()),
        };
        match error {
            Ok(error) => self.fix_position(error),
            Err(error) => error,
        }
    }

    /// Gives an error the position of the next byte, unless it has a position.
    #[cold]
    pub(super) fn fix_position(&self, error: Error) -> Error {
        if error.line() > 0 {
            return error;
        }
        let (line, column) = self.position();
        Error::custom(format_args!("{error} at line {line} column {column}"))
    }

    /// The line of the next byte, and how many bytes are before it in the line.
    fn position(&self) -> (usize, usize) {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        (line, before.iter().rev().take_while(|byte| **byte != b'\n').count())
    }

    /// The error of a text that is not JSON at this offset, between values.
    #[cold]
    pub(super) fn text_error(&self) -> Error {
        let error = self.text.parse::<Value>().err();
        // A value that was skipped may have an error that does not count.
        let error = error.filter(|error| (error.line(), error.column()) >= self.position());
        let error = error.or_else(|| serde_json::from_str::<IgnoredAny>(self.text).err());
        error.unwrap_or_else(|| self.fix_position(Error::custom("expected JSON")))
    }

    /// The error of a scalar that is not JSON.
    #[cold]
    pub(super) fn scalar_error(&self, start: usize) -> Error {
        self.text_from(start).parse::<Value>().err().unwrap_or_else(|| self.text_error())
    }

    /// The error of a value that cannot be skipped.
    #[cold]
    pub(super) fn skipped_error(&self, start: usize) -> Error {
        let text = self.text_from(start);
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<&RawValue>();
        values.next().and_then(std::result::Result::err).unwrap_or_else(|| self.text_error())
    }

    /// The text from an offset on, behind as many lines and columns as are before it.
    fn text_from(&self, start: usize) -> String {
        let (before, rest) = self.text.split_at_checked(start).unwrap_or((self.text, ""));
        let blank = before.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' });
        blank.chain(rest.chars()).collect()
    }
}
