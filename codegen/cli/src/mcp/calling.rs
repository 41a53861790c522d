//! `call_operation` and `confirm_call`.

use std::time::Duration;

use openapi_client_description::{JsonValue, guide::name_risk};

use super::{
    access::{Level, describe_effect},
    confirmations::{Confirmed, Expected, LIFETIME},
    failure::Failure,
    record::Record,
    remainders::{NextPage, PageState, Rest},
    results::Received,
    state::{State, lock},
    texts::clean_text,
    tool_arguments::ToolArguments,
    tools::{CONFIRM, property},
};
use crate::{
    call::{Call, CallSettings, ReplyBody, WHOLE_BODY},
    catalog::OperationSummary,
};

impl State {
    /// Calls an operation, previews it, or continues an earlier result.
    pub(super) async fn call_operation(
        &self,
        arguments: &ToolArguments,
        record: &Record,
    ) -> Result<JsonValue, Failure> {
        let summary = self.find_operation(arguments, record)?;
        self.check_permission(summary)?;
        if let Some(cursor) = arguments.text("cursor")? {
            return self.continue_result(summary, cursor, record).await;
        }
        let given = arguments.object("arguments")?.unwrap_or_else(JsonValue::empty_object);
        let call = self.make_call(summary, given.clone(), record)?;
        let key = self.check_key(arguments.text("idempotency_key")?)?;
        if Level::of_risk(summary.risk) == Level::Dangerous {
            return self.preview_call(Confirmed { call, given, key }, record).await;
        }
        let key = key.or_else(|| call.takes_key(self.app.service).then(|| uuid::Uuid::new_v4().to_string()));
        self.execute(call, key, record).await
    }

    /// Calls the operation of a preview.
    pub(super) async fn confirm_call(
        &self,
        arguments: &ToolArguments,
        record: &Record,
    ) -> Result<JsonValue, Failure> {
        if self.access.level != Level::Dangerous {
            return Err(self.refuse_level("Confirming calls"));
        }
        let token = arguments.required_text("token")?;
        let given_key = self.check_key(arguments.text("idempotency_key")?)?;
        let operation = arguments.text("operation")?.map(|name| self.access.require(name));
        let expected = Expected {
            operation: operation.transpose().map_err(Failure::new)?.map(|summary| summary.id.clone()),
            arguments: arguments.object("arguments")?,
        };
        let (taken, derived) = {
            let mut confirmations = lock(&self.confirmations);
            let taken = confirmations.take(token, &expected, &self.target, (self.now)());
            (taken, confirmations.derive_key(token))
        };
        let Confirmed { call, key, .. } = taken.map_err(|refusal| {
            Failure::refused(format!(
                "Nothing was sent: {}. Call `call_operation` again for a new preview and a new token.",
                refusal.describe()
            ))
        })?;
        record.set("operation", JsonValue::string(&call.loaded.operation.id));
        record.set("risk", JsonValue::string(name_risk(call.loaded.operation.risk)));
        record.set("arguments", self.show_arguments(&call));
        let key = call.takes_key(self.app.service).then(|| given_key.or(key).unwrap_or(derived));
        self.execute(call, key, record).await
    }

