//! Emits the setters of a request: those of its parameters and of its body.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::builder::{SetterParts, Setters, Storage, marker};
use super::docs::{code_span, outer_doc, sanitize_description};
use super::field_docs::{field_doc, field_doc_with_note};
use super::types::{Argument, ident, setter_argument};
use super::{Context, NamedOperation, NamedVariant, constraint_docs};
use crate::ir::{Body, BodyEncoding, Field, Parameter, ParameterLocation, Style, TypeRef};
use crate::names::WHOLE_BODY;

/// All setters: those of the parameters, then those of the body.
pub(super) fn request_setters(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    variant: Option<NamedVariant<'_>>,
) -> Setters {
    let path = builder_path(cx, named, variant);
    let parameters = named.parameters().filter_map(|(parameter, name, setter)| {
        let marker = marker(cx, &parameter.field.name, setter)?;
        Some((marker, parameter_setter(cx, parameter, name).with_aliases(cx, &path)))
    });
    let mut setters: Vec<_> = parameters.collect();
    setters.extend(body_setters(cx, named, variant));
    Setters(setters)
}

/// The path of the builder of a request, or of a variant of its body.
pub(super) fn builder_path(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    variant: Option<NamedVariant<'_>>,
) -> String {
    let name = variant.map_or(&named.names.builder, |variant| &variant.names.builder);
    cx.names.api_path(named.operation.tag, name)
}

fn parameter_setter(cx: &Context<'_>, parameter: &Parameter, name: &str) -> SetterParts {
    let name = ident(name);
    let field = &parameter.field;
    let argument = setter_argument(cx, &field.ty, &name);
    let wire = &field.name;
    let value = parameter_value(cx, parameter, argument.value);
    let (method, arguments) = match (parameter.location, style_variant(parameter.style)) {
        (ParameterLocation::Header, _) => ("header", quote!(#wire,)),
        (ParameterLocation::Cookie, _) => ("cookie", quote!(#wire,)),
        (_, Some(style)) => ("query_styled", quote!(#wire, rt::QueryStyle::#style,)),
        (_, None) => ("query", quote!(#wire,)),
    };
    let storage = Storage::Request { method: ident(method), arguments };
    SetterParts {
        docs: field_doc(cx, field),
        generics: argument.generics,
        ty: argument.ty,
        value,
        storage,
        aliases: Vec::new(),
        name,
    }
}

/// Wraps the value of a parameter in the type that encodes it: as JSON, or as its style requires.
pub(super) fn parameter_value(cx: &Context<'_>, parameter: &Parameter, value: TokenStream) -> TokenStream {
    match (parameter.style, parameter.location) {
        (Style::Json, ParameterLocation::Query) => quote!(rt::JsonParameter(#value)),
        (Style::Json, _) => quote!(rt::JsonText(#value)),
        _ if is_structured(cx, &parameter.field.ty) => quote!(rt::JsonParameter(#value)),
        _ => value,
    }
}

/// Whether the value of a parameter is an object, whose encoding depends on the style.
fn is_structured(cx: &Context<'_>, ty: &TypeRef) -> bool {
    use crate::ir::Shape;
    match ty {
        TypeRef::Json | TypeRef::JsonObject | TypeRef::SecretObject | TypeRef::Map(_) => true,
        TypeRef::Named(_) => !matches!(super::types::resolved_shape(cx, ty), Some(Shape::StringEnum(_))),
        TypeRef::List(inner) | TypeRef::Nullable(inner) => is_structured(cx, inner),
        _ => false,
    }
}

fn style_variant(style: Style) -> Option<Ident> {
    let name = match style {
        Style::FormExplode => return None,
        Style::Form => "Form",
        Style::SpaceDelimited => "SpaceDelimited",
        Style::PipeDelimited => "PipeDelimited",
        Style::DeepObject => "DeepObject",
        Style::Brackets => "Brackets",
        Style::Json => "Json",
    };
    Some(format_ident!("{name}"))
}

/// The setters of the body: one for the whole body, or one for each field of the variant.
pub(super) fn body_setters(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    variant: Option<NamedVariant<'_>>,
) -> Vec<(Option<String>, SetterParts)> {
    let Some(body) = &named.operation.body else { return Vec::new() };
    if let Some((whole, setter)) = body.whole.as_ref().zip(named.facts.whole_body) {
        let marker = marker(cx, WHOLE_BODY, setter);
        return marker.map(|marker| (marker, whole_body_setter(cx, body, whole))).into_iter().collect();
    }
    let files = matches!(body.encoding, BodyEncoding::Multipart | BodyEncoding::JsonOrMultipart);
    let path = builder_path(cx, named, variant);
    let fields = variant.into_iter().flat_map(NamedVariant::fields);
    let setters = fields.filter_map(|(field, name, setter)| {
        let note = cx.version_default(named.operation, &field.name).map(version_note);
        let marker = marker(cx, &field.name, setter)?;
        Some((marker, field_setter(cx, field, name, files, note).with_aliases(cx, &path)))
    });
    setters.collect()
}

/// The sentence about a field that has the version of the API as its default.
fn version_note(version: &str) -> String {
    format!("The default is the version of this crate, {}.", code_span(version))
}

fn field_setter(
    cx: &Context<'_>,
    field: &Field,
    name: &str,
    files: bool,
    note: Option<String>,
) -> SetterParts {
    let name = ident(name);
    let wire = &field.name;
    let (inner, _) = field.ty.split_null();
    let docs = field_doc_with_note(cx, field, note);
    let (method, argument) = match inner {
        TypeRef::Binary if files => {
            let ty = quote!(impl Into<crate::FilePart>);
            ("file", Argument { generics: None, ty, value: quote!(#name.into()) })
        }
        TypeRef::List(item) if files && **item == TypeRef::Binary => {
            let ty = quote!(impl IntoIterator<Item = impl Into<crate::FilePart>>);
            ("files", Argument { generics: None, ty, value: quote!(#name) })
        }
        _ => ("body", setter_argument(cx, &field.ty, &name)),
    };
    let storage = Storage::Request { method: ident(method), arguments: quote!(#wire,) };
    let Argument { generics, ty, value } = argument;
    SetterParts { docs, name, generics, ty, value, storage, aliases: Vec::new() }
}

fn whole_body_setter(cx: &Context<'_>, body: &Body, whole: &TypeRef) -> SetterParts {
    let name = ident(WHOLE_BODY);
    let text = body.description.as_deref().map(sanitize_description);
    let text = text.unwrap_or_else(|| "The body of the request.".to_owned());
    let docs =
        outer_doc(&[constraint_docs::append_sentences(text, &constraint_docs::sentences(&body.details))]);
    let (method, argument) = match body.encoding {
        BodyEncoding::Raw(_) => {
            let ty = quote!(impl Into<crate::Body>);
            ("raw_body", Argument { generics: None, ty, value: quote!(#name.into()) })
        }
        _ => ("whole_body", setter_argument(cx, whole, &name)),
    };
    let storage = Storage::Request { method: ident(method), arguments: TokenStream::new() };
    let Argument { generics, ty, value } = argument;
    SetterParts { docs, name, generics, ty, value, storage, aliases: Vec::new() }
}
