//! What the system says a process took. Seconds on the cores say more than those on the clock when others work too.

/// What was taken so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Used {
    /// Seconds on all cores, outside the system.
    pub(super) user: f64,
    /// The most memory at a time.
    pub(super) peak_bytes: u64,
}

/// Seconds that this process took on all cores so far, exactly: what the system tells of users' time alone is rounded.
#[cfg(unix)]
pub(super) fn own() -> Option<f64> {
    let time = nix::time::clock_gettime(nix::time::ClockId::CLOCK_PROCESS_CPUTIME_ID).ok()?;
    Some(time.tv_sec() as f64 + time.tv_nsec() as f64 / 1e9)
}

/// What all children took that have ended.
#[cfg(unix)]
pub(super) fn children() -> Option<Used> {
    used(nix::sys::resource::UsageWho::RUSAGE_CHILDREN)
}

#[cfg(unix)]
fn used(who: nix::sys::resource::UsageWho) -> Option<Used> {
    let usage = nix::sys::resource::getrusage(who).ok()?;
    let user = usage.user_time();
    // Linux counts kilobytes, macOS bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Some(Used {
        user: user.tv_sec() as f64 + user.tv_usec() as f64 / 1e6,
        peak_bytes: u64::try_from(usage.max_rss()).ok()? * unit,
    })
}

#[cfg(not(unix))]
pub(super) fn own() -> Option<f64> {
    None
}

#[cfg(not(unix))]
pub(super) fn children() -> Option<Used> {
    None
}
