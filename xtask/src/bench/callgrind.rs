//! Instructions of a program, counted by callgrind. They hardly vary, also where others use the machine.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, Stdio};

use openapi_client_generator::failure::Failure;

use crate::cargo::run;

/// The version of valgrind, if it is installed.
pub(super) fn find_version() -> Option<String> {
    let output = Command::new("valgrind").arg("--version").stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().trim_start_matches("valgrind-").to_owned())
}

/// Instructions of one run, from start to end. The environment is the same everywhere: its size moves the stack, and a proxy in
/// it would be used. The command line wants a key.
pub(super) fn count_run(program: &Path, arguments: &[OsString]) -> Result<u64, Failure> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program).args(arguments);
    command.env_clear().env("LC_ALL", "C").env("WHOP_API_KEY", "bench-key");
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    let output = run(&mut command)?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = read_collected(&text).filter(|_| output.status.success());
    collected.ok_or_else(|| {
        Failure::new(format!("{text}error: callgrind counted nothing of {}", program.display()))
    })
}

/// Instructions of doing something once: those of a run that does it 2N times, less those of one that does it N times, over N.
/// The arguments before the command of `measure.rs` are given.
pub(super) fn count_each(
    program: &Path,
    arguments: &[&OsStr],
    what: &str,
    times: u64,
) -> Result<f64, Failure> {
    let count = |times: u64| {
        let mut all: Vec<OsString> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        all.extend([what.into(), times.to_string().into()]);
        count_run(program, &all)
    };
    let (once, twice) = (count(times)?, count(times * 2)?);
    Ok((twice as f64 - once as f64) / times as f64)
}

/// What callgrind says at its end.
fn read_collected(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::read_collected;

    #[test]
    fn the_count_is_read() {
        assert_eq!(read_collected("==1== Events    : Ir\n==1== Collected : 1234\n"), Some(1234));
        assert_eq!(read_collected("no valgrind here"), None);
    }
}
