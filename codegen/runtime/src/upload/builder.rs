//! The builder behind the generated upload builders, and the steps of an upload.

use std::{fmt, time::Duration};

use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::{
    content::Content,
    error::UploadError,
    flow::UploadFlow,
    future::{ReadyFile, UploadFuture},
    polling::StatusPoll,
    progress::{Progress, ProgressCallback},
    response_field::text_field,
    storage::{PutError, StoragePut},
    target::{TargetOptions, UploadTarget},
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
    wire::body::MaybeSend,
    wire::headers::parse_header,
    wire::parameter::Parameter,
};

/// Builds an upload. It has the size of one pointer, as the builders of requests have.
pub struct UploadBuilder(Box<Upload>);

struct Upload {
    draft: Box<Draft>,
    flow: &'static UploadFlow,
    has_filename: bool,
    content: Content,
    content_type: Option<String>,
    progress: Option<Progress>,
    poll_interval: Option<Duration>,
    poll_timeout: Option<Duration>,
    put_timeout: Duration,
}

impl UploadBuilder {
    /// Creates an upload of this content under this file name.
    pub fn new(core: &Core, flow: &'static UploadFlow, filename: String, content: Content) -> Self {
        let mut draft = Draft::new(core, flow.create);
        let filename = filename.trim();
        let result = json::encode_into(&filename, draft.begin_field(flow.filename));
        draft.finish_field(flow.filename, result);
        Self(Box::new(Upload {
            draft,
            flow,
            has_filename: !filename.is_empty(),
            content,
            content_type: None,
            progress: None,
            poll_interval: None,
            poll_timeout: None,
            put_timeout: Duration::from_millis(flow.put_timeout_ms),
        }))
    }

    /// Sets a field of the request that creates the file's record.
    #[inline]
    pub fn body(mut self, name: &'static str, value: impl Encode) -> Self {
        let result = json::encode_into(&value, self.0.draft.begin_field(name));
        self.0.draft.finish_field(name, result);
        self
    }

    /// Sets options that override the client's for the calls of the API.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.0.draft.merge_options(options);
        self
    }

    /// Sets a callback with the number of bytes sent and the total.
    pub fn on_progress(mut self, report: impl FnMut(u64, u64) + MaybeSend + 'static) -> Self {
        let callback: ProgressCallback = Box::new(report);
        self.0.progress = Some(Progress::new(callback));
        self
    }

    /// Sets the media type of the bytes. It is ignored if the API names one.
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.0.content_type = Some(media_type.into());
        self
    }

    /// Sets the interval between two status requests.
    pub fn poll_every(mut self, interval: Duration) -> Self {
        self.0.poll_interval = Some(interval);
        self
    }

    /// Sets how long to wait until the file is ready after its bytes were sent.
    pub fn wait_at_most(mut self, timeout: Duration) -> Self {
        self.0.poll_timeout = Some(timeout);
        self
    }

    /// Sets the timeout of one attempt to send the bytes.
    pub fn put_timeout(mut self, timeout: Duration) -> Self {
        self.0.put_timeout = timeout;
        self
    }

    /// Starts the upload.
    pub fn send<T: Output>(self) -> UploadFuture<T> {
        UploadFuture::new(upload(self.0))
    }

    /// Formats the names of the fields that are set, without their values.
    pub fn fmt_request(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.draft.fmt_request(name, f)
    }
}

impl fmt::Debug for UploadBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_request("UploadBuilder", f)
    }
}

/// Runs all steps of an upload.
async fn upload(mut upload: Box<Upload>) -> Result<ReadyFile, UploadError> {
    let create_error = |kind, text: &str| UploadError::Create { source: Error::new(kind, text) };
    if !clock::has_runtime() {
        let text = "no tokio runtime is running: await the upload inside one, or use the feature `blocking`";
        return Err(create_error(ErrorKind::Config, text));
    }
    if !upload.has_filename {
        let text = "the file name is empty: pass one with its extension";
        return Err(create_error(ErrorKind::Request, text));
    }
    let content_type =
        upload.content_type.take().map(|media_type| parse_header(CONTENT_TYPE.as_str(), &media_type));
    let content_type =
        content_type.transpose().map_err(|message| create_error(ErrorKind::Request, &message))?;
    let length =
        upload.content.measure().await.map_err(|source| UploadError::Content { file_id: None, source })?;
    let Upload { draft, flow, content, progress, poll_interval, poll_timeout, put_timeout, .. } = *upload;
    let core = draft.core.clone();
    let options = draft.options().for_further_requests();
    let allow_http =
        core.server_url(flow.create.server, &options).is_ok_and(|base| base.starts_with("http://"));
    let (file_id, response, status) =
        create_record(draft, flow).await.map_err(|source| UploadError::Create { source })?;
    if status == flow.failed {
        return Err(UploadError::Failed { file_id, file_status: status });
    }
    // The server may report a file as ready at once, for example an import; its bytes are not sent then.
    if status != flow.ready {
        let target_options =
            TargetOptions { length, content_type: content_type.map(|(_, value)| value), allow_http };
        let target = match UploadTarget::from_response(&response, flow, target_options) {
            Ok(target) => target,
            Err(source) => return Err(UploadError::Put { file_id, source }),
        };
        // The response contains the upload URL, a credential that is no longer needed.
        drop(response);
        let put = StoragePut {
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
            Err(PutError::Storage(source)) => return Err(UploadError::Put { file_id, source }),
            Err(PutError::Content(source)) => {
                return Err(UploadError::Content { file_id: Some(file_id), source });
            }
        }
    }
    let mut poll = StatusPoll::new(&core, flow, Parameter::Scalar(file_id.into()));
    poll.options = options;
    poll.interval = poll_interval.unwrap_or(poll.interval);
    poll.timeout = poll_timeout.unwrap_or(poll.timeout);
    poll.run().await
}

/// Creates the file's record. Returns its id, the response and the status.
async fn create_record(draft: Box<Draft>, flow: &UploadFlow) -> Result<(String, Value, String), Error> {
    let mut parts = execute(draft, false).await?;
    let response: Value = parts.decode()?;
    let file_id = text_field(&response, flow.id, &parts)?;
    let status = text_field(&response, flow.status, &parts)?;
    Ok((file_id, response, status))
}
