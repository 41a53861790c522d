//! Finds the part of a line that a message shows.
//!
//! A minified document is a single line of megabytes, so no lookup scans a whole line.

use super::location::LineColumn;

/// The length in characters of a line that is shown whole. Of a longer line, this many characters around the column are
/// shown.
const WINDOW: usize = 512;

/// The distance between two indexed characters.
const STRIDE: usize = 1024;

/// The starts of the lines of a text.
#[derive(Debug)]
pub(super) struct Lines {
    /// The index of the first character of each line.
    starts: Vec<usize>,
    /// The byte offset of every `STRIDE`th character.
    bytes: Vec<usize>,
    /// The number of characters of the text.
    end: usize,
}

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let mut lines = Self { starts: vec![0], bytes: Vec::new(), end: 0 };
        for (byte, c) in text.char_indices() {
            if lines.end.is_multiple_of(STRIDE) {
                lines.bytes.push(byte);
            }
            lines.end += 1;
            if c == '\n' {
                lines.starts.push(lines.end);
            }
        }
        lines
    }

    /// The position behind the last character.
    pub(super) fn end_position(&self) -> LineColumn {
        let start = self.starts.last().copied().unwrap_or(0);
        (self.starts.len(), self.end - start + 1)
    }

    /// The part of the line around the column, and the number of its characters before the column.
    pub(super) fn window(&self, text: &str, (line, column): LineColumn) -> (String, usize) {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.end);
        let end = self.starts.get(line).copied().unwrap_or(self.end);
        let at = (start + column.saturating_sub(1)).min(end);
        let is_long = end - start > WINDOW;
        let from = if is_long { at.saturating_sub(WINDOW / 2).max(start) } else { start };
        let to = if is_long { end.min(from + WINDOW) } else { end };
        let piece = text.get(self.byte_offset(text, from)..self.byte_offset(text, to)).unwrap_or("");
        let before = if from > start { "…" } else { "" };
        let after = if to < end { "…" } else { "" };
        let shown = format!("{before}{}{after}", piece.trim_end_matches(['\n', '\r']));
        (shown, at - from + before.chars().count())
    }

    fn byte_offset(&self, text: &str, character: usize) -> usize {
        let mark = self.bytes.get(character / STRIDE).copied().unwrap_or(text.len());
        let rest = text.get(mark..).unwrap_or("");
        rest.char_indices().nth(character % STRIDE).map_or(text.len(), |(byte, _)| mark + byte)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, STRIDE, WINDOW};

    #[test]
    fn a_window_is_the_line_around_the_column() {
        let long: String = ('a'..='z').cycle().take(5000).collect();
        let text = format!("one\r\n\nzwölf ö\n{long}");
        let lines = Lines::new(&text);
        assert_eq!(lines.end_position(), (4, 5001));
        for (at, shown, before) in
            [((1, 1), "one", 0), ((1, 4), "one", 3), ((2, 1), "", 0), ((3, 7), "zwölf ö", 6), ((9, 9), "", 0)]
        {
            assert_eq!(lines.window(&text, at), (shown.to_owned(), before), "{at:?}");
        }
        let offsets: Vec<usize> = text.char_indices().map(|(byte, _)| byte).step_by(STRIDE).collect();
        assert_eq!(lines.bytes, offsets);
        for column in [1, 100, 3000, 5000] {
            let (shown, before) = lines.window(&text, (4, column));
            assert_eq!(shown.chars().nth(before), long.chars().nth(column - 1), "{column}");
            assert!(shown.chars().count() <= WINDOW + 2);
        }
    }
}
