//! Prints attempts with their bodies, without secrets, for debugging.

use std::{fmt::Write as _, time::Duration};

use bytes::Bytes;

use crate::{
    call::prepare::Prepared,
    client::log::LogLevel,
    client::selection::Few,
    error::Error,
    response::parts::ResponseParts,
    secret::Secret,
    wire::body_encoding::Payload,
    wire::redact::{redact_json, redact_pairs},
};

/// The most bytes of a body that are printed.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// The result of an attempt, with the delay before the next one.
pub(crate) type AttemptResult<'a> = Result<&'a ResponseParts, (&'a Error, Option<Duration>)>;

/// Prints an attempt, if the level of the client asks for it.
pub(crate) fn print_attempt(
    request: &Prepared,
    number: u32,
    duration: Duration,
    result: AttemptResult<'_>,
    tokens: &Few<Secret>,
) {
    let shared = request.core.shared();
    if shared.log.level == LogLevel::Off {
        return;
    }
    let mut text = format!(
        "[{}] {} {} (attempt {number}): ",
        shared.service.name,
        request.operation.method.as_str(),
        request.url.path()
    );
    // Writing to a string cannot fail.
    let _ = match result {
        Ok(parts) => write!(text, "{}", parts.status),
        Err((error, _)) => match error.status() {
            Some(status) => write!(text, "{status}, {:?}", error.kind()),
            None => write!(text, "no response, {:?}", error.kind()),
        },
    };
    let _ = write!(text, " in {:.1} ms", duration.as_secs_f64() * 1000.0);
    let request_id = result.map_or_else(|(error, _)| error.request_id(), ResponseParts::request_id);
    if let Some(request_id) = request_id {
        let _ = write!(text, ", request id {}", request_id.escape_debug());
    }
    if let Err((_, Some(delay))) = result {
        let _ = write!(text, ", next attempt in {:.3} s", delay.as_secs_f64());
    }
    if shared.log.level == LogLevel::Trace {
        append_bodies(&mut text, request, result);
    }
    for token in tokens.iter().map(Secret::expose) {
        if !token.is_empty() && text.contains(token) {
            text = text.replace(token, "…");
        }
    }
    (shared.log.sink)(&text);
}

fn append_bodies(text: &mut String, request: &Prepared, result: AttemptResult<'_>) {
    let secrets = request.core.shared().service.log.secrets;
    if let Some(query) = request.url.query() {
        let _ = write!(text, "\n  query: {}", redact_pairs(query, secrets));
    }
    match &request.payload {
        Payload::Bytes(body) => append_body(text, "request body", body, secrets),
        Payload::Stream(_) => text.push_str("\n  request body: a stream"),
    }
    let body =
        result.map_or_else(|(error, _)| Bytes::copy_from_slice(error.body()), |parts| parts.body.clone());
    append_body(text, "response body", &body, secrets);
}

fn append_body(text: &mut String, what: &str, body: &Bytes, secrets: &[&str]) {
    let trimmed = body.trim_ascii();
    let Some(first) = trimmed.first() else { return };
    let length = body.len();
    let part = trimmed.get(..MAX_BODY_BYTES).unwrap_or(trimmed);
    let is_json = matches!(first, b'{' | b'[' | b'"' | b'0'..=b'9' | b'-' | b't' | b'f' | b'n');
    let cut = if part.len() < trimmed.len() { "… (cut)" } else { "" };
    // What is not JSON may be a file; a form of the caller is printed as little.
    let _ = match is_json {
        true => {
            let body = String::from_utf8_lossy(part);
            write!(text, "\n  {what}, {length} bytes: {}{cut}", redact_json(&body, secrets))
        }
        false => write!(text, "\n  {what}: {length} bytes that are not JSON"),
    };
}
