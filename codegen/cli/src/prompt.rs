//! Questions to the person at the terminal.

use std::io::{self, Read};

use openapi_client_runtime::Secret;

use crate::{
    error::{CliError, Exit},
    io::Io,
    output::escape_lines,
};

/// The longest line that is read from standard input, in bytes.
const MAX_LINE: usize = 64 * 1024;

/// Asks a question that is confirmed with `y` or `yes`. Everything else means no: an empty line, the end of the input, Ctrl-C.
///
/// # Errors
///
/// Nobody can be asked, because standard input or standard error is not a terminal.
pub(crate) fn confirm(io: &mut Io, question: &str) -> Result<bool, CliError> {
    if !io.stdin_is_terminal || !io.stderr_is_terminal {
        return Err(CliError::usage("this command needs a confirmation, and there is no terminal to ask on")
            .hint("Add `--yes` to confirm it"));
    }
    io.write_stderr(&format!("{} [y/N] ", escape_lines(question)));
    let line = match read_line(&mut io.stdin) {
        Ok(line) => line,
        Err(error) if error.kind() == io::ErrorKind::Interrupted => None,
        Err(error) => return Err(CliError::from_io("read standard input", &error)),
    };
    match line {
        Some(line) => Ok(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")),
        None => {
            io.write_stderr("\n");
            Ok(false)
        }
    }
}

/// Reads a secret: hidden on a terminal, and otherwise the first line of standard input.
///
/// # Errors
///
/// There is none, or the person stopped with Ctrl-C.
pub(crate) fn read_secret(io: &mut Io, question: &str) -> Result<Secret, CliError> {
    let read = if io.stdin_is_terminal {
        (io.read_hidden)(&format!("{}: ", escape_lines(question)), &mut io.stderr).map(Some)
    } else {
        read_line(&mut io.stdin)
    };
    let text = match read {
        Ok(text) => text.unwrap_or_default(),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {
            return Err(CliError::new(Exit::Interrupted, "interrupted"));
        }
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => String::new(),
        Err(error) => return Err(CliError::from_io("read the secret", &error)),
    };
    // What editors and pipes add, such as a line break or the mark of UTF-8.
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return Err(CliError::usage("the secret is empty"));
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(CliError::usage(
            "the secret contains spaces or control characters; it is not complete, or not alone in its line",
        ));
    }
    Ok(Secret::from(text))
}

/// A line without its end; `None` at the end of the input. It reads no byte more: the rest may be for another reader.
fn read_line(input: &mut dyn Read) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let mut byte = [0];
    loop {
        match input.read(&mut byte)? {
            0 if line.is_empty() => return Ok(None),
            0 => break,
            _ if byte == *b"\n" => break,
            _ if line.len() == MAX_LINE => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the line is too long"));
            }
            _ => line.extend(byte),
        }
    }
    String::from_utf8(line)
        .map(Some)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the line is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_io::TestIo;

    #[test]
    fn only_yes_means_yes() {
        for (input, expected) in [
            ("y\n", true),
            ("YES\r\n", true),
            ("yes", true),
            ("\n", false),
            ("", false),
            ("n\n", false),
            ("yes please\n", false),
        ] {
            let (mut io, captured) = TestIo::new().terminal(80).stdin(input).build();
            assert_eq!(confirm(&mut io, "Send \u{1b}[2Jit?").unwrap(), expected, "{input:?}");
            let end = if input.is_empty() { "\n" } else { "" };
            assert_eq!(captured.stderr(), format!("Send \\u{{1b}}[2Jit? [y/N] {end}"));
            assert_eq!(captured.stdout(), "");
        }
        let (mut io, captured) = TestIo::new().stdin("y\n").build();
        let error = confirm(&mut io, "Send it?").unwrap_err();
        assert_eq!((error.exit, error.hint.as_deref()), (Exit::Usage, Some("Add `--yes` to confirm it")));
        assert_eq!(captured.stderr(), "");
    }

    #[test]
    fn secrets_are_the_first_line_or_hidden() {
        let read = |test: TestIo| {
            let (mut io, captured) = test.build();
            let secret = read_secret(&mut io, "Key");
            assert_eq!(captured.stdout(), "");
            (
                secret.map(|secret| secret.expose().to_owned()).map_err(|error| error.message),
                captured.stderr(),
            )
        };
        assert_eq!(read(TestIo::new().stdin("\u{feff}key_1 \r\nrest")), (Ok("key_1".into()), String::new()));
        assert_eq!(
            read(TestIo::new().terminal(80).hidden_input("key_2")),
            (Ok("key_2".into()), "Key: \n".into())
        );
        assert_eq!(read(TestIo::new()).0, Err("the secret is empty".into()));
        for wrong in ["a b\n", "a\u{1b}b\n"] {
            let error = read(TestIo::new().stdin(wrong)).0.unwrap_err();
            assert!(error.contains("spaces or control characters") && !error.contains('\u{1b}'), "{error}");
        }
        let long = "x".repeat(MAX_LINE + 1);
        assert_eq!(
            read(TestIo::new().stdin(&long)).0,
            Err("cannot read the secret: the line is too long".into())
        );
    }
}
