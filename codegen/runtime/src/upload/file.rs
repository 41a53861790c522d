//! Reads a file as a stream of chunks. The reads run on tokio's blocking threads, so that a slow disk does not block the
//! runtime and a large file is never in memory as a whole.

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

use super::error::ContentError;
use crate::wire::body::BoxError;

const CHUNK_SIZE: usize = 128 * 1024;

/// The properties by which a modification of a file is detected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileStamp {
    pub(super) length: u64,
    modified: Option<SystemTime>,
}

impl FileStamp {
    fn from_metadata(metadata: &fs::Metadata) -> io::Result<Self> {
        // A directory can be opened as well, and a pipe has no length.
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
        }
        Ok(Self { length: metadata.len(), modified: metadata.modified().ok() })
    }
}

/// Reads the stamp of a file. The file is opened for this, so that missing permissions are detected before the first request.
pub(super) async fn stamp_file(path: PathBuf) -> Result<FileStamp, ContentError> {
    run_blocking(move || FileStamp::from_metadata(&File::open(path)?.metadata()?)).await
}

/// Opens a file; fails if its stamp is not the expected one.
pub(super) async fn open_file(
    path: PathBuf,
    expected: Option<FileStamp>,
) -> Result<FileChunks, ContentError> {
    let open = move || {
        let file = File::open(path)?;
        Ok((FileStamp::from_metadata(&file.metadata()?)?, file))
    };
    let (stamp, file) = run_blocking(open).await?;
    if expected.is_some_and(|expected| expected != stamp) {
        return Err(ContentError::Changed);
    }
    Ok(FileChunks::Idle(Some(file)))
}

async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, ContentError> {
    let joined = spawn_blocking(work).await;
    joined
        .map_err(BoxError::from)
        .and_then(|result| result.map_err(BoxError::from))
        .map_err(ContentError::Unreadable)
}

/// The chunks of an open file.
pub(super) enum FileChunks {
    /// No read is running. `None` after the end of the file.
    Idle(Option<File>),
    Reading(JoinHandle<io::Result<(File, Bytes)>>),
}

impl Stream for FileChunks {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Self::Idle(file) => {
                    let Some(file) = file.take() else { return Poll::Ready(None) };
                    *self = Self::Reading(spawn_blocking(move || read_chunk(file)));
                }
                Self::Reading(reading) => {
                    let joined = ready!(Pin::new(reading).poll(cx));
                    let result =
                        joined.map_err(BoxError::from).and_then(|result| result.map_err(BoxError::from));
                    return Poll::Ready(match result {
                        Ok((file, chunk)) if !chunk.is_empty() => {
                            *self = Self::Idle(Some(file));
                            Some(Ok(chunk))
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

/// Reads the next chunk; it is empty at the end of the file.
fn read_chunk(mut file: File) -> io::Result<(File, Bytes)> {
    let mut chunk = Vec::with_capacity(CHUNK_SIZE);
    (&mut file).take(CHUNK_SIZE as u64).read_to_end(&mut chunk)?;
    Ok((file, chunk.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::body::Body;

    fn temporary_path(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("openapi-client-runtime-{}-{name}", std::process::id()))
    }

    async fn chunk_lengths(chunks: FileChunks) -> Vec<usize> {
        let mut body = Body::stream(chunks, None);
        let mut lengths = Vec::new();
        while let Some(chunk) = body.chunk().await {
            lengths.push(chunk.unwrap().len());
        }
        assert!(body.chunk().await.is_none());
        lengths
    }

    #[tokio::test]
    async fn a_file_is_read_in_chunks() {
        let path = temporary_path("chunks");
        fs::write(&path, vec![7; CHUNK_SIZE * 2 + 5]).unwrap();
        let stamp = stamp_file(path.clone()).await.unwrap();
        assert_eq!(stamp.length, CHUNK_SIZE as u64 * 2 + 5);
        let chunks = open_file(path.clone(), Some(stamp)).await.unwrap();
        assert_eq!(chunk_lengths(chunks).await, [CHUNK_SIZE, CHUNK_SIZE, 5]);
        fs::write(&path, "").unwrap();
        assert!(matches!(open_file(path.clone(), Some(stamp)).await, Err(ContentError::Changed)));
        assert_eq!(chunk_lengths(open_file(path.clone(), None).await.unwrap()).await, Vec::<usize>::new());
        fs::remove_file(&path).unwrap();
    }

    #[tokio::test]
    async fn missing_files_and_directories_are_unreadable() {
        for path in [temporary_path("missing"), std::env::temp_dir()] {
            assert!(matches!(stamp_file(path).await, Err(ContentError::Unreadable(_))));
        }
    }
}
