//! What the log tells about the call of a tool.

use std::sync::Mutex;

use openapi_client_description::JsonValue;

use super::{fitting::fit_value, state::lock};

/// The most that the log keeps of one value, in bytes.
const MAX_VALUE: usize = 4000;

/// What is known of a call so far: it is also written if the call is cancelled.
#[derive(Default)]
pub(super) struct Record(Mutex<Vec<(String, JsonValue)>>);

impl Record {
    /// Sets a field. The value must have no secrets.
    pub(super) fn set(&self, name: &str, value: JsonValue) {
        let value = fit_value(value, MAX_VALUE).value;
        let mut fields = lock(&self.0);
        match fields.iter_mut().find(|(other, _)| other == name) {
            Some((_, old)) => *old = value,
            None => fields.push((name.to_owned(), value)),
        }
    }

    pub(super) fn fields(&self) -> Vec<(String, JsonValue)> {
        lock(&self.0).clone()
    }
}
