//! Reads JSON text: whitespace, strings, numbers and the marks between values.
//!
//! serde_json can do all of this, but it cannot be told which field is expected next. Here, a name that is expected is compared with
//! the text where it stands, so that most names are neither searched for their end nor looked up. What is rare is left to serde_json:
//! the error of a text that is not JSON, and objects and lists that are skipped. `reader_tests` compares both.

use serde::de::Error as _;
use serde_json::{Error, value::RawValue};

pub(super) type Result<T> = std::result::Result<T, Error>;

/// The most lists and objects that a value may be nested in. serde_json has the same limit.
const MAX_DEPTH: u8 = 127;

/// A JSON text that is being decoded.
#[derive(Debug)]
pub(super) struct Reader<'de> {
    pub(super) text: &'de str,
    /// The offset of the next byte.
    pub(super) at: usize,
    depth: u8,
    /// The last string with escapes.
    pub(super) unescaped: String,
}

/// A number, as serde has it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl<'de> Reader<'de> {
    pub(super) fn new(text: &'de str) -> Self {
        Self { text, at: 0, depth: 0, unescaped: String::new() }
    }

    /// Fails unless there is nothing but whitespace left.
    pub(super) fn end(&mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.text_error()),
        }
    }

    /// The next byte that is not whitespace.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    /// Passes a byte that was peeked at.
    #[inline]
    pub(super) fn skip_byte(&mut self) {
        self.at += 1;
    }

    /// Begins a list or an object.
    #[inline]
    pub(super) fn open(&mut self) -> Result<()> {
        if self.depth == MAX_DEPTH {
            return Err(self.text_error());
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Ends a list or an object.
    pub(super) fn close(&mut self, end: u8) -> Result<()> {
        self.depth -= 1;
        if self.peek() == Some(end) {
            self.at += 1;
            return Ok(());
        }
        // What read the values did not read all of them.
        Err(self.fix_position(Error::custom("trailing characters")))
    }

    /// Ends a list or an object in which there was an error: the position of the error is behind it if nothing else is left in it.
    #[cold]
    pub(super) fn abandon(&mut self, end: u8) {
        self.depth -= 1;
        match self.peek() {
            Some(next) if next == end => self.at += 1,
            // serde_json passes a comma that it did not expect, and the whitespace after it.
            Some(b',') if end == b']' => {
                self.at += 1;
                self.peek();
            }
            _ => {}
        }
    }

    /// Passes `null`, `true` or `false`, of which the first letter was peeked at.
    #[inline]
    pub(super) fn read_word(&mut self, word: &str) -> Result<()> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(self.scalar_error(self.at));
        }
        self.at += word.len();
        Ok(())
    }

    /// Passes a name and its quotes, if it is the next string as it stands. The name has no character that JSON escapes.
    #[inline]
    pub(super) fn take_name(&mut self, name: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let is_next = rest.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.first() == Some(&b'"'));
        if is_next {
            self.at += name.len() + 2;
        }
        is_next
    }

    /// Reads the string whose quote was peeked at: as it stands, or into [`unescaped`](Self::unescaped) if it has escapes.
    pub(super) fn read_string(&mut self) -> Result<Option<&'de str>> {
        let (bytes, start) = (self.text.as_bytes(), self.at + 1);
        let end = plain_end(bytes, start);
        if bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Some(self.text.get(start..end).unwrap_or_default()));
        }
        let open = self.at;
        self.at = start;
        self.unescaped.clear();
        match self.unescape(end) {
            Some(()) => Ok(None),
            None => Err(self.scalar_error(open)),
        }
    }

    /// Reads the rest of a string, whose first special byte is at `end`; none if it is not JSON.
    fn unescape(&mut self, mut end: usize) -> Option<()> {
        loop {
            self.unescaped.push_str(self.text.get(self.at..end)?);
            self.at = end + 1;
            match self.text.as_bytes().get(end)? {
                b'"' => return Some(()),
                b'\\' => {
                    let character = self.read_escape()?;
                    self.unescaped.push(character);
                }
                _ => return None,
            }
            end = plain_end(self.text.as_bytes(), self.at);
        }
    }

    /// Reads what follows a backslash.
    fn read_escape(&mut self) -> Option<char> {
        let letter = *self.text.as_bytes().get(self.at)?;
        self.at += 1;
        Some(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.read_unit()?;
                let rest = self.text.as_bytes().get(self.at..)?;
                if (0xD800..0xDC00).contains(&first) && rest.starts_with(b"\\u") {
                    self.at += 2;
                    let second = self.read_unit()?;
                    return char::decode_utf16([first, second]).next()?.ok();
                }
                char::from_u32(first.into())?
            }
            _ => return None,
        })
    }

    /// Reads four hexadecimal digits.
    fn read_unit(&mut self) -> Option<u16> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    }

    /// Reads the number whose first byte was peeked at.
    pub(super) fn read_number(&mut self) -> Result<Number> {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        let (mut at, mut value) = (start, 0_u64);
        // That many digits are fewer than 64 bits hold.
        while let Some(digit @ b'0'..=b'9') = bytes.get(at)
            && at < start + 18
        {
            value = value * 10 + u64::from(digit - b'0');
            at += 1;
        }
        let is_short = !matches!(bytes.get(at), Some(b'0'..=b'9' | b'.' | b'e' | b'E'));
        let is_plain = at == start + 1 || (at > start && bytes.get(start) != Some(&b'0'));
        if is_short && is_plain {
            self.at = at;
            return Ok(Number::Unsigned(value));
        }
        self.read_long_number(start)
    }

    fn read_long_number(&mut self, start: usize) -> Result<Number> {
        let Some((text, is_integer)) = self.skip_number() else { return Err(self.scalar_error(start)) };
        if is_integer {
            match text.strip_prefix('-') {
                // The negative zero is a float.
                Some(_) => match text.parse() {
                    Ok(0) | Err(_) => {}
                    Ok(value) => return Ok(Number::Signed(value)),
                },
                None => {
                    if let Ok(value) = text.parse() {
                        return Ok(Number::Unsigned(value));
                    }
                }
            }
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Number::Float(value)),
            _ => Err(self.scalar_error(start)),
        }
    }

    /// Passes a number; returns its text, and whether it has neither a fraction nor an exponent. None if it is not JSON.
    fn skip_number(&mut self) -> Option<(&'de str, bool)> {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        let skip_digits = |mut at: usize| {
            let before = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            (at > before).then_some(at)
        };
        let whole = start + usize::from(bytes.get(start) == Some(&b'-'));
        let mut at = skip_digits(whole)?;
        if bytes.get(whole) == Some(&b'0') && at > whole + 1 {
            return None;
        }
        let mut is_integer = true;
        if bytes.get(at) == Some(&b'.') {
            is_integer = false;
            at = skip_digits(at + 1)?;
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            is_integer = false;
            let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            at = skip_digits(at + 1 + sign)?;
        }
        self.at = at;
        Some((self.text.get(start..at)?, is_integer))
    }

    /// Passes the next value, and returns its text.
    pub(super) fn read_raw(&mut self) -> Result<&'de str> {
        let first = self.peek();
        let start = self.at;
        match first {
            Some(b'n') => self.read_word("null")?,
            Some(b't') => self.read_word("true")?,
            Some(b'f') => self.read_word("false")?,
            Some(b'-' | b'0'..=b'9') => {
                if self.skip_number().is_none() {
                    return Err(self.skipped_error(start));
                }
            }
            Some(_) if self.skip_plain_string() => {}
            _ => {
                // serde_json checks less in a value that it skips: half of a surrogate pair is no error.
                let rest = self.text.get(start..).unwrap_or_default();
                let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
                match values.next() {
                    Some(Ok(value)) => self.at += value.get().len(),
                    _ => return Err(self.skipped_error(start)),
                }
            }
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    fn skip_plain_string(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            return false;
        }
        let end = plain_end(bytes, self.at + 1);
        let is_plain = bytes.get(end) == Some(&b'"');
        if is_plain {
            self.at = end + 1;
        }
        is_plain
    }
}

