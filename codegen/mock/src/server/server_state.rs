//! All that a server knows, apart from its sockets.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use http::{Method, header::HOST, uri::Authority};

use crate::{
    engine::{Engine, Fault, Refusal, Route},
    server::access_log::AccessLog,
    server::base_paths::BasePaths,
    server::calls::idempotency::IdempotencyKeys,
    server::paused_clock_transport::PendingCalls,
    server::records::journal::Journal,
    server::records::recorded_request::RecordedRequest,
    server::stubs::registry::Stubs,
};
use openapi_client_runtime::{__private::Service, Secret};

/// What the server's thread and the test's share.
#[derive(Debug)]
pub(crate) struct ServerState {
    pub(crate) service: &'static Service,
    pub(crate) engine: Arc<Engine>,
    pub(crate) bases: BasePaths,
    /// Where the server listens.
    pub(crate) address: SocketAddr,
    /// The one key that is accepted; `None`: any.
    pub(crate) key: Option<Secret>,
    /// Whether requests that break the document are refused.
    pub(crate) checks: bool,
    /// The longest body of a request, in bytes.
    pub(crate) max_body: usize,
    pub(crate) stubs: Stubs,
    pub(crate) journal: Journal,
    pub(crate) keys: IdempotencyKeys,
    pub(crate) calls: Arc<PendingCalls>,
    pub(crate) log: AccessLog,
    /// JSON texts beside the API, by their paths.
    pub(crate) documents: Mutex<HashMap<String, String>>,
}

impl ServerState {
    pub(crate) fn documents(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.documents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Scheme, host and port under which whoever sent a request reaches the server.
    pub(crate) fn origin(&self, raw: &RecordedRequest) -> String {
        let host = raw.header(HOST.as_str()).filter(|host| host.parse::<Authority>().is_ok());
        host.map_or_else(|| format!("http://{}", self.address), |host| format!("http://{host}"))
    }

    /// The operation of a request, by its method and its whole path.
    pub(crate) fn route(&self, method: &Method, path: &str) -> Result<Route, Refusal> {
        let Some(below) = self.bases.below(path) else {
            let reason = format!("the path {path} is not below {}", self.bases);
            return Err(self.engine.refuse(Fault::UnknownPath, None, path, &reason));
        };
        match self.engine.route(method, below) {
            // What can be read can be asked about (RFC 9110, section 9.3.2); hyper leaves the body out.
            Err(_) if *method == Method::HEAD => self.engine.route(&Method::GET, below),
            route => route,
        }
    }
}
