//! Emits unions of the bodies of several responses of which some are text or bytes: the status selects the variant.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Context;
use super::aliases::{model_path, union_aliases};
use super::field_docs::type_doc;
use super::models::{emit_derive, json_kind, printable};
use super::pages::shorten_page;
use super::types::{boxed_type, ident, value_type};
use crate::ir::{BodyKind, TypeId, Union};

pub(super) fn emit_responses(cx: &Context<'_>, id: TypeId, union: &Union) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let docs = type_doc(cx, id);
    let members = cx.names.members_of(id);
    let body_type = |place: usize| {
        let variant = union.variants.get(place)?;
        Some(match union.body_kind(place) {
            BodyKind::Json => boxed_type(cx, id, place, &variant.ty),
            BodyKind::Text => quote!(String),
            BodyKind::Bytes => quote!(crate::Bytes),
        })
    };
    let variants = union.variants.iter().enumerate().zip(members).map(|((place, variant), member)| {
        let kind = match union.body_kind(place) {
            BodyKind::Json => "",
            BodyKind::Text => ": text",
            BodyKind::Bytes => ": bytes",
        };
        let doc = cx.docs.add(&[format!("`{}`{kind}", printable(&variant.name))]);
        let (member, ty) = (ident(member), body_type(place));
        quote!(#doc #member(#ty))
    });
    let rows = |kind: BodyKind| {
        let places = (0..union.variants.len()).filter(move |place| union.body_kind(*place) == kind);
        let rows = places.filter_map(|place| {
            let (member, variant) = (ident(members.get(place)?), union.variants.get(place)?);
            let row = match kind {
                BodyKind::Json => {
                    let (json, ty) = (ident(json_kind(cx, &variant.ty)), value_type(cx, &variant.ty));
                    quote!(#member: #json(#ty))
                }
                BodyKind::Text | BodyKind::Bytes => quote!(#member),
            };
            let statuses = statuses_of(union, place);
            Some(quote!(#row for #(#statuses)|*,))
        });
        rows.collect::<TokenStream>()
    };
    let kinds = [("json", BodyKind::Json), ("text", BodyKind::Text), ("bytes", BodyKind::Bytes)];
    let groups = kinds.into_iter().filter_map(|(word, kind)| {
        let (word, rows) = (ident(word), rows(kind));
        (!rows.is_empty()).then(|| quote!(#word { #rows }))
    });
    let (page, derive) = (shorten_page(), emit_derive(cx, id, &["Clone", "Debug", "PartialEq"]));
    let aliases = union_aliases(cx, &model_path(cx, id, cx.names.ty(id)), members, body_type);
    quote! {
        #docs
        #page
        #derive
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #[doc = " The body of a response with another status."]
            Unknown(crate::Bytes),
        }

        rt::responses!(#name {
            #(#groups)*
        });

        #aliases
    }
}

/// The statuses that select a variant.
pub(super) fn statuses_of(union: &Union, place: usize) -> Vec<Literal> {
    let rows = union.statuses.iter().filter(|row| row.variant == place);
    rows.map(|row| Literal::u16_unsuffixed(row.status)).collect()
}
