//! Names events, and the methods that read a property from any event.

use super::scope::Scope;
use super::settle::{Advice, Claim, settle};
use crate::config::{Config, dead_entry, invalid_entry};
use crate::diagnostic::{Code, Diagnostics};
use crate::ident::{pascal_case_with, snake_case_with};
use crate::ir::Api;

/// The variants of the event enum.
pub(super) fn name_events(api: &Api, diagnostics: &mut Diagnostics) -> Vec<String> {
    let claims = api
        .webhooks
        .iter()
        .map(|webhook| Claim::new(&webhook.name, &webhook.pointer, None, pascal_case_with));
    let help = |_: &str| "rename one of the events with an action in the overlay".to_owned();
    let advice = Advice { code: Code::NAMES_COLLIDE, help: &help };
    settle(&mut Scope::reserving(&["Unknown"]), &claims.collect::<Vec<_>>(), &advice, diagnostics)
}

/// The methods of the event enum that read the properties which the configuration lists; empty for a property that no event has,
/// which is reported.
pub(super) fn name_event_methods(api: &Api, config: &Config, diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut scope = Scope::reserving(&["name"]);
    let properties = config.webhooks.iter().flat_map(|webhooks| &webhooks.members);
    let names = properties.enumerate().map(|(index, property)| {
        let pointer = format!("/webhooks/members/{index}");
        if property == "name" {
            let message = "every event has a method `name` already";
            diagnostics.push(invalid_entry(pointer, message, "delete the name"));
        } else if !api.webhooks.iter().any(|webhook| api.text_property(webhook, property).is_some()) {
            let message = format!("no event has a property `{property}` that is a string");
            diagnostics.push_misfit(dead_entry(pointer, message));
            return String::new();
        }
        let help = |_: &str| "list each property once under `members` in the table `[webhooks]`".to_owned();
        let advice = Advice { code: Code::NAMES_COLLIDE, help: &help };
        scope.claim(&Claim::new(property, "", None, snake_case_with), &advice, diagnostics)
    });
    names.collect()
}
