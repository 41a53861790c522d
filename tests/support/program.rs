//! Runs the client's examples as a newcomer does: as programs, with settings in the environment.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// The longest that a line may be awaited; machines are slow and shared.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running example. It is killed when it is dropped.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    lines: Receiver<String>,
    seen: VecDeque<String>,
}

/// The folder with the examples, built with what the workspace asks of the client.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        // `cargo test --workspace` has built them already, so that this finds nothing to do.
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--workspace", "--examples", "--quiet", "--offline"]).current_dir(crate::root());
        // What cargo tells a test about its own package would make build scripts run again.
        let own = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        for name in names.filter(|name| own(name)) {
            cargo.env_remove(name);
        }
        let built = cargo.output().expect("cargo");
        assert!(built.status.success(), "{}", crate::nested::printed(&built));
        let own = std::env::current_exe().expect("the test's own path");
        own.ancestors().nth(2).expect("a profile's folder").join("examples")
    })
}

impl Program {
    /// Starts an example with nothing in its environment but this.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn start(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let path = folder().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let mut child = Command::new(&path)
            .args(arguments)
            .env_clear()
            .env("PORT", "0")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (sender, lines) = channel();
        let outputs: [Option<Box<dyn std::io::Read + Send>>; 2] = [
            child.stdout.take().map(|output| Box::new(output) as _),
            child.stderr.take().map(|output| Box::new(output) as _),
        ];
        for output in outputs.into_iter().flatten() {
            let sender = sender.clone();
            std::thread::spawn(move || {
                let mut lines = BufReader::new(output).lines().map_while(Result::ok);
                lines.try_for_each(|line| sender.send(line))
            });
        }
        Self { name: name.to_owned(), child, lines, seen: VecDeque::new() }
    }

    /// Waits for a line that begins with this word, and gives the rest of it.
    ///
    /// # Panics
    /// If the program ends without it, or keeps silent for a minute; the message shows what it has printed.
    pub fn line(&mut self, word: &str) -> String {
        let begin = Instant::now();
        loop {
            let rest = PATIENCE.saturating_sub(begin.elapsed());
            match self.lines.recv_timeout(rest) {
                Ok(line) => {
                    let found = line.strip_prefix(word).map(|rest| rest.trim().to_owned());
                    self.seen.push_back(line);
                    if let Some(rest) = found {
                        return rest;
                    }
                }
                Err(reason) => {
                    panic!("{}: no line begins with `{word}` ({reason}):\n{}", self.name, self.text())
                }
            }
        }
    }

    /// Waits until the program ends by itself, and gives its success and all that it has printed.
    ///
    /// # Panics
    /// If it goes on for more than a minute.
    pub fn end(mut self) -> (bool, String) {
        let begin = Instant::now();
        loop {
            match self.lines.recv_timeout(PATIENCE.saturating_sub(begin.elapsed())) {
                Ok(line) => self.seen.push_back(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("{} does not end:\n{}", self.name, self.text()),
            }
        }
        let status = self.child.wait().expect("the program's end");
        (status.success(), self.text())
    }

    fn text(&self) -> String {
        self.seen.iter().map(|line| format!("{line}\n")).collect()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
