//! Emits the documentation of the method of an operation.

use proc_macro2::TokenStream;

use super::Context;
use super::docs::{code_span, outer_doc, sanitize_description};
use crate::ir::{Operation, TypeRef};

/// The documentation of a method: the description, the HTTP request, the scopes, and what the types do not show.
pub(super) fn operation_doc(cx: &Context<'_>, operation: &Operation) -> TokenStream {
    let text = operation.description.as_deref().or(operation.summary.as_deref());
    let text = text.map_or_else(|| format!("Calls {}.", code_span(&operation.id)), sanitize_description);
    let mut facts = code_span(&format!("{} {}", operation.verb.as_str(), operation.path));
    match operation.security.as_deref() {
        Some([]) if operation.unauthenticated => facts.push_str(", without a credential"),
        None | Some([]) => {}
        Some(alternatives) => {
            let texts = alternatives.iter().map(ToString::to_string);
            let scopes: Vec<String> = texts.filter(|text| text.contains('(')).collect();
            if !scopes.is_empty() {
                facts.push_str(&format!(", with {}", scopes.join(" or ")));
            }
        }
    }
    let page = operation.page.iter().filter(|page| !page.others.is_empty()).map(|page| {
        let others: Vec<String> = page.others.iter().map(|name| code_span(name)).collect();
        format!("A page also has {}, in its `extra_fields`.", others.join(", "))
    });
    let errors = operation.errors.iter().filter_map(|(status, ty)| error_doc(cx, status, ty));
    outer_doc(&[vec![text, format!("{facts}.")], page.collect(), errors.collect()].concat())
}

/// How to decode an error whose body differs from the common one.
fn error_doc(cx: &Context<'_>, status: &str, ty: &TypeRef) -> Option<String> {
    let TypeRef::Named(id) = ty.split_null().0 else { return None };
    let name = cx.names.ty(*id);
    let responses =
        if status == "default" { "all other errors".to_owned() } else { format!("error {status}") };
    Some(format!(
        "The body of {responses} is a [`{name}`](crate::models::{name}), which \
         [`Error::decode_body`](crate::Error::decode_body) returns."
    ))
}
