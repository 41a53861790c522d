//! The bytes of a stream that are not parsed yet.

/// Bytes from which frames are taken. No byte is looked at twice for the end of a frame.
#[derive(Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    /// The number of bytes that are parsed.
    parsed: usize,
    /// The number of bytes that contain no end of a frame after `parsed`.
    scanned: usize,
}

impl Buffer {
    /// Adds bytes that arrived, in place of those that are parsed.
    pub(crate) fn push(&mut self, chunk: &[u8]) {
        self.bytes.drain(..self.parsed);
        self.scanned = self.scanned.saturating_sub(self.parsed);
        self.parsed = 0;
        self.bytes.extend_from_slice(chunk);
    }

    /// The number of bytes that are not parsed.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.parsed
    }

    /// Takes the bytes before the next one that ends a frame, and that one.
    pub(crate) fn take_until(&mut self, is_end: impl Fn(u8) -> bool) -> Option<(&[u8], u8)> {
        let start = self.parsed.max(self.scanned);
        let rest = self.bytes.get(start..).unwrap_or_default();
        let found = rest.iter().enumerate().find(|(_, byte)| is_end(**byte));
        let Some((length, end)) = found.map(|(length, end)| (length, *end)) else {
            self.scanned = self.bytes.len();
            return None;
        };
        let range = self.parsed..start + length;
        self.parsed = range.end + 1;
        Some((self.bytes.get(range).unwrap_or_default(), end))
    }

    /// Takes all bytes that are not parsed.
    pub(crate) fn take_rest(&mut self) -> &[u8] {
        let start = std::mem::replace(&mut self.parsed, self.bytes.len());
        self.bytes.get(start..).unwrap_or_default()
    }

    /// Whether the next byte is this one, which is then skipped.
    pub(crate) fn skip(&mut self, byte: u8) -> bool {
        let is_next = self.bytes.get(self.parsed) == Some(&byte);
        self.parsed += usize::from(is_next);
        is_next
    }
}
