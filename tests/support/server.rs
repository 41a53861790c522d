//! An HTTP/1.1 server for tests: it hands each request to a function and sends what that gives.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::wire::{Reply, Request};

/// What answers.
pub type Handler = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

/// Starts a server on a free port; it ends with its runtime.
///
/// # Panics
/// If there is no free port.
pub async fn serve(handler: Handler) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("the port");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            tokio::spawn(talk(stream, Arc::clone(&handler)));
        }
    });
    address
}

/// Answers the requests of one connection until it ends.
async fn talk(stream: TcpStream, handler: Handler) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await {
        let reply = handler(&request);
        let head = format!(
            "HTTP/1.1 {} Status\r\ncontent-type: application/json\r\ncontent-length: {}\r\nx-request-id: req_test\r\n\r\n",
            reply.status,
            reply.body.len()
        );
        let bytes = [head.as_bytes(), reply.body.as_bytes()].concat();
        if stream.get_mut().write_all(&bytes).await.is_err() {
            return;
        }
    }
}

/// The next request; `None` at the end of the connection, or if it is no HTTP.
async fn read(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let line = line(stream).await?;
    let (method, rest) = line.split_once(' ')?;
    let (target, _) = rest.split_once(' ')?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        ..Request::default()
    };
    loop {
        let line = self::line(stream).await?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        request.headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    if request.header("transfer-encoding").is_some() {
        while let Some(size) = self::line(stream).await {
            let size = usize::from_str_radix(size.trim(), 16).ok()?;
            let mut chunk = vec![0; size + 2];
            stream.read_exact(&mut chunk).await.ok()?;
            if size == 0 {
                break;
            }
            request.body.extend_from_slice(chunk.get(..size)?);
        }
    } else if let Some(length) = request.header("content-length") {
        request.body = vec![0; length.parse().ok()?];
        stream.read_exact(&mut request.body).await.ok()?;
    }
    Some(request)
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    match stream.read_line(&mut line).await {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(line.trim_end_matches(['\r', '\n']).to_owned()),
    }
}
