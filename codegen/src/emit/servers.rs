//! Emits the environments and the variables of their servers.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Context;
use super::docs::{code_span, end_sentence, sanitize_description};
use super::types::ident;
use crate::ir::ServerVariable;
use crate::names::EnvironmentNames;

/// The environments as constants of the module `environments`.
pub(super) fn emit_environments(cx: &Context<'_>) -> TokenStream {
    let constants = cx.names.environments.iter().zip(&cx.api.environments).map(|(names, environment)| {
        let EnvironmentNames { constant, value } = names;
        let description = environment.description.as_deref().map(sanitize_description);
        let description = description.filter(|text| !text.trim().is_empty());
        let text =
            description.map_or_else(|| format!("The environment `{value}`."), |text| end_sentence(&text));
        let docs = cx.docs.add(&[text]);
        let (constant, servers) = (ident(constant), &environment.servers);
        quote! {
            #docs
            pub const #constant: Environment = Environment { name: #value, servers: &[#(#servers),*] };
        }
    });
    quote! {
        #[doc = " The environments of the API, each a set of servers."]
        pub mod environments {
            use crate::Environment;

            #(#constants)*
        }
    }
}

/// The names of the variables as constants of the module `server_variables`, if there are any.
pub(super) fn emit_server_variables(cx: &Context<'_>) -> Option<TokenStream> {
    if cx.names.server_variables.is_empty() {
        return None;
    }
    let constants = cx.api.server_variables().zip(&cx.names.server_variables);
    let constants = constants.map(|(variable, constant)| {
        let docs = cx.docs.add(&describe_variable(cx, &variable.name));
        let (constant, name) = (ident(constant), &variable.name);
        quote! {
            #docs
            pub const #constant: &str = #name;
        }
    });
    Some(quote! {
        #[doc = " The names of the variables in the URLs of servers, for [`ClientBuilder::server_variable`]."]
        #[doc = ""]
        #[doc = " [`ClientBuilder::server_variable`]: crate::ClientBuilder::server_variable"]
        pub mod server_variables {
            #(#constants)*
        }
    })
}

/// The documentation of a variable, of which several servers may say different things.
fn describe_variable(cx: &Context<'_>, name: &str) -> Vec<String> {
    let templates = cx.api.environments.iter().flat_map(|environment| &environment.templates);
    let all = templates.flat_map(|(_, template)| &template.variables);
    let all: Vec<&ServerVariable> = all.filter(|variable| variable.name == name).collect();
    let mut descriptions = all.iter().filter_map(|variable| variable.description.as_deref());
    let description = descriptions.find(|text| !text.trim().is_empty()).map(sanitize_description);
    let own = description.unwrap_or_else(|| format!("The variable {}.", code_span(name)));
    let list = |values: Vec<&String>| {
        let mut spans: Vec<String> = Vec::new();
        for value in values {
            let span = if value.is_empty() { "an empty text".to_owned() } else { code_span(value) };
            if !spans.contains(&span) {
                spans.push(span);
            }
        }
        spans
    };
    let defaults = list(all.iter().map(|variable| &variable.default).collect());
    let values = list(all.iter().flat_map(|variable| &variable.values).collect());
    let which = if defaults.len() > 1 { ", depending on the server" } else { "" };
    let mut text = format!("Its default is {}{which}", defaults.join(" or "));
    if !values.is_empty() {
        text = format!("{text}; its values are {}", values.join(", "));
    }
    vec![end_sentence(&own), format!("{text}.")]
}

/// The servers whose URLs have variables, as a constant of the client.
pub(super) fn emit_templates(cx: &Context<'_>) -> Option<TokenStream> {
    let environments = cx.names.environments.iter().zip(&cx.api.environments);
    let templates = environments.flat_map(|(names, environment)| {
        let value = &names.value;
        environment.templates.iter().map(move |(index, template)| {
            let (index, url) = (Literal::usize_unsuffixed(*index), &template.url);
            let variables = template.variables.iter().map(|variable| {
                let ServerVariable { name, default, values, .. } = variable;
                quote!(rt::ServerVariable { name: #name, default: #default, values: &[#(#values),*] })
            });
            quote! {
                rt::ServerTemplate { environment: #value, index: #index, url: #url, variables: &[#(#variables),*] }
            }
        })
    });
    let templates: Vec<TokenStream> = templates.collect();
    (!templates.is_empty())
        .then(|| quote!(const SERVER_TEMPLATES: &'static [rt::ServerTemplate] = &[#(#templates),*];))
}
