//! Parses server-sent events (WHATWG HTML, section 9.2.6).

use std::time::Duration;

use crate::response::events::{
    buffer::Buffer,
    frame_reader::{End, Frames},
};

/// An event before its data is decoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RawEvent {
    pub(crate) name: String,
    pub(crate) data: String,
}

/// The parser of one stream.
#[derive(Default)]
pub(crate) struct EventParser {
    buffer: Buffer,
    /// Whether the last line ended in a carriage return, to which a line feed belongs.
    after_return: bool,
    is_started: bool,
    name: String,
    data: String,
    has_data: bool,
    /// The `id` of the events so far.
    pub(crate) last_id: Option<String>,
    /// The last `retry`.
    pub(crate) retry: Option<Duration>,
}

impl EventParser {
    /// Parses the next line, and returns the event that it ends.
    fn parse_line(&mut self, line: &[u8]) -> Option<RawEvent> {
        let line = String::from_utf8_lossy(line);
        let line = if self.is_started { &line } else { line.strip_prefix('\u{feff}').unwrap_or(&line) };
        self.is_started = true;
        if line.is_empty() {
            return self.take_event();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                if self.has_data {
                    self.data.push('\n');
                }
                self.data.push_str(value);
                self.has_data = true;
            }
            "id" if !value.contains('\0') => self.last_id = Some(value.to_owned()),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis).or(self.retry);
            }
            // A comment, which keeps the connection alive, or a field that this version does not know.
            _ => {}
        }
        None
    }

    /// The event whose lines are complete. One without data is not an event.
    fn take_event(&mut self) -> Option<RawEvent> {
        let name = std::mem::take(&mut self.name);
        let data = std::mem::take(&mut self.data);
        std::mem::take(&mut self.has_data).then_some(RawEvent { name, data })
    }

    /// The next complete line, without its end.
    fn next_line(&mut self) -> Option<Vec<u8>> {
        if self.after_return && self.buffer.skip(b'\n') {
            self.after_return = false;
        }
        let (line, end) = self.buffer.take_until(|byte| matches!(byte, b'\n' | b'\r'))?;
        self.after_return = end == b'\r';
        Some(line.to_vec())
    }
}

impl Frames for EventParser {
    type Frame = RawEvent;

    fn push(&mut self, chunk: &[u8]) {
        self.buffer.push(chunk);
    }

    fn next_frame(&mut self) -> Option<RawEvent> {
        while let Some(line) = self.next_line() {
            if let Some(event) = self.parse_line(&line) {
                return Some(event);
            }
        }
        None
    }

    fn buffered(&self) -> usize {
        self.buffer.len() + self.data.len()
    }

    fn finish(&mut self) -> End<RawEvent> {
        let rest = self.buffer.take_rest().to_vec();
        if !rest.is_empty() {
            self.parse_line(&rest);
        }
        match self.take_event() {
            // A server that ends with this word has sent everything, with an empty line after it or without.
            Some(event) if is_end_marker(&event.data) => End::Complete(None),
            Some(_) => End::Partial("the event stream ended in the middle of an event"),
            None => End::Complete(None),
        }
    }
}

/// Whether the data of an event says that the stream is complete, as streams of language models do.
pub(crate) fn is_end_marker(data: &str) -> bool {
    data.trim() == "[DONE]"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, data: &str) -> RawEvent {
        RawEvent { name: name.to_owned(), data: data.to_owned() }
    }

    /// The events of a text that arrives in chunks of this size.
    fn parse(text: &str, size: usize) -> (Vec<RawEvent>, EventParser) {
        let mut parser = EventParser::default();
        let mut events = Vec::new();
        for chunk in text.as_bytes().chunks(size) {
            parser.push(chunk);
            events.extend(std::iter::from_fn(|| parser.next_frame()));
        }
        (events, parser)
    }

    #[test]
    fn events_are_the_same_however_they_arrive() {
        let text = "\u{feff}:hello\n\nevent: add\r\ndata: 1\r\nid: a\r\n\r\ndata:2\rdata: größe\r\rid\ndata\n\nretry: 1500\n\
                    retry: soon\nevent: lost\n\nunknown: 1\ndata:  x\n\n";
        let expected = [event("add", "1"), event("", "2\ngröße"), event("", ""), event("", " x")];
        for size in 1..=text.len() {
            let (events, parser) = parse(text, size);
            assert_eq!(events, expected, "{size}");
            assert_eq!(parser.last_id.as_deref(), Some(""), "{size}");
            assert_eq!(parser.retry, Some(Duration::from_millis(1500)), "{size}");
        }
    }

    #[test]
    fn half_an_event_is_not_an_end() {
        for (text, is_complete) in [
            ("", true),
            ("data: 1\n\n", true),
            ("data: 1\n\n: bye", true),
            ("data: 1\n\nevent: add\n", true),
            ("data: 1\n\ndata: [DONE]", true),
            ("data: 1", false),
            ("data: 1\n", false),
        ] {
            let (_, mut parser) = parse(text, 3);
            assert_eq!(matches!(parser.finish(), End::Complete(None)), is_complete, "{text:?}");
        }
    }

    #[test]
    fn the_buffer_holds_only_what_is_not_parsed() {
        let (_, parser) = parse("data: 1\n\ndata: 22\nda", 4);
        assert_eq!(parser.buffered(), "22".len() + "da".len());
    }
}
