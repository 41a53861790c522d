//! Results with what was received, cut to size and without secrets.

use std::sync::Arc;

use openapi_client_description::JsonValue;

use super::{
    failure::Failure,
    fitting::{Fitted, LeftOut, REPORT_BYTES, fit_value, measure},
    remainders::Rest,
    state::{State, lock},
    texts::format_result,
    tools::{DATA_NOTICE, property},
};
use crate::call::Call;

/// The least size of what is shown of a body, in bytes.
const MIN_BODY: usize = 200;

/// What a call received.
pub(super) struct Received {
    pub(super) status: Option<u16>,
    pub(super) request_id: Option<String>,
    pub(super) idempotency_key: Option<String>,
    pub(super) replayed: bool,
    pub(super) body: JsonValue,
    /// The cursor of the next page.
    pub(super) next: Option<String>,
}

impl Default for Received {
    fn default() -> Self {
        Self {
            status: None,
            request_id: None,
            idempotency_key: None,
            replayed: false,
            body: JsonValue::Null,
            next: None,
        }
    }
}

impl State {
    /// The result of a call.
    pub(super) fn present(&self, call: &Call, received: Received) -> JsonValue {
        let operation = &call.loaded.operation;
        let mut result = vec![property("operation", JsonValue::string(&operation.id))];
        result.extend(received.status.map(|status| property("status", JsonValue::number(status))));
        let text = |text: String| JsonValue::String(self.filter.clean_text(&text));
        result.extend(received.request_id.map(|id| property("request_id", text(id))));
        result.extend(received.idempotency_key.map(|key| property("idempotency_key", text(key))));
        if received.replayed {
            result.push(property("replayed", JsonValue::Bool(true)));
        }
        let mut end = Vec::new();
        let body = if self.shows_secrets {
            received.body
        } else {
            let cleaned = self.filter.clean_response(operation, &call.loaded.description, received.body);
            if !cleaned.removed.is_empty() {
                let paths = cleaned.removed.iter().take(20).map(JsonValue::string);
                end.push(property("secrets_removed", JsonValue::List(paths.collect())));
            }
            cleaned.value
        };
        if let Some(cursor) = received.next {
            end.push(property(
                "next_page",
                JsonValue::Object(vec![property("cursor", JsonValue::String(cursor))]),
            ));
        }
        self.fit_result(&operation.id, "", result, body, end)
    }

    /// A result whose body is cut to the size that is left for it.
    pub(super) fn fit_result(
        &self,
        operation: &str,
        path: &str,
        mut start: Vec<(String, JsonValue)>,
        body: JsonValue,
        end: Vec<(String, JsonValue)>,
    ) -> JsonValue {
        start.push(property("notice", JsonValue::string(DATA_NOTICE)));
        let around: usize =
            start.iter().chain(&end).map(|(name, value)| name.len() + measure(value) + 4).sum();
        let room = self.max_result_bytes.saturating_sub(around + 40);
        let mut max = room;
        let Fitted { value, left_out } = loop {
            let fitted = fit_value(body.clone(), max);
            let reports: usize =
                fitted.left_out.iter().map(|part| part.path.len() + path.len() + REPORT_BYTES).sum();
            let size = format_result(&fitted.value).len() + reports;
            if size <= room || max <= MIN_BODY {
                break fitted;
            }
            max = max.saturating_sub((size - room).max(max / 10)).max(MIN_BODY);
        };
        let mut result = start;
        result.push(property("body", value));
        if !left_out.is_empty() {
            let reports = left_out.into_iter().map(|part| self.report_part(operation, path, part)).collect();
            result.push(property("left_out", JsonValue::List(reports)));
        }
        result.extend(end);
        JsonValue::Object(result)
    }

    fn report_part(&self, operation: &str, path: &str, part: LeftOut) -> JsonValue {
        let whole_path = match (path, part.path.as_str()) {
            ("", inner) => inner.to_owned(),
            (outer, "") => outer.to_owned(),
            (outer, inner) if inner.starts_with('[') => format!("{outer}{inner}"),
            (outer, inner) => format!("{outer}.{inner}"),
        };
        let bytes = measure(&part.rest);
        let rest =
            Rest::Part { operation: operation.to_owned(), path: whole_path, value: Arc::new(part.rest) };
        let cursor = lock(&self.remainders).keep(rest);
        JsonValue::Object(vec![
            property("path", JsonValue::String(part.path)),
            property("what", JsonValue::String(part.what.describe())),
            property("bytes", JsonValue::number(bytes)),
            property("cursor", JsonValue::String(cursor)),
        ])
    }

    /// The body of a preview: it is shown, so what does not fit into it is named there and has no cursor.
    pub(super) fn fit_preview(&self, body: JsonValue) -> JsonValue {
        let mut fitted = fit_value(body, self.max_result_bytes / 2);
        let parts: Vec<String> = fitted
            .left_out
            .iter()
            .map(|part| format!("`{}`: {} ({} bytes)", part.path, part.what.describe(), measure(&part.rest)))
            .collect();
        if parts.is_empty() {
            return fitted.value;
        }
        let note = JsonValue::String(format!("not shown, but sent: {}", parts.join("; ")));
        if !matches!(fitted.value, JsonValue::Object(_)) {
            fitted.value = JsonValue::Object(vec![property("shown", fitted.value)]);
        }
        fitted.value.set("(left out of this preview)", note);
        fitted.value
    }

    /// What a cursor of this operation asks for.
    pub(super) fn find_rest(&self, operation: &str, cursor: &str) -> Result<Rest, Failure> {
        let found = lock(&self.remainders).find(cursor);
        let owner = match &found {
            Some(Rest::Part { operation, .. }) => Some(operation.as_str()),
            Some(Rest::Page(page)) => Some(page.call.loaded.operation.id.as_str()),
            None => None,
        };
        match owner {
            Some(owner) if owner != operation => {
                Err(Failure::new(format!("`cursor`: it is one of the operation `{owner}`")))
            }
            _ => found.ok_or_else(|| {
                Failure::new(
                    "`cursor`: this server does not know it, or no longer. Call the operation again with its arguments.",
                )
            }),
        }
    }

    /// A part that was left out.
    pub(super) fn continue_part(&self, operation: &str, cursor: &str) -> Result<JsonValue, Failure> {
        let Rest::Part { path, value, .. } = self.find_rest(operation, cursor)? else {
            return Err(Failure::new("`cursor`: it is one of a page; give it to `call_operation`"));
        };
        let start = vec![
            property("operation", JsonValue::string(operation)),
            property("path", JsonValue::string(&path)),
        ];
        Ok(self.fit_result(operation, &path, start, (*value).clone(), Vec::new()))
    }
}
