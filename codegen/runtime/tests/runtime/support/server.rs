//! A server on a real socket that does to each request what a script says. Plain threads: a test's paused clock and
//! its runtime have no say in it.

use std::{
    collections::VecDeque,
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// What is done to one request.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// An answer with this status, headers and body, of the right length; the connection stays open.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// These bytes, then the connection is closed.
    Raw(Vec<u8>),
    /// These bytes, then nothing more while the server lives.
    Stall(Vec<u8>),
    /// These bytes one by one, with this pause between them.
    Drip(Vec<u8>, Duration),
    /// The connection is reset before the request is read.
    ResetUnread,
    /// The connection is reset when the whole request has come.
    Reset,
    /// The connection is closed in order when the whole request has come.
    Close,
}

impl Step {
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::Answer(status, vec![("content-type", "application/json".to_owned())], body.as_bytes().to_vec())
    }

    pub(crate) fn ok() -> Self {
        Self::json(200, r#"{"id":"pay_1","amount":10.10}"#)
    }

    pub(crate) fn error(status: u16) -> Self {
        Self::json(status, r#"{"error":{"type":"t","code":"c","message":"It failed."}}"#)
    }

    pub(crate) fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        match self {
            Self::Answer(status, mut headers, body) => {
                headers.push((name, value.into()));
                Self::Answer(status, headers, body)
            }
            other => other,
        }
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
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
    seen: Mutex<Vec<Seen>>,
    open: Mutex<Vec<TcpStream>>,
    connections: Mutex<usize>,
    begun: Mutex<usize>,
}

/// The server. It ends with the process; its connections end when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

impl Server {
    /// Starts a server; when the script is over it answers every request with a payment.
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

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    /// How many requests began to come, read or not.
    pub(crate) fn begun(&self) -> usize {
        *self.state.begun.lock().unwrap()
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
        // Waits until a request begins, without taking anything of it.
        match stream.peek(&mut first) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        *state.begun.lock().unwrap() += 1;
        let step = state.script.lock().unwrap().pop_front().unwrap_or_else(Step::ok);
        if matches!(step, Step::ResetUnread) {
            // Closing a socket with unread bytes in it resets the connection.
            forget(&stream, state);
            return;
        }
        let keep_last_byte = matches!(step, Step::Reset);
        let Some(seen) = read_request(&mut stream, keep_last_byte) else { return };
        state.seen.lock().unwrap().push(seen);
        let done = match step {
            Step::Answer(status, headers, body) => {
                stream.write_all(&answer(status, &headers, &body)).is_err()
            }
            Step::Raw(bytes) => {
                let _ = stream.write_all(&bytes);
                let _ = stream.shutdown(Shutdown::Both);
                true
            }
            Step::Stall(bytes) => {
                let _ = stream.write_all(&bytes);
                // Until the other side or the server ends.
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
        if done {
            forget(&stream, state);
            return;
        }
    }
}

/// Drops the copy that keeps the socket open.
fn forget(stream: &TcpStream, state: &State) {
    let address = stream.peer_addr().ok();
    state.open.lock().unwrap().retain(|other| other.peer_addr().ok() != address || address.is_none());
}

/// The bytes of an answer of the right length.
pub(crate) fn answer(status: u16, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Whatever\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if status != 204 {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

fn read_request(stream: &mut TcpStream, keep_last_byte: bool) -> Option<Seen> {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    // The last byte of a request without a body is part of its head, which has to be read to be understood.
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
    let seen = Seen { line, headers, body: Vec::new() };
    let body = if seen.header("transfer-encoding").is_some() {
        read_chunks(stream)?
    } else {
        let length: usize = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
        let kept = usize::from(keep_last_byte && length > 0);
        let mut body = vec![0; length - kept];
        stream.read_exact(&mut body).ok()?;
        if kept == 1 {
            stream.peek(&mut byte).ok()?;
            body.push(byte[0]);
        }
        body
    };
    Some(Seen { body, ..seen })
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
