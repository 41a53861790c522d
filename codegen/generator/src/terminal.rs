//! Prints to the terminal. A closed pipe, as in `cargo xtask … | head`, is not an error.

use std::io::{IsTerminal, Write, stderr};
use std::sync::OnceLock;

use whop_codegen::diagnostic::RenderStyle;

use crate::progress;

static STYLE: OnceLock<RenderStyle> = OnceLock::new();

/// Chooses colours for messages if standard error is a terminal and `NO_COLOR` is not set. Without this call, as in tests,
/// messages are plain.
pub fn detect_style() {
    let is_colored =
        stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let _ = STYLE.set(if is_colored { RenderStyle::Colored } else { RenderStyle::Plain });
}

/// The style of messages.
pub fn style() -> RenderStyle {
    STYLE.get().copied().unwrap_or(RenderStyle::Plain)
}

/// Prints to standard output.
pub fn print_line(text: &str) {
    progress::print_without_step(|| {
        let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
    });
}

/// Prints a message about what is wrong.
pub fn print_error(text: &str) {
    progress::print_without_step(|| {
        let _ = writeln!(stderr(), "{}", text.trim_end());
    });
}

/// A number with its noun: `1 file`, `2 files`.
pub fn count_noun(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}
