//! A program while it is measured: it is asked on its standard input.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use openapi_client_generator::failure::Failure;

/// What so many runs of something took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Took {
    /// Nanoseconds on all cores.
    pub(super) cpu: u64,
    /// Allocations, if they were counted.
    pub(super) allocations: u64,
    /// The bytes that were allocated.
    pub(super) bytes: u64,
    /// The bytes that were still held at the end.
    pub(super) held: i64,
    /// What came of it.
    pub(super) done: u64,
}

impl Took {
    /// Five numbers in a line.
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let mut number = || words.next()?.parse::<i64>().ok();
        let (cpu, allocations, bytes) = (number()?, number()?, number()?);
        let (held, done) = (number()?, number()?);
        let plain = |number: i64| u64::try_from(number).ok();
        Some(Self {
            cpu: plain(cpu)?,
            allocations: plain(allocations)?,
            bytes: plain(bytes)?,
            held,
            done: plain(done)?,
        })
    }
}

/// A program that waits to be asked.
#[derive(Debug)]
pub(super) struct Session {
    program: PathBuf,
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Session {
    pub(super) fn start(program: &Path, url: &str, page: &Path) -> Result<Self, Failure> {
        let spawned =
            Command::new(program).arg(url).arg(page).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = spawned.map_err(|error| Failure::io("run the program", program, &error))?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(Failure::new("error: the program has neither input nor output"));
        };
        Ok(Self { program: program.to_path_buf(), process, input, output: BufReader::new(output) })
    }

    /// Has it do something so many times.
    pub(super) fn ask(&mut self, what: &str, times: u64) -> Result<Took, Failure> {
        let mut line = String::new();
        let asked = writeln!(self.input, "{what} {times}").and_then(|()| self.output.read_line(&mut line));
        asked.map_err(|error| Failure::io("talk to the program", &self.program, &error))?;
        Took::read(&line).ok_or_else(|| {
            let program = self.program.display();
            Failure::new(format!("error: {program} gave no figures for `{what} {times}`: {line:?}"))
        })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read() {
        let took = Took { cpu: 5, allocations: 4, bytes: 3, held: -2, done: 1 };
        assert_eq!(Took::read("5 4 3 -2 1\n"), Some(took));
        assert_eq!(Took::read("5 4 3\n"), None);
        assert_eq!(Took::read("-5 4 3 2 1"), None);
    }
}
