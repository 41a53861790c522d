//! Emits the arguments of setters: their types, and how they are converted to values.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Context;
use super::types::{ident, value_type};
use crate::ir::{Shape, TypeRef};
use crate::names::generics::KIND;

/// The argument of a setter.
pub(super) struct Argument {
    /// Generic parameters of the setter, if it needs any.
    pub(super) generics: Option<TokenStream>,
    /// The type of the argument; `None` for a setter that sends the only allowed value.
    pub(super) ty: Option<TokenStream>,
    /// The expression that converts the argument to the value.
    pub(super) value: TokenStream,
}

impl Argument {
    /// An argument of this type.
    pub(super) fn of_type(ty: TokenStream, value: TokenStream) -> Self {
        Self { generics: None, ty: Some(ty), value }
    }

    /// No argument, since there is only this value.
    pub(super) fn only_value(value: TokenStream) -> Self {
        Self { generics: None, ty: None, value }
    }
}

/// The argument of a setter for a value of this type.
pub(super) fn setter_argument(cx: &Context<'_>, ty: &TypeRef, name: &Ident) -> Argument {
    let plain = Argument::of_type;
    match ty {
        TypeRef::Nullable(inner) => nullable_argument(cx, inner, name),
        TypeRef::Integer | TypeRef::Unsigned | TypeRef::Boolean | TypeRef::Float => {
            let ty = value_type(cx, ty);
            plain(ty, quote!(#name))
        }
        TypeRef::List(inner) => {
            let item = Bound::new(cx, inner).emit();
            plain(quote!(impl IntoIterator<Item = impl #item>), quote!(rt::list(#name)))
        }
        TypeRef::JsonObject => plain(entries(cx, &TypeRef::Json), quote!(rt::object(#name))),
        TypeRef::SecretObject => {
            plain(entries(cx, &TypeRef::Json), quote!(crate::SecretObject::from(rt::object(#name))))
        }
        TypeRef::Map(inner) => plain(entries(cx, inner), quote!(rt::map(#name))),
        other => {
            let bound = Bound::new(cx, other).emit();
            plain(quote!(impl #bound), quote!(#name.into()))
        }
    }
}

/// The type of the argument for a map or an object.
fn entries(cx: &Context<'_>, value: &TypeRef) -> TokenStream {
    let value = Bound::new(cx, value).emit();
    quote!(impl IntoIterator<Item = (impl rt::IntoText, impl #value)>)
}

fn nullable_argument(cx: &Context<'_>, inner: &TypeRef, name: &Ident) -> Argument {
    let kind = ident(KIND);
    let (ty, value) = match inner {
        TypeRef::List(item) => {
            let item = value_type(cx, item);
            (quote!(impl rt::IntoNullableList<#item, #kind>), quote!(rt::nullable_list(#name)))
        }
        TypeRef::JsonObject => (
            quote!(impl rt::IntoNullableMap<crate::Value, #kind>),
            quote!(rt::nullable_map(#name).map(rt::object)),
        ),
        TypeRef::SecretObject => (
            quote!(impl rt::IntoNullableMap<crate::Value, #kind>),
            quote!(rt::nullable_map(#name).map(rt::object).map(crate::SecretObject::from)),
        ),
        TypeRef::Map(item) => {
            let item = value_type(cx, item);
            (
                quote!(impl rt::IntoNullableMap<#item, #kind>),
                quote!(rt::nullable_map(#name).map(rt::map::<#item>)),
            )
        }
        other => {
            let bound = Bound::new(cx, other).emit_nullable(&kind);
            (quote!(impl #bound), quote!(rt::nullable(#name)))
        }
    };
    Argument { generics: Some(quote!(<#kind>)), ty: Some(ty), value }
}

/// The bound on what converts into a type: `Into`, or a trait of the runtime with a message of its own.
struct Bound {
    /// The name of that trait without its `Into`.
    own: Option<&'static str>,
    /// The type, unless the trait is for this type only.
    target: Option<TokenStream>,
}

impl Bound {
    fn new(cx: &Context<'_>, ty: &TypeRef) -> Self {
        let own = own_bound(cx, ty);
        let has_target = matches!(own, None | Some("Id" | "Enum"));
        Self { own, target: has_target.then(|| value_type(cx, ty)) }
    }

    /// The bound on a value.
    fn emit(self) -> TokenStream {
        let Self { own, target } = self;
        let Some(own) = own else { return quote!(Into<#target>) };
        let name = format_ident!("Into{own}");
        let target = target.map(|target| quote!(<#target>));
        quote!(rt::#name #target)
    }

    /// The bound on a value or `null`.
    fn emit_nullable(self, kind: &Ident) -> TokenStream {
        let name = format_ident!("IntoNullable{}", self.own.unwrap_or_default());
        let target = self.target.map(|target| quote!(#target,));
        quote!(rt::#name<#target #kind>)
    }
}

/// The trait of the runtime for what converts into a type, if it has one.
fn own_bound(cx: &Context<'_>, ty: &TypeRef) -> Option<&'static str> {
    match ty {
        TypeRef::String | TypeRef::Binary => Some("Text"),
        TypeRef::Decimal => Some("Decimal"),
        TypeRef::DateTime => Some("DateTime"),
        TypeRef::Date => Some("Date"),
        TypeRef::Json => Some("Json"),
        TypeRef::Id(_) => Some("Id"),
        TypeRef::Named(id) => match &cx.api.get(*id).shape {
            Shape::OpenEnum(_) => Some("Enum"),
            Shape::Alias(aliased) => own_bound(cx, aliased),
            _ => None,
        },
        _ => None,
    }
}
