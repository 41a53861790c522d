//! Colours, and whether they are wanted.

use anstyle::{AnsiColor, Style};

use crate::io::Io;

/// The value of `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` or `CLICOLOR=0` is set; also without a terminal if `CLICOLOR_FORCE` is.
    #[default]
    Auto,
    Always,
    Never,
}

impl ColorChoice {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Always, Self::Never];

    /// The name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// What a text is.
#[derive(Clone, Copy)]
pub(super) enum Role {
    Error,
    /// What is unimportant, such as `null`.
    Faint,
    Heading,
    Hint,
    /// The name of a property.
    Name,
    /// A string.
    Text,
}

impl Role {
    fn style(self) -> Style {
        match self {
            Self::Error => AnsiColor::Red.on_default().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Heading => Style::new().bold(),
            Self::Hint => AnsiColor::Cyan.on_default(),
            Self::Name => AnsiColor::Blue.on_default().bold(),
            Self::Text => AnsiColor::Green.on_default(),
        }
    }
}

/// Adds colours, or does not.
#[derive(Clone, Copy)]
pub(crate) struct Painter {
    is_colored: bool,
}

impl Painter {
    pub(crate) fn new(choice: ColorChoice, io: &Io, is_terminal: bool) -> Self {
        let is_set = |name| io.variable(name).is_some_and(|value| value != "0");
        let is_colored = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            // Any value of `NO_COLOR` counts, `0` too: https://no-color.org
            ColorChoice::Auto if io.variable("NO_COLOR").is_some() => false,
            ColorChoice::Auto if is_set("CLICOLOR_FORCE") => true,
            ColorChoice::Auto => {
                is_terminal && io.variable("CLICOLOR") != Some("0") && io.variable("TERM") != Some("dumb")
            }
        };
        Self { is_colored }
    }

    pub(crate) fn is_colored(self) -> bool {
        self.is_colored
    }

    pub(super) fn paint(self, role: Role, text: &str) -> String {
        if !self.is_colored || text.is_empty() {
            return text.to_owned();
        }
        let style = role.style();
        format!("{style}{text}{style:#}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_io::TestIo;

    #[test]
    fn colours_follow_the_flag_then_the_variables_then_the_terminal() {
        use ColorChoice::{Always, Auto, Never};
        type Case = (ColorChoice, &'static [(&'static str, &'static str)], bool, bool);
        let cases: [Case; 10] = [
            (Auto, &[], true, true),
            (Auto, &[], false, false),
            (Auto, &[("NO_COLOR", "0")], true, false),
            (Auto, &[("NO_COLOR", "")], true, true),
            (Auto, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, false),
            (Auto, &[("CLICOLOR_FORCE", "1")], false, true),
            (Auto, &[("CLICOLOR_FORCE", "0")], false, false),
            (Auto, &[("TERM", "dumb")], true, false),
            (Always, &[("NO_COLOR", "1")], false, true),
            (Never, &[("CLICOLOR_FORCE", "1")], true, false),
        ];
        for (choice, variables, is_terminal, expected) in cases {
            let test = variables.iter().fold(TestIo::new(), |test, (name, value)| test.variable(name, value));
            let painter = Painter::new(choice, &test.build().0, is_terminal);
            assert_eq!(painter.is_colored, expected, "{choice:?} {variables:?} {is_terminal}");
            assert_eq!(painter.paint(Role::Error, "x") == "x", !expected);
        }
    }
}
