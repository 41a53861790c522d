//! The mock of the crate: a constant and a request struct for each call, and the table that the runtime's engine reads.

mod flows;
mod limits;
mod line;
mod request;
mod table;
mod words;

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::{code, doc, foreign, inner_doc};
use super::types::{ident, owned};
use super::{Context, Module, api, user_token};
use crate::ir::{Operation, Success};
use crate::names::OperationNames;

pub(crate) use table::table;

/// The feature of the mock.
pub(super) const FEATURE: &str = "mock";

/// What the modules of the mock stand behind: a browser has no server.
pub(super) fn gate() -> TokenStream {
    let feature = FEATURE;
    quote!(#[cfg(all(feature = #feature, not(target_arch = "wasm32")))])
}

/// The modules, if there is anything to call.
pub(super) fn modules(cx: &Context<'_>) -> Vec<Module> {
    if cx.api.operations.is_empty() {
        return Vec::new();
    }
    let head = inner_doc(&["What each call brings, a module for each tag.".to_owned()]);
    let entries = api::tags(cx).map(|(gate, name)| quote!(#gate pub(super) mod #name;));
    let requests = quote!(#head #(#entries)*);
    let mut modules =
        vec![Module::new("mock/mod.rs", root(cx)), Module::new("mock/requests/mod.rs", requests)];
    for tag in api::used(cx) {
        let Some(names) = cx.names.tags.get(tag) else { continue };
        let (path, module) = (format!("{}.rs", names.module), ident(&names.module));
        let head = inner_doc(&[format!("The calls of `{}`, to name them to a server.", names.module)]);
        let constants = api::operations(cx, tag).map(|named| constant(cx, named.operation, named.names));
        let tokens = quote! {
            #head

            pub use super::requests::#module::*;

            #(#constants)*
        };
        modules.push(Module::new(format!("mock/{path}"), tokens));
        let structs = api::operations(cx, tag).map(|named| request::structure(cx, named));
        modules.push(Module::new(format!("mock/requests/{path}"), quote!(#(#structs)*)));
    }
    modules
}

fn root(cx: &Context<'_>) -> TokenStream {
    let title = foreign(&cx.api.title);
    let head = inner_doc(&[
        format!(
            "A server for tests that answers as {title} would, made from the same document as the client."
        ),
        example(cx),
        "A call is named by its constant: the module of its tag, the name of its method.".to_owned(),
    ]);
    let entries = api::tags(cx).map(|(gate, name)| quote!(#gate pub mod #name;));
    let about = doc(&[format!("{title}, for the mock.")]);
    let events = super::manifest::verifies(cx).then(|| {
        let feature = super::EVENTS;
        quote! {
            #[cfg(feature = #feature)]
            impl openapi_client_mock::MockedWebhooks for Api {
                type Event = crate::webhooks::Event;
            }
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

        #![allow(non_upper_case_globals, reason = "the constant of a call has the name of its method")]

        #(#entries)*
        mod requests;

        pub use openapi_client_mock::*;

        #[doc = " A server of this API."]
        pub type Server = openapi_client_mock::Server<Api>;

        #about
        #[derive(Clone, Copy, Debug)]
        pub struct Api;

        impl openapi_client_mock::MockedApi for Api {
            type Client = crate::Client;
            const DOCUMENT: &'static str = include_str!("document.json");
        }

        #events

        #users
    }
}

/// How a server is started and asked, with the first call as the example of one.
fn example(cx: &Context<'_>) -> String {
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
         // Calls of `client` come to `server`, which answers them and says at its end what was wrong with them.\n\
         # }}\n\
         ```"
    )
}

/// The constant by which a server knows the call.
fn constant(cx: &Context<'_>, operation: &Operation, names: &OperationNames) -> TokenStream {
    let (name, request, id) = (ident(&names.method), ident(&names.builder), &operation.id);
    let (response, constructor) = response(cx, operation);
    let about = doc(&[code(&format!("{} {}", operation.verb.as_str(), operation.path))]);
    quote! {
        #about
        pub const #name: super::Endpoint<#request, #response> = super::Endpoint::#constructor(#id);
    }
}

/// The type of a response, and the constructor of the endpoint that encodes it.
fn response(cx: &Context<'_>, operation: &Operation) -> (TokenStream, TokenStream) {
    if let Some(page) = &operation.page {
        let (item, info) = (owned(cx, &page.item), owned(cx, &page.info));
        return (quote!(crate::Page<#item, #info>), quote!(page));
    }
    match &operation.success {
        Success::Empty => (quote!(()), quote!(empty)),
        Success::Json(ty) => (owned(cx, ty), quote!(json)),
        Success::Optional(ty) => (owned(cx, &ty.clone().nullable(true)), quote!(json)),
        Success::Text(_) => (quote!(rt::Text), quote!(text)),
        Success::Binary(_) => (quote!(rt::Bytes), quote!(bytes)),
    }
}
