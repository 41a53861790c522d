//! Why an upload failed, each step apart from the others, with what it takes to go on from there.

use std::{error::Error as StdError, fmt, time::Duration};

use crate::{
    error::{Error, ErrorKind, single_line},
    wire::body::BoxError,
};

/// Why an upload failed, by the step that did.
///
/// `?` turns it into an [`Error`](crate::Error) of the kind [`ErrorKind::Upload`](crate::ErrorKind::Upload) whose source it
/// then is. None of them holds the address of the storage.
#[derive(Debug)]
#[non_exhaustive]
pub enum UploadError {
    /// The content cannot be read, or it is not what was announced.
    Content {
        /// The file's id, if its record was made before this came out.
        file_id: Option<String>,
        /// What is wrong with it.
        source: ContentError,
    },
    /// The file's record was not made, or the answer says nothing of use.
    Create {
        /// The error of that call; of the kind [`ErrorKind::Request`](crate::ErrorKind::Request) or
        /// [`ErrorKind::Config`](crate::ErrorKind::Config), nothing was sent.
        source: Error,
    },
    /// The storage did not take the bytes.
    Put {
        /// The file's id. Its record stays as it is; for another try upload the file anew.
        file_id: String,
        /// What happened; [`Error::status`] is what the storage answered.
        source: Error,
    },
    /// The status could not be asked for. The bytes are there: go on with [`WaitUntilReady`](super::WaitUntilReady).
    Poll {
        /// The file's id.
        file_id: String,
        /// The status that was seen last.
        file_status: Option<String>,
        /// The error of the last call.
        source: Error,
    },
    /// The server says that the upload failed.
    Failed {
        /// The file's id.
        file_id: String,
        /// The status that says so.
        file_status: String,
    },
    /// The file was not ready in time. The bytes are there: go on with [`WaitUntilReady`](super::WaitUntilReady).
    NotReady {
        /// The file's id.
        file_id: String,
        /// The status that was seen last.
        file_status: String,
        /// How long was waited.
        waited: Duration,
    },
}

/// A step of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UploadStep {
    /// Making the file's record, and what comes before it.
    Create,
    /// Sending the bytes to the storage.
    Put,
    /// WaitUntilReady until the file is ready.
    Poll,
}

/// What is wrong with the content of an upload.
#[derive(Debug)]
#[non_exhaustive]
pub enum ContentError {
    /// It cannot be read.
    Unreadable(BoxError),
    /// It ended too early.
    Shorter {
        /// The length in bytes that was announced, or that the file had.
        announced: u64,
        /// The length that it has.
        actual: u64,
    },
    /// It goes on beyond its length.
    Longer {
        /// The length in bytes that was announced, or that the file had.
        announced: u64,
    },
    /// The file was changed after its length was taken.
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

    /// The file's id, if its record was made.
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

    /// The file's status, as far as it is known.
    #[must_use]
    pub fn file_status(&self) -> Option<&str> {
        match self {
            Self::Content { .. } | Self::Create { .. } | Self::Put { .. } => None,
            Self::Poll { file_status, .. } => file_status.as_deref(),
            Self::Failed { file_status, .. } | Self::NotReady { file_status, .. } => Some(file_status),
        }
    }

    /// The error of the call that failed, if one did.
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
            Self::Content { source, .. } => write!(f, "the content cannot be uploaded: {source}"),
            Self::Create { source } => write!(f, "the file was not created: {source}"),
            Self::Put { source, .. } => write!(f, "its bytes were not stored: {source}"),
            Self::Poll { source, .. } => {
                write!(f, "its bytes are stored, but its status could not be asked for: {source}; {RESUME}")
            }
            Self::Failed { .. } => f.write_str("the server could not process it: upload it anew"),
            Self::NotReady { file_status, waited, .. } => write!(
                f,
                "its bytes are stored, but it is still `{}` after {} s; {RESUME}",
                single_line(file_status),
                waited.as_secs_f64()
            ),
        }
    }
}

const RESUME: &str = "go on with `wait_until_ready`";

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
            Self::Shorter { announced, actual } => {
                write!(f, "it ended after {actual} bytes and was announced to have {announced}")
            }
            Self::Longer { announced } => {
                write!(f, "it is longer than the {announced} bytes that were announced")
            }
            Self::Changed => f.write_str("the file was changed while it was uploaded"),
        }
    }
}

impl StdError for ContentError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unreadable(source) => Some(&**source),
            Self::Shorter { .. } | Self::Longer { .. } | Self::Changed => None,
        }
    }
}
