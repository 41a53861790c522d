//! How wide texts are on a terminal.

use unicode_width::UnicodeWidthStr as _;

/// The columns that a text takes.
pub(super) fn measure_width(text: &str) -> usize {
    text.width()
}

/// Cuts a text to at most `width` columns; `…` marks the cut.
pub(super) fn shorten(text: &str, width: usize) -> String {
    // Before measuring: values can be megabytes long.
    let limit = text.char_indices().nth(width.saturating_mul(8).saturating_add(8));
    let (head, is_long) = limit.map_or((text, false), |(end, _)| (text.get(..end).unwrap_or(text), true));
    if !is_long && head.width() <= width {
        return head.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    let ends = head.char_indices().map(|(start, _)| start);
    // The width of a sequence is not the sum of its characters' widths: emoji are joined, accents combined.
    let fits = |end: &usize| head.get(..*end).is_some_and(|part| part.width() < width);
    let end = ends.take_while(fits).last().unwrap_or(0);
    format!("{}…", head.get(..end).unwrap_or_default())
}

/// Adds spaces until the text takes `width` columns, before it or after it.
pub(super) fn pad(text: &str, width: usize, is_right_aligned: bool) -> String {
    let spaces = " ".repeat(width.saturating_sub(text.width()));
    if is_right_aligned { format!("{spaces}{text}") } else { format!("{text}{spaces}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_padded_by_columns() {
        let cases = [
            ("abcdef", 6, "abcdef"),
            ("abcdef", 5, "abcd…"),
            ("東京都庁", 8, "東京都庁"),
            ("東京都庁", 7, "東京都…"),
            ("東京都庁", 6, "東京…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("👩\u{200d}💻x", 3, "👩\u{200d}💻x"),
            ("ab", 1, "…"),
            ("ab", 0, ""),
        ];
        for (text, width, expected) in cases {
            let cut = shorten(text, width);
            assert_eq!(cut, expected, "{text} {width}");
            assert!(measure_width(&cut) <= width);
        }
        assert_eq!(shorten(&"x".repeat(1_000_000), 3), "xx…");
        assert_eq!(pad("東", 4, false), "東  ");
        assert_eq!(pad("1.5", 5, true), "  1.5");
        assert_eq!(pad("long", 2, true), "long");
    }
}
