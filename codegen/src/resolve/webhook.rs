//! Resolves webhooks: events that the API sends.

use openapiv3::{Operation as Source, ReferenceOr};
use serde_json::Value;

use super::Resolver;
use super::site::Site;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{Root, Shape, TypeRef, Webhook};

/// The prefix of the paths at which lowering keeps webhooks.
pub(super) const WEBHOOK_PREFIX: &str = "/x-codegen-webhooks/";

/// The properties that may name the event in a payload.
pub(super) const EVENT_PROPERTIES: [&str; 4] = ["type", "event", "event_type", "action"];

impl<'a> Resolver<'a> {
    pub(super) fn resolve_webhooks(&mut self) {
        for (path, item) in &self.document.paths.paths {
            let Some(escaped) = path.strip_prefix(WEBHOOK_PREFIX) else { continue };
            let ReferenceOr::Item(item) = item else { continue };
            let name = item.extensions.get("x-codegen-webhook").and_then(Value::as_str).unwrap_or(escaped);
            for (index, (method, source)) in item.iter().enumerate() {
                let pointer = pointer::from_segments(["paths", path, method]);
                // An event with several methods: the first has the plain name, the others add their method.
                let name = if index == 0 { name.to_owned() } else { format!("{name} {method}") };
                self.resolve_webhook(&name, source, pointer);
            }
        }
    }

    fn resolve_webhook(&mut self, name: &str, source: &'a Source, pointer: String) {
        let root = Root::Webhook(self.api.webhooks.len());
        let body = source.request_body.as_ref().and_then(ReferenceOr::as_item);
        let payload = body.and_then(|body| body.content.first()).and_then(|(media_type, media)| {
            let content = pointer::join(&format!("{pointer}/requestBody/content"), media_type);
            // The resource comes first in the name of an event: `order.created`.
            let contents = name.split('.').next().map(str::to_owned);
            let site = Site { contents, ..Site::new(format!("{content}/schema"), root, name) };
            Some(self.resolve_type(media.schema.as_ref()?, &site))
        });
        let event = payload.as_ref().and_then(|ty| self.event_name(ty));
        if event.is_none() {
            self.warn(
                Code::EVENT_WITHOUT_NAME,
                format!("no property of the payload of `{name}` names the event; it is recognized by its properties"),
                &pointer,
                "give the property that names the event a `const`, with an action in the overlay",
            );
        }
        self.api.webhooks.push(Webhook {
            name: name.to_owned(),
            event: event.unwrap_or_else(|| name.to_owned()),
            summary: source.summary.clone(),
            description: source.description.clone(),
            payload,
            tag: source.tags.first().cloned(),
            pointer,
        });
    }

    /// The constant by which a payload names its event.
    fn event_name(&self, payload: &TypeRef) -> Option<String> {
        let TypeRef::Named(id) = payload else { return None };
        let Shape::Object(object) = &self.api.get(*id).shape else { return None };
        let find = |name: &&str| object.fields.iter().find(|field| field.name == *name);
        EVENT_PROPERTIES.iter().find_map(find)?.constant.as_ref()?.as_str().map(str::to_owned)
    }
}
