//! The storage behind uploads, over HTTP: takes bytes at the places that the engine has opened, and is as strict as
//! storages are that know nothing of the API.

use bytes::Bytes;
use http::{Method, StatusCode, header::CONTENT_LENGTH};

use crate::{
    engine::places::{HEADER, STORAGE},
    server::calls::process_call::{Answer, stored},
    server::records::recorded_request::RecordedRequest,
    server::server_state::ServerState,
};
use openapi_client_runtime::__private::Authentication;

/// Why the storage does not take something.
type Fault = (StatusCode, String);

/// Whether a path is the storage's.
pub(crate) fn has(path: &str) -> bool {
    path.starts_with(STORAGE)
}

impl ServerState {
    /// Takes what was sent to the storage, or refuses it, which is a fault of whoever sent it.
    pub(crate) fn store(&self, number: u64, raw: &RecordedRequest) -> Answer {
        let Err((status, reason)) = self.take(raw) else {
            return stored(StatusCode::OK, None, Bytes::new()).into();
        };
        self.journal.fault(number, format!("the storage: {reason}"));
        stored(status, Some("text/plain; charset=utf-8"), reason.into()).into()
    }

    fn take(&self, raw: &RecordedRequest) -> Result<(), Fault> {
        let forbidden = |reason: String| Err((StatusCode::FORBIDDEN, reason));
        let unknown = || (StatusCode::NOT_FOUND, "nothing is awaited at this address".to_owned());
        if raw.method != Method::PUT {
            let reason = format!("bytes come by PUT, not {}", raw.method);
            return Err((StatusCode::METHOD_NOT_ALLOWED, reason));
        }
        let name = raw.path.strip_prefix(STORAGE).unwrap_or_default();
        let place = self.engine.place(name).ok_or_else(unknown)?;
        if let Some(name) = self.own_headers().into_iter().find(|name| raw.headers.contains_key(*name)) {
            return forbidden(format!("the header {name} is for the API alone: the address says it all"));
        }
        let signed = raw.query.as_deref().and_then(|query| query.strip_prefix("signature="));
        if signed != Some(place.signature.expose()) {
            return forbidden(
                "the address is not as it was given: its signature is missing or another".to_owned(),
            );
        }
        if place.has_header && raw.header(HEADER) != Some(&place.name) {
            return forbidden(format!("the header {HEADER} is not as it was given with the address"));
        }
        if !raw.headers.contains_key(CONTENT_LENGTH) {
            let reason = "the length of the bytes has to be told before: Content-Length is missing";
            return Err((StatusCode::LENGTH_REQUIRED, reason.to_owned()));
        }
        if self.engine.fill(name, raw.body.len()) { Ok(()) } else { Err(unknown()) }
    }

    /// The headers that mean something to the API, and tell a storage what it must not know.
    fn own_headers(&self) -> Vec<&'static str> {
        let credential = match self.service.authentication {
            Authentication::Header(name) => Some(name),
            _ => None,
        };
        let version = self.service.version_header.map(|(name, _)| name);
        let others = [credential, version, self.service.idempotency.header];
        std::iter::once("authorization").chain(others.into_iter().flatten()).collect()
    }
}
