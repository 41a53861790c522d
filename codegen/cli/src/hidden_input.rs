//! A line that is typed without being shown.

use std::io::{self, Write};

/// Writes `prompt` to `screen` and reads a line from the terminal of the process without showing it. Input is hidden before the
/// prompt is visible, so what is typed at once after it is not shown either.
///
/// # Errors
///
/// The terminal cannot be read or changed; the person pressed Ctrl-C ([`Interrupted`](io::ErrorKind::Interrupted)) or Ctrl-D in
/// an empty line ([`UnexpectedEof`](io::ErrorKind::UnexpectedEof)).
pub(crate) fn read_hidden_line(prompt: &str, screen: &mut dyn Write) -> io::Result<String> {
    // rpassword raises SIGINT for Ctrl-C before it shows input again. With a handler the process survives that, and the
    // terminal is left as it was.
    #[cfg(unix)]
    let _handler = tokio::runtime::Handle::try_current()
        .ok()
        .map(|_| tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()));
    // rpassword hides input only when it begins to read, which is after the prompt.
    #[cfg(unix)]
    let _hidden = unix::HiddenInput::start();
    // That standard error is closed is ignored: there is nowhere to report it.
    let mut show = |text: &str| {
        let _ = screen.write_all(text.as_bytes()).and_then(|()| screen.flush());
    };
    show(prompt);
    let line = rpassword::read_password();
    // Enter was hidden too.
    show("\n");
    line
}

#[cfg(unix)]
mod unix {
    use std::{fs::File, io};

    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

    /// The terminal of the process neither shows what is typed nor acts on it, until this is dropped.
    pub(super) struct HiddenInput {
        terminal: File,
        before: Termios,
    }

    impl HiddenInput {
        /// The settings are those of rpassword, so that no key is handled by the terminal in one way and by rpassword in
        /// another. An error is rpassword's to report, which opens the same terminal.
        pub(super) fn start() -> io::Result<Self> {
            let terminal = File::open("/dev/tty")?;
            let before = tcgetattr(&terminal)?;
            let mut hidden = before.clone();
            hidden.local_modes -=
                LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
            hidden.special_codes[SpecialCodeIndex::VMIN] = 1;
            hidden.special_codes[SpecialCodeIndex::VTIME] = 0;
            tcsetattr(&terminal, OptionalActions::Now, &hidden)?;
            Ok(Self { terminal, before })
        }
    }

    impl Drop for HiddenInput {
        fn drop(&mut self) {
            let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
        }
    }
}
