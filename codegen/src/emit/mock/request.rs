//! The struct of a request as a server gets it: parameters and body in one, whatever form the body has.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::super::Context;
use super::super::docs::doc;
use super::super::types::{ident, owned};
use crate::ir::{Body, BodyEncoding, Location, Operation, TypeRef};
use crate::names::{OperationNames, RequestMember, Source, request_members};

/// A member as Rust holds it.
struct Member {
    ty: TypeRef,
    presence: &'static str,
    words: String,
}

pub(super) fn structure(cx: &Context<'_>, operation: &Operation, names: &OperationNames) -> TokenStream {
    let name = ident(&names.builder);
    let members = request_members(operation, names);
    let members: Vec<(RequestMember, Member)> = members
        .into_iter()
        .filter_map(|named| member(operation, &named).map(|member| (named, member)))
        .collect();
    let fields = members.iter().map(|(named, member)| {
        let (docs, name) = (doc(std::slice::from_ref(&member.words)), ident(&named.name));
        let (inner, nullable) = member.ty.split_null();
        let inner = owned(cx, inner);
        let ty = match (member.presence, nullable) {
            ("required", false) => inner,
            ("nullable", _) => quote!(Option<Option<#inner>>),
            _ => quote!(Option<#inner>),
        };
        quote!(#docs pub #name: #ty)
    });
    let rows = members.iter().enumerate().map(|(index, (named, member))| {
        let (index, name) = (Literal::usize_unsuffixed(index), ident(&named.name));
        let (key, presence) = (&named.key, format_ident!("{}", member.presence));
        quote!(#index #name #key #presence)
    });
    // A link knows no raw identifiers.
    let plain = names.method.trim_start_matches("r#");
    let tag = cx.names.tags.get(operation.tag);
    let call =
        tag.map_or_else(String::new, |tag| format!("crate::api::{}::{}::{plain}", tag.module, tag.handle));
    let about = doc(&[format!("What a call of [`{plain}`]({call}) brings.")]);
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            #[doc = " Members that the document does not name."]
            pub extra_fields: rt::ExtraFields,
        }

        rt::model!(#name { #(#rows,)* });
    }
}

fn member(operation: &Operation, named: &RequestMember) -> Option<Member> {
    match named.source {
        Source::Parameter(index) => {
            let parameter = operation.parameters.get(index)?;
            let place = match parameter.location {
                Location::Path => "path",
                Location::Query => "query",
                Location::Header => "header",
                Location::Cookie => "cookie",
            };
            let words = format!("`{}` of the {place}.", said(&parameter.field.name));
            Some(made(parameter.field.ty.clone(), parameter.field.required, words))
        }
        Source::Body(form, place) => {
            let body = operation.body.as_ref()?;
            let field = body.variants.get(form)?.fields.get(place)?;
            let (ty, required) = in_all_forms(body, &field.name)?;
            Some(made(ty, required && body.required, format!("`{}` of the body.", said(&field.name))))
        }
        Source::Whole => {
            let body = operation.body.as_ref()?;
            // Octets stand in the recorded request, as they came.
            let ty = body.whole.clone().filter(|_| !matches!(body.encoding, BodyEncoding::Raw(_)))?;
            Some(made(ty, body.required, "The body.".to_owned()))
        }
    }
}

fn made(ty: TypeRef, required: bool, words: String) -> Member {
    let presence = match (required, ty.split_null().1) {
        (true, _) => "required",
        (false, false) => "optional",
        (false, true) => "nullable",
    };
    Member { ty, presence, words }
}

/// The type of a member over all forms that have it, JSON where they differ, and whether every form must have it. A member
/// that only the server gives is none of a request.
fn in_all_forms(body: &Body, name: &str) -> Option<(TypeRef, bool)> {
    let mut found: Option<(TypeRef, bool)> = None;
    let mut everywhere = true;
    for variant in &body.variants {
        let field = variant.fields.iter().find(|field| field.name == name && !field.read_only);
        let Some(field) = field else {
            everywhere = false;
            continue;
        };
        found = Some(match found {
            None => (field.ty.clone(), field.required),
            Some((ty, required)) => {
                let same = ty == field.ty;
                let ty = if same { ty } else { TypeRef::Json };
                (ty, required && field.required && same)
            }
        });
    }
    found.map(|(ty, required)| (ty, required && everywhere))
}

fn said(name: &str) -> String {
    name.replace('`', "'")
}
