//! A program while it is measured: it is asked on its standard input, or run alone under callgrind.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use openapi_client_generator::failure::Failure;

use crate::cargo::run;

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

/// Instructions of doing something so many times, by callgrind: those of twice as often, less those of once as often.
/// `None` if there is no valgrind.
pub(super) fn parse_instructions(
    program: &Path,
    url: &str,
    page: &Path,
    what: &str,
    times: u64,
) -> Result<Option<f64>, Failure> {
    let count = |times: u64| {
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program).arg(url).arg(page);
        command.arg(what).arg(times.to_string());
        Ok::<_, Failure>(read_collected(&String::from_utf8_lossy(&run(&mut command)?.stderr)))
    };
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        return Ok(None);
    }
    let (once, twice) = (count(times)?, count(times * 2)?);
    Ok(once.zip(twice).map(|(once, twice)| (twice - once) as f64 / times as f64))
}

/// What callgrind says at its end.
fn read_collected(text: &str) -> Option<i64> {
    let line = text.lines().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
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
        assert_eq!(read_collected("==1== Events    : Ir\n==1== Collected : 1234\n"), Some(1234));
        assert_eq!(read_collected("no valgrind here"), None);
    }
}
