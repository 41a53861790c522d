//! What a generated crate declares about the uploads of its API.

use crate::client::operation::Operation;

/// The calls of an upload, their fields, and the waits between them.
#[derive(Clone, Copy, Debug)]
pub struct UploadFlow {
    /// The call that creates the file's record.
    pub create: &'static Operation,
    /// The call that retrieves it.
    pub retrieve: &'static Operation,
    /// The path parameter of `retrieve` with the file's id.
    pub parameter: &'static str,
    /// The request field of `create` with the file name.
    pub filename: &'static str,
    /// The response field of `create` with the file's id.
    pub id: &'static str,
    /// The response field of both calls with the status of the upload.
    pub status: &'static str,
    /// The response field of `create` with the upload URL.
    pub url: &'static str,
    /// The response field of `create` with the headers to send with the bytes.
    pub headers: Option<&'static str>,
    /// The status of a file that is ready for use.
    pub ready: &'static str,
    /// The status of a file whose processing failed. Every other status means that the file is not ready yet.
    pub failed: &'static str,
    /// The interval between two status requests, in milliseconds.
    pub poll_every_ms: u64,
    /// How long the status is requested after the bytes were sent, in milliseconds.
    pub wait_at_most_ms: u64,
    /// The timeout of one attempt to send the bytes, in milliseconds.
    pub put_timeout_ms: u64,
}
