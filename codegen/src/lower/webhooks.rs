//! Converts webhooks into path items under a reserved prefix, because the typed document has no webhooks.

use super::context::LowerContext;
use crate::diagnostic::Code;
use crate::document::pointer;
use serde_json::{Map, Value};

/// The prefix of the path of a lowered webhook.
pub(super) const PREFIX: &str = "/x-codegen-webhooks";

/// Moves every entry of `webhooks` to `paths`.
pub(super) fn lower_webhooks(root: &mut Map<String, Value>, cx: &mut LowerContext<'_>) {
    let Some(Value::Object(webhooks)) = root.shift_remove("webhooks") else {
        return;
    };
    let Some(Value::Object(paths)) = root.get_mut("paths") else {
        return;
    };
    for (name, mut item) in webhooks {
        let old = pointer::join("/webhooks", &name);
        let path = pointer::join(PREFIX, &name);
        cx.record_move(&pointer::join("/paths", &path), &old);
        let Value::Object(map) = &mut item else {
            cx.error(Code::WRONG_KIND, &old, format!("the webhook `{name}` must be an object"));
            continue;
        };
        map.insert("x-codegen-webhook".to_owned(), Value::String(name));
        paths.insert(path, item);
    }
}
