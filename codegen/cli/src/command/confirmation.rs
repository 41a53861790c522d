//! Asks before something is done that cannot be taken back.

use openapi_client_description::Risk;

use super::request::{format_body, preview_call};
use crate::{
    call::{Call, CallSettings, Preview},
    error::{CliError, Exit},
    output::escape_lines,
    prompt::confirm,
    session::Session,
};

/// What a command can do that asks first; `None` for one that only reads or writes.
pub(super) fn describe_risk(risk: Option<Risk>) -> Option<&'static str> {
    match risk {
        Some(Risk::Read | Risk::Write) => None,
        Some(Risk::Delete) => Some("This deletes something."),
        Some(Risk::Money) => Some("This can move money."),
        Some(Risk::Credentials) => Some("This makes, shows or changes credentials."),
        None => Some("What this can do is not classified; it may be dangerous."),
    }
}

/// Shows what will be sent, and asks, unless the operation is harmless or `--yes` is given.
pub(super) async fn confirm_call(
    session: &mut Session<'_>,
    call: &Call,
    settings: &CallSettings,
) -> Result<(), CliError> {
    let Some(danger) = describe_risk(call.loaded.operation.risk).filter(|_| !session.globals.yes) else {
        return Ok(());
    };
    let summary = call.loaded.summary;
    let name = format!("{} {}", summary.group, summary.command);
    check_terminal(session, &name, danger)?;
    let (preview, _) = preview_call(session, call, settings).await?;
    confirm_preview(session, &preview, danger)
}

/// Without a terminal there is nobody to ask.
pub(super) fn check_terminal(session: &Session<'_>, name: &str, danger: &str) -> Result<(), CliError> {
    if session.io.stdin_is_terminal && session.io.stderr_is_terminal {
        return Ok(());
    }
    let message = format!("`{name}` needs a confirmation, and there is no terminal to ask on. {danger}");
    Err(CliError::usage(message).hint("add `--yes` to confirm it, or `--dry-run` to see what would be sent"))
}

/// Shows a request and asks whether to send it.
pub(super) fn confirm_preview(
    session: &mut Session<'_>,
    preview: &Preview,
    danger: &str,
) -> Result<(), CliError> {
    let mut text = format!("{} {}\n", preview.method, preview.url);
    if let Some(body) = &preview.body {
        text.push_str(&format_body(body));
    }
    session.io.write_stderr(&escape_lines(&text));
    if confirm(session.io, &format!("{danger} Send it?"))? {
        return Ok(());
    }
    Err(CliError::new(Exit::Interrupted, "not confirmed; nothing was sent"))
}
