//! Uploads files in three steps: creates the file's record, sends the bytes to the storage URL in the response, and requests
//! the record until the file is ready. A generated crate declares the calls and their fields ([`UploadFlow`]).
//!
//! ```
//! use std::path::PathBuf;
//! # use openapi_client_runtime::upload::Content;
//!
//! let bytes = Content::from(b"name,amount\n".to_vec());
//! // The file is read in chunks while it is sent.
//! let file = Content::from(PathBuf::from("report.pdf"));
//! # let _ = (bytes, file);
//! ```
//!
//! The upload URL is a credential: no error, log line or `Debug` output contains it. The request to it has the headers that the
//! API names, and none of the client's. Dropping the future of an upload cancels it at any step; no task runs in the
//! background.

mod builder;
mod content;
mod error;
mod exact_length;
#[cfg(not(target_arch = "wasm32"))]
mod file;
mod flow;
mod future;
mod macros;
mod polling;
mod progress;
mod response_field;
mod storage;
mod storage_code;
mod target;

pub use self::{
    builder::UploadBuilder,
    content::Content,
    error::{ContentError, UploadError, UploadStep},
    flow::UploadFlow,
    future::UploadFuture,
    polling::WaitUntilReady,
};

/// The old name of [`UploadBuilder`].
#[deprecated(since = "0.2.0", note = "renamed to `UploadBuilder`")]
pub type Uploading = UploadBuilder;

/// The old name of [`WaitUntilReady`].
#[deprecated(since = "0.2.0", note = "renamed to `WaitUntilReady`")]
pub type Waiting<T> = WaitUntilReady<T>;

/// The old name of [`UploadFuture`].
#[deprecated(since = "0.2.0", note = "renamed to `UploadFuture`")]
pub type SendingUpload<T> = UploadFuture<T>;
