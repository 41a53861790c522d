//! Emits how the next page of a list is requested: as constant data, and as a sentence.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::code_span;
use crate::ir::{Page, PageHeaders, Paging, PagingKind, Path};

/// The constant data of an operation that is a list.
pub(super) fn emit_paging(paging: &Paging) -> TokenStream {
    let parameter = &paging.parameter;
    let number = |value: u32| Literal::u32_unsuffixed(value);
    let kind = match &paging.kind {
        PagingKind::Cursor(value) => {
            let value = emit_path(value);
            quote!(cursor(#parameter, #value))
        }
        PagingKind::LastItem(field) => {
            let field = emit_path(field);
            quote!(last_item(#parameter, #field))
        }
        PagingKind::Number(first) => {
            let first = number(*first);
            quote!(number(#parameter, #first))
        }
        PagingKind::Offset(first) => {
            let first = number(*first);
            quote!(offset(#parameter, #first))
        }
        PagingKind::Link => quote!(link()),
        PagingKind::Url(value) => {
            let value = emit_path(value);
            quote!(url(#value))
        }
    };
    let in_body = paging.in_body.then(|| quote!(.in_body()));
    let paths = [
        (quote!(more), &paging.more),
        (quote!(last), &paging.last),
        (quote!(total), &paging.total),
        (quote!(pages), &paging.pages),
        (quote!(current), &paging.current),
    ];
    let paths = paths.into_iter().filter_map(|(name, path)| {
        let path = emit_path(path.as_ref()?);
        Some(quote!(.#name(#path)))
    });
    let size = paging.size.as_ref().map(|size| {
        let (name, default, maximum) = (&size.parameter, number(size.default), number(size.maximum));
        quote!(.size(#name, #default, #maximum))
    });
    let headers = [
        (quote!(next_header), &paging.headers.next),
        (quote!(current_header), &paging.headers.current),
        (quote!(pages_header), &paging.headers.pages),
        (quote!(total_header), &paging.headers.total),
    ];
    let headers = headers.into_iter().filter_map(|(method, name)| {
        let name = name.as_ref()?;
        Some(quote!(.#method(#name)))
    });
    quote!(rt::Paging::#kind #in_body #(#paths)* #size #(#headers)*)
}

fn emit_path(path: &Path) -> TokenStream {
    quote!(&[#(#path),*])
}

/// How pages are requested, for the documentation of a method.
pub(super) fn paging_doc(page: &Page) -> Option<String> {
    let paging = page.paging.as_ref()?;
    let place = if paging.in_body { "body field" } else { "query parameter" };
    let parameter = code_span(&paging.parameter);
    let at = |path: &Path| code_span(&path.join("."));
    let mut text = match &paging.kind {
        PagingKind::Cursor(value) => {
            format!(
                "The next page is requested with the {place} {parameter}, set to {} of the response",
                at(value)
            )
        }
        PagingKind::LastItem(field) => {
            format!(
                "The next page is requested with the {place} {parameter}, set to {} of the last item",
                at(field)
            )
        }
        PagingKind::Number(first) => {
            format!(
                "The next page is requested with the {place} {parameter}, the number of the page from {first} on"
            )
        }
        PagingKind::Offset(first) => format!(
            "The next page is requested with the {place} {parameter}, the position of its first item from {first} on"
        ),
        PagingKind::Link => {
            "The next page is requested from the URL in the header `Link` of the response".to_owned()
        }
        PagingKind::Url(value) => {
            format!("The next page is requested from the URL in {} of the response", at(value))
        }
    };
    let end = match (&paging.more, &paging.last, &paging.pages, &paging.total) {
        (Some(path), ..) => Some(format!("while {} is true", at(path))),
        (_, Some(path), ..) => Some(format!("until {} is true", at(path))),
        (_, _, Some(path), _) => Some(format!("up to {}", at(path))),
        (.., Some(path)) => Some(format!("up to {} items", at(path))),
        _ => describe_headers(&paging.headers),
    };
    let counts = matches!(paging.kind, PagingKind::Number(_) | PagingKind::Offset(_));
    let end = end.or_else(|| counts.then(|| "until a page is not full".to_owned()));
    if let Some(end) = end {
        text.push_str(&format!(", {end}"));
    }
    Some(text + ".")
}

/// Where the list ends, by the headers of the response.
fn describe_headers(headers: &PageHeaders) -> Option<String> {
    let PageHeaders { next, pages, total, .. } = headers;
    match (next, pages, total) {
        (Some(name), ..) => Some(format!("while the header {} has its number", code_span(name))),
        (_, Some(name), _) => Some(format!("up to the number of pages in the header {}", code_span(name))),
        (.., Some(name)) => Some(format!("up to the number of items in the header {}", code_span(name))),
        _ => None,
    }
}
