//! Webhooks become path items under a reserved prefix, so that the typed model, which has no webhooks, holds them too.

use super::context::Context;
use crate::document::pointer;
use serde_json::{Map, Value};

/// What the path of a lowered webhook begins with.
pub(super) const PREFIX: &str = "/x-codegen-webhooks";

/// Moves every member of `webhooks` to `paths`.
pub(super) fn lower(root: &mut Map<String, Value>, cx: &mut Context<'_>) {
    let Some(Value::Object(webhooks)) = root.shift_remove("webhooks") else {
        return;
    };
    let Some(Value::Object(paths)) = root.get_mut("paths") else {
        return;
    };
    for (name, mut item) in webhooks {
        let old = pointer::join("/webhooks", &name);
        let path = pointer::join(PREFIX, &name);
        cx.moved(&pointer::join("/paths", &path), &old);
        let Value::Object(map) = &mut item else {
            cx.error("wrong-kind", &old, format!("the webhook `{name}` must be an object"));
            continue;
        };
        map.insert("x-codegen-webhook".to_owned(), Value::String(name));
        paths.insert(path, item);
    }
}
