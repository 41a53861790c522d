//! An HTTP/2 server that responds to requests, refuses or ignores them. It writes frames itself (RFC 9113, section 6), so that it
//! decides what it says about the streams it did not process.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;
const REFUSED_STREAM: u32 = 7;

/// What the server does with complete requests, by their number, counted over all connections from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Behavior {
    Respond,
    /// Resets every second request with REFUSED_STREAM, or all.
    RefuseHalf,
    RefuseAll,
    /// Processes this many requests of a connection, names the last of them in a GOAWAY and ignores the others.
    GoAwayAfter(usize),
    /// Sends no response until [`Http2Server::start_responding`] is called.
    Wait,
    /// Sends half of the response to the requests of the first connection.
    StallFirst,
}

#[derive(Default)]
struct State {
    connections: AtomicUsize,
    requests: AtomicUsize,
    processed: AtomicUsize,
    responds: AtomicBool,
}

pub(crate) struct Http2Server {
    pub(crate) url: String,
    state: Arc<State>,
}

impl Http2Server {
    pub(crate) fn start(behavior: Behavior) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let number = shared.connections.fetch_add(1, Ordering::SeqCst);
                let state = Arc::clone(&shared);
                thread::spawn(move || Connection { stream, number, state, behavior }.serve());
            }
        });
        Self { url, state }
    }

    pub(crate) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// The number of requests that arrived completely.
    pub(crate) fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    /// The number of requests that were processed.
    pub(crate) fn processed(&self) -> usize {
        self.state.processed.load(Ordering::SeqCst)
    }

    pub(crate) fn start_responding(&self) {
        self.state.responds.store(true, Ordering::SeqCst);
    }
}

struct Connection {
    stream: TcpStream,
    number: usize,
    state: Arc<State>,
    behavior: Behavior,
}

impl Connection {
    fn serve(mut self) -> Option<()> {
        self.stream.set_nodelay(true).ok()?;
        self.stream.read_exact(&mut [0; 24]).ok()?;
        self.send(SETTINGS, 0, 0, &[])?;
        let (mut processed, mut is_closing) = (0, false);
        let mut last = 0;
        loop {
            let (kind, flags, id, payload) = self.receive()?;
            match kind {
                SETTINGS if flags & ACK == 0 => self.send(SETTINGS, ACK, 0, &[])?,
                PING if flags & ACK == 0 => self.send(PING, ACK, 0, &payload)?,
                // Streams up to the last one of a GOAWAY are processed, in whatever order they end.
                HEADERS | DATA if flags & END_STREAM != 0 && (!is_closing || id <= last) => {
                    let request = self.state.requests.fetch_add(1, Ordering::SeqCst);
                    match self.behavior {
                        Behavior::RefuseAll => self.refuse(id)?,
                        Behavior::RefuseHalf if request.is_multiple_of(2) => self.refuse(id)?,
                        Behavior::Wait if !self.state.responds.load(Ordering::SeqCst) => {}
                        Behavior::StallFirst if self.number == 0 => self.respond(id, false)?,
                        _ => self.respond(id, true)?,
                    }
                    processed += 1;
                    last = last.max(id);
                    if matches!(self.behavior, Behavior::GoAwayAfter(count) if count == processed) {
                        is_closing = true;
                        self.send(GOAWAY, 0, 0, &[last.to_be_bytes(), 0_u32.to_be_bytes()].concat())?;
                    }
                }
                _ => {}
            }
        }
    }

    fn refuse(&mut self, id: u32) -> Option<()> {
        self.send(RST_STREAM, 0, id, &REFUSED_STREAM.to_be_bytes())
    }

    fn respond(&mut self, id: u32, is_complete: bool) -> Option<()> {
        self.state.processed.fetch_add(1, Ordering::SeqCst);
        // `:status: 200` of the static table (RFC 7541, appendix A).
        self.send(HEADERS, END_HEADERS, id, &[0x88])?;
        let body = br#"{"id":"pay_1"}"#;
        let (sent, flags) = if is_complete { (&body[..], END_STREAM) } else { (&body[..5], 0) };
        self.send(DATA, flags, id, sent)
    }

    fn send(&mut self, kind: u8, flags: u8, id: u32, payload: &[u8]) -> Option<()> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let frame = [&length[1..], &[kind, flags], &id.to_be_bytes(), payload].concat();
        self.stream.write_all(&frame).ok()
    }

    fn receive(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let id = u32::from_be_bytes([head[5], head[6], head[7], head[8]]) & 0x7fff_ffff;
        let mut payload = vec![0; length as usize];
        self.stream.read_exact(&mut payload).ok()?;
        Some((head[3], head[4], id, payload))
    }
}
