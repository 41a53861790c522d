//! What is uploaded: bytes, a file, or a stream of known length, and which of them can be read a second time.

use std::fmt;
#[cfg(not(target_arch = "wasm32"))]
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_core::Stream;

use super::ContentError;
#[cfg(not(target_arch = "wasm32"))]
use super::file::{self, Stamp};
use crate::wire::body::{Body, BoxError, Chunks, MaybeSend};

/// What is uploaded: bytes, the path of a file, or a stream whose length is known.
///
/// Bytes and files are sent again after a fault of the connection or of the storage; so is a stream if there is a function
/// that [opens it anew](Self::reopened). Text is no content by itself, since it could be meant as a path: write
/// `text.into_bytes()` or `PathBuf::from(text)`.
pub struct Content(Source);

enum Source {
    Bytes(Bytes),
    #[cfg(not(target_arch = "wasm32"))]
    File(PathBuf, Option<Stamp>),
    Once(Option<Chunks>, u64),
    Reopened(Open, u64),
}

#[cfg(not(target_arch = "wasm32"))]
type Open = Box<dyn FnMut() -> Chunks + Send>;
#[cfg(target_arch = "wasm32")]
type Open = Box<dyn FnMut() -> Chunks>;

impl Content {
    /// The bytes of a stream, which has exactly this many. It is read once, so sending it is not tried again.
    pub fn stream<S>(chunks: S, length: u64) -> Self
    where
        S: Stream<Item = Result<Bytes, BoxError>> + MaybeSend + 'static,
    {
        Self(Source::Once(Some(Box::pin(chunks)), length))
    }

    /// The bytes of a stream that is opened anew for every attempt, and has exactly this many each time.
    pub fn reopened<S>(mut open: impl FnMut() -> S + MaybeSend + 'static, length: u64) -> Self
    where
        S: Stream<Item = Result<Bytes, BoxError>> + MaybeSend + 'static,
    {
        Self(Source::Reopened(Box::new(move || Box::pin(open())), length))
    }

    /// The number of bytes. Of a file nothing is read for that.
    pub(super) async fn measure(&mut self) -> Result<u64, ContentError> {
        match &mut self.0 {
            Source::Bytes(bytes) => Ok(bytes.len() as u64),
            #[cfg(not(target_arch = "wasm32"))]
            Source::File(path, stamp) => {
                let taken = file::stamp(path.clone()).await?;
                *stamp = Some(taken);
                Ok(taken.length)
            }
            Source::Once(_, length) | Source::Reopened(_, length) => Ok(*length),
        }
    }

    /// Its bytes from the beginning. A stream that was taken before has none left.
    pub(super) async fn open(&mut self) -> Result<Body, ContentError> {
        Ok(match &mut self.0 {
            Source::Bytes(bytes) => Body::from(bytes.clone()),
            #[cfg(not(target_arch = "wasm32"))]
            Source::File(path, stamp) => Body::stream(file::open(path.clone(), *stamp).await?, None),
            Source::Once(chunks, _) => {
                chunks.take().map(|chunks| Body::stream(chunks, None)).unwrap_or_default()
            }
            Source::Reopened(open, _) => Body::stream(open(), None),
        })
    }

    pub(super) fn can_be_sent_again(&self) -> bool {
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

/// The file is opened when the upload begins, and read in pieces while it is sent.
#[cfg(not(target_arch = "wasm32"))]
impl From<PathBuf> for Content {
    fn from(path: PathBuf) -> Self {
        Self(Source::File(path, None))
    }
}

/// The file is opened when the upload begins, and read in pieces while it is sent.
#[cfg(not(target_arch = "wasm32"))]
impl From<&Path> for Content {
    fn from(path: &Path) -> Self {
        path.to_owned().into()
    }
}
