//! Prints requests and responses.

use openapi_client_description::JsonValue;

use crate::{
    call::{Call, CallSettings, Connector, Preview, Reply, ReplyBody},
    error::CliError,
    io::Io,
    output::{Format, Printer, escape_line, escape_lines},
    secrets::SecretFilter,
    session::Session,
};

/// A call as it is shown: with `***` in place of the secrets among its arguments, and the paths of these.
pub(super) async fn preview_call(
    session: &Session<'_>,
    call: &Call,
    settings: &CallSettings,
) -> Result<(Preview, Vec<String>), CliError> {
    let connector = Connector { app: session.app, connection: session.connection_without_credentials()? };
    let (shown, removed) = SecretFilter::for_display(session.app.service.log.secrets).split_call(call);
    Ok((shown.preview(&connector, settings).await?, removed))
}

/// Says what is missing in a command that was printed.
pub(super) fn note_secrets(session: &mut Session<'_>, removed: &[String]) {
    if session.globals.curl && !removed.is_empty() {
        let names: Vec<_> = removed.iter().map(|path| format!("`{}`", escape_line(path))).collect();
        let note = format!("secrets were left out: put them in place of `***` ({})\n", names.join(", "));
        session.io.write_stderr(&note);
    }
}

/// Prints a request that is not sent: as a curl command, as JSON if that is the format, or as text.
pub(super) fn print_preview(
    session: &mut Session<'_>,
    printer: &mut Printer,
    preview: &Preview,
) -> Result<(), CliError> {
    if session.globals.curl {
        // What a terminal would execute is shown; a shell gets the command as it is.
        let command = format!("{}\n", preview.curl);
        let is_shown = session.io.stdout_is_terminal;
        session.io.write_stdout(&if is_shown { escape_lines(&command) } else { command.as_str().into() })?;
        return session.io.flush_stdout();
    }
    let wants_value = session.globals.output.jq.is_some()
        || !matches!(session.globals.output.format, None | Some(Format::Table | Format::Raw));
    if wants_value {
        return printer.print_value(session.io, &preview_value(preview));
    }
    let text = format_preview(preview);
    session.io.write_stdout(&escape_lines(&text))?;
    session.io.flush_stdout()
}

/// A request as JSON.
fn preview_value(preview: &Preview) -> JsonValue {
    let headers = preview.headers.iter().map(|(name, value)| (name.clone(), JsonValue::string(value)));
    let body = match preview.body.as_deref().map(std::str::from_utf8) {
        None => JsonValue::Null,
        Some(Ok(text)) => JsonValue::parse(text).unwrap_or_else(|_| JsonValue::string(text)),
        Some(Err(_)) => JsonValue::string("(not text)"),
    };
    JsonValue::Object(vec![
        ("method".to_owned(), JsonValue::string(&preview.method)),
        ("url".to_owned(), JsonValue::string(&preview.url)),
        ("headers".to_owned(), JsonValue::Object(headers.collect())),
        ("body".to_owned(), body),
    ])
}

/// A request as text.
fn format_preview(preview: &Preview) -> String {
    let mut text = format!("{} {}\n", preview.method, preview.url);
    for (name, value) in &preview.headers {
        text.push_str(&format!("{name}: {value}\n"));
    }
    if let Some(body) = &preview.body {
        text.push('\n');
        text.push_str(&format_body(body));
    }
    text
}

/// The body of a request for a person.
pub(super) fn format_body(body: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(body) else {
        return format!("({} bytes that are not text)\n", body.len());
    };
    match JsonValue::parse(text) {
        Ok(value) => format!("{}\n", indent_json(&value, 0)),
        Err(_) => format!("{text}\n"),
    }
}

/// JSON in several lines, with all digits of its numbers.
fn indent_json(value: &JsonValue, depth: usize) -> String {
    let inner = "  ".repeat(depth + 1);
    let (open, close, lines): (&str, &str, Vec<String>) = match value {
        JsonValue::List(items) if !items.is_empty() => {
            ("[", "]", items.iter().map(|item| format!("{inner}{}", indent_json(item, depth + 1))).collect())
        }
        JsonValue::Object(properties) if !properties.is_empty() => {
            let line = |(name, value): &(String, JsonValue)| {
                format!("{inner}{}: {}", JsonValue::string(name), indent_json(value, depth + 1))
            };
            ("{", "}", properties.iter().map(line).collect())
        }
        value => return value.to_string(),
    };
    format!("{open}\n{}\n{}{close}", lines.join(",\n"), "  ".repeat(depth))
}

/// Prints a response.
pub(super) fn print_reply(
    session: &mut Session<'_>,
    printer: &mut Printer,
    reply: Reply,
) -> Result<(), CliError> {
    let io = &mut *session.io;
    match reply.body {
        // Whoever reads JSON gets nothing for nothing; a person wants to see that it is done.
        ReplyBody::Empty => {
            if io.stderr_is_terminal {
                io.write_stderr(&format!("done (status {})\n", reply.status));
            }
            io.flush_stdout()
        }
        _ if printer.is_raw() => printer.print_bytes(io, &reply.bytes),
        ReplyBody::Json(value) => printer.print_value(io, &value),
        ReplyBody::Text(text) => printer.print_bytes(io, text.as_bytes()),
        ReplyBody::Bytes(bytes) => printer.print_bytes(io, &bytes),
    }
}

/// Says what the response was, if the person wants to know.
pub(super) fn note_reply(session: &mut Session<'_>, reply: &Reply) {
    if reply.replayed {
        session
            .io
            .write_stderr("the API had processed this idempotency key before, and repeated its response\n");
    }
    if session.globals.verbose {
        let id = reply.request_id.as_deref().map(|id| format!(", request {}", escape_line(id)));
        session.io.write_stderr(&format!("status {}{}\n", reply.status, id.unwrap_or_default()));
    }
}

/// Says with which key the request can be repeated.
pub(super) fn note_key(io: &mut Io, key: &str) {
    io.write_stderr(&format!("idempotency key: {key}\n"));
}
