//! Requests the status of a file until it is ready, its processing failed, or the timeout has passed.

use std::{borrow::Cow, fmt, marker::PhantomData, time::Duration};

use super::{
    error::UploadError,
    flow::UploadFlow,
    future::{ReadyFile, UploadFuture},
    response_field::text_field,
};
use crate::{
    call::draft::Draft,
    call::execute::execute,
    client::core::Core,
    client::options::CallOptions,
    clock::{self, Instant},
    error::Error,
    response::decoded::Output,
    response::parts::ResponseParts,
    wire::{
        parameter::{Parameter, ToParameter},
        simple_style::{SimpleStyle, format_simple},
    },
};

/// Waits until a file is ready whose bytes are stored. Use it to continue an upload after an error of its last step.
///
/// ```no_run
/// # use openapi_client_runtime::upload::WaitUntilReady;
/// # use std::time::Duration;
/// # async fn example(wait: WaitUntilReady<String>) -> Result<(), openapi_client_runtime::upload::UploadError> {
/// let file = wait.wait_at_most(Duration::from_secs(600)).send().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "this does nothing until it is sent"]
pub struct WaitUntilReady<T> {
    poll: StatusPoll,
    output: PhantomData<fn() -> T>,
}

/// The repeated request for the status of a file.
pub(super) struct StatusPoll {
    pub(super) core: Core,
    pub(super) flow: &'static UploadFlow,
    pub(super) file_id: String,
    pub(super) options: CallOptions,
    pub(super) interval: Duration,
    pub(super) timeout: Duration,
}

impl<T> WaitUntilReady<T> {
    /// Waits for the file with this id.
    #[inline]
    pub fn new(core: &Core, flow: &'static UploadFlow, file_id: impl ToParameter) -> Self {
        Self { poll: StatusPoll::new(core, flow, file_id.to_parameter()), output: PhantomData }
    }

    /// Sets the interval between two status requests.
    pub fn poll_every(mut self, interval: Duration) -> Self {
        self.poll.interval = interval;
        self
    }

    /// Sets how long to wait for the file: no status request starts after this time.
    pub fn wait_at_most(mut self, timeout: Duration) -> Self {
        self.poll.timeout = timeout;
        self
    }

    /// Sets options that override the client's for each status request.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.poll.options.merge(options);
        self
    }
}

impl<T: Output> WaitUntilReady<T> {
    /// Starts to wait. The first status request is sent at once.
    ///
    /// # Errors
    /// [`UploadError`] of the step [`Poll`](super::UploadStep::Poll).
    pub fn send(self) -> UploadFuture<T> {
        UploadFuture::new(self.poll.run())
    }

    /// Like [`send`](Self::send), but blocks the current thread.
    ///
    /// # Errors
    /// The same as [`send`](Self::send), and an error of the kind `Config` inside an async task.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn send_blocking(self) -> Result<T, UploadError> {
        self.send().wait()
    }
}

impl StatusPoll {
    pub(super) fn new(core: &Core, flow: &'static UploadFlow, file_id: Parameter<'_>) -> Self {
        Self {
            core: core.clone(),
            flow,
            // An id that cannot be a path parameter becomes empty here; the request then fails with a message about it.
            file_id: format_simple(file_id).map(Cow::into_owned).unwrap_or_default(),
            options: CallOptions::new(),
            interval: Duration::from_millis(flow.poll_every_ms),
            timeout: Duration::from_millis(flow.wait_at_most_ms),
        }
    }

    /// Polls until the file is ready.
    pub(super) async fn run(self) -> Result<ReadyFile, UploadError> {
        let started_at = Instant::now();
        let mut last_status = None;
        loop {
            let (error, delay) = match self.request_status().await {
                Ok((parts, file_status)) if file_status == self.flow.ready => {
                    return Ok(ReadyFile { parts, file_id: self.file_id, file_status });
                }
                Ok((_, file_status)) if file_status == self.flow.failed => {
                    return Err(UploadError::Failed { file_id: self.file_id, file_status });
                }
                Ok((_, file_status)) => {
                    last_status = Some(file_status);
                    (None, self.interval)
                }
                // The bytes are stored, so a transient failure of the API does not end the upload.
                Err(error) if error.is_retryable() => {
                    let delay = error
                        .retry_after()
                        .map_or(self.interval, |retry_after| retry_after.max(self.interval));
                    (Some(error), delay)
                }
                Err(source) => {
                    return Err(UploadError::Poll {
                        file_id: self.file_id,
                        file_status: last_status,
                        source,
                    });
                }
            };
            let waited = started_at.elapsed();
            if waited.saturating_add(delay) > self.timeout {
                let file_id = self.file_id;
                return Err(match error {
                    Some(source) => UploadError::Poll { file_id, file_status: last_status, source },
                    None => UploadError::NotReady {
                        file_id,
                        file_status: last_status.unwrap_or_default(),
                        waited,
                    },
                });
            }
            clock::sleep(delay).await;
        }
    }

    async fn request_status(&self) -> Result<(ResponseParts, String), Error> {
        let mut draft = Draft::new(&self.core, self.flow.retrieve);
        draft.set_path(
            self.flow.parameter,
            SimpleStyle::Plain,
            Parameter::Scalar(self.file_id.as_str().into()),
        );
        draft.merge_options(self.options.clone());
        let mut parts = execute(draft, false).await?;
        let status = text_field(&parts.decode()?, self.flow.status, &parts)?;
        Ok((parts, status))
    }
}

impl<T> fmt::Debug for WaitUntilReady<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitUntilReady")
            .field("operation", &self.poll.flow.retrieve.id)
            .field("file_id", &self.poll.file_id)
            .field("poll_every", &self.poll.interval)
            .field("wait_at_most", &self.poll.timeout)
            .finish_non_exhaustive()
    }
}
