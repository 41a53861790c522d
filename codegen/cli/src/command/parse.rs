//! Parses the words of one command with clap, and puts its errors into the form of ours.

use clap::{
    ArgMatches, Command,
    builder::StyledStr,
    error::{ContextKind, ContextValue, Error, ErrorKind},
};

use crate::{
    catalog::find_nearest,
    error::CliError,
    io::Io,
    output::{escape_line, escape_lines},
};

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

/// Makes the texts of the document harmless for a terminal. The only control characters of the help are those of its colours.
fn clean_command(mut command: Command) -> Command {
    let clean = |text: &StyledStr| escape_lines(&text.ansi().to_string()).into_owned();
    let optional = |text: Option<&StyledStr>| text.map(clean);
    type SetText = fn(Command, String) -> Command;
    let texts: [(Option<String>, SetText); 7] = [
        (optional(command.get_about()), |command, text| command.about(text)),
        (optional(command.get_long_about()), |command, text| command.long_about(text)),
        (optional(command.get_before_help()), |command, text| command.before_help(text)),
        (optional(command.get_before_long_help()), |command, text| command.before_long_help(text)),
        (optional(command.get_after_help()), |command, text| command.after_help(text)),
        (optional(command.get_after_long_help()), |command, text| command.after_long_help(text)),
        (optional(command.get_overridden_usage()), |command, text| command.override_usage(text)),
    ];
    for (text, set) in texts {
        if let Some(text) = text {
            command = set(command, text);
        }
    }
    command.mut_args(|mut arg| {
        let help = (optional(arg.get_help()), optional(arg.get_long_help()));
        let long = arg.get_long().map(|long| escape_line(long).into_owned());
        let names = arg.get_value_names().unwrap_or_default().iter();
        let names: Vec<String> = names.map(|name| escape_line(name).into_owned()).collect();
        if let Some(help) = help.0 {
            arg = arg.help(help);
        }
        if let Some(help) = help.1 {
            arg = arg.long_help(help);
        }
        if let Some(long) = long {
            arg = arg.long(long);
        }
        if names.is_empty() { arg } else { arg.value_names(names) }
    })
}

/// Prints the help of a command.
pub(super) fn print_help(io: &mut Io, command: Command, is_colored: bool) -> Result<(), CliError> {
    let width = io.width.unwrap_or(100).clamp(40, 120);
    let help = clean_command(command).term_width(width).render_long_help();
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
    fn texts_of_the_document_do_not_control_the_terminal() {
        let hostile = "a\u{1b}[2J\u{9b}31m\u{202e}b";
        let command = || {
            Command::new("x")
                .about(hostile)
                .long_about(format!("{hostile}\nsecond"))
                .before_help(hostile)
                .after_help(hostile)
                .override_usage(hostile)
                .arg(clap::Arg::new("n").long(hostile).value_name(hostile).help(hostile).long_help(hostile))
        };
        for is_colored in [false, true] {
            let (mut io, captured) = TestIo::new().terminal(100).build();
            print_help(&mut io, command(), is_colored).unwrap();
            let text = captured.stdout();
            for control in ["\u{1b}[2J", "\u{9b}", "\u{202e}"] {
                assert!(!text.contains(control), "{text:?}");
            }
            assert_eq!(text.contains('\u{1b}'), is_colored);
            assert!(text.matches("\\u{1b}[2J").count() >= 6 && text.contains("\nsecond"), "{text}");
        }
    }

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
