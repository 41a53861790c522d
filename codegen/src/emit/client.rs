//! The client: its constant description of the API, its constructors, and an accessor for each tag.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::docs::{doc, foreign, sentence};
use super::types::ident;
use super::{Context, Module, api};
use crate::ir::Authentication;
use crate::names::EnvironmentNames;

pub(super) fn client(cx: &Context<'_>) -> Module {
    let service = service(cx);
    let accessors = api::used(cx).filter_map(|tag| accessor(cx, tag));
    let variable = cx.config.variables.api_key.as_deref().unwrap_or("API_KEY");
    let about = doc(&[
        format!("The client of {}.", foreign(&cx.api.title)),
        "It is cheap to clone: all clones share their settings, credential and connections.".to_owned(),
    ]);
    let from_env = doc(&[
        format!("A client with its settings from the environment: the key from `{variable}`."),
        "# Errors".to_owned(),
        format!("If `{variable}` is not set, or another variable makes no sense."),
    ]);
    let tokens = quote! {
        #service

        #about
        #[derive(Clone, Debug)]
        pub struct Client {
            core: rt::Core,
        }

        impl Client {
            #[doc = " A client with this key and all else as it is by default."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = ""]
            #[doc = " If the key cannot stand in a header."]
            pub fn new(api_key: impl Into<crate::Secret>) -> crate::Result<Self> {
                Self::builder().api_key(api_key).build()
            }

            #from_env
            pub fn from_env() -> crate::Result<Self> {
                crate::ClientBuilder::from_env().build()
            }

            #[doc = " A client with settings of its own."]
            pub fn builder() -> crate::ClientBuilder<Self> {
                crate::ClientBuilder::new()
            }

            #(#accessors)*

            #[doc(hidden)]
            pub fn core(&self) -> &rt::Core {
                &self.core
            }
        }

        impl From<rt::Core> for Client {
            fn from(core: rt::Core) -> Self {
                Self { core }
            }
        }

        impl AsRef<rt::Core> for Client {
            fn as_ref(&self) -> &rt::Core {
                &self.core
            }
        }

        impl rt::Generated for Client {
            const SERVICE: &'static rt::Service = &SERVICE;
        }
    };
    Module::new("client.rs", tokens)
}

fn accessor(cx: &Context<'_>, tag: usize) -> Option<TokenStream> {
    let (source, names) = (cx.api.tags.get(tag)?, cx.names.tags.get(tag)?);
    let gate = api::gate(cx, tag);
    let text = source.description.as_deref().filter(|text| *text != source.name);
    let docs = doc(&[sentence(&foreign(text.unwrap_or(&source.name)))]);
    let (module, handle) = (ident(&names.module), ident(&names.handle));
    Some(quote! {
        #docs
        #gate
        #[inline]
        pub fn #module(&self) -> crate::api::#module::#handle {
            crate::api::#module::#handle::new(&self.core)
        }
    })
}

/// The environments as constants of the module `environments`.
pub(super) fn environments(cx: &Context<'_>) -> TokenStream {
    let constants = configured_environments(cx).into_iter().map(|(names, description, servers)| {
        let EnvironmentNames { constant, value } = names;
        let docs =
            doc(&[description.map_or_else(|| format!("The environment `{value}`."), |text| sentence(&text))]);
        let constant = ident(constant);
        quote! {
            #docs
            pub const #constant: Environment = Environment { name: #value, servers: &[#(#servers),*] };
        }
    });
    quote! {
        #[doc = " The sets of hosts that the client knows."]
        pub mod environments {
            use crate::Environment;

            #(#constants)*
        }
    }
}

/// Names, description and hosts of each environment.
fn configured_environments<'a>(cx: &Context<'a>) -> Vec<(&'a EnvironmentNames, Option<String>, Vec<String>)> {
    let hosts = |environment: &crate::config::Environment| {
        let own = cx.api.servers.iter().map(|url| environment.servers.get(url).unwrap_or(url).clone());
        own.collect()
    };
    let configured = cx.config.environments.iter();
    let configured = configured.map(|environment| (environment.description.clone(), hosts(environment)));
    let default = cx.config.environments.is_empty().then(|| (None, cx.api.servers.clone()));
    let all = cx.names.environments.iter().zip(configured.chain(default));
    all.map(|(names, (description, hosts))| (names, description, hosts)).collect()
}

