//! A soak test: many callers at a server that turns healthy, slow, refusing, limiting, failing and frozen at random.
//!
//! `cargo xtask soak` spreads 100,000 calls over ten minutes. It prints calls, requests, failures by kind, bodies that the
//! server processed twice (there must be none), memory and open files, and fails if a body was processed twice, if a call was
//! called "not processed" though it was, or if calls still fail when the server is healthy again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the program stops at the first surprise"
)]

mod server;

use std::{
    collections::BTreeMap,
    process::ExitCode,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use openapi_client_runtime::{
    __private as rt, __private::Value, CallOptions, ClientBuilder, CustomRequest, Environment, Error, Method,
    Outcome,
};

use server::Server;

static SERVICE: rt::Service = rt::Service {
    name: "soak",
    version: "0.0.0",
    environments: &[Environment { name: "production", servers: &["http://127.0.0.1:9"] }],
    api_key_variable: "SOAK_API_KEY",
    base_url_variable: None,
    environment_variable: None,
    credentials: &[rt::SecurityScheme { name: "apiKey", authentication: rt::Authentication::Bearer }],
    security: &[&[&[0]]],
    headers: &[],
    version_header: None,
    version_variable: None,
    idempotency: rt::Idempotency {
        header: Some("Idempotency-Key"),
        methods: &[rt::Method::Post],
        max_length: 255,
        in_use_codes: &[],
    },
    idempotent_methods: &[],
    retry: rt::RetryDefaults {
        attempts: 4,
        total_ms: 30_000,
        initial_backoff_ms: 100,
        max_backoff_ms: 2_000,
        statuses: &[408, 429, 500, 502, 503, 504],
        wait_patterns: &[],
    },
    request_id_headers: &[],
    replayed_header: Some("Idempotent-Replayed"),
    error: rt::ErrorEnvelope {
        root: &["error"],
        r#type: Some("type"),
        code: Some("code"),
        message: Some("message"),
        param: None,
    },
    rate_limit: None,
    log: rt::LogDefaults { variable: None, secrets: &[] },
};

#[derive(Clone)]
struct Client(rt::Core);

impl From<rt::Core> for Client {
    fn from(core: rt::Core) -> Self {
        Self(core)
    }
}

impl rt::GeneratedClient for Client {
    const SERVICE: &'static rt::Service = &SERVICE;
}

/// What became of the calls.
#[derive(Default)]
struct Tally {
    calls: AtomicU64,
    /// Failed calls by kind and outcome.
    failures: Mutex<BTreeMap<String, u64>>,
    /// The bodies of calls that failed as not processed.
    not_processed: Mutex<Vec<u64>>,
}

/// Sends a POST with this number as its body, every second one with an idempotency key.
async fn call(client: &Client, number: u64) -> Result<Value, Error> {
    let request = CustomRequest::new(&client.0, Method::POST, "/payments").json(&number);
    let options = CallOptions::new();
    let options = if number.is_multiple_of(2) { options } else { options.without_idempotency_key() };
    request.with_options(options).send::<Value>().await
}

/// What a caller has to do.
#[derive(Clone)]
struct Plan {
    /// The number of the next call, of all callers.
    next: Arc<AtomicU64>,
    calls: u64,
    until: Instant,
    /// The average pause between two calls of a caller, so that the calls take the whole time.
    pause: Duration,
}

async fn run_caller(client: Client, tally: Arc<Tally>, plan: Plan) {
    loop {
        tokio::time::sleep(plan.pause.mul_f64(2.0 * fastrand::f64())).await;
        let number = plan.next.fetch_add(1, Ordering::Relaxed);
        if number >= plan.calls || Instant::now() >= plan.until {
            return;
        }
        tally.calls.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = call(&client, number).await {
            let name = format!("{:?}, outcome {:?}", error.kind(), error.outcome());
            *tally.failures.lock().unwrap().entry(name).or_default() += 1;
            if error.outcome() == Outcome::NotProcessed {
                tally.not_processed.lock().unwrap().push(number);
            }
        }
    }
}

/// A figure of this process from `/proc`, where there is one.
fn read_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name: &str| {
        let found = status.lines().find_map(|line| line.strip_prefix(name));
        found.map_or("unknown", str::trim).to_owned()
    };
    format!("{} now, {} at most", line("VmRSS:"), line("VmHWM:"))
}

fn count_open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

fn argument(name: &str, default: u64) -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).map_or(default, |value| value.parse().unwrap())
}

#[tokio::main]
async fn main() -> ExitCode {
    let (callers, calls) = (argument("--callers", 200), argument("--calls", 100_000));
    let seconds = argument("--seconds", 600);
    let server = Server::start(argument("--seed", 1)).await;
    let client: Client = ClientBuilder::new()
        .api_key("soak-key")
        .base_url(server.url())
        .timeout(Duration::from_secs(2))
        .build()
        .unwrap();
    let files = count_open_files();
    let tally = Arc::new(Tally::default());
    let started = Instant::now();
    // The other four tenths of the time are what the calls themselves take.
    let share = Duration::from_secs(seconds * callers) / u32::try_from(calls.max(1)).unwrap();
    let pause = share.mul_f64(0.6);
    let plan = Plan { next: Arc::default(), calls, until: started + Duration::from_secs(seconds), pause };
    let tasks: Vec<_> =
        (0..callers).map(|_| tokio::spawn(run_caller(client.clone(), tally.clone(), plan.clone()))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    let elapsed = started.elapsed();
    server.heal();
    let mut recovered = 0;
    for number in 0..100 {
        recovered += u64::from(call(&client, u64::MAX - number).await.is_ok());
    }
    let processed = server.processed();
    let twice = processed.values().filter(|times| **times > 1).count();
    let wrong = tally.not_processed.lock().unwrap().iter().filter(|n| processed.contains_key(n)).count();
    println!("calls                         {}", tally.calls.load(Ordering::Relaxed));
    println!("time                          {:.1} s", elapsed.as_secs_f64());
    println!("requests                      {}", server.requests());
    for (kind, count) in tally.failures.lock().unwrap().iter() {
        println!("failed                        {count} ({kind})");
    }
    println!("processed twice               {twice}");
    println!("processed, but said not to be {wrong}");
    println!("healthy again                 {recovered} of 100 calls succeed");
    println!("memory                        {}", read_memory());
    println!("open files                    {} before, {} after", files, count_open_files());
    ExitCode::from(u8::from(twice > 0 || wrong > 0 || recovered < 100))
}