    fn find_operation(
        &self,
        arguments: &ToolArguments,
        record: &Record,
    ) -> Result<&'static OperationSummary, Failure> {
        let name = arguments.required_text("operation")?;
        record.set("operation", JsonValue::String(clean_text(name, 100)));
        let summary = self.access.require(name).map_err(Failure::new)?;
        record.set("operation", JsonValue::string(&summary.id));
        record.set("risk", JsonValue::string(name_risk(summary.risk)));
        Ok(summary)
    }

    fn check_permission(&self, summary: &OperationSummary) -> Result<(), Failure> {
        if self.access.permits(summary) {
            return Ok(());
        }
        let effect = describe_effect(summary.risk);
        let refusal = self.refuse_level(&format!("`{}`", summary.id));
        let needed = Level::of_risk(summary.risk).name();
        Err(Failure::refused(format!(
            "{} {effect} The person who runs it allows this with `{} mcp --allow {needed}`.",
            refusal.text(),
            self.app.settings.name
        )))
    }

    fn refuse_level(&self, what: &str) -> Failure {
        let level = self.access.level.name();
        Failure::refused(format!(
            "{what} is not allowed: nothing was sent. This server was started with `--allow {level}`."
        ))
    }

    /// Shows what a call would send, and makes the token that confirms it.
    async fn preview_call(&self, confirmed: Confirmed, record: &Record) -> Result<JsonValue, Failure> {
        let Confirmed { call, key, .. } = &confirmed;
        let operation = &call.loaded.operation;
        let cleaned = self.filter.clean_call(call);
        let preview = cleaned.preview(&self.connector, &CallSettings::default()).await;
        let preview = preview.map_err(|error| Failure::of_call(self.app, &self.filter, &error, None))?;
        let takes_key = call.takes_key(self.app.service);
        let (token, derived) = {
            let mut confirmations = lock(&self.confirmations);
            let token = confirmations.keep(confirmed.clone(), &self.target, (self.now)());
            let derived = confirmations.derive_key(&token);
            (token, derived)
        };
        let body = preview.body.as_ref().map(|body| {
            let text = String::from_utf8_lossy(body);
            JsonValue::parse(&text).unwrap_or_else(|_| JsonValue::string(text))
        });
        let mut shown = vec![
            property("does", JsonValue::String(self.describe_call(call))),
            property("environment", JsonValue::string(&self.target)),
            property("method", JsonValue::string(&preview.method)),
            property("url", JsonValue::String(self.filter.clean_text(&preview.url))),
        ];
        shown.extend(body.map(|body| property("body", self.fit_preview(body))));
        let mut result = vec![
            property("operation", JsonValue::string(&operation.id)),
            property("preview", JsonValue::Object(shown)),
            property("token", JsonValue::String(token)),
            property("expires_in_seconds", JsonValue::number(LIFETIME.as_secs())),
        ];
        if takes_key {
            result.push(property("idempotency_key", JsonValue::String(key.clone().unwrap_or(derived))));
        }
        result.push(property(
            "next_step",
            JsonValue::String(format!(
                "Nothing was sent. Show this to the person you work for; if they agree, call `{CONFIRM}` with the token."
            )),
        ));
        record.set("preview", JsonValue::Bool(true));
        Ok(JsonValue::Object(result))
    }

    /// What a call does, in words of the document.
    fn describe_call(&self, call: &Call) -> String {
        let summary = call.loaded.summary;
        let text = summary.summary.as_deref().unwrap_or(&summary.id);
        format!("{}. {}", clean_text(text.trim_end_matches('.'), 300), describe_effect(summary.risk))
    }

    /// The arguments without secrets.
    pub(super) fn show_arguments(&self, call: &Call) -> JsonValue {
        let cleaned = self.filter.clean_call(call);
        let mut shown: Vec<(String, JsonValue)> = cleaned.arguments.into_iter().collect();
        shown.extend(cleaned.body.map(|body| property(WHOLE_BODY, body)));
        JsonValue::Object(shown)
    }

    /// Sends a call.
    async fn execute(&self, call: Call, key: Option<String>, record: &Record) -> Result<JsonValue, Failure> {
        let operation = &call.loaded.operation;
        if let Some(error) = self.missing_credential.as_ref().filter(|_| !operation.unauthenticated) {
            return Err(Failure::of_call(self.app, &self.filter, error, None));
        }
        if let Some(key) = &key {
            record.set("idempotency_key", JsonValue::string(key));
        }
        if Level::of_risk(operation.risk) > Level::Read {
            // What changes something is in the log before it is sent, or it is not sent.
            self.write_log(record, "start").map_err(|error| {
                Failure::refused(format!(
                    "Nothing was sent, because the call cannot be logged: {}",
                    error.message
                ))
            })?;
        }
        let settings = CallSettings { idempotency_key: key.clone(), max_attempts: None };
        let fail = |error| Failure::of_call(self.app, &self.filter, &error, key.as_deref());
        let started = (self.now)();
        if call.is_list() {
            let mut pages = call.pages(&self.core, &settings);
            let page = pages.next_page().await.map_err(fail)?;
            let body = page.map_or(JsonValue::Null, |page| page.body);
            let next = pages.has_more().then(|| self.keep_page(call.clone(), pages));
            self.record_success(record, None, None, started);
            return Ok(self.present(&call, Received { body, next, ..Received::default() }));
        }
        let reply = call.send(&self.core, &settings).await.map_err(fail)?;
        self.record_success(record, Some(reply.status), reply.request_id.as_deref(), started);
        let body = match reply.body {
            ReplyBody::Json(value) => value,
            ReplyBody::Text(text) => JsonValue::String(text),
            ReplyBody::Empty => JsonValue::Null,
            ReplyBody::Bytes(bytes) => JsonValue::Object(vec![
                property("bytes", JsonValue::number(bytes.len())),
                property(
                    "note",
                    JsonValue::string("the response is no text; the command line saves it to a file"),
                ),
            ]),
        };
        let received = Received {
            status: Some(reply.status),
            request_id: reply.request_id,
            idempotency_key: key,
            replayed: reply.replayed,
            body,
            next: None,
        };
        Ok(self.present(&call, received))
    }

    fn record_success(
        &self,
        record: &Record,
        status: Option<u16>,
        request_id: Option<&str>,
        started: std::time::Instant,
    ) {
        if let Some(status) = status {
            record.set("status", JsonValue::number(status));
        }
        if let Some(id) = request_id {
            record.set("request_id", JsonValue::String(clean_text(id, 200)));
        }
        let duration: Duration = (self.now)().duration_since(started);
        record.set("duration_ms", JsonValue::number(duration.as_millis()));
    }

    /// Keeps the request of the next page, and makes its cursor.
    pub(super) fn keep_page(&self, call: Call, pages: crate::call::Pages) -> String {
        let page = NextPage { call, state: tokio::sync::Mutex::new(PageState::Open(pages)) };
        lock(&self.remainders).keep(Rest::Page(std::sync::Arc::new(page)))
    }

    /// The next page, or a part that was left out.
    async fn continue_result(
        &self,
        summary: &'static OperationSummary,
        cursor: &str,
        record: &Record,
    ) -> Result<JsonValue, Failure> {
        record.set("cursor", JsonValue::String(clean_text(cursor, 100)));
        let page = match self.find_rest(&summary.id, cursor)? {
            Rest::Part { .. } => return self.continue_part(&summary.id, cursor),
            Rest::Page(page) => page,
        };
        let started = (self.now)();
        let mut state = page.state.lock().await;
        if let PageState::Open(_) = *state {
            // If this is cancelled midway, the request of the page is gone with it.
            let PageState::Open(mut pages) = std::mem::replace(&mut *state, PageState::Failed) else {
                return Err(Failure::new("the cursor is in use; try again"));
            };
            let received = pages.next_page().await;
            let received =
                received.map_err(|error| Failure::of_call(self.app, &self.filter, &error, None))?;
            let next = pages.has_more().then(|| self.keep_page(page.call.clone(), pages));
            let body = received.map_or(JsonValue::Null, |page| page.body);
            *state = PageState::Received { body, next };
        }
        match &*state {
            PageState::Received { body, next } => {
                self.record_success(record, None, None, started);
                let (body, next) = (body.clone(), next.clone());
                Ok(self.present(&page.call, Received { body, next, ..Received::default() }))
            }
            _ => Err(Failure::new(
                "The request of this page failed or was cancelled. Call the operation again with its arguments, and follow the new \
                 cursors.",
            )),
        }
    }
}
