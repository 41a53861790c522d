//! Emits an operation: the constant that describes it, the builder of its request, and the setters.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::aliases::{obsolete_choices, type_aliases};
use super::arguments::setter_argument;
use super::chooser::emit_chooser;
use super::docs::code_span;
use super::other_bodies::{emit_other_bodies, emit_other_builder};
use super::pages::shorten_page;
use super::paging::emit_paging;
use super::setters::{builder_path, field_encodings, parameter_value, path_style, request_setters};
use super::types::{ident, value_type};
use super::{Context, NamedOperation, NamedVariant, constraint_docs, example};
use crate::analyze::Setter;
use crate::ir::{Alternative, Body, BodyEncoding, Page, ParameterLocation, Success, TypeRef, Verb};
use crate::names::generics::STATE;

/// A constant as an argument for a parameter or a field.
pub(super) fn constant_literal(value: &serde_json::Value) -> Option<TokenStream> {
    Some(match value {
        serde_json::Value::String(text) => quote!(#text),
        serde_json::Value::Bool(value) => quote!(#value),
        serde_json::Value::Number(number) => {
            let literal = Literal::i64_suffixed(number.as_i64()?);
            quote!(#literal)
        }
        _ => return None,
    })
}

/// Calls that set the parameters and fields that have only one value, and the fields with the version of the API.
pub(super) fn initial_calls(cx: &Context<'_>, named: NamedOperation<'_>) -> Vec<TokenStream> {
    let fixed = named.parameters().filter(|(.., setter)| *setter == Setter::Fixed);
    let parameters = fixed.filter_map(|(parameter, ..)| {
        let (wire, value) = (&parameter.field.name, constant_literal(parameter.field.constant.as_ref()?)?);
        Some(match parameter.location {
            ParameterLocation::Header => quote!(.header::<()>(#wire, #value)),
            ParameterLocation::Cookie => quote!(.cookie::<()>(#wire, #value)),
            ParameterLocation::Query | ParameterLocation::Path => quote!(.query::<()>(#wire, #value)),
        })
    });
    let mut calls: Vec<TokenStream> = parameters.collect();
    let only = named.variants().filter(|variant| variant.chosen().is_none());
    for variant in only {
        calls.extend(constant_calls(variant));
        let versions = version_fields(cx, named, variant);
        calls.extend(versions.map(|(wire, version)| quote!(.body::<()>(#wire, #version))));
    }
    if !calls.is_empty() {
        calls.push(quote!(.with_state()));
    }
    calls
}

/// The fields that have the version of the API as their default.
fn version_fields<'a>(
    cx: &'a Context<'_>,
    named: NamedOperation<'a>,
    variant: NamedVariant<'a>,
) -> impl Iterator<Item = (&'a str, TokenStream)> {
    variant.fields().filter_map(move |(field, ..)| {
        let version = cx.version_default(named.operation, &field.name)?;
        Some((field.name.as_str(), quote!(#version)))
    })
}

/// The fields of the only variant of a body that are set when a request starts, with their values.
pub(super) fn initial_fields<'a>(
    cx: &'a Context<'_>,
    named: NamedOperation<'a>,
) -> impl Iterator<Item = (&'a str, TokenStream)> {
    let only = named.variants().filter(|variant| variant.chosen().is_none());
    only.flat_map(move |variant| constant_fields(variant).chain(version_fields(cx, named, variant)))
}

/// The constant that describes the operation.
pub(super) fn emit_constant(cx: &Context<'_>, named: NamedOperation<'_>) -> TokenStream {
    let NamedOperation { operation, names, .. } = named;
    let constant = ident(&names.constant);
    let verb = match method_variant(&operation.verb) {
        Some(variant) => ident(variant).into_token_stream(),
        None => Literal::string(operation.verb.as_str()).into_token_stream(),
    };
    let (id, path) = (&operation.id, &operation.path);
    let server = (operation.server > 0).then(|| {
        let index = Literal::usize_unsuffixed(operation.server);
        quote!(server(#index))
    });
    let body = operation.body.as_ref().map(|body| {
        let encoding = body_encoding(body);
        quote!(body(#encoding))
    });
    let fields = operation.body.iter().flat_map(field_encodings);
    let fields: Vec<TokenStream> = fields.map(|(name, parts)| quote!(#name => #(#parts)*)).collect();
    let fields = (!fields.is_empty()).then(|| quote!({ #(#fields,)* }));
    let optional = operation.body.as_ref().filter(|body| !body.required);
    let optional = optional.map(|_| quote!(optional_body()));
    let accept = operation.accept.as_ref().map(|accept| quote!(accept(#accept)));
    let alternatives = operation.alternatives.iter().zip(&names.alternatives);
    let alternatives = alternatives.map(|(alternative, method)| {
        let media_type = &alternative.media_type;
        quote!((#media_type, #method))
    });
    let alternatives: Vec<TokenStream> = alternatives.collect();
    let alternatives = (!alternatives.is_empty()).then(|| quote!(alternatives(&[#(#alternatives),*])));
    let redirects = operation.redirects.iter().map(|status| Literal::u16_unsuffixed(*status));
    let redirects = (!operation.redirects.is_empty()).then(|| quote!(redirects(&[#(#redirects),*])));
    let security = (operation.requirement > 0).then(|| {
        let index = Literal::usize_unsuffixed(operation.requirement);
        quote!(security(#index))
    });
    let open = operation.unauthenticated.then(|| quote!(unauthenticated()));
    let keyless = cx.config.idempotency.except.contains(id).then(|| quote!(without_idempotency_key()));
    let paging = operation.page.as_ref().and_then(|page| page.paging.as_ref()).map(|paging| {
        let paging = emit_paging(paging);
        quote!(=> #paging)
    });
    let changes = quote!(#server #body #optional #accept #alternatives #redirects #security #open #keyless);
    quote!(rt::operation!(#constant: #id #verb #path #changes #fields #paging);)
}

/// The variant of the runtime's type; none for a method that has none.
fn method_variant(verb: &Verb) -> Option<&'static str> {
    Some(match verb {
        Verb::Get => "Get",
        Verb::Post => "Post",
        Verb::Put => "Put",
        Verb::Patch => "Patch",
        Verb::Delete => "Delete",
        Verb::Head => "Head",
        Verb::Options => "Options",
        Verb::Trace => "Trace",
        Verb::Query => "Query",
        Verb::Other(_) => return None,
    })
}

/// The encoding of a body, as a value of the runtime's type.
pub(super) fn body_encoding(body: &Body) -> TokenStream {
    let variant = match (&body.encoding, &body.media) {
        (BodyEncoding::Json, Some(media)) => quote!(JsonAs(#media)),
        (BodyEncoding::Json, None) => quote!(Json),
        (BodyEncoding::Form, _) => quote!(Form),
        (BodyEncoding::Multipart, _) => quote!(Multipart),
        (BodyEncoding::JsonOrMultipart, Some(media)) => quote!(JsonAsOrMultipart(#media)),
        (BodyEncoding::JsonOrMultipart, None) => quote!(JsonOrMultipart),
        (BodyEncoding::Raw(media), _) => quote!(Raw(#media)),
    };
    quote!(rt::BodyEncoding::#variant)
}

/// The parameters of the method, and the calls that set the path parameters of the request.
pub(super) fn path_arguments(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let path = named.parameters().filter(|(.., setter)| *setter == Setter::Argument);
    path.map(|(parameter, name, _)| {
        let name = ident(name);
        let wire = &parameter.field.name;
        let argument = setter_argument(cx, &parameter.field.ty, &name);
        let (ty, value) = (argument.ty, parameter_value(cx, parameter, argument.value));
        let call = match path_style(parameter.style) {
            Some(style) => quote!(.path_styled(#wire, rt::SimpleStyle::#style, #value)),
            None => quote!(.path(#wire, #value)),
        };
        (quote!(#name: #ty), call)
    })
    .unzip()
}

/// The builder of the request. A body with several variants has a builder for each. `visibility` is that of the builder's
/// field, which the module of the method that makes the builder has to reach.
pub(super) fn emit_builders(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    visibility: &TokenStream,
) -> TokenStream {
    let mut variants = named.variants().peekable();
    match variants.peek().copied() {
        None => emit_request(cx, named, None, visibility),
        Some(only) if only.chosen().is_none() => emit_request(cx, named, Some(only), visibility),
        Some(_) => {
            let chooser = emit_chooser(cx, named, visibility);
            // Only the chooser makes the builders of the variants.
            let forms = variants.map(|variant| emit_request(cx, named, Some(variant), &TokenStream::new()));
            let other = emit_other_builder(cx, named);
            quote!(#chooser #(#forms)* #other)
        }
    }
}

/// Calls that set the fields of a body that have only one value, on a builder without state.
pub(super) fn constant_calls(variant: NamedVariant<'_>) -> Vec<TokenStream> {
    constant_fields(variant).map(|(wire, value)| quote!(.body::<()>(#wire, #value))).collect()
}

/// The fields of a body that have only one value, with that value.
fn constant_fields(variant: NamedVariant<'_>) -> impl Iterator<Item = (&str, TokenStream)> {
    let fixed = variant.fields().filter(|(.., setter)| *setter == Setter::Fixed);
    fixed.filter_map(|(field, ..)| Some((field.name.as_str(), constant_literal(field.constant.as_ref()?)?)))
}

/// How to set the fields of a body that the document allows without naming them.
const FURTHER_FIELDS: &str = "The body may have further fields; [`CallOptions::body_field`](crate::CallOptions::body_field) sets them.";

/// A builder that can be sent.
fn emit_request(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    variant: Option<NamedVariant<'_>>,
    visibility: &TokenStream,
) -> TokenStream {
    let name = variant.map_or(&named.names.builder, |variant| &variant.names.builder);
    let builder = ident(name);
    let setters = request_setters(cx, named, variant);
    let state = setters.state();
    let path = builder_path(cx, named, variant);
    let aliases = type_aliases(cx, &path, name, Some((&state.parameter(), state.argument())));
    let choices = obsolete_choices(cx, &path, &builder);
    let (parameter, setters) = (state.parameter(), setters.emit(name));
    let chosen = variant.and_then(NamedVariant::chosen);
    let id = code_span(&named.operation.id);
    let constraints = variant.map(|variant| constraint_docs::sentences(&variant.variant.details));
    let mut constraints = constraints.unwrap_or_default();
    if variant.is_some_and(|variant| variant.variant.open) {
        constraints.push(FURTHER_FIELDS.to_owned());
    }
    let constraints = constraints.join(" ");
    let example = example::example_call(cx, named, variant);
    let about = cx.docs.add(&match chosen {
        Some(chosen) => {
            [format!("A request for {id} with the body variant `{chosen}`."), constraints, example]
        }
        None => [format!("A request for {id}."), constraints, example],
    });
    let (page, end) = (shorten_page(), emit_ending(cx, named, &builder));
    let bodies = if chosen.is_none() { emit_other_bodies(cx, named, variant, &state) } else { None };
    quote! {
        #about
        #page
        #[must_use = "a request does nothing until it is sent"]
        pub struct #builder #parameter(#visibility rt::Builder<S>);

        #setters

        #bodies

        #choices

        #end

        #aliases
    }
}

/// The types of the items and of the information of a page.
pub(super) fn page_types(cx: &Context<'_>, page: &Page) -> (TokenStream, TokenStream) {
    let info = page.info.as_ref().map_or_else(|| quote!(()), |info| value_type(cx, info));
    (value_type(cx, &page.item), info)
}

/// The methods that send the request: for one value or for pages, and for other media types.
pub(super) fn emit_ending(cx: &Context<'_>, named: NamedOperation<'_>, builder: &Ident) -> TokenStream {
    let operation = named.operation;
    let alternatives = emit_alternatives(cx, named, builder);
    if let Some(page) = &operation.page {
        let (item, info) = page_types(cx, page);
        return quote!(rt::list_request!(#builder => #item, #info); #alternatives);
    }
    let output = output_type(cx, &operation.success);
    quote!(rt::request!(#builder => #output); #alternatives)
}

/// The type that a response is decoded into.
fn output_type(cx: &Context<'_>, success: &Success) -> TokenStream {
    match success {
        Success::Empty => quote!(()),
        Success::Json(ty) | Success::ByStatus(ty) => value_type(cx, ty),
        Success::Optional(value) => {
            let value = output_type(cx, value);
            quote!(Option<#value>)
        }
        Success::Text(_) => quote!(rt::Text),
        Success::Binary(_) => quote!(crate::ByteStream),
        Success::Events { ty: TypeRef::String, .. } => quote!(crate::EventStream<rt::Text>),
        Success::Events { ty, is_whole } => {
            let ty = value_type(cx, ty);
            if *is_whole {
                quote!(crate::EventStream<crate::WholeEvent<#ty>>)
            } else {
                quote!(crate::EventStream<#ty>)
            }
        }
        Success::Lines(ty) => {
            let ty = value_type(cx, ty);
            quote!(crate::JsonLines<#ty>)
        }
    }
}

/// The methods that request the response in another media type.
fn emit_alternatives(cx: &Context<'_>, named: NamedOperation<'_>, builder: &Ident) -> Option<TokenStream> {
    let state = ident(STATE);
    let alternatives = named.operation.alternatives.iter().zip(&named.names.alternatives);
    let methods: Vec<TokenStream> = alternatives
        .map(|(Alternative { media_type, success }, method)| {
            let docs = cx.docs.add(&[format!("Requests the response as {}.", code_span(media_type))]);
            let (method, output) = (ident(method), output_type(cx, success));
            quote! {
                #docs
                #[inline]
                pub fn #method(self) -> crate::Accepting<#output>
                where
                    #state: rt::Complete,
                {
                    self.0.accept(#media_type)
                }
            }
        })
        .collect();
    (!methods.is_empty()).then(|| quote!(impl<#state> #builder<#state> { #(#methods)* }))
}
