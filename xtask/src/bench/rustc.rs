//! A run of rustc, measured. For `bench compile` cargo calls us in place of the compiler, and we call the compiler.

use std::ffi::{OsStr, OsString};
use std::fs::OpenOptions;
use std::io::Write;
use std::process::{Command, ExitCode};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::usage::children;
use crate::terminal::complain;

/// Names the file that measurements are added to. If it is set, we are the compiler.
pub(super) const LOG: &str = "XTASK_BENCH_RUSTC_LOG";

/// What a run took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Measured {
    /// The crate that was compiled.
    pub(super) name: String,
    /// Seconds on the clock.
    pub(super) wall: f64,
    /// Seconds on all cores, where the system tells.
    pub(super) user: Option<f64>,
    /// The most memory at a time, where the system tells.
    pub(super) peak_bytes: Option<u64>,
}

/// The file to add to, if we are called as the compiler.
pub(crate) fn requested() -> Option<OsString> {
    std::env::var_os(LOG)
}

/// Runs the compiler that the first argument names.
pub(crate) fn run(log: &OsStr) -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        complain("error: no compiler was named");
        return ExitCode::from(2);
    };
    let arguments: Vec<OsString> = arguments.collect();
    let begin = Instant::now();
    let status = Command::new(&program).args(&arguments).status();
    let wall = begin.elapsed().as_secs_f64();
    let status = match status {
        Ok(status) => status,
        Err(error) => {
            complain(&format!("error: cannot run {}: {error}", program.display()));
            return ExitCode::FAILURE;
        }
    };
    if let Some(name) = crate_name(&arguments) {
        let (user, peak_bytes) =
            children().map_or((None, None), |used| (Some(used.user), Some(used.peak_bytes)));
        record(log, &Measured { name, wall, user, peak_bytes });
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

fn crate_name(arguments: &[OsString]) -> Option<String> {
    let at = arguments.iter().position(|argument| argument == "--crate-name")?;
    arguments.get(at + 1)?.to_str().map(str::to_owned)
}

fn record(log: &OsStr, measured: &Measured) {
    let line = serde_json::to_string(measured).unwrap_or_default();
    let file = OpenOptions::new().create(true).append(true).open(log);
    if let Err(error) = file.and_then(|mut file| writeln!(file, "{line}")) {
        complain(&format!("error: cannot keep the measurement: {error}"));
    }
}
