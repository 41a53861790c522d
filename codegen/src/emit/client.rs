//! Emits the client: the constant description of the service, the constructors, and an accessor for each tag.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::aliases::mark_deprecated;
use super::docs::{code_span, sanitize_description, sanitize_markdown};
use super::types::ident;
use super::{Context, Module, api, credentials, servers};

pub(super) fn emit_client(cx: &Context<'_>) -> Module {
    let service = emit_service(cx);
    let accessors = api::used_tags(cx).filter_map(|tag| emit_accessor(cx, tag));
    let variable = cx.config.variables.api_key.as_deref().unwrap_or("API_KEY");
    let about = cx.docs.add(&[
        format!("A client for {}.", sanitize_markdown(&cx.api.title)),
        "Cloning is cheap: all clones share settings, credential and connections.".to_owned(),
    ]);
    let from_env = cx.docs.add(&describe_from_env(cx, variable));
    let request = cx.docs.add(&[
        "Starts a request to any path of the API, for an operation that this crate does not contain. The path is appended to \
         the base URL; `{name}` in it is a placeholder."
            .to_owned(),
        "It has the credential, retries, idempotency key, options, hooks and errors of every other request.".to_owned(),
        example_request(cx),
    ]);
    let templates = servers::emit_templates(cx);
    let variables = credentials::emit_variables(cx);
    let tokens = quote! {
        #service

        #about
        #[derive(Clone, Debug)]
        pub struct Client {
            core: rt::Core,
        }

        impl Client {
            #[doc = " Creates a client with this key and default settings."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = ""]
            #[doc = " An error of kind `Config` if the key contains characters that a header cannot contain."]
            pub fn new(api_key: impl Into<crate::Secret>) -> crate::Result<Self> {
                Self::builder().api_key(api_key).build()
            }

            #from_env
            pub fn from_env() -> crate::Result<Self> {
                crate::ClientBuilder::from_env().build()
            }

            #[doc = " Starts a client with other settings."]
            pub fn builder() -> crate::ClientBuilder<Self> {
                crate::ClientBuilder::new()
            }

            #(#accessors)*

            #request
            pub fn request(&self, method: crate::Method, path: impl Into<String>) -> crate::CustomRequest {
                crate::CustomRequest::new(&self.core, method, path)
            }

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

        impl rt::GeneratedClient for Client {
            const SERVICE: &'static rt::Service = &SERVICE;
            #templates
            #variables
        }
    };
    Module::new("client.rs", tokens)
}

/// The documentation of `from_env`, with the variables that it reads.
fn describe_from_env(cx: &Context<'_>, key: &str) -> Vec<String> {
    let others: Vec<String> =
        cx.names.credential_variables.iter().skip(1).map(|name| code_span(name)).collect();
    let what = "Creates a client with settings from environment variables.";
    let (credentials, missing) = if others.is_empty() {
        (format!("{what} The key is read from `{key}`."), format!("`{key}` is not set"))
    } else {
        let text = format!(
            "{what} The API key is read from `{key}`, and other credentials from {}. Those that are set are used; \
             calls can set others with [`CallOptions::credential`](crate::CallOptions::credential).",
            others.join(", ")
        );
        (text, "none of them is set".to_owned())
    };
    vec![
        credentials,
        "# Errors".to_owned(),
        format!("An error of kind `Config` if {missing} or if another variable has an invalid value."),
    ]
}

/// A request that needs no operation of the document.
fn example_request(cx: &Context<'_>) -> String {
    let package = &cx.names.library;
    let lines = [
        "```no_run".to_owned(),
        format!("use {package}::{{Method, Value}};"),
        String::new(),
        format!("# async fn example(client: {package}::Client) -> {package}::Result<()> {{"),
        "let created: Value = client".to_owned(),
        "    .request(Method::POST, \"/things/{id}/parts\")".to_owned(),
        "    .path(\"id\", \"thing_1\")".to_owned(),
        "    .query(\"expand[]\", \"owner\")".to_owned(),
        "    .json(&Value::from(vec![1, 2]))".to_owned(),
        "    .send()".to_owned(),
        "    .await?;".to_owned(),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ];
    lines.join("\n")
}

fn emit_accessor(cx: &Context<'_>, tag: usize) -> Option<TokenStream> {
    let (source, names) = (cx.api.tags.get(tag)?, cx.names.tags.get(tag)?);
    let gate = api::tag_gate(cx, tag);
    let text = source.description.as_deref().filter(|text| *text != source.name);
    let docs = cx.docs.add(&[sanitize_description(text.unwrap_or(&source.name))]);
    let (module, handle) = (ident(&names.module), ident(&names.handle));
    let aliases = cx.names.aliases.find_item(&cx.names.tag_path(tag)).iter().map(|alias| {
        let (attributes, old) = (mark_deprecated(alias, &names.module), ident(&alias.name));
        quote! {
            #attributes
            #gate
            #[inline]
            pub fn #old(&self) -> crate::api::#module::#handle {
                self.#module()
            }
        }
    });
    Some(quote! {
        #docs
        #gate
        #[inline]
        pub fn #module(&self) -> crate::api::#module::#handle {
            crate::api::#module::#handle::new(&self.core)
        }

        #(#aliases)*
    })
}

