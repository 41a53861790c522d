//! Ctrl-C, and the request of the system to end.

use std::{
    future::pending,
    sync::{
        Once,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;

use crate::error::Exit;

/// Waits until a person or the system asks the command to end. Clones wait for the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt {
    /// What a test fires instead of the signals of the process.
    manual: Option<watch::Receiver<bool>>,
}

impl Interrupt {
    /// The signals of the process.
    pub(crate) fn of_process() -> Self {
        Self::default()
    }

    /// Waits for Ctrl-C or SIGTERM. From the first call on, the signals do not end the process by themselves, so keep the future
    /// for as long as the command runs.
    pub(crate) async fn wait(&self) {
        match &self.manual {
            None => wait_for_signal().await,
            Some(fired) => {
                if fired.clone().wait_for(|fired| *fired).await.is_err() {
                    pending::<()>().await;
                }
            }
        }
    }
}

impl Interrupt {
    /// Waits for the signal after the one that was received.
    pub(crate) async fn wait_again(&self) {
        match &self.manual {
            None => wait_for_signal().await,
            Some(_) => pending().await,
        }
    }
}

/// How long a command has to end by itself.
const GRACE: Duration = Duration::from_secs(1);

/// How many waits for a signal are in progress.
static WAITS: AtomicUsize = AtomicUsize::new(0);

/// Counts a wait while it lives.
struct Wait;

impl Wait {
    fn begin() -> Self {
        watch_signals();
        WAITS.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        WAITS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Ends the process for a signal for which nothing waits, such as while an expression is evaluated, or output is blocked: from
/// the first wait on, the system does not do it. The same for a second signal, if the command does not end soon.
fn watch_signals() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                for received in 1.. {
                    receive_signal().await;
                    tokio::time::sleep(GRACE).await;
                    if received > 1 || WAITS.load(Ordering::SeqCst) == 0 {
                        std::process::exit(i32::from(Exit::Interrupted.code()));
                    }
                }
            });
        });
    });
}

async fn wait_for_signal() {
    let _wait = Wait::begin();
    receive_signal().await;
}

#[cfg(unix)]
async fn receive_signal() {
    use tokio::signal::unix::{SignalKind, signal};

    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return pending().await };
    tokio::select! {
        result = tokio::signal::ctrl_c() => if result.is_err() { pending::<()>().await },
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn receive_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}

#[cfg(test)]
impl Interrupt {
    /// An interrupt that is fired by sending `true`.
    pub(crate) fn manual() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self { manual: Some(receiver) })
    }
}
