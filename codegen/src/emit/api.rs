//! One module per tag: the handle with a method per operation, and the builders.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::docs::{doc, foreign, inner_doc, sentence};
use super::operation::{arguments, builder, call, start};
use super::summary::summary;
use super::types::ident;
use super::{Context, Module, NamedOperation, cfg, token_source, upload};
use crate::analyze::Gate;

/// The module `api` with a file per tag that has operations.
pub(super) fn modules<'a>(cx: &'a Context<'a>) -> impl Iterator<Item = Module> + 'a {
    let calls = used(cx).map(move |tag| {
        let name = cx.names.tags.get(tag).map_or("", |names| names.module.as_str());
        Module::new(format!("api/{name}.rs"), module(cx, tag))
    });
    [index(cx)].into_iter().chain(calls)
}

/// The tags that have operations. The others have nothing to call.
pub(super) fn used<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = usize> + 'a {
    (0..cx.api.tags.len()).filter(|tag| cx.api.operations.iter().any(|operation| operation.tag == *tag))
}

/// The gate of a tag's own module.
pub(super) fn gate(cx: &Context<'_>, tag: usize) -> Option<TokenStream> {
    // A single tag is a feature too, although every type is reached by all tags then.
    let feature = &cx.names.tags.get(tag)?.feature;
    Some(
        cfg(cx, &Gate { tags: [tag].into(), ..Gate::default() })
            .unwrap_or_else(|| quote!(#[cfg(feature = #feature)])),
    )
}

/// The gate and the module of each tag that has operations.
pub(super) fn tags<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = (Option<TokenStream>, Ident)> + 'a {
    used(cx).filter_map(|tag| Some((gate(cx, tag), ident(&cx.names.tags.get(tag)?.module))))
}

fn index(cx: &Context<'_>) -> Module {
    let head = inner_doc(&["The calls of the API, a module for each tag of the document.".to_owned()]);
    let entries = tags(cx).map(|(gate, name)| quote!(#gate pub mod #name;));
    Module::new("api/mod.rs", quote!(#head #(#entries)*))
}

/// The operations of a tag.
pub(super) fn operations<'a>(cx: &'a Context<'_>, tag: usize) -> impl Iterator<Item = NamedOperation<'a>> {
    cx.operations().filter(move |named| named.operation.tag == tag)
}

fn module(cx: &Context<'_>, tag: usize) -> TokenStream {
    let Some((source, names)) = cx.api.tags.get(tag).zip(cx.names.tags.get(tag)) else {
        return TokenStream::new();
    };
    let text = source.description.as_deref().filter(|text| *text != source.name);
    let text = text.map_or_else(|| format!("{}.", foreign(&source.name)), |text| sentence(&foreign(text)));
    let head = inner_doc(std::slice::from_ref(&text));
    let handle = ident(&names.handle);
    let about = doc(&[text, format!("Obtained from [`Client::{0}`](crate::Client::{0}).", names.module)]);
    let methods = operations(cx, tag).map(|named| method(cx, named));
    let (uploads, tokens) = (upload::of(cx, tag), token_source::of(cx, tag));
    let (upload_methods, upload_items) = uploads.unzip();
    let (token_methods, token_items) = tokens.unzip();
    let builders = operations(cx, tag).map(|named| {
        let call = call(cx, named);
        let builder = builder(cx, named);
        quote!(#call #builder)
    });
    quote! {
        #head

        #about
        #[derive(Clone, Debug)]
        pub struct #handle {
            core: rt::Core,
        }

        impl #handle {
            pub(crate) fn new(core: &rt::Core) -> Self {
                Self { core: core.clone() }
            }

            #(#methods)*

            #upload_methods

            #token_methods
        }

        #(#builders)*

        #upload_items

        #token_items
    }
}

/// The method that starts a request.
fn method(cx: &Context<'_>, named: NamedOperation<'_>) -> TokenStream {
    let NamedOperation { operation, names, .. } = named;
    let name = ident(&names.method);
    let builder = ident(&names.builder);
    let constant = ident(&names.constant);
    let docs = summary(cx, operation);
    let deprecated = operation.deprecated.then(|| quote!(#[deprecated]));
    let (parameters, calls) = arguments(cx, named);
    let start = start(named);
    // The state after each of these calls is known by the last one only.
    let state = (!start.is_empty()).then(|| quote!(::<()>));
    quote! {
        #docs
        #deprecated
        #[inline]
        pub fn #name(&self, #(#parameters),*) -> #builder {
            #builder(rt::Builder #state::new(&self.core, &#constant) #(#calls)* #(#start)*)
        }
    }
}
