//! Idempotency: which requests may be sent twice, and the keys by which a server recognizes a retry.

use http::{HeaderValue, header::AUTHORIZATION};
use uuid::Uuid;

use crate::{
    client::core::Shared,
    client::credential::Credential,
    client::operation::Operation,
    client::options::IdempotencyKey,
    client::service::Authentication,
    error::{Error, ErrorKind},
    wire::headers::Headers,
};

/// Determines the idempotency key of a request and sets its header.
///
/// The key comes from the call's options, from a header that the caller set, or is generated.
pub(crate) fn set_idempotency_key(
    shared: &Shared,
    operation: &Operation,
    option: &IdempotencyKey,
    headers: &mut Headers,
) -> Result<Option<HeaderValue>, Error> {
    let rules = &shared.service.idempotency;
    let Some(name) = &shared.key_header else {
        return match option {
            IdempotencyKey::Fixed(_) => {
                Err(request_error("this API does not support idempotency keys: remove the key"))
            }
            _ => Ok(None),
        };
    };
    let validate = |key: &[u8]| {
        if !key.is_empty() && key.len() <= rules.max_length && key.iter().all(u8::is_ascii_graphic) {
            return Ok(());
        }
        Err(request_error(format!(
            "the idempotency key must have 1 to {} visible ASCII characters, found {} bytes",
            rules.max_length,
            key.len()
        )))
    };
    let key = match (headers.get(name), option) {
        (_, IdempotencyKey::Fixed(key)) => {
            validate(key.as_bytes())?;
            HeaderValue::from_str(key).map_err(|error| request_error(error.to_string()))?
        }
        (_, IdempotencyKey::Disabled) => {
            headers.remove(name);
            return Ok(None);
        }
        (Some(value), IdempotencyKey::Automatic) => {
            validate(value.as_bytes())?;
            return Ok(Some(value.clone()));
        }
        (None, IdempotencyKey::Automatic)
            if shared.automatic_keys && server_honors_key(shared, operation) =>
        {
            let mut text = Uuid::encode_buffer();
            let key = Uuid::new_v4().hyphenated().encode_lower(&mut text);
            HeaderValue::from_str(key).map_err(|error| request_error(error.to_string()))?
        }
        (None, IdempotencyKey::Automatic) => return Ok(None),
    };
    headers.set(name.clone(), key.clone());
    Ok(Some(key))
}

/// Whether the server processes the request at most once, or with the same effect, if it receives it twice.
pub(crate) fn is_idempotent(
    shared: &Shared,
    operation: &Operation,
    headers: &Headers,
    credential: &Credential,
    has_key: bool,
) -> bool {
    // Servers store keys per caller, so that a key does not count in a request without a credential.
    let has_caller = !matches!(credential, Credential::None)
        || headers.contains(&AUTHORIZATION)
        || shared.service.authentication == Authentication::None;
    operation.method.is_safe()
        || shared.service.idempotent_methods.contains(&operation.method)
        || (has_key && has_caller && server_honors_key(shared, operation))
}

/// Whether the server is known to process requests of this operation with the same key once.
fn server_honors_key(shared: &Shared, operation: &Operation) -> bool {
    operation.idempotency_key
        && operation.authenticated
        && shared.service.idempotency.methods.contains(&operation.method)
}

fn request_error(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Request, text)
}
