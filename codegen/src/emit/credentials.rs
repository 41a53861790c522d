//! Emits the credentials of the API: their description in the service, and a constant for the name of each.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Context;
use super::docs::{code_span, end_sentence, sanitize_description};
use super::types::ident;
use crate::ir::Authentication;

/// The credentials, and what operations require of them.
pub(super) fn emit_security(cx: &Context<'_>) -> (TokenStream, TokenStream) {
    let credentials = cx.api.credentials.iter().map(|credential| {
        let name = &credential.name;
        let authentication = match &credential.authentication {
            Authentication::Bearer => quote!(Bearer),
            Authentication::Basic => quote!(Basic),
            Authentication::Http(scheme) => quote!(Http(#scheme)),
            Authentication::Header(name) => quote!(Header(#name)),
            Authentication::Query(name) => quote!(Query(#name)),
            Authentication::Cookie(name) => quote!(Cookie(#name)),
        };
        quote!(rt::SecurityScheme { name: #name, authentication: rt::Authentication::#authentication })
    });
    let security = cx.api.security.iter().map(|alternatives| {
        let alternatives = alternatives.iter().map(|alternative| {
            let indexes = alternative.iter().map(|index| Literal::usize_unsuffixed(*index));
            quote!(&[#(#indexes),*])
        });
        quote!(&[#(#alternatives),*])
    });
    (quote!(&[#(#credentials),*]), quote!(&[#(#security),*]))
}

/// The environment variables of the credentials as a constant of the client, if there are several.
pub(super) fn emit_variables(cx: &Context<'_>) -> Option<TokenStream> {
    let names = &cx.names.credential_variables;
    (names.len() > 1).then(|| quote!(const CREDENTIAL_VARIABLES: &'static [&'static str] = &[#(#names),*];))
}

/// The names of the credentials as constants of the module `credentials`, if there are several.
pub(super) fn emit_credentials(cx: &Context<'_>) -> Option<TokenStream> {
    if cx.api.credentials.len() < 2 {
        return None;
    }
    let constants = cx.api.credentials.iter().zip(&cx.names.credentials).enumerate();
    let constants = constants.map(|(index, (credential, constant))| {
        let text = match &credential.authentication {
            Authentication::Bearer => "A token in `Authorization: Bearer`".to_owned(),
            Authentication::Basic => "A user name and a password, in `Authorization: Basic`".to_owned(),
            Authentication::Http(scheme) => {
                format!("A credential in {}", code_span(&format!("Authorization: {scheme}")))
            }
            Authentication::Header(name) => format!("The header {}", code_span(name)),
            Authentication::Query(name) => format!("The query parameter {}", code_span(name)),
            Authentication::Cookie(name) => format!("The cookie {}", code_span(name)),
        };
        let main = if index == 0 { ", which `api_key` sets too" } else { "" };
        let description = credential.description.as_deref().map(sanitize_description);
        let variable = cx.names.credential_variables.get(index).map(|name| code_span(name));
        let variable = variable.map(|name| format!("`from_env` reads it from {name}."));
        let docs = std::iter::once(end_sentence(&format!("{text}{main}"))).chain(description).chain(variable);
        let docs = cx.docs.add(&docs.collect::<Vec<_>>());
        let (constant, name) = (ident(constant), &credential.name);
        quote! {
            #docs
            pub const #constant: &str = #name;
        }
    });
    Some(quote! {
        #[doc = " The names of the credentials of the API, for [`ClientBuilder::credential`]."]
        #[doc = ""]
        #[doc = " Each request carries those that its operation requires."]
        #[doc = ""]
        #[doc = " [`ClientBuilder::credential`]: crate::ClientBuilder::credential"]
        pub mod credentials {
            #(#constants)*
        }
    })
}
