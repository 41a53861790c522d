//! Emits the root of the crate and the markers of required fields.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::client::option_literal;
use super::docs::{code_span, inner_doc, sanitize_markdown};
use super::lints::allowed_lints;
use super::package_files::Layout;
use super::pages::omit_source;
use super::types::ident;
use super::{Context, EVENTS, Module, about, credentials, guide, inbox, manifest, mock, servers, user_token};

pub(super) fn emit_root(cx: &Context<'_>) -> Module {
    let package = &cx.config.package;
    let title = sanitize_markdown(&cx.api.title);
    let text = package.documentation.clone().unwrap_or_else(|| {
        let own = cx.api.description.as_deref().map(sanitize_markdown).unwrap_or_default();
        format!("A client for {title}.\n\n{own}").trim().to_owned()
    });
    let spoken: Vec<String> = describe_api_version(cx).into_iter().chain(about::about_api(cx)).collect();
    let head = guide::emit_front_page(cx).unwrap_or_else(|| {
        let paragraphs: Vec<String> = std::iter::once(text).chain(spoken.clone()).collect();
        inner_doc(&paragraphs)
    });
    let guides = guide::declare_guides(cx);
    let environments = servers::emit_environments(cx);
    let server_variables = servers::emit_server_variables(cx);
    let credentials = credentials::emit_credentials(cx);
    let ids = (!cx.api.ids.is_empty()).then(|| {
        quote!(
            pub mod ids;
        )
    });
    let events = (!cx.api.webhooks.is_empty()).then(|| {
        let feature = EVENTS;
        quote! {
            #[cfg(feature = #feature)]
            pub mod webhooks;
        }
    });
    let users = cx.config.user_tokens.is_some().then(|| {
        let feature = user_token::FEATURE;
        quote! {
            #[cfg(feature = #feature)]
            pub mod user_token;
        }
    });
    let mock = (!cx.api.operations.is_empty()).then(|| {
        let gate = mock::emit_gate();
        quote!(#gate pub mod mock;)
    });
    let inbox = manifest::has_verification(cx).then(|| {
        let gate = inbox::emit_gate();
        quote!(#gate pub mod inbox;)
    });
    let (version, digest, date, url) = (&cx.api.version, &cx.source.sha256, &cx.source.date, &cx.source.url);
    let name = &cx.api.title;
    let api_version = option_literal(cx.api_version());
    let generated_from = "The document that this crate was generated from.".to_owned();
    let spec_docs: Vec<String> = std::iter::once(generated_from).chain(spoken).collect();
    let spec_docs = cx.docs.add(&spec_docs);
    let allowed = allowed_lints(cx);
    let included = cx.layout == Layout::Included;
    let source = omit_source();
    let head = (!included).then(|| {
        quote! {
            #head
            // docs.rs shows the feature of each item.
            #![cfg_attr(docsrs, feature(doc_cfg))]
            #source
            #![forbid(unsafe_code)]
            #(#![#allowed])*
        }
    });
    // In an included file, the attributes of the crate are those of each module.
    let each = if included { quote!(#(#[#allowed])*) } else { TokenStream::new() };
    let before = [ids, inbox, mock].into_iter().flatten();
    let after = [users, events].into_iter().flatten();
    let tokens = quote! {
        #head

        #each pub mod api;
        #each mod client;
        #each pub mod fields;
        #guides
        #(#each #before)*
        #each pub mod models;
        #(#each #after)*

        pub use client::Client;
        pub use openapi_client_runtime::*;
        pub use openapi_client_runtime::__private::{Date, DateTime, Decimal, ExtraFields, Map, Null, Value};
        #[allow(deprecated, reason = "an old name")]
        #[doc(hidden)]
        pub use openapi_client_runtime::__private::Object;

        #[doc = " The result of a call: its value or an [`Error`]."]
        pub type Result<T, E = Error> = std::result::Result<T, E>;

        #spec_docs
        pub const SPEC: Spec = Spec::new(#name, #version, #api_version, #digest, #date, #url);

        #environments

        #server_variables

        #credentials
    };
    Module::new("lib.rs", tokens)
}

/// The version of the API that the crate speaks, as a sentence.
pub(super) fn describe_api_version(cx: &Context<'_>) -> Option<String> {
    let (version, stated) = cx.config.version.as_ref().zip(cx.api.api_version.as_ref())?;
    let (header, value) = (code_span(&version.header), code_span(&stated.value));
    Some(format!("This crate speaks version {value} of the API, and sends it in the header {header}."))
}

pub(super) fn emit_markers(cx: &Context<'_>) -> Module {
    let head = inner_doc(&["Markers of required fields. The type of a builder, and the compiler's message about a request that cannot be sent yet, \
         name the fields that are not set.".to_owned()]);
    let names: BTreeSet<&String> = cx.names.markers.values().collect();
    let names = names.into_iter().map(|name| ident(name));
    Module::new("fields.rs", quote!(#head rt::fields! { #(#names),* }))
}
