//! The storage that receives the bytes of uploads. Like a storage service that knows nothing about the API, it
//! rejects every request that differs from what the upload URL allows.

use bytes::Bytes;
use http::{Method, StatusCode, header::CONTENT_LENGTH};

use crate::{
    engine::upload_slots::{STORAGE_HEADER, STORAGE_PATH},
    server::calls::mock_response::MockResponse,
    server::calls::process_call::CallOutcome,
    server::records::recorded_request::RecordedRequest,
    server::server_state::ServerState,
};
use openapi_client_runtime::__private::Authentication;

/// The status and the reason of a rejection.
type StorageError = (StatusCode, String);

/// Whether a path belongs to the storage.
pub(crate) fn is_storage_path(path: &str) -> bool {
    path.starts_with(STORAGE_PATH)
}

impl ServerState {
    /// Stores the body of a request, or rejects the request and records the problem.
    pub(crate) fn receive_upload(&self, request_number: u64, request: &RecordedRequest) -> CallOutcome {
        let Err((status, reason)) = self.store_upload(request) else {
            return MockResponse::new(StatusCode::OK, None, Bytes::new()).into();
        };
        let problem = format!("upload storage: {reason}");
        self.journal.add_problem(request_number, problem.clone());
        CallOutcome { refusal: vec![problem], ..MockResponse::plain_text(status, reason).into() }
    }

    fn store_upload(&self, request: &RecordedRequest) -> Result<(), StorageError> {
        let forbidden = |reason: &str| Err((StatusCode::FORBIDDEN, reason.to_owned()));
        let unknown = || {
            let reason =
                "unknown upload: send the bytes to the URL that the API returned when it created the upload";
            (StatusCode::NOT_FOUND, reason.to_owned())
        };
        if request.method != Method::PUT {
            let reason = format!("expected the method PUT, found {}", request.method);
            return Err((StatusCode::METHOD_NOT_ALLOWED, reason));
        }
        let name = request.path.strip_prefix(STORAGE_PATH).unwrap_or_default();
        let upload = self.engine.upload_slot(name).ok_or_else(unknown)?;
        if let Some(name) = self.api_headers().into_iter().find(|name| request.headers.contains_key(*name)) {
            return forbidden(&format!("the header {name} must not be sent to a storage, only to the API"));
        }
        let signature = request.query.as_deref().and_then(|query| query.strip_prefix("signature="));
        if signature != Some(upload.signature.expose()) {
            return forbidden(
                "the signature of the URL is missing or wrong: use the URL as the API returned it",
            );
        }
        if upload.has_header && request.header(STORAGE_HEADER) != Some(&upload.name) {
            return forbidden(&format!(
                "the header {STORAGE_HEADER} is missing or wrong: send the headers that the API returned with the URL"
            ));
        }
        if !request.headers.contains_key(CONTENT_LENGTH) {
            let reason = "the header Content-Length is missing: chunked transfer encoding is not supported";
            return Err((StatusCode::LENGTH_REQUIRED, reason.to_owned()));
        }
        if self.engine.complete_upload(name, request.body.len()) { Ok(()) } else { Err(unknown()) }
    }

    /// The headers that carry credentials and other data for the API, which must not reach another host.
    fn api_headers(&self) -> Vec<&'static str> {
        let credentials = self.service.credentials.iter().filter_map(|scheme| match scheme.authentication {
            Authentication::Header(name) => Some(name),
            Authentication::Cookie(_) => Some("cookie"),
            _ => None,
        });
        let version = self.service.version_header.map(|(name, _)| name);
        let others = [version, self.service.idempotency.header];
        std::iter::once("authorization").chain(credentials).chain(others.into_iter().flatten()).collect()
    }
}