/// The highest bit of each byte that is a quote, a backslash or a control character.
///
/// A subtraction sets the highest bit of a byte that is too small for it, and may set those of later bytes: only the first counts.
/// Bytes that have this bit before are parts of other characters.
#[inline]
fn special_bits(bytes: [u8; 8]) -> u64 {
    /// A word of eight equal bytes.
    const fn repeat(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    let word = u64::from_le_bytes(bytes);
    let quotes = (word ^ repeat(b'"')).wrapping_sub(repeat(1));
    let backslashes = (word ^ repeat(b'\\')).wrapping_sub(repeat(1));
    let controls = word.wrapping_sub(repeat(b' '));
    (quotes | backslashes | controls) & !word & repeat(0x80)
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..b' ')
}

/// Whether a text has no quote, no backslash and no control character.
#[inline]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let found = words.iter().fold(0, |found, word| found | special_bits(*word));
    // The last eight bytes may be checked twice.
    found == 0
        && match bytes.last_chunk::<8>() {
            Some(last) => special_bits(*last) == 0,
            None => !rest.iter().any(|byte| is_special(*byte)),
        }
}

/// The offset of the first quote, backslash or control character from an offset on.
#[inline]
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some((first, rest)) = bytes.get(at..).and_then(<[u8]>::split_first_chunk::<8>)
        && let Some(second) = rest.first_chunk::<8>()
    {
        let found = special_bits(*first);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        let found = special_bits(*second);
        if found != 0 {
            return at + 8 + found.trailing_zeros() as usize / 8;
        }
        at += 16;
    }
    while bytes.get(at).is_some_and(|byte| !is_special(*byte)) {
        at += 1;
    }
    at
}
