//! Webhooks while developing: events for a consumer on this machine, made from the description or delivered by the API.

mod changes;
pub(crate) mod deliveries;
#[cfg(test)]
mod deliveries_tests;
mod dispatch;
mod events;
mod forwarder;
pub(crate) mod history;
pub(crate) mod listen;
#[cfg(test)]
mod listen_loss_tests;
#[cfg(test)]
mod listen_tests;
mod listen_view;
mod local_secret;
pub(crate) mod pace;
mod position;
mod target;
pub(crate) mod trigger;

use openapi_client_description::JsonValue;

use crate::{
    error::CliError,
    program::{App, Webhooks},
};

/// The webhooks of the API.
pub(crate) fn require_webhooks(app: &App) -> Result<Webhooks, CliError> {
    let missing =
        || CliError::usage(format!("{} has no webhooks that this program can sign", app.service.name));
    app.webhooks.ok_or_else(missing)
}

/// The value at a JSON Pointer (RFC 6901).
fn find_pointer<'a>(value: &'a JsonValue, pointer: &str) -> Option<&'a JsonValue> {
    let mut steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    steps.try_fold(value, |value, step| {
        value.get(&step).or_else(|| value.items().get(step.parse::<usize>().ok()?))
    })
}
