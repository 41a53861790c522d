//! A file as a stream of pieces, read on a thread for blocking work, so that neither the memory nor the runtime has to
//! bear a large or slow one.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::PathBuf,
    pin::Pin,
    task::{Context, Poll, ready},
    time::SystemTime,
};

use bytes::Bytes;
use futures_core::Stream;
use tokio::task::{JoinHandle, spawn_blocking};

use super::ContentError;
use crate::wire::body::BoxError;

/// What is held of a file at a time.
const PIECE: usize = 128 * 1024;

/// By what a file is known to be the same as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &fs::Metadata) -> io::Result<Self> {
        // A directory can be opened too, and a pipe has no length.
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
        }
        Ok(Self { length: metadata.len(), modified: metadata.modified().ok() })
    }
}

/// Looks at a file.
pub(super) async fn stamp(path: PathBuf) -> Result<Stamp, ContentError> {
    // Opened, so that a file without permission is found out before anything is sent.
    blocking(move || Stamp::of(&File::open(path)?.metadata()?)).await
}

/// Opens a file that is as it was.
pub(super) async fn open(path: PathBuf, before: Option<Stamp>) -> Result<Pieces, ContentError> {
    let opened = move || {
        let file = File::open(path)?;
        Ok((Stamp::of(&file.metadata()?)?, file))
    };
    let (now, file) = blocking(opened).await?;
    if before.is_some_and(|before| before != now) {
        return Err(ContentError::Changed);
    }
    Ok(Pieces::Idle(Some(file)))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, ContentError> {
    let done = spawn_blocking(work).await;
    done.map_err(BoxError::from)
        .and_then(|result| result.map_err(BoxError::from))
        .map_err(ContentError::Unreadable)
}

/// The pieces of an open file.
pub(super) enum Pieces {
    /// Nothing is being read; without a file all has been.
    Idle(Option<File>),
    Reading(JoinHandle<io::Result<(File, Bytes)>>),
}

impl Stream for Pieces {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Self::Idle(file) => {
                    let Some(file) = file.take() else { return Poll::Ready(None) };
                    *self = Self::Reading(spawn_blocking(move || read(file)));
                }
                Self::Reading(reading) => {
                    let done = ready!(Pin::new(reading).poll(cx));
                    let result = done.map_err(BoxError::from).and_then(|done| done.map_err(BoxError::from));
                    return Poll::Ready(match result {
                        Ok((file, piece)) if !piece.is_empty() => {
                            *self = Self::Idle(Some(file));
                            Some(Ok(piece))
                        }
                        Ok(_) => {
                            *self = Self::Idle(None);
                            None
                        }
                        Err(error) => {
                            *self = Self::Idle(None);
                            Some(Err(error))
                        }
                    });
                }
            }
        }
    }
}

fn read(mut file: File) -> io::Result<(File, Bytes)> {
    let mut piece = Vec::with_capacity(PIECE);
    (&mut file).take(PIECE as u64).read_to_end(&mut piece)?;
    Ok((file, piece.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::body::Body;

    fn path(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("openapi-client-runtime-{}-{name}", std::process::id()))
    }

    async fn all(pieces: Pieces) -> Vec<usize> {
        let mut body = Body::stream(pieces, None);
        let mut lengths = Vec::new();
        while let Some(piece) = body.chunk().await {
            lengths.push(piece.unwrap().len());
        }
        assert!(body.chunk().await.is_none());
        lengths
    }

    #[tokio::test]
    async fn a_file_comes_in_pieces() {
        let path = path("pieces");
        fs::write(&path, vec![7; PIECE * 2 + 5]).unwrap();
        let before = stamp(path.clone()).await.unwrap();
        assert_eq!(before.length, PIECE as u64 * 2 + 5);
        assert_eq!(all(open(path.clone(), Some(before)).await.unwrap()).await, [PIECE, PIECE, 5]);
        fs::write(&path, "").unwrap();
        assert!(matches!(open(path.clone(), Some(before)).await, Err(ContentError::Changed)));
        assert_eq!(all(open(path.clone(), None).await.unwrap()).await, Vec::<usize>::new());
        fs::remove_file(&path).unwrap();
    }

    #[tokio::test]
    async fn what_is_no_file_cannot_be_read() {
        for path in [path("absent"), std::env::temp_dir()] {
            assert!(matches!(stamp(path).await, Err(ContentError::Unreadable(_))));
        }
    }
}