fn emit_service(cx: &Context<'_>) -> TokenStream {
    let config = cx.config;
    let environments = cx.names.environments.iter().map(|names| ident(&names.constant));
    let key = config.variables.api_key.as_deref().unwrap_or("API_KEY");
    let base = option_literal(config.variables.base_url.as_deref());
    let environment = option_literal(config.variables.environment.as_deref());
    let version_variable = option_literal(config.variables.version.as_deref());
    let (credentials, security) = credentials::emit_security(cx);
    let version = match config.version.as_ref().zip(cx.api.api_version.as_ref()) {
        Some((version, stated)) => {
            let (header, value) = (&version.header, &stated.value);
            quote!(Some((#header, #value)))
        }
        None => quote!(None),
    };
    let idempotency = emit_idempotency(cx);
    let idempotent_methods = method_variants(&config.retry.safe_methods);
    let retry = emit_retry_defaults(cx);
    let request_ids = &config.request_id_headers;
    let replayed = option_literal(config.idempotency.replayed_header.as_deref());
    let error = emit_error_envelope(cx);
    let log_variable = option_literal(config.variables.log.as_deref());
    let rate_limit = match config.requests_per_minute {
        Some(limit) => {
            let limit = Literal::u32_unsuffixed(limit);
            quote!(Some(#limit))
        }
        None => quote!(None),
    };
    let secrets = cx.api.secret_names();
    let secrets = secrets.iter();
    quote! {
        static SERVICE: rt::Service = rt::Service {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            environments: &[#(crate::environments::#environments),*],
            api_key_variable: #key,
            base_url_variable: #base,
            environment_variable: #environment,
            credentials: #credentials,
            security: #security,
            headers: &[],
            version_header: #version,
            version_variable: #version_variable,
            idempotency: #idempotency,
            idempotent_methods: &[#(rt::Method::#idempotent_methods),*],
            retry: #retry,
            request_id_headers: &[#(#request_ids),*],
            replayed_header: #replayed,
            error: #error,
            rate_limit: #rate_limit,
            log: rt::LogDefaults { variable: #log_variable, secrets: &[#(#secrets),*] },
        };
    }
}

fn emit_idempotency(cx: &Context<'_>) -> TokenStream {
    let config = &cx.config.idempotency;
    let header = option_literal(config.header.as_deref());
    let methods = method_variants(&config.methods);
    let max = Literal::usize_unsuffixed(config.max_length.unwrap_or(255));
    let in_use = &config.in_use_codes;
    quote! {
        rt::Idempotency {
            header: #header,
            methods: &[#(rt::Method::#methods),*],
            max_length: #max,
            in_use_codes: &[#(#in_use),*],
        }
    }
}

fn emit_retry_defaults(cx: &Context<'_>) -> TokenStream {
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

/// Where an error response has its type, code, message and parameter, as the error envelope of the document declares.
fn emit_error_envelope(cx: &Context<'_>) -> TokenStream {
    let (root, members) =
        cx.api.error.as_ref().map_or((&[][..], &[][..]), |error| (&error.root, &error.members));
    let part = |name: &str| option_literal(members.iter().find(|member| *member == name).map(String::as_str));
    let (ty, code, message, param) = (part("type"), part("code"), part("message"), part("param"));
    quote! {
        rt::ErrorEnvelope { root: &[#(#root),*], r#type: #ty, code: #code, message: #message, param: #param }
    }
}

pub(super) fn option_literal(value: Option<&str>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

/// The variants of `Method` for names of methods. Reading the configuration has rejected other names.
fn method_variants(names: &[String]) -> Vec<proc_macro2::Ident> {
    let known = ["Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "Trace"];
    let find = |name: &String| known.iter().find(|known| known.eq_ignore_ascii_case(name));
    names.iter().filter_map(find).map(|name| format_ident!("{name}")).collect()
}
