//! One operation: the constant that describes the call, the builder of its request, and its setters.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::builder::{PLACES, Setter, State, settable};
use super::docs::{code, doc, foreign, sentence};
use super::models::field_doc;
use super::types::{argument, ident, owned};
use super::{Context, example, marker};
use crate::ir::{Body, BodyEncoding, Field, Location, Operation, Parameter, Style, Success, TypeRef, Verb};
use crate::names::{OperationNames, VariantNames};

/// The parameters that a caller has to set, arguments aside.
pub(super) fn required(operation: &Operation) -> impl Iterator<Item = &Field> {
    let others = operation.parameters.iter().filter(|parameter| parameter.location != Location::Path);
    others.map(|parameter| &parameter.field).filter(|field| field.required && fixed(field).is_none())
}

/// The one value of a parameter that must be sent and that no caller has to name.
fn fixed(field: &Field) -> Option<TokenStream> {
    field.constant.as_ref().filter(|_| field.required).and_then(literal)
}

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
pub(super) fn start(operation: &Operation) -> Vec<TokenStream> {
    let parameters = operation.parameters.iter().filter(|parameter| parameter.location != Location::Path);
    let mut calls: Vec<TokenStream> = parameters
        .filter_map(|parameter| {
            let (wire, value) = (&parameter.field.name, fixed(&parameter.field)?);
            Some(match parameter.location {
                Location::Header => quote!(.header::<()>(#wire, #value)),
                Location::Cookie => quote!(.cookie::<()>(#wire, #value)),
                Location::Query | Location::Path => quote!(.query::<()>(#wire, #value)),
            })
        })
        .collect();
    if let Some(media) = operation.body.as_ref().and_then(|body| body.media.as_ref()) {
        calls.push(quote!(.header::<()>("content-type", #media)));
    }
    if let Some([variant]) =
        operation.body.as_ref().filter(|body| body.required).map(|body| body.variants.as_slice())
    {
        calls.extend(constants(&variant.fields));
    }
    if !calls.is_empty() {
        calls.push(quote!(.restart()));
    }
    calls
}

/// The identifier of a builder.
pub(super) fn builder_name(name: &str) -> Ident {
    ident(name)
}

/// The constant that describes the call.
pub(super) fn call(cx: &Context<'_>, operation: &Operation, names: &OperationNames) -> TokenStream {
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
pub(super) fn arguments(
    cx: &Context<'_>,
    operation: &Operation,
    names: &OperationNames,
) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let path = operation.parameters.iter().zip(&names.parameters);
    let path = path.filter(|(parameter, _)| parameter.location == Location::Path);
    path.map(|(parameter, name)| {
        let name = ident(name);
        let wire = &parameter.field.name;
        let argument = argument(cx, &parameter.field.ty, &name);
        let (ty, value) = (argument.ty, as_parameter(cx, parameter, argument.value));
        (quote!(#name: #ty), quote!(.path(#wire, #value)))
    })
    .unzip()
}

/// The builder with everything that belongs to it; a body of several forms has a builder for each.
pub(super) fn builder(cx: &Context<'_>, operation: &Operation, names: &OperationNames) -> TokenStream {
    match names.variants.as_slice() {
        [] => request(cx, operation, names, None),
        [only] if only.method.is_empty() => request(cx, operation, names, Some((0, only))),
        all => {
            let chooser = chooser(cx, operation, names);
            let forms = all.iter().enumerate().map(|form| request(cx, operation, names, Some(form)));
            quote!(#chooser #(#forms)*)
        }
    }
}

/// The builder of a request whose form is still to be chosen.
fn chooser(cx: &Context<'_>, operation: &Operation, names: &OperationNames) -> TokenStream {
    let builder = ident(&names.builder);
    let about = doc(&[
        format!("Request of {}: choose one of its forms.", code(&operation.id)),
        example::of(cx, operation, names, names.variants.first().map(|variant| (0, variant))),
    ]);
    let variants = operation.body.iter().flat_map(|body| &body.variants).zip(&names.variants);
    let methods = variants.map(|(variant, names)| {
        let (method, own) = (ident(&names.method), ident(&names.builder));
        let text = variant.description.as_deref().map(|text| sentence(&foreign(text)));
        let docs = doc(&[text.unwrap_or_else(|| format!("The form `{}`.", variant.name.replace('`', "'")))]);
        let constants = constants(&variant.fields);
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
fn constants(fields: &[Field]) -> Vec<TokenStream> {
    let fixed = fields.iter().filter(|field| field.required && !field.read_only);
    fixed
        .filter_map(|field| {
            let wire = &field.name;
            let value = literal(field.constant.as_ref()?)?;
            Some(quote!(.body::<()>(#wire, #value)))
        })
        .collect()
}

/// A builder that can be sent.
fn request(
    cx: &Context<'_>,
    operation: &Operation,
    names: &OperationNames,
    form: Option<(usize, &VariantNames)>,
) -> TokenStream {
    let name = form.map_or(names.builder.as_str(), |(_, form)| form.builder.as_str());
    let builder = ident(name);
    let setters = setters(cx, operation, names, form);
    let state = State::new(setters.iter().filter_map(|(needed, _)| needed.clone()));
    let parameter = state.parameter();
    let mut index = 0;
    let (mut needed, mut optional) = (Vec::new(), Vec::new());
    for (marker, setter) in &setters {
        if marker.is_some() {
            needed.push(state.required_setter(name, index, setter));
            index += 1;
        } else {
            optional.push(setter.optional(name));
        }
    }
    let optional = (!optional.is_empty()).then(|| quote!(impl<S> #builder<S> { #(#optional)* }));
    let several = names.variants.len() > 1;
    let example = if several { String::new() } else { example::of(cx, operation, names, form) };
    let about = doc(&[about(operation, form), example]);
    let end = end(cx, operation, &builder);
    quote! {
        #about
        #[must_use = "a request does nothing until it is sent"]
        pub struct #builder #parameter(rt::Builder<S>);

        #(#needed)*

        #optional

        #end
    }
}

fn about(operation: &Operation, form: Option<(usize, &VariantNames)>) -> String {
    match form {
        Some((_, form)) if !form.method.is_empty() => {
            format!("Request of {} in the form `{}`.", code(&operation.id), form.method)
        }
        _ => format!("Request of {}.", code(&operation.id)),
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
        Success::Binary(_) => quote!(rt::ByteStream),
    };
    quote!(rt::request!(#builder => #output);)
}

/// All setters: of parameters first, then of the body. A required one comes with its marker.
fn setters(
    cx: &Context<'_>,
    operation: &Operation,
    names: &OperationNames,
    form: Option<(usize, &VariantNames)>,
) -> Vec<(Option<String>, Setter)> {
    let parameters = operation.parameters.iter().zip(&names.parameters);
    let parameters = parameters
        .filter(|(parameter, _)| parameter.location != Location::Path && fixed(&parameter.field).is_none());
    let mut setters: Vec<(Option<String>, Setter)> = parameters
        .map(|(parameter, name)| {
            let field = &parameter.field;
            (field.required.then(|| marker(&field.name)), parameter_setter(cx, parameter, name))
        })
        .collect();
    if let Some(body) = &operation.body {
        setters.extend(body_setters(cx, body, form));
    }
    let mut places = 0;
    for (needed, _) in &mut setters {
        places += usize::from(needed.is_some());
        needed.take_if(|_| places > PLACES);
    }
    setters
}

fn parameter_setter(cx: &Context<'_>, parameter: &Parameter, name: &str) -> Setter {
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
    Setter { docs: field_doc(cx, field), generics: argument.generics, ty: argument.ty, body, name }
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

pub(super) fn body_setters(
    cx: &Context<'_>,
    body: &Body,
    form: Option<(usize, &VariantNames)>,
) -> Vec<(Option<String>, Setter)> {
    if let Some(whole) = &body.whole {
        let needed = body.required.then(|| "body".to_owned());
        return vec![(needed, whole_setter(cx, body, whole))];
    }
    let Some((index, names)) = form else { return Vec::new() };
    let Some(variant) = body.variants.get(index) else { return Vec::new() };
    let files = matches!(body.encoding, BodyEncoding::Multipart | BodyEncoding::JsonOrMultipart);
    // A body that may be left out holds nothing of its own accord, not even what has one value only.
    let set = |field: &Field| settable(field) || (!body.required && !field.read_only);
    let fields = variant.fields.iter().zip(&names.fields).filter(|(field, _)| set(field));
    fields
        .map(|(field, name)| {
            // A body that may be left out has no member that must be set.
            let needed = (field.required && body.required).then(|| marker(&field.name));
            (needed, member_setter(cx, field, name, files))
        })
        .collect()
}

fn member_setter(cx: &Context<'_>, field: &Field, name: &str, files: bool) -> Setter {
    let name = ident(name);
    let wire = &field.name;
    let (inner, _) = field.ty.split_null();
    let docs = field_doc(cx, field);
    let (ty, body, generics) = match inner {
        TypeRef::Binary if files => {
            (quote!(impl Into<rt::FilePart>), quote!(self.0.file(#wire, #name.into())), None)
        }
        TypeRef::List(item) if files && **item == TypeRef::Binary => (
            quote!(impl IntoIterator<Item = impl Into<rt::FilePart>>),
            quote!(self.0.files(#wire, #name)),
            None,
        ),
        _ => {
            let argument = argument(cx, &field.ty, &name);
            let value = argument.value;
            (argument.ty, quote!(self.0.body(#wire, #value)), argument.generics)
        }
    };
    Setter { docs, name, generics, ty, body }
}

fn whole_setter(cx: &Context<'_>, body: &Body, whole: &TypeRef) -> Setter {
    let name = ident("body");
    let text = body.description.as_deref().map(|text| sentence(&foreign(text)));
    let docs = doc(&[text.unwrap_or_else(|| "The body of the request.".to_owned())]);
    if let BodyEncoding::Raw(_) = body.encoding {
        let ty = quote!(impl Into<rt::Body>);
        return Setter { docs, generics: None, ty, body: quote!(self.0.raw_body(body.into())), name };
    }
    let argument = argument(cx, whole, &name);
    let value = argument.value;
    Setter {
        docs,
        generics: argument.generics,
        ty: argument.ty,
        body: quote!(self.0.whole_body(#value)),
        name,
    }
}
