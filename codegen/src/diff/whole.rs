//! What belongs to no single operation: events, servers, credentials, the error envelope, and components that nothing uses.

use super::change::{Direction, Kind};
use super::impact;
use super::matching::webhooks;
use super::relation::wire;
use super::side::{Side, event};
use super::types::found;
use super::walk::{At, Found, Walker};
use crate::ir::{Authentication, Field, Shape, TypeId, Webhook};

const RESPONSE: Direction = Direction::Response;

impl<'a> Walker<'a> {
    pub(super) fn webhooks(&mut self) {
        let (old, new) = (self.old.api(), self.new.api());
        let matched = webhooks(&old.webhooks, &new.webhooks);
        let labels: Vec<usize> = new.webhooks.iter().map(|webhook| self.label(event(webhook))).collect();
        for (from, to) in matched.pairs {
            let (Some(one), Some(other), Some(label)) =
                (old.webhooks.get(from), new.webhooks.get(to), labels.get(to))
            else {
                continue;
            };
            // Events stand behind the operations among what is reached.
            self.shared.push((old.operations.len() + from, new.operations.len() + to, *label));
            self.webhook(&At::Call(*label, event(other)), one, other);
        }
        for (webhook, label) in
            matched.added.iter().filter_map(|at| new.webhooks.get(*at).zip(labels.get(*at)))
        {
            let (kind, message, impact) =
                (Kind::WebhookAdded, "the event is new".to_owned(), impact::compatible());
            let new = Some(webhook.pointer.as_str());
            let at = At::Call(*label, event(webhook));
            self.record(&at, Found { kind, message, direction: RESPONSE, impact, old: None, new });
        }
        for webhook in matched.removed.iter().filter_map(|at| old.webhooks.get(*at)) {
            let (kind, message, impact) =
                (Kind::WebhookRemoved, "the event is gone".to_owned(), impact::renames());
            let old = Some(webhook.pointer.as_str());
            let at = At::Call(self.label(event(webhook)), event(webhook));
            self.record(&at, Found { kind, message, direction: RESPONSE, impact, old, new: None });
        }
    }

    fn webhook(&mut self, at: &At, old: &'a Webhook, new: &'a Webhook) {
        let (from, to) = (old.pointer.as_str(), new.pointer.as_str());
        if old.name != new.name {
            let message = format!("the event `{}` is now `{}`", old.name, new.name);
            self.record(at, found(Kind::WebhookRenamed, message, RESPONSE, impact::renames(), from, to));
        }
        if old.event != new.event {
            let message = format!("it is marked by `{}` now, no longer by `{}`", new.event, old.event);
            self.record(at, found(Kind::EventChanged, message, RESPONSE, impact::moves(), from, to));
        }
        let retyped = match (&old.payload, &new.payload) {
            (Some(one), Some(other)) => self.compare(RESPONSE, one, other).map(|retyped| retyped.new_in_old),
            (None, None) => None,
            (one, _) => Some(one.is_none()),
        };
        if let Some(read) = retyped {
            let impact = impact::retyped(RESPONSE, false, read);
            let message = "its payload is of another type".to_owned();
            self.record(at, found(Kind::Retyped, message, RESPONSE, impact, from, to));
        }
        if (&old.summary, &old.description) != (&new.summary, &new.description) {
            let message = "its description changed".to_owned();
            self.record(at, found(Kind::Documentation, message, RESPONSE, impact::words(), from, to));
        }
    }

    /// What the document says of the API as a whole.
    pub(super) fn api(&mut self) {
        let (old, new) = (self.old.api(), self.new.api());
        let host = |servers: &'a [String]| servers.first().map_or("", String::as_str);
        let (from, to) = (host(&old.servers), host(&new.servers));
        if from != to {
            let message = format!("its server is `{to}` now, no longer `{from}`");
            let impact = impact::moves();
            self.record(
                &At::Api,
                found(Kind::ServerChanged, message, Direction::Both, impact, "/servers", "/servers"),
            );
        }
        if old.authentication != new.authentication {
            let message = format!(
                "the credential is sent {} now, no longer {}",
                sent(&new.authentication),
                sent(&old.authentication)
            );
            let place = "/components/securitySchemes";
            let (kind, impact) = (Kind::AuthenticationChanged, impact::breaking());
            self.record(&At::Api, found(kind, message, Direction::Request, impact, place, place));
        }
        if (&old.title, &old.description) != (&new.title, &new.description) {
            let message = "its title or description changed".to_owned();
            let (kind, impact) = (Kind::Documentation, impact::words());
            self.record(&At::Api, found(kind, message, Direction::Both, impact, "/info", "/info"));
        }
        self.envelope();
    }

