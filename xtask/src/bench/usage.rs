//! What the system says a process took. Seconds on the cores say more than those on the clock when others work too.

use openapi_client_generator::failure::Failure;

/// What was taken so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Used {
    /// Seconds on all cores, those in the system among them.
    pub(super) cpu: f64,
    /// The most memory at a time.
    pub(super) peak_bytes: u64,
}

/// Runs children; returns the seconds that they took on all cores, where the system tells.
pub(super) fn measure_children<T>(
    run: impl FnOnce() -> Result<T, Failure>,
) -> Result<(Option<f64>, T), Failure> {
    let before = children();
    let result = run()?;
    Ok((before.zip(children()).map(|(before, after)| after.cpu - before.cpu), result))
}

/// What all children took that have ended.
#[cfg(unix)]
pub(super) fn children() -> Option<Used> {
    used(nix::sys::resource::UsageWho::RUSAGE_CHILDREN)
}

#[cfg(unix)]
fn used(who: nix::sys::resource::UsageWho) -> Option<Used> {
    let usage = nix::sys::resource::getrusage(who).ok()?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    // Linux counts kilobytes, macOS bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Some(Used {
        cpu: seconds(usage.user_time()) + seconds(usage.system_time()),
        peak_bytes: u64::try_from(usage.max_rss()).ok()? * unit,
    })
}

#[cfg(not(unix))]
pub(super) fn children() -> Option<Used> {
    None
}
