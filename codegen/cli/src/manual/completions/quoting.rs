//! Candidates as the shells read them. A value of the document never becomes a command.

use super::{candidates::Candidate, scripts::Shell};
use crate::{command::help::first_sentence, output::escape_line, text::clean_line};

/// The characters of a description that are shown.
const MAX_HELP: usize = 80;

/// The line of a candidate; none if the word cannot hold it. `quote` is the quote with which the word begins.
pub(super) fn print_candidate(shell: Shell, quote: Option<char>, candidate: &Candidate) -> Option<String> {
    let value = candidate.value.as_str();
    if value.is_empty() || escape_line(value) != value {
        return None;
    }
    let value = match (shell, quote) {
        // Within quotes, these end the quotes or are special still.
        (_, Some(quote)) if value.contains([quote, '\\', '$', '`', '!']) => return None,
        (_, Some(_)) => value.to_owned(),
        (Shell::Bash, None) => escape_word(value),
        (Shell::Power, None) => quote_word(value),
        // They quote what they insert.
        (Shell::Zsh | Shell::Fish, None) => value.to_owned(),
    };
    let help = candidate.help.as_deref().map(first_sentence).filter(|help| !help.is_empty());
    Some(match help {
        Some(help) if shell != Shell::Bash => format!("{value}\t{}", clean_line(&help, MAX_HELP)),
        _ => value,
    })
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || "-_./:@%+=,".contains(c)
}

/// A word of bash.
fn escape_word(value: &str) -> String {
    let mut word = String::with_capacity(value.len() + 4);
    for (index, c) in value.chars().enumerate() {
        if !(is_plain(c) || index == 0 && c == '~') {
            word.push('\\');
        }
        word.push(c);
    }
    word
}

/// A word of PowerShell, where `@` begins a list.
fn quote_word(value: &str) -> String {
    let needs_quotes = value.starts_with('@') || !value.chars().all(|c| is_plain(c) && c != ',');
    if needs_quotes { format!("'{}'", value.replace('\'', "''")) } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_one_word_of_the_shell() {
        use Shell::{Bash, Fish, Power, Zsh};
        let cases = [
            (Bash, None, "paid", Some("paid")),
            (Bash, None, "$(rm -rf x)", Some(r"\$\(rm\ -rf\ x\)")),
            (Bash, None, "a'b`c", Some(r"a\'b\`c")),
            (Bash, None, "~/notes", Some("~/notes")),
            (Bash, Some('"'), "two words", Some("two words")),
            (Bash, Some('"'), "$(x)", None),
            (Bash, Some('\''), "it's", None),
            (Zsh, None, "$(x)", Some("$(x)")),
            (Fish, None, "a b", Some("a b")),
            (Power, None, "@file", Some("'@file'")),
            (Power, None, "it's; x", Some("'it''s; x'")),
            (Power, None, "--flag=a", Some("--flag=a")),
            (Bash, None, "a\nb", None),
            (Zsh, None, "a\tb", None),
            (Fish, None, "\u{1b}[2J", None),
            (Zsh, None, "a\u{202e}b", None),
        ];
        for (shell, quote, value, expected) in cases {
            let candidate = Candidate::new(value, None);
            assert_eq!(print_candidate(shell, quote, &candidate).as_deref(), expected, "{shell:?} {value}");
        }
    }

    #[test]
    fn descriptions_are_one_line_without_controls() {
        let candidate = Candidate::new("a", Some("One\n\ttwo \u{1b}[31mred\u{202e}. More."));
        let line = print_candidate(Shell::Zsh, None, &candidate).unwrap();
        assert_eq!(line, "a\tOne two \\u{1b}[31mred\\u{202e}.");
        assert_eq!(print_candidate(Shell::Bash, None, &candidate).unwrap(), "a");
        let long = Candidate::new("a", Some(&"word ".repeat(99)));
        assert!(print_candidate(Shell::Fish, None, &long).unwrap().chars().count() <= MAX_HELP + 3);
    }
}
