//! Compares what does not belong to one operation: events, servers, credentials, the error envelope, and unused components.

use super::change::{Direction, Kind};
use super::found::{At, Found};
use super::impact;
use super::matching::match_webhooks;
use super::relation::wire_text;
use super::side::{Side, describe_event};
use super::types::found_in_both;
use super::walk::Walker;
use crate::ident::pascal_case;
use crate::ir::{Api, Authentication, Field, Shape, TypeId, Webhook};

const RESPONSE: Direction = Direction::Response;

impl<'a> Walker<'a> {
    pub(super) fn compare_webhooks(&mut self) {
        let (old, new) = (self.old.api(), self.new.api());
        let matched = match_webhooks(&old.webhooks, &new.webhooks);
        let labels: Vec<usize> =
            new.webhooks.iter().map(|webhook| self.add_label(describe_event(webhook))).collect();
        for (from, to) in matched.pairs {
            let (Some(one), Some(other), Some(label)) =
                (old.webhooks.get(from), new.webhooks.get(to), labels.get(to))
            else {
                continue;
            };
            // `Side::reached` lists events after operations.
            self.shared.push((old.operations.len() + from, new.operations.len() + to, *label));
            self.compare_webhook(&At::Call(*label, describe_event(other)), one, other);
        }
        for (webhook, label) in
            matched.added.iter().filter_map(|at| new.webhooks.get(*at).zip(labels.get(*at)))
        {
            let (kind, message, impact) =
                (Kind::WebhookAdded, "the event is new".to_owned(), impact::compatible());
            let new = webhook.pointer.as_str();
            let at = At::Call(*label, describe_event(webhook));
            self.record_change(&at, Found::new(kind, message, RESPONSE, impact).to(new).named(&webhook.name));
        }
        for webhook in matched.removed.iter().filter_map(|at| old.webhooks.get(*at)) {
            let (kind, message, impact) =
                (Kind::WebhookRemoved, "the event is gone".to_owned(), impact::breaks_rust());
            let old = webhook.pointer.as_str();
            let at = At::Call(self.add_label(describe_event(webhook)), describe_event(webhook));
            self.record_change(
                &at,
                Found::new(kind, message, RESPONSE, impact).from(old).named(&webhook.name),
            );
        }
    }

    fn compare_webhook(&mut self, at: &At, old: &'a Webhook, new: &'a Webhook) {
        let (from, to) = (old.pointer.as_str(), new.pointer.as_str());
        if old.name != new.name {
            let message = format!("the event `{}` is now `{}`", old.name, new.name);
            let same = self.old.event_name(old) == self.new.event_name(new);
            let impact = if same { impact::compatible() } else { impact::breaks_rust() };
            self.renamed_types.insert((pascal_case(&old.name), pascal_case(&new.name)));
            let found = found_in_both(Kind::WebhookRenamed, message, RESPONSE, impact, from, to);
            self.record_change(at, found.values(&old.name, &new.name));
        }
        if old.event != new.event {
            let message =
                format!("its discriminator value is `{}` now, no longer `{}`", new.event, old.event);
            let found = found_in_both(Kind::EventChanged, message, RESPONSE, impact::breaks_wire(), from, to);
            self.record_change(at, found.values(&old.event, &new.event));
        }
        let retyped = match (&old.payload, &new.payload) {
            (Some(one), Some(other)) => {
                self.compare_types(at, RESPONSE, one, other).map(|retyped| retyped.new_in_old)
            }
            (None, None) => None,
            (one, _) => Some(one.is_none()),
        };
        if let Some(read) = retyped {
            let impact = impact::type_changed(RESPONSE, false, read);
            let message = "its payload is of another type".to_owned();
            self.record_change(at, found_in_both(Kind::Retyped, message, RESPONSE, impact, from, to));
        }
        if (&old.summary, &old.description) != (&new.summary, &new.description) {
            let message = "its description changed".to_owned();
            self.record_change(
                at,
                found_in_both(Kind::Documentation, message, RESPONSE, impact::documentation_only(), from, to),
            );
        }
    }

    /// Compares the facts of the API as a whole.
    pub(super) fn compare_api(&mut self) {
        let (old, new) = (self.old.api(), self.new.api());
        let host = |servers: &'a [String]| servers.first().map_or("", String::as_str);
        let (from, to) = (host(&old.servers), host(&new.servers));
        if from != to {
            let message = format!("its server is `{to}` now, no longer `{from}`");
            let impact = impact::breaks_wire();
            self.record_change(
                &At::Api,
                found_in_both(Kind::ServerChanged, message, Direction::Both, impact, "/servers", "/servers")
                    .values(from, to),
            );
        }
        self.compare_environments();
        let main = |api: &'a Api| api.credentials.first().map(|credential| &credential.authentication);
        if main(old) != main(new) {
            let (before, after) = (describe_credential(main(old)), describe_credential(main(new)));
            let message = format!("the credential is sent {after} now, no longer {before}");
            let place = "/components/securitySchemes";
            let (kind, impact) = (Kind::AuthenticationChanged, impact::breaks_both());
            self.record_change(
                &At::Api,
                found_in_both(kind, message, Direction::Request, impact, place, place).values(before, after),
            );
        }
        self.compare_versions();
        if (&old.title, &old.description) != (&new.title, &new.description) {
            let message = "its title or description changed".to_owned();
            let (kind, impact) = (Kind::Documentation, impact::documentation_only());
            self.record_change(
                &At::Api,
                found_in_both(kind, message, Direction::Both, impact, "/info", "/info"),
            );
        }
        self.compare_envelopes();
    }

