//! The lints that the generated crate allows, each because of what the document names, marks or leaves out.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use super::field_docs::is_documented;
use crate::analyze::Setter;
use crate::ir::{Field, Parameter, ParameterLocation, Shape, TypeRef, Union};

/// Methods of the standard library's traits; `clippy::should_implement_trait` reports methods of the same name.
const TRAIT_METHODS: [&str; 30] = [
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

/// Names that `clippy::disallowed_names` reports.
const PLACEHOLDERS: [&str; 3] = ["foo", "baz", "quux"];

/// With more required fields than this, `clippy::type_complexity` may report the type of a builder.
const MAX_SIMPLE_STATE: usize = 1;

/// With more lists and maps in each other, `clippy::type_complexity` may report the type of a field.
const MAX_LEVELS: usize = 5;

/// A variant with more words than this may be 200 bytes, from which on `clippy::large_enum_variant` reports it.
const MAX_WORDS: usize = 22;

/// Deeper than this, types in types are not counted: they may be large.
const MAX_DEPTH: usize = 8;

/// With more arguments besides `self`, `clippy::too_many_arguments` reports a method.
const MAX_ARGUMENTS: usize = 6;

/// How many lists and maps are in each other.
fn count_levels(ty: &TypeRef) -> usize {
    match ty {
        TypeRef::List(inner) | TypeRef::Map(inner) => 1 + count_levels(inner),
        TypeRef::Nullable(inner) => count_levels(inner),
        _ => 0,
    }
}

/// The `allow` attributes of the crate, without their brackets.
pub(super) fn allowed_lints(cx: &Context<'_>) -> Vec<TokenStream> {
    let undocumented = all_fields(cx).any(|field| !is_documented(cx, field)).then(|| {
        quote!(allow(missing_docs, reason = "the document does not describe every property and parameter"))
    });
    let deprecated = is_deprecated(cx)
        .then(|| quote!(allow(deprecated, reason = "generated code names what the document deprecates")));
    let has_deep_types = || all_fields(cx).any(|field| count_levels(&field.ty) > MAX_LEVELS);
    let complex = (has_complex_builders(cx) || has_deep_types()).then(|| {
        quote!(allow(clippy::type_complexity, reason = "the type of a builder lists its required fields"))
    });
    let methods = method_names(cx).any(|name| TRAIT_METHODS.contains(&name.as_str())).then(|| {
        quote!(allow(clippy::should_implement_trait, reason = "the document chooses the names of methods"))
    });
    let placeholders =
        method_names(cx).chain(&cx.names.types).any(|name| PLACEHOLDERS.contains(&name.as_str()));
    let placeholders = placeholders.then(|| {
        quote!(allow(clippy::disallowed_names, reason = "the document chooses the names of fields"))
    });
    let underscores = method_names(cx).any(|name| name.starts_with('_')).then(|| {
        quote!(allow(
            clippy::just_underscores_and_digits,
            clippy::pub_underscore_fields,
            clippy::used_underscore_binding,
            reason = "the document has names that begin with a digit"
        ))
    });
    let large =
        cx.api.types.iter().any(|def| matches!(&def.shape, Shape::Union(union) if is_large(cx, union)));
    let large = large.then(|| {
        quote!(allow(clippy::large_enum_variant, reason = "a box would burden every use of the variant"))
    });
    let letters = all_names(cx).any(|name| !name.is_ascii()).then(|| {
        quote!(allow(
            confusable_idents,
            mixed_script_confusables,
            uncommon_codepoints,
            reason = "the document has names in other alphabets"
        ))
    });
    let paths = cx.api.operations.iter().map(|operation| &operation.parameters);
    let is_path = |parameter: &&Parameter| parameter.location == ParameterLocation::Path;
    let arguments = paths.map(|parameters| parameters.iter().filter(is_path).count()).max();
    let arguments = (arguments > Some(MAX_ARGUMENTS)).then(|| {
        quote!(allow(clippy::too_many_arguments, reason = "a path of the document has that many parameters"))
    });
    let all =
        [undocumented, deprecated, complex, methods, placeholders, underscores, letters, arguments, large];
    all.into_iter().flatten().collect()
}

/// The fields of all types and bodies, and all parameters.
fn all_fields<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = &'a Field> {
    let parameters = cx.api.operations.iter().flat_map(|operation| &operation.parameters);
    field_lists(cx).flatten().chain(parameters.map(|parameter| &parameter.field))
}

/// The fields of each type and of each body.
fn field_lists<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = &'a Vec<Field>> {
    let objects = cx.api.types.iter().filter_map(|def| match &def.shape {
        Shape::Object(object) => Some(&object.fields),
        _ => None,
    });
    let bodies =
        cx.api.operations.iter().flat_map(|operation| &operation.body).flat_map(|body| &body.variants);
    objects.chain(bodies.map(|variant| &variant.fields))
}

/// Whether the document deprecates a type or a field.
pub(crate) fn is_deprecated(cx: &Context<'_>) -> bool {
    cx.api.types.iter().any(|def| def.deprecated) || field_lists(cx).flatten().any(|field| field.deprecated)
}

fn has_complex_builders(cx: &Context<'_>) -> bool {
    let required = |fields: &Vec<Field>| fields.iter().filter(|field| field.required).count();
    let requests = cx.operations().map(|named| {
        let body = named.variants().map(|variant| required(&variant.variant.fields)).max();
        let parameters = named.facts.parameters.iter().filter(|setter| **setter == Setter::Required);
        parameters.count() + body.unwrap_or(1)
    });
    field_lists(cx).map(required).chain(requests).max() > Some(MAX_SIMPLE_STATE)
}

/// All names that the document chooses.
fn all_names<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = &'a String> {
    let names = &cx.names;
    let tags = names.tags.iter().flat_map(|tag| [&tag.module, &tag.handle]);
    method_names(cx).chain(&names.types).chain(&names.webhooks).chain(tags)
}

/// The names of fields, setters and methods, which the document chooses.
fn method_names<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = &'a String> {
    let operations = cx.names.operations.iter().flat_map(|names| {
        let fields = names.variants.iter().flat_map(|variant| &variant.fields);
        names.parameters.iter().chain(fields).chain([&names.method])
    });
    cx.names.members.iter().flatten().chain(operations)
}

fn is_large(cx: &Context<'_>, union: &Union) -> bool {
    union.variants.iter().any(|variant| words(cx, &variant.ty, 0) > MAX_WORDS)
}

/// Roughly how many words of memory a value takes, without its heap.
fn words(cx: &Context<'_>, ty: &TypeRef, depth: usize) -> usize {
    match ty {
        TypeRef::Named(_) if depth >= MAX_DEPTH => MAX_WORDS,
        TypeRef::Named(id) => match &cx.api.get(*id).shape {
            Shape::Object(object) => {
                1 + object.fields.iter().map(|field| words(cx, &field.ty, depth + 1)).sum::<usize>()
            }
            Shape::Union(union) => {
                union.variants.iter().map(|variant| words(cx, &variant.ty, depth + 1)).max().unwrap_or(3)
            }
            Shape::Alias(ty) => words(cx, ty, depth + 1),
            Shape::OpenEnum(_) | Shape::Pending => 3,
        },
        TypeRef::Nullable(inner) => words(cx, inner, depth + 1),
        TypeRef::Boolean | TypeRef::Integer | TypeRef::Unsigned | TypeRef::Float => 1,
        _ => 3,
    }
}
