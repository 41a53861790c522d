//! Idempotency: which requests may be sent twice, and the keys by which a server recognizes a retry.

use http::{HeaderValue, header::AUTHORIZATION};
use uuid::Uuid;

use crate::{
    client::core::Shared,
    client::operation::{Operation, Security},
    client::options::IdempotencyKey,
    client::selection::Selection,
    error::{ApiError, Error, ErrorKind},
    wire::headers::Headers,
};

/// Determines the idempotency key of a request and sets its header. Returns the key, and whether it was generated.
///
/// The key comes from the call's options, from a header that the caller set, or is generated.
pub(crate) fn set_idempotency_key(
    shared: &Shared,
    operation: &Operation,
    option: &IdempotencyKey,
    headers: &mut Headers,
) -> Result<(Option<HeaderValue>, bool), Error> {
    let rules = &shared.service.idempotency;
    let Some(name) = &shared.key_header else {
        return match option {
            IdempotencyKey::Fixed(_) => {
                Err(request_error("this API does not support idempotency keys: remove the key"))
            }
            _ => Ok((None, false)),
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
    let mut is_generated = false;
    let key = match (headers.get(name), option) {
        (_, IdempotencyKey::Fixed(key)) => {
            validate(key.as_bytes())?;
            HeaderValue::from_str(key).map_err(|error| request_error(error.to_string()))?
        }
        (_, IdempotencyKey::Disabled) => {
            headers.remove(name);
            return Ok((None, false));
        }
        (Some(value), IdempotencyKey::Automatic) => {
            validate(value.as_bytes())?;
            return Ok((Some(value.clone()), false));
        }
        (None, IdempotencyKey::Automatic)
            if shared.automatic_keys && server_honors_key(shared, operation) =>
        {
            is_generated = true;
            generate_key()?
        }
        (None, IdempotencyKey::Automatic) => return Ok((None, false)),
    };
    headers.set(name.clone(), key.clone());
    Ok((Some(key), is_generated))
}

/// A new random key.
pub(crate) fn generate_key() -> Result<HeaderValue, Error> {
    let mut text = Uuid::encode_buffer();
    let key = Uuid::new_v4().hyphenated().encode_lower(&mut text);
    HeaderValue::from_str(key).map_err(|error| request_error(error.to_string()))
}

/// Whether an error says, in its code or type, that a request with the same idempotency key is being processed, such as
/// `idempotency_key_in_use`, or as the API's configuration lists.
///
/// APIs do not agree on a code. A wrong guess costs two requests that change nothing, since they carry the key too.
pub(crate) fn says_key_in_use(error: &ApiError, codes: &[&str]) -> bool {
    const STATES: [&str; 7] =
        ["inuse", "inprogress", "conflict", "concurrent", "processing", "pending", "locked"];
    let normalize = |text: &Option<String>| {
        let letters = text.iter().flat_map(|text| text.chars()).filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>()
    };
    let stated = [&error.code, &error.r#type].into_iter().flatten();
    if stated.into_iter().any(|text| codes.contains(&text.as_str())) {
        return true;
    }
    let (r#type, code) = (normalize(&error.r#type), normalize(&error.code));
    let names_key = |text: &str| text.contains("idempot");
    let has_state = |text: &str| STATES.iter().any(|state| text.contains(state));
    (names_key(&code) && has_state(&code)) || (names_key(&r#type) && (has_state(&r#type) || has_state(&code)))
}

/// Whether the server processes the request at most once, or with the same effect, if it receives it twice.
pub(crate) fn is_idempotent(
    shared: &Shared,
    operation: &Operation,
    headers: &Headers,
    selection: &Selection,
    has_key: bool,
) -> bool {
    // Servers store keys per caller, so that a key does not count in a request without a credential.
    let has_caller = !selection.credentials.is_empty()
        || selection.is_supplied
        || headers.contains(&AUTHORIZATION)
        || shared.service.credentials.is_empty();
    operation.method.is_safe()
        || shared.service.idempotent_methods.contains(&operation.method)
        || (has_key && has_caller && server_honors_key(shared, operation))
}

/// Whether the server is known to process requests of this operation with the same key once.
fn server_honors_key(shared: &Shared, operation: &Operation) -> bool {
    operation.idempotency_key
        && operation.security != Security::None
        && shared.service.idempotency.methods.contains(&operation.method)
}

fn request_error(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Request, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in_use(r#type: &str, code: &str) -> bool {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let error = ApiError { r#type: text(r#type), code: text(code), ..ApiError::default() };
        says_key_in_use(&error, &["704", "try_later"])
    }

    #[test]
    fn errors_about_a_key_in_use_are_recognized() {
        for (r#type, code) in [
            ("invalid_request_error", "idempotency_key_in_use"),
            ("idempotency_error", "request_in_progress"),
            ("", "IdempotencyKeyInUse"),
            ("", "IDEMPOTENCY-KEY.IN-PROGRESS"),
            ("idempotent_request_conflict", ""),
            ("", "idempotency_concurrent_request"),
            ("", "704"),
            ("try_later", "x"),
        ] {
            assert!(is_in_use(r#type, code), "{type} {code}");
        }
        for (r#type, code) in [
            ("", ""),
            ("conflict", ""),
            ("conflict", "idempotency_key_mismatch"),
            ("idempotency_error", ""),
            ("idempotency_error", "idempotency_key_reused"),
            ("", "payment_in_progress"),
            ("", "7041"),
            ("", "idempotency_key_already_used"),
        ] {
            assert!(!is_in_use(r#type, code), "{type} {code}");
        }
    }
}
