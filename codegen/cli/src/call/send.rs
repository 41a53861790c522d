//! Sends a call.

use openapi_client_description::{JsonValue, ResponseBody};
use openapi_client_runtime::{
    __private::{Core, Service},
    Bytes, CallOptions, Response,
};

use super::{Call, CallSettings, Reply, ReplyBody};
use crate::error::CliError;

impl Call {
    /// Sends the request. The client retries it as the generated one does.
    pub(crate) async fn send(&self, core: &Core, settings: &CallSettings) -> Result<Reply, CliError> {
        let request = self.build(core)?.with_options(settings.call_options());
        let response = request.send_raw::<Bytes>().await?;
        let is_json = match &self.loaded.operation.response {
            Some(ResponseBody::Json(_)) | None => true,
            Some(ResponseBody::Text(_) | ResponseBody::Binary(_)) => false,
        };
        Ok(Reply::read(response, is_json))
    }

    /// Whether the API refuses the request without a credential.
    pub(crate) fn needs_credential(&self, service: &Service) -> bool {
        let operation = &self.loaded.operation;
        let alternatives = service.security.get(operation.security).copied().unwrap_or_default();
        !operation.unauthenticated
            && !alternatives.is_empty()
            && alternatives.iter().all(|alternative| !alternative.is_empty())
    }

    /// Whether the client sends an idempotency key that makes a second try safe.
    pub(crate) fn takes_key(&self, service: &Service) -> bool {
        let operation = &self.loaded.operation;
        let rules = &service.idempotency;
        rules.header.is_some()
            && !operation.without_idempotency_key
            && !operation.unauthenticated
            && rules.methods.iter().any(|method| method.as_str() == operation.method)
    }
}

impl CallSettings {
    pub(crate) fn call_options(&self) -> CallOptions {
        let mut options = CallOptions::new();
        if let Some(key) = &self.idempotency_key {
            options = options.idempotency_key(key.clone());
        }
        if let Some(attempts) = self.max_attempts {
            options = options.max_attempts(attempts);
        }
        options
    }
}

impl Reply {
    /// Reads a response. What should be JSON and is not becomes text or bytes: people can read more than programs.
    pub(crate) fn read(response: Response<Bytes>, is_json: bool) -> Self {
        let content_type =
            response.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type =
            content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_lowercase();
        let says_json = media_type.ends_with("/json") || media_type.ends_with("+json");
        let is_text = media_type.starts_with("text/");
        Self {
            status: response.status.as_u16(),
            request_id: response.request_id,
            replayed: response.replayed,
            bytes: response.value.clone(),
            body: ReplyBody::read(response.value, is_json || says_json, is_text),
        }
    }
}

impl ReplyBody {
    fn read(bytes: Bytes, is_json: bool, is_text: bool) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        let Ok(text) = std::str::from_utf8(&bytes) else { return Self::Bytes(bytes) };
        match JsonValue::parse(text) {
            Ok(value) if is_json => Self::Json(value),
            _ if is_json && text.trim().is_empty() => Self::Empty,
            _ if is_json || is_text => Self::Text(text.to_owned()),
            _ => Self::Bytes(bytes),
        }
    }
}
