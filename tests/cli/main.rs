//! The real program `whop` as people, scripts and agents use it, against the mock: exit codes, pipes, signals, a real shell.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test should stop where it failed"
)]

mod agents;
mod exit_codes;
mod shell;
mod streams;
mod webhooks;

use std::process::{Child, Command, Output, Stdio};

use whop::mock::Server;

/// A mock, and the program that is told to use it.
struct Shop {
    server: Server,
    /// The home folder of the program, which begins empty.
    home: TemporaryFolder,
}

/// A folder that is deleted when it is dropped.
struct TemporaryFolder(std::path::PathBuf);

impl TemporaryFolder {
    fn new() -> Self {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("whop-cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Shop {
    fn open() -> Self {
        let server = Server::builder().api_key("test_key").start_blocking().unwrap();
        // Some of the tests send what the mock refuses.
        server.skip_verification_on_drop();
        Self { server, home: TemporaryFolder::new() }
    }

    /// The program with nothing in its environment but what it needs.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = program(&self.home);
        command
            .args(words)
            .env("WHOP_API_KEY", "test_key")
            .env("WHOP_BASE_URL", self.server.base_url(0))
            .stdin(Stdio::null());
        command
    }

    fn run(&self, words: &[&str]) -> Run {
        Run::new(self.command(words).output().unwrap())
    }

    fn start(&self, words: &[&str]) -> Child {
        self.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

/// The program, without anything that the environment of the test has.
fn program(home: &TemporaryFolder) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_whop-cli"));
    // No keyring: its daemon is found by a variable.
    command.env_clear().env("HOME", &home.0).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// What a run of the program printed, and how it ended.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    out: String,
    error: String,
}

impl Run {
    fn new(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), error: text(output.stderr) }
    }

    #[track_caller]
    fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}
