//! Emits the module `mock`: the mock server of the API, and a constant and a request struct for each operation.

mod request;
mod samples;

use openapi_client_description::Description;
use proc_macro2::TokenStream;
use quote::quote;

use super::aliases::mark_deprecated;
use super::docs::{code_span, inner_doc, sanitize_markdown};
use super::operation::page_types;
use super::types::{ident, value_type};
use super::{Context, Module, api, user_token};
use crate::ir::{Operation, Success};
use crate::names::{MethodAlias, OperationNames};

/// The feature of the module.
pub(super) const FEATURE: &str = "mock";

/// The condition of the module: its feature, and a target that can run a server.
pub(super) fn emit_gate() -> TokenStream {
    let feature = FEATURE;
    quote!(#[cfg(all(feature = #feature, not(target_arch = "wasm32")))])
}

/// The module with its submodules.
pub(super) fn emit_modules<'a>(
    cx: &'a Context<'a>,
    description: &'a Description,
) -> impl Iterator<Item = Module> + 'a {
    let first = std::iter::once_with(|| Module::new("mock/mod.rs", emit_root(cx)));
    let requests = std::iter::once_with(|| emit_request_index(cx));
    let samples = std::iter::once_with(|| samples::emit_module(cx, description));
    let tags = api::used_tags(cx).flat_map(|tag| [emit_constants(cx, tag), emit_requests(cx, tag)]);
    first.chain(requests).chain(samples).chain(tags.flatten())
}

