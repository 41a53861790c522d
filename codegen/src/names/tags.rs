//! Names of tags (module, handle, feature) and of events.

use std::collections::BTreeSet;

use super::scope::Scope;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ident::{kebab_case, module_name, pascal_case, snake_case, type_name};
use crate::ir::{Api, Field, Shape, TypeId, TypeRef, Webhook};

/// The names of a tag.
#[derive(Debug)]
pub struct TagNames {
    /// The module under `api`, and the accessor of the client.
    pub module: String,
    /// The handle.
    pub handle: String,
    /// The cargo feature.
    pub feature: String,
}

/// What the client has besides accessors.
const TAKEN: [&str; 7] = ["new", "builder", "from_env", "clone", "core", "from_core", "fmt"];

/// Features that the crate has besides those of its tags.
const FEATURES: [&str; 14] = [
    "default",
    "full",
    "blocking",
    "tracing",
    "rustls",
    "native-tls",
    "http2",
    "gzip",
    "mock",
    "user-token",
    "reqwest",
    "std",
    "axum",
    "tower",
];

pub(super) fn tags(api: &Api, config: &Config, diagnostics: &mut Diagnostics) -> Vec<TagNames> {
    let mut scope = Scope::reserving(&TAKEN);
    let mut features: BTreeSet<String> = FEATURES.into_iter().map(str::to_owned).collect();
    let help = "give one of them another name: an entry under `[names.tags]` in the configuration";
    api.tags
        .iter()
        .map(|tag| {
            let base = config.names.tags.get(&tag.name).cloned().unwrap_or_else(|| tag.name.clone());
            let module = scope.claim(module_name(&base), &tag.name, &tag.pointer, help, diagnostics);
            let mut feature = kebab_case(&base);
            while !features.insert(feature.clone()) {
                feature.push_str("-tag");
            }
            // A type called like its constructor is no name for a handle.
            let handle =
                Some(type_name(&base)).filter(|name| name != "New").unwrap_or_else(|| "NewCalls".to_owned());
            TagNames { handle, feature, module }
        })
        .collect()
}

pub(super) fn webhooks(api: &Api, config: &Config, diagnostics: &mut Diagnostics) -> Vec<String> {
    check_members(api, config, diagnostics);
    let mut scope = Scope::reserving(&["Unknown"]);
    let help = "rename one of the events with an action in the overlay";
    api.webhooks
        .iter()
        .map(|webhook| {
            scope.claim(pascal_case(&webhook.name), &webhook.name, &webhook.pointer, help, diagnostics)
        })
        .collect()
}

/// The methods of the event enum that read the members that the configuration lists.
pub(super) fn event_methods(config: &Config, diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut scope = Scope::reserving(&["name"]);
    let help = "name each member once under `members` in the table `[webhooks]`";
    let members = config.webhooks.iter().flat_map(|webhooks| &webhooks.members);
    members.map(|member| scope.claim(snake_case(member), member, "", help, diagnostics)).collect()
}

/// Each member that the configuration makes a method of all events has to be one of some event.
fn check_members(api: &Api, config: &Config, diagnostics: &mut Diagnostics) {
    let members = config.webhooks.iter().flat_map(|webhooks| &webhooks.members);
    let known = |member: &&String| {
        *member != "name" && api.webhooks.iter().any(|webhook| event_member(api, webhook, member).is_some())
    };
    for member in members.filter(|member| !known(member)) {
        let message = format!("no event has a member `{member}` with text, from which a method could read");
        diagnostics.push(
            Diagnostic::error("configuration", message)
                .help("correct, or leave out, the name under `members` in the table `[webhooks]`"),
        );
    }
}

/// The member of an event's payload, if it is one with text: its type, its place, itself.
pub(crate) fn event_member<'a>(
    api: &'a Api,
    webhook: &Webhook,
    name: &str,
) -> Option<(TypeId, usize, &'a Field)> {
    let Some(TypeRef::Named(id)) = webhook.payload else { return None };
    let Shape::Object(object) = &api.get(id).shape else { return None };
    let text = |field: &Field| matches!(field.ty.split_null().0, TypeRef::String | TypeRef::Id(_));
    let mut all = object.fields.iter().enumerate();
    all.find(|(_, field)| field.name == name && text(field)).map(|(place, field)| (id, place, field))
}
