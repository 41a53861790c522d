//! Emits webhook events: an enum over all payloads, the payloads, and the verification of deliveries.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::aliases::{mark_deprecated, type_aliases, union_aliases};
use super::client::option_literal;
use super::docs::{code_span, inner_doc, sanitize_description};
use super::models::{emit_type, json_kind};
use super::pages::{WHERE_TRAITS_ARE, show_pages};
use super::types::{ident, is_payload, value_type};
use super::{Context, Module};
use crate::analyze::Presence;
use crate::ir::{Shape, TypeRef, Webhook};
use crate::names::{Placement, WEBHOOK_TYPES};

pub(super) fn emit_modules<'a>(cx: &'a Context<'a>) -> impl Iterator<Item = Module> + 'a {
    let any = !cx.api.webhooks.is_empty();
    let events = any.then(|| Module::new("webhooks/mod.rs", emit_events(cx)));
    let files = cx.names.files.iter().filter(move |file| any && file.placement == Placement::Webhooks);
    events.into_iter().chain(files.map(|file| {
        let types = file.types.iter().map(|id| emit_type(cx, *id));
        Module::new(format!("webhooks/{}.rs", file.module), types.collect())
    }))
}

fn emit_events(cx: &Context<'_>) -> TokenStream {
    let head = inner_doc(&[
        "The webhook events of the API and the verification of their deliveries.".to_owned(),
        WHERE_TRAITS_ARE.to_owned(),
    ]);
    let files = cx.names.files.iter().filter(|file| file.placement == Placement::Webhooks);
    let files: Vec<_> = files.map(|file| ident(&file.module)).collect();
    let pages = files.iter().map(|file| show_pages(&file.to_token_stream()));
    let all: Vec<_> = cx.api.webhooks.iter().zip(&cx.names.webhooks).collect();
    let variants = all.iter().map(|(webhook, name)| {
        let text = webhook.description.as_deref().or(webhook.summary.as_deref());
        let text = text.map(sanitize_description).unwrap_or_default();
        let docs = cx.docs.add(&[text, format!("`{}`", webhook.name.replace('`', "'"))]);
        let name = ident(name);
        let ty = payload_type(cx, webhook);
        quote!(#docs #name(Box<#ty>))
    });
    let rows = all.iter().map(|(webhook, name)| {
        let name = ident(name);
        let ty = payload_type(cx, webhook);
        let event = &webhook.event;
        // An event without a schema is recognized by the property that names the other events, so that it does not match
        // unknown events.
        let member = discriminator_property(cx, webhook)
            .or_else(|| webhook.payload.is_none().then(|| common_discriminator(cx)).flatten());
        let constants = member.map(|member| quote!([#member = #event]));
        let kind = ident(webhook.payload.as_ref().map_or("Object", |ty| json_kind(cx, ty)));
        quote!(#name: #kind(#ty) #constants)
    });
    let accessors = emit_accessors(cx);
    let aliases = union_aliases(cx, &cx.names.event_path(), &cx.names.webhooks, |index| {
        let ty = payload_type(cx, cx.api.webhooks.get(index)?);
        Some(quote!(Box<#ty>))
    });
    let verification = emit_verification(cx);
    quote! {
        #head
        #(mod #files; #pages)*

        #[doc = " A webhook event."]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            #(#variants,)*
            #[doc = " An event that this version of the crate does not know, with its complete payload."]
            Unknown(crate::Value),
        }

        rt::union!(Event { #(#rows,)* });

        #accessors

        #aliases

        #verification
    }
}

/// The methods of any event: its name, and the properties that the configuration lists.
fn emit_accessors(cx: &Context<'_>) -> TokenStream {
    let names = events_with_names(cx).map(|(webhook, name)| {
        let (event, name) = (&webhook.event, ident(name));
        quote!(Self::#name(_) => #event)
    });
    let unknown = match common_discriminator(cx) {
        Some(property) => {
            quote!(Self::Unknown(value) => value.get(#property).and_then(crate::Value::as_str).unwrap_or_default())
        }
        None => quote!(Self::Unknown(_) => ""),
    };
    let example = cx.api.webhooks.first().map_or("", |webhook| webhook.event.as_str());
    let docs = cx.docs.add(&[format!(
        "The name of the event, such as {}. It is empty for an unknown event without a name.",
        code_span(example)
    )]);
    let properties = cx.config.webhooks.iter().flat_map(|webhooks| &webhooks.members);
    let properties = properties.zip(&cx.names.event_methods).filter(|(_, method)| !method.is_empty());
    let properties: Vec<Property> =
        properties.map(|(name, method)| Property::new(cx, name, method)).collect();
    let reader =
        properties.iter().any(|property| property.common_value.is_some()).then(|| property_macro(cx));
    let methods = properties.iter().map(|property| property.method(cx));
    quote! {
        #reader

        impl Event {
            #docs
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    #(#names,)*
                    #unknown,
                }
            }

            #(#methods)*
        }
    }
}

fn events_with_names<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = (&'a Webhook, &'a String)> {
    cx.api.webhooks.iter().zip(&cx.names.webhooks)
}

/// A property that can be read from any event.
struct Property<'a> {
    name: &'a str,
    /// The name of the method that reads it.
    method: &'a str,
    /// How it is read from the payload of each event; `None` for an event that does not have it.
    values: Vec<Option<TokenStream>>,
    /// How it is read, if that is the same for all events.
    common_value: Option<TokenStream>,
}

impl<'a> Property<'a> {
    fn new(cx: &Context<'_>, name: &'a str, method: &'a str) -> Self {
        let values: Vec<_> =
            cx.api.webhooks.iter().map(|webhook| property_value(cx, webhook, name)).collect();
        let texts: Vec<_> = values.iter().map(|value| value.as_ref().map(ToString::to_string)).collect();
        let same = texts.len() > 1 && texts.windows(2).all(|pair| pair.first() == pair.last());
        let common_value = values.first().cloned().flatten().filter(|_| same);
        Self { name, method, values, common_value }
    }

    fn method(&self, cx: &Context<'_>) -> TokenStream {
        let name = self.name;
        let docs = cx.docs.add(&[format!("The property {} of the event, if it has one.", code_span(name))]);
        let method = ident(self.method);
        let body = match &self.common_value {
            Some(value) => quote!(property!(self, #name, event => #value)),
            None => self.match_events(cx),
        };
        let path = format!("{}.{}()", cx.names.event_path(), self.method);
        let aliases = cx.names.aliases.find_item(&path).iter().map(|alias| {
            let (attributes, old) = (mark_deprecated(alias, self.method), ident(&alias.name));
            quote! {
                #attributes
                #[must_use]
                pub fn #old(&self) -> Option<&str> {
                    self.#method()
                }
            }
        });
        quote! {
            #docs
            #[must_use]
            pub fn #method(&self) -> Option<&str> {
                #body
            }

            #(#aliases)*
        }
    }

    /// The arms of events that do not have the property are one. The others bind payloads of different types.
    fn match_events(&self, cx: &Context<'_>) -> TokenStream {
        let name = self.name;
        let arms = || events_with_names(cx).map(|(_, name)| ident(name)).zip(&self.values);
        let present = arms().filter_map(|(variant, value)| {
            value.as_ref().map(|value| quote!(Self::#variant(event) => #value))
        });
        let absent: Vec<_> =
            arms().filter(|(_, value)| value.is_none()).map(|(variant, _)| variant).collect();
        let absent = (!absent.is_empty()).then(|| quote!(#(Self::#absent(_))|* => None,));
        quote! {
            match self {
                #(#present,)*
                #absent
                Self::Unknown(value) => value.get(#name).and_then(crate::Value::as_str),
            }
        }
    }
}

/// A macro that reads a property in the same way from the payload of each event.
fn property_macro(cx: &Context<'_>) -> TokenStream {
    let variants = cx.names.webhooks.iter().map(|name| ident(name));
    quote! {
        #[doc = " Reads a text from the payload of any event."]
        macro_rules! property {
            ($event:expr, $name:literal, $payload:ident => $value:expr) => {
                match $event {
                    #(Event::#variants($payload) => $value,)*
                    Event::Unknown(value) => value.get($name).and_then(crate::Value::as_str),
                }
            };
        }
    }
}

/// The text of a property, read from a payload that is called `event`.
fn property_value(cx: &Context<'_>, webhook: &Webhook, property: &str) -> Option<TokenStream> {
    if webhook.payload.is_none() {
        return Some(quote!(event.get(#property).and_then(crate::Value::as_str)));
    }
    let (id, index, _) = cx.api.text_property(webhook, property)?;
    let name = ident(cx.names.members_of(id).get(index)?);
    Some(match cx.facts.fields_of(id).get(index)?.presence {
        Presence::Required => quote!(Some(event.#name.as_str())),
        Presence::RequiredNullable | Presence::Optional => quote!(Some(event.#name.as_ref()?.as_str())),
        Presence::OptionalNullable => quote!(Some(event.#name.as_ref()?.as_ref()?.as_str())),
    })
}

/// The scheme of the signatures, from the configuration, and the types of the runtime for the events of this API.
fn emit_verification(cx: &Context<'_>) -> Option<TokenStream> {
    let scheme = cx.config.webhooks.as_ref()?;
    let (id, timestamp, signature) = (&scheme.id_header, &scheme.timestamp_header, &scheme.signature_header);
    let (version, variable) = (&scheme.signature_version, &scheme.secret_variable);
    let tolerance = Literal::u64_unsuffixed(scheme.tolerance_seconds);
    let prefix = &scheme.id_prefix;
    let api_version = option_literal(cx.api_version());
    let version_property = option_literal(scheme.version_property.as_deref());
    let retries = scheme.retry_seconds.iter().map(|seconds| Literal::u64_unsuffixed(*seconds));
    let about = cx.docs.add(&[
        "Verifies deliveries and decodes their events.".to_owned(),
        format!(
            "`from_env` reads the secret from `{variable}`. The methods are those of [`generic::WebhookVerifier`]."
        ),
        verification_example(cx).unwrap_or_default(),
    ]);
    let aliases = WEBHOOK_TYPES.iter().map(|name| {
        let path = cx.names.type_path(Placement::Webhooks, name);
        type_aliases(cx, &path, name, None)
    });
    Some(quote! {
        pub use openapi_client_runtime::webhooks::{Events, WebhookScheme, WebhookError};
        #[cfg(feature = "axum")]
        pub use openapi_client_runtime::webhooks::Verified;
        #[cfg(feature = "tower")]
        pub use openapi_client_runtime::webhooks::{Verify, VerifyLayer};

        #about
        pub type WebhookVerifier = openapi_client_runtime::webhooks::WebhookVerifier<Event>;

        #[doc = " A delivery with a valid signature. Its fields and methods are those of [`generic::Delivery`]."]
        pub type Delivery = openapi_client_runtime::webhooks::Delivery<Event>;

        #[doc = " Signs deliveries as the API does. For tests. Its methods are those of [`generic::WebhookSigner`]."]
        pub type WebhookSigner = openapi_client_runtime::webhooks::WebhookSigner<Event>;

        #[doc = " The types behind the aliases of this module, with their methods."]
        pub mod generic {
            #[doc(inline)]
            pub use openapi_client_runtime::webhooks::{Delivery, WebhookSigner, WebhookVerifier};
        }

        #(#aliases)*

        #[doc = " The scheme of the signatures."]
        pub static SCHEME: WebhookScheme = WebhookScheme {
            id_header: #id,
            timestamp_header: #timestamp,
            signature_header: #signature,
            signature_version: #version,
            tolerance_seconds: #tolerance,
            retry_seconds: &[#(#retries),*],
            id_prefix: #prefix,
            secret_variable: #variable,
            api_version: #api_version,
            version_property: #version_property,
        };

        impl Events for Event {
            const SCHEME: &'static WebhookScheme = &SCHEME;

            #[inline]
            fn unknown(value: crate::Value) -> Self {
                Self::Unknown(value)
            }

            #[inline]
            fn is_unknown(&self) -> bool {
                matches!(self, Self::Unknown(_))
            }

            #[inline]
            fn event_name(&self) -> Option<&str> {
                Some(self.name())
            }
        }
    })
}

/// A test of an endpoint. It is executed as a doctest, so there is none if a name would need escaping.
fn verification_example(cx: &Context<'_>) -> Option<String> {
    let package = &cx.names.library;
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let (member, event) = cx.api.webhooks.iter().find_map(|webhook| {
        discriminator_property(cx, webhook).map(|member| (member, webhook.event.as_str()))
    })?;
    let lines = [
        "```".to_owned(),
        format!("use {package}::webhooks::{{WebhookSigner, WebhookVerifier}};"),
        String::new(),
        format!("# fn main() -> Result<(), {package}::webhooks::WebhookError> {{"),
        format!("let body = br#\"{{\"{member}\":\"{event}\"}}\"#;"),
        "let headers = WebhookSigner::new(\"secret\")?.sign(\"message_1\", 1_700_000_000, body);".to_owned(),
        String::new(),
        "// `verify` uses the current time; `headers` may also be an `&http::HeaderMap`.".to_owned(),
        "let delivery = WebhookVerifier::new(\"secret\")?.verify_at(1_700_000_000, headers, body)?;"
            .to_owned(),
        format!("assert_eq!(delivery.event.name(), \"{event}\");"),
        "# Ok(())".to_owned(),
        "# }".to_owned(),
        "```".to_owned(),
    ];
    (plain(member) && plain(event)).then(|| lines.join("\n"))
}

/// The property that names the event in the payloads that have one.
fn common_discriminator<'a>(cx: &'a Context<'_>) -> Option<&'a str> {
    cx.api.webhooks.iter().find_map(|other| discriminator_property(cx, other))
}

fn payload_type(cx: &Context<'_>, webhook: &Webhook) -> TokenStream {
    match &webhook.payload {
        // The module exports the payloads.
        Some(TypeRef::Named(id)) if is_payload(cx, *id) => ident(cx.names.ty(*id)).into_token_stream(),
        Some(ty) => value_type(cx, ty),
        None => quote!(crate::Value),
    }
}

/// The property of the payload that has the name of the event as its only value.
fn discriminator_property<'a>(cx: &'a Context<'_>, webhook: &Webhook) -> Option<&'a str> {
    let TypeRef::Named(id) = webhook.payload.as_ref()? else { return None };
    let Shape::Object(object) = &cx.api.get(*id).shape else { return None };
    let constant = |field: &&crate::ir::Field| {
        field.constant.as_ref().and_then(serde_json::Value::as_str) == Some(webhook.event.as_str())
    };
    object.fields.iter().find(constant).map(|field| field.name.as_str())
}
