//! Emits a token source: two methods of the handle, and the flow as constant data for the runtime.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::{code_span, sanitize_description};
use super::types::ident;
use super::{Context, NamedOperation, example};
use crate::config::TokenSourceConfig;
use crate::ir::Operation;

/// The methods and the items of the token source of a tag, if it has one.
pub(super) fn emit_token_source(cx: &Context<'_>, tag: usize) -> Option<(TokenStream, TokenStream)> {
    cx.flows.sources.iter().find_map(|source| {
        let create = cx.operation(source.create).filter(|create| create.operation.tag == tag)?;
        let config = cx.config.token_sources.get(source.config)?;
        Some((emit_methods(cx, create, config.scopes.as_deref()), emit_flow(config)))
    })
}

fn emit_methods(cx: &Context<'_>, create: NamedOperation<'_>, scopes: Option<&str>) -> TokenStream {
    let (method, builder) = (ident(&create.names.method), ident(&create.names.builder));
    let stated = scopes.map_or_else(Vec::new, |scopes| scope_docs(create.operation, scopes));
    let one = cx.docs.add(&[
        vec![
            "Creates a source of tokens, which caches a token and refreshes it before it expires: see \
             [`TokenSource`](crate::token_source::TokenSource). Clone the source instead of creating one for each use."
                .to_owned(),
        ],
        stated.clone(),
        vec!["`request` completes the request each time a token is minted.".to_owned()],
        vec![example_code(cx, create, scopes).unwrap_or_default()],
    ]
    .concat());
    let many = cx.docs.add(
        &[
            vec![
                "Creates a source of tokens for each of many keys, such as the accounts of a platform: see \
             [`TokenSourceMap`](crate::token_source::TokenSourceMap)."
                    .to_owned(),
            ],
            stated,
            vec!["`request` completes the request for a key each time a token is minted.".to_owned()],
        ]
        .concat(),
    );
    let (parameter, value) = match scopes {
        Some(_) => {
            (Some(quote!(scopes: impl IntoIterator<Item = impl rt::IntoText>,)), quote!(rt::list(scopes)))
        }
        None => (None, quote!(Vec::new())),
    };
    quote! {
        #one
        pub fn source<S: rt::Complete>(
            &self,
            #parameter
            request: impl Fn(#builder) -> #builder<S> + Send + Sync + 'static,
        ) -> crate::token_source::TokenSource {
            let calls = self.clone();
            rt::TokenSource::new(&SOURCE, #value, move || request(calls.#method()).0)
        }

        #many
        pub fn sources<K: rt::TokenKey, S: rt::Complete>(
            &self,
            #parameter
            request: impl Fn(#builder, &K) -> #builder<S> + Send + Sync + 'static,
        ) -> crate::token_source::TokenSourceMap<K> {
            let calls = self.clone();
            rt::TokenSourceMap::new(&SOURCE, #value, move |key| request(calls.#method(), key).0)
        }
    }
}

/// The documentation of the list of scopes: our rule, and the description of the document.
fn scope_docs(create: &Operation, scopes: &str) -> Vec<String> {
    let mut fields = create.body.iter().flat_map(|body| &body.variants).flat_map(|form| &form.fields);
    let own = fields.find(|field| field.name == scopes).and_then(|field| field.description.as_deref());
    let rule = format!(
        "`scopes` limits what each token may be used for. It is sent as {}, even if `request` sets that field. Request \
         the narrowest scopes. An empty list is rejected, because it could grant everything that the client may do.",
        code_span(scopes)
    );
    std::iter::once(rule).chain(own.map(sanitize_description)).collect()
}

/// The flow as constant data.
fn emit_flow(config: &TokenSourceConfig) -> TokenStream {
    let TokenSourceConfig { token, expires, .. } = config;
    let scopes = match &config.scopes {
        Some(name) => quote!(Some(#name)),
        None => quote!(None),
    };
    let margin = Literal::u64_unsuffixed(config.margin_ms);
    quote! {
        static SOURCE: rt::TokenFlow =
            rt::TokenFlow { token: #token, expires: #expires, scopes: #scopes, margin_ms: #margin };
    }
}

fn example_code(cx: &Context<'_>, create: NamedOperation<'_>, scopes: Option<&str>) -> Option<String> {
    let package = &cx.names.library;
    let module = &cx.names.tags.get(create.operation.tag)?.module;
    let needed = example::required_setters(cx, create)?;
    // Values that can fail are created once, outside the closure.
    if needed.contains('?') {
        return None;
    }
    let scopes = if scopes.is_some() { "[\"invoices:read\"], " } else { "" };
    let lines = [
        "```no_run".to_owned(),
        format!("# async fn example(client: {package}::Client) -> Result<(), Box<dyn std::error::Error>> {{"),
        format!("let tokens = client.{module}().source({scopes}|request| request{needed});"),
        "let current = tokens.get().await?;".to_owned(),
        "println!(\"valid until {}\", current.expires_at);".to_owned(),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ];
    Some(lines.join("\n"))
}
