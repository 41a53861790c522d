//! Configures and starts a server.

use std::{
    fmt, io,
    marker::PhantomData,
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use crate::{
    MockedApi, UnknownIds,
    engine::{Engine, protocol::Options},
    server::access_log::AccessLog,
    server::base_paths::BasePaths,
    server::calls::idempotency::IdempotencyKeys,
    server::mock_server::Server,
    server::paused_clock_transport::PendingCalls,
    server::records::journal::Journal,
    server::server_state::ServerState,
    server::server_thread::ServerThread,
    server::stubs::registry::StubRegistry,
};
use openapi_client_runtime::{
    __private::{GeneratedClient as _, Service},
    Error, ErrorKind, Secret,
};

/// The API key of the server's own clients if none is set.
const DEFAULT_API_KEY: &str = "mock-api-key";

/// The secret that signs webhooks if none is set.
const DEFAULT_WEBHOOK_SECRET: &str = "mock-webhook-secret";

/// Configures a [`Server`]. Every setting has a default.
#[must_use]
pub struct ServerBuilder<A> {
    options: Options,
    address: SocketAddr,
    api_key: Option<Secret>,
    webhook_secret: Secret,
    base_path: Option<String>,
    validates_requests: bool,
    max_body_bytes: usize,
    wait_timeout: Duration,
    access_log: AccessLog,
    api: PhantomData<fn() -> A>,
}

impl<A: MockedApi> ServerBuilder<A> {
    pub(crate) fn new() -> Self {
        Self {
            options: Options::default(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            api_key: None,
            webhook_secret: Secret::from(DEFAULT_WEBHOOK_SECRET),
            base_path: None,
            validates_requests: true,
            max_body_bytes: 64 * 1024 * 1024,
            wait_timeout: Duration::from_secs(10),
            access_log: AccessLog::default(),
            api: PhantomData,
        }
    }

    /// Sets the seed of generated values. The same seed generates the same values, apart from times, which are near the current
    /// time; see [`time`](Self::time). The default is 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.options.seed = seed;
        self
    }

    /// Sets the time of all data, so that responses are the same whenever a test runs. The default is the current time: what a
    /// call creates is created now, and what nobody created is up to four weeks older.
    ///
    /// Tokens and signed deliveries have the times of the real clock, because their receivers compare them with it.
    pub fn time(mut self, time: SystemTime) -> Self {
        self.options.time = Some(time);
        self
    }

    /// Sets the number of generated items that each list has before anything is created. The default is 3.
    pub fn initial_items(mut self, items: usize) -> Self {
        self.options.items = items;
        self
    }

    /// Sets the port. The default is any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// Sets the address and the port to listen on. The default is the loopback address; with another address, other
    /// machines may reach the server.
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Accepts only this API key. By default, every key is accepted, but a request without a key is rejected.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Accepts requests without credentials.
    pub fn without_credentials(mut self) -> Self {
        self.options.credentials = false;
        self
    }

    /// Sets whether only requests of the document's version are accepted. The default is false: requests of any version that
    /// the description knows are accepted, and the log names the difference once. The responses are always those of the
    /// document's version.
    pub fn strict_version(mut self, is_strict: bool) -> Self {
        self.options.strict_version = is_strict;
        self
    }

    /// Sets the response to a request for a resource that the server never made. The default is a generated resource, so that
    /// a test needs no preparation.
    pub fn unknown_ids(mut self, unknown_ids: UnknownIds) -> Self {
        self.options.unknown_ids = unknown_ids;
        self
    }

    /// Sets the secret that webhooks are signed with.
    pub fn webhook_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.webhook_secret = secret.into();
        self
    }

    /// Sets the base path of the API's first server. The default is the path in the document.
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.base_path = Some(path.into());
        self
    }

    /// Responds to invalid requests as if they were valid. They have no typed arguments, so [`Stub::matching`] and
    /// [`Server::calls`] never see them.
    ///
    /// [`Stub::matching`]: crate::Stub::matching
    pub fn without_request_validation(mut self) -> Self {
        self.validates_requests = false;
        self
    }

    /// Sets the maximum size of a request body. The default is 64 MiB.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// Sets how long [`Server::wait_for_calls`] waits, in real time. The default is 10 seconds.
    pub fn wait_timeout(mut self, timeout: Duration) -> Self {
        self.wait_timeout = timeout;
        self
    }

    /// Passes a line to the function when the server responds to a request: method, path, status, operation, duration and,
    /// if it refuses the request, the reason. The reason can quote a value that is not allowed; apart from that, nothing that
    /// may be secret is logged. Further lines start with `note:`.
    pub fn log(mut self, log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.access_log = AccessLog::new(log);
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if the server cannot listen on the address, for example because the port is in use.
    pub async fn start(self) -> Result<Server<A>, Error> {
        self.start_blocking()
    }

    /// Like [`start`](Self::start), outside of async code.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_blocking(self) -> Result<Server<A>, Error> {
        let service: &'static Service = A::Client::SERVICE;
        let engine = Engine::new(service, A::DESCRIPTION, self.options)?;
        let listen_error = |error: io::Error| {
            let text = format!(
                "the mock server cannot listen on {}: {error}; without `port` and `address` it uses a free port",
                self.address
            );
            Error::new(ErrorKind::Config, text).with_source(error)
        };
        let listener = TcpListener::bind(self.address).map_err(listen_error)?;
        let state = Arc::new(ServerState {
            address: listener.local_addr().map_err(listen_error)?,
            service,
            engine: Arc::new(engine),
            base_paths: BasePaths::new(service, self.base_path.as_deref()),
            api_key: self.api_key.clone(),
            validates_requests: self.validates_requests,
            max_body_bytes: self.max_body_bytes,
            stubs: StubRegistry::default(),
            journal: Journal::new(),
            idempotency_keys: IdempotencyKeys::default(),
            pending_calls: Arc::new(PendingCalls::default()),
            access_log: self.access_log,
            static_documents: Mutex::default(),
        });
        let thread = ServerThread::start(listener, Arc::clone(&state)).map_err(listen_error)?;
        let api_key = self.api_key.unwrap_or_else(|| Secret::from(DEFAULT_API_KEY));
        Ok(Server::new(state, thread, api_key, self.webhook_secret, self.wait_timeout))
    }
}

impl<A> fmt::Debug for ServerBuilder<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder")
            .field("options", &self.options)
            .field("address", &self.address)
            .field("api_key", &self.api_key)
            .field("base_path", &self.base_path)
            .field("validates_requests", &self.validates_requests)
            .field("log", &self.access_log)
            .finish_non_exhaustive()
    }
}
