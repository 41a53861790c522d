//! Emits old names as deprecated aliases, which forward to the new ones.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Context;
use super::types::{ident, is_payload};
use crate::ir::TypeId;
use crate::names::generics::STATE;
use crate::names::{Alias, Placement};

/// The attributes of an old name: a line of documentation, and the warning that says the new name.
pub(super) fn mark_deprecated(alias: &Alias, new: &str) -> TokenStream {
    let new = new.trim_start_matches("r#");
    let (docs, note) = (format!(" The old name of `{new}`."), format!("renamed to `{new}`"));
    let since = &alias.since;
    quote!(#[doc = #docs] #[deprecated(since = #since, note = #note)])
}

/// The old names of a type. `generics` are its parameters, with defaults, and as arguments.
pub(super) fn type_aliases(
    cx: &Context<'_>,
    path: &str,
    name: &str,
    generics: Option<(&TokenStream, TokenStream)>,
) -> TokenStream {
    let (parameters, arguments) = generics.unzip();
    let new = ident(name);
    let aliases = cx.names.aliases.find_item(path).iter().map(|alias| {
        let (attributes, old) = (mark_deprecated(alias, name), ident(&alias.name));
        quote!(#attributes pub type #old #parameters = #new #arguments;)
    });
    quote!(#(#aliases)*)
}

/// The path of a model or of its builder.
pub(super) fn model_path(cx: &Context<'_>, id: TypeId, name: &str) -> String {
    let placement = if is_payload(cx, id) { Placement::Webhooks } else { Placement::Models };
    cx.names.type_path(placement, name)
}

/// The old names of variants that hold nothing, as constants: unlike functions, they can be patterns.
pub(super) fn value_aliases(cx: &Context<'_>, path: &str, names: &[String]) -> Option<TokenStream> {
    let constants = variant_aliases(cx, path, names).map(|(alias, name)| {
        let (attributes, old, new) = (mark_deprecated(alias, name), ident(&alias.name), ident(name));
        quote! {
            #attributes
            #[allow(non_upper_case_globals, reason = "it was a variant")]
            pub const #old: Self = Self::#new;
        }
    });
    emit_impl(path, constants.collect())
}

/// The old names of variants that hold a value, as functions that create them. Nothing can stand for them in a pattern.
pub(super) fn union_aliases(
    cx: &Context<'_>,
    path: &str,
    names: &[String],
    ty: impl Fn(usize) -> Option<TokenStream>,
) -> Option<TokenStream> {
    let functions = names.iter().enumerate().flat_map(|(index, name)| {
        variant_aliases(cx, path, std::slice::from_ref(name)).map(move |(alias, name)| (index, alias, name))
    });
    let functions = functions.filter_map(|(index, alias, name)| {
        let ty = ty(index)?;
        let (attributes, old, new) = (mark_deprecated(alias, name), ident(&alias.name), ident(name));
        Some(quote! {
            #attributes
            #[allow(non_snake_case, reason = "it was a variant")]
            pub fn #old(value: #ty) -> Self {
                Self::#new(value)
            }
        })
    });
    emit_impl(path, functions.collect())
}

fn variant_aliases<'a>(
    cx: &'a Context<'_>,
    path: &str,
    names: &'a [String],
) -> impl Iterator<Item = (&'a Alias, &'a String)> {
    let found = names.iter().flat_map(move |name| {
        let aliases = cx.names.aliases.find_item(&format!("{path}::{name}"));
        aliases.iter().map(move |alias| (alias, name))
    });
    found.collect::<Vec<_>>().into_iter()
}

fn emit_impl(path: &str, items: Vec<TokenStream>) -> Option<TokenStream> {
    let name = ident(path.rsplit("::").next()?);
    (!items.is_empty()).then(|| quote!(impl #name { #(#items)* }))
}

/// The attributes that let a search find a field by its old names. A field itself cannot have an alias.
pub(super) fn field_aliases(cx: &Context<'_>, path: &str, name: &str) -> TokenStream {
    let names = cx.names.aliases.find_item(&format!("{path}.{name}")).iter().map(|alias| &alias.name);
    quote!(#(#[doc(alias = #names)])*)
}

/// The old names of a method that chooses a variant of a body.
pub(super) fn choice_aliases(cx: &Context<'_>, path: &str, method: &str, builder: &str) -> TokenStream {
    let (new, output) = (ident(method), ident(builder));
    let aliases = cx.names.aliases.find_item(&format!("{path}.{method}()")).iter().map(|alias| {
        let (attributes, old) = (mark_deprecated(alias, method), ident(&alias.name));
        quote!(#attributes #[inline] pub fn #old(self) -> #output { self.#new() })
    });
    quote!(#(#aliases)*)
}

/// Methods that chose a variant of a body that has only one now: they return the builder as it is.
pub(super) fn obsolete_choices(cx: &Context<'_>, path: &str, builder: &Ident) -> Option<TokenStream> {
    let aliases = cx.names.aliases.find_item(&format!("{path}.self()"));
    let state = ident(STATE);
    let methods = aliases.iter().map(|alias| {
        let (since, old) = (&alias.since, ident(&alias.name));
        quote! {
            #[doc = " Returns the builder itself: the body has only one variant."]
            #[deprecated(since = #since, note = "the body has only one variant: leave the call out")]
            #[inline]
            pub fn #old(self) -> Self {
                self
            }
        }
    });
    (!aliases.is_empty()).then(|| quote!(impl<#state> #builder<#state> { #(#methods)* }))
}
