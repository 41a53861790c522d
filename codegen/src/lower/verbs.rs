//! Gives operations whose method has no key in OpenAPI 3.1 a path item of their own: `query` and `additionalOperations` of 3.2.

use super::context::LowerContext;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::pointer;
use serde_json::{Map, Value};

/// The prefix of the path of such an operation.
pub(super) const PREFIX: &str = "/x-codegen-verbs/";

/// An operation that has been taken out of its path item.
pub(super) struct ForeignOperation {
    /// The method.
    pub(super) verb: String,
    pub(super) operation: Value,
    /// Where it was.
    pub(super) old: String,
}

/// Takes the operations out of a path item, and rejects those that cannot be emitted.
pub(super) fn take_operations(
    item: &mut Map<String, Value>,
    at: &str,
    cx: &mut LowerContext<'_>,
) -> Vec<ForeignOperation> {
    let mut found = Vec::new();
    let mut add = |verb: &str, operation: Value, old: String, cx: &mut LowerContext<'_>| {
        if operation.is_object() {
            found.push(ForeignOperation { verb: verb.to_owned(), operation, old });
        } else {
            cx.error(Code::WRONG_KIND, &old, format!("the operation `{verb}` must be an object"));
        }
    };
    if let Some(operation) = item.shift_remove("query") {
        add("QUERY", operation, pointer::join(at, "query"), cx);
    }
    if let Some(Value::Object(operations)) = item.shift_remove("additionalOperations") {
        let at = pointer::join(at, "additionalOperations");
        for (verb, operation) in operations {
            let place = pointer::join(&at, &verb);
            match check_verb(&verb) {
                Ok(()) => add(&verb, operation, place, cx),
                Err((message, help)) => {
                    cx.report(Diagnostic::error(Code::BROKEN_PATH, message).help(help), &place);
                }
            }
        }
    }
    reject_lost_operations(item, at, cx);
    found
}

fn check_verb(verb: &str) -> Result<(), (String, String)> {
    let is_token = !verb.is_empty()
        && verb.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
    if !is_token {
        let message = format!("`{}` is not an HTTP method", verb.escape_debug());
        return Err((message, "a method is a token of RFC 9110, such as `COPY`".to_owned()));
    }
    let standard = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY"];
    if standard.contains(&verb) {
        let message = format!("`{verb}` cannot be one of the `additionalOperations`");
        return Err((message, format!("move it to `{}` of the path item", verb.to_lowercase())));
    }
    if verb == "CONNECT" {
        let help = "remove the operation with an overlay action";
        return Err(("the client does not support the method `CONNECT`".to_owned(), help.to_owned()));
    }
    Ok(())
}

/// Rejects unknown keys that hold an operation, since a crate without it would be incomplete.
fn reject_lost_operations(item: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    let known = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    item.retain(|key, value| {
        let is_other = !known.contains(&key.as_str()) && !key.starts_with("x-");
        let is_lost = is_other && value.get("responses").is_some_and(Value::is_object);
        if is_lost {
            let message = format!("`{}` is not a method that a path item can have", key.escape_debug());
            let help = "write it in lower case, or move it to `additionalOperations`, with an overlay action";
            cx.report(Diagnostic::error(Code::UNKNOWN_KEY, message).help(help), &pointer::join(at, key));
        }
        !is_lost
    });
}

/// The path item of an operation, with what it shares with the others of its path.
pub(super) fn own_item(item: &Map<String, Value>, foreign: &ForeignOperation) -> Value {
    let shared = ["summary", "description", "servers", "parameters"];
    let shared = shared.iter().filter_map(|key| Some(((*key).to_owned(), item.get(*key)?.clone())));
    let mut own: Map<String, Value> = shared.collect();
    let mut operation = foreign.operation.clone();
    if let Value::Object(operation) = &mut operation {
        operation.insert("x-codegen-verb".to_owned(), Value::String(foreign.verb.clone()));
    }
    own.insert("post".to_owned(), operation);
    Value::Object(own)
}
