//! Decompresses responses while they arrive.

use std::{
    io::{self, Write as _},
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use futures_core::Stream;
use http::{
    HeaderMap, Response,
    header::{CONTENT_ENCODING, CONTENT_LENGTH},
};

use crate::wire::body::{Body, BoxError};

/// A chunk of decompressed data is handed on once it has this length: a small part of a body can become a thousand times as long.
const CHUNK: usize = 32 * 1024;

/// Decompresses the body if its header says that it is compressed, which is then removed.
pub(super) fn decompress(mut response: Response<Body>) -> Response<Body> {
    if response.body().length() == Some(0) || !is_compressed(response.headers()) {
        return response;
    }
    response.headers_mut().remove(CONTENT_ENCODING);
    response.headers_mut().remove(CONTENT_LENGTH);
    response.map(|body| Body::stream(Decompressed::new(body), None))
}

fn is_compressed(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING).is_some_and(|value| {
        let value = value.as_bytes().trim_ascii();
        value.eq_ignore_ascii_case(b"gzip") || value.eq_ignore_ascii_case(b"x-gzip")
    })
}

struct Decompressed {
    body: Body,
    /// `None` at the end, and after an error.
    decoder: Option<MultiGzDecoder<Vec<u8>>>,
    /// What was received and is not decompressed yet.
    received: Bytes,
    is_empty: bool,
}

impl Decompressed {
    fn new(body: Body) -> Self {
        Self { body, decoder: Some(MultiGzDecoder::new(Vec::new())), received: Bytes::new(), is_empty: true }
    }

    /// Decompresses a part of what was received. Each step yields 32 KiB at most.
    fn advance(decoder: &mut MultiGzDecoder<Vec<u8>>, received: &mut Bytes) -> io::Result<()> {
        while !received.is_empty() && decoder.get_ref().len() < CHUNK {
            let length = decoder.write(received)?;
            if length == 0 {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "corrupt gzip data"));
            }
            let _ = received.split_to(length);
        }
        // What is decompressed so far may be a whole event.
        if received.is_empty() { decoder.flush() } else { Ok(()) }
    }

    fn finish(mut decoder: MultiGzDecoder<Vec<u8>>, is_empty: bool) -> io::Result<Vec<u8>> {
        // A response to HEAD has the header, but no body.
        if is_empty {
            return Ok(Vec::new());
        }
        decoder.try_finish()?;
        Ok(std::mem::take(decoder.get_mut()))
    }
}

impl Stream for Decompressed {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            let Some(decoder) = &mut this.decoder else { return Poll::Ready(None) };
            if !this.received.is_empty() {
                if let Err(error) = Self::advance(decoder, &mut this.received) {
                    this.decoder = None;
                    return Poll::Ready(Some(Err(error.into())));
                }
                let chunk = std::mem::take(decoder.get_mut());
                if !chunk.is_empty() {
                    return Poll::Ready(Some(Ok(chunk.into())));
                }
                continue;
            }
            match std::task::ready!(this.body.poll_chunk(cx)) {
                Some(Ok(chunk)) => {
                    this.is_empty &= chunk.is_empty();
                    this.received = chunk;
                }
                Some(Err(error)) => {
                    this.decoder = None;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    let last = this
                        .decoder
                        .take()
                        .map_or_else(|| Ok(Vec::new()), |decoder| Self::finish(decoder, this.is_empty));
                    return Poll::Ready(match last {
                        Ok(chunk) if chunk.is_empty() => None,
                        Ok(chunk) => Some(Ok(chunk.into())),
                        Err(error) => Some(Err(error.into())),
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};
    use proptest::prelude::*;

    use super::*;

    struct Chunks(Vec<Bytes>);

    impl Stream for Chunks {
        type Item = Result<Bytes, BoxError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(if self.0.is_empty() { None } else { Some(Ok(self.0.remove(0))) })
        }
    }

    fn compress(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    /// The chunks that come of these compressed ones, or the error.
    fn read(chunks: Vec<Bytes>) -> Result<Vec<Bytes>, String> {
        let response = Response::builder().header(CONTENT_ENCODING, "GZip").header(CONTENT_LENGTH, 9);
        let response = decompress(response.body(Body::stream(Chunks(chunks), None)).unwrap());
        assert!(response.headers().is_empty());
        let (mut body, mut read) = (response.into_body(), Vec::new());
        let mut cx = Context::from_waker(std::task::Waker::noop());
        loop {
            match body.poll_chunk(&mut cx) {
                Poll::Ready(None) => return Ok(read),
                Poll::Ready(Some(chunk)) => read.push(chunk.map_err(|error| error.to_string())?),
                Poll::Pending => panic!("nothing is waited for"),
            }
        }
    }

    fn split(bytes: &[u8], length: usize) -> Vec<Bytes> {
        bytes.chunks(length).map(Bytes::copy_from_slice).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_chunks_are_decompressed(
            data in proptest::collection::vec(0..4u8, 0..5000), length in 1..200usize, second in 0..2usize,
        ) {
            let mut compressed = compress(&data);
            // A body may have several members (RFC 1952, section 2.2).
            for _ in 0..second {
                compressed.extend(compress(&data));
            }
            prop_assert_eq!(read(split(&compressed, length)).unwrap().concat(), data.repeat(1 + second));
            let cut = &compressed[..compressed.len() - 1];
            prop_assert!(read(split(cut, length)).is_err());
        }
    }

    #[test]
    fn a_bomb_comes_in_small_chunks() {
        let chunks = read(vec![compress(&vec![b' '; 4 << 20]).into()]).unwrap();
        assert_eq!(chunks.iter().map(Bytes::len).sum::<usize>(), 4 << 20);
        assert!(chunks.iter().all(|chunk| chunk.len() <= 3 * CHUNK));
    }

    #[test]
    fn an_event_is_handed_on_before_the_next_one() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(b"first").unwrap();
        encoder.flush().unwrap();
        let first = Bytes::from(std::mem::take(encoder.get_mut()));
        encoder.write_all(b"second").unwrap();
        let second = Bytes::from(encoder.finish().unwrap());
        assert_eq!(read(vec![first, second]).unwrap(), ["first", "second"]);
    }

    #[test]
    fn an_empty_body_is_empty() {
        assert_eq!(read(Vec::new()).unwrap(), [""; 0]);
        assert!(read(vec![Bytes::from("no gzip")]).is_err());
    }
}
