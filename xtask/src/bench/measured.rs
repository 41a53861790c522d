//! A program, measured. For the benches cargo calls us in place of the compiler, and we call the compiler; other programs
//! are run by us in the same way. What all children of a process took is known, so each has a process for itself.

use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use openapi_client_generator::failure::{Failure, describe_io_error};
use openapi_client_generator::terminal::print_error;
use serde::{Deserialize, Serialize};

use super::usage::children;
use crate::cargo::run_successfully;

/// Names the file that measurements are added to. If it is set, the arguments are a program and its own.
const LOG: &str = "XTASK_BENCH_LOG";

/// What a run took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Measured {
    /// The crate that was compiled, or the program.
    pub(super) name: String,
    /// Seconds on the clock.
    pub(super) wall: f64,
    /// Seconds on all cores, of users and of the system, where the latter tells.
    pub(super) cpu: Option<f64>,
    /// The most memory at a time, where the system tells.
    pub(super) peak_bytes: Option<u64>,
}

/// The file to add to, if we are called in place of a program.
pub(crate) fn requested_log() -> Option<OsString> {
    std::env::var_os(LOG)
}

/// Runs the program that the first argument names.
pub(crate) fn run(log: &OsStr) -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        print_error("error: no program was named");
        return ExitCode::from(2);
    };
    let arguments: Vec<OsString> = arguments.collect();
    let begin = Instant::now();
    let status = Command::new(&program).args(&arguments).env_remove(LOG).status();
    let wall = begin.elapsed().as_secs_f64();
    let status = match status {
        Ok(status) => status,
        Err(error) => {
            print_error(&format!("error: cannot run {}: {error}", program.display()));
            return ExitCode::FAILURE;
        }
    };
    let (cpu, peak_bytes) = children().map_or((None, None), |used| (Some(used.cpu), Some(used.peak_bytes)));
    let name = crate_name(&arguments).unwrap_or_else(|| program.to_string_lossy().into_owned());
    record_run(log, &Measured { name, wall, cpu, peak_bytes });
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

fn crate_name(arguments: &[OsString]) -> Option<String> {
    let at = arguments.iter().position(|argument| argument == "--crate-name")?;
    arguments.get(at + 1)?.to_str().map(str::to_owned)
}

fn record_run(log: &OsStr, measured: &Measured) {
    let line = serde_json::to_string(measured).unwrap_or_default();
    let file = OpenOptions::new().create(true).append(true).open(log);
    if let Err(error) = file.and_then(|mut file| writeln!(file, "{line}")) {
        print_error(&format!("error: cannot keep the measurement: {error}"));
    }
}

/// The seconds on all cores of runs.
pub(super) fn cpu_of(runs: &[Measured]) -> Vec<f64> {
    runs.iter().filter_map(|run| run.cpu).collect()
}

/// The most memory of runs, in bytes.
pub(super) fn peak_of(runs: &[Measured]) -> Vec<f64> {
    runs.iter().filter_map(|run| run.peak_bytes).map(|bytes| bytes as f64).collect()
}

/// Whose compilers are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Those of the crates in the workspace. What the others were built with stays as it is.
    Workspace,
    /// All.
    All,
}

/// Runs cargo; what its compilers took.
pub(super) fn count_compilers(
    cargo: &mut Command,
    whose: Whose,
    log: &Path,
) -> Result<Vec<Measured>, Failure> {
    let wrapper = match whose {
        Whose::Workspace => "RUSTC_WORKSPACE_WRAPPER",
        Whose::All => "RUSTC_WRAPPER",
    };
    forget(log)?;
    run_successfully(cargo.env(wrapper, own()?).env(LOG, log))?;
    read_log(log)
}

/// Runs a program; what it took.
pub(super) fn program_name(
    program: &Path,
    set: impl FnOnce(&mut Command),
    log: &Path,
) -> Result<Measured, Failure> {
    forget(log)?;
    let mut command = Command::new(own()?);
    command.arg(program).env(LOG, log);
    set(&mut command);
    run_successfully(&mut command)?;
    let nothing = || Failure::new(format!("error: {} was not measured", program.display()));
    read_log(log)?.pop().ok_or_else(nothing)
}

fn own() -> Result<std::path::PathBuf, Failure> {
    std::env::current_exe().map_err(|error| Failure::io("find this program", Path::new("xtask"), &error))
}

fn read_log(log: &Path) -> Result<Vec<Measured>, Failure> {
    let text = fs::read_to_string(log).map_err(|error| Failure::io("read the measurements", log, &error))?;
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

fn forget(log: &Path) -> Result<(), Failure> {
    match fs::remove_file(log) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::new(format!(
            "error: cannot remove {}: {}",
            log.display(),
            describe_io_error(&error)
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_is_told_by_the_arguments() {
        let arguments = ["--edition=2024", "--crate-name", "whop", "src/lib.rs"].map(OsString::from);
        assert_eq!(crate_name(&arguments).as_deref(), Some("whop"));
        assert_eq!(crate_name(&["--crate-name".into()]), None);
    }
}
