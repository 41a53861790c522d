//! Events: an open enum over all payloads, and the payloads.

use proc_macro2::Literal;
use quote::quote;

use super::docs::{doc, foreign, inner_doc, sentence};
use super::models::{item, kind};
use super::types::{ident, owned};
use super::{Context, Module};
use crate::ir::{Shape, TypeRef, Webhook};
use crate::names::Placement;

pub(super) fn modules(cx: &Context<'_>) -> Vec<Module> {
    if cx.api.webhooks.is_empty() {
        return Vec::new();
    }
    let mut modules = vec![Module { path: "webhooks/mod.rs".to_owned(), tokens: events(cx) }];
    let files = cx.names.files.iter().filter(|file| file.placement == Placement::Webhooks);
    modules.extend(files.map(|file| {
        let types = file.types.iter().map(|id| item(cx, *id));
        Module { path: format!("webhooks/{}.rs", file.module), tokens: quote!(#(#types)*) }
    }));
    modules
}

fn events(cx: &Context<'_>) -> proc_macro2::TokenStream {
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
        let common = || cx.api.webhooks.iter().find_map(|other| discriminator(cx, other));
        let member = discriminator(cx, webhook).or_else(|| webhook.payload.is_none().then(common).flatten());
        let constants = member.map(|member| quote!(#member = #event));
        let kind = ident(webhook.payload.as_ref().map_or("Object", |ty| kind(cx, ty)));
        quote!(#index #name(#ty) #kind [#constants])
    });
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
    }
}

fn payload(cx: &Context<'_>, webhook: &Webhook) -> proc_macro2::TokenStream {
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
