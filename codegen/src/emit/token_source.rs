//! Sources of tokens: two methods of the tag's handle, and the flow as constant data. The rest is the runtime's.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::{code, doc, foreign, sentence};
use super::types::ident;
use super::{Context, NamedOperation, example};
use crate::config::TokenSource;
use crate::ir::Operation;

/// The methods and the items of a tag's source of tokens, if it has one.
pub(super) fn of(cx: &Context<'_>, tag: usize) -> Option<(TokenStream, TokenStream)> {
    cx.flows.sources.iter().find_map(|source| {
        let create = cx.operation(source.create).filter(|create| create.operation.tag == tag)?;
        let config = cx.config.token_sources.get(source.config)?;
        Some((methods(cx, create, config.scopes.as_deref()), flow(config)))
    })
}

fn methods(cx: &Context<'_>, create: NamedOperation<'_>, scopes: Option<&str>) -> TokenStream {
    let (method, builder) = (ident(&create.names.method), ident(&create.names.builder));
    let stated = scopes.map_or_else(Vec::new, |scopes| stated(create.operation, scopes));
    let one = doc(&[
        vec![
            "Tokens that are kept, shared and renewed before they expire: see \
             [`TokenSource`](crate::token_source::TokenSource). Clone it, do not make one for each use."
                .to_owned(),
        ],
        stated.clone(),
        vec!["`request` fills the call, each time that a token is minted.".to_owned()],
        vec![example(cx, create, scopes).unwrap_or_default()],
    ]
    .concat());
    let many = doc(&[
        vec![
            "The same for each of many keys, such as the accounts of a platform: see \
             [`TokenSourceMap`](crate::token_source::TokenSourceMap)."
                .to_owned(),
        ],
        stated,
        vec!["`request` fills the call for a key, each time that a token is minted.".to_owned()],
    ]
    .concat());
    let (parameter, value) = match scopes {
        Some(_) => {
            (Some(quote!(scopes: impl IntoIterator<Item = impl Into<String>>,)), quote!(rt::list(scopes)))
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

/// What is said of the list that a caller has to give: our rule, and the document's own words.
fn stated(create: &Operation, scopes: &str) -> Vec<String> {
    let mut fields = create.body.iter().flat_map(|body| &body.variants).flat_map(|form| &form.fields);
    let own = fields.find(|field| field.name == scopes).and_then(|field| field.description.as_deref());
    let rule = format!(
        "`scopes` is what each token may be used for, sent as {} whatever `request` says of it. Name as little as will \
         do. An empty list is refused: it could allow all that the client's own credential does.",
        code(scopes)
    );
    std::iter::once(rule).chain(own.map(|text| sentence(&foreign(text)))).collect()
}

/// The flow as constant data.
fn flow(config: &TokenSource) -> TokenStream {
    let TokenSource { token, expires, .. } = config;
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

fn example(cx: &Context<'_>, create: NamedOperation<'_>, scopes: Option<&str>) -> Option<String> {
    let package = &cx.names.library;
    let module = &cx.names.tags.get(create.operation.tag)?.module;
    let needed = example::needed(cx, create)?;
    // What can fail is made once, before.
    if needed.contains('?') {
        return None;
    }
    let scopes = if scopes.is_some() { "[\"what it is for\"], " } else { "" };
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