    /// Compares the environments that the document's servers are. The change of the first server is reported for the API.
    fn compare_environments(&mut self) {
        let (old, new) = (self.old.api(), self.new.api());
        let mut record = |message: String, impact, before: &str, after: &str| {
            let (kind, place) = (Kind::ServerChanged, "/servers");
            let found = found_in_both(kind, message, Direction::Both, impact, place, place);
            self.record_change(&At::Api, found.values(before, after));
        };
        let find = |api: &'a Api, name: &str| api.environments.iter().find(|other| other.name == name);
        for before in &old.environments {
            let name = &before.name;
            match find(new, name) {
                None => {
                    let from = before.servers.join("`, `");
                    record(
                        format!("the environment `{name}` (`{from}`) is gone"),
                        impact::breaks_both(),
                        &from,
                        "",
                    );
                }
                Some(after) => {
                    let from = before.servers.first().map_or("", String::as_str);
                    let to = after.servers.first().map_or("", String::as_str);
                    let first = |api: &'a Api| api.servers.first().map_or("", String::as_str);
                    if from != to && (first(old), first(new)) != (from, to) {
                        let message = format!(
                            "the server of the environment `{name}` is `{to}` now, no longer `{from}`"
                        );
                        record(message, impact::breaks_wire(), from, to);
                    }
                }
            }
        }
        for after in new.environments.iter().filter(|after| find(old, &after.name).is_none()) {
            let to = after.servers.join("`, `");
            record(
                format!("the environment `{}` (`{to}`) is new", after.name),
                impact::compatible(),
                "",
                &to,
            );
        }
    }

    /// The version of the API is a line of its own: a maintainer looks for it first.
    fn compare_versions(&mut self) {
        let (old, new) = (self.old.api(), self.new.api());
        // What a header asks for says more than the version of the text.
        let (old_place, new_place) = (version_of(old), version_of(new));
        let (from, to) = (old_place.0, new_place.0);
        if from != to {
            let message = format!("its version is `{to}` now, no longer `{from}`");
            let (kind, impact) = (Kind::VersionChanged, impact::documentation_only());
            let found = Found::new(kind, message, Direction::Both, impact).values(from, to);
            self.record_change(&At::Api, found.at(old_place.1, new_place.1));
        }
    }

    fn compare_envelopes(&mut self) {
        let (old, new) = (self.old.api(), self.new.api());
        let (one, other) = (&old.error, &new.error);
        match (one, other) {
            (Some(one), Some(other)) => {
                let same = one.root == other.root && one.members == other.members;
                if same {
                    self.queue_pair(&At::Api, RESPONSE, one.ty, other.ty);
                } else {
                    let (from, to) = (self.old.first_pointer(one.ty), self.new.first_pointer(other.ty));
                    let message = "the error envelope has another shape".to_owned();
                    let (kind, impact) = (Kind::EnvelopeChanged, impact::breaks_rust());
                    self.record_change(&At::Api, found_in_both(kind, message, RESPONSE, impact, from, to));
                }
            }
            (None, None) => {}
            (one, other) => {
                let ty = |side: &Side<'a>, ty: Option<TypeId>| ty.map(|ty| side.first_pointer(ty));
                let from = ty(&self.old, one.as_ref().map(|error| error.ty));
                let to = ty(&self.new, other.as_ref().map(|error| error.ty));
                let word = if one.is_none() { "now" } else { "no longer" };
                let message = format!("errors {word} share an envelope");
                let (kind, direction, impact) = (Kind::EnvelopeChanged, RESPONSE, impact::breaks_rust());
                self.record_change(&At::Api, Found::new(kind, message, direction, impact).places(from, to));
            }
        }
    }

    /// Compares the queued pairs of types, and those that they lead to.
    pub(super) fn compare_queued_pairs(&mut self) {
        while let Some((direction, old, new)) = self.next() {
            self.compare_type_pair(direction, old, new);
        }
    }

    /// Reports inline types that have another name in Rust, unless they are named after something whose new name is reported.
    pub(super) fn compare_inline_names(&mut self) {
        for ((old, new), direction) in self.inline_pairs.clone() {
            let (from, to) = (self.old.rust_name(old), self.new.rust_name(new));
            if from == to || from.is_empty() || to.is_empty() || self.explains_name(from, to) {
                continue;
            }
            let message = format!("its type in Rust is called `{to}` now, no longer `{from}`");
            let found = Found::new(Kind::TypeRenamed, message, direction, impact::breaks_rust());
            let found = found.at(self.old.first_pointer(old), self.new.first_pointer(new)).values(from, to);
            self.record_change(&At::Type(old, new), found);
        }
    }

