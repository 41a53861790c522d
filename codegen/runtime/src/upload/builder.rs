//! An upload while it is being filled, and on its way: the type behind the builders that are generated.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::{
    Content, UploadError, UploadFlow,
    polling::{Ready, Wait, member},
    progress::{Progress, Report},
    storage::{Fault, Put},
    target::{Target, Wanted},
};
use crate::{
    call::draft::Draft,
    call::execute::execute,
    client::core::Core,
    client::options::CallOptions,
    clock,
    error::{Error, ErrorKind},
    json::{self, Encode},
    response::decoded::Output,
    wire::body::{BoxFuture, MaybeSend},
    wire::headers::parse_header,
    wire::parameter::Parameter,
};

/// An upload that is being filled. It is one pointer, as the builders of requests are.
pub struct UploadBuilder(Box<Upload>);

struct Upload {
    draft: Box<Draft>,
    flow: &'static UploadFlow,
    has_name: bool,
    content: Content,
    content_type: Option<String>,
    progress: Option<Progress>,
    every: Option<Duration>,
    at_most: Option<Duration>,
    put_timeout: Duration,
}

impl UploadBuilder {
    /// An upload of this content under this name.
    pub fn new(core: &Core, flow: &'static UploadFlow, filename: String, content: Content) -> Self {
        let mut draft = Draft::new(core, flow.create);
        let filename = filename.trim();
        let result = json::write(&filename, draft.member(flow.filename));
        draft.written(flow.filename, result);
        Self(Box::new(Upload {
            draft,
            flow,
            has_name: !filename.is_empty(),
            content,
            content_type: None,
            progress: None,
            every: None,
            at_most: None,
            put_timeout: Duration::from_millis(flow.put_timeout_ms),
        }))
    }

    /// Sets a member of the request that makes the file's record.
    #[inline]
    pub fn body(mut self, name: &'static str, value: impl Encode) -> Self {
        let result = json::write(&value, self.0.draft.member(name));
        self.0.draft.written(name, result);
        self
    }

    /// Sets what the calls of the API do differently from their client.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.0.draft.merge_options(options);
        self
    }

    /// Tells how many bytes were sent, of how many.
    pub fn on_progress(mut self, report: impl FnMut(u64, u64) + MaybeSend + 'static) -> Self {
        let report: Report = Box::new(report);
        self.0.progress = Some(Progress::new(report));
        self
    }

    /// The media type of the bytes, unless the API names one.
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.0.content_type = Some(media_type.into());
        self
    }

    /// How long to wait from one look at the status to the next.
    pub fn poll_every(mut self, interval: Duration) -> Self {
        self.0.every = Some(interval);
        self
    }

    /// How long to wait until the file is ready, from the end of the sending.
    pub fn wait_at_most(mut self, limit: Duration) -> Self {
        self.0.at_most = Some(limit);
        self
    }

    /// The longest one sending of the bytes may take.
    pub fn put_timeout(mut self, timeout: Duration) -> Self {
        self.0.put_timeout = timeout;
        self
    }

    /// Begins the upload.
    pub fn send<T: Output>(self) -> UploadFuture<T> {
        UploadFuture::new(run(self.0))
    }

    /// Shows which members of the request are set, but no value.
    pub fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.draft.show(name, f)
    }
}

impl fmt::Debug for UploadBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show("UploadBuilder", f)
    }
}

