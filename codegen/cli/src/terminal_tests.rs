//! Prompts on a pseudo terminal, in a process of their own: this test program runs itself again as the program of the bank.

#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{self, Read, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use crate::{
    command,
    error::Exit,
    hidden_input::read_hidden_line,
    io::Io,
    test_bank::{BankServer, app},
    test_io::TestFolder,
};

/// Set in the processes that are to be the program; holds its arguments.
const ARGUMENTS: &str = "BANK_TEST_ARGUMENTS";

/// The arguments with which the process is no program but one prompt.
const PROMPT_ALONE: &str = "prompt alone";

const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Not a test: the program of the bank, if the variable is set.
#[test]
fn run_program() {
    let Ok(arguments) = std::env::var(ARGUMENTS) else { return };
    let words = arguments.split_whitespace().map(str::to_owned).collect();
    if arguments == PROMPT_ALONE {
        assert!(is_shown(), "what is typed is shown before the prompt");
        let line = read_hidden_line("Key: ", &mut HiddenBeforeWritten).unwrap();
        println!("read {line:?}");
        std::process::exit(0);
    }
    let result = command::run(app(), &mut Io::of_process("bank"), words);
    std::process::exit(result.map_or_else(|error| i32::from(error.exit.code()), |()| 0));
}

/// A screen that ends the process with an error if it is written to while the terminal shows what is typed.
struct HiddenBeforeWritten;

impl Write for HiddenBeforeWritten {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(!is_shown(), "the prompt is written while what is typed is shown");
        io::stderr().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Whether the terminal shows what is typed.
fn is_shown() -> bool {
    let modes = rustix::termios::tcgetattr(io::stdin()).unwrap().local_modes;
    modes.contains(rustix::termios::LocalModes::ECHO)
}

/// The program on a pseudo terminal.
struct Terminal {
    child: Child,
    keys: Option<ChildStdin>,
    screen: Arc<Mutex<Vec<u8>>>,
    folder: TestFolder,
}

impl Terminal {
    /// Starts the program, then shows its exit code and the settings of the terminal; `None` without the tool `script`.
    fn start(arguments: &str, variables: &[(&str, &str)]) -> Option<Self> {
        if !Command::new("script")
            .arg("--version")
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|it| it.success())
        {
            println!("`script` of util-linux is not installed, so prompts are not tested on a terminal");
            return None;
        }
        let folder = TestFolder::new();
        let program = std::env::current_exe().unwrap();
        let run = format!("'{}' --exact terminal_tests::run_program --nocapture", program.display());
        let mut script = Command::new("script");
        script.args(["-q", "-c", &format!("trap : INT; {run}; echo \"code=$?\"; stty -a"), "/dev/null"]);
        script.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("SHELL", "/bin/sh");
        script
            .env("HOME", &folder.0)
            .env("XDG_CONFIG_HOME", &folder.0)
            .env(ARGUMENTS, arguments)
            .env("NO_COLOR", "1");
        script.envs(variables.iter().copied());
        let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let screen = Arc::new(Mutex::new(Vec::new()));
        let (mut output, copy) = (child.stdout.take().unwrap(), Arc::clone(&screen));
        thread::spawn(move || {
            let mut bytes = [0; 1024];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                copy.lock().unwrap().extend_from_slice(&bytes[..count]);
            }
        });
        let keys = child.stdin.take();
        Some(Self { child, keys, screen, folder })
    }

    fn read_screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).into_owned()
    }

    fn wait_for(&self, text: &str) {
        let start = Instant::now();
        while !self.read_screen().contains(text) {
            assert!(start.elapsed() < TIME_LIMIT, "no `{text}` in:\n{}", self.read_screen());
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn press(&mut self, keys: &str) {
        let stream = self.keys.as_mut().unwrap();
        stream.write_all(keys.as_bytes()).and_then(|()| stream.flush()).unwrap();
    }

    /// Waits for the end, asserts that the terminal shows what is typed again, and returns all that was shown.
    fn finish(mut self, code: u8) -> (String, TestFolder) {
        self.wait_for(&format!("code={code}\r\n"));
        self.wait_for("extproc");
        self.keys = None;
        self.child.wait().unwrap();
        let screen = self.read_screen();
        let settings = screen.rsplit("code=").next().unwrap();
        assert!(settings.contains(" echo ") && settings.contains(" icanon "), "{settings}");
        (screen, self.folder)
    }
}

#[test]
fn a_typed_key_is_not_shown() {
    let Some(mut terminal) = Terminal::start("login --no-check", &[]) else { return };
    terminal.wait_for("API key for production, which is not shown: ");
    terminal.press("key_typX\u{7f}ed\r");
    let (screen, folder) = terminal.finish(0);
    assert!(screen.contains("Logged in to production"), "{screen}");
    assert!(!screen.contains("key_") && !screen.contains("typed"), "{screen}");
    let stored = fs::read_to_string(folder.0.join("bank/credentials.toml")).unwrap();
    assert!(stored.contains("\"key_typed\""), "{stored}");
}

#[test]
fn input_is_hidden_before_the_prompt_is_shown() {
    let Some(mut terminal) = Terminal::start(PROMPT_ALONE, &[]) else { return };
    terminal.wait_for("Key: ");
    terminal.press("key_1\r");
    let (screen, _) = terminal.finish(0);
    assert_eq!(screen.matches("key_1").count(), 1, "{screen}");
    assert!(screen.contains("read \"key_1\""), "{screen}");
}

#[test]
fn ctrl_c_leaves_the_terminal_as_it_was() {
    for key in ["\u{3}", "\u{4}"] {
        let Some(mut terminal) = Terminal::start("login --no-check", &[]) else { return };
        terminal.wait_for("which is not shown: ");
        terminal.press("key_half");
        terminal.press(if key == "\u{4}" { "\u{15}\u{4}" } else { key });
        let exit = if key == "\u{3}" { Exit::Interrupted } else { Exit::Usage };
        let (screen, folder) = terminal.finish(exit.code());
        assert!(!screen.contains("key_half"), "{screen}");
        assert!(!folder.0.join("bank/credentials.toml").exists());
    }
}

#[test]
fn a_confirmation_is_asked_for_on_the_terminal() {
    let server = BankServer::start_blocking();
    let url = server.base_url(0);
    let variables = [("BANK_BASE_URL", url.as_str()), ("BANK_API_KEY", "key_1")];
    for (keys, code, requests) in
        [("n\r", 130, 0), ("\u{3}", 130, 0), ("\u{4}", 130, 0), ("\r", 130, 0), ("y\r", 0, 1)]
    {
        let Some(mut terminal) = Terminal::start("me get", &variables) else { return };
        terminal.wait_for("[y/N] ");
        terminal.press(keys);
        let (screen, _) = terminal.finish(code);
        assert_eq!(server.requests().len(), requests, "{keys:?}: {screen}");
        assert_eq!(screen.contains("status  "), requests == 1, "{screen}");
        assert!(!screen.contains("key_1"), "{screen}");
    }
}