    fn envelope(&mut self) {
        let (old, new) = (self.old.api(), self.new.api());
        let (one, other) = (&old.error, &new.error);
        match (one, other) {
            (Some(one), Some(other)) => {
                let same = one.root == other.root && one.members == other.members;
                if same {
                    self.meet(RESPONSE, one.ty, other.ty);
                } else {
                    let (from, to) = (self.old.pointer(one.ty), self.new.pointer(other.ty));
                    let message = "errors have another shape".to_owned();
                    let (kind, impact) = (Kind::EnvelopeChanged, impact::renames());
                    self.record(&At::Api, found(kind, message, RESPONSE, impact, from, to));
                }
            }
            (None, None) => {}
            (one, other) => {
                let ty = |side: &Side<'a>, ty: Option<TypeId>| ty.map(|ty| side.pointer(ty));
                let from = ty(&self.old, one.as_ref().map(|error| error.ty));
                let to = ty(&self.new, other.as_ref().map(|error| error.ty));
                let word = if one.is_none() { "now" } else { "no longer" };
                let message = format!("errors {word} have a shape in common");
                let (kind, direction, impact) = (Kind::EnvelopeChanged, RESPONSE, impact::renames());
                self.record(&At::Api, Found { kind, message, direction, impact, old: from, new: to });
            }
        }
    }

    /// Compares the pairs of types that were met, and those that these lead to.
    pub(super) fn drain(&mut self) {
        while let Some((direction, old, new)) = self.next() {
            self.types(direction, old, new);
        }
    }

    /// The components that nothing uses. What they hold counts as an answer.
    pub(super) fn components(&mut self) {
        let old: Vec<(&'a str, TypeId)> = self.old.components().collect();
        for (name, one) in &old {
            // One that goes with another type, on either side, is compared already.
            let twin =
                self.new.component(name).filter(|other| !self.is_paired(*one) && !self.is_paired_new(*other));
            if let Some(other) = twin {
                self.meet(RESPONSE, *one, other);
            }
        }
        self.drain();
        let mut removed: Vec<(&'a str, TypeId)> = old;
        removed.retain(|(name, id)| {
            self.new.component(name).is_none() && !self.is_paired(*id) && !self.old.is_used(*id)
        });
        let mut added: Vec<(&'a str, TypeId)> = self.new.components().collect();
        added.retain(|(name, id)| {
            self.old.component(name).is_none() && !self.is_paired_new(*id) && !self.new.is_used(*id)
        });
        removed.retain(|(_, one)| {
            let same = |other: &(&'a str, TypeId)| self.old_text(*one) == self.new_text(other.1);
            let Some(place) = added.iter().position(same) else { return true };
            let (_, other) = added.remove(place);
            self.meet(RESPONSE, *one, other);
            false
        });
        self.drain();
        let direction = Direction::Both;
        for (name, id) in added {
            let (kind, impact) = (Kind::TypeAdded, impact::compatible());
            let message = format!("the component `{name}`, which nothing uses, is new");
            let new = Some(self.new.pointer(id));
            self.record(&At::Api, Found { kind, message, direction, impact, old: None, new });
        }
        for (name, id) in removed {
            let (kind, impact) = (Kind::TypeRemoved, impact::renames());
            let message = format!("the component `{name}`, which nothing used, is gone");
            let old = Some(self.old.pointer(id));
            self.record(&At::Api, Found { kind, message, direction, impact, old, new: None });
        }
    }

    fn old_text(&self, id: TypeId) -> String {
        shape_text(&self.old, id)
    }

    fn new_text(&self, id: TypeId) -> String {
        shape_text(&self.new, id)
    }
}

/// A shape as text that is equal if names, presence and types of all members are.
fn shape_text(side: &Side<'_>, id: TypeId) -> String {
    match &side.api().get(id).shape {
        Shape::Object(object) => {
            let field =
                |field: &Field| format!("{} {} {}", field.name, field.required, wire(side, &field.ty));
            let fields: Vec<String> = object.fields.iter().map(field).collect();
            format!("object {}", fields.join(", "))
        }
        Shape::StringEnum(set) => {
            let values: Vec<&str> = set.values.iter().map(|value| value.value.as_str()).collect();
            format!("enum {values:?}")
        }
        Shape::Union(union) => {
            let variants: Vec<String> =
                union.variants.iter().map(|variant| wire(side, &variant.ty)).collect();
            format!("union {}", variants.join(", "))
        }
        Shape::Alias(ty) => format!("alias {}", wire(side, ty)),
        Shape::Pending => String::new(),
    }
}

fn sent(authentication: &Authentication) -> String {
    match authentication {
        Authentication::None => "not at all".to_owned(),
        Authentication::Bearer => "as a bearer token".to_owned(),
        Authentication::Basic => "as user and password".to_owned(),
        Authentication::Header(name) => format!("in the header `{name}`"),
        Authentication::Query(name) => format!("in the query as `{name}`"),
    }
}
