//! The root of the crate, the identifier types, and the markers of required fields.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::{doc, foreign, inner_doc, sentence};
use super::types::ident;
use super::{Context, EVENTS, Module, client, mock, user_token};
use crate::analyze::Setter;
use crate::ir::{Field, Shape, TypeRef, Union};

/// Methods of the standard library's traits, for which a lint takes methods of the same name.
const TRAITS: [&str; 30] = [
    "add",
    "as_mut",
    "as_ref",
    "bitand",
    "bitor",
    "bitxor",
    "borrow",
    "borrow_mut",
    "clone",
    "cmp",
    "default",
    "deref",
    "deref_mut",
    "div",
    "drop",
    "eq",
    "from_iter",
    "from_str",
    "hash",
    "index",
    "index_mut",
    "into_iter",
    "mul",
    "neg",
    "next",
    "not",
    "rem",
    "shl",
    "shr",
    "sub",
];

/// With more required members than this, a lint takes the type of a builder for too complex.
const WIDE: usize = 1;

pub(super) fn root(cx: &Context<'_>) -> Module {
    let package = &cx.config.package;
    let title = foreign(&cx.api.title);
    let text = package.documentation.clone().unwrap_or_else(|| {
        let own = cx.api.description.as_deref().map(foreign).unwrap_or_default();
        format!("A client for {title}.\n\n{own}").trim().to_owned()
    });
    let head = match &package.readme {
        Some(path) => quote!(#![doc = include_str!(#path)]),
        None => inner_doc(&[text]),
    };
    let environments = client::environments(cx);
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
        let gate = mock::gate();
        quote!(#gate pub mod mock;)
    });
    let (version, digest, date, url) = (&cx.api.version, &cx.source.sha256, &cx.source.date, &cx.source.url);
    let name = &cx.api.title;
    let allowed = allowed(cx);
    let tokens = quote! {
        #head
        #![forbid(unsafe_code)]
        #allowed

        pub mod api;
        mod client;
        pub mod fields;
        #ids
        #mock
        pub mod models;
        #users
        #events

        pub use client::Client;
        pub use openapi_client_runtime::*;
        pub use openapi_client_runtime::__private::{Date, DateTime, Decimal, ExtraFields, Map, Null, Object, Value};

        #[doc = " What a call gives: its value, or why there is none."]
        pub type Result<T, E = Error> = std::result::Result<T, E>;

        #[doc = " The document that this crate was generated from."]
        pub const SPEC: Spec = Spec::new(#name, #version, #digest, #date, #url);

        #environments
    };
    Module::new("lib.rs", tokens)
}

/// Names that a lint takes for placeholders.
const PLACEHOLDERS: [&str; 3] = ["foo", "baz", "quux"];

/// Words of memory from which on a form of a union may be called large: a lint speaks from 200 bytes on.
const LARGE: usize = 22;

/// What lints say of the document's own names and size, and nothing can be done about here.
fn allowed(cx: &Context<'_>) -> TokenStream {
    let types = cx.api.types.iter();
    let members = types.clone().filter_map(|def| match &def.shape {
        Shape::Object(object) => Some(&object.fields),
        _ => None,
    });
    let bodies =
        cx.api.operations.iter().flat_map(|operation| &operation.body).flat_map(|body| &body.variants);
    let objects = || members.clone().chain(bodies.clone().map(|variant| &variant.fields));
    let deprecated =
        types.clone().any(|def| def.deprecated) || objects().flatten().any(|field| field.deprecated);
    let deprecated = deprecated.then(
        || quote!(#![allow(deprecated, reason = "what is deprecated is still here, and has to be named")]),
    );
    let needed = |fields: &Vec<Field>| fields.iter().filter(|field| field.required).count();
    let calls = cx.operations().map(|named| {
        let body = named.variants().map(|variant| needed(&variant.variant.fields)).max();
        let parameters = named.facts.parameters.iter().filter(|setter| **setter == Setter::Required);
        parameters.count() + body.unwrap_or(1)
    });
    let wide = (objects().any(|fields| needed(fields) > WIDE) || calls.max() > Some(WIDE)).then(|| {
        quote!(#![allow(clippy::type_complexity, reason = "the type of a builder has a place for each required member")])
    });
    let members = cx.names.members.iter().flatten();
    let forms = cx.names.operations.iter().flat_map(|names| &names.variants).flat_map(|form| &form.fields);
    let calls = cx.names.operations.iter().flat_map(|names| names.parameters.iter().chain([&names.method]));
    let traits = members.chain(forms).chain(calls).any(|name| TRAITS.contains(&name.as_str())).then(|| {
        quote!(#![allow(clippy::should_implement_trait, reason = "methods are called as the document calls things")])
    });
    let named = cx.names.members.iter().flatten().chain(&cx.names.types);
    let placeholder = named.chain(cx.names.operations.iter().flat_map(|names| {
        names
            .parameters
            .iter()
            .chain(names.variants.iter().flat_map(|form| &form.fields))
            .chain([&names.method])
    }));
    let placeholder = placeholder.into_iter().any(|name| PLACEHOLDERS.contains(&name.as_str())).then(|| {
        quote!(#![allow(clippy::disallowed_names, reason = "members are called as the document calls them")])
    });
    let large = types.clone().any(|def| matches!(&def.shape, Shape::Union(union) if large(cx, union))).then(
        || quote!(#![allow(clippy::large_enum_variant, reason = "a box would burden every user of a form")]),
    );
    quote!(#deprecated #wide #traits #placeholder #large)
}

/// Whether a form of a union may be so much larger than the others that a lint speaks of it.
fn large(cx: &Context<'_>, union: &Union) -> bool {
    union.variants.iter().any(|variant| words(cx, &variant.ty, 0) > LARGE)
}

/// About how many words of memory a value takes, its heap aside.
fn words(cx: &Context<'_>, ty: &TypeRef, depth: usize) -> usize {
    match ty {
        TypeRef::Named(id) if depth < 8 => match &cx.api.get(*id).shape {
            Shape::Object(object) => object.fields.iter().map(|field| words(cx, &field.ty, depth + 1)).sum(),
            Shape::Union(union) => {
                union.variants.iter().map(|variant| words(cx, &variant.ty, depth + 1)).max().unwrap_or(3)
            }
            Shape::Alias(ty) => words(cx, ty, depth + 1),
            Shape::StringEnum(_) | Shape::Pending => 3,
        },
        TypeRef::Nullable(inner) => words(cx, inner, depth + 1),
        TypeRef::Boolean | TypeRef::Integer | TypeRef::Float => 1,
        _ => 3,
    }
}

pub(super) fn ids(cx: &Context<'_>) -> Module {
    let head = inner_doc(&[
        "Identifiers: each kind is a type of its own, so that one cannot be taken for another.".to_owned(),
        "A string converts into any of them; nothing is checked, since the kinds of prefixes grow."
            .to_owned(),
    ]);
    let types = cx.api.ids.iter().map(|id| {
        let name = ident(&id.name);
        let prefixes: Vec<String> = id.prefixes.iter().map(|prefix| format!("`{prefix}`")).collect();
        let prefixes = match prefixes.as_slice() {
            [] => String::new(),
            all => format!("Begins with {}.", all.join(" or ")),
        };
        let docs = doc(&[format!("{} {prefixes}", sentence(&foreign(&id.description))).trim().to_owned()]);
        quote!(rt::id! { #docs #name })
    });
    let tokens = if cx.api.ids.is_empty() { quote!() } else { quote!(#head #(#types)*) };
    Module::new("ids.rs", tokens)
}

pub(super) fn fields(cx: &Context<'_>) -> Module {
    let head = inner_doc(&["Markers that name required fields in the types of builders.".to_owned()]);
    let names: BTreeSet<&String> = cx.names.markers.values().collect();
    let names = names.into_iter().map(|name| ident(name));
    Module::new("fields.rs", quote!(#head rt::fields! { #(#names),* }))
}
