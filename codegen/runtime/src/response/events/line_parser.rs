//! Splits a stream into JSON texts: one per line, or one after each record separator (RFC 7464).

use crate::response::events::frame_reader::{End, Frames};

/// The record separator of `application/json-seq`.
const RECORD: u8 = 0x1e;

pub(crate) struct LineParser {
    buffer: Vec<u8>,
    parsed: usize,
    scanned: usize,
    separator: u8,
}

impl LineParser {
    /// A parser for a response of this media type.
    pub(crate) fn new(media_type: &str) -> Self {
        let separator = if media_type.to_ascii_lowercase().ends_with("json-seq") { RECORD } else { b'\n' };
        Self { buffer: Vec::new(), parsed: 0, scanned: 0, separator }
    }

    /// The text from what is parsed up to `end`; `None` if it is blank.
    fn take_text(&mut self, end: usize) -> Option<String> {
        let text = String::from_utf8_lossy(self.buffer.get(self.parsed..end).unwrap_or_default());
        let text =
            text.trim_matches(|c: char| c.is_whitespace() || c == char::from(RECORD) || c == '\u{feff}');
        let text = (!text.is_empty()).then(|| text.to_owned());
        self.parsed = (end + 1).min(self.buffer.len());
        text
    }
}

impl Frames for LineParser {
    type Frame = String;

    fn push(&mut self, chunk: &[u8]) {
        self.buffer.drain(..self.parsed);
        self.scanned = self.scanned.saturating_sub(self.parsed);
        self.parsed = 0;
        self.buffer.extend_from_slice(chunk);
    }

    fn next_frame(&mut self) -> Option<String> {
        loop {
            let start = self.parsed.max(self.scanned);
            let rest = self.buffer.get(start..).unwrap_or_default();
            let Some(length) = rest.iter().position(|byte| *byte == self.separator) else {
                self.scanned = self.buffer.len();
                return None;
            };
            if let Some(text) = self.take_text(start + length) {
                return Some(text);
            }
        }
    }

    fn buffered(&self) -> usize {
        self.buffer.len() - self.parsed
    }

    fn finish(&mut self) -> End<String> {
        // The last line need not have an end.
        End::Complete(self.take_text(self.buffer.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(media_type: &str, text: &str, size: usize) -> Vec<String> {
        let mut parser = LineParser::new(media_type);
        let mut texts = Vec::new();
        for chunk in text.as_bytes().chunks(size) {
            parser.push(chunk);
            texts.extend(std::iter::from_fn(|| parser.next_frame()));
        }
        if let End::Complete(last) = parser.finish() {
            texts.extend(last);
        }
        texts
    }

    #[test]
    fn texts_are_the_same_however_they_arrive() {
        for size in 1..10 {
            assert_eq!(
                parse("application/x-ndjson", "{\"a\":1}\r\n\n[2]\n3", size),
                ["{\"a\":1}", "[2]", "3"]
            );
            let sequence = "\u{1e}{\n\"a\": 1}\n\u{1e}2\n";
            assert_eq!(parse("application/json-seq", sequence, size), ["{\n\"a\": 1}", "2"]);
        }
    }
}
