//! Whether others used the machine, as far as the system tells.

use std::fs;

/// So many waiting or running for each core before a part begins, and its times say nothing.
const LOAD: f64 = 0.5;
/// The part of the time that the host may give to other machines.
const STOLEN: f64 = 0.02;

/// Looks at the machine from a moment on.
#[derive(Debug)]
pub(super) struct Watch {
    load: Option<f64>,
    ticks: Option<Ticks>,
}

/// Ticks of all cores since the start of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ticks {
    all: u64,
    stolen: u64,
}

impl Watch {
    /// Before the first part: later, the load is our own.
    pub(super) fn start() -> Self {
        Self { load: read("/proc/loadavg", parse_load), ticks: read("/proc/stat", parse_ticks) }
    }

    /// From here on, with the load as it was at the start.
    pub(super) fn restart(&mut self) {
        self.ticks = read("/proc/stat", parse_ticks);
    }

    /// Why times since then say nothing.
    pub(super) fn find_reason(&self) -> Option<String> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        judge(self.load, cores, self.ticks.zip(read("/proc/stat", parse_ticks)))
    }
}

fn read<T>(path: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    parse(&fs::read_to_string(path).ok()?)
}

/// The average of the last minute.
fn parse_load(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

/// The line of all cores: user, nice, system, idle, waiting for disks, two of interrupts, stolen; guests are in the first two.
fn parse_ticks(text: &str) -> Option<Ticks> {
    let line = text.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let numbers: Option<Vec<u64>> =
        line.split_whitespace().take(8).map(|number| number.parse().ok()).collect();
    let numbers = numbers?;
    Some(Ticks { all: numbers.iter().sum(), stolen: numbers.get(7).copied()? })
}

fn judge(load: Option<f64>, cores: usize, ticks: Option<(Ticks, Ticks)>) -> Option<String> {
    if let Some(load) = load.filter(|load| *load > LOAD * cores as f64) {
        return Some(format!("the load was {load:.1} on {cores} cores at the start"));
    }
    let (before, after) = ticks?;
    let passed = after.all.saturating_sub(before.all).max(1);
    let stolen = after.stolen.saturating_sub(before.stolen) as f64 / passed as f64;
    (stolen > STOLEN).then(|| format!("the host gave {:.0} % of the time to other machines", stolen * 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_system_are_read() {
        assert_eq!(parse_load("0.09 0.23 0.49 2/92 4132\n"), Some(0.09));
        assert_eq!(parse_load(""), None);
        let stat = "cpu  10 1 5 100 2 0 1 7 3 0\ncpu0 5 0 2 50 1 0 0 3 0 0\nintr 1\n";
        assert_eq!(parse_ticks(stat), Some(Ticks { all: 126, stolen: 7 }));
        assert_eq!(parse_ticks("cpu  10 1\n"), None);
    }

    #[test]
    fn a_busy_machine_is_told_by_its_load_and_by_what_was_stolen() {
        let ticks =
            |stolen: u64| Some((Ticks { all: 1_000, stolen: 5 }, Ticks { all: 2_000, stolen: 5 + stolen }));
        assert_eq!(judge(Some(0.9), 2, ticks(20)), None);
        assert_eq!(
            judge(Some(1.2), 2, ticks(0)).as_deref(),
            Some("the load was 1.2 on 2 cores at the start")
        );
        let stolen = judge(Some(0.0), 2, ticks(100));
        assert_eq!(stolen.as_deref(), Some("the host gave 10 % of the time to other machines"));
        assert_eq!(judge(None, 2, None), None);
    }
}
