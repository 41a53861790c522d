//! The server of the soak test, in the same process. Its mood changes every second; each connection also freezes now and then.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// How the server handles requests at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Healthy,
    /// Takes up to three seconds, which is longer than an attempt may take.
    Slow,
    /// Closes connections before or after processing.
    Refusing,
    /// Responds with 429 and a delay.
    Limiting,
    /// Responds with 500 or 503, before or after processing.
    Failing,
    /// Reads requests and never responds.
    Frozen,
}

const MOODS: [Mood; 10] = [
    Mood::Healthy,
    Mood::Slow,
    Mood::Healthy,
    Mood::Refusing,
    Mood::Healthy,
    Mood::Limiting,
    Mood::Healthy,
    Mood::Failing,
    Mood::Healthy,
    Mood::Frozen,
];

#[derive(Debug)]
struct State {
    random: Mutex<fastrand::Rng>,
    mood: Mutex<Mood>,
    is_healed: AtomicBool,
    requests: AtomicU64,
    keys: Mutex<HashSet<String>>,
    /// How often each body was processed.
    processed: Mutex<HashMap<u64, u32>>,
}

impl State {
    fn mood(&self) -> Mood {
        if self.is_healed.load(Ordering::Relaxed) { Mood::Healthy } else { *self.mood.lock().unwrap() }
    }

    fn random(&self, below: u64) -> u64 {
        self.random.lock().unwrap().u64(0..below)
    }

    /// Processes a body, once for each idempotency key. Returns whether this repeats an earlier response.
    fn process(&self, key: Option<&str>, body: u64) -> bool {
        if key.is_some_and(|key| !self.keys.lock().unwrap().insert(key.to_owned())) {
            return true;
        }
        *self.processed.lock().unwrap().entry(body).or_default() += 1;
        false
    }
}

/// The server while it runs.
#[derive(Debug)]
pub(crate) struct Server {
    state: Arc<State>,
    url: String,
}

impl Server {
    pub(crate) async fn start(seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            mood: Mutex::new(Mood::Healthy),
            is_healed: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            keys: Mutex::default(),
            processed: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            loop {
                sleep(Duration::from_secs(1)).await;
                let index = usize::try_from(shared.random(MOODS.len() as u64)).unwrap_or_default();
                *shared.mood.lock().unwrap() = MOODS.get(index).copied().unwrap_or(Mood::Healthy);
            }
        });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move { serve(stream, &state).await });
            }
        });
        Self { state, url }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Makes the server healthy for good.
    pub(crate) fn heal(&self) {
        self.state.is_healed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn requests(&self) -> u64 {
        self.state.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn processed(&self) -> HashMap<u64, u32> {
        self.state.processed.lock().unwrap().clone()
    }
}

/// Handles the requests of a connection until one of both sides closes it.
async fn serve(stream: TcpStream, state: &State) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let (key, body) = read_request(&mut stream).await?;
        state.requests.fetch_add(1, Ordering::Relaxed);
        let is_processed_first = state.random(2) == 0;
        let response = match state.mood() {
            Mood::Healthy => respond(200, "", state.process(key.as_deref(), body)),
            Mood::Slow => {
                sleep(Duration::from_millis(state.random(3_000))).await;
                respond(200, "", state.process(key.as_deref(), body))
            }
            Mood::Refusing => {
                if is_processed_first {
                    state.process(key.as_deref(), body);
                }
                return None;
            }
            Mood::Limiting => respond(429, "retry-after: 1\r\n", false),
            Mood::Failing => {
                if is_processed_first {
                    state.process(key.as_deref(), body);
                }
                let status = if state.random(2) == 0 { 500 } else { 503 };
                respond(status, if state.random(2) == 0 { "retry-after: 1\r\n" } else { "" }, false)
            }
            Mood::Frozen => {
                if is_processed_first {
                    state.process(key.as_deref(), body);
                }
                // Until the client gives the connection up.
                let _ = stream.read(&mut [0; 1]).await;
                return None;
            }
        };
        stream.write_all(response.as_bytes()).await.ok()?;
    }
}

fn respond(status: u16, header: &str, is_replayed: bool) -> String {
    let body = if status == 200 { "1" } else { r#"{"error":{"message":"It failed."}}"# };
    let replayed = if is_replayed { "idempotent-replayed: true\r\n" } else { "" };
    format!("HTTP/1.1 {status} Status\r\n{header}{replayed}content-length: {}\r\n\r\n{body}", body.len())
}

/// The idempotency key and the number in the body of the next request.
async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<(Option<String>, u64)> {
    let (mut key, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        match line.split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("idempotency-key") => {
                key = Some(value.to_owned())
            }
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((key, String::from_utf8_lossy(&body).parse().ok()?))
}
