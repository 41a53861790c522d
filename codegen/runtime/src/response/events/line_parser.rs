//! Splits a stream into JSON texts: one per line, or one after each record separator (RFC 7464).

use crate::response::events::{
    buffer::Buffer,
    frame_reader::{End, Frames},
};

/// The record separator of `application/json-seq`.
const RECORD: u8 = 0x1e;

pub(crate) struct LineParser {
    buffer: Buffer,
    separator: u8,
}

impl LineParser {
    /// A parser for a response of this media type.
    pub(crate) fn new(media_type: &str) -> Self {
        let separator = if media_type.to_ascii_lowercase().ends_with("json-seq") { RECORD } else { b'\n' };
        Self { buffer: Buffer::default(), separator }
    }
}

/// The text of a frame; `None` if it is blank.
fn text_of_frame(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == char::from(RECORD) || c == '\u{feff}');
    (!text.is_empty()).then(|| text.to_owned())
}

impl Frames for LineParser {
    type Frame = String;

    fn push(&mut self, chunk: &[u8]) {
        self.buffer.push(chunk);
    }

    fn next_frame(&mut self) -> Option<String> {
        let separator = self.separator;
        while let Some((line, _)) = self.buffer.take_until(|byte| byte == separator) {
            let text = text_of_frame(line);
            if text.is_some() {
                return text;
            }
        }
        None
    }

    fn buffered(&self) -> usize {
        self.buffer.len()
    }

    fn finish(&mut self) -> End<String> {
        // The last line need not have an end.
        End::Complete(text_of_frame(self.buffer.take_rest()))
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
