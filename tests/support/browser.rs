//! Runs a headless Chromium, if one is installed, to test pages in a real browser.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::print_uncaptured;

/// The number of profiles that were made so far.
static PROFILES: AtomicU64 = AtomicU64::new(0);

/// The usual paths of the browser.
const USUAL_PATHS: [&str; 6] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Command-line flags: no window, no dialogs, no network traffic apart from the page.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    // Containers often have a small /dev/shm.
    "--disable-dev-shm-usage",
];

/// An installed browser with a temporary profile.
#[derive(Debug)]
pub struct Browser {
    path: PathBuf,
    profile: PathBuf,
}

impl Browser {
    /// Finds the browser named by `CHROMIUM`, or one at a usual path. Without a browser it prints a note and returns `None`.
    ///
    /// # Panics
    /// If no browser is found and `REQUIRE_CHROMIUM` is set, or if the profile cannot be created.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
        let usual = USUAL_PATHS.map(PathBuf::from).into_iter().find(|path| path.exists());
        let Some(path) = named.or(usual) else {
            assert!(
                std::env::var_os("REQUIRE_CHROMIUM").is_none(),
                "REQUIRE_CHROMIUM is set, but no Chromium was found: set CHROMIUM to its path"
            );
            print_uncaptured(&format!("{name}: skipped, no Chromium was found: set CHROMIUM to its path"));
            return None;
        };
        // Two browsers cannot share a profile.
        let number = PROFILES.fetch_add(1, Ordering::Relaxed);
        let profile = std::env::temp_dir().join(format!("whop-tests-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&profile).expect("cannot create the folder of the profile");
        Some(Self { path, profile })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(FLAGS).arg(format!("--user-data-dir={}", self.profile.display()));
        command.env("HOME", &self.profile).stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// The document of a page after this time. The page's clock is virtual and runs faster than real time.
    ///
    /// # Panics
    /// If the browser cannot be started.
    #[must_use]
    pub fn dump_page(&self, url: &str, after: Duration) -> String {
        let budget = format!("--virtual-time-budget={}", after.as_millis());
        let output = self
            .command()
            .args([budget.as_str(), "--dump-dom", url])
            .output()
            .expect("cannot start Chromium");
        assert!(output.status.success(), "Chromium ended with {}", output.status);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Opens a page that runs in real time until the returned value is dropped.
    ///
    /// # Panics
    /// If the browser cannot be started.
    #[must_use]
    pub fn open_page(&self, url: &str) -> Page {
        // With a debugging port the headless browser does not exit when the page is loaded.
        let arguments = ["--remote-debugging-port=0", url];
        Page(self.command().args(arguments).stdout(Stdio::null()).spawn().expect("cannot start Chromium"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// An open page. It is closed when this is dropped.
#[derive(Debug)]
pub struct Page(Child);

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
