//! Compares operations.

use super::change::{Direction, Kind};
use super::found::{At, Found};
use super::impact;
use super::matching::{match_operations, strip_parameter_names};
use super::relation::{DEPTH, accepts_values, describe_type};
use super::side::{Member, Side, describe_call};
use super::types::{describe_deprecation, found_in_both};
use super::walk::Walker;
use crate::analyze::Setter;
use crate::ident::type_name;
use crate::ir::{Api, Operation, Parameter, ParameterLocation, SecurityAlternative, Success, TypeRef};

impl<'a> Walker<'a> {
    pub(super) fn compare_operations(&mut self) {
        let (old, new) = (self.old.api(), self.new.api());
        let matched = match_operations(&old.operations, &new.operations);
        // Labels in the order of the new document; removed operations follow.
        let labels: Vec<usize> =
            new.operations.iter().map(|operation| self.add_label(describe_call(operation))).collect();
        for (from, to) in matched.pairs {
            let (Some(one), Some(other), Some(label)) =
                (old.operations.get(from), new.operations.get(to), labels.get(to))
            else {
                continue;
            };
            self.shared.push((from, to, *label));
            self.compare_operation(*label, one, other);
        }
        for (operation, label) in
            matched.added.iter().filter_map(|at| new.operations.get(*at).zip(labels.get(*at)))
        {
            let at = At::Call(*label, describe_call(operation));
            let message = format!("the operation `{}` is new", operation.id);
            let new = operation.pointer.as_str();
            let (kind, direction, impact) = (Kind::OperationAdded, Direction::Both, impact::compatible());
            self.record_change(
                &at,
                Found::new(kind, message, direction, impact).to(new).named(&operation.id),
            );
        }
        for operation in matched.removed.iter().filter_map(|at| old.operations.get(*at)) {
            let at = At::Call(self.add_label(describe_call(operation)), describe_call(operation));
            let message = format!("the operation `{}` is gone", operation.id);
            let old = operation.pointer.as_str();
            let (kind, direction, impact) = (Kind::OperationRemoved, Direction::Both, impact::breaks_both());
            self.record_change(
                &at,
                Found::new(kind, message, direction, impact).from(old).named(&operation.id),
            );
        }
    }

    fn compare_operation(&mut self, label: usize, old: &'a Operation, new: &'a Operation) {
        let at = At::Call(label, describe_call(new));
        self.compare_names(&at, old, new);
        self.compare_access(&at, old, new);
        self.compare_members(
            &at,
            Direction::Request,
            self.parameters(old, true),
            self.parameters(new, false),
        );
        self.compare_styles(&at, old, new);
        self.compare_bodies(label, old, new);
        self.compare_success(&at, old, new);
        self.compare_errors(&at, old, new);
        if old.deprecated != new.deprecated {
            let (kind, message) = describe_deprecation(new.deprecated);
            let found = Found::new(kind, message, Direction::Both, impact::compatible());
            self.record_operation_change(&at, found, (old, new));
        }
        let texts = |one: &Operation| (one.summary.clone(), one.description.clone());
        if texts(old) != texts(new) {
            let impact = impact::documentation_only();
            let found = Found::new(Kind::Documentation, "its description changed", Direction::Both, impact);
            self.record_operation_change(&at, found, (old, new));
        }
    }

    /// Records a change of an operation as a whole.
    fn record_operation_change(&mut self, at: &At, found: Found<'_>, (old, new): (&Operation, &Operation)) {
        self.record_change(at, found.at(&old.pointer, &new.pointer));
    }

