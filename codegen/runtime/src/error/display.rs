//! Formats an error as one line: what happened, the details to quote to support, and what to do.

use std::fmt::{self, Write as _};

use http::StatusCode;

use super::{
    ErrorData, ErrorKind, Outcome,
    unexpected_body::{describe_unexpected_body, single_line},
};

pub(super) fn format_error(error: &ErrorData, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if !error.operation.is_empty() {
        write!(f, "{}: ", error.operation)?;
    }
    if error.kind == ErrorKind::Api {
        format_api_error(error, f)?;
    } else {
        f.write_str(&single_line(&error.text))?;
    }
    format_details(error, f)?;
    format_advice(error, f)
}

fn format_api_error(error: &ErrorData, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(status) = error.status {
        write!(f, "{} {}: ", status.as_u16(), name_of_status(status))?;
    }
    match &error.api_error.message {
        _ if !error.text.is_empty() => f.write_str(&single_line(&error.text)),
        Some(message) => f.write_str(&single_line(message)),
        None => match describe_unexpected_body(&error.headers, &error.body) {
            Some(description) => f.write_str(&description),
            None => f.write_str("the response has no error message"),
        },
    }
}

/// The length of the body that an error keeps.
pub(super) fn describe_length(error: &ErrorData) -> String {
    let length = error.body.len();
    if error.is_body_cut { format!("cut to {length} bytes") } else { format!("{length} bytes") }
}

/// The name of a status, or of its class if it has none (RFC 9110, section 15).
fn name_of_status(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or(match status.as_u16() {
        400..=499 => "client error",
        500.. => "server error",
        _ => "unexpected status",
    })
}

fn format_details(error: &ErrorData, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut details = String::new();
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            let separator = if details.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(details, "{separator}{name} {}", single_line(value));
        }
    };
    add("type", error.api_error.r#type.as_deref());
    add("code", error.api_error.code.as_deref());
    add("param", error.api_error.param.as_deref());
    add("request id", error.request_id.as_deref());
    add("body", Some(describe_length(error).as_str()).filter(|_| error.is_body_cut));
    if error.attempts > 1 {
        add("attempts", Some(&error.attempts.to_string()));
    }
    if let Some(delay) = error.retry_after {
        // A token source reports its own backoff, which the server need not have asked for.
        let label = if error.kind == ErrorKind::Token { "backoff" } else { "retry after" };
        add(label, Some(&format!("{} s", delay.as_secs_f64())));
    }
    if error.replayed {
        details.push_str(if details.is_empty() { "replayed" } else { ", replayed" });
    }
    if details.is_empty() { Ok(()) } else { write!(f, " ({details})") }
}

fn format_advice(error: &ErrorData, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if !error.changes {
        return Ok(());
    }
    match (error.outcome, &error.idempotency_key) {
        (Outcome::NotProcessed, Some(key)) if error.replayed => {
            write!(
                f,
                "; the server repeats this response to the idempotency key {key}: another attempt needs another key"
            )
        }
        (Outcome::NotProcessed, _) => Ok(()),
        (Outcome::Processed, _) => f.write_str(
            "; the server processed the request: do not send it again, retrieve the result instead",
        ),
        (Outcome::Unknown, Some(key)) if error.replayed => write!(
            f,
            "; the server may have processed the request, and repeats this response to the idempotency key {key}: check \
             this before you send it again with another key"
        ),
        (Outcome::Unknown, Some(key)) => write!(
            f,
            "; the server may have processed the request: send it again only with the idempotency key {key}"
        ),
        (Outcome::Unknown, None) => {
            f.write_str("; the server may have processed the request: check this before you send it again")
        }
    }
}
