//! Finds the operation of a token source, and checks the properties that it uses.

use super::search::{Search, is_text};
use crate::config::TokenSourceConfig;
use crate::ir::TypeRef;

/// The index of the operation that creates a token.
pub(super) fn find_operation(search: &mut Search<'_>, config: &TokenSourceConfig) -> Option<usize> {
    let (create, operation) = search.find_operation("create", &config.create)?;
    let response = search.find_response(operation)?;
    let is_time = |ty: &TypeRef| matches!(ty, TypeRef::DateTime);
    let token = search.find_property(response, ("token", &config.token), "a string", is_text);
    let expires = search.find_property(response, ("expires", &config.expires), "a date and time", is_time);
    let mut ok = search.check_parameters(operation, None) && token.is_some() && expires.is_some();
    if operation.body.iter().any(|body| body.variants.len() > 1) {
        let message = format!(
            "the request body of `{}` has several variants; a token source cannot choose",
            operation.id
        );
        search.reject(&message, &operation.id);
        ok = false;
    }
    if let Some(name) = &config.scopes {
        let is_list = |ty: &TypeRef| matches!(ty, TypeRef::List(item) if **item == TypeRef::String);
        let request = search.find_request(operation);
        let scopes = request.and_then(|request| {
            search.find_property(request, ("scopes", name), "a list of strings", is_list)
        });
        let is_optional = scopes.is_some_and(|field| !field.required && !field.read_only);
        if scopes.is_some() && !is_optional {
            // The source sets it after the caller has set what is required.
            let message =
                format!("the property `{name}` in the request of `{}` is not optional", operation.id);
            search.reject(&message, &operation.id);
        }
        ok &= is_optional;
    }
    if let Some(name) = &config.asked {
        let request = search.find_request(operation);
        let time = request
            .and_then(|request| search.find_property(request, ("asked", name), "a date and time", is_time));
        ok &= time.is_some();
    }
    ok.then_some(create)
}
