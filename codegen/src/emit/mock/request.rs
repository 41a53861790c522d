//! Emits the struct of a received request: its parameters and the fields of all variants of its body.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::types::{field_type, ident, presence_word, value_type};
use super::super::{Context, NamedOperation};
use crate::analyze::MemberSource;
use crate::ir::ParameterLocation;

pub(super) fn emit_request(cx: &Context<'_>, named: NamedOperation<'_>) -> TokenStream {
    let NamedOperation { operation, names, facts } = named;
    let name = ident(&names.builder);
    let members = facts.members.iter().zip(&names.request_members);
    let members: Vec<_> = members
        .filter_map(|(member, names)| {
            let (ty, presence) = member.field.as_ref()?;
            Some((names, ty, *presence, describe_member(member.source, member.wire.as_deref())))
        })
        .collect();
    let fields = members.iter().map(|(names, ty, presence, docs)| {
        let (docs, name) = (cx.docs.add(std::slice::from_ref(docs)), ident(&names.field));
        let ty = field_type(*presence, &value_type(cx, ty.split_null().0));
        quote!(#docs pub #name: #ty)
    });
    let rows = members.iter().map(|(names, _, presence, _)| {
        let (name, key, presence) = (ident(&names.field), &names.key, presence_word(*presence));
        quote!(#name: #presence(#key))
    });
    // Links in documentation have no `r#`.
    let plain = names.method.trim_start_matches("r#");
    let tag = cx.names.tags.get(operation.tag);
    let method =
        tag.map_or_else(String::new, |tag| format!("crate::api::{}::{}::{plain}", tag.module, tag.handle));
    let about = cx.docs.add(&[format!("A request of [`{plain}`]({method}).")]);
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            #[doc = " Properties that this version of the crate does not know."]
            pub extra_fields: rt::ExtraFields,
        }

        rt::model!(#name { #(#rows,)* });
    }
}

/// The documentation of a field.
fn describe_member(source: MemberSource, wire: Option<&str>) -> String {
    let name = wire.unwrap_or_default().replace('`', "'");
    match source {
        MemberSource::Parameter(_, ParameterLocation::Path) => format!("Path parameter `{name}`."),
        MemberSource::Parameter(_, ParameterLocation::Query) => format!("Query parameter `{name}`."),
        MemberSource::Parameter(_, ParameterLocation::Header) => format!("Header `{name}`."),
        MemberSource::Parameter(_, ParameterLocation::Cookie) => format!("Cookie `{name}`."),
        MemberSource::Body { .. } => format!("Property `{name}` of the body."),
        MemberSource::WholeBody => "The body.".to_owned(),
    }
}
