//! Sends a call.

use openapi_client_description::ResponseBody;
use openapi_client_runtime::{
    __private::{Core, Service},
    Bytes, CallOptions,
};

use super::{operation_call::Call, reply::Reply, settings::CallSettings};
use crate::{error::CliError, program::Connection};

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

    /// An operation of another server must not go to production while the URL of the first server is replaced, such as by that of a
    /// mock.
    pub(crate) fn check_server(&self, connection: &Connection) -> Result<(), CliError> {
        let index = self.loaded.operation.server;
        let is_known = || connection.server_urls.iter().any(|(other, _)| *other == index);
        if index == 0 || connection.base_url.is_none() || is_known() {
            return Ok(());
        }
        let summary = self.loaded.summary;
        let message = format!(
            "`{} {}` is on another server than the one whose URL is replaced",
            summary.group, summary.command
        );
        Err(CliError::usage(message).hint(format!("add `--server-url {index}=URL`")))
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
