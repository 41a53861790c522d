//! What the tests share: events, signed deliveries, databases of both kinds, and handlers that write an effect.

pub(crate) mod database;
pub(crate) mod each_database;
pub(crate) mod events;
pub(crate) mod http;
pub(crate) mod postgres;
pub(crate) mod proxy;
pub(crate) mod running;
pub(crate) mod small_disk;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// Prints a line that libtest does not capture, so that it is visible for passing tests too.
pub(crate) fn print_uncaptured(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A folder that is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    pub(crate) fn create(name: &str) -> Self {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("inbox-tests-{}-{number}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        // A process with the same id may have been killed before it removed its folder.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Waits until a condition holds. It looks again after 10 ms, so that a test waits for what happens and not for a time.
///
/// # Panics
/// If the condition does not hold after 60 seconds, with what it last said.
pub(crate) async fn wait_until(what: &str, mut condition: impl AsyncFnMut() -> Result<(), String>) {
    const DEADLINE: Duration = Duration::from_secs(60);
    let start = Instant::now();
    loop {
        match condition().await {
            Ok(()) => return,
            Err(last) => assert!(start.elapsed() < DEADLINE, "waited {DEADLINE:?} until {what}: {last}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
