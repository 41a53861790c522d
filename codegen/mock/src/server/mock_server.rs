//! The server that a test holds.

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
    server::records::recorded_request::{RecordedCall, RecordedRequest, list_requests},
    server::server_builder::ServerBuilder,
    server::server_state::ServerState,
    server::server_thread::ServerThread,
    server::stubs::builder::Stub,
    server::stubs::definition::StubDefinition,
    server::verification::{VerificationError, fail_test},
};
use openapi_client_runtime::{
    __private::{DefaultTransport, GeneratedClient as _},
    ClientBuilder, Secret, StandardRetry, Transport,
    json::{self, Decode},
};

/// A mock of an API that listens on a loopback port; see the [crate documentation](crate).
///
/// Dropping the server stops it. If [`verify`](Self::verify) would return an error that the test has not seen yet,
/// dropping the server fails the test.
pub struct Server<A: MockedApi> {
    pub(crate) state: Arc<ServerState>,
    pub(crate) thread: ServerThread,
    api_key: Secret,
    #[cfg_attr(not(feature = "webhooks"), expect(dead_code, reason = "only webhooks are signed with it"))]
    pub(crate) webhook_secret: Secret,
    wait_timeout: Duration,
    skips_verification_on_drop: AtomicBool,
    transport: OnceLock<Arc<dyn Transport>>,
    #[cfg(feature = "webhooks")]
    message_count: std::sync::atomic::AtomicU64,
    #[cfg(feature = "user-token")]
    pub(crate) token_issuer: OnceLock<crate::server::token_issuer::TokenIssuer>,
    api: PhantomData<fn() -> A>,
}

impl<A: MockedApi> Server<A> {
    pub(crate) fn new(
        state: Arc<ServerState>,
        thread: ServerThread,
        api_key: Secret,
        webhook_secret: Secret,
        wait_timeout: Duration,
    ) -> Self {
        Self {
            state,
            thread,
            api_key,
            webhook_secret,
            wait_timeout,
            skips_verification_on_drop: AtomicBool::new(false),
            transport: OnceLock::new(),
            #[cfg(feature = "webhooks")]
            message_count: std::sync::atomic::AtomicU64::new(0),
            #[cfg(feature = "user-token")]
            token_issuer: OnceLock::new(),
            api: PhantomData,
        }
    }

    /// Starts a server on a free port of the loopback address.
    ///
    /// # Panics
    /// If no port is free. [`ServerBuilder::start`] returns an error instead.
    pub async fn start() -> Self {
        Self::start_blocking()
    }

    /// Like [`start`](Self::start), outside of async code.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    #[must_use]
    #[track_caller]
    pub fn start_blocking() -> Self {
        match Self::builder().start_blocking() {
            Ok(server) => server,
            Err(error) => fail_test(error),
        }
    }

    /// Returns a builder that configures a server.
    pub fn builder() -> ServerBuilder<A> {
        ServerBuilder::new()
    }

