//! Emits the module `inbox`: the types of the inbox for the events of this API, and where it finds the deliveries that it missed.

use proc_macro2::TokenStream;
use quote::quote;

use super::client::option_literal;
use super::docs::{code_span, inner_doc};
use super::manifest::has_verification;
use super::types::ident;
use super::{Context, EVENTS, Module};
use crate::flows::HistoryFlow;

/// The feature with all databases.
pub(super) const FEATURE: &str = "inbox";

/// A feature for each database, of which the module needs one, with the feature of the inbox.
pub(super) const DATABASES: [(&str, &str); 2] = [("inbox-postgres", "postgres"), ("inbox-sqlite", "sqlite")];

/// The feature that encrypts what is stored, with the feature of the inbox.
pub(super) const ENCRYPTION: (&str, &str) = ("inbox-encryption", "encryption");

/// The condition of the module: a database, and a target that has one.
pub(super) fn emit_gate() -> TokenStream {
    let features = DATABASES.map(|(feature, _)| feature);
    quote!(#[cfg(all(any(#(feature = #features),*), not(target_arch = "wasm32")))])
}

/// The features of the crate that the module needs: the events, and the tags of the operations that list what was sent.
pub(super) fn needed_features<'a>(cx: &'a Context<'_>) -> Vec<&'a str> {
    let history = cx.flows.history.iter();
    let operations = history.flat_map(|history| std::iter::once(history.deliveries).chain(history.endpoints));
    let tags = operations.filter_map(|index| cx.names.tags.get(cx.operation(index)?.operation.tag));
    let mut features: Vec<&str> = tags.map(|tag| tag.feature.as_str()).chain([EVENTS]).collect();
    features.sort_unstable();
    features.dedup();
    features
}

/// The module, if the crate verifies deliveries.
pub(super) fn emit_module(cx: &Context<'_>) -> Option<Module> {
    let scheme = cx.config.webhooks.as_ref().filter(|_| has_verification(cx))?;
    let history = cx.flows.history.as_ref().and_then(|history| emit_history(cx, history));
    let mut head = vec![
        "A durable inbox of webhook deliveries: each is verified, stored once in a database, and handled until it is done."
            .to_owned(),
        format!("{} reads the secret from {}.", code_span("Inbox::connect"), code_span(&scheme.secret_variable)),
        example_code(cx),
        "Handlers write their queries with the version of the crate `sqlx` that is re-exported here as `sqlx`.".to_owned(),
    ];
    if history.is_some() {
        let text = "The API lists what it sent, so that [`generic::Inbox::catch_up`] with the client stores what the program missed.";
        head.insert(2, text.to_owned());
    }
    let head = inner_doc(&head);
    let tokens = quote! {
        #head

        pub use openapi_client_inbox::*;

        #[doc(hidden)]
        pub use openapi_client_inbox::__private::sqlx;

        #[doc = " The inbox of the events of this API. Its methods are those of [`generic::Inbox`]."]
        pub type Inbox = openapi_client_inbox::Inbox<crate::webhooks::Event>;

        #[doc = " Configures an inbox. Its methods are those of [`generic::InboxBuilder`]."]
        pub type InboxBuilder = openapi_client_inbox::InboxBuilder<crate::webhooks::Event>;

        #[doc = " An event that is handled. Its methods are those of [`generic::Job`]."]
        pub type Job = openapi_client_inbox::Job<crate::webhooks::Event>;

        #[doc = " The types behind the aliases of this module, with their methods."]
        pub mod generic {
            #[doc(inline)]
            pub use openapi_client_inbox::{Inbox, InboxBuilder, Job};
        }

        #history
    };
    Some(Module::new("inbox.rs", tokens))
}

/// The client as a source of past deliveries.
fn emit_history(cx: &Context<'_>, history: &HistoryFlow) -> Option<TokenStream> {
    let config = cx.config.webhooks.as_ref()?.history.as_ref()?;
    let (endpoint_id, sent_at, message_id) = (&config.endpoint_id, &config.sent_at, &config.message_id);
    let body = option_literal(config.body.as_deref());
    let endpoints = match history.endpoints {
        Some(index) => {
            let list = emit_list(cx, index, None)?;
            quote!(HISTORY.endpoints(#list).await.map(Some))
        }
        // All endpoints are one.
        None if !history.of_endpoint => quote!(Ok(Some(vec![String::new()]))),
        None => quote!(Ok(None)),
    };
    let argument = history.of_endpoint.then(|| quote!(endpoint));
    let parameter = if history.of_endpoint { quote!(endpoint) } else { quote!(_endpoint) };
    let deliveries = emit_list(cx, history.deliveries, argument)?;
    Some(quote! {
        static HISTORY: openapi_client_inbox::__private::HistoryFields = openapi_client_inbox::__private::HistoryFields {
            endpoint_id: #endpoint_id,
            sent_at: #sent_at,
            body: #body,
            message_id: #message_id,
        };

        impl DeliveryHistory<crate::webhooks::Event> for crate::Client {
            async fn endpoints(&self) -> Result<Option<Vec<String>>, crate::Error> {
                #endpoints
            }

            fn deliveries(&self, #parameter: &str) -> PastDeliveries {
                HISTORY.deliveries(#deliveries)
            }
        }
    })
}

/// The items of a list as JSON texts.
fn emit_list(cx: &Context<'_>, operation: usize, argument: Option<TokenStream>) -> Option<TokenStream> {
    let named = cx.operation(operation)?;
    let (tag, method) = (ident(&cx.names.tags.get(named.operation.tag)?.module), ident(&named.names.method));
    Some(quote!(self.#tag().#method(#argument).items_as_results().texts()))
}

/// A program that handles events.
fn example_code(cx: &Context<'_>) -> String {
    let package = &cx.names.library;
    let lines = [
        "```no_run".to_owned(),
        format!("use {package}::inbox::{{Inbox, Job}};"),
        String::new(),
        format!("# async fn example() -> Result<(), {package}::inbox::InboxError> {{"),
        "let inbox = Inbox::connect(\"sqlite://inbox.db\").await?;".to_owned(),
        "// In the route of the endpoint: `inbox.receive(headers, body).await`.".to_owned(),
        "inbox".to_owned(),
        "    .run(|job: Job| async move {".to_owned(),
        "        println!(\"{}\", job.event().name());".to_owned(),
        "        Ok(())".to_owned(),
        "    })".to_owned(),
        "    .await?;".to_owned(),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ];
    lines.join("\n")
}
