//! Emits the setters of a request: those of its parameters and of its body.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::arguments::{Argument, setter_argument};
use super::builder::{SetterParts, Setters, Storage, marker};
use super::docs::{code_span, sanitize_description};
use super::field_docs::{field_doc, field_doc_with_note};
use super::operation::constant_literal;
use super::types::ident;
use super::{Context, NamedOperation, NamedVariant, constraint_docs};
use crate::analyze::Setter;
use crate::ir::{Body, BodyEncoding, Field, FieldEncoding, Parameter, ParameterLocation, Style, TypeRef};
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
        Some((marker, parameter_setter(cx, parameter, name, setter).with_aliases(cx, &path)))
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

fn parameter_setter(cx: &Context<'_>, parameter: &Parameter, name: &str, setter: Setter) -> SetterParts {
    let name = ident(name);
    let field = &parameter.field;
    let only = only_value(field, setter);
    let argument = only.map_or_else(|| setter_argument(cx, &field.ty, &name), Argument::only_value);
    let wire = &field.name;
    let value = parameter_value(cx, parameter, argument.value);
    let (method, arguments) = match (parameter.location, query_style(parameter.style)) {
        (ParameterLocation::Header, _) if parameter.style == Style::SimpleExplode => {
            ("header_exploded", quote!(#wire,))
        }
        (ParameterLocation::Header, _) => ("header", quote!(#wire,)),
        (ParameterLocation::Cookie, _) => match cookie_style(parameter) {
            Some(style) => ("cookie_styled", quote!(#wire, rt::CookieStyle::#style,)),
            None => ("cookie", quote!(#wire,)),
        },
        (_, style) if parameter.allow_reserved => {
            let style = style.unwrap_or_else(|| ident("FormExplode"));
            ("query_reserved", quote!(#wire, rt::QueryStyle::#style,))
        }
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
        (Style::Json | Style::Whole, ParameterLocation::Query) => quote!(rt::JsonParameter(#value)),
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
        TypeRef::Named(_) => !matches!(super::types::resolved_shape(cx, ty), Some(Shape::OpenEnum(_))),
        // No style of a plain list has a way for lists and for `null` within it.
        TypeRef::List(inner) if matches!(**inner, TypeRef::List(_) | TypeRef::Nullable(_)) => true,
        TypeRef::List(inner) | TypeRef::Nullable(inner) => is_structured(cx, inner),
        _ => false,
    }
}

/// The style of a query parameter, unless it is the default.
fn query_style(style: Style) -> Option<Ident> {
    let name = match style {
        Style::FormExplode | Style::SimpleExplode | Style::LabelExplode | Style::MatrixExplode => {
            return None;
        }
        Style::Form => "Form",
        Style::SpaceDelimited => "SpaceDelimited",
        Style::PipeDelimited => "PipeDelimited",
        Style::DeepObject => "DeepObject",
        Style::Brackets => "Brackets",
        Style::Json => "Json",
        Style::Whole => "Whole",
    };
    Some(format_ident!("{name}"))
}

/// The style of a cookie, unless it is the default.
fn cookie_style(parameter: &Parameter) -> Option<Ident> {
    let name = match (parameter.style == Style::FormExplode, parameter.allow_reserved) {
        (false, false) => return None,
        (true, false) => "FormExplode",
        (false, true) => "Unencoded",
        (true, true) => "UnencodedExplode",
    };
    Some(ident(name))
}

/// The style of a path parameter, unless it is the default.
pub(super) fn path_style(style: Style) -> Option<Ident> {
    let name = match style {
        Style::SimpleExplode => "Explode",
        Style::LabelExplode => "LabelExplode",
        Style::MatrixExplode => "MatrixExplode",
        _ => return None,
    };
    Some(ident(name))
}

/// The fields of a form that are not encoded in the default way, with the calls that say how.
pub(super) fn field_encodings(body: &Body) -> Vec<(&str, Vec<TokenStream>)> {
    let fields = body.fields.iter().map(|field| {
        let FieldEncoding { name, style, allow_reserved, content_type, headers } = field;
        let style = style.map(|style| {
            let style = query_style(style).unwrap_or_else(|| ident("FormExplode"));
            quote!(style(rt::QueryStyle::#style))
        });
        let allow_reserved = allow_reserved.then(|| quote!(allow_reserved()));
        let content_type = content_type.as_ref().map(|name| quote!(content_type(#name)));
        let (names, values): (Vec<_>, Vec<_>) = headers.iter().cloned().unzip();
        let headers = (!names.is_empty()).then(|| quote!(headers(&[#((#names, #values)),*])));
        let parts = [style, allow_reserved, content_type, headers].into_iter().flatten();
        (name.as_str(), parts.collect())
    });
    fields.collect()
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
        let argument = only_value(field, setter).map(Argument::only_value);
        Some((marker, field_setter(cx, field, name, argument, (files, note)).with_aliases(cx, &path)))
    });
    setters.collect()
}

/// The sentence about a field that has the version of the API as its default.
fn version_note(version: &str) -> String {
    format!("The default is the version of this crate, {}.", code_span(version))
}

/// The value of a setter without an argument.
fn only_value(field: &Field, setter: Setter) -> Option<TokenStream> {
    constant_literal(field.constant.as_ref()?).filter(|_| setter == Setter::OnlyValue)
}

/// The setter of a field of a body: with this argument, or else with the one of its type.
fn field_setter(
    cx: &Context<'_>,
    field: &Field,
    name: &str,
    argument: Option<Argument>,
    (files, note): (bool, Option<String>),
) -> SetterParts {
    let name = ident(name);
    let wire = &field.name;
    let (inner, _) = field.ty.split_null();
    let docs = field_doc_with_note(cx, field, note);
    let (method, argument) = match (argument, inner) {
        (Some(argument), _) => ("body", argument),
        (None, TypeRef::Binary) if files => {
            let ty = quote!(impl Into<crate::FilePart>);
            ("file", Argument::of_type(ty, quote!(#name.into())))
        }
        (None, TypeRef::List(item)) if files && **item == TypeRef::Binary => {
            let ty = quote!(impl IntoIterator<Item = impl Into<crate::FilePart>>);
            ("files", Argument::of_type(ty, quote!(#name)))
        }
        _ if files && cx.api.may_hold_file(inner) => {
            ("body_with_files", setter_argument(cx, &field.ty, &name))
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
    let docs = cx.docs.add(&[
        constraint_docs::append_sentences(text, &constraint_docs::sentences(&body.details)),
        media_type_sentence(body).unwrap_or_default(),
    ]);
    let (method, argument) = whole_body_argument(cx, body, whole, &name);
    let storage = Storage::Request { method: ident(method), arguments: TokenStream::new() };
    let Argument { generics, ty, value } = argument;
    SetterParts { docs, name, generics, ty, value, storage, aliases: Vec::new() }
}

/// The method of the runtime that sets a whole body, and the argument of its setter.
pub(super) fn whole_body_argument(
    cx: &Context<'_>,
    body: &Body,
    whole: &TypeRef,
    name: &Ident,
) -> (&'static str, Argument) {
    match body.encoding {
        BodyEncoding::Raw(_) if body.asks_media_type() => {
            let ty = quote!(impl Into<crate::TypedBody>);
            ("typed_body", Argument::of_type(ty, quote!(#name)))
        }
        BodyEncoding::Raw(_) => {
            let ty = quote!(impl Into<crate::Body>);
            ("raw_body", Argument::of_type(ty, quote!(#name.into())))
        }
        BodyEncoding::Multipart | BodyEncoding::JsonOrMultipart if is_map_of_files(whole) => {
            let ty = quote!(impl IntoIterator<Item = (impl rt::IntoText, impl Into<crate::FilePart>)>);
            ("named_files", Argument::of_type(ty, quote!(#name)))
        }
        _ => ("whole_body", setter_argument(cx, whole, name)),
    }
}

/// The sentence about the media types of a body of which the caller gives one.
pub(super) fn media_type_sentence(body: &Body) -> Option<String> {
    let BodyEncoding::Raw(media_type) = &body.encoding else { return None };
    if !body.asks_media_type() {
        return None;
    }
    let types = body.media.iter().flat_map(|types| types.split("`, `"));
    let mut types: Vec<String> = types.map(code_span).collect();
    if types.is_empty() {
        types.push(code_span(media_type));
    }
    let has_parts = types.iter().any(|name| name.to_ascii_lowercase().contains("multipart/"));
    let parts = if has_parts { ", or a [`Multipart`](crate::Multipart) with its parts" } else { "" };
    Some(format!("A pair of its media type ({}) and the body{parts}.", types.join(", ")))
}

fn is_map_of_files(ty: &TypeRef) -> bool {
    matches!(ty.split_null().0, TypeRef::Map(item) if **item == TypeRef::Binary)
}
