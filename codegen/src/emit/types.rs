//! Emits uses of types.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::Context;
use crate::analyze::Presence;
use crate::ir::{Root, Shape, TypeId, TypeRef};

/// An identifier for a name of the names stage, which may begin with `r#`.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// The path of a named type.
pub(super) fn type_path(cx: &Context<'_>, id: TypeId) -> TokenStream {
    let name = ident(cx.names.ty(id));
    if is_payload(cx, id) { quote!(crate::webhooks::#name) } else { quote!(models::#name) }
}

/// Whether a type is used by one event only. It then belongs to the module `webhooks`.
pub(crate) fn is_payload(cx: &Context<'_>, id: TypeId) -> bool {
    matches!(cx.api.get(id).roots.as_slice(), [Root::Webhook(_)])
}

/// The path of an identifier type.
fn id_path(cx: &Context<'_>, index: usize) -> TokenStream {
    let name = ident(cx.api.ids.get(index).map_or("String", |id| id.name.as_str()));
    quote!(ids::#name)
}

/// The type of a value.
pub(super) fn value_type(cx: &Context<'_>, ty: &TypeRef) -> TokenStream {
    match ty {
        TypeRef::Named(id) => type_path(cx, *id),
        TypeRef::Id(index) => id_path(cx, *index),
        TypeRef::String | TypeRef::Binary => quote!(String),
        TypeRef::File => quote!(crate::FilePart),
        TypeRef::Secret => quote!(crate::Secret),
        TypeRef::Integer => quote!(i64),
        TypeRef::Unsigned => quote!(u64),
        TypeRef::Decimal => quote!(crate::Decimal),
        TypeRef::Float => quote!(f64),
        TypeRef::Boolean => quote!(bool),
        TypeRef::DateTime => quote!(crate::DateTime),
        TypeRef::Date => quote!(crate::Date),
        TypeRef::Json => quote!(crate::Value),
        TypeRef::JsonObject => quote!(crate::Map),
        TypeRef::SecretObject => quote!(crate::SecretObject),
        TypeRef::List(inner) => {
            let inner = value_type(cx, inner);
            quote!(Vec<#inner>)
        }
        TypeRef::Map(inner) => {
            let inner = value_type(cx, inner);
            quote!(crate::Map<#inner>)
        }
        TypeRef::Nullable(inner) => {
            let inner = value_type(cx, inner);
            quote!(Option<#inner>)
        }
    }
}

/// The type of a field that holds `ty` with this presence.
pub(super) fn field_type(presence: Presence, ty: &TokenStream) -> TokenStream {
    match presence {
        Presence::Required => quote!(#ty),
        Presence::RequiredNullable | Presence::Optional => quote!(Option<#ty>),
        Presence::OptionalNullable => quote!(Option<Option<#ty>>),
    }
}

/// The box that a field or a variant needs, at this index of a type.
pub(crate) fn box_path(
    cx: &Context<'_>,
    id: TypeId,
    index: usize,
    library: &TokenStream,
) -> Option<TokenStream> {
    let place = (id, index);
    if cx.facts.erased.contains(&place) {
        return Some(quote!(#library::Boxed));
    }
    cx.facts.boxed.contains(&place).then(|| quote!(Box))
}

/// The type of a field or a variant, in its box.
pub(super) fn boxed_type(cx: &Context<'_>, id: TypeId, index: usize, ty: &TypeRef) -> TokenStream {
    let value = value_type(cx, ty);
    match box_path(cx, id, index, &quote!(crate)) {
        Some(path) => quote!(#path<#value>),
        None => value,
    }
}

/// The keyword for a field of a model in the rows of `rt::model!`. A required field that responses may lack is `expected`: its
/// type has a value for absence.
pub(super) fn field_word(cx: &Context<'_>, presence: Presence, ty: &TypeRef) -> Ident {
    match presence {
        Presence::RequiredNullable => ident("expected"),
        Presence::Required if has_empty_value(cx, ty) => ident("expected"),
        presence => presence_word(presence),
    }
}

/// Whether values of a type can be `null` or empty.
fn has_empty_value(cx: &Context<'_>, ty: &TypeRef) -> bool {
    match ty {
        TypeRef::List(_) | TypeRef::Map(_) | TypeRef::JsonObject | TypeRef::Json | TypeRef::Nullable(_) => {
            true
        }
        TypeRef::Named(id) => match &cx.api.get(*id).shape {
            Shape::Alias(inner) => has_empty_value(cx, inner),
            _ => false,
        },
        _ => false,
    }
}

/// The keyword for a presence in the rows of `rt::model!`.
pub(super) fn presence_word(presence: Presence) -> Ident {
    ident(match presence {
        Presence::Required | Presence::RequiredNullable => "required",
        Presence::Optional => "optional",
        Presence::OptionalNullable => "nullable",
    })
}

/// The shape behind a type, through aliases.
pub(super) fn resolved_shape<'a>(cx: &'a Context<'_>, ty: &'a TypeRef) -> Option<&'a Shape> {
    let TypeRef::Named(id) = ty else { return None };
    match &cx.api.get(*id).shape {
        Shape::Alias(ty) => resolved_shape(cx, ty),
        other => Some(other),
    }
}
