//! Asking for a file's status until it is ready, will never be, or the time is up.

use std::{borrow::Cow, fmt, marker::PhantomData, time::Duration};

use serde_json::Value;

use super::{UploadError, UploadFlow, UploadFuture};
use crate::{
    call::draft::Draft,
    call::execute::execute,
    client::core::Core,
    client::options::CallOptions,
    clock::{self, Instant},
    error::{Error, ErrorKind, Outcome},
    response::decoded::Output,
    response::parts::ResponseParts,
    wire::parameter::{Parameter, ToParameter, format_simple},
};

/// Waits until a file is ready whose bytes are stored: an upload's last step, to be taken up again after an error.
///
/// ```no_run
/// # use openapi_client_runtime::upload::WaitUntilReady;
/// # use std::time::Duration;
/// # async fn example(waiting: WaitUntilReady<String>) -> Result<(), openapi_client_runtime::upload::UploadError> {
/// let file = waiting.wait_at_most(Duration::from_secs(600)).send().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is waited for until it is sent"]
pub struct WaitUntilReady<T> {
    pub(super) wait: Wait,
    value: PhantomData<fn() -> T>,
}

/// What is waited for, and how.
pub(super) struct Wait {
    pub(super) core: Core,
    pub(super) flow: &'static UploadFlow,
    pub(super) file_id: String,
    pub(super) options: CallOptions,
    pub(super) every: Duration,
    pub(super) at_most: Duration,
}

/// A file that is ready, in the answer that says so.
pub(super) struct Ready {
    pub(super) parts: ResponseParts,
    pub(super) file_id: String,
    pub(super) file_status: String,
}

impl<T> WaitUntilReady<T> {
    /// Waits for the file with this id.
    #[inline]
    pub fn new(core: &Core, flow: &'static UploadFlow, file_id: impl ToParameter) -> Self {
        Self { wait: Wait::new(core, flow, file_id.to_parameter()), value: PhantomData }
    }

    /// How long to wait from one look at the status to the next.
    pub fn poll_every(mut self, interval: Duration) -> Self {
        self.wait.every = interval;
        self
    }

    /// How long to wait in all: no look at the status begins after this.
    pub fn wait_at_most(mut self, limit: Duration) -> Self {
        self.wait.at_most = limit;
        self
    }

    /// Sets what every call does differently from its client.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.wait.options.merge(options);
        self
    }
}

impl<T: Output> WaitUntilReady<T> {
    /// Begins to wait. The first look at the status comes at once.
    ///
    /// # Errors
    /// [`UploadError`] of the step [`Poll`](super::UploadStep::Poll).
    pub fn send(self) -> UploadFuture<T> {
        UploadFuture::new(self.wait.run())
    }

    /// Waits on this thread.
    ///
    /// # Errors
    /// As [`send`](Self::send), and an error of the kind `Config` inside an async runtime.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub fn send_blocking(self) -> Result<T, UploadError> {
        self.send().wait()
    }
}

impl Wait {
    pub(super) fn new(core: &Core, flow: &'static UploadFlow, file_id: Parameter<'_>) -> Self {
        Self {
            core: core.clone(),
            flow,
            // What is no id is refused when it is sent, as an empty one.
            file_id: format_simple(file_id).map(Cow::into_owned).unwrap_or_default(),
            options: CallOptions::new(),
            every: Duration::from_millis(flow.poll_every_ms),
            at_most: Duration::from_millis(flow.wait_at_most_ms),
        }
    }

    /// The file when it is ready.
    pub(super) async fn run(self) -> Result<Ready, UploadError> {
        let started = Instant::now();
        let mut last = None;
        loop {
            let (result, pause) = match self.look().await {
                Ok((parts, file_status)) if file_status == self.flow.ready => {
                    return Ok(Ready { parts, file_id: self.file_id, file_status });
                }
                Ok((_, status)) if status == self.flow.failed => {
                    return Err(UploadError::Failed { file_id: self.file_id, file_status: status });
                }
                Ok((_, status)) => {
                    last = Some(status);
                    (None, self.every)
                }
                // An outage of the API is waited out like the processing itself.
                Err(error) if error.is_retryable() => {
                    let pause = error.retry_after().map_or(self.every, |wait| wait.max(self.every));
                    (Some(error), pause)
                }
                Err(source) => {
                    return Err(UploadError::Poll { file_id: self.file_id, file_status: last, source });
                }
            };
            let waited = started.elapsed();
            if waited.saturating_add(pause) > self.at_most {
                let file_id = self.file_id;
                return Err(match (result, last) {
                    (None, Some(file_status)) => UploadError::NotReady { file_id, file_status, waited },
                    (Some(source), file_status) => UploadError::Poll { file_id, file_status, source },
                    (None, None) => UploadError::NotReady { file_id, file_status: String::new(), waited },
                });
            }
            clock::sleep(pause).await;
        }
    }

    async fn look(&self) -> Result<(ResponseParts, String), Error> {
        let mut draft = Draft::new(&self.core, self.flow.retrieve);
        draft.set_path(self.flow.parameter, Parameter::Scalar(self.file_id.as_str().into()));
        draft.merge_options(self.options.clone());
        let mut parts = execute(draft, false).await?;
        let status = member(&parts.decode()?, self.flow.status, &parts)?;
        Ok((parts, status))
    }
}

/// The text of a member of an answer.
pub(super) fn member(answer: &Value, name: &str, parts: &ResponseParts) -> Result<String, Error> {
    answer.get(name).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| {
        // The body is left out: it may hold the address for the bytes.
        let text =
            format!("the answer ({}) does not fit its type: `{name}` is missing or no text", parts.status);
        Error::new(ErrorKind::Decode, text).edit(|inner| {
            inner.operation = parts.operation.id;
            inner.status = Some(parts.status);
            inner.path = Some(name.to_owned());
            inner.request_id = parts.request_id().map(str::to_owned);
            inner.attempts = parts.attempts;
            inner.outcome = Outcome::Processed;
            inner.changes = !parts.operation.method.is_safe();
        })
    })
}

impl<T> fmt::Debug for WaitUntilReady<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitUntilReady")
            .field("operation", &self.wait.flow.retrieve.id)
            .field("file_id", &self.wait.file_id)
            .field("every", &self.wait.every)
            .field("at_most", &self.wait.at_most)
            .finish_non_exhaustive()
    }
}
