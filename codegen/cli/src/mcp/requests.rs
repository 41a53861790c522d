//! From the arguments of an agent to a call that is valid.

use openapi_client_description::{BodyContent, Encoding, JsonValue, Type};
use openapi_client_runtime::Bytes;

use super::{failure::Failure, record::Record, state::State, texts::clean_text};
use crate::{
    call::{Call, FileContent, RawBody, WHOLE_BODY},
    catalog::OperationSummary,
    command::operation::fill_account,
    secrets::REMOVED,
};

/// The longest idempotency key, if the API states none.
const MAX_KEY: usize = 255;

impl State {
    /// A call with these arguments, which are valid.
    pub(super) fn make_call(
        &self,
        summary: &'static OperationSummary,
        given: JsonValue,
        record: &Record,
    ) -> Result<Call, Failure> {
        let loaded = self
            .catalog
            .load(summary)
            .map_err(|error| Failure::of_call(self.app, &self.filter, &error, None))?;
        let mut call = Call::new(loaded);
        if let JsonValue::Object(properties) = given {
            call.arguments.extend(properties);
        }
        let mut problems = find_placeholders(&call);
        problems.extend(take_body(&mut call));
        problems.extend(take_files(&mut call));
        record.set("arguments", self.show_arguments(&call));
        fill_account(self.app, || Ok(self.profile.clone()), &mut call)
            .map_err(|error| Failure::new(error.message))?;
        if let Err(found) = call.check() {
            let found = self.filter.clean_problems(&call, found);
            problems.extend(found.into_iter().map(|problem| (problem.path, problem.reason)));
        }
        if problems.is_empty() {
            let checked = call.check_server(&self.connector.connection);
            checked.map_err(|error| Failure::of_call(self.app, &self.filter, &error, None))?;
            return Ok(call);
        }
        let lines: Vec<String> =
            problems.iter().take(20).map(|(path, reason)| format!("- `{path}`: {reason}")).collect();
        Err(Failure::new(clean_text(
            &format!(
                "Nothing was sent: the arguments of `{}` are invalid.\n{}\n`describe_operation` returns their schema.",
                summary.id,
                lines.join("\n")
            ),
            4000,
        )))
    }

    pub(super) fn check_key(&self, key: Option<&str>) -> Result<Option<String>, Failure> {
        let Some(key) = key else { return Ok(None) };
        let longest = self.app.service.idempotency.max_length;
        let longest = if longest == 0 { MAX_KEY } else { longest };
        if key.is_empty() || key.len() > longest || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let text = format!("`idempotency_key`: expected 1 to {longest} visible ASCII characters");
            return Err(Failure::new(text));
        }
        Ok(Some(key.to_owned()))
    }
}

/// Takes the body out of the arguments of an operation whose body has no fields.
fn take_body(call: &mut Call) -> Vec<(String, String)> {
    let Some(body) = &call.loaded.operation.body else { return Vec::new() };
    let is_argument =
        call.loaded.operation.parameters.iter().any(|parameter| parameter.request_name() == WHOLE_BODY);
    if is_argument || !matches!(body.content, BodyContent::Value(_)) {
        return Vec::new();
    }
    let Some(value) = call.arguments.shift_remove(WHOLE_BODY) else { return Vec::new() };
    if body.encoding != Encoding::Raw {
        call.body = Some(value);
        return Vec::new();
    }
    match value {
        JsonValue::String(text) => {
            call.raw_body = Some(RawBody { media_type: None, content: Bytes::from(text) });
            Vec::new()
        }
        other => vec![(WHOLE_BODY.to_owned(), format!("expected a text, found {}", other.type_name()))],
    }
}

/// Takes the files out of the arguments: their content is the text.
fn take_files(call: &mut Call) -> Vec<(String, String)> {
    let Some(body) = &call.loaded.operation.body else { return Vec::new() };
    let BodyContent::Variants(variants) = &body.content else { return Vec::new() };
    let description = &call.loaded.description;
    let fields = variants.iter().flat_map(|variant| &variant.object.fields);
    let is_file = |ty: &Type| *description.resolve(ty) == Type::Binary;
    let is_files = |ty: &Type| matches!(description.resolve(ty), Type::List(inner) if is_file(inner));
    let mut problems = Vec::new();
    for (name, field) in fields {
        let Some(value) = call.arguments.get(name) else { continue };
        match value {
            JsonValue::String(text) if is_file(field.ty()) => {
                let content = Bytes::from(text.clone());
                call.files.insert(name.clone(), FileContent { name: Some(name.clone()), content });
            }
            _ if is_files(field.ty()) => {
                problems
                    .push((name.clone(), "lists of files can only be sent by the command line".to_owned()));
            }
            _ => {}
        }
    }
    problems
}

/// The arguments with a text that stands for a secret in results: sent back, it would replace the secret.
fn find_placeholders(call: &Call) -> Vec<(String, String)> {
    let found = call.arguments.iter().filter(|(_, value)| value.to_string().contains(REMOVED));
    let reason = format!("`{REMOVED}` stands for a secret that this server has taken out; leave it out");
    found.map(|(name, _)| (name.clone(), reason.clone())).collect()
}