    /// Returns scheme, address and port of the server: `http://127.0.0.1:4010`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.thread.address)
    }

    /// Returns the URL of the API's server at this index, including its base path. An index out of bounds returns
    /// the URL of the first server.
    #[must_use]
    pub fn base_url(&self, index: usize) -> String {
        let base_paths = &self.state.base_paths;
        let base_path = base_paths.get(index).or_else(|| base_paths.get(0)).unwrap_or_default();
        format!("{}{base_path}", self.url())
    }

    /// Returns an API key that the server accepts.
    #[must_use]
    pub fn api_key(&self) -> &str {
        self.api_key.expose()
    }

    /// Creates a client of this server.
    ///
    /// # Panics
    /// If the client cannot be built, which is a bug in the mock.
    #[must_use]
    #[track_caller]
    pub fn client(&self) -> A::Client {
        match self.client_builder().build() {
            Ok(client) => client,
            Err(error) => fail_test(error),
        }
    }

    /// Returns a builder for a client of this server.
    ///
    /// The client retries without backoff, so that tests are fast. It still waits for the time that a `Retry-After`
    /// asks for.
    pub fn client_builder(&self) -> ClientBuilder<A::Client> {
        let retry = StandardRetry::from_defaults(&A::Client::SERVICE.retry).initial_backoff(Duration::ZERO);
        let transport = PausedClockTransport::new(self.transport(), Arc::clone(&self.state.pending_calls));
        let builder = ClientBuilder::new().retry_policy(retry).transport(transport);
        let builder = builder.api_key(self.api_key.clone());
        let further = A::Client::SERVICE.credentials.iter().skip(1);
        let builder = further.fold(builder, |builder, scheme| builder.credential(scheme.name, &self.api_key));
        // The server may listen on an address that other machines reach.
        let builder = builder.allow_insecure_http();
        (0..self.state.base_paths.len())
            .fold(builder, |builder, index| builder.server_url(index, self.base_url(index)))
    }

    /// The transport that all clients of this server share.
    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        let transport = self.transport.get_or_init(|| match DefaultTransport::without_proxy() {
            Ok(transport) => Arc::new(transport),
            Err(error) => fail_test(format_args!("cannot build the HTTP client of the mock server: {error}")),
        });
        Arc::clone(transport)
    }

    /// Counts the webhook messages without an id of their own.
    #[cfg(feature = "webhooks")]
    pub(crate) fn next_message_number(&self) -> u64 {
        self.message_count.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Adds a stub for the calls of an operation; see [`Stub`].
    ///
    /// # Panics
    /// If the endpoint belongs to another API.
    #[track_caller]
    pub fn when<Q: Decode + 'static, R: 'static>(&self, endpoint: Endpoint<Q, R>) -> Stub<Q, R> {
        let operation = Some(self.operation_index(endpoint));
        let stub = StubDefinition::new(operation, endpoint.id(), Location::caller());
        self.add_stub(stub, endpoint.codec)
    }

    /// Adds a stub for the calls of all operations, for example to simulate an outage or a response of a proxy.
    ///
    /// Its request is a JSON object of the path parameters, the query parameters and the properties of the body.
    /// [`Stub::matching_raw`] can read the operation from [`RecordedRequest::operation`].
    #[track_caller]
    pub fn when_any(&self) -> Stub<serde_json::Value, serde_json::Value> {
        self.add_stub(StubDefinition::new(None, "", Location::caller()), Codec::json())
    }

    fn add_stub<Q: Decode + 'static, R: 'static>(
        &self,
        definition: StubDefinition,
        codec: Codec<R>,
    ) -> Stub<Q, R> {
        let definition = Arc::new(definition);
        self.state.stubs.add(Arc::clone(&definition));
        Stub::new(definition, Arc::clone(&self.state.engine), codec)
    }

    /// Returns a valid response of an operation. A test can change it and pass it to [`Stub::then_return`].
    ///
    /// # Panics
    /// If the endpoint belongs to another API.
    #[must_use]
    #[track_caller]
    pub fn example<Q, R>(&self, endpoint: Endpoint<Q, R>) -> R {
        let example = self.state.engine.sample_response(self.operation_index(endpoint));
        let content = Content::from_example(&example, endpoint.codec.is_plain);
        match (endpoint.codec.decode)(content) {
            Ok(value) => value,
            Err(error) => {
                let id = endpoint.id();
                fail_test(format_args!(
                    "cannot decode the example response of {id}, which is a bug in the mock server: {error}"
                ))
            }
        }
    }

    #[track_caller]
    fn operation_index<Q, R>(&self, endpoint: Endpoint<Q, R>) -> usize {
        match self.state.engine.find_operation(endpoint.id()) {
            Some(index) => index,
            None => fail_test(format_args!(
                "this API has no operation {}: use an endpoint of the crate that the server belongs to",
                endpoint.id()
            )),
        }
    }

    /// Returns the calls of an operation that were received so far, in order.
    ///
    /// Invalid requests, and requests that were not read because a stub closed the connection, are only part of
    /// [`requests`](Self::requests).
    #[must_use]
    pub fn calls<Q: Decode, R>(&self, endpoint: Endpoint<Q, R>) -> Vec<RecordedCall<Q>> {
        self.state.journal.filter_map(|entry| {
            let request = json::from_str(entry.arguments_of(endpoint.id())?).ok()?;
            Some(RecordedCall { request, raw: entry.request.clone() })
        })
    }

    /// Returns all requests that were received so far, in order. Only the last 10,000 requests are kept.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.journal.filter_map(|entry| Some(entry.request.clone()))
    }

    /// Waits until an operation has received this many calls in total, and returns the calls. It does not wait for
    /// their responses.
    ///
    /// # Errors
    /// If that takes longer than [`ServerBuilder::wait_timeout`]. The error lists the received requests.
    pub async fn wait_for_calls<Q: Decode, R>(
        &self,
        endpoint: Endpoint<Q, R>,
        count: usize,
    ) -> Result<Vec<RecordedCall<Q>>, VerificationError> {
        let arrival = self.thread.runtime.spawn(self.wait_until_received(endpoint.id(), count));
        self.received_calls(endpoint, count, arrival.await.unwrap_or(false))
    }

    /// Like [`wait_for_calls`](Self::wait_for_calls), but blocks the thread. Do not use it in a runtime that makes
    /// the calls.
    ///
    /// # Errors
    /// As [`wait_for_calls`](Self::wait_for_calls).
    pub fn wait_for_calls_blocking<Q: Decode, R>(
        &self,
        endpoint: Endpoint<Q, R>,
        count: usize,
    ) -> Result<Vec<RecordedCall<Q>>, VerificationError> {
        let arrival = self.wait_until_received(endpoint.id(), count);
        let is_in_time = self.block_on(arrival).unwrap_or(false);
        self.received_calls(endpoint, count, is_in_time)
    }

    /// Runs a future on the thread of the server and blocks this thread until it completes. `None` if the future
    /// panics.
    fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.thread.runtime.spawn(async move {
            // An error means that the receiver was dropped and nobody waits anymore.
            let _ = sender.send(future.await);
        });
        receiver.recv().ok()
    }

    /// Returns whether the calls are received in time. It runs on the thread of the server, whose clock is never
    /// paused.
    fn wait_until_received(
        &self,
        operation_id: &'static str,
        count: usize,
    ) -> impl Future<Output = bool> + Send + use<A> {
        let (state, timeout) = (Arc::clone(&self.state), self.wait_timeout);
        let mut changes = state.journal.subscribe();
        let received = async move {
            while state.journal.filter_map(|entry| entry.arguments_of(operation_id).map(|_| ())).len() < count
            {
                // An error means that the journal was dropped, which `state` prevents.
                let _ = changes.changed().await;
            }
        };
        async move { tokio::time::timeout(timeout, received).await.is_ok() }
    }

    fn received_calls<Q: Decode, R>(
        &self,
        endpoint: Endpoint<Q, R>,
        count: usize,
        is_in_time: bool,
    ) -> Result<Vec<RecordedCall<Q>>, VerificationError> {
        let calls = self.calls(endpoint);
        if !is_in_time {
            let (id, timeout, received) = (endpoint.id(), self.wait_timeout, calls.len());
            let plural = if count == 1 { "" } else { "s" };
            let requests = list_requests(Some(id), &self.requests());
            let problem = format!(
                "{id}: expected {count} call{plural} within {timeout:?}, received {received}{requests}"
            );
            VerificationError::from_problems(vec![problem])?;
        }
        Ok(calls)
    }

    /// Forgets the received requests and the problems with them. Stubs and created objects are kept.
    pub fn clear_requests(&self) {
        self.state.journal.clear();
    }

    /// Resets the server to its initial state: removes stubs, requests, idempotency keys and created objects.
    pub fn reset(&self) {
        self.state.stubs.clear();
        self.state.journal.clear();
        self.state.idempotency_keys.clear();
        self.state.engine.reset();
    }

    /// Checks that all requests were valid and that the expectations of all stubs were met.
    ///
    /// # Errors
    /// Describes each problem: the operation, what was expected and what was found.
    pub fn verify(&self) -> Result<(), VerificationError> {
        self.state.journal.mark_verified();
        let mut problems = self.state.journal.problems();
        problems.extend(self.state.stubs.unmet_expectations(&self.requests()));
        VerificationError::from_problems(problems)
    }

    /// Does not verify the server when it is dropped, for tests that send invalid requests on purpose.
    pub fn skip_verification_on_drop(&self) {
        self.skips_verification_on_drop.store(true, Ordering::SeqCst);
    }
}

impl<A: MockedApi> Drop for Server<A> {
    fn drop(&mut self) {
        let is_handled =
            self.skips_verification_on_drop.load(Ordering::SeqCst) || self.state.journal.is_verified();
        // A panic during a panic would abort the test process.
        if is_handled || thread::panicking() {
            return;
        }
        if let Err(error) = self.verify() {
            fail_test(format_args!(
                "{error}\nhelp: if the test does this on purpose, check the result of `Server::verify` or call \
                 `Server::skip_verification_on_drop`"
            ));
        }
    }
}

impl<A: MockedApi> fmt::Debug for Server<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("service", &self.state.service.name)
            .field("url", &self.url())
            .field("requests", &self.requests().len())
            .finish_non_exhaustive()
    }
}
