//! A server on a real socket that handles each request as a script says. It uses plain threads, so that a paused clock or
//! a blocked runtime of a test does not affect it.

use std::{
    collections::VecDeque,
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// How the server handles a request.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Sends a complete response with this status, these headers and this body, and keeps the connection open.
    Respond(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Sends these bytes and closes the connection.
    Raw(Vec<u8>),
    /// Sends these bytes and then nothing more.
    Stall(Vec<u8>),
    /// Sends these bytes one by one, with this pause before each.
    Drip(Vec<u8>, Duration),
    /// Resets the connection before the request is read.
    ResetUnread,
    /// Resets the connection after the request was received.
    Reset,
    /// Closes the connection regularly after the request was received.
    Close,
}

impl Step {
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::Respond(status, vec![("content-type", "application/json".to_owned())], body.as_bytes().to_vec())
    }

    pub(crate) fn ok() -> Self {
        Self::json(200, r#"{"id":"pay_1","amount":10.10}"#)
    }

    pub(crate) fn error(status: u16) -> Self {
        Self::json(status, r#"{"error":{"type":"t","code":"c","message":"It failed."}}"#)
    }

    pub(crate) fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        match self {
            Self::Respond(status, mut headers, body) => {
                headers.push((name, value.into()));
                Self::Respond(status, headers, body)
            }
            other => other,
        }
    }
}

/// A recorded request.
#[derive(Clone, Debug)]
pub(crate) struct RecordedRequest {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl RecordedRequest {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn key(&self) -> Option<&str> {
        self.header("idempotency-key")
    }

    pub(crate) fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }
}

#[derive(Default)]
struct State {
    script: Mutex<VecDeque<Step>>,
    requests: Mutex<Vec<RecordedRequest>>,
    open: Mutex<Vec<TcpStream>>,
    connections: Mutex<usize>,
    started_requests: Mutex<usize>,
}

/// The server. It runs until the process exits; dropping it closes its connections.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

impl Server {
    /// Starts a server. After the end of the script, it responds with a payment to every request.
    pub(crate) fn start(script: impl IntoIterator<Item = Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State { script: Mutex::new(script.into_iter().collect()), ..State::default() });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                *shared.connections.lock().unwrap() += 1;
                shared.open.lock().unwrap().push(stream.try_clone().unwrap());
                let state = Arc::clone(&shared);
                thread::Builder::new().stack_size(128 * 1024).spawn(move || serve(stream, &state)).unwrap();
            }
        });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.state.requests.lock().unwrap().clone()
    }

    /// The number of requests of which at least one byte arrived, including those that were not read.
    pub(crate) fn started_requests(&self) -> usize {
        *self.state.started_requests.lock().unwrap()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.state.connections.lock().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for stream in self.state.open.lock().unwrap().iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn serve(mut stream: TcpStream, state: &State) {
    let _ = stream.set_nodelay(true);
    loop {
        let mut first = [0; 1];
        // Waits for the first byte of a request without consuming it.
        match stream.peek(&mut first) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        *state.started_requests.lock().unwrap() += 1;
        let step = state.script.lock().unwrap().pop_front().unwrap_or_else(Step::ok);
        if matches!(step, Step::ResetUnread) {
            // Closing a socket with unread bytes resets the connection.
            forget_connection(&stream, state);
            return;
        }
        let keep_last_byte = matches!(step, Step::Reset);
        let Some(request) = read_request(&mut stream, keep_last_byte) else { return };
        state.requests.lock().unwrap().push(request);
        let is_closed = match step {
            Step::Respond(status, headers, body) => {
                stream.write_all(&encode_response(status, &headers, &body)).is_err()
            }
            Step::Raw(bytes) => {
                let _ = stream.write_all(&bytes);
                let _ = stream.shutdown(Shutdown::Both);
                true
            }
            Step::Stall(bytes) => {
                let _ = stream.write_all(&bytes);
                // Blocks until the client or the server closes the connection.
                let _ = stream.read(&mut [0; 1]);
                true
            }
            Step::Drip(bytes, pause) => bytes.iter().any(|byte| {
                thread::sleep(pause);
                stream.write_all(&[*byte]).is_err()
            }),
            Step::Close => {
                let _ = stream.shutdown(Shutdown::Both);
                true
            }
            Step::Reset | Step::ResetUnread => true,
        };
        if is_closed {
            forget_connection(&stream, state);
            return;
        }
    }
}

/// Drops the copy of the socket that would keep the connection open.
fn forget_connection(stream: &TcpStream, state: &State) {
    let address = stream.peer_addr().ok();
    state.open.lock().unwrap().retain(|other| other.peer_addr().ok() != address || address.is_none());
}

/// Encodes a response with a correct `Content-Length`.
pub(crate) fn encode_response(status: u16, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Status\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if status != 204 {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

fn read_request(stream: &mut TcpStream, keep_last_byte: bool) -> Option<RecordedRequest> {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    // For `Step::Reset`, only a body can keep its last byte unread: the header section must be read completely.
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let mut lines = text.trim_end().split("\r\n");
    let line = lines.next()?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect();
    let request = RecordedRequest { line, headers, body: Vec::new() };
    let body = if request.header("transfer-encoding").is_some() {
        read_chunks(stream)?
    } else {
        let length: usize = request.header("content-length").map_or(0, |length| length.parse().unwrap());
        let kept = usize::from(keep_last_byte && length > 0);
        let mut body = vec![0; length - kept];
        stream.read_exact(&mut body).ok()?;
        if kept == 1 {
            stream.peek(&mut byte).ok()?;
            body.push(byte[0]);
        }
        body
    };
    Some(RecordedRequest { body, ..request })
}

fn read_chunks(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let line = |stream: &mut TcpStream| {
        let mut line = Vec::new();
        let mut byte = [0; 1];
        while !line.ends_with(b"\r\n") {
            stream.read_exact(&mut byte).ok()?;
            line.push(byte[0]);
        }
        Some(String::from_utf8_lossy(&line).trim().to_owned())
    };
    let mut body = Vec::new();
    loop {
        let size = usize::from_str_radix(&line(stream)?, 16).ok()?;
        let mut chunk = vec![0; size];
        stream.read_exact(&mut chunk).ok()?;
        body.extend(chunk);
        line(stream)?;
        if size == 0 {
            return Some(body);
        }
    }
}
