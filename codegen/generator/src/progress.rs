//! Says on a terminal what a command is doing, if that takes longer than a second.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a step takes before it is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// The time between two looks at the step.
const INTERVAL: Duration = Duration::from_millis(250);

static PROGRESS: Mutex<Progress> = Mutex::new(Progress { step: None, is_shown: false });

/// The step of the command.
#[derive(Debug)]
struct Progress {
    step: Option<(String, Instant)>,
    /// Whether it is on the last line of the terminal.
    is_shown: bool,
}

impl Progress {
    /// Shows the step with the seconds that it has taken, if it has taken longer than a second.
    fn draw(&mut self, now: Instant, out: &mut impl Write) {
        let Some((text, begin)) = &self.step else { return };
        let elapsed = now.saturating_duration_since(*begin);
        if elapsed >= PATIENCE {
            // Nothing depends on whether it can be shown.
            let _ = write!(out, "\r{text} … {} s\x1b[K", elapsed.as_secs()).and_then(|()| out.flush());
            self.is_shown = true;
        }
    }

    /// Removes the step from the terminal, so that another text can be printed.
    fn clear(&mut self, out: &mut impl Write) {
        if std::mem::take(&mut self.is_shown) {
            let _ = write!(out, "\r\x1b[K").and_then(|()| out.flush());
        }
    }
}

fn lock() -> MutexGuard<'static, Progress> {
    PROGRESS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows the steps of this process from now on, if standard error is a terminal that can remove a text.
pub fn show_steps() {
    let is_dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
    if io::stderr().is_terminal() && !is_dumb {
        thread::spawn(|| {
            loop {
                thread::sleep(INTERVAL);
                lock().draw(Instant::now(), &mut io::stderr());
            }
        });
    }
}

/// Starts a step, which ends the one before: what is done, such as `reading the document`.
pub fn begin_step(text: impl Into<String>) {
    let mut progress = lock();
    progress.clear(&mut io::stderr());
    progress.step = Some((text.into(), Instant::now()));
}

/// Prints something else: no step is on the line, and none is shown meanwhile.
pub fn print_without_step(print: impl FnOnce()) {
    let mut progress = lock();
    progress.clear(&mut io::stderr());
    print();
}

/// Ends the last step.
pub fn end_step() {
    let mut progress = lock();
    progress.clear(&mut io::stderr());
    progress.step = None;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_shown_after_a_second_and_removed() {
        let begin = Instant::now();
        let mut progress = Progress { step: Some(("reading".to_owned(), begin)), is_shown: false };
        let mut out = Vec::new();
        progress.draw(begin + Duration::from_millis(999), &mut out);
        progress.clear(&mut out);
        assert_eq!(out, b"");
        progress.draw(begin + Duration::from_millis(1000), &mut out);
        progress.draw(begin + Duration::from_millis(2500), &mut out);
        progress.clear(&mut out);
        progress.clear(&mut out);
        let text = String::from_utf8(out).unwrap_or_default();
        assert_eq!(text, "\rreading … 1 s\x1b[K\rreading … 2 s\x1b[K\r\x1b[K");
        progress.step = None;
        let mut out = Vec::new();
        progress.draw(begin + Duration::from_secs(9), &mut out);
        assert_eq!(out, b"");
    }
}
