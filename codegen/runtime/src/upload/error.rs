//! Upload errors by step, with what a caller needs to continue.

use std::{error::Error as StdError, fmt, time::Duration};

use crate::{
    error::{Error, ErrorKind, single_line},
    wire::body::BoxError,
};

/// Why an upload failed, by step.
///
/// `?` converts it into an [`Error`](crate::Error) of the kind [`ErrorKind::Upload`](crate::ErrorKind::Upload) and keeps it as
/// its source. It does not contain the upload URL.
#[derive(Debug)]
#[non_exhaustive]
pub enum UploadError {
    /// The content cannot be read, or differs from its announced length.
    Content {
        /// The file's id, if its record was created before the error.
        file_id: Option<String>,
        /// What is wrong with the content.
        source: ContentError,
    },
    /// The file's record was not created, or the response lacks its id or status.
    Create {
        /// The error of the call. Nothing was sent if its kind is [`ErrorKind::Request`](crate::ErrorKind::Request) or
        /// [`ErrorKind::Config`](crate::ErrorKind::Config).
        source: Error,
    },
    /// The bytes could not be sent to the storage. To try again, start a new upload.
    Put {
        /// The file's id. Its record remains without content.
        file_id: String,
        /// The error of the last attempt; [`Error::status`] is the storage's.
        source: Error,
    },
    /// The status could not be requested. The bytes are stored: continue with [`WaitUntilReady`](super::WaitUntilReady).
    Poll {
        /// The file's id.
        file_id: String,
        /// The last known status.
        file_status: Option<String>,
        /// The error of the last call.
        source: Error,
    },
    /// The server could not process the file.
    Failed {
        /// The file's id.
        file_id: String,
        /// The status that reports the failure.
        file_status: String,
    },
    /// The file was not ready in time. The bytes are stored: continue with [`WaitUntilReady`](super::WaitUntilReady).
    NotReady {
        /// The file's id.
        file_id: String,
        /// The last known status.
        file_status: String,
        /// How long the upload waited for the file.
        waited: Duration,
    },
}

/// A step of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UploadStep {
    /// Creating the file's record, including all checks before it.
    Create,
    /// Sending the bytes to the storage.
    Put,
    /// Waiting until the file is ready.
    Poll,
}

/// What is wrong with the content of an upload.
#[derive(Debug)]
#[non_exhaustive]
pub enum ContentError {
    /// The content cannot be read.
    Unreadable(BoxError),
    /// The content is shorter than its announced length.
    TooShort {
        /// The announced length, or the length that the file had before, in bytes.
        expected: u64,
        /// The actual length in bytes.
        actual: u64,
    },
    /// The content is longer than its announced length.
    TooLong {
        /// The announced length, or the length that the file had before, in bytes.
        expected: u64,
    },
    /// The file was modified during the upload.
    Changed,
}

impl UploadError {
    /// The step that failed.
    #[must_use]
    pub fn step(&self) -> UploadStep {
        match self {
            Self::Content { file_id: None, .. } | Self::Create { .. } => UploadStep::Create,
            Self::Content { .. } | Self::Put { .. } => UploadStep::Put,
            Self::Poll { .. } | Self::Failed { .. } | Self::NotReady { .. } => UploadStep::Poll,
        }
    }

    /// The file's id, if its record was created.
    #[must_use]
    pub fn file_id(&self) -> Option<&str> {
        match self {
            Self::Create { .. } => None,
            Self::Content { file_id, .. } => file_id.as_deref(),
            Self::Put { file_id, .. }
            | Self::Poll { file_id, .. }
            | Self::Failed { file_id, .. }
            | Self::NotReady { file_id, .. } => Some(file_id),
        }
    }

    /// The last known status of the file.
    #[must_use]
    pub fn file_status(&self) -> Option<&str> {
        match self {
            Self::Content { .. } | Self::Create { .. } | Self::Put { .. } => None,
            Self::Poll { file_status, .. } => file_status.as_deref(),
            Self::Failed { file_status, .. } | Self::NotReady { file_status, .. } => Some(file_status),
        }
    }

    /// The error of the call that failed, if a call did.
    #[must_use]
    pub fn call(&self) -> Option<&Error> {
        match self {
            Self::Create { source } | Self::Put { source, .. } | Self::Poll { source, .. } => Some(source),
            Self::Content { .. } | Self::Failed { .. } | Self::NotReady { .. } => None,
        }
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(id) = self.file_id() {
            write!(f, "file {}: ", single_line(id))?;
        }
        match self {
            Self::Content { source, .. } => write!(f, "cannot upload the content: {source}"),
            Self::Create { source } => write!(f, "cannot create the file: {source}"),
            Self::Put { source, .. } => {
                write!(f, "cannot send the bytes to the storage: {source}; to try again, start a new upload")
            }
            Self::Poll { source, .. } => {
                write!(f, "the bytes are stored, but the status request failed: {source}; {CONTINUE}")
            }
            Self::Failed { .. } => {
                f.write_str("the server could not process the file; to try again, start a new upload")
            }
            Self::NotReady { file_status, waited, .. } => write!(
                f,
                "the bytes are stored, but the file is still `{}` after {} s; {CONTINUE}",
                single_line(file_status),
                waited.as_secs_f64()
            ),
        }
    }
}

const CONTINUE: &str = "to continue, call `wait_until_ready`";

impl StdError for UploadError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Content { source, .. } => Some(source),
            Self::Create { source } | Self::Put { source, .. } | Self::Poll { source, .. } => Some(source),
            Self::Failed { .. } | Self::NotReady { .. } => None,
        }
    }
}

impl From<UploadError> for Error {
    fn from(error: UploadError) -> Self {
        let transient = error.call().is_some_and(Error::is_retryable);
        Self::new(ErrorKind::Upload, error.to_string())
            .with_source(error)
            .edit(|inner| inner.retryable = transient)
    }
}

impl fmt::Display for ContentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(source) => write!(f, "it cannot be read: {source}"),
            Self::TooShort { expected, actual } => write!(f, "expected {expected} bytes, found {actual}"),
            Self::TooLong { expected } => write!(f, "expected {expected} bytes, found more"),
            Self::Changed => f.write_str("the file was modified during the upload"),
        }
    }
}

impl StdError for ContentError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unreadable(source) => Some(&**source),
            Self::TooShort { .. } | Self::TooLong { .. } | Self::Changed => None,
        }
    }
}
