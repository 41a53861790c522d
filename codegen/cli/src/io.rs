//! What a command reads and writes. Tests replace it, so that they run in parallel and in one process.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _, Read, Write},
    path::PathBuf,
};

/// The streams, the environment and the folders of a command.
pub(crate) struct Io {
    pub(crate) stdin: Box<dyn Read + Send>,
    pub(crate) stdout: Box<dyn Write + Send>,
    pub(crate) stderr: Box<dyn Write + Send>,
    pub(crate) stdin_is_terminal: bool,
    pub(crate) stdout_is_terminal: bool,
    pub(crate) stderr_is_terminal: bool,
    /// The width of the terminal in columns; `None` without one.
    pub(crate) width: Option<usize>,
    variables: BTreeMap<String, String>,
    /// The folder with the configuration, such as `~/.config/whop`; `None` if the system has none.
    pub(crate) config_folder: Option<PathBuf>,
}

impl Io {
    /// The streams of the process. `name` is that of the program, for its folder.
    pub(crate) fn of_process(name: &str) -> Self {
        let width = terminal_size::terminal_size().map(|(terminal_size::Width(width), _)| usize::from(width));
        let stdout_is_terminal = io::stdout().is_terminal();
        Self {
            stdin: Box::new(io::stdin()),
            stdout: Box::new(io::stdout()),
            stderr: Box::new(io::stderr()),
            stdin_is_terminal: io::stdin().is_terminal(),
            stdout_is_terminal,
            stderr_is_terminal: io::stderr().is_terminal(),
            width: width.filter(|_| stdout_is_terminal),
            variables: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            config_folder: etcetera::choose_base_strategy()
                .ok()
                .map(|strategy| etcetera::BaseStrategy::config_dir(&strategy).join(name)),
        }
    }

    /// The value of an environment variable that is set and not empty.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