fn emit_request_index(cx: &Context<'_>) -> Module {
    let head = inner_doc(&["The requests of each operation, by tag.".to_owned()]);
    let entries = api::tag_modules(cx).map(|(gate, path, name)| quote!(#gate #path pub(super) mod #name;));
    Module::new("mock/requests/mod.rs", quote!(#head #(#entries)*))
}

/// The constants of a tag.
fn emit_constants(cx: &Context<'_>, tag: usize) -> Option<Module> {
    let names = cx.names.tags.get(tag)?;
    let module = ident(&names.module);
    let head = inner_doc(&[format!(
        "The operations of [`crate::api::{}`], for stubs and for received requests.",
        names.module
    )]);
    let constants = api::tag_operations(cx, tag).map(|named| emit_constant(cx, named.operation, named.names));
    let aliases = cx.names.aliases.find_methods(tag).iter();
    let aliases = aliases.filter_map(|old| emit_constant_alias(cx, tag, old));
    let tokens = quote! {
        #head

        pub use super::requests::#module::*;

        #(#constants)*

        #(#aliases)*
    };
    Some(Module::new(format!("mock/{}.rs", names.file), tokens))
}

/// The request structs of a tag.
fn emit_requests(cx: &Context<'_>, tag: usize) -> Option<Module> {
    let names = cx.names.tags.get(tag)?;
    let structs = api::tag_operations(cx, tag).map(|named| request::emit_request(cx, named));
    Some(Module::new(format!("mock/requests/{}.rs", names.file), structs.collect()))
}

fn emit_root(cx: &Context<'_>) -> TokenStream {
    let title = sanitize_markdown(&cx.api.title);
    let head = inner_doc(&[
        format!(
            "A mock server for tests, which responds as {title} would, from the same document as the client."
        ),
        server_example(cx),
        "Each operation has a constant, with the module of its tag and the name of its method.".to_owned(),
    ]);
    let entries = api::tag_modules(cx).map(|(gate, path, name)| quote!(#gate #path pub mod #name;));
    let aliases = api::used_tags(cx).map(|tag| api::module_aliases(cx, tag, false));
    let about = cx.docs.add(&[format!("{title}, as the type parameter of the mock server.")]);
    let events = super::manifest::has_verification(cx).then(|| {
        let feature = super::EVENTS;
        quote! {
            #[cfg(feature = #feature)]
            impl openapi_client_mock::MockedWebhooks for Api {
                type Event = crate::webhooks::Event;
            }

            #[cfg(feature = #feature)]
            openapi_client_mock::__private::event_samples!(Api: crate::webhooks::Event);
        }
    });
    let users = cx.config.user_tokens.is_some().then(|| {
        let feature = user_token::FEATURE;
        quote! {
            #[cfg(feature = #feature)]
            impl openapi_client_mock::MockedTokens for Api {
                type Tokens = crate::user_token::Tokens;
            }
        }
    });
    quote! {
        #head

        #![allow(non_upper_case_globals, reason = "constants have the names of methods")]

        #(#entries)*
        mod requests;
        mod samples;

        #(#aliases)*

        #[doc(no_inline)]
        pub use crate::Bytes;
        pub use openapi_client_mock::*;

        #[doc = " A mock server of this API. Its methods are those of [`generic::Server`]."]
        pub type Server = openapi_client_mock::Server<Api>;

        #[doc = " The type behind [`Server`], with its methods."]
        pub mod generic {
            #[doc(inline)]
            pub use openapi_client_mock::Server;
        }

        #about
        #[derive(Clone, Copy, Debug)]
        pub struct Api;

        impl openapi_client_mock::MockedApi for Api {
            type Client = crate::Client;
            const DESCRIPTION: &'static str = include_str!("../description.json");
        }

        #[doc = " A valid response of an operation, such as a page of a list, without a server: the same each time."]
        #[must_use]
        pub fn sample<Q, R>(operation: Endpoint<Q, R>) -> R {
            sample_with_seed(operation, 0)
        }

        #[doc = " A valid response of an operation: another one for each seed, and the same each time."]
        #[must_use]
        pub fn sample_with_seed<Q, R>(operation: Endpoint<Q, R>, seed: u64) -> R {
            openapi_client_mock::__private::sample_response::<Api, Q, R>(operation, seed)
        }

        #events

        #users
    }
}

/// An example that starts a server and adds a stub for the first operation.
fn server_example(cx: &Context<'_>) -> String {
    let package = &cx.names.library;
    let first = cx.api.operations.first().zip(cx.names.operations.first());
    let call = first.and_then(|(operation, names)| {
        let tag = cx.names.tags.get(operation.tag)?;
        Some((format!("{}::{}", tag.module, names.method), tag.feature.clone()))
    });
    let (call, feature) = call.unwrap_or_default();
    format!(
        "```no_run\n\
         # #[cfg(feature = {feature:?})]\n\
         # async fn example() {{\n\
         use {package}::mock::{{ErrorResponse, Server}};\n\n\
         let server = Server::start().await;\n\
         let client = server.client();\n\
         server.when({package}::mock::{call}).then_return_error(ErrorResponse::new(503)).times(1);\n\
         // `client` sends its requests to `server`, which reports invalid requests when it is dropped.\n\
         # }}\n\
         ```"
    )
}

/// The constant of an operation.
fn emit_constant(cx: &Context<'_>, operation: &Operation, names: &OperationNames) -> TokenStream {
    let (name, request, id) = (ident(&names.method), ident(&names.builder), &operation.id);
    let (response, constructor) = response_type(cx, operation);
    let about = cx.docs.add(&[code_span(&format!("{} {}", operation.verb.as_str(), operation.path))]);
    quote! {
        #about
        pub const #name: super::Endpoint<#request, #response> = super::Endpoint::#constructor(#id);
    }
}

/// The old name of the constant of an operation, in the module of a tag.
fn emit_constant_alias(cx: &Context<'_>, tag: usize, old: &MethodAlias) -> Option<TokenStream> {
    let named = cx.operation(old.operation)?;
    let (new, request) = (ident(&named.names.method), ident(&named.names.builder));
    let module = ident(&cx.names.tags.get(named.operation.tag)?.module);
    let (response, _) = response_type(cx, named.operation);
    let (attributes, name) = (mark_deprecated(&old.alias, &named.names.method), ident(&old.alias.name));
    let gate = if named.operation.tag == tag { None } else { api::tag_gate(cx, named.operation.tag) };
    Some(quote! {
        #attributes
        #gate
        pub const #name: super::Endpoint<super::#module::#request, #response> = super::#module::#new;
    })
}

/// The type of the response, and the constructor of the endpoint.
fn response_type(cx: &Context<'_>, operation: &Operation) -> (TokenStream, TokenStream) {
    if let Some(page) = &operation.page {
        let (item, info) = page_types(cx, page);
        return (quote!(crate::Page<#item, #info>), quote!(page));
    }
    body_type(cx, &operation.mocked.body)
}

fn body_type(cx: &Context<'_>, success: &Success) -> (TokenStream, TokenStream) {
    match success {
        Success::Empty => (quote!(()), quote!(empty)),
        Success::Json(ty) | Success::ByStatus(ty) => (value_type(cx, ty), quote!(json)),
        Success::Optional(value) => match body_type(cx, value) {
            (ty, json) if matches!(**value, Success::Json(_)) => (quote!(Option<#ty>), json),
            other => other,
        },
        Success::Text(_) => (quote!(rt::Text), quote!(text)),
        Success::Binary(_) | Success::Events { .. } | Success::Lines(_) => (quote!(rt::Bytes), quote!(bytes)),
    }
}
