//! Operations against operations.

use super::change::{Direction, Kind};
use super::impact;
use super::matching::{operations, template};
use super::members::Member;
use super::relation::{DEPTH, accepts, word};
use super::side::call;
use super::types::{deprecation, found};
use super::walk::{At, Found, Walker};
use crate::ir::{Api, Location, Operation, Parameter, Success, TypeRef};

impl<'a> Walker<'a> {
    pub(super) fn operations(&mut self) {
        let (old, new) = (self.old.api(), self.new.api());
        let matched = operations(&old.operations, &new.operations);
        // Labels in the order of the new document, behind them what is gone.
        let labels: Vec<usize> = new.operations.iter().map(|operation| self.label(call(operation))).collect();
        for (from, to) in matched.pairs {
            let (Some(one), Some(other), Some(label)) =
                (old.operations.get(from), new.operations.get(to), labels.get(to))
            else {
                continue;
            };
            self.shared.push((from, to, *label));
            self.operation(*label, one, other);
        }
        for (operation, label) in
            matched.added.iter().filter_map(|at| new.operations.get(*at).zip(labels.get(*at)))
        {
            let at = At::Call(*label, call(operation));
            let message = format!("the operation `{}` is new", operation.id);
            let new = Some(operation.pointer.as_str());
            let (kind, direction, impact) = (Kind::OperationAdded, Direction::Both, impact::compatible());
            self.record(&at, Found { kind, message, direction, impact, old: None, new });
        }
        for operation in matched.removed.iter().filter_map(|at| old.operations.get(*at)) {
            let at = At::Call(self.label(call(operation)), call(operation));
            let message = format!("the operation `{}` is gone", operation.id);
            let old = Some(operation.pointer.as_str());
            let (kind, direction, impact) = (Kind::OperationRemoved, Direction::Both, impact::breaking());
            self.record(&at, Found { kind, message, direction, impact, old, new: None });
        }
    }

    fn operation(&mut self, label: usize, old: &'a Operation, new: &'a Operation) {
        let at = At::Call(label, call(new));
        self.names(&at, old, new);
        self.access(&at, old, new);
        self.members(&at, Direction::Request, parameters(old), parameters(new));
        self.styles(&at, old, new);
        self.body(label, old, new);
        self.success(&at, old, new);
        self.errors(&at, old, new);
        if old.deprecated != new.deprecated {
            let (kind, message) = deprecation(new.deprecated);
            self.note(&at, kind, message, impact::compatible(), (old, new));
        }
        let texts = |one: &Operation| (one.summary.clone(), one.description.clone());
        if texts(old) != texts(new) {
            let message = "its description changed".to_owned();
            self.note(&at, Kind::Documentation, message, impact::words(), (old, new));
        }
    }

    /// A change of an operation as a whole.
    fn note(
        &mut self,
        at: &At,
        kind: Kind,
        message: String,
        impact: super::change::Impacts,
        (old, new): (&Operation, &Operation),
    ) {
        self.record(at, found(kind, message, Direction::Both, impact, &old.pointer, &new.pointer));
    }

