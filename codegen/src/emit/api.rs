//! Emits a module for each tag: the handle with a method for each operation, and the request builders.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::aliases::mark_deprecated;
use super::constraint_docs::{append_sentences, link_sentence};
use super::docs::{code_span, inner_doc, sanitize_description, sanitize_markdown};
use super::operation::{emit_builders, emit_constant, initial_calls, path_arguments};
use super::pages::{WHERE_TRAITS_ARE, shorten_page, show_pages};
use super::summary::operation_doc;
use super::types::ident;
use super::{Context, Module, NamedOperation, cfg, token_source, upload};
use crate::analyze::Gate;
use crate::ident::type_name;
use crate::ir::Field;
use crate::names::{Alias, MethodAlias};

/// The estimated length of the requests of a tag from which each has a file of its own. This keeps the files below about a
/// thousand lines.
const LONG_REQUESTS: usize = 30_000;
/// What a setter takes besides its documentation.
const LENGTH_OF_SETTER: usize = 160;

/// The module `api`, with a folder for each tag that has operations.
pub(super) fn emit_modules<'a>(cx: &'a Context<'a>) -> impl Iterator<Item = Module> + 'a {
    [emit_index(cx)].into_iter().chain(used_tags(cx).flat_map(move |tag| emit_tag(cx, tag)))
}

/// The tags that have operations.
pub(super) fn used_tags<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = usize> + 'a {
    (0..cx.api.tags.len()).filter(|tag| !cx.facts.operations_of(*tag).is_empty())
}

/// The `cfg` attribute of the module of a tag.
pub(super) fn tag_gate(cx: &Context<'_>, tag: usize) -> Option<TokenStream> {
    // A single tag is a feature too, although all tags then reach every type, which leaves nothing to restrict.
    let feature = &cx.names.tags.get(tag)?.feature;
    Some(
        cfg(cx, &Gate { tags: [tag].into(), ..Gate::default() })
            .unwrap_or_else(|| quote!(#[cfg(feature = #feature)])),
    )
}

/// The `cfg` attribute, the `path` attribute and the name of the module of each tag that has operations.
pub(super) fn tag_modules<'a>(
    cx: &'a Context<'_>,
) -> impl Iterator<Item = (Option<TokenStream>, Option<TokenStream>, Ident)> + 'a {
    used_tags(cx).filter_map(|tag| tag_module(cx, tag, ".rs"))
}

