//! Ctrl-C, and the request of the system to end.

use std::future::pending;

use tokio::sync::watch;

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

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};

    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return pending().await };
    tokio::select! {
        result = tokio::signal::ctrl_c() => if result.is_err() { pending::<()>().await },
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
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
