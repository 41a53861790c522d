//! Models: structs, open enums, unions and aliases, a file for each place.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::docs::{doc, foreign, inner_doc, sentence, shown};
use super::types::{ident, owned, shape};
use super::{Context, Module, broken_cycle, builder, cfg};
use crate::ir::{Field, Object, Shape, StringEnum, TypeId, TypeRef, Union};
use crate::names::{ModelFile, Placement};

/// The module `models` with its files.
pub(super) fn modules<'a>(cx: &'a Context<'a>) -> impl Iterator<Item = Module> + 'a {
    let under = |placement, folder: &'static str| {
        let files = cx.names.files.iter().filter(move |file| file.placement == placement);
        files.map(move |file| module(cx, file, format!("{folder}/{}.rs", file.module)))
    };
    let models = under(Placement::Models, "models");
    let inline = cx.names.files.iter().any(|file| file.placement == Placement::Operations);
    let inline =
        inline.then(|| index(cx, Placement::Operations, "Types that stand inline in single calls.", false));
    [index(cx, Placement::Models, "What the API takes and gives.", true)]
        .into_iter()
        .chain(models)
        .chain(inline)
        .chain(under(Placement::Operations, "models/operations"))
}

/// A `mod.rs` that names its files, each behind the features that need it.
fn index(cx: &Context<'_>, placement: Placement, text: &str, top: bool) -> Module {
    let head = inner_doc(&[text.to_owned()]);
    let files = cx.names.files.iter().filter(|file| file.placement == placement);
    let entries = files.map(|file| {
        let name = ident(&file.module);
        let gate = cfg(cx, &file.gate);
        quote! {
            #gate
            mod #name;
            #gate
            pub use #name::*;
        }
    });
    let inline = cx.names.files.iter().any(|file| file.placement == Placement::Operations);
    // With no feature on there is nothing to export.
    let operations = (top && inline).then(|| {
        quote! {
            mod operations;
            #[allow(unused_imports)]
            pub use operations::*;
        }
    });
    let path = if top { "models/mod.rs" } else { "models/operations/mod.rs" };
    Module { path: path.to_owned(), tokens: quote!(#head #(#entries)* #operations) }
}

fn module(cx: &Context<'_>, file: &ModelFile, path: String) -> Module {
    let types = file.types.iter().map(|id| item(cx, *id));
    Module { path, tokens: quote!(#(#types)*) }
}

/// A type with everything that belongs to it.
pub(super) fn item(cx: &Context<'_>, id: TypeId) -> TokenStream {
    match &cx.api.get(id).shape {
        Shape::Object(object) => {
            let model = structure(cx, id, object);
            let request = cx.facts.usage.get(id.0).is_some_and(|usage| usage.request);
            let builder = request.then(|| builder::model_builder(cx, id, object));
            let page_info = page_info(cx, id, object);
            quote!(#model #page_info #builder)
        }
        Shape::StringEnum(set) => string_enum(cx, id, set),
        Shape::Union(union) => union_type(cx, id, union),
        Shape::Alias(ty) => alias(cx, id, ty),
        Shape::Pending => TokenStream::new(),
    }
}

/// What makes a struct the cursors of a page, if calls use it as that.
fn page_info(cx: &Context<'_>, id: TypeId, object: &Object) -> Option<TokenStream> {
    let mut pages = cx.api.operations.iter().filter_map(|operation| operation.page.as_ref());
    pages.find(|page| page.info == TypeRef::Named(id))?;
    let name = ident(cx.names.ty(id));
    let members = cx.names.members.get(id.0)?;
    let part = |part: &str, kind: &str| {
        let at = object.fields.iter().position(|field| field.name == part);
        let found = at.and_then(|at| object.fields.get(at).zip(members.get(at)).map(|found| (at, found)));
        let (field, word) = match found {
            None => ("none".to_owned(), format!("absent_{kind}")),
            Some((at, (field, member))) => {
                let word = match (presence(cx, id, at, field), field.ty.split_null().1) {
                    ("required", false) => kind.to_owned(),
                    ("nullable", _) => format!("nullable_{kind}"),
                    _ => format!("optional_{kind}"),
                };
                (member.clone(), word)
            }
        };
        let (part, field, word) = (format_ident!("{part}"), ident(&field), format_ident!("{word}"));
        quote!(#part: #field #word)
    };
    let parts = [
        part("has_next_page", "flag"),
        part("has_previous_page", "flag"),
        part("end_cursor", "text"),
        part("start_cursor", "text"),
    ];
    Some(quote!(rt::page_info!(#name { #(#parts),* });))
}

/// The documentation of a type: the document's words, or what it stands for.
fn type_doc(cx: &Context<'_>, id: TypeId, otherwise: &str) -> TokenStream {
    let def = cx.api.get(id);
    let text =
        def.description.as_deref().map_or_else(|| otherwise.to_owned(), |text| sentence(&foreign(text)));
    let source = def.pointers.first().map(|pointer| format!("Source: `#{}`.", pointer.replace('`', "'")));
    let doc = doc(&[text, source.unwrap_or_default()]);
    let deprecated = def.deprecated.then(|| quote!(#[deprecated]));
    quote!(#doc #deprecated)
}

fn structure(cx: &Context<'_>, id: TypeId, object: &Object) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let docs = type_doc(cx, id, &format!("The object `{}`.", cx.names.ty(id)));
    let names: Vec<_> = cx.names.members.get(id.0).into_iter().flatten().map(|name| ident(name)).collect();
    let fields = object.fields.iter().enumerate().zip(&names).map(|((place, field), name)| {
        let docs = field_doc(cx, field);
        let ty = field_type(cx, id, place, field);
        quote!(#docs pub #name: #ty)
    });
    let rows = object.fields.iter().enumerate().zip(&names).map(|((place, field), name)| {
        let index = Literal::usize_unsuffixed(place);
        let wire = &field.name;
        let presence = format_ident!("{}", presence(cx, id, place, field));
        quote!(#index #name #wire #presence)
    });
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            #[doc = " Members that this version of the document does not know."]
            pub extra_fields: rt::ExtraFields,
        }

        rt::model!(#name { #(#rows,)* });
    }
}

/// Whether a member must be there, may be absent, or may be absent and may be `null`.
pub(super) fn presence(cx: &Context<'_>, id: TypeId, place: usize, field: &Field) -> &'static str {
    let nullable = field.ty.split_null().1;
    // What only answers hold is never sent, and what only requests hold is never awaited.
    let usage = cx.facts.usage.get(id.0).copied().unwrap_or_default();
    let one_way = (field.read_only && usage.request) || (field.write_only && usage.response);
    let beyond = usage.request && field.required && builder::beyond(cx, id, place);
    match (field.required && !one_way && !beyond && !broken_cycle(cx, id, place, field), nullable) {
        (true, _) => "required",
        (false, false) => "optional",
        (false, true) => "nullable",
    }
}

fn field_type(cx: &Context<'_>, id: TypeId, place: usize, field: &Field) -> TokenStream {
    let (inner, nullable) = field.ty.split_null();
    let mut ty = owned(cx, inner);
    if cx.facts.boxed.contains(&(id, place)) {
        ty = quote!(Box<#ty>);
    }
    match (presence(cx, id, place, field), nullable) {
        ("required", false) => ty,
        ("nullable", _) => quote!(Option<Option<#ty>>),
        _ => quote!(Option<#ty>),
    }
}

/// The documentation of a member: the document's words, its limits, an example, and what `None` means.
pub(super) fn field_doc(_cx: &Context<'_>, field: &Field) -> TokenStream {
    let mut text = match &field.description {
        Some(text) => sentence(&foreign(text)),
        None => format!("The member `{}`.", field.name.replace('`', "'")),
    };
    for note in notes(field) {
        text.push(' ');
        text.push_str(&note);
    }
    let doc = doc(&[text]);
    let deprecated = field.deprecated.then(|| quote!(#[deprecated]));
    quote!(#doc #deprecated)
}

/// What is known of a member beyond its type.
pub(super) fn notes(field: &Field) -> Vec<String> {
    let mut notes = field.limits.notes.clone();
    if let Some(value) = &field.constant {
        notes.push(format!("Always `{}`.", plain(value)));
    }
    if let Some(example) = field.limits.example.as_ref().filter(|value| !value.is_null()) {
        let text = plain(example);
        if text.chars().count() <= 60 && !text.is_empty() {
            notes.push(format!("Example: `{text}`."));
        }
    }
    notes
}

fn plain(value: &serde_json::Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().filter(|c| shown(*c)).collect::<String>().replace('`', "'")
}

fn string_enum(cx: &Context<'_>, id: TypeId, set: &StringEnum) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let docs = type_doc(cx, id, &format!("The values of `{}`.", cx.names.ty(id)));
    let names: Vec<_> = cx.names.members.get(id.0).into_iter().flatten().map(|name| ident(name)).collect();
    let variants = set.values.iter().zip(&names).map(|(value, name)| {
        let text = value.description.as_deref().map(|text| sentence(&foreign(text)));
        let doc = doc(&[text.unwrap_or_else(|| format!("`{}`", printable(&value.value)))]);
        quote!(#doc #name)
    });
    let rows = set.values.iter().zip(&names).map(|(value, name)| {
        let wire = &value.value;
        quote!(#name = #wire)
    });
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #[doc = " A value that this version of the document does not know."]
            Unknown(String),
        }

        rt::open_enum!(#name { #(#rows,)* });
    }
}

fn printable(text: &str) -> String {
    let text: String = text.chars().filter(|c| shown(*c)).collect::<String>().replace('`', "'");
    if text.trim().is_empty() { "(empty)".to_owned() } else { text }
}

fn union_type(cx: &Context<'_>, id: TypeId, union: &Union) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let docs = type_doc(cx, id, &format!("One of the forms of `{}`.", cx.names.ty(id)));
    let names: Vec<_> = cx.names.members.get(id.0).into_iter().flatten().map(|name| ident(name)).collect();
    let held = |place: usize, ty: &TypeRef| {
        let owned = owned(cx, ty);
        if cx.facts.boxed.contains(&(id, place)) { quote!(Box<#owned>) } else { owned }
    };
    let variants = union.variants.iter().enumerate().zip(&names).map(|((place, variant), name)| {
        let text = variant.description.as_deref().map(|text| sentence(&foreign(text)));
        let doc = doc(&[text.unwrap_or_else(|| format!("`{}`", printable(&variant.name)))]);
        let ty = held(place, &variant.ty);
        quote!(#doc #name(#ty))
    });
    let rows = union.variants.iter().enumerate().zip(&names).map(|((place, variant), name)| {
        let index = Literal::usize_unsuffixed(place);
        let ty = owned(cx, &variant.ty);
        let kind = ident(kind(cx, &variant.ty));
        let constants = variant.constants.iter().map(|(name, values)| quote!(#name = #(#values)|*));
        quote!(#index #name(#ty) #kind [#(#constants),*])
    });
    let conversions = conversions(cx, id, union);
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #[doc = " A form that this version of the document does not know."]
            Unknown(rt::Value),
        }

        rt::union!(#name { #(#rows,)* });

        #conversions
    }
}

/// The kind of JSON that a variant is, for `union!`.
pub(super) fn kind(cx: &Context<'_>, ty: &TypeRef) -> &'static str {
    match ty {
        TypeRef::Named(_) => match shape(cx, ty) {
            Some(Shape::Object(_)) => "Model",
            Some(Shape::StringEnum(_)) => "String",
            Some(_) => "Object",
            None => alias_target(cx, ty).map_or("Object", |target| kind(cx, target)),
        },
        TypeRef::Integer => "Integer",
        TypeRef::Decimal | TypeRef::Float => "Number",
        TypeRef::Boolean => "Boolean",
        TypeRef::List(_) => "Array",
        TypeRef::JsonObject | TypeRef::Map(_) | TypeRef::Json => "Object",
        TypeRef::Nullable(inner) => kind(cx, inner),
        _ => "String",
    }
}

fn alias_target<'a>(cx: &'a Context<'_>, ty: &TypeRef) -> Option<&'a TypeRef> {
    let TypeRef::Named(id) = ty else { return None };
    match &cx.api.get(*id).shape {
        Shape::Alias(target) => alias_target(cx, target).or(Some(target)),
        _ => None,
    }
}

/// A variant's value converts into the union, where its type says which variant it is.
fn conversions(cx: &Context<'_>, id: TypeId, union: &Union) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let names: Vec<_> = cx.names.members.get(id.0).into_iter().flatten().map(|name| ident(name)).collect();
    let resolved = |ty: &TypeRef| alias_target(cx, ty).unwrap_or(ty).clone();
    let impls = union.variants.iter().enumerate().zip(&names).map(|((place, variant), variant_name)| {
        let own = resolved(&variant.ty);
        // What is text in Rust, or JSON, cannot be told from the next of its kind by its type.
        let text = |ty: &TypeRef| matches!(ty, TypeRef::String | TypeRef::Binary);
        let same = |other: &TypeRef| *other == own || (text(other) && text(&own));
        let unique = union.variants.iter().filter(|other| same(&resolved(&other.ty))).count() == 1;
        if !unique || own == TypeRef::Json {
            return TokenStream::new();
        }
        let ty = owned(cx, &variant.ty);
        let boxed = cx.facts.boxed.contains(&(id, place));
        let value = if boxed { quote!(Box::new(value)) } else { quote!(value) };
        let from_text = text(&own).then(|| {
            quote! {
                impl From<&str> for #name {
                    fn from(value: &str) -> Self {
                        Self::#variant_name(value.into())
                    }
                }
            }
        });
        quote! {
            impl From<#ty> for #name {
                fn from(value: #ty) -> Self {
                    Self::#variant_name(#value)
                }
            }
            #from_text
        }
    });
    quote!(#(#impls)*)
}

fn alias(cx: &Context<'_>, id: TypeId, ty: &TypeRef) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let docs = type_doc(cx, id, &format!("The type `{}`.", cx.names.ty(id)));
    let ty = owned(cx, ty);
    quote!(#docs pub type #name = #ty;)
}
