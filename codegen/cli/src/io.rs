//! What a command reads and writes. Tests replace it, so that they run in parallel and in one process.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _, Read, Write},
    path::PathBuf,
    sync::Arc,
};

use crate::{
    credentials::keyring::{Keyring, OsKeyring},
    error::CliError,
    hidden_input::read_hidden_line,
    interrupt::Interrupt,
};

/// Writes the text to the stream, then reads a line.
pub(crate) type ReadHidden = Box<dyn FnMut(&str, &mut dyn Write) -> io::Result<String> + Send>;

/// The streams, the environment and the folders of a command.
pub(crate) struct Io {
    pub(crate) stdin: Box<dyn Read + Send>,
    /// Shows a prompt and reads a line from the terminal without showing it.
    pub(crate) read_hidden: ReadHidden,
    pub(crate) stdout: Box<dyn Write + Send>,
    pub(crate) stderr: Box<dyn Write + Send>,
    pub(crate) stdin_is_terminal: bool,
    pub(crate) stdout_is_terminal: bool,
    pub(crate) stderr_is_terminal: bool,
    /// The width of the terminal in columns; `None` without one.
    pub(crate) width: Option<usize>,
    pub(crate) variables: BTreeMap<String, String>,
    /// The folder with the configuration, such as `~/.config/whop`; `None` if the system has none.
    pub(crate) config_folder: Option<PathBuf>,
    pub(crate) keyring: Arc<dyn Keyring>,
    /// Ctrl-C, for commands that run until then.
    pub(crate) interrupt: Interrupt,
}

impl Io {
    /// The streams of the process. `name` is that of the program, for its folder.
    pub(crate) fn of_process(name: &str) -> Self {
        let width = terminal_size::terminal_size().map(|(terminal_size::Width(width), _)| usize::from(width));
        let stdout_is_terminal = io::stdout().is_terminal();
        Self {
            stdin: Box::new(io::stdin()),
            read_hidden: Box::new(read_hidden_line),
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
            keyring: Arc::new(OsKeyring::of_process()),
            interrupt: Interrupt::of_process(),
        }
    }

    /// The value of an environment variable that is set and not empty.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Writes to standard output.
    pub(crate) fn write_stdout(&mut self, text: &str) -> Result<(), CliError> {
        self.stdout.write_all(text.as_bytes()).map_err(|error| CliError::from_io("write the output", &error))
    }

    /// Writes to standard error. That it is closed or full is ignored: there is nowhere to report it.
    pub(crate) fn write_stderr(&mut self, text: &str) {
        let _ = self.stderr.write_all(text.as_bytes()).and_then(|()| self.stderr.flush());
    }

    /// Writes what standard output has buffered: a full disk is only noticed here.
    pub(crate) fn flush_stdout(&mut self) -> Result<(), CliError> {
        self.stdout.flush().map_err(|error| CliError::from_io("write the output", &error))
    }

    /// Prints a line of the result, at once also into a pipe.
    pub(crate) fn print_line(&mut self, line: &str) -> Result<(), CliError> {
        self.write_stdout(&format!("{line}\n"))?;
        self.flush_stdout()
    }

    /// Prints a line about the command itself, which is not part of its result.
    pub(crate) fn note_line(&mut self, line: &str) {
        self.write_stderr(&format!("{line}\n"));
    }
}
