//! Events: an open enum over all payloads, and the payloads.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::{doc, foreign, inner_doc, sentence};
use super::models::{item, kind, presence};
use super::types::{ident, owned};
use super::{Context, Module};
use crate::ir::{Shape, TypeRef, Webhook};
use crate::names::ident::snake;
use crate::names::{Placement, event_member};

pub(super) fn modules<'a>(cx: &'a Context<'a>) -> impl Iterator<Item = Module> + 'a {
    let any = !cx.api.webhooks.is_empty();
    let events = any.then(|| Module { path: "webhooks/mod.rs".to_owned(), tokens: events(cx) });
    let files = cx.names.files.iter().filter(move |file| any && file.placement == Placement::Webhooks);
    events.into_iter().chain(files.map(|file| {
        let types = file.types.iter().map(|id| item(cx, *id));
        Module { path: format!("webhooks/{}.rs", file.module), tokens: quote!(#(#types)*) }
    }))
}

fn events(cx: &Context<'_>) -> TokenStream {
    let head = inner_doc(&["Events that the API sends, typed by what they carry.".to_owned()]);
    let files = cx.names.files.iter().filter(|file| file.placement == Placement::Webhooks);
    let files: Vec<_> = files.map(|file| ident(&file.module)).collect();
    let all: Vec<_> = cx.api.webhooks.iter().zip(&cx.names.webhooks).collect();
    let variants = all.iter().map(|(webhook, name)| {
        let text = webhook.description.as_deref().or(webhook.summary.as_deref());
        let text = text.map(|text| sentence(&foreign(text))).unwrap_or_default();
        let docs = doc(&[text, format!("`{}`", webhook.name.replace('`', "'"))]);
        let name = ident(name);
        let ty = payload(cx, webhook);
        quote!(#docs #name(Box<#ty>))
    });
    let rows = all.iter().enumerate().map(|(place, (webhook, name))| {
        let index = Literal::usize_unsuffixed(place);
        let name = ident(name);
        let ty = payload(cx, webhook);
        let event = &webhook.event;
        // An event without a payload is told by the member that names the others, and never takes what is unknown.
        let member =
            discriminator(cx, webhook).or_else(|| webhook.payload.is_none().then(|| common(cx)).flatten());
        let constants = member.map(|member| quote!(#member = #event));
        let kind = ident(webhook.payload.as_ref().map_or("Object", |ty| kind(cx, ty)));
        quote!(#index #name(#ty) #kind [#constants])
    });
    let accessors = accessors(cx);
    let verification = verification(cx);
    quote! {
        #head
        #(mod #files; pub use #files::*;)*

        #[doc = " An event."]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            #(#variants,)*
            #[doc = " An event that this version of the document does not know, as it came."]
            Unknown(rt::Value),
        }

        rt::union!(Event { #(#rows,)* });

        #accessors

        #verification
    }
}

/// What can be asked of any event: its name, and the members that the configuration lists.
fn accessors(cx: &Context<'_>) -> TokenStream {
    let all = || cx.api.webhooks.iter().zip(&cx.names.webhooks);
    let rows = all().map(|(webhook, name)| {
        let (event, name) = (&webhook.event, ident(name));
        quote!(Self::#name(_) => #event)
    });
    let unknown = match common(cx) {
        Some(member) => {
            quote!(Self::Unknown(value) => value.get(#member).and_then(rt::Value::as_str).unwrap_or_default())
        }
        None => quote!(Self::Unknown(_) => ""),
    };
    let example = cx.api.webhooks.first().map_or("", |webhook| webhook.event.as_str()).replace('`', "'");
    let docs = doc(&[format!("The event's name, such as `{example}`; empty if an unknown event has none.")]);
    let members = cx.config.webhooks.iter().flat_map(|webhooks| &webhooks.members).map(|member| {
        let rows = all().map(|(webhook, name)| member_row(cx, webhook, name, member));
        let docs = doc(&[format!("The member `{member}`; `None` if the event has none.")]);
        let method = ident(&snake(member));
        quote! {
            #docs
            #[must_use]
            pub fn #method(&self) -> Option<&str> {
                match self {
                    #(#rows,)*
                    Self::Unknown(value) => value.get(#member).and_then(rt::Value::as_str),
                }
            }
        }
    });
    quote! {
        impl Event {
            #docs
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    #(#rows,)*
                    #unknown,
                }
            }

            #(#members)*
        }
    }
}

fn member_row(cx: &Context<'_>, webhook: &Webhook, variant: &str, member: &str) -> TokenStream {
    let variant = ident(variant);
    if webhook.payload.is_none() {
        return quote!(Self::#variant(value) => value.get(#member).and_then(rt::Value::as_str));
    }
    let Some((id, place, field)) = event_member(cx.api, webhook, member) else {
        return quote!(Self::#variant(_) => None);
    };
    let Some(name) = cx.names.members.get(id.0).and_then(|names| names.get(place)) else {
        return quote!(Self::#variant(_) => None);
    };
    let name = ident(name);
    // Text has a method of its own for this; an identifier has not.
    let text = *field.ty.split_null().0 == TypeRef::String;
    match (presence(cx, id, place, field), field.ty.split_null().1) {
        ("required", false) => quote!(Self::#variant(event) => Some(event.#name.as_str())),
        ("nullable", _) if text => {
            quote!(Self::#variant(event) => event.#name.as_ref().and_then(|text| text.as_deref()))
        }
        ("nullable", _) => {
            quote!(Self::#variant(event) => event.#name.as_ref().and_then(Option::as_ref).map(|id| id.as_str()))
        }
        _ if text => quote!(Self::#variant(event) => event.#name.as_deref()),
        _ => quote!(Self::#variant(event) => event.#name.as_ref().map(|id| id.as_str())),
    }
}

/// How deliveries are verified, as the configuration has it, and the runtime's types for this API's events.
fn verification(cx: &Context<'_>) -> Option<TokenStream> {
    let scheme = cx.config.webhooks.as_ref()?;
    let (id, timestamp, signature) = (&scheme.id_header, &scheme.timestamp_header, &scheme.signature_header);
    let (version, variable) = (&scheme.signature_version, &scheme.secret_variable);
    let tolerance = Literal::u64_unsuffixed(scheme.tolerance_seconds);
    let prefix = &scheme.id_prefix;
    let retries = scheme.retry_seconds.iter().map(|seconds| Literal::u64_unsuffixed(*seconds));
    let about = doc(&[
        "Verifies deliveries and reads their events.".to_owned(),
        format!("`from_env` takes the secret from `{variable}`."),
        example(cx).unwrap_or_default(),
    ]);
    Some(quote! {
        pub use whop_runtime::webhooks::{Events, Scheme, VerifyError};
        #[cfg(feature = "axum")]
        pub use whop_runtime::webhooks::Verified;
        #[cfg(feature = "tower")]
        pub use whop_runtime::webhooks::{Verify, VerifyLayer};

        #about
        pub type Verifier = whop_runtime::webhooks::Verifier<Event>;

        #[doc = " A delivery whose signature was right."]
        pub type Delivery = whop_runtime::webhooks::Delivery<Event>;

        #[doc = " Signs deliveries as the API does, for tests."]
        pub type Signer = whop_runtime::webhooks::Signer<Event>;

        #[doc = " How deliveries are signed."]
        pub static SCHEME: Scheme = Scheme {
            id_header: #id,
            timestamp_header: #timestamp,
            signature_header: #signature,
            signature_version: #version,
            tolerance_seconds: #tolerance,
            retry_seconds: &[#(#retries),*],
            id_prefix: #prefix,
            secret_variable: #variable,
        };

        impl Events for Event {
            const SCHEME: &'static Scheme = &SCHEME;

            #[inline]
            fn unknown(value: rt::Value) -> Self {
                Self::Unknown(value)
            }

            #[inline]
            fn is_unknown(&self) -> bool {
                matches!(self, Self::Unknown(_))
            }
        }
    })
}

/// An endpoint's test in a few lines. It is run, so an event's name that would need quoting is none for it.
fn example(cx: &Context<'_>) -> Option<String> {
    let package = cx.package.replace('-', "_");
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let (member, event) = cx
        .api
        .webhooks
        .iter()
        .find_map(|webhook| discriminator(cx, webhook).map(|member| (member, webhook.event.as_str())))?;
    let lines = [
        "```".to_owned(),
        format!("use {package}::webhooks::{{Signer, Verifier}};"),
        String::new(),
        format!("# fn main() -> Result<(), {package}::webhooks::VerifyError> {{"),
        format!("let body = br#\"{{\"{member}\":\"{event}\"}}\"#;"),
        "let headers = Signer::new(\"secret\")?.sign(\"message_1\", 1_700_000_000, body);".to_owned(),
        String::new(),
        "// `verify` takes the time from the clock; `headers` may be an `&http::HeaderMap` too.".to_owned(),
        "let delivery = Verifier::new(\"secret\")?.verify_at(1_700_000_000, headers, body)?;".to_owned(),
        format!("assert_eq!(delivery.event.name(), \"{event}\");"),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ];
    (plain(member) && plain(event)).then(|| lines.join("\n"))
}

/// The member that names the event in those payloads that have one.
fn common<'a>(cx: &'a Context<'_>) -> Option<&'a str> {
    cx.api.webhooks.iter().find_map(|other| discriminator(cx, other))
}

fn payload(cx: &Context<'_>, webhook: &Webhook) -> TokenStream {
    webhook.payload.as_ref().map_or_else(|| quote!(rt::Value), |ty| owned(cx, ty))
}

/// The member of the payload that holds the event's name.
fn discriminator<'a>(cx: &'a Context<'_>, webhook: &Webhook) -> Option<&'a str> {
    let TypeRef::Named(id) = webhook.payload.as_ref()? else { return None };
    let Shape::Object(object) = &cx.api.get(*id).shape else { return None };
    let constant = |field: &&crate::ir::Field| {
        field.constant.as_ref().and_then(serde_json::Value::as_str) == Some(webhook.event.as_str())
    };
    object.fields.iter().find(constant).map(|field| field.name.as_str())
}
