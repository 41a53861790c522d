//! Parses the words of one command with clap, and puts its errors into the form of ours.

use clap::{
    ArgMatches, Command,
    error::{ContextKind, ContextValue, Error, ErrorKind},
};

use crate::{catalog::find_nearest, error::CliError, io::Io};

/// Parses the words of a command.
pub(super) fn parse_words(command: &mut Command, words: Vec<String>) -> Result<ArgMatches, CliError> {
    let longs = command.get_arguments().filter_map(|arg| arg.get_long()).map(str::to_owned);
    let known: Vec<String> = longs.collect();
    command.try_get_matches_from_mut(words).map_err(|error| describe_error(&error, &known))
}

fn describe_error(error: &Error, known: &[String]) -> CliError {
    if let (ErrorKind::UnknownArgument, Some(ContextValue::String(word))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
    {
        if !word.starts_with('-') {
            return CliError::usage(format!("the argument `{word}` is one too many"))
                .hint("`--help` lists the arguments; a text with spaces needs quotes");
        }
        let unknown = CliError::usage(format!("there is no option `{word}`"));
        let name = word.trim_start_matches('-').replace('_', "-");
        return match find_nearest(&name, known.iter().map(String::as_str)) {
            Some(nearest) => unknown.hint(format!("did you mean `--{nearest}`?")),
            None => unknown.hint("`--help` lists the options"),
        };
    }
    let text = error.render().to_string();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_message = |line: &&str| !line.starts_with("Usage:") && !line.starts_with("tip:");
    let message = lines.take_while(is_message).collect::<Vec<_>>().join(" ");
    let message = message.strip_prefix("error: ").unwrap_or(&message).replace('\'', "`");
    CliError::usage(message).hint("`--help` lists the options")
}

/// Prints the help of a command.
pub(super) fn print_help(io: &mut Io, command: Command, is_colored: bool) -> Result<(), CliError> {
    let width = io.width.unwrap_or(100).clamp(40, 120);
    let help = command.term_width(width).render_long_help();
    let text = if is_colored { help.ansi().to_string() } else { help.to_string() };
    // clap indents the text of a flag that has none too.
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    let mut text = lines.join("\n");
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    text.push('\n');
    io.write_stdout(&text)?;
    io.flush_stdout()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_io::TestIo;

    #[test]
    fn help_has_no_spaces_at_line_ends_and_one_empty_line_at_most() {
        let command = Command::new("x")
            .about("About\n\n\n\nmore   ")
            .arg(clap::Arg::new("bare").long("bare").help(""))
            .arg(clap::Arg::new("told").long("told").help("What it is"));
        let (mut io, captured) = TestIo::new().build();
        print_help(&mut io, command, false).unwrap();
        let text = captured.stdout();
        assert!(text.lines().all(|line| line == line.trim_end()), "{text:?}");
        assert!(!text.contains("\n\n\n") && text.contains("--bare") && text.ends_with('\n'), "{text:?}");
    }
}
