//! Checks the properties with the version of events: of payloads, and of the requests that configure an endpoint.

use super::search::{Search, is_text};
use crate::config::Webhooks;

/// Reports the operations and properties of the configuration that the model does not have.
pub(super) fn check(search: &mut Search<'_>, config: &Webhooks) {
    if let Some(property) = &config.version_property {
        let mut events = search.api.webhooks.iter();
        if !events.any(|webhook| search.api.text_property(webhook, property).is_some()) {
            let message = format!("no event has a property `{property}` that is a string");
            search.report_dead("version-property", message);
        }
    }
    let Some(name) = &config.version_field else { return };
    for (index, id) in config.version_operations.iter().enumerate() {
        let key = format!("version-operations/{index}");
        let Some((_, operation)) = search.find_operation(&key, id) else { continue };
        let Some(request) = search.find_request(operation) else { continue };
        let property = ("version-field", name.as_str());
        let Some(field) = search.find_property(request, property, "a string", is_text) else { continue };
        if field.required || field.read_only || field.constant.is_some() {
            // A caller has to set a required property, and cannot set a constant: there is no default.
            let message =
                format!("the property `{name}` in the request of `{id}` is not an optional property");
            search.reject(&message, id);
        }
    }
}
