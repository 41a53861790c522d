//! Chromium without a screen, where there is one: it loads pages as their readers' browsers do.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::say;

/// Where browsers are usually found.
const USUAL: [&str; 6] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// What keeps it quiet: nothing on the network but the page, nothing asked of its user.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Containers have little of it.
    "--disable-dev-shm-usage",
];

/// A browser that is installed here, with a profile of its own.
#[derive(Debug)]
pub struct Browser {
    path: PathBuf,
    profile: PathBuf,
}

impl Browser {
    /// The one in `CHROMIUM`, or in one of the usual places. Without one it says so and gives `None`.
    ///
    /// # Panics
    /// If there is none and `REQUIRE_CHROMIUM` is set, or no profile can be made.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
        let usual = USUAL.map(PathBuf::from).into_iter().find(|path| path.exists());
        let Some(path) = named.or(usual) else {
            assert!(
                std::env::var_os("REQUIRE_CHROMIUM").is_none(),
                "REQUIRE_CHROMIUM is set, and there is no Chromium: name one in CHROMIUM"
            );
            say(&format!("{name}: not run, since there is no Chromium here: name one in CHROMIUM"));
            return None;
        };
        let profile = std::env::temp_dir().join(format!("whop-tests-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&profile).expect("a folder for the profile");
        Some(Self { path, profile })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(FLAGS).arg(format!("--user-data-dir={}", self.profile.display()));
        command.env("HOME", &self.profile).stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// The page as it stands after this time by its own clock, which runs ahead.
    ///
    /// # Panics
    /// If the browser cannot be started.
    #[must_use]
    pub fn dump(&self, url: &str, after: Duration) -> String {
        let budget = format!("--virtual-time-budget={}", after.as_millis());
        let output = self.command().args([budget.as_str(), "--dump-dom", url]).output().expect("Chromium");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Opens a page, which lives in real time until this is dropped.
    ///
    /// # Panics
    /// If the browser cannot be started.
    #[must_use]
    pub fn open(&self, url: &str) -> Page {
        // Waiting for whoever would debug it, it stays.
        let stays = ["--remote-debugging-port=0", url];
        Page(self.command().args(stays).stdout(Stdio::null()).spawn().expect("Chromium"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// An open page.
#[derive(Debug)]
pub struct Page(Child);

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
