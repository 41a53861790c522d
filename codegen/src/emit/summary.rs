//! What the method of an operation says in its documentation.

use proc_macro2::TokenStream;

use super::Context;
use super::docs::{code, doc, foreign, sentence};
use crate::ir::{Operation, TypeRef};

/// What the method of an operation says: what it does, how it goes over the wire, what it needs.
pub(super) fn summary(cx: &Context<'_>, operation: &Operation) -> TokenStream {
    let text = operation.description.as_deref().or(operation.summary.as_deref());
    let text =
        text.map_or_else(|| format!("Calls {}.", code(&operation.id)), |text| sentence(&foreign(text)));
    let mut facts = code(&format!("{} {}", operation.verb.as_str(), operation.path));
    match operation.security.as_deref() {
        Some([]) if operation.unauthenticated => facts.push_str(", without a credential"),
        None | Some([]) => {}
        Some(alternatives) => {
            let scopes: Vec<&str> =
                alternatives.iter().map(String::as_str).filter(|text| text.contains('(')).collect();
            if !scopes.is_empty() {
                facts.push_str(&format!(", with {}", scopes.join(" or ")));
            }
        }
    }
    let page = operation.page.iter().filter(|page| !page.others.is_empty()).map(|page| {
        let others: Vec<String> = page.others.iter().map(|name| code(name)).collect();
        format!("A page has {} besides, kept in its `extra_fields`.", others.join(", "))
    });
    let errors = operation.errors.iter().filter_map(|(status, ty)| error(cx, status, ty));
    doc(&[vec![text, format!("{facts}.")], page.collect(), errors.collect()].concat())
}

/// How an error with a body of its own is read.
fn error(cx: &Context<'_>, status: &str, ty: &TypeRef) -> Option<String> {
    let TypeRef::Named(id) = ty.split_null().0 else { return None };
    let name = cx.names.ty(*id);
    let which =
        if status == "default" { "Any other error".to_owned() } else { format!("The error {status}") };
    Some(format!(
        "{which} has a body of its own: [`models::{name}`](crate::models::{name}), which \
         [`Error::decode_body`](crate::Error::decode_body) gives."
    ))
}
