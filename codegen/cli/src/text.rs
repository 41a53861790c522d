//! Texts from elsewhere, made safe for a terminal, and converted.

use percent_encoding::percent_decode_str;

use crate::{
    error::CliError,
    io::Io,
    output::{escape_line, escape_lines},
};

/// A text on one line of at most `max` characters, in which nothing moves the cursor, hides text or reverses it.
pub(crate) fn clean_line(text: &str, max: usize) -> String {
    let mut characters = text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    let line: String = characters.by_ref().take(max).collect();
    let mut line = escape_line(&line).into_owned();
    if characters.next().is_some() {
        line.push('…');
    }
    line
}

/// Prints a text with texts of the document in it. On a terminal, characters that would control it are escaped.
pub(crate) fn print_text(io: &mut Io, text: &str) -> Result<(), CliError> {
    if io.stdout_is_terminal {
        io.write_stdout(&escape_lines(text))?;
    } else {
        io.write_stdout(text)?;
    }
    io.flush_stdout()
}

/// A name or a value of a query or a form, which is percent-encoded and has `+` for a space.
pub(crate) fn decode_form_text(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Bytes as hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_from_elsewhere_stay_on_their_line() {
        for (text, expected) in [
            ("paid", "paid"),
            ("a\nb\tc\r", "a b c "),
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("abc\u{202e}cba", "abc\\u{202e}cba"),
            ("zero\u{200b}width", "zero\\u{200b}width"),
            ("0123456789abc", "0123456789…"),
        ] {
            assert_eq!(clean_line(text, if text.starts_with('0') { 10 } else { 99 }), expected);
        }
    }
}
