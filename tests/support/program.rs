//! Runs the examples of the client as programs, with their settings in environment variables.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long to wait for a line. Generous, because test machines are slow and shared.
const LINE_TIMEOUT: Duration = Duration::from_secs(60);

/// A running program. It is killed when it is dropped.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    lines: Receiver<String>,
    seen: VecDeque<String>,
}

/// Builds the examples once per process and returns their folder.
fn examples_folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        // After `cargo test --workspace` the examples are built already, and this returns at once.
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["build", "--workspace", "--examples", "--quiet", "--offline"])
            .current_dir(crate::workspace_root());
        // Variables that cargo sets for this test would make build scripts run again.
        let is_package_variable =
            |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        for name in names.filter(|name| is_package_variable(name)) {
            cargo.env_remove(name);
        }
        let built = cargo.output().expect("cargo");
        assert!(built.status.success(), "{}", crate::nested::output_text(&built));
        let executable = std::env::current_exe().expect("the path of the test executable");
        executable.ancestors().nth(2).expect("the folder of the profile").join("examples")
    })
}

/// The path of a built example.
#[must_use]
pub fn example_path(name: &str) -> PathBuf {
    examples_folder().join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

impl Program {
    /// Starts an example with only these environment variables.
    ///
    /// # Panics
    /// If the program cannot be started.
    #[must_use]
    pub fn start(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::start_at(&example_path(name), arguments, environment)
    }

    /// Starts the program at a path with only these environment variables.
    ///
    /// # Panics
    /// If the program cannot be started.
    #[must_use]
    pub fn start_at(path: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut child = Command::new(path)
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
        Self { name, child, lines, seen: VecDeque::new() }
    }

    /// Waits for a line that begins with this text and returns the rest of the line.
    ///
    /// # Panics
    /// If the program ends first, or the line does not come within a minute. The message contains the output so far.
    pub fn wait_for_line(&mut self, word: &str) -> String {
        let start = Instant::now();
        loop {
            let remaining = LINE_TIMEOUT.saturating_sub(start.elapsed());
            match self.lines.recv_timeout(remaining) {
                Ok(line) => {
                    let found = line.strip_prefix(word).map(|rest| rest.trim().to_owned());
                    self.seen.push_back(line);
                    if let Some(rest) = found {
                        return rest;
                    }
                }
                Err(reason) => {
                    panic!("{}: no line begins with `{word}` ({reason}):\n{}", self.name, self.output())
                }
            }
        }
    }

    /// Waits until the program exits; returns whether it succeeded, and its output.
    ///
    /// # Panics
    /// If it does not exit within a minute.
    pub fn wait_for_end(mut self) -> (bool, String) {
        let start = Instant::now();
        loop {
            match self.lines.recv_timeout(LINE_TIMEOUT.saturating_sub(start.elapsed())) {
                Ok(line) => self.seen.push_back(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("{} did not exit within a minute:\n{}", self.name, self.output())
                }
            }
        }
        let status = self.child.wait().expect("cannot wait for the program");
        (status.success(), self.output())
    }

    fn output(&self) -> String {
        self.seen.iter().map(|line| format!("{line}\n")).collect()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
