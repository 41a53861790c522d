//! Emits the methods that set a request body of another media type than the usual one.

use proc_macro2::TokenStream;
use quote::quote;

use super::builder::State;
use super::docs::{code_span, outer_doc};
use super::operation::{body_encoding, initial_fields};
use super::setters::{body_setters, field_encodings, media_type_sentence, whole_body_argument};
use super::types::{Argument, ident};
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
    let body = named.operation.body.as_ref().filter(|body| !body.alternatives.is_empty())?;
    let builder = ident(&named.names.builder);
    let of_body = body_setters(cx, named, variant).iter().filter(|(marker, _)| marker.is_some()).count();
    let (generics, before, after) = state.without_last(of_body);
    let output = if of_body == 0 { quote!(Self) } else { quote!(#builder #after) };
    let methods = body.alternatives.iter().zip(&named.names.bodies);
    let methods = methods.map(|(other, method)| emit_method(cx, named, other, method, &output));
    Some(quote!(impl #generics #builder #before { #(#methods)* }))
}

fn emit_method(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    other: &AlternativeBody,
    method: &str,
    output: &TokenStream,
) -> Option<TokenStream> {
    let AlternativeBody { media_type, body } = other;
    let (whole, name) = (body.whole.as_ref()?, ident(WHOLE_BODY));
    let (mut setter, Argument { generics, ty, value }) = whole_body_argument(cx, body, whole, &name);
    if body.encoding == BodyEncoding::Multipart && setter == "whole_body" && cx.api.may_hold_file(whole) {
        setter = "whole_body_with_files";
    }
    let docs = outer_doc(&[
        format!("Sends this body as {}, in place of the usual one.", code_span(media_type)),
        media_type_sentence(body).unwrap_or_default(),
    ]);
    let (builder, constant) = (ident(&named.names.builder), ident(&named.names.constant));
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
            #builder(self.0 #(#initial)* .replace_body(operation).#setter(#value))
        }
    })
}
