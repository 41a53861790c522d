//! Prints errors to standard error: a line for people, or JSON for programs.

use openapi_client_description::JsonValue;

use super::{
    Format, OutputOptions,
    escape::{escape_json, escape_line},
    printer::is_pipe_closed,
    style::{Painter, Role},
};
use crate::{error::CliError, io::Io};

/// Prints an error. With `-o json` or `-o jsonl` it is one object in one line, with `message`, `exit_code`, and what is known of
/// `hint`, `status`, `code`, `request_id`, `idempotency_key` and `body`.
pub(crate) fn print_error(io: &mut Io, options: &OutputOptions, error: &CliError) {
    if is_pipe_closed(error) {
        return;
    }
    let text = if matches!(options.format, Some(Format::Json | Format::Jsonl)) {
        escape_json(render_json_error(error))
    } else {
        render_text(Painter::new(options.color, io, io.stderr_is_terminal), error)
    };
    io.write_stderr(&text);
}

fn render_text(painter: Painter, error: &CliError) -> String {
    let label = painter.paint(Role::Error, "error:");
    let mut text = format!("{label} {}{}\n", escape_line(&error.message), describe_origin(error));
    if let Some(hint) = &error.hint {
        for (index, line) in hint.lines().enumerate() {
            // More lines of a hint begin below its first.
            let label = if index == 0 { painter.paint(Role::Hint, "hint:") } else { " ".repeat(5) };
            text.push_str(&format!("{label} {}\n", escape_line(line)));
        }
    }
    text
}

/// Status, code, the id for the support of the API, and the key with which the command can be repeated.
fn describe_origin(error: &CliError) -> String {
    let Some(details) = &error.details else { return String::new() };
    let find = |name| details.get(name).map(JsonValue::to_text);
    let status_and_code = [find("status"), find("code")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let parts = [
        Some(status_and_code).filter(|text| !text.is_empty()),
        find("request_id").map(|id| format!("request {id}")),
        find("idempotency_key").map(|key| format!("idempotency key {key}")),
    ];
    let parts = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    if parts.is_empty() { parts } else { format!(" ({})", escape_line(&parts)) }
}

fn render_json_error(error: &CliError) -> String {
    let mut properties = vec![
        ("message".to_owned(), JsonValue::string(error.message.as_str())),
        ("exit_code".to_owned(), JsonValue::number(error.exit.code())),
    ];
    if let Some(hint) = &error.hint {
        properties.push(("hint".to_owned(), JsonValue::string(hint.as_str())));
    }
    properties.extend(error.details.iter().flat_map(JsonValue::properties).cloned());
    let object = JsonValue::Object(vec![("error".to_owned(), JsonValue::Object(properties))]);
    format!("{object}\n")
}
