//! Uploads: a file's record is made by a call of the API, its bytes go to the storage that the answer names, and the
//! record is asked for until the file is ready. It knows no API: a generated crate states the calls and the members
//! ([`UploadFlow`]).
//!
//! ```
//! use std::path::PathBuf;
//! use openapi_client_runtime::upload::Content;
//!
//! let bytes = Content::from(b"name,amount\n".to_vec());
//! // Read in pieces while it is sent; nothing is read before.
//! let file = Content::from(PathBuf::from("report.pdf"));
//! # let _ = (bytes, file);
//! ```
//!
//! The address of the storage is a credential of its own: it stands in no error, no log and no `Debug` output, and no
//! header of the client goes there, only those that the API asks for. Nothing runs on its own: dropping the future of an
//! upload ends it, wherever it is.

mod builder;
mod content;
mod error;
#[cfg(not(target_arch = "wasm32"))]
mod file;
mod macros;
mod polling;
mod progress;
mod storage;
mod target;

use crate::call::operation::Operation;

pub use self::{
    builder::{UploadBuilder, UploadFuture},
    content::Content,
    error::{ContentError, UploadError, UploadStep},
    polling::WaitUntilReady,
};

/// What a generated crate states about the uploads of its API.
#[derive(Clone, Copy, Debug)]
pub struct UploadFlow {
    /// The call that makes a file's record.
    pub create: &'static Operation,
    /// The call that gives it.
    pub retrieve: &'static Operation,
    /// The path parameter of that call that holds the id.
    pub parameter: &'static str,
    /// The member of the request that holds the file's name.
    pub filename: &'static str,
    /// The member of the answer that holds the id.
    pub id: &'static str,
    /// The member of both answers that says how far the upload is.
    pub status: &'static str,
    /// The member of the answer that holds the address for the bytes.
    pub url: &'static str,
    /// The member of the answer that holds the headers to send with the bytes.
    pub headers: Option<&'static str>,
    /// The status of a file that can be used.
    pub ready: &'static str,
    /// The status of a file that never will be; any other means that it is not ready yet.
    pub failed: &'static str,
    /// Milliseconds from one look at the status to the next.
    pub poll_every_ms: u64,
    /// Milliseconds after the bytes were sent beyond which the status is not looked at any more.
    pub wait_at_most_ms: u64,
    /// The most milliseconds that one sending of the bytes may take.
    pub put_timeout_ms: u64,
}
