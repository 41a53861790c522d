//! Models: structs, open enums, unions and aliases, a file for each place.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs::{doc, foreign, inner_doc, sentence, shown};
use super::types::{held, ident, owned, presence_word, shape};
use super::{Context, Module, builder, constraint_docs, features};
use crate::analyze::{FieldFacts, Presence};
use crate::ir::{Field, Object, Shape, StringEnum, TypeId, TypeRef, Union};
use crate::names::{ModelFile, Placement};

/// The module `models`, with a file for each component and for each group of inline types.
pub(super) fn modules<'a>(cx: &'a Context<'a>) -> impl Iterator<Item = Module> + 'a {
    let files = model_files(cx).map(|file| {
        let types = file.types.iter().map(|id| item(cx, *id));
        Module::new(format!("models/{}.rs", file.module), quote!(#(#types)*))
    });
    std::iter::once(index(cx)).chain(files)
}

fn model_files<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = &'a ModelFile> {
    cx.names.files.iter().filter(|file| file.placement == Placement::Models)
}

/// `models/mod.rs`. A macro declares the files: written out, each would take four lines and repeat its features.
fn index(cx: &Context<'_>) -> Module {
    let head = inner_doc(&["The types of requests and responses.".to_owned()]);
    let entries: Vec<TokenStream> = model_files(cx)
        .map(|file| {
            let name = ident(&file.module);
            match features(cx, &file.gate) {
                Some(features) => quote!(#name: #(#features)|*,),
                None => quote!(#name,),
            }
        })
        .collect();
    if entries.is_empty() {
        return Module::new("models/mod.rs", head);
    }
    let tokens = quote! {
        #head

        rt::modules! { #(#entries)* }
    };
    Module::new("models/mod.rs", tokens)
}

/// A type with everything that belongs to it.
pub(super) fn item(cx: &Context<'_>, id: TypeId) -> TokenStream {
    match &cx.api.get(id).shape {
        Shape::Object(object) => {
            let model = structure(cx, id, object);
            let builder = cx.facts.is_in_requests(id).then(|| builder::model_builder(cx, id, object));
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
        let found = at.and_then(|at| members.get(at).zip(cx.facts.fields_of(id).get(at)));
        let (field, word) = match found {
            None => ("none".to_owned(), format!("absent_{kind}")),
            Some((member, FieldFacts { presence, .. })) => {
                let word = match presence {
                    Presence::Required => kind.to_owned(),
                    Presence::RequiredNullable | Presence::Optional => format!("optional_{kind}"),
                    Presence::OptionalNullable => format!("nullable_{kind}"),
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
    let text = def.description.as_deref().map(|text| sentence(&foreign(text)));
    let text = text.unwrap_or_else(|| otherwise.to_owned());
    let text = constraint_docs::append(text, &constraint_docs::sentences(&def.details));
    let source = def.pointers.first().map(|pointer| format!("Source: `#{}`.", pointer.replace('`', "'")));
    let doc = doc(&[text, source.unwrap_or_default()]);
    let deprecated = def.deprecated.then(|| quote!(#[deprecated]));
    quote!(#doc #deprecated)
}

fn structure(cx: &Context<'_>, id: TypeId, object: &Object) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let docs = type_doc(cx, id, &format!("The object `{}`.", cx.names.ty(id)));
    let names: Vec<_> = cx.names.members.get(id.0).into_iter().flatten().map(|name| ident(name)).collect();
    let all = || object.fields.iter().zip(&names).zip(cx.facts.fields_of(id)).enumerate();
    let fields = all().map(|(index, ((field, name), facts))| {
        let docs = field_doc(cx, field);
        let mut ty = owned(cx, field.ty.split_null().0);
        if cx.facts.boxed.contains(&(id, index)) {
            ty = quote!(Box<#ty>);
        }
        let ty = held(facts.presence, &ty);
        quote!(#docs pub #name: #ty)
    });
    let rows = all().map(|(_, ((field, name), facts))| {
        let (wire, presence) = (&field.name, presence_word(facts.presence));
        quote!(#name: #presence(#wire))
    });
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            #[doc = " Members that this version of the document does not know."]
            pub extra_fields: crate::ExtraFields,
        }

        rt::model!(#name { #(#rows,)* });
    }
}

/// The documentation of a member: the document's words, its limits, an example, and what `None` means.
pub(super) fn field_doc(_cx: &Context<'_>, field: &Field) -> TokenStream {
    let text = match &field.description {
        Some(text) => sentence(&foreign(text)),
        None => format!("The member `{}`.", field.name.replace('`', "'")),
    };
    let text = constraint_docs::append(text, &notes(field));
    let doc = doc(&[text]);
    let deprecated = field.deprecated.then(|| quote!(#[deprecated]));
    quote!(#doc #deprecated)
}

/// What is known of a member beyond its type.
pub(super) fn notes(field: &Field) -> Vec<String> {
    let mut notes = constraint_docs::sentences(&field.details);
    if let Some(value) = &field.constant {
        notes.push(format!("Always `{}`.", plain(value)));
    }
    if let Some(example) = field.details.example.as_ref().filter(|value| !value.is_null()) {
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
    let value = |place: usize, ty: &TypeRef| {
        let owned = owned(cx, ty);
        if cx.facts.boxed.contains(&(id, place)) { quote!(Box<#owned>) } else { owned }
    };
    let variants = union.variants.iter().enumerate().zip(&names).map(|((place, variant), name)| {
        let text = variant.description.as_deref().map(|text| sentence(&foreign(text)));
        let doc = doc(&[text.unwrap_or_else(|| format!("`{}`", printable(&variant.name)))]);
        let ty = value(place, &variant.ty);
        quote!(#doc #name(#ty))
    });
    let rows = union.variants.iter().zip(&names).map(|(variant, name)| {
        let ty = owned(cx, &variant.ty);
        let kind = ident(kind(cx, &variant.ty));
        let constants: Vec<_> =
            variant.constants.iter().map(|(name, values)| quote!(#name = #(#values)|*)).collect();
        let constants = (!constants.is_empty()).then(|| quote!([#(#constants),*]));
        quote!(#name: #kind(#ty) #constants)
    });
    let conversions = conversions(cx, id, union);
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #[doc = " A form that this version of the document does not know."]
            Unknown(crate::Value),
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
