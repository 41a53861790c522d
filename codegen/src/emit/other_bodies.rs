//! Emits the methods that set a request body of another media type than the usual one.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::arguments::Argument;
use super::builder::State;
use super::docs::code_span;
use super::operation::{body_encoding, emit_ending, initial_fields};
use super::pages::shorten_page;
use super::setters::{
    body_setters, field_encodings, media_type_sentence, request_setters, whole_body_argument,
};
use super::types::ident;
use super::{Context, NamedOperation, NamedVariant};
use crate::ir::{AlternativeBody, BodyEncoding};
use crate::names::WHOLE_BODY;

/// The methods that set a body of another media type. They take the place of all setters of the usual body.
pub(super) fn emit_other_bodies(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    variant: Option<NamedVariant<'_>>,
    state: &State,
) -> Option<TokenStream> {
    if named.names.bodies.is_empty() {
        return None;
    }
    let builder = ident(&named.names.builder);
    let of_body = body_setters(cx, named, variant).iter().filter(|(marker, _)| marker.is_some()).count();
    let (generics, before, after) = state.without_last(of_body);
    let output = if of_body == 0 { quote!(Self) } else { quote!(#builder #after) };
    let methods = emit_methods(cx, named, &builder, &output);
    Some(quote!(impl #generics #builder #before { #(#methods)* }))
}

/// The same methods, where the usual body has variants: they choose another builder.
pub(super) fn choose_other_bodies(cx: &Context<'_>, named: NamedOperation<'_>) -> Vec<TokenStream> {
    let Some(name) = &named.names.other_builder else { return Vec::new() };
    let builder = ident(name);
    emit_methods(cx, named, &builder, &quote!(#builder))
}

/// The builder that these methods choose: its setters are those of the parameters.
pub(super) fn emit_other_builder(cx: &Context<'_>, named: NamedOperation<'_>) -> Option<TokenStream> {
    let name = named.names.other_builder.as_ref()?;
    let builder = ident(name);
    let setters = request_setters(cx, named, None);
    let (parameter, end) = (setters.state().parameter(), emit_ending(cx, named, &builder));
    let (page, setters) = (shorten_page(), setters.emit(name));
    let id = code_span(&named.operation.id);
    let about = cx.docs.add(&[format!("A request for {id} with a body of another media type.")]);
    Some(quote! {
        #about
        #page
        #[must_use = "a request does nothing until it is sent"]
        pub struct #builder #parameter(rt::Builder<S>);

        #setters

        #end
    })
}

/// The methods, which return `output`, a builder that `constructor` creates.
fn emit_methods(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    constructor: &Ident,
    output: &TokenStream,
) -> Vec<TokenStream> {
    let others = named.operation.body.iter().flat_map(|body| &body.alternatives).zip(&named.names.bodies);
    others
        .filter_map(|(other, method)| emit_method(cx, named, (other, method), constructor, output))
        .collect()
}

fn emit_method(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    (other, method): (&AlternativeBody, &str),
    constructor: &Ident,
    output: &TokenStream,
) -> Option<TokenStream> {
    let AlternativeBody { media_type, body } = other;
    let (whole, name) = (body.whole.as_ref()?, ident(WHOLE_BODY));
    let (mut setter, Argument { generics, ty, value }) = whole_body_argument(cx, body, whole, &name);
    if body.encoding == BodyEncoding::Multipart && setter == "whole_body" && cx.api.may_hold_file(whole) {
        setter = "whole_body_with_files";
    }
    let docs = cx.docs.add(&[
        format!("Sends this body as {}, in place of the usual one.", code_span(media_type)),
        media_type_sentence(body).unwrap_or_default(),
    ]);
    let constant = ident(&named.names.constant);
    let (method, setter, encoding) = (ident(method), ident(setter), body_encoding(body));
    let fields = field_encodings(body).into_iter().map(|(name, parts)| {
        let parts = parts.into_iter().map(|part| quote!(.#part));
        quote!(rt::FieldEncoding::new(#name) #(#parts)*)
    });
    let fields: Vec<TokenStream> = fields.collect();
    let fields = (!fields.is_empty()).then(|| quote!(.fields(const { &[#(#fields),*] })));
    let initial = initial_fields(cx, named).map(|(wire, value)| quote!(.unset_body(#wire, #value)));
    let operation = quote!(#constant.body(#encoding) #fields);
    Some(quote! {
        #docs
        #[inline]
        pub fn #method #generics(self, #name: #ty) -> #output {
            let operation = const { &#operation };
            #constructor(self.0 #(#initial)* .replace_body(operation).#setter(#value))
        }
    })
}
