//! Resolves the media types of successful responses that have a method of their own.

use super::media_type::{essence, is_sendable};
use super::success::Selected;
use crate::ir::{Alternative, Success};

/// The media types that have a method of their own: those that `send` does not decode, and all of streams of which `send` returns
/// the bytes.
pub(super) fn resolve_alternatives(
    selected: &[Selected<'_>],
    success: &Success,
    may_be_empty: bool,
) -> Vec<Alternative> {
    let mut alternatives = Vec::new();
    for (name, success) in selected.iter().flat_map(|selected| &selected.others) {
        add_alternative(&mut alternatives, name, success);
    }
    let has_others = !alternatives.is_empty();
    for response in selected {
        add_usual(&mut alternatives, response);
    }
    if matches!(success.value(), Success::Binary(_))
        && selected.iter().any(|selected| selected.success.is_stream())
    {
        add_streams(&mut alternatives, selected);
    }
    if may_be_empty {
        alternatives.iter_mut().for_each(|other| other.success = other.success.clone().or_nothing());
    }
    // Whatever comes can be read as bytes.
    if has_others {
        add_alternative(&mut alternatives, "*/*", &Success::Binary("*/*".to_owned()));
    }
    alternatives
}

/// Adds a media type that has a method of its own. If several responses offer it with different contents, it is bytes.
fn add_alternative(alternatives: &mut Vec<Alternative>, name: &str, success: &Success) {
    match alternatives.iter_mut().find(|other| essence(&other.media_type) == essence(name)) {
        None => alternatives.push(Alternative { media_type: name.to_owned(), success: success.clone() }),
        Some(same) => {
            let both = join(&same.success, success);
            same.success = both.unwrap_or_else(|| Success::Binary(name.to_owned()));
        }
    }
}

/// Adds what a response has under the media types of alternatives to other responses. A server that is asked for one of them may
/// send this response.
fn add_usual(alternatives: &mut Vec<Alternative>, response: &Selected<'_>) {
    for name in response.names.iter().chain(&response.unrequested) {
        let is_same = |other: &str| essence(other) == essence(name);
        // The parameters of the media types tell the contents of one response apart.
        let is_own = response.others.iter().any(|(other, _)| is_same(other));
        if !is_own && alternatives.iter().any(|other| is_same(&other.media_type)) {
            add_alternative(alternatives, name, &response.success);
        }
    }
}

/// Adds a method for each media type of the responses, of which some are streams.
fn add_streams(alternatives: &mut Vec<Alternative>, selected: &[Selected<'_>]) {
    for Selected { success, names, .. } in selected {
        for name in names.iter().filter(|name| is_sendable(name)) {
            add_alternative(alternatives, name, success);
        }
    }
}

/// Whether two bodies are decoded alike: text and bytes of any media types are.
pub(super) fn is_alike(one: &Success, other: &Success) -> bool {
    match (one, other) {
        (Success::Text(_), Success::Text(_)) | (Success::Binary(_), Success::Binary(_)) => true,
        (one, other) => one == other,
    }
}

/// What decodes either of two bodies, if they are alike except for `null`.
fn join(one: &Success, other: &Success) -> Option<Success> {
    if let (Success::Json(one), Success::Json(other)) = (one, other) {
        let ((one, is_nullable), (other, other_is_nullable)) = (one.split_null(), other.split_null());
        return (one == other).then(|| Success::Json(one.clone().nullable(is_nullable || other_is_nullable)));
    }
    is_alike(one, other).then(|| one.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::TypeRef;

    #[test]
    fn contents_of_one_media_type_are_joined_or_bytes() {
        let text = |name: &str| Success::Text(name.to_owned());
        let (integer, string) = (Success::Json(TypeRef::Integer), Success::Json(TypeRef::String));
        let nullable = Success::Json(TypeRef::Integer.nullable(true));
        for (name, one, other, expected) in [
            ("text/csv; header=present", &text("text/csv"), &text("Text/CSV"), text("text/csv")),
            ("application/x+json", &integer, &integer, integer.clone()),
            ("application/x+json", &integer, &nullable, nullable.clone()),
            ("application/x+json", &nullable, &integer, nullable.clone()),
            ("application/x+json", &integer, &string, Success::Binary("application/x+json".to_owned())),
        ] {
            let mut alternatives = Vec::new();
            add_alternative(&mut alternatives, name, one);
            add_alternative(&mut alternatives, name, other);
            let found: Vec<&Success> = alternatives.iter().map(|other| &other.success).collect();
            assert_eq!(found, [&expected], "{name}");
        }
    }

    #[test]
    fn nothing_is_one_null_and_streams_have_none() {
        let nullable = TypeRef::Integer.nullable(true);
        let optional = |success: Success| Success::Optional(Box::new(success));
        for (success, expected) in [
            (Success::Json(nullable.clone()), optional(Success::Json(TypeRef::Integer))),
            (Success::ByStatus(nullable), optional(Success::ByStatus(TypeRef::Integer))),
            (Success::Lines(TypeRef::Integer), Success::Lines(TypeRef::Integer)),
        ] {
            assert_eq!(success.or_nothing(), expected);
        }
    }
}
