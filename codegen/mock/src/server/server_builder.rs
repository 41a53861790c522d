//! What a server is told before it starts.

use std::{
    fmt, io,
    marker::PhantomData,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use crate::{
    MockedApi,
    engine::{Engine, Options},
    server::access_log::AccessLog,
    server::base_paths::BasePaths,
    server::calls::idempotency::IdempotencyKeys,
    server::mock_server::Server,
    server::paused_clock_transport::PendingCalls,
    server::records::journal::Journal,
    server::server_state::ServerState,
    server::server_thread::ServerThread,
    server::stubs::registry::Stubs,
};
use openapi_client_runtime::{
    __private::{Generated as _, Service},
    Error, ErrorKind, Secret,
};

/// The key of a server's own clients, unless another is set.
const KEY: &str = "mock-api-key";

/// The secret that a server signs webhooks with, unless another is set.
const SECRET: &str = "mock-webhook-secret";

/// Sets a server up. Everything has a default.
#[must_use]
pub struct ServerBuilder<A> {
    options: Options,
    address: SocketAddr,
    key: Option<Secret>,
    webhook_secret: Secret,
    base_path: Option<String>,
    checks: bool,
    max_body: usize,
    patience: Duration,
    log: AccessLog,
    api: PhantomData<fn() -> A>,
}

impl<A: MockedApi> ServerBuilder<A> {
    pub(crate) fn new() -> Self {
        Self {
            options: Options { seed: 0, items: 3, credentials: true },
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            key: None,
            webhook_secret: Secret::from(SECRET),
            base_path: None,
            checks: true,
            max_body: 64 * 1024 * 1024,
            patience: Duration::from_secs(10),
            log: AccessLog::default(),
            api: PhantomData,
        }
    }

    /// Where all that is made up starts from: the same seed gives the same values. 0 by default.
    pub fn seed(mut self, seed: u64) -> Self {
        self.options.seed = seed;
        self
    }

    /// How many items a list has before anything was created; 3 by default.
    pub fn initial_items(mut self, items: usize) -> Self {
        self.options.items = items;
        self
    }

    /// The port of the loopback address; any free one by default.
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// The address to listen at, in the place of the loopback's: other machines may then reach the server.
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// The one key that is accepted; any by default, as long as there is one.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Asks for no credential.
    pub fn without_credentials(mut self) -> Self {
        self.options.credentials = false;
        self
    }

    /// The secret that webhooks are signed with.
    pub fn webhook_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.webhook_secret = secret.into();
        self
    }

    /// The path below which the API stands; its own by default.
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.base_path = Some(path.into());
        self
    }

    /// Answers requests that break the document all the same. They are still found by no typed stub and no typed record.
    pub fn without_request_validation(mut self) -> Self {
        self.checks = false;
        self
    }

    /// The longest body of a request, in bytes; 64 MiB by default.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// The longest that [`Server::wait_for_calls`] waits, in real time; 10 s by default.
    pub fn wait_timeout(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Is given a line for each request as it is answered: method, path, status, operation, duration; nothing secret.
    pub fn log(mut self, log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.log = AccessLog::of(log);
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the address cannot be listened at, such as a port that is taken.
    pub async fn start(self) -> Result<Server<A>, Error> {
        self.start_blocking()
    }

    /// As [`start`](Self::start), outside of async code.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_blocking(self) -> Result<Server<A>, Error> {
        let service: &'static Service = A::Client::SERVICE;
        let engine = Engine::new(service, A::DOCUMENT, self.options)?;
        let deaf = |error: io::Error| {
            let text = format!("the mock server cannot listen at {}: {error}", self.address);
            Error::new(ErrorKind::Config, text).with_source(error)
        };
        let listener = TcpListener::bind(self.address).map_err(deaf)?;
        let shared = Arc::new(ServerState {
            address: listener.local_addr().map_err(deaf)?,
            service,
            engine: Arc::new(engine),
            bases: BasePaths::new(service, self.base_path.as_deref()),
            key: self.key.clone(),
            checks: self.checks,
            max_body: self.max_body,
            stubs: Stubs::default(),
            journal: Journal::new(),
            keys: IdempotencyKeys::default(),
            calls: Arc::new(PendingCalls::default()),
            log: self.log,
            documents: std::sync::Mutex::default(),
        });
        let worker = ServerThread::start(listener, Arc::clone(&shared)).map_err(deaf)?;
        let key = self.key.unwrap_or_else(|| Secret::from(KEY));
        Ok(Server::new(shared, worker, key, self.webhook_secret, self.patience))
    }
}

impl<A> fmt::Debug for ServerBuilder<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder")
            .field("options", &self.options)
            .field("address", &self.address)
            .field("key", &self.key)
            .field("base_path", &self.base_path)
            .field("checks", &self.checks)
            .field("log", &self.log)
            .finish_non_exhaustive()
    }
}