fn service(cx: &Context<'_>) -> TokenStream {
    let config = cx.config;
    let environments = cx.names.environments.iter().map(|names| ident(&names.constant));
    let key = config.variables.api_key.as_deref().unwrap_or("API_KEY");
    let base = option(config.variables.base_url.as_ref());
    let environment = option(config.variables.environment.as_ref());
    let version_variable = option(config.variables.version.as_ref());
    let authentication = match &cx.api.authentication {
        Authentication::None => quote!(None),
        Authentication::Bearer => quote!(Bearer),
        Authentication::Basic => quote!(Basic),
        Authentication::Header(name) => quote!(Header(#name)),
        Authentication::Query(name) => quote!(Query(#name)),
    };
    let version = match &config.version {
        Some(version) => {
            let (header, value) = (&version.header, &version.value);
            quote!(Some((#header, #value)))
        }
        None => quote!(None),
    };
    let idempotency = idempotency(cx);
    let repeatable = methods(&config.retry.safe_methods);
    let retry = retry(cx);
    let request_ids = &config.request_id_headers;
    let replayed = option(config.idempotency.replayed_header.as_ref());
    let error = error(cx);
    quote! {
        static SERVICE: rt::Service = rt::Service {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            environments: &[#(crate::environments::#environments),*],
            api_key_variable: #key,
            base_url_variable: #base,
            environment_variable: #environment,
            authentication: rt::Authentication::#authentication,
            headers: &[],
            version_header: #version,
            version_variable: #version_variable,
            idempotency: #idempotency,
            repeatable: &[#(rt::Method::#repeatable),*],
            retry: #retry,
            request_id_headers: &[#(#request_ids),*],
            replayed_header: #replayed,
            error: #error,
        };
    }
}

fn idempotency(cx: &Context<'_>) -> TokenStream {
    let config = &cx.config.idempotency;
    let header = option(config.header.as_ref());
    let methods = methods(&config.methods);
    let max = Literal::usize_unsuffixed(config.max_length.unwrap_or(255));
    quote! {
        rt::Idempotency { header: #header, methods: &[#(rt::Method::#methods),*], max_length: #max }
    }
}

fn retry(cx: &Context<'_>) -> TokenStream {
    let config = &cx.config.retry;
    let number = Literal::u64_unsuffixed;
    let (attempts, total) = (number(config.attempts.into()), number(config.total_ms));
    let (initial, max) = (number(config.initial_backoff_ms), number(config.max_backoff_ms));
    let statuses = config.statuses.iter().map(|status| Literal::u16_unsuffixed(*status));
    let patterns = &config.wait_patterns;
    quote! {
        rt::RetryDefaults {
            attempts: #attempts,
            total_ms: #total,
            initial_backoff_ms: #initial,
            max_backoff_ms: #max,
            statuses: &[#(#statuses),*],
            wait_patterns: &[#(#patterns),*],
        }
    }
}

/// Where the parts of an error stand, as the document's own envelope has them.
fn error(cx: &Context<'_>) -> TokenStream {
    let (root, members) =
        cx.api.error.as_ref().map_or((&[][..], &[][..]), |error| (&error.root, &error.members));
    let part = |name: &str| option(members.iter().find(|member| *member == name));
    let (ty, code, message, param) = (part("type"), part("code"), part("message"), part("param"));
    quote! {
        rt::ErrorEnvelope { root: &[#(#root),*], r#type: #ty, code: #code, message: #message, param: #param }
    }
}

fn option(value: Option<&String>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

/// Methods by their name in HTTP; names that are none are left out, the configuration's check has refused them.
fn methods(names: &[String]) -> Vec<proc_macro2::Ident> {
    let known = ["Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "Trace"];
    let find = |name: &String| known.iter().find(|known| known.eq_ignore_ascii_case(name));
    names.iter().filter_map(find).map(|name| format_ident!("{name}")).collect()
}
