//! Emits the documentation of the method of an operation.

use proc_macro2::TokenStream;

use super::Context;
use super::constraint_docs::{append_sentences, link_sentence};
use super::docs::{code_span, sanitize_description, sanitize_markdown};
use super::paging::paging_doc;
use crate::ir::{Link, Operation, ResponseHeader, TypeRef};

/// The documentation of a method: the description, the HTTP request, the scopes, and what the types do not show.
pub(super) fn operation_doc(cx: &Context<'_>, operation: &Operation) -> TokenStream {
    let text = operation.description.as_deref().or(operation.summary.as_deref());
    let text = text.map_or_else(|| format!("Calls {}.", code_span(&operation.id)), sanitize_description);
    let mut facts = code_span(&format!("{} {}", operation.verb.as_str(), operation.path));
    match operation.security.as_deref() {
        None | Some([]) if operation.unauthenticated => facts.push_str(", without a credential"),
        None | Some([]) => {}
        Some(alternatives) => {
            let texts = alternatives.iter().map(ToString::to_string);
            // With one credential, only the scopes say more than the client knows.
            let is_told = |text: &String| cx.api.credentials.len() > 1 || text.contains('(');
            let scopes: Vec<String> = texts.filter(is_told).collect();
            if !scopes.is_empty() {
                facts.push_str(&format!(", with {}", scopes.join(" or ")));
            }
        }
    }
    let paging = operation.page.as_ref().and_then(paging_doc);
    let page = operation.page.iter().filter(|page| !page.others.is_empty()).map(|page| {
        let others: Vec<String> = page.others.iter().map(|name| code_span(name)).collect();
        format!("A page also has {}, in its `extra_fields`.", others.join(", "))
    });
    let notes = [
        list_names("Response headers", operation.response_headers.iter().map(header_text)),
        list_names("Leads to", operation.links.iter().map(link_text)),
    ];
    let errors = operation.errors.iter().filter_map(|(status, ty)| error_doc(cx, status, ty));
    let link = operation.external_docs.as_ref().and_then(link_sentence);
    let reference = if link.is_none() { link_reference(cx, operation) } else { None };
    let text = append_sentences(text, link.as_slice());
    cx.docs.add(
        &[
            vec![text, append_sentences(format!("{facts}."), reference.as_slice())],
            paging.into_iter().collect(),
            page.collect(),
            notes.into_iter().flatten().collect(),
            errors.collect(),
        ]
        .concat(),
    )
}

/// The link to the operation in the API's own reference, if the configuration says where that is.
fn link_reference(cx: &Context<'_>, operation: &Operation) -> Option<String> {
    let page = find_reference(cx, operation)?;
    // Names are letters and digits in the URL, and the rest is the configuration's own.
    Some(format!("[API reference]({page})."))
}

/// The page of the operation in the API's own reference.
pub(super) fn find_reference(cx: &Context<'_>, operation: &Operation) -> Option<String> {
    let tag = &cx.api.tags.get(operation.tag)?.name;
    cx.config.reference.as_ref()?.find_page(&operation.id, tag, operation.summary.as_deref())
}

fn header_text(header: &ResponseHeader) -> String {
    let deprecated = if header.deprecated { ", deprecated" } else { "" };
    name_with_text(&format!("{}{deprecated}", code_span(&header.name)), header.description.as_deref())
}

fn link_text(link: &Link) -> String {
    name_with_text(&code_span(&link.operation), link.description.as_deref())
}

/// A name, and the first line of its description in parentheses.
fn name_with_text(name: &str, description: Option<&str>) -> String {
    let text = description.map(sanitize_markdown).unwrap_or_default();
    match text.lines().next().map(|line| line.trim().trim_end_matches('.')).filter(|line| !line.is_empty()) {
        Some(line) => format!("{name} ({line})"),
        None => name.to_owned(),
    }
}

/// A sentence that lists names, if there are any.
fn list_names(words: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| format!("{words}: {}.", names.join("; ")))
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
