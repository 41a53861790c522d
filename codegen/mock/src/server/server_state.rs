//! The state of a server: everything but its sockets.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use http::{Method, header::HOST, uri::Authority};

use crate::{
    engine::{
        Engine,
        protocol::{Rejection, Route},
    },
    server::access_log::AccessLog,
    server::base_paths::BasePaths,
    server::calls::idempotency::IdempotencyKeys,
    server::paused_clock_transport::PendingCalls,
    server::records::journal::Journal,
    server::records::recorded_request::RecordedRequest,
    server::stubs::registry::StubRegistry,
};
use openapi_client_description::RejectionReason;
use openapi_client_runtime::{__private::Service, Secret};

/// The state that the thread of the server and the thread of the test share.
#[derive(Debug)]
pub(crate) struct ServerState {
    pub(crate) service: &'static Service,
    pub(crate) engine: Arc<Engine>,
    pub(crate) base_paths: BasePaths,
    /// The address that the server listens on.
    pub(crate) address: SocketAddr,
    /// The only API key that is accepted; `None` accepts every key.
    pub(crate) api_key: Option<Secret>,
    /// Whether invalid requests are rejected.
    pub(crate) validates_requests: bool,
    /// The maximum size of a request body, in bytes.
    pub(crate) max_body_bytes: usize,
    pub(crate) stubs: StubRegistry,
    pub(crate) journal: Journal,
    pub(crate) idempotency_keys: IdempotencyKeys,
    pub(crate) pending_calls: Arc<PendingCalls>,
    pub(crate) access_log: AccessLog,
    /// JSON documents that are served in addition to the API, by path.
    pub(crate) static_documents: Mutex<HashMap<String, String>>,
}

impl ServerState {
    pub(crate) fn static_documents(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.static_documents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The scheme, host and port under which the sender of a request reaches the server.
    pub(crate) fn origin(&self, request: &RecordedRequest) -> String {
        let host = request.header(HOST.as_str()).filter(|host| host.parse::<Authority>().is_ok());
        host.map_or_else(|| format!("http://{}", self.address), |host| format!("http://{host}"))
    }

    /// Finds the operation of a request by its method, its full path and its query.
    pub(crate) fn find_route(&self, method: &Method, path_and_query: &str) -> Result<Route, Rejection> {
        let Some(api_path) = self.base_paths.strip_base(path_and_query) else {
            let path = path_and_query.split('?').next().unwrap_or_default();
            let base = self.base_paths.get(0).filter(|_| self.engine.has_path(path));
            let help = match base {
                Some(base) => format!("did you mean `{base}{path}`?"),
                None => "use `Server::base_url`".to_owned(),
            };
            let reason = format!(
                "the path {path} does not start with a base path of the API, expected {}; {help}",
                self.base_paths
            );
            return Err(self.engine.reject(RejectionReason::UnknownPath, None, path, &reason));
        };
        match self.engine.route(method, api_path) {
            // Every GET operation also supports HEAD (RFC 9110, section 9.3.2); hyper omits the body of the response.
            Err(_) if *method == Method::HEAD => self.engine.route(&Method::GET, api_path),
            route => route,
        }
    }
}
