//! Sources of tokens, found in the model.

use super::{Search, TokenSource, is_text};
use crate::config::TokenSource as Config;
use crate::ir::{Field, TypeRef};

pub(super) fn find(search: &mut Search<'_>, index: usize, config: &Config) -> Option<TokenSource> {
    let (create, operation) = search.operation(&config.create)?;
    let fields = search.answer(operation)?;
    let place = (operation, "answer");
    let time = |ty: &TypeRef| matches!(ty, TypeRef::DateTime);
    let token = search.member(fields, &config.token, place, ("text", is_text));
    let expires = search.member(fields, &config.expires, place, ("date and time", time));
    let mut fits = search.needs_nothing_else(operation, None);
    if operation.body.iter().any(|body| body.variants.len() > 1) {
        search.error(
            &format!("the body of `{}` has several forms, of which a source cannot choose", operation.id),
            &operation.id,
        );
        fits = false;
    }
    if let Some(name) = &config.scopes {
        let list = |ty: &TypeRef| matches!(ty, TypeRef::List(item) if **item == TypeRef::String);
        let request = search.request(operation);
        let scopes = request
            .and_then(|fields| search.member(fields, name, (operation, "request"), ("list of texts", list)));
        if scopes.is_some_and(|field: &Field| field.required || field.read_only) {
            // The source sets it, after the caller has set what is required.
            search.error(
                &format!("the member `{name}` in the request of `{}` is not optional", operation.id),
                &operation.id,
            );
        }
        fits &= scopes.is_some_and(|field: &Field| !field.required && !field.read_only);
    }
    if let Some(name) = &config.asked {
        let request = search.request(operation);
        let asked = request
            .and_then(|fields| search.member(fields, name, (operation, "request"), ("date and time", time)));
        fits &= asked.is_some();
    }
    (fits && token.is_some() && expires.is_some()).then_some(TokenSource { config: index, create })
}
