//! Emits models: structs, open enums, unions and aliases.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::aliases::{field_aliases, model_path, type_aliases, union_aliases, value_aliases};
use super::docs::{inner_doc, is_printable, sanitize_description};
use super::field_docs::{field_doc, type_doc};
use super::money::emit_money;
use super::pages::{TRAITS_OF_MODELS, WHERE_TRAITS_ARE, shorten_page};
use super::responses::{emit_responses, statuses_of};
use super::types::{box_path, boxed_type, field_type, field_word, ident, resolved_shape, value_type};
use super::{Context, Module, builder, features, list_features};
use crate::analyze::{FieldFacts, Presence};
use crate::ir::{JsonKind, Object, OpenEnum, Shape, TypeId, TypeRef, Union};
use crate::names::{ModelFile, Placement};

/// The module `models`, with a file for each component and for each group of inline types.
pub(super) fn emit_modules<'a>(cx: &'a Context<'a>) -> impl Iterator<Item = Module> + 'a {
    let files = model_files(cx).map(|file| {
        let types = file.types.iter().map(|id| emit_type(cx, *id));
        Module::new(format!("models/{}.rs", file.module), types.collect())
    });
    std::iter::once(emit_index(cx)).chain(files)
}

fn model_files<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = &'a ModelFile> {
    cx.names.files.iter().filter(|file| file.placement == Placement::Models)
}

