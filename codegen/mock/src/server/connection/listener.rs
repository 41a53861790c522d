//! HTTP/1.1 between sockets and the exchange: connections, bodies that are read up to a bound, bodies that break off.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::{server::connection::request_handler::exchange, server::server_state::ServerState};

/// Takes connections until the runtime ends.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<ServerState>) -> Infallible {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(connection(stream, Arc::clone(&shared)))),
            // Too many open files, say: others may be closed meanwhile.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<ServerState>) {
    // Small answers are to leave at once; where that cannot be had, they leave a little later.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| exchange(&shared, request));
    // An error is a client that went away, wrong HTTP (hyper has answered it), or a fault that a stub asked for.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Why a body could not be read.
pub(crate) enum Unread {
    /// It is longer than allowed.
    TooLarge,
    /// The connection broke.
    Broken,
}

/// The whole body of a request.
pub(crate) async fn read(body: Incoming, limit: usize) -> Result<Bytes, Unread> {
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Err(_) => Err(Unread::Broken),
    }
}

/// The connection ends here, as was asked for.
#[derive(Debug)]
pub(crate) struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is dropped, as a stub asked for")
    }
}

impl std::error::Error for Dropped {}

/// The body of an answer: its announced length is the whole one, however much of it comes.
#[derive(Debug)]
pub(crate) struct Outgoing {
    rest: Bytes,
    length: u64,
    cut: Cut,
}

/// Where in breaking off a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// It does not.
    Never,
    /// When what is left has gone.
    AtEnd,
    /// As soon as what has been given was sent.
    Now,
}

impl Outgoing {
    pub(crate) fn new(body: Bytes, cut: Option<usize>) -> Self {
        let length = body.len() as u64;
        match cut {
            Some(bytes) if bytes < body.len() => Self { rest: body.slice(..bytes), length, cut: Cut::AtEnd },
            _ => Self { rest: body, length, cut: Cut::Never },
        }
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Dropped>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.rest)))));
        }
        match self.cut {
            Cut::Never => Poll::Ready(None),
            Cut::AtEnd => {
                // hyper sends what it has while a body keeps it waiting, and nothing more after an error.
                self.cut = Cut::Now;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Cut::Now => Poll::Ready(Some(Err(Dropped))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.cut == Cut::Never
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