    fn names(&mut self, at: &At, old: &Operation, new: &Operation) {
        if old.id != new.id {
            let message = format!("the operation `{}` is now `{}`", old.id, new.id);
            self.note(at, Kind::OperationRenamed, message, impact::renames(), (old, new));
        }
        let (from, to) = (call(old), call(new));
        if template(&from) != template(&to) {
            let message = format!("`{from}` is now `{to}`");
            // Other arguments are told as parameters.
            self.note(at, Kind::OperationMoved, message, impact::moves(), (old, new));
        }
        let tag = |api: &'a Api, operation: &Operation| {
            api.tags.get(operation.tag).map_or(("", ""), |tag| (tag.name.as_str(), tag.pointer.as_str()))
        };
        let ((from, old_tag), (to, new_tag)) = (tag(self.old.api(), old), tag(self.new.api(), new));
        let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if plain(from) != plain(to) {
            // A tag with another name is one change, which stands where the tag does.
            let at =
                if let At::Call(label, _) = at { At::Call(*label, format!("tag {to}")) } else { at.clone() };
            let message = format!("operations moved here from the tag `{from}`");
            let impact = impact::renames();
            self.record(
                &at,
                found(Kind::OperationRetagged, message, Direction::Both, impact, old_tag, new_tag),
            );
        }
    }

    /// Host and credentials.
    fn access(&mut self, at: &At, old: &Operation, new: &Operation) {
        let host = |api: &'a Api, operation: &Operation| {
            api.servers.get(operation.server).map_or("", String::as_str)
        };
        let (from, to) = (host(self.old.api(), old), host(self.new.api(), new));
        // A change of the document's own server is told once.
        if from != to && (old.server, new.server) != (0, 0) {
            let message = format!("its server is `{to}` now, no longer `{from}`");
            self.note(at, Kind::ServerChanged, message, impact::moves(), (old, new));
        }
        let empty = Vec::new();
        let (one, other) = (old.security.as_ref().unwrap_or(&empty), new.security.as_ref().unwrap_or(&empty));
        if one != other || old.unauthenticated != new.unauthenticated {
            let text = |list: &[String]| if list.is_empty() { "none".to_owned() } else { list.join(" or ") };
            let message = format!("its security is {} now, no longer {}", text(other), text(one));
            // Who was let in still is, if each of the old ways is still one, or none is needed. Where nothing was said before,
            // the credential was sent all the same.
            let unsaid = one.is_empty() && !old.unauthenticated;
            let kept =
                other.is_empty() || unsaid || (!one.is_empty() && one.iter().all(|way| other.contains(way)));
            let impact = if kept { impact::compatible() } else { impact::moves() };
            self.note(at, Kind::SecurityChanged, message, impact, (old, new));
        }
    }

    /// How parameters are written. It is told where the operation stands, since both sides know the parameter.
    fn styles(&mut self, at: &At, old: &'a Operation, new: &'a Operation) {
        for parameter in &new.parameters {
            let twin = old.parameters.iter().find(|other| {
                other.location == parameter.location && other.field.name == parameter.field.name
            });
            if let Some(twin) = twin.filter(|twin| twin.style != parameter.style) {
                let message = format!("{} is written in another style", shown(parameter));
                let (from, to) = (twin.field.pointer.as_str(), parameter.field.pointer.as_str());
                let found = found(Kind::StyleChanged, message, Direction::Request, impact::moves(), from, to);
                self.record(at, found);
            }
        }
    }

    fn success(&mut self, at: &At, old: &'a Operation, new: &'a Operation) {
        let differs = match (&old.success, &new.success) {
            (Success::Json(one), Success::Json(other))
            | (Success::Optional(one), Success::Optional(other)) => self
                .compare(Direction::Response, one, other)
                .map(|retyped| (word(&self.old, one), word(&self.new, other), retyped.new_in_old)),
            (one, other) if one == other => None,
            (one, other) => {
                // What nobody read before harms nobody; what may be missing was not there to be read.
                let read = match (one, other) {
                    (Success::Empty, _) => true,
                    (Success::Optional(one), Success::Json(other)) => {
                        self.compare(Direction::Response, one, other).is_none_or(|retyped| retyped.new_in_old)
                    }
                    _ => false,
                };
                Some((answer(self, one, true), answer(self, other, false), read))
            }
        };
        if let Some((from, to, read)) = differs {
            let message = format!("it answers with {to} now, no longer with {from}");
            let impact = impact::retyped(Direction::Response, false, read);
            let found =
                found(Kind::SuccessChanged, message, Direction::Response, impact, &old.pointer, &new.pointer);
            self.record(at, found);
        }
        let message = match (&old.page, &new.page) {
            (None, Some(_)) => Some((Kind::PagesAdded, "its answers are pages now")),
            (Some(_), None) => Some((Kind::PagesRemoved, "its answers are no pages any more")),
            _ => None,
        };
        if let Some((kind, message)) = message {
            // The answer is of another type then, `Page`.
            let impact = impact::renames();
            self.record(
                at,
                found(kind, message.to_owned(), Direction::Response, impact, &old.pointer, &new.pointer),
            );
        }
    }

    /// Errors with a body of their own. What the crate gives of them is JSON, so no program depends on more.
    fn errors(&mut self, at: &At, old: &'a Operation, new: &'a Operation) {
        let direction = Direction::Response;
        for (status, ty) in &new.errors {
            let found = match old.errors.iter().find(|(other, _)| other == status) {
                None => Some((Kind::ErrorAdded, format!("the error {status} has a body of its own"))),
                Some((_, twin)) => self.compare(direction, twin, ty).map(|_| {
                    let read = accepts((&self.old, twin), (&self.new, ty), true, DEPTH);
                    let more = if read { ", which reads as before" } else { "" };
                    (Kind::ErrorRetyped, format!("the error {status} has another body{more}"))
                }),
            };
            if let Some((kind, message)) = found {
                self.record(
                    at,
                    super::types::found(
                        kind,
                        message,
                        direction,
                        impact::compatible(),
                        &old.pointer,
                        &new.pointer,
                    ),
                );
            }
        }
        for (status, _) in
            old.errors.iter().filter(|(status, _)| !new.errors.iter().any(|(other, _)| other == status))
        {
            let message = format!("the error {status} has no body of its own any more");
            let (kind, impact) = (Kind::ErrorRemoved, impact::compatible());
            self.record(at, found(kind, message, direction, impact, &old.pointer, &new.pointer));
        }
    }
}

fn answer(walker: &Walker<'_>, success: &Success, old: bool) -> String {
    let side = if old { &walker.old } else { &walker.new };
    let named = |ty: &TypeRef| word(side, ty);
    match success {
        Success::Empty => "nothing".to_owned(),
        Success::Json(ty) => named(ty),
        Success::Optional(ty) => format!("{} or nothing", named(ty)),
        Success::Text(media) | Success::Binary(media) => media.clone(),
    }
}

fn place(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    }
}

fn shown(parameter: &Parameter) -> String {
    format!("{} parameter `{}`", place(parameter.location), parameter.field.name)
}

/// Parameters by place and name; those of the path, which are arguments, by their order.
fn parameters(operation: &Operation) -> Vec<Member<'_>> {
    let all = operation.parameters.iter().enumerate().map(|(order, parameter)| {
        let place = place(parameter.location);
        let key = match parameter.location {
            Location::Path => format!("{place} {order}"),
            Location::Header => format!("{place} {}", parameter.field.name.to_lowercase()),
            _ => format!("{place} {}", parameter.field.name),
        };
        Member { key, shown: shown(parameter), parameter: true, field: &parameter.field }
    });
    all.collect()
}