/// `models/mod.rs`. A macro declares the files: written out, each would take four lines and repeat its features.
fn emit_index(cx: &Context<'_>) -> Module {
    let head = inner_doc(&[
        "The types of requests and responses.".to_owned(),
        TRAITS_OF_MODELS.to_owned(),
        WHERE_TRAITS_ARE.to_owned(),
    ]);
    let entries: Vec<TokenStream> = model_files(cx)
        .map(|file| {
            let name = ident(&file.module);
            let gate = features(cx, &file.gate).as_deref().map(list_features);
            quote!(#name #gate,)
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

/// A type with its implementations and its builder.
pub(super) fn emit_type(cx: &Context<'_>, id: TypeId) -> TokenStream {
    let name = cx.names.ty(id);
    let aliases = type_aliases(cx, &model_path(cx, id, name), name, None);
    let items = match &cx.api.get(id).shape {
        Shape::Object(object) => {
            let model = emit_struct(cx, id, object);
            let builder = cx.facts.is_in_requests(id).then(|| builder::emit_model_builder(cx, id, object));
            let page_info = emit_page_info(cx, id, object);
            let money = emit_money(cx, id);
            let states = emit_final_states(cx, id);
            [Some(model), page_info, money, states, builder].into_iter().flatten().collect()
        }
        Shape::OpenEnum(set) => emit_enum(cx, id, set),
        Shape::Union(union) if union.has_raw_bodies() => emit_responses(cx, id, union),
        Shape::Union(union) => emit_union(cx, id, union),
        Shape::Alias(ty) => emit_alias(cx, id, ty),
        Shape::Pending => TokenStream::new(),
    };
    // Streams that are moved are not copied, token by token, as those that `quote!` inserts are.
    TokenStream::from_iter([items, aliases])
}

/// The implementation of `PageInfo`, if operations use the struct as the cursors of a page.
fn emit_page_info(cx: &Context<'_>, id: TypeId, object: &Object) -> Option<TokenStream> {
    let page = cx.api.operations.get(*cx.facts.page_infos.get(&id)?)?.page.as_ref()?;
    let name = ident(cx.names.ty(id));
    if let Some(list) = &page.list {
        return Some(quote!(rt::page_info!(#name: #(#list).*);));
    }
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

/// The method that tells whether the state is final, if the configuration states that for the type.
fn emit_final_states(cx: &Context<'_>, id: TypeId) -> Option<TokenStream> {
    let states = cx.flows.final_states.iter().find(|states| states.ty == id)?;
    let (name, field) = (ident(cx.names.ty(id)), ident(cx.names.members_of(id).get(states.field)?));
    let values = &states.values;
    let reader = ident(match cx.facts.fields_of(id).get(states.field)?.presence {
        Presence::Required => "required_state",
        Presence::RequiredNullable | Presence::Optional => "optional_state",
        Presence::OptionalNullable => "nullable_state",
    });
    Some(quote!(rt::final_states!(#name { #reader(#field): #(#values)|* });))
}

/// The `derive` attribute of a type: the traits of all types of its kind, and those of the configuration.
pub(super) fn emit_derive(cx: &Context<'_>, id: TypeId, usual: &[&str]) -> TokenStream {
    let order = ["Clone", "Debug", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash"];
    let configured: Vec<&str> = cx.derives.derived_traits(id).collect();
    let traits = order.iter().filter(|name| usual.contains(*name) || configured.contains(*name));
    let traits = traits.map(|name| format_ident!("{name}"));
    quote!(#[derive(#(#traits),*)])
}

fn emit_struct(cx: &Context<'_>, id: TypeId, object: &Object) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let (docs, page) = (type_doc(cx, id), shorten_page());
    let names: Vec<_> = cx.names.members.get(id.0).into_iter().flatten().map(|name| ident(name)).collect();
    let path = model_path(cx, id, cx.names.ty(id));
    let derive = emit_derive(cx, id, &["Clone", "Debug", "PartialEq"]);
    let all = || object.fields.iter().zip(&names).zip(cx.facts.fields_of(id)).enumerate();
    let fields = all().map(|(index, ((field, name), facts))| {
        let (docs, old) = (field_doc(cx, field), field_aliases(cx, &path, &name.to_string()));
        let ty = field_type(facts.presence, &boxed_type(cx, id, index, field.ty.split_null().0));
        quote!(#docs #old pub #name: #ty)
    });
    let rows = all().map(|(_, ((field, name), facts))| {
        let (wire, presence) = (&field.name, field_word(cx, facts.presence, &field.ty));
        // The runtime compares all other names with the text as it stands.
        let escaped = wire.chars().any(|c| matches!(c, '"' | '\\' | '\0'..='\x1f')).then(|| quote!(escaped));
        quote!(#name: #presence(#wire) #escaped)
    });
    quote! {
        #docs
        #page
        #derive
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            #[doc = " Properties that this version of the crate does not know."]
            pub extra_fields: crate::ExtraFields,
        }

        rt::model!(#name { #(#rows,)* });
    }
}

fn emit_enum(cx: &Context<'_>, id: TypeId, set: &OpenEnum) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let (docs, page) = (type_doc(cx, id), shorten_page());
    let names: Vec<_> = cx.names.members.get(id.0).into_iter().flatten().map(|name| ident(name)).collect();
    let variants = set.values.iter().zip(&names).map(|(value, name)| {
        let text = value.description.as_deref().map(sanitize_description);
        let doc = cx.docs.add(&[text.unwrap_or_else(|| format!("`{}`", printable(&value.value)))]);
        quote!(#doc #name)
    });
    let rows = set.values.iter().zip(&names).map(|(value, name)| {
        let text = &value.value;
        let wire = if set.is_integer { integer_literal(text) } else { quote!(#text) };
        quote!(#name = #wire)
    });
    // The macros order values by what they are in JSON, which a derived trait would not do. They implement `Eq` too, because the
    // derived one has a function for each type; for the same reason they implement `Debug` of texts.
    let (derive, unknown, implementation) = if set.is_integer {
        (quote!(Clone, Copy, Debug, PartialEq), quote!(i64), quote!(rt::integer_enum))
    } else {
        (quote!(Clone, PartialEq), quote!(String), quote!(rt::open_enum))
    };
    let aliases = value_aliases(cx, &model_path(cx, id, cx.names.ty(id)), cx.names.members_of(id));
    quote! {
        #docs
        #page
        #[derive(#derive)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #[doc = " A value that this version of the crate does not know."]
            Unknown(#unknown),
        }

        #implementation!(#name { #(#rows,)* });

        #aliases
    }
}

/// The literal of an integer, with its sign.
fn integer_literal(digits: &str) -> TokenStream {
    digits.parse::<i64>().ok().and_then(|value| value.to_string().parse().ok()).unwrap_or_default()
}

pub(super) fn printable(text: &str) -> String {
    let text: String = text.chars().filter(|c| is_printable(*c)).collect::<String>().replace('`', "'");
    if text.trim().is_empty() { "(empty)".to_owned() } else { text }
}

fn emit_union(cx: &Context<'_>, id: TypeId, union: &Union) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let (docs, page) = (type_doc(cx, id), shorten_page());
    let names: Vec<_> = cx.names.members.get(id.0).into_iter().flatten().map(|name| ident(name)).collect();
    let value = |place: usize, ty: &TypeRef| boxed_type(cx, id, place, ty);
    let variants = union.variants.iter().enumerate().zip(&names).map(|((place, variant), name)| {
        let text = variant.description.as_deref().map(sanitize_description);
        let doc = cx.docs.add(&[text.unwrap_or_else(|| format!("`{}`", printable(&variant.name)))]);
        let ty = value(place, &variant.ty);
        quote!(#doc #name(#ty))
    });
    let by_status = (!union.statuses.is_empty()).then(|| quote!(by status));
    let rows = union.variants.iter().enumerate().zip(&names).map(|((place, variant), name)| {
        let statuses = statuses_of(union, place);
        let statuses = (!statuses.is_empty()).then(|| quote!(for #(#statuses)|*));
        let ty = value_type(cx, &variant.ty);
        let kind = ident(json_kind(cx, &variant.ty));
        let outer = variant.constants.iter().map(|(name, values)| quote!(#name = #(#values)|*));
        let nested = variant.nested_constants.iter().map(|(path, values)| quote!(#(#path).* = #(#values)|*));
        let constants: Vec<_> = outer.chain(nested).collect();
        let constants = (!constants.is_empty()).then(|| quote!([#(#constants),*]));
        quote!(#name: #kind(#ty) #constants #statuses)
    });
    let conversions = emit_conversions(cx, id, union);
    let path = model_path(cx, id, cx.names.ty(id));
    let derive = emit_derive(cx, id, &["Clone", "Debug", "PartialEq"]);
    let aliases = union_aliases(cx, &path, cx.names.members_of(id), |place| {
        Some(value(place, &union.variants.get(place)?.ty))
    });
    quote! {
        #docs
        #page
        #derive
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #[doc = " A value that matches none of the variants."]
            Unknown(crate::Value),
        }

        rt::union!(#by_status #name { #(#rows,)* });

        #conversions

        #aliases
    }
}

/// The kind of JSON that a variant accepts, for `rt::union!`.
pub(super) fn json_kind(cx: &Context<'_>, ty: &TypeRef) -> &'static str {
    match ty.json_kind() {
        None => match resolved_shape(cx, ty.split_null().0) {
            Some(Shape::Object(_)) => "Model",
            Some(Shape::OpenEnum(set)) if set.is_integer => "Integer",
            Some(Shape::OpenEnum(_)) => "String",
            Some(_) => "Object",
            None => alias_target(cx, ty.split_null().0).map_or("Object", |target| json_kind(cx, target)),
        },
        Some(JsonKind::String) => "String",
        Some(JsonKind::Integer) => "Integer",
        Some(JsonKind::Number) => "Number",
        Some(JsonKind::Boolean) => "Boolean",
        Some(JsonKind::List) => "Array",
        Some(JsonKind::Object | JsonKind::Any) => "Object",
    }
}

fn alias_target<'a>(cx: &'a Context<'_>, ty: &TypeRef) -> Option<&'a TypeRef> {
    let TypeRef::Named(id) = ty else { return None };
    match &cx.api.get(*id).shape {
        Shape::Alias(target) => alias_target(cx, target).or(Some(target)),
        _ => None,
    }
}

/// Conversions into a union, from the types that only one variant has.
fn emit_conversions(cx: &Context<'_>, id: TypeId, union: &Union) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let names: Vec<_> = cx.names.members.get(id.0).into_iter().flatten().map(|name| ident(name)).collect();
    let resolved = |ty: &TypeRef| alias_target(cx, ty).unwrap_or(ty).clone();
    let impls = union.variants.iter().enumerate().zip(&names).map(|((place, variant), variant_name)| {
        let own = resolved(&variant.ty);
        // `String` and `Value` may be the types of several variants, under different names in the document.
        let text = |ty: &TypeRef| matches!(ty, TypeRef::String | TypeRef::Binary);
        let same = |other: &TypeRef| *other == own || (text(other) && text(&own));
        let unique = union.variants.iter().filter(|other| same(&resolved(&other.ty))).count() == 1;
        if !unique || own == TypeRef::Json {
            return TokenStream::new();
        }
        let ty = value_type(cx, &variant.ty);
        let value = match box_path(cx, id, place, &quote!(crate)) {
            Some(path) => quote!(#path::new(value)),
            None => quote!(value),
        };
        let borrowed = borrowed_types(cx, &own).into_iter().map(|ty| {
            quote! {
                impl From<#ty> for #name {
                    fn from(value: #ty) -> Self {
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
            #(#borrowed)*
        }
    });
    quote!(#(#impls)*)
}

/// The borrowed types that convert into the type of a variant, which setters take as they take the type itself.
fn borrowed_types(cx: &Context<'_>, ty: &TypeRef) -> Vec<TokenStream> {
    let is_enum = matches!(resolved_shape(cx, ty), Some(Shape::OpenEnum(_)));
    let borrow = || {
        let ty = value_type(cx, ty);
        quote!(&#ty)
    };
    match ty {
        TypeRef::String | TypeRef::Binary => vec![quote!(&str), quote!(&String)],
        TypeRef::Id(_) => vec![borrow()],
        TypeRef::Named(_) if is_enum => vec![borrow()],
        _ => Vec::new(),
    }
}

fn emit_alias(cx: &Context<'_>, id: TypeId, ty: &TypeRef) -> TokenStream {
    let name = ident(cx.names.ty(id));
    let docs = type_doc(cx, id);
    let ty = value_type(cx, ty);
    quote!(#docs pub type #name = #ty;)
}
