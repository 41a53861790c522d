//! The server as a test holds it.

use std::{
    fmt,
    marker::PhantomData,
    panic::Location,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use crate::{
    MockedApi,
    codec::{Codec, Content},
    endpoint::Endpoint,
    server::paused_clock_transport::PausedClockTransport,
    server::records::recorded_request::{RecordedCall, RecordedRequest},
    server::server_builder::ServerBuilder,
    server::server_state::ServerState,
    server::server_thread::ServerThread,
    server::stubs::builder::Stub,
    server::stubs::registry::Plan,
    server::verification::{VerificationError, fail},
};
use openapi_client_runtime::{
    __private::{Generated as _, ReqwestTransport},
    ClientBuilder, Secret, StandardRetry, Transport,
    json::{self, Decode},
};

/// An API on a loopback port: see the [module](super).
///
/// Dropped, it ends, and fails the test if [`verify`](Self::verify) would give an error that nobody asked for.
pub struct Server<A: MockedApi> {
    pub(crate) shared: Arc<ServerState>,
    pub(crate) worker: ServerThread,
    key: Secret,
    #[cfg_attr(not(feature = "webhooks"), expect(dead_code, reason = "nothing signs webhooks"))]
    pub(crate) webhook_secret: Secret,
    patience: Duration,
    ignored: AtomicBool,
    transport: OnceLock<Arc<dyn Transport>>,
    #[cfg(feature = "webhooks")]
    messages: std::sync::atomic::AtomicU64,
    #[cfg(feature = "user-token")]
    pub(crate) issuer: OnceLock<crate::server::user_tokens::Issuer>,
    api: PhantomData<fn() -> A>,
}

impl<A: MockedApi> Server<A> {
    pub(crate) fn new(
        shared: Arc<ServerState>,
        worker: ServerThread,
        key: Secret,
        webhook_secret: Secret,
        patience: Duration,
    ) -> Self {
        Self {
            shared,
            worker,
            key,
            webhook_secret,
            patience,
            ignored: AtomicBool::new(false),
            transport: OnceLock::new(),
            #[cfg(feature = "webhooks")]
            messages: std::sync::atomic::AtomicU64::new(0),
            #[cfg(feature = "user-token")]
            issuer: OnceLock::new(),
            api: PhantomData,
        }
    }

    /// Starts a server on a free port of the loopback address.
    ///
    /// # Panics
    /// If there is none. [`builder`](Self::builder) gives an error instead.
    pub async fn start() -> Self {
        Self::start_blocking()
    }

    /// As [`start`](Self::start), outside of async code.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    #[must_use]
    #[track_caller]
    pub fn start_blocking() -> Self {
        match Self::builder().start_blocking() {
            Ok(server) => server,
            Err(error) => fail(error),
        }
    }

    /// Sets a server up.
    pub fn builder() -> ServerBuilder<A> {
        ServerBuilder::new()
    }

    /// Scheme, address and port: `http://127.0.0.1:4010`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.worker.address)
    }

    /// The address of the API's server at this index, with its base path; that of the first for an index beyond the last.
    #[must_use]
    pub fn base_url(&self, index: usize) -> String {
        let base = self.shared.bases.get(index).or_else(|| self.shared.bases.get(0)).unwrap_or_default();
        format!("{}{base}", self.url())
    }

    /// A key that the server accepts.
    #[must_use]
    pub fn api_key(&self) -> &str {
        self.key.expose()
    }

    /// A client of this server.
    ///
    /// # Panics
    /// If the client cannot be built, which would be a fault of this crate.
    #[must_use]
    #[track_caller]
    pub fn client(&self) -> A::Client {
        match self.client_builder().build() {
            Ok(client) => client,
            Err(error) => fail(error),
        }
    }

    /// A client of this server, to be set up further. It repeats without waits of its own, lest tests take their time; a
    /// wait that the server asks for it keeps.
    pub fn client_builder(&self) -> ClientBuilder<A::Client> {
        let retry = StandardRetry::from_defaults(&A::Client::SERVICE.retry).initial_backoff(Duration::ZERO);
        let builder = ClientBuilder::new()
            .api_key(self.key.clone())
            .retry_policy(retry)
            .transport(PausedClockTransport::new(self.transport(), Arc::clone(&self.shared.calls)));
        (0..self.shared.bases.len())
            .fold(builder, |builder, index| builder.server_url(index, self.base_url(index)))
    }

    /// One for all clients of this server, since each has connections of its own.
    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        let transport = self.transport.get_or_init(|| match ReqwestTransport::direct() {
            Ok(transport) => Arc::new(transport),
            Err(error) => fail(format_args!("the HTTP client cannot be built: {error}")),
        });
        Arc::clone(transport)
    }

    /// The number of the next message that has no id of its own.
    #[cfg(feature = "webhooks")]
    pub(crate) fn next_message(&self) -> u64 {
        self.messages.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Puts another answer in the place of the server's own: see [`Stub`].
    ///
    /// # Panics
    /// If the endpoint is of another API.
    #[track_caller]
    pub fn when<Q: Decode + 'static, R: 'static>(&self, endpoint: Endpoint<Q, R>) -> Stub<Q, R> {
        self.stub(Plan::new(Some(self.place(endpoint)), endpoint.id(), Location::caller()), endpoint.codec)
    }

    /// As [`when`](Self::when), for calls of all operations: the API is away, or answers what only a proxy would.
    ///
    /// What is asked is JSON, its members those of path, query and body; which operation it is asked of is in
    /// [`RecordedRequest::operation`], for [`Stub::matching_raw`].
    #[track_caller]
    pub fn when_any(&self) -> Stub<serde_json::Value, serde_json::Value> {
        self.stub(Plan::new(None, "", Location::caller()), Codec::json())
    }

    fn stub<Q: Decode + 'static, R: 'static>(&self, plan: Plan, codec: Codec<R>) -> Stub<Q, R> {
        let plan = Arc::new(plan);
        self.shared.stubs.push(Arc::clone(&plan));
        Stub::new(plan, Arc::clone(&self.shared.engine), codec)
    }

    /// A valid answer of an operation, to be changed and replied with.
    ///
    /// # Panics
    /// If the endpoint is of another API.
    #[must_use]
    #[track_caller]
    pub fn example<Q, R>(&self, endpoint: Endpoint<Q, R>) -> R {
        let example = self.shared.engine.example(self.place(endpoint));
        let content = match example.as_str() {
            // Text and octets stand in the example as a string; a model that is one is read from its JSON.
            Some(text) if endpoint.codec.is_plain => Content::Text(text.to_owned()),
            _ => Content::Json(example.to_string()),
        };
        match (endpoint.codec.decode)(content) {
            Ok(value) => value,
            Err(error) => {
                fail(format_args!("the example of {} does not fit its type: {error}", endpoint.id()))
            }
        }
    }

    #[track_caller]
    fn place<Q, R>(&self, endpoint: Endpoint<Q, R>) -> usize {
        match self.shared.engine.find(endpoint.id()) {
            Some(place) => place,
            None => fail(format_args!("this API has no operation {}", endpoint.id())),
        }
    }

    /// The calls of an operation that came until now, in order. Requests that were refused because they break the
    /// document, or dropped before they were read, are among [`requests`](Self::requests) only.
    #[must_use]
    pub fn calls<Q: Decode, R>(&self, endpoint: Endpoint<Q, R>) -> Vec<RecordedCall<Q>> {
        self.shared.journal.map(|entry| {
            let request = json::from_str(entry.asked(endpoint.id())?).ok()?;
            Some(RecordedCall { request, raw: entry.raw.clone() })
        })
    }

    /// All requests that came until now, in order; of very many the last 10,000.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.journal.map(|entry| Some(entry.raw.clone()))
    }

    /// Waits until an operation was called this often in all, and gives the calls. It does not wait for their answers.
    ///
    /// # Errors
    /// If that takes longer than [`ServerBuilder::wait_timeout`]; what came is told.
    pub async fn wait_for_calls<Q: Decode, R>(
        &self,
        endpoint: Endpoint<Q, R>,
        count: usize,
    ) -> Result<Vec<RecordedCall<Q>>, VerificationError> {
        let waiting = self.worker.handle.spawn(self.arrival(endpoint.id(), count));
        self.arrived(endpoint, count, waiting.await.unwrap_or(false))
    }

    /// As [`wait_for_calls`](Self::wait_for_calls), on this thread: not within a runtime that the calls come from.
    ///
    /// # Errors
    /// As [`wait_for_calls`](Self::wait_for_calls).
    pub fn wait_for_calls_blocking<Q: Decode, R>(
        &self,
        endpoint: Endpoint<Q, R>,
        count: usize,
    ) -> Result<Vec<RecordedCall<Q>>, VerificationError> {
        let arrival = self.arrival(endpoint.id(), count);
        let arrived = self.blocking(arrival).unwrap_or(false);
        self.arrived(endpoint, count, arrived)
    }

    /// Carries out on the server's thread, and waits on this one. `None` if the server's thread broke.
    pub(crate) fn blocking<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.worker.handle.spawn(async move {
            // Nobody waits any more if the receiver is gone.
            let _ = sender.send(future.await);
        });
        receiver.recv().ok()
    }

    /// Whether the calls came in time. Runs on the server's thread, on its clock.
    fn arrival(&self, id: &'static str, count: usize) -> impl Future<Output = bool> + Send + use<A> {
        let (shared, patience) = (Arc::clone(&self.shared), self.patience);
        let mut changes = shared.journal.watch();
        let came = async move {
            while shared.journal.map(|entry| entry.asked(id).map(|_| ())).len() < count {
                // An error says that the journal is gone, and it is held here.
                let _ = changes.changed().await;
            }
        };
        async move { tokio::time::timeout(patience, came).await.is_ok() }
    }

    fn arrived<Q: Decode, R>(
        &self,
        endpoint: Endpoint<Q, R>,
        count: usize,
        in_time: bool,
    ) -> Result<Vec<RecordedCall<Q>>, VerificationError> {
        let calls = self.calls(endpoint);
        if !in_time {
            let (id, patience, came) = (endpoint.id(), self.patience, calls.len());
            VerificationError::of(vec![format!("{id} came {came} of {count} times within {patience:?}")])?;
        }
        Ok(calls)
    }

    /// Forgets the requests that came and what was wrong with them. Stubs and what was created stay.
    pub fn clear_requests(&self) {
        self.shared.journal.clear();
    }

    /// As new: no stub, no request, no key of idempotency, nothing created.
    pub fn reset(&self) {
        self.shared.stubs.clear();
        self.shared.journal.clear();
        self.shared.keys.clear();
        self.shared.engine.reset();
    }

    /// Whether all requests kept to the document and all expectations of stubs were met.
    ///
    /// # Errors
    /// [`VerificationError`] names what did not: operation, place, and what was wrong.
    pub fn verify(&self) -> Result<(), VerificationError> {
        self.shared.journal.asked.store(true, Ordering::SeqCst);
        let mut complaints = self.shared.journal.faults();
        complaints.extend(self.shared.stubs.complaints(&self.requests()));
        VerificationError::of(complaints)
    }

    /// Does not fail the test when the server is dropped: for tests of what is wrong on purpose.
    pub fn skip_verification_on_drop(&self) {
        self.ignored.store(true, Ordering::SeqCst);
    }
}

impl<A: MockedApi> Drop for Server<A> {
    fn drop(&mut self) {
        let told = self.ignored.load(Ordering::SeqCst) || self.shared.journal.asked.load(Ordering::SeqCst);
        if told || thread::panicking() {
            return;
        }
        if let Err(mismatches) = self.verify() {
            fail(mismatches);
        }
    }
}

impl<A: MockedApi> fmt::Debug for Server<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("service", &self.shared.service.name)
            .field("url", &self.url())
            .field("requests", &self.requests().len())
            .finish_non_exhaustive()
    }
}
