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
    io.write_stdout(&format!("{}\n", text.trim_end()))?;
    io.flush_stdout()
}
