//! The request of a call that is not sent.

use std::sync::{Arc, Mutex, PoisonError};

use http::Request;
use openapi_client_runtime::{
    __private::{Authentication, BoxFuture},
    Body, Bytes, Secret, Transport, TransportError,
};
use uuid::Uuid;

use super::{
    curl::{Captured, Marker},
    operation_call::Call,
    settings::{CallSettings, Connector},
};
use crate::{
    error::{CliError, Exit},
    program::App,
};

/// The request of a call. Instead of a credential it has `$` and the name of its environment variable.
#[derive(Clone, Debug)]
pub(crate) struct Preview {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Bytes>,
    /// The same as a command, in which the shell fills in the credential.
    pub(crate) curl: String,
}

impl Call {
    /// The request, without sending it. It needs no credential.
    pub(crate) async fn preview(
        &self,
        connector: &Connector,
        settings: &CallSettings,
    ) -> Result<Preview, CliError> {
        let (core, capture) = connector.capture()?;
        let request = self.build(&core)?.with_options(settings.call_options());
        request.send_raw::<Bytes>().await?;
        capture.finish()
    }
}

/// Takes the request of a client instead of the network.
#[derive(Debug)]
pub(crate) struct Capture {
    transport: Arc<CapturingTransport>,
    markers: Vec<Marker>,
}

impl Connector {
    /// A client whose requests are captured, and where to find them.
    pub(crate) fn capture(&self) -> Result<(openapi_client_runtime::__private::Core, Capture), CliError> {
        let markers = make_markers(self.app);
        let transport = Arc::new(CapturingTransport::default());
        let mut connection = self.connection.clone();
        connection.credentials = markers
            .iter()
            .enumerate()
            .map(|(index, marker)| (index, Secret::new(marker.text.clone())))
            .collect();
        connection.transport = Some(Arc::clone(&transport) as Arc<dyn Transport>);
        let core = (self.app.connect)(connection)?;
        Ok((core, Capture { transport, markers }))
    }
}

impl Capture {
    /// The request that was captured.
    pub(crate) fn finish(self) -> Result<Preview, CliError> {
        let captured = self.transport.captured.lock().unwrap_or_else(PoisonError::into_inner).take();
        let captured = captured.ok_or_else(|| CliError::new(Exit::Api, "the request was not made"))?;
        let curl = super::curl::format_curl(&captured, &self.markers);
        let shown = |text: &str| {
            self.markers
                .iter()
                .fold(text.to_owned(), |text, marker| marker.replace(&text, &format!("${}", marker.variable)))
        };
        let headers = captured.headers.iter().map(|(name, value)| (name.clone(), shown(value)));
        Ok(Preview {
            method: captured.method.clone(),
            url: shown(&captured.url),
            headers: headers.collect(),
            body: Some(captured.body).filter(|body| !body.is_empty()),
            curl,
        })
    }
}

/// A text for each credential that occurs nowhere else in a request.
fn make_markers(app: &App) -> Vec<Marker> {
    let schemes = app.service.credentials.iter().enumerate();
    let markers = schemes.map(|(index, scheme)| Marker {
        text: format!("credential{index}x{}", Uuid::new_v4().simple()),
        variable: app.credential_variables.get(index).copied().unwrap_or(app.service.api_key_variable),
        is_basic: scheme.authentication == Authentication::Basic,
    });
    markers.collect()
}

#[derive(Debug, Default)]
struct CapturingTransport {
    captured: Mutex<Option<Captured>>,
}

impl Transport for CapturingTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let (parts, mut body) = request.into_parts();
            let mut bytes = Vec::new();
            while let Some(chunk) = body.chunk().await {
                bytes.extend_from_slice(
                    &chunk.map_err(|error| TransportError::before_sending(error).permanent())?,
                );
            }
            let headers = parts.headers.iter().map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            });
            let captured = Captured {
                method: parts.method.as_str().to_owned(),
                url: parts.uri.to_string(),
                headers: headers.collect(),
                body: bytes.into(),
            };
            *self.captured.lock().unwrap_or_else(PoisonError::into_inner) = Some(captured);
            Ok(http::Response::new(Body::empty()))
        })
    }
}