    /// Whether a name differs only by a part that was renamed.
    fn explains_name(&self, from: &str, to: &str) -> bool {
        self.renamed_types.iter().any(|(old, new)| {
            let rest = |name: &str, part: &str| {
                name.find(part).map(|at| (name[..at].to_owned(), name[at + part.len()..].to_owned()))
            };
            !old.is_empty()
                && !new.is_empty()
                && rest(from, old).is_some_and(|one| rest(to, new) == Some(one))
        })
    }

    /// Compares unused components. Their fields count as fields of responses.
    pub(super) fn compare_unused_components(&mut self) {
        let old: Vec<(&'a str, TypeId)> = self.old.components().collect();
        for (name, one) in &old {
            // A component that is paired with another type is compared already.
            let twin = self
                .new
                .find_component(name)
                .filter(|other| !self.is_paired(*one) && !self.is_paired_new(*other));
            if let Some(other) = twin {
                self.queue_pair(&At::Api, RESPONSE, *one, other);
            }
        }
        self.compare_queued_pairs();
        let mut removed: Vec<(&'a str, TypeId)> = old;
        removed.retain(|(name, id)| {
            self.new.find_component(name).is_none() && !self.is_paired(*id) && !self.old.is_used(*id)
        });
        let mut added: Vec<(&'a str, TypeId)> = self.new.components().collect();
        added.retain(|(name, id)| {
            self.old.find_component(name).is_none() && !self.is_paired_new(*id) && !self.new.is_used(*id)
        });
        removed.retain(|(_, one)| {
            let same = |other: &(&'a str, TypeId)| self.old_text(*one) == self.new_text(other.1);
            let Some(place) = added.iter().position(same) else { return true };
            let (_, other) = added.remove(place);
            self.queue_pair(&At::Api, RESPONSE, *one, other);
            false
        });
        self.compare_queued_pairs();
        let direction = Direction::Both;
        for (name, id) in added {
            let (kind, impact) = (Kind::TypeAdded, impact::compatible());
            let message = format!("the component `{name}` is new and not used");
            let new = self.new.first_pointer(id);
            self.record_change(&At::Api, Found::new(kind, message, direction, impact).to(new).named(name));
        }
        for (name, id) in removed {
            let (kind, impact) = (Kind::TypeRemoved, impact::breaks_rust());
            let message = format!("the component `{name}` is removed; it was not used");
            let old = self.old.first_pointer(id);
            self.record_change(&At::Api, Found::new(kind, message, direction, impact).from(old).named(name));
        }
    }

    fn old_text(&self, id: TypeId) -> String {
        shape_text(&self.old, id)
    }

    fn new_text(&self, id: TypeId) -> String {
        shape_text(&self.new, id)
    }
}

/// A shape as text that is equal if the names, presence and types of all fields are equal.
fn shape_text(side: &Side<'_>, id: TypeId) -> String {
    match &side.api().get(id).shape {
        Shape::Object(object) => {
            let field =
                |field: &Field| format!("{} {} {}", field.name, field.required, wire_text(side, &field.ty));
            let fields: Vec<String> = object.fields.iter().map(field).collect();
            format!("object {}", fields.join(", "))
        }
        Shape::OpenEnum(set) => {
            let values: Vec<&str> = set.values.iter().map(|value| value.value.as_str()).collect();
            format!("enum {values:?}")
        }
        Shape::Union(union) => {
            let variants: Vec<String> =
                union.variants.iter().map(|variant| wire_text(side, &variant.ty)).collect();
            format!("union {}", variants.join(", "))
        }
        Shape::Alias(ty) => format!("alias {}", wire_text(side, ty)),
        Shape::Pending => String::new(),
    }
}

fn describe_credential(authentication: Option<&Authentication>) -> String {
    match authentication {
        None => "not at all".to_owned(),
        Some(Authentication::Bearer) => "as a bearer token".to_owned(),
        Some(Authentication::Basic) => "as user and password".to_owned(),
        Some(Authentication::Http(scheme)) => format!("in `Authorization` with the scheme `{scheme}`"),
        Some(Authentication::Header(name)) => format!("in the header `{name}`"),
        Some(Authentication::Query(name)) => format!("in the query as `{name}`"),
        Some(Authentication::Cookie(name)) => format!("in the cookie `{name}`"),
    }
}

/// The version of the API, else that of the text, and its pointer.
fn version_of(api: &Api) -> (&str, &str) {
    const TEXT: &str = "/info/version";
    match &api.api_version {
        Some(version) => (&version.value, version.pointer.as_deref().unwrap_or(TEXT)),
        None => (&api.version, TEXT),
    }
}
