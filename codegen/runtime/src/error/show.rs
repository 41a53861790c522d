//! An error as one line that a person can act on.

use std::fmt::{self, Write as _};

use super::{ErrorKind, Inner, Outcome, body};

pub(super) fn show(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if !error.operation.is_empty() {
        write!(f, "{}: ", error.operation)?;
    }
    if error.kind == ErrorKind::Api {
        show_api(error, f)?;
    } else {
        f.write_str(&body::one_line(&error.text))?;
    }
    show_details(error, f)?;
    show_advice(error, f)
}

fn show_api(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(status) = error.status {
        write!(f, "{} {}: ", status.as_u16(), status.canonical_reason().unwrap_or("unknown status"))?;
    }
    match &error.envelope.message {
        _ if !error.text.is_empty() => f.write_str(&body::one_line(&error.text)),
        Some(message) => f.write_str(&body::one_line(message)),
        None => match body::describe_unexpected_body(&error.headers, &error.body) {
            Some(sentence) => f.write_str(&sentence),
            None => f.write_str("the body holds no message"),
        },
    }
}

fn show_details(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut details = String::new();
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            let separator = if details.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(details, "{separator}{name} {}", body::one_line(value));
        }
    };
    add("type", error.envelope.r#type.as_deref());
    add("code", error.envelope.code.as_deref());
    add("param", error.envelope.param.as_deref());
    add("request id", error.request_id.as_deref());
    if error.attempts > 1 {
        add("attempts", Some(&error.attempts.to_string()));
    }
    if let Some(wait) = error.retry_after {
        add("the server asks to wait", Some(&format!("{} s", wait.as_secs_f64())));
    }
    if details.is_empty() { Ok(()) } else { write!(f, " ({details})") }
}

fn show_advice(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if !error.changes {
        return Ok(());
    }
    match (error.outcome, &error.idempotency_key) {
        (Outcome::NotProcessed, _) => Ok(()),
        (Outcome::Processed, _) => {
            f.write_str("; the request was carried out: do not repeat it, read what it did instead")
        }
        (Outcome::Unknown, Some(key)) => {
            write!(
                f,
                "; the request may have been carried out: repeat it with the idempotency key {key} only"
            )
        }
        (Outcome::Unknown, None) => {
            f.write_str("; the request may have been carried out: find out before you repeat it")
        }
    }
}
