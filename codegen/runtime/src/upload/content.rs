//! The content of an upload: bytes, a file, or a stream of known length.

use std::fmt;
#[cfg(not(target_arch = "wasm32"))]
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_core::Stream;

use super::error::ContentError;
#[cfg(not(target_arch = "wasm32"))]
use super::file::{FileStamp, open_file, stamp_file};
use crate::wire::body::{Body, BoxError, Chunks, MaybeSend};

/// The content of an upload: bytes, the path of a file, or a stream of known length.
///
/// Bytes and files are sent again if an attempt fails, and so is a stream that [can be reopened](Self::reopened). A string is
/// not accepted, because it could mean the text or a path: pass `text.into_bytes()` or `PathBuf::from(text)`.
pub struct Content(Source);

enum Source {
    Bytes(Bytes),
    #[cfg(not(target_arch = "wasm32"))]
    File(PathBuf, Option<FileStamp>),
    Once(Option<Chunks>, u64),
    Reopened(OpenStream, u64),
}

#[cfg(not(target_arch = "wasm32"))]
type OpenStream = Box<dyn FnMut() -> Chunks + Send>;
#[cfg(target_arch = "wasm32")]
type OpenStream = Box<dyn FnMut() -> Chunks>;

impl Content {
    /// A stream of exactly `length` bytes. It is consumed by the first attempt, so sending it is not retried.
    pub fn stream<S>(chunks: S, length: u64) -> Self
    where
        S: Stream<Item = Result<Bytes, BoxError>> + MaybeSend + 'static,
    {
        Self(Source::Once(Some(Box::pin(chunks)), length))
    }

    /// A stream of exactly `length` bytes that `open` creates anew for each attempt.
    pub fn reopened<S>(mut open: impl FnMut() -> S + MaybeSend + 'static, length: u64) -> Self
    where
        S: Stream<Item = Result<Bytes, BoxError>> + MaybeSend + 'static,
    {
        Self(Source::Reopened(Box::new(move || Box::pin(open())), length))
    }

    /// Determines the length in bytes. The content of a file is not read for this.
    pub(super) async fn measure(&mut self) -> Result<u64, ContentError> {
        match &mut self.0 {
            Source::Bytes(bytes) => Ok(bytes.len() as u64),
            #[cfg(not(target_arch = "wasm32"))]
            Source::File(path, stamp) => {
                let current = stamp_file(path.clone()).await?;
                *stamp = Some(current);
                Ok(current.length)
            }
            Source::Once(_, length) | Source::Reopened(_, length) => Ok(*length),
        }
    }

    /// Opens the content from its start. A stream that was consumed before is empty.
    pub(super) async fn open(&mut self) -> Result<Body, ContentError> {
        Ok(match &mut self.0 {
            Source::Bytes(bytes) => Body::from(bytes.clone()),
            #[cfg(not(target_arch = "wasm32"))]
            Source::File(path, stamp) => Body::stream(open_file(path.clone(), *stamp).await?, None),
            Source::Once(chunks, _) => {
                chunks.take().map(|chunks| Body::stream(chunks, None)).unwrap_or_default()
            }
            Source::Reopened(open, _) => Body::stream(open(), None),
        })
    }

    pub(super) fn is_repeatable(&self) -> bool {
        !matches!(self.0, Source::Once(..))
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Bytes(bytes) => write!(f, "Content({} bytes)", bytes.len()),
            #[cfg(not(target_arch = "wasm32"))]
            Source::File(path, _) => write!(f, "Content(file {})", path.display()),
            Source::Once(_, length) | Source::Reopened(_, length) => {
                write!(f, "Content(stream of {length} bytes)")
            }
        }
    }
}

macro_rules! from_bytes {
    ($($source:ty),*) => {$(
        impl From<$source> for Content {
            fn from(bytes: $source) -> Self {
                Self(Source::Bytes(Bytes::from(bytes)))
            }
        }
    )*};
}

from_bytes!(Bytes, Vec<u8>, &'static [u8], Box<[u8]>);

impl<const N: usize> From<&'static [u8; N]> for Content {
    fn from(bytes: &'static [u8; N]) -> Self {
        Self(Source::Bytes(Bytes::from_static(bytes)))
    }
}

/// The file is opened when the upload starts, and read in chunks while it is sent.
#[cfg(not(target_arch = "wasm32"))]
impl From<PathBuf> for Content {
    fn from(path: PathBuf) -> Self {
        Self(Source::File(path, None))
    }
}

/// The file is opened when the upload starts, and read in chunks while it is sent.
#[cfg(not(target_arch = "wasm32"))]
impl From<&Path> for Content {
    fn from(path: &Path) -> Self {
        path.to_owned().into()
    }
}
