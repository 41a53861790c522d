//! The struct of a request as a server gets it: parameters and body in one, whatever form the body has.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::docs::doc;
use super::super::types::{held, ident, owned, presence_word};
use super::super::{Context, NamedOperation};
use crate::analyze::MemberSource;
use crate::ir::Location;

pub(super) fn structure(cx: &Context<'_>, named: NamedOperation<'_>) -> TokenStream {
    let NamedOperation { operation, names, facts } = named;
    let name = ident(&names.builder);
    let members = facts.members.iter().zip(&names.request_members);
    let members: Vec<_> = members
        .filter_map(|(member, names)| {
            let (ty, presence) = member.field.as_ref()?;
            Some((names, ty, *presence, words(member.source, member.wire.as_deref())))
        })
        .collect();
    let fields = members.iter().map(|(names, ty, presence, words)| {
        let (docs, name) = (doc(std::slice::from_ref(words)), ident(&names.field));
        let ty = held(*presence, &owned(cx, ty.split_null().0));
        quote!(#docs pub #name: #ty)
    });
    let rows = members.iter().map(|(names, _, presence, _)| {
        let (name, key, presence) = (ident(&names.field), &names.key, presence_word(*presence));
        quote!(#name: #presence(#key))
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

/// The documentation of a member.
fn words(source: MemberSource, wire: Option<&str>) -> String {
    let place = match source {
        MemberSource::Parameter(_, Location::Path) => "path",
        MemberSource::Parameter(_, Location::Query) => "query",
        MemberSource::Parameter(_, Location::Header) => "header",
        MemberSource::Parameter(_, Location::Cookie) => "cookie",
        MemberSource::Body { .. } => "body",
        MemberSource::WholeBody => return "The body.".to_owned(),
    };
    format!("`{}` of the {place}.", wire.unwrap_or_default().replace('`', "'"))
}