/// All steps of an upload.
async fn run(mut upload: Box<Upload>) -> Result<Ready, UploadError> {
    let before = |kind, text: &str| UploadError::Create { source: Error::new(kind, text) };
    if !clock::is_running() {
        let text =
            "there is no tokio runtime here: await the upload inside one, or use the feature `blocking`";
        return Err(before(ErrorKind::Config, text));
    }
    if !upload.has_name {
        return Err(before(
            ErrorKind::Request,
            "the name of the file is empty: give it one with its extension",
        ));
    }
    let content_type =
        upload.content_type.take().map(|media_type| parse_header(CONTENT_TYPE.as_str(), &media_type));
    let content_type = content_type.transpose().map_err(|why| before(ErrorKind::Request, &why))?;
    let measured = upload.content.measure().await;
    let length = measured.map_err(|source| UploadError::Content { file_id: None, source })?;
    let Upload { draft, flow, content, progress, every, at_most, put_timeout, .. } = *upload;
    let core = draft.core.clone();
    let options = draft.options().for_other_calls();
    let insecure = core.server(flow.create.server, &options).is_ok_and(|base| base.starts_with("http://"));
    let (file_id, answer, status) =
        create(draft, flow).await.map_err(|source| UploadError::Create { source })?;
    if status == flow.failed {
        return Err(UploadError::Failed { file_id, file_status: status });
    }
    // A file that is ready at once, an import say, wants no bytes.
    if status != flow.ready {
        let wanted = Wanted { length, content_type: content_type.map(|(_, value)| value), insecure };
        let target = match Target::of(&answer, flow, wanted) {
            Ok(target) => target,
            Err(source) => return Err(UploadError::Put { file_id, source }),
        };
        // It holds the address, which is needed no more.
        drop(answer);
        let put = Put {
            core: &core,
            options: &options,
            flow,
            target,
            content,
            length,
            progress,
            timeout: put_timeout,
        };
        match put.run().await {
            Ok(()) => {}
            Err(Fault::Sending(source)) => return Err(UploadError::Put { file_id, source }),
            Err(Fault::Content(source)) => {
                return Err(UploadError::Content { file_id: Some(file_id), source });
            }
        }
    }
    let mut wait = Wait::new(&core, flow, Parameter::Scalar(file_id.into()));
    wait.options = options;
    wait.every = every.unwrap_or(wait.every);
    wait.at_most = at_most.unwrap_or(wait.at_most);
    wait.run().await
}

/// Makes the file's record: its id, the whole answer, and its status.
async fn create(draft: Box<Draft>, flow: &UploadFlow) -> Result<(String, Value, String), Error> {
    let mut parts = execute(draft, false).await?;
    let answer: Value = parts.decode()?;
    let file_id = member(&answer, flow.id, &parts)?;
    let status = member(&answer, flow.status, &parts)?;
    Ok((file_id, answer, status))
}

/// An upload on its way; its future gives the file when it is ready. Dropping it ends the upload.
#[must_use = "an upload begins when its future is awaited"]
pub struct UploadFuture<T> {
    upload: BoxFuture<'static, Result<Ready, UploadError>>,
    value: PhantomData<fn() -> T>,
}

impl<T: Output> UploadFuture<T> {
    pub(super) fn new(
        upload: impl Future<Output = Result<Ready, UploadError>> + MaybeSend + 'static,
    ) -> Self {
        Self { upload: Box::pin(upload), value: PhantomData }
    }

    /// Waits on this thread.
    ///
    /// # Errors
    /// As awaiting it, and an error of the kind `Config` inside an async runtime.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub fn wait(self) -> Result<T, UploadError> {
        let done =
            crate::call::blocking::wait(self.upload).map_err(|source| UploadError::Create { source })?;
        done.and_then(finish)
    }
}

impl<T: Output> Future for UploadFuture<T> {
    type Output = Result<T, UploadError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let file = ready!(self.upload.as_mut().poll(cx));
        Poll::Ready(file.and_then(finish))
    }
}

/// The file, from the answer that says that it is ready.
fn finish<T: Output>(file: Ready) -> Result<T, UploadError> {
    let Ready { mut parts, file_id, file_status } = file;
    T::from_response(&mut parts).map_err(|source| UploadError::Poll {
        file_id,
        file_status: Some(file_status),
        source,
    })
}

impl<T> fmt::Debug for UploadFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UploadFuture")
    }
}
