//! Webhooks: events that the API sends. They never become calls.

use openapiv3::{Operation as Source, ReferenceOr};
use serde_json::Value;

use super::operation::WEBHOOKS;
use super::{Resolver, Site, escape};
use crate::ir::{Root, Shape, TypeRef, Webhook};

impl<'a> Resolver<'a> {
    pub(super) fn build_webhooks(&mut self) {
        for (path, item) in &self.document.paths.paths {
            let Some(escaped) = path.strip_prefix(WEBHOOKS) else { continue };
            let ReferenceOr::Item(item) = item else { continue };
            let given = item.extensions.get("x-codegen-webhook").and_then(Value::as_str);
            let name = given.unwrap_or(escaped).to_owned();
            for (index, (method, source)) in item.iter().enumerate() {
                let pointer = format!("/paths/{}/{method}", escape(path));
                // One event sent by several methods: the first has the name, the others the method besides.
                let name = if index == 0 { name.clone() } else { format!("{name} {method}") };
                self.webhook(&name, source, pointer);
            }
        }
    }

    fn webhook(&mut self, name: &str, source: &'a Source, pointer: String) {
        let root = Root::Webhook(self.api.webhooks.len());
        let body = source.request_body.as_ref().and_then(ReferenceOr::as_item);
        let media = body.and_then(|body| body.content.first());
        let payload = media.and_then(|(media_type, media)| {
            let schema = media.schema.as_ref()?;
            let place = format!("{pointer}/requestBody/content/{}/schema", escape(media_type));
            Some(self.type_ref(schema, &Site::new(place, root, "")))
        });
        let event = payload.as_ref().and_then(|ty| self.event(ty));
        if event.is_none() {
            self.warning(
                "event-without-name",
                format!("nothing in the payload of `{name}` says that it is this event; it is known by its members"),
                &pointer,
                "give the member that names the event a `const`, with an action in the overlay",
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

    /// The constant by which a payload says what it is.
    fn event(&self, payload: &TypeRef) -> Option<String> {
        let TypeRef::Named(id) = payload else { return None };
        let Shape::Object(object) = &self.api.get(*id).shape else { return None };
        let names = ["type", "event", "event_type", "action"];
        let field = names.iter().find_map(|name| object.fields.iter().find(|field| field.name == *name))?;
        field.constant.as_ref()?.as_str().map(str::to_owned)
    }
}