    /// Compares the id, the path and the tag. Of these, only the path is sent; a program depends on the names in Rust that the
    /// id and the tag give.
    fn compare_names(&mut self, at: &At, old: &'a Operation, new: &'a Operation) {
        let names = |side: &Side<'a>, operation: &Operation| {
            let names = side.operation_names(operation);
            names.map_or(("", ""), |names| (names.method.as_str(), names.builder.as_str()))
        };
        let rust = (names(&self.old, old), names(&self.new, new));
        let modules = (self.old.module_name(old), self.new.module_name(new));
        let both = Direction::Both;
        if !self.old.has_readable_id(old) || !self.new.has_readable_id(new) {
            self.renamed_types.insert((type_name(&old.id), type_name(&new.id)));
        } else if old.id != new.id {
            let message = format!("the operation `{}` is now `{}`", old.id, new.id);
            let impact = if rust.0 == rust.1 { impact::compatible() } else { impact::breaks_rust() };
            if rust.0 != rust.1 {
                // Inline types are named after their operation.
                self.renamed_types.insert((type_name(&old.id), type_name(&new.id)));
            }
            let found = Found::new(Kind::OperationRenamed, message, both, impact).values(&old.id, &new.id);
            self.record_operation_change(at, found, (old, new));
        } else if rust.0 != rust.1 && modules.0 == modules.1 {
            let is_method = rust.0.0 != rust.1.0;
            let (before, after) = if is_method { (rust.0.0, rust.1.0) } else { (rust.0.1, rust.1.1) };
            let word = if is_method { "method" } else { "builder" };
            let message = format!("its {word} in Rust is `{after}` now, no longer `{before}`");
            let found = Found::new(Kind::OperationRenamed, message, both, impact::breaks_rust());
            self.record_operation_change(at, found.values(before, after), (old, new));
        }
        let (from, to) = (describe_call(old), describe_call(new));
        if strip_parameter_names(&from) != strip_parameter_names(&to) {
            let message = format!("`{from}` is now `{to}`");
            // Changed arguments are reported as parameters.
            let found = Found::new(Kind::OperationMoved, message, both, impact::breaks_wire());
            self.record_operation_change(at, found.values(from, to), (old, new));
        }
        let tag = |api: &'a Api, operation: &Operation| {
            api.tags.get(operation.tag).map_or(("", ""), |tag| (tag.name.as_str(), tag.pointer.as_str()))
        };
        let ((from, old_tag), (to, new_tag)) = (tag(self.old.api(), old), tag(self.new.api(), new));
        let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if plain(from) != plain(to) || modules.0 != modules.1 {
            // A renamed tag is one change, located at the tag.
            let at =
                if let At::Call(label, _) = at { At::Call(*label, format!("tag {to}")) } else { at.clone() };
            let message = format!("operations moved here from the tag `{from}`");
            let impact = if modules.0 == modules.1 { impact::compatible() } else { impact::breaks_rust() };
            let found = Found::new(Kind::OperationRetagged, message, both, impact).values(from, to);
            self.record_change(&at, found.at(old_tag, new_tag));
        }
    }

    /// Compares server and security.
    fn compare_access(&mut self, at: &At, old: &'a Operation, new: &'a Operation) {
        let host = |api: &'a Api, operation: &Operation| {
            api.servers.get(operation.server).map_or("", String::as_str)
        };
        let (from, to) = (host(self.old.api(), old), host(self.new.api(), new));
        // A change of the document's own server is reported once, for the API.
        if from != to && (old.server, new.server) != (0, 0) {
            let message = format!("its server is `{to}` now, no longer `{from}`");
            let (kind, impact) = (Kind::ServerChanged, impact::breaks_wire());
            let found = Found::new(kind, message, Direction::Both, impact).values(from, to);
            self.record_operation_change(at, found, (old, new));
        }
        let list = |operation: &'a Operation| operation.security.as_deref().unwrap_or_default();
        let (one, other) = (list(old), list(new));
        if sort_alternatives(one) != sort_alternatives(other) || old.unauthenticated != new.unauthenticated {
            let text = |list: &[SecurityAlternative]| {
                let texts: Vec<String> = list.iter().map(ToString::to_string).collect();
                if texts.is_empty() { "none".to_owned() } else { texts.join(" or ") }
            };
            let (before, after) = (text(one), text(other));
            let message = format!("its security is {after} now, no longer {before}");
            // Without a statement before, the credential was sent all the same.
            let unsaid = one.is_empty() && !old.unauthenticated;
            let works = |was: &SecurityAlternative| other.iter().any(|is| is_covered(is, was));
            let kept = other.is_empty() || unsaid || (!one.is_empty() && one.iter().all(works));
            let impact = if kept { impact::compatible() } else { impact::breaks_wire() };
            let found = Found::new(Kind::SecurityChanged, message, Direction::Both, impact);
            self.record_operation_change(at, found.values(before, after), (old, new));
        }
    }

    /// The parameters, keyed by location and name; path parameters, which are arguments, by their order.
    fn parameters(&self, operation: &'a Operation, is_old: bool) -> Vec<Member<'a>> {
        let side = if is_old { &self.old } else { &self.new };
        let names = side.operation_names(operation).map_or(&[][..], |names| names.parameters.as_slice());
        let setters = side.request_facts(operation).map_or(&[][..], |facts| facts.parameters.as_slice());
        let all = operation.parameters.iter().enumerate().map(|(order, parameter)| {
            let place = location_word(parameter.location);
            let key = match parameter.location {
                ParameterLocation::Path => format!("{place} {order}"),
                ParameterLocation::Header => format!("{place} {}", parameter.field.name.to_lowercase()),
                _ => format!("{place} {}", parameter.field.name),
            };
            Member {
                key,
                shown: describe_parameter(parameter),
                parameter: true,
                field: &parameter.field,
                rust: names.get(order).map_or("", String::as_str),
                setter: setters.get(order).copied().unwrap_or(Setter::Optional),
                presence: None,
                by_discriminator: false,
            }
        });
        all.collect()
    }

    /// Compares the styles of parameters. The change is reported at the operation.
    fn compare_styles(&mut self, at: &At, old: &'a Operation, new: &'a Operation) {
        for parameter in &new.parameters {
            let twin = old.parameters.iter().find(|other| {
                other.location == parameter.location && other.field.name == parameter.field.name
            });
            if let Some(twin) = twin.filter(|twin| twin.style != parameter.style) {
                let message = format!("{} has another style", describe_parameter(parameter));
                let (from, to) = (twin.field.pointer.as_str(), parameter.field.pointer.as_str());
                let found = found_in_both(
                    Kind::StyleChanged,
                    message,
                    Direction::Request,
                    impact::breaks_wire(),
                    from,
                    to,
                );
                self.record_change(at, found);
            }
        }
    }

    /// What both responses are, if they differ, and whether a client of the old one reads the new one.
    fn find_difference(
        &mut self,
        at: &At,
        old: &'a Success,
        new: &'a Success,
    ) -> Option<(String, String, bool)> {
        match (old, new) {
            (Success::Optional(one), Success::Optional(other)) => self.find_difference(at, one, other),
            (Success::Json(one), Success::Json(other))
            | (Success::ByStatus(one), Success::ByStatus(other))
            | (
                Success::Events { ty: one, is_whole: false },
                Success::Events { ty: other, is_whole: false },
            )
            | (Success::Events { ty: one, is_whole: true }, Success::Events { ty: other, is_whole: true })
            | (Success::Lines(one), Success::Lines(other)) => {
                self.compare_types(at, Direction::Response, one, other).map(|retyped| {
                    (describe_type(&self.old, one), describe_type(&self.new, other), retyped.new_in_old)
                })
            }
            (one, other) if one == other => None,
            (one, other) => {
                // A body where there was none breaks nobody; an optional body that becomes required is decoded as before.
                let read = match (one, other) {
                    (Success::Empty, _) => true,
                    (Success::Optional(one), other) => {
                        self.find_difference(at, one, other).is_none_or(|(.., read)| read)
                    }
                    (one, Success::Optional(other)) => {
                        // What differs within is said in either direction.
                        self.find_difference(at, one, other);
                        false
                    }
                    _ => false,
                };
                Some((describe_success(self, one, true), describe_success(self, other, false), read))
            }
        }
    }

    fn compare_success(&mut self, at: &At, old: &'a Operation, new: &'a Operation) {
        let differs = self.find_difference(at, &old.success, &new.success);
        if let Some((from, to, read)) = differs {
            let message = format!("its response is {to} now, no longer {from}");
            let impact = impact::type_changed(Direction::Response, false, read);
            let found = found_in_both(
                Kind::SuccessChanged,
                message,
                Direction::Response,
                impact,
                &old.pointer,
                &new.pointer,
            );
            self.record_change(at, found.values(from, to));
        }
        self.compare_alternatives(at, old, new);
        let message = match (&old.page, &new.page) {
            (None, Some(_)) => Some((Kind::PagesAdded, "its responses are pages now")),
            (Some(_), None) => Some((Kind::PagesRemoved, "its responses are not pages any more")),
            _ => None,
        };
        if let Some((kind, message)) = message {
            // The response type becomes, or stops being, `Page`.
            let impact = impact::breaks_rust();
            self.record_change(
                at,
                found_in_both(
                    kind,
                    message.to_owned(),
                    Direction::Response,
                    impact,
                    &old.pointer,
                    &new.pointer,
                ),
            );
        }
    }

    /// Compares errors with a body of their own. The crate exposes them as JSON, so no program depends on their types.
    fn compare_errors(&mut self, at: &At, old: &'a Operation, new: &'a Operation) {
        let direction = Direction::Response;
        for (status, ty) in &new.errors {
            let found = match old.errors.iter().find(|(other, _)| other == status) {
                None => Some((Kind::ErrorAdded, format!("the error {status} has a body of its own"))),
                Some((_, twin)) => self.compare_types(at, direction, twin, ty).map(|_| {
                    let read = accepts_values((&self.old, twin), (&self.new, ty), true, DEPTH);
                    let more = if read { ", which decodes as before" } else { "" };
                    (Kind::ErrorRetyped, format!("the error {status} has another body{more}"))
                }),
            };
            if let Some((kind, message)) = found {
                self.record_change(
                    at,
                    super::types::found_in_both(
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
            self.record_change(
                at,
                found_in_both(kind, message, direction, impact, &old.pointer, &new.pointer),
            );
        }
    }
}

/// Whether a credential that fulfils `was` fulfils `is`: it has every scheme, with every scope.
fn is_covered(is: &SecurityAlternative, was: &SecurityAlternative) -> bool {
    is.schemes.iter().all(|(scheme, scopes)| {
        let same = was.schemes.iter().find(|(name, _)| name == scheme);
        same.is_some_and(|(_, held)| scopes.iter().all(|scope| held.contains(scope)))
    })
}

/// The alternatives in an order that does not depend on the document, since none has precedence.
fn sort_alternatives(list: &[SecurityAlternative]) -> Vec<Vec<(String, Vec<String>)>> {
    let sorted = |alternative: &SecurityAlternative| {
        let mut schemes = alternative.schemes.clone();
        schemes.iter_mut().for_each(|(_, scopes)| scopes.sort());
        schemes.sort();
        schemes
    };
    let mut alternatives: Vec<_> = list.iter().map(sorted).collect();
    alternatives.sort();
    alternatives
}

fn describe_success(walker: &Walker<'_>, success: &Success, old: bool) -> String {
    let side = if old { &walker.old } else { &walker.new };
    let describe = |ty: &TypeRef| describe_type(side, ty);
    match success {
        Success::Empty => "nothing".to_owned(),
        Success::Json(ty) | Success::ByStatus(ty) => describe(ty),
        Success::Optional(value) => format!("{} or nothing", describe_success(walker, value, old)),
        Success::Text(media) | Success::Binary(media) => media.clone(),
        Success::Events { ty, .. } => format!("a stream of events with {}", describe(ty)),
        Success::Lines(ty) => format!("a stream of {}", describe(ty)),
    }
}

fn location_word(location: ParameterLocation) -> &'static str {
    match location {
        ParameterLocation::Path => "path",
        ParameterLocation::Query => "query",
        ParameterLocation::Header => "header",
        ParameterLocation::Cookie => "cookie",
    }
}

fn describe_parameter(parameter: &Parameter) -> String {
    format!("{} parameter `{}`", location_word(parameter.location), parameter.field.name)
}