/// The gate, the path and the name of the module of a tag, whose file is named as the tag with this end.
fn tag_module(
    cx: &Context<'_>,
    tag: usize,
    end: &str,
) -> Option<(Option<TokenStream>, Option<TokenStream>, Ident)> {
    let names = cx.names.tags.get(tag)?;
    let path = (names.file != names.module).then(|| {
        let path = format!("{}{end}", names.file);
        quote!(#[path = #path])
    });
    Some((tag_gate(cx, tag), path, ident(&names.module)))
}

fn emit_index(cx: &Context<'_>) -> Module {
    let head = inner_doc(&[
        "The operations of the API, in a module for each tag of the document.".to_owned(),
        WHERE_TRAITS_ARE.to_owned(),
    ]);
    let entries = used_tags(cx).filter_map(|tag| {
        let (gate, path, name) = tag_module(cx, tag, "/mod.rs")?;
        Some(quote!(#gate #path pub mod #name;))
    });
    let aliases = used_tags(cx).map(|tag| module_aliases(cx, tag, true));
    Module::new("api/mod.rs", quote!(#head #(#entries)* #(#aliases)*))
}

/// The operations of a tag.
pub(super) fn tag_operations<'a>(
    cx: &'a Context<'_>,
    tag: usize,
) -> impl Iterator<Item = NamedOperation<'a>> {
    cx.facts.operations_of(tag).iter().filter_map(|index| cx.operation(*index))
}

/// The requests of a tag, unless they are long.
fn emit_requests(cx: &Context<'_>, tag: usize) -> Option<TokenStream> {
    if tag_operations(cx, tag).map(estimate_length).sum::<usize>() >= LONG_REQUESTS {
        return None;
    }
    let requests = tag_operations(cx, tag).map(|named| {
        let (constant, builders) = (emit_constant(cx, named), emit_builders(cx, named, &TokenStream::new()));
        TokenStream::from_iter([constant, builders])
    });
    Some(requests.collect())
}

/// About how many bytes the setters of a request take, by its document: there are no tokens yet.
fn estimate_length(named: NamedOperation<'_>) -> usize {
    let parameters = named.parameters().map(|(parameter, ..)| &parameter.field);
    let fields = named.variants().flat_map(|variant| variant.fields().map(|(field, ..)| field));
    let documented = |field: &Field| field.description.as_ref().map_or(0, String::len);
    parameters.chain(fields).map(|field| LENGTH_OF_SETTER + documented(field)).sum()
}

/// The files of a tag: one that shows the pages of its types, the operations, and the requests if they are long.
fn emit_tag(cx: &Context<'_>, tag: usize) -> Vec<Module> {
    let Some((names, text)) = cx.names.tags.get(tag).zip(tag_text(cx, tag)) else { return Vec::new() };
    let path = format!("api/{}", names.file);
    let (head, pages) = (inner_doc(&[text]), show_pages(&quote!(self::operations)));
    let index = Module::new(format!("{path}/mod.rs"), quote!(#head mod operations; #pages));
    let about = inner_doc(&["The operations and their requests.".to_owned()]);
    if let Some(requests) = emit_requests(cx, tag) {
        let tokens = emit_handle(cx, tag, &about, &requests);
        return vec![index, Module::new(format!("{path}/operations.rs"), tokens)];
    }
    let path = format!("{path}/operations");
    let mut modules: Vec<Ident> = tag_operations(cx, tag).map(|named| ident(&named.names.module)).collect();
    modules.sort();
    let pages = modules.iter().map(|module| show_pages(&quote!(self::#module)));
    let before = quote!(#about #(mod #modules;)* #(#pages)*);
    let constants = tag_operations(cx, tag).map(|named| emit_constant(cx, named));
    let constants: TokenStream = constants.collect();
    let handle = Module::new(format!("{path}/mod.rs"), emit_handle(cx, tag, &before, &constants));
    let files = tag_operations(cx, tag).map(|named| {
        let head = inner_doc(&[format!("The request of {}.", code_span(&named.operation.id))]);
        let request = emit_builders(cx, named, &quote!(pub(super)));
        let constant = ident(&named.names.constant);
        let import = (!named.names.bodies.is_empty()).then(|| quote!(use super::#constant;));
        Module::new(format!("{path}/{}.rs", named.names.module), quote!(#head #import #request))
    });
    [index, handle].into_iter().chain(files).collect()
}

/// What a tag is about.
fn tag_text(cx: &Context<'_>, tag: usize) -> Option<String> {
    let source = cx.api.tags.get(tag)?;
    let text = source.description.as_deref().filter(|text| *text != source.name);
    let text = text.map_or_else(|| format!("{}.", sanitize_markdown(&source.name)), sanitize_description);
    let link = source.external_docs.as_ref().and_then(link_sentence);
    Some(append_sentences(text, link.as_slice()))
}

/// The items of a tag: what comes before them in the file, the handle with its methods, and those of its requests.
fn emit_handle(cx: &Context<'_>, tag: usize, before: &TokenStream, requests: &TokenStream) -> TokenStream {
    let Some((names, text)) = cx.names.tags.get(tag).zip(tag_text(cx, tag)) else {
        return TokenStream::new();
    };
    let page = shorten_page();
    let handle = ident(&names.handle);
    let about =
        cx.docs.add(&[text, format!("Obtained from [`Client::{0}`](crate::Client::{0}).", names.module)]);
    let methods = tag_operations(cx, tag).map(|named| emit_method(cx, named));
    let old_methods = method_aliases(cx, tag);
    let (uploads, tokens) = (upload::emit_upload(cx, tag), token_source::emit_token_source(cx, tag));
    let (upload_methods, upload_items) = uploads.unzip();
    let (token_methods, token_items) = tokens.unzip();
    quote! {
        #before

        #about
        #page
        #[derive(Clone, Debug)]
        pub struct #handle {
            core: rt::Core,
        }

        impl #handle {
            pub(crate) fn new(core: &rt::Core) -> Self {
                Self { core: core.clone() }
            }

            #(#methods)*

            #(#old_methods)*

            #upload_methods

            #token_methods
        }

        #requests

        #upload_items

        #token_items
    }
}

/// The method that starts a request.
fn emit_method(cx: &Context<'_>, named: NamedOperation<'_>) -> TokenStream {
    let NamedOperation { operation, names, .. } = named;
    let name = ident(&names.method);
    let builder = ident(&names.builder);
    let constant = ident(&names.constant);
    let docs = operation_doc(cx, operation);
    let deprecated = operation.deprecated.then(|| quote!(#[deprecated]));
    let (parameters, calls) = path_arguments(cx, named);
    let start = initial_calls(cx, named);
    // Only the last of these calls determines the state, so the first needs an annotation.
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

/// The old names of methods on the handle of a tag.
fn method_aliases(cx: &Context<'_>, tag: usize) -> Vec<TokenStream> {
    let aliases = cx.names.aliases.find_methods(tag).iter();
    aliases.filter_map(|MethodAlias { alias, operation }| method_alias(cx, tag, alias, *operation)).collect()
}

fn method_alias(cx: &Context<'_>, tag: usize, alias: &Alias, operation: usize) -> Option<TokenStream> {
    let named = cx.operation(operation)?;
    let home = cx.names.tags.get(named.operation.tag)?;
    let (old, new, builder) = (ident(&alias.name), ident(&named.names.method), ident(&named.names.builder));
    let (parameters, _) = path_arguments(cx, named);
    let arguments = named.parameters().map(|(_, name, _)| ident(name)).take(parameters.len());
    if named.operation.tag == tag {
        let attributes = mark_deprecated(alias, &named.names.method);
        return Some(quote! {
            #attributes
            #[inline]
            pub fn #old(&self, #(#parameters),*) -> #builder {
                self.#new(#(#arguments),*)
            }
        });
    }
    let (gate, module, handle) =
        (tag_gate(cx, named.operation.tag), ident(&home.module), ident(&home.handle));
    let attributes = mark_deprecated(alias, &cx.names.method_path(named.operation.tag, &named.names.method));
    Some(quote! {
        #attributes
        #gate
        #[inline]
        pub fn #old(&self, #(#parameters),*) -> crate::api::#module::#builder {
            crate::api::#module::#handle::new(&self.core).#new(#(#arguments),*)
        }
    })
}

/// The old names of the module of a tag, which re-export the new one. `handle` also gives the handle its old name.
pub(super) fn module_aliases(cx: &Context<'_>, tag: usize, with_handle: bool) -> TokenStream {
    let Some(names) = cx.names.tags.get(tag) else { return TokenStream::new() };
    let (gate, new) = (tag_gate(cx, tag), ident(&names.module));
    let aliases = cx.names.aliases.find_item(&cx.names.tag_path(tag)).iter().map(|alias| {
        let (attributes, old) = (mark_deprecated(alias, &names.module), ident(&alias.name));
        let handle = ident(&type_name(&alias.name));
        let current = ident(&names.handle);
        let items = match with_handle && handle != current {
            true => quote!({#current as #handle, *}),
            false => quote!(*),
        };
        quote! {
            #attributes
            #gate
            pub mod #old {
                pub use super::#new::#items;
            }
        }
    });
    quote!(#(#aliases)*)
}
