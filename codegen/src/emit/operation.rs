//! One operation: the constant that describes the call, the builder of its request, and its setters.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::builder::{SetterParts, Setters, marker};
use super::docs::{code, doc, foreign, sentence};
use super::models::field_doc;
use super::types::{argument, ident, owned};
use super::{Context, NamedOperation, NamedVariant, constraint_docs, example};
use crate::analyze::Setter;
use crate::ir::{Body, BodyEncoding, Field, Location, Operation, Parameter, Style, Success, TypeRef, Verb};
use crate::names::WHOLE_BODY;

/// A constant as a value that a parameter or a member takes.
fn literal(value: &serde_json::Value) -> Option<TokenStream> {
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

/// What a request holds from the start: parameters and members that have one value only.
pub(super) fn start(named: NamedOperation<'_>) -> Vec<TokenStream> {
    let fixed = named.parameters().filter(|(.., setter)| *setter == Setter::Fixed);
    let parameters = fixed.filter_map(|(parameter, ..)| {
        let (wire, value) = (&parameter.field.name, literal(parameter.field.constant.as_ref()?)?);
        Some(match parameter.location {
            Location::Header => quote!(.header::<()>(#wire, #value)),
            Location::Cookie => quote!(.cookie::<()>(#wire, #value)),
            Location::Query | Location::Path => quote!(.query::<()>(#wire, #value)),
        })
    });
    let mut calls: Vec<TokenStream> = parameters.collect();
    if let Some(media) = named.operation.body.as_ref().and_then(|body| body.media.as_ref()) {
        calls.push(quote!(.header::<()>("content-type", #media)));
    }
    let only = named.variants().filter(|variant| variant.chosen().is_none());
    calls.extend(only.flat_map(constants));
    if !calls.is_empty() {
        calls.push(quote!(.restart()));
    }
    calls
}

/// The constant that describes the call.
pub(super) fn call(cx: &Context<'_>, named: NamedOperation<'_>) -> TokenStream {
    let NamedOperation { operation, names, .. } = named;
    let constant = ident(&names.constant);
    let verb = format_ident!("{}", verb(operation.verb));
    let (id, path) = (&operation.id, &operation.path);
    let server = (operation.server > 0).then(|| {
        let index = Literal::usize_unsuffixed(operation.server);
        quote!(server(#index))
    });
    let body = operation.body.as_ref().map(|body| {
        let encoding = encoding(&body.encoding);
        quote!(body(rt::BodyEncoding::#encoding))
    });
    let accept = match &operation.success {
        Success::Text(media) | Success::Binary(media) => Some(quote!(accept(#media))),
        _ => None,
    };
    let open = operation.unauthenticated.then(|| quote!(unauthenticated()));
    let keyless = cx.config.idempotency.except.contains(id).then(|| quote!(no_idempotency_key()));
    quote!(rt::operation!(#constant: #id #verb #path #server #body #accept #open #keyless);)
}

fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "Get",
        Verb::Post => "Post",
        Verb::Put => "Put",
        Verb::Patch => "Patch",
        Verb::Delete => "Delete",
        Verb::Head => "Head",
        Verb::Options => "Options",
        Verb::Trace => "Trace",
    }
}

fn encoding(encoding: &BodyEncoding) -> TokenStream {
    match encoding {
        BodyEncoding::Json => quote!(Json),
        BodyEncoding::Form => quote!(Form),
        BodyEncoding::Multipart => quote!(Multipart),
        BodyEncoding::JsonOrMultipart => quote!(JsonOrMultipart),
        BodyEncoding::Raw(media) => quote!(Raw(#media)),
    }
}

/// The arguments of the method, and the calls that put them into the request.
pub(super) fn arguments(cx: &Context<'_>, named: NamedOperation<'_>) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let path = named.parameters().filter(|(.., setter)| *setter == Setter::Argument);
    path.map(|(parameter, name, _)| {
        let name = ident(name);
        let wire = &parameter.field.name;
        let argument = argument(cx, &parameter.field.ty, &name);
        let (ty, value) = (argument.ty, as_parameter(cx, parameter, argument.value));
        (quote!(#name: #ty), quote!(.path(#wire, #value)))
    })
    .unzip()
}

/// The builder with everything that belongs to it; a body of several forms has a builder for each.
pub(super) fn builder(cx: &Context<'_>, named: NamedOperation<'_>) -> TokenStream {
    let mut variants = named.variants().peekable();
    match variants.peek().copied() {
        None => request(cx, named, None),
        Some(only) if only.chosen().is_none() => request(cx, named, Some(only)),
        Some(_) => {
            let chooser = chooser(cx, named);
            let forms = variants.map(|variant| request(cx, named, Some(variant)));
            quote!(#chooser #(#forms)*)
        }
    }
}

/// The builder of a request whose form is still to be chosen.
fn chooser(cx: &Context<'_>, named: NamedOperation<'_>) -> TokenStream {
    let builder = ident(&named.names.builder);
    let about = doc(&[
        format!("Request of {}: choose one of its forms.", code(&named.operation.id)),
        example::of(cx, named, named.variants().next()),
    ]);
    let methods = named.variants().map(|form| {
        let NamedVariant { variant, names, .. } = form;
        let (method, own) = (ident(&names.method), ident(&names.builder));
        let text = variant.description.as_deref().map(|text| sentence(&foreign(text)));
        let docs = doc(&[text.unwrap_or_else(|| format!("The form `{}`.", variant.name.replace('`', "'")))]);
        let constants = constants(form);
        quote! {
            #docs
            #[inline]
            pub fn #method(self) -> #own {
                #own(self.0 #(#constants)*.restart())
            }
        }
    });
    quote! {
        #about
        #[derive(Debug)]
        #[must_use = "a request does nothing until it is sent"]
        pub struct #builder(rt::Builder<()>);

        impl #builder {
            #(#methods)*
        }
    }
}

/// The members that have one value only, as calls on a builder without state.
fn constants(variant: NamedVariant<'_>) -> Vec<TokenStream> {
    let fixed = variant.fields().filter(|(.., setter)| *setter == Setter::Fixed);
    fixed
        .filter_map(|(field, ..)| {
            let wire = &field.name;
            let value = literal(field.constant.as_ref()?)?;
            Some(quote!(.body::<()>(#wire, #value)))
        })
        .collect()
}

/// A builder that can be sent.
fn request(cx: &Context<'_>, named: NamedOperation<'_>, variant: Option<NamedVariant<'_>>) -> TokenStream {
    let name = variant.map_or(&named.names.builder, |variant| &variant.names.builder);
    let builder = ident(name);
    let setters = setters(cx, named, variant);
    let (parameter, setters) = (setters.state().parameter(), setters.emit(name));
    let chosen = variant.and_then(NamedVariant::chosen);
    let id = code(&named.operation.id);
    let constraints = variant.map(|variant| constraint_docs::sentences(&variant.variant.details));
    let constraints = constraints.unwrap_or_default().join(" ");
    let about = doc(&match chosen {
        Some(chosen) => [format!("Request of {id} in the form `{chosen}`."), constraints, String::new()],
        None => [format!("Request of {id}."), constraints, example::of(cx, named, variant)],
    });
    let end = end(cx, named.operation, &builder);
    quote! {
        #about
        #[must_use = "a request does nothing until it is sent"]
        pub struct #builder #parameter(rt::Builder<S>);

        #setters

        #end
    }
}

/// How the request ends: with one value, or with pages.
fn end(cx: &Context<'_>, operation: &Operation, builder: &Ident) -> TokenStream {
    if let Some(page) = &operation.page {
        let (item, info) = (owned(cx, &page.item), owned(cx, &page.info));
        return quote!(rt::list_request!(#builder => #item, #info););
    }
    let output = match &operation.success {
        Success::Empty => quote!(()),
        Success::Json(ty) => owned(cx, ty),
        Success::Optional(ty) => {
            let ty = owned(cx, &ty.clone().nullable(true));
            quote!(#ty)
        }
        Success::Text(_) => quote!(rt::Text),
        Success::Binary(_) => quote!(crate::ByteStream),
    };
    quote!(rt::request!(#builder => #output);)
}

/// All setters: of parameters first, then of the body.
fn setters(cx: &Context<'_>, named: NamedOperation<'_>, variant: Option<NamedVariant<'_>>) -> Setters {
    let parameters = named.parameters().filter_map(|(parameter, name, setter)| {
        let marker = marker(cx, &parameter.field.name, setter)?;
        Some((marker, parameter_setter(cx, parameter, name)))
    });
    let mut setters: Vec<_> = parameters.collect();
    setters.extend(body_setters(cx, named, variant));
    Setters(setters)
}

fn parameter_setter(cx: &Context<'_>, parameter: &Parameter, name: &str) -> SetterParts {
    let name = ident(name);
    let field = &parameter.field;
    let argument = argument(cx, &field.ty, &name);
    let wire = &field.name;
    let value = as_parameter(cx, parameter, argument.value);
    let body = match (parameter.location, style(parameter.style)) {
        (Location::Header, _) => quote!(self.0.header(#wire, #value)),
        (Location::Cookie, _) => quote!(self.0.cookie(#wire, #value)),
        (_, Some(style)) => quote!(self.0.query_styled(#wire, rt::QueryStyle::#style, #value)),
        (_, None) => quote!(self.0.query(#wire, #value)),
    };
    SetterParts { docs: field_doc(cx, field), generics: argument.generics, ty: argument.ty, body, name }
}

/// The value in the form that its place needs: JSON text, or what a style can write.
pub(super) fn as_parameter(cx: &Context<'_>, parameter: &Parameter, value: TokenStream) -> TokenStream {
    match (parameter.style, parameter.location) {
        (Style::Json, Location::Query) => quote!(rt::JsonParameter(#value)),
        (Style::Json, _) => quote!(rt::JsonText(#value)),
        _ if is_structured(cx, &parameter.field.ty) => quote!(rt::JsonParameter(#value)),
        _ => value,
    }
}

/// Whether a parameter's value is an object, which only its style can write.
fn is_structured(cx: &Context<'_>, ty: &TypeRef) -> bool {
    use crate::ir::Shape;
    match ty {
        TypeRef::Json | TypeRef::JsonObject | TypeRef::Map(_) => true,
        TypeRef::Named(_) => !matches!(super::types::shape(cx, ty), Some(Shape::StringEnum(_))),
        TypeRef::List(inner) | TypeRef::Nullable(inner) => is_structured(cx, inner),
        _ => false,
    }
}

fn style(style: Style) -> Option<Ident> {
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

/// The setters of the body: of its whole, or of the fields of a variant.
pub(super) fn body_setters(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    variant: Option<NamedVariant<'_>>,
) -> Vec<(Option<String>, SetterParts)> {
    let Some(body) = &named.operation.body else { return Vec::new() };
    if let Some((whole, setter)) = body.whole.as_ref().zip(named.facts.whole_body) {
        let marker = marker(cx, WHOLE_BODY, setter);
        return marker.map(|marker| (marker, whole_setter(cx, body, whole))).into_iter().collect();
    }
    let files = matches!(body.encoding, BodyEncoding::Multipart | BodyEncoding::JsonOrMultipart);
    let fields = variant.into_iter().flat_map(NamedVariant::fields);
    let setters = fields.filter_map(|(field, name, setter)| {
        Some((marker(cx, &field.name, setter)?, member_setter(cx, field, name, files)))
    });
    setters.collect()
}

fn member_setter(cx: &Context<'_>, field: &Field, name: &str, files: bool) -> SetterParts {
    let name = ident(name);
    let wire = &field.name;
    let (inner, _) = field.ty.split_null();
    let docs = field_doc(cx, field);
    let (ty, body, generics) = match inner {
        TypeRef::Binary if files => {
            (quote!(impl Into<crate::FilePart>), quote!(self.0.file(#wire, #name.into())), None)
        }
        TypeRef::List(item) if files && **item == TypeRef::Binary => (
            quote!(impl IntoIterator<Item = impl Into<crate::FilePart>>),
            quote!(self.0.files(#wire, #name)),
            None,
        ),
        _ => {
            let argument = argument(cx, &field.ty, &name);
            let value = argument.value;
            (argument.ty, quote!(self.0.body(#wire, #value)), argument.generics)
        }
    };
    SetterParts { docs, name, generics, ty, body }
}

fn whole_setter(cx: &Context<'_>, body: &Body, whole: &TypeRef) -> SetterParts {
    let name = ident(WHOLE_BODY);
    let text = body.description.as_deref().map(|text| sentence(&foreign(text)));
    let text = text.unwrap_or_else(|| "The body of the request.".to_owned());
    let docs = doc(&[constraint_docs::append(text, &constraint_docs::sentences(&body.details))]);
    if let BodyEncoding::Raw(_) = body.encoding {
        let ty = quote!(impl Into<crate::Body>);
        return SetterParts { docs, generics: None, ty, body: quote!(self.0.raw_body(body.into())), name };
    }
    let argument = argument(cx, whole, &name);
    let value = argument.value;
    SetterParts {
        docs,
        generics: argument.generics,
        ty: argument.ty,
        body: quote!(self.0.whole_body(#value)),
        name,
    }
}
