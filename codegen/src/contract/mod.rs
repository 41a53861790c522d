//! Emits contract calls: one function per call of an operation, with every parameter and field set, for tests to run.
//!
//! Values follow rules that the test knows too, so that it detects a setter that writes the wrong property: a string is the
//! name of its property, a number is computed from the length of that name. None of this is part of the generated crate.

mod values;

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;

use crate::analyze::Setter;
use crate::emit::{Context, Module, NamedOperation, NamedVariant, ident, inner_doc, is_deprecated};
use crate::ir::{Body, BodyEncoding, Success};

use values::{Round, ValueEmitter};

/// The helper functions that calls may use.
const HELPERS: [&str; 8] = [
    "encode_bytes",
    "encode_page",
    "encode_text",
    "encode_value",
    "encode_whole_bytes",
    "parse_date",
    "parse_date_time",
    "parse_decimal",
];

/// Emits the module with all calls. `helpers` is the path of the module with the helper functions and the types `Call` and
/// `CallFuture`.
#[must_use]
pub fn emit_calls(cx: &Context<'_>, helpers: &str) -> Module {
    let helpers: Vec<_> = helpers.split("::").map(ident).collect();
    let mut calls = Vec::new();
    for named in cx.operations() {
        if named.names.variants.is_empty() {
            calls.extend(emit_rounds(cx, named, Choice::Usual(None)));
        }
        for variant in named.variants() {
            calls.extend(emit_rounds(cx, named, Choice::Usual(Some(variant))));
        }
        let others = named.operation.body.iter().flat_map(|body| &body.alternatives);
        for (other, method) in others.zip(&named.names.bodies) {
            calls.extend(emit_rounds(cx, named, Choice::Other(&other.body, method)));
        }
    }
    let head = inner_doc(&["Calls of every operation that set every parameter and every field.".to_owned()]);
    let rows = calls.iter().map(|ContractCall { id, variant, name, .. }| {
        let name = ident(name);
        quote!(Call::new(#id, #variant, #name))
    });
    let functions = calls.iter().map(|call| &call.function);
    let mut called = BTreeSet::new();
    functions.clone().for_each(|function| collect_called_functions(function.clone(), &mut called));
    let used = HELPERS.iter().filter(|name| called.contains(**name)).map(|name| ident(name));
    let operations = &cx.api.operations;
    let is_deprecated = is_deprecated(cx)
        || operations.iter().any(|operation| {
            operation.deprecated || operation.parameters.iter().any(|parameter| parameter.field.deprecated)
        });
    let deprecated = is_deprecated
        .then(|| quote!(#![allow(deprecated, reason = "the calls use what the document deprecates too")]));
    let tokens = quote! {
        #head
        #deprecated

        use #(#helpers)::*::{Call, CallFuture, #(#used),*};

        #[doc = " All calls: each operation with each variant of its body, repeated until every value and every `null` was sent."]
        pub(crate) const CALLS: &[Call] = &[#(#rows),*];

        #(#functions)*
    };
    Module::new("calls.rs", tokens)
}

/// Collects the names that are called as functions, not as methods.
fn collect_called_functions(tokens: TokenStream, names: &mut BTreeSet<String>) {
    let mut before = None;
    let mut method = false;
    for token in tokens {
        match (&token, &before) {
            (TokenTree::Group(group), name) => {
                if let (Some(TokenTree::Ident(name)), false) = (name, method) {
                    names.insert(name.to_string());
                }
                collect_called_functions(group.stream(), names);
            }
            (TokenTree::Ident(_), before) => method = matches!(before, Some(TokenTree::Punct(_))),
            _ => {}
        }
        before = Some(token);
    }
}

/// A function that makes a call, with its row in the table.
struct ContractCall {
    id: String,
    /// The variant of the body; empty if there is only one.
    variant: String,
    name: String,
    function: TokenStream,
}

/// Which body a call has.
#[derive(Clone, Copy)]
enum Choice<'a> {
    /// The usual one, in this variant.
    Usual(Option<NamedVariant<'a>>),
    /// That of another media type, which this method sets.
    Other(&'a Body, &'a str),
}

impl<'a> Choice<'a> {
    /// The method that chooses it, if there is a choice.
    fn chosen(self) -> Option<&'a str> {
        match self {
            Self::Usual(variant) => variant.and_then(NamedVariant::chosen),
            Self::Other(_, method) => Some(method),
        }
    }
}

/// The calls needed to use every variant of every union once, and to send `null` for every nullable field.
fn emit_rounds(cx: &Context<'_>, named: NamedOperation<'_>, choice: Choice<'_>) -> Vec<ContractCall> {
    let NamedOperation { operation, names, .. } = named;
    let mut calls = Vec::new();
    let mut pick = 0;
    loop {
        let mut values = ValueEmitter::new(cx, Round { pick, null_at: None });
        calls.push(emit_call(&mut values, named, choice));
        for depth in std::mem::take(&mut values.nullable_depths) {
            let mut values = ValueEmitter::new(cx, Round { pick, null_at: Some(depth) });
            calls.push(emit_call(&mut values, named, choice));
        }
        pick += 1;
        if pick >= values.variants {
            break;
        }
    }
    let mut seen = BTreeSet::new();
    calls.retain(|call| seen.insert(call.to_string()));
    let tag = cx.names.tags.get(operation.tag).map_or("", |tag| tag.module.as_str());
    let suffix = choice.chosen().map(str::to_owned);
    let plain = |name: &str| name.trim_start_matches("r#").to_owned();
    let stem: Vec<String> =
        [Some(tag), Some(&names.method), suffix.as_deref()].into_iter().flatten().map(plain).collect();
    let stem = stem.join("_");
    let named = calls.into_iter().enumerate().map(|(round, call)| {
        let name = if round == 0 { stem.clone() } else { format!("{stem}_round_{round}") };
        let function_name = ident(&name);
        let package = ident(&cx.names.library);
        let function = quote!(fn #function_name(client: &#package::Client) -> CallFuture { #call });
        ContractCall { id: operation.id.clone(), variant: suffix.clone().unwrap_or_default(), name, function }
    });
    named.collect()
}

/// Emits one call, wrapped in the helper that encodes its result.
fn emit_call(values: &mut ValueEmitter<'_>, named: NamedOperation<'_>, choice: Choice<'_>) -> TokenStream {
    let NamedOperation { operation, names, .. } = named;
    let handle = ident(values.cx.names.tags.get(operation.tag).map_or("", |tag| tag.module.as_str()));
    let method = ident(&names.method);
    let mut arguments = Vec::new();
    let mut setters = Vec::new();
    // The builder sets what has only one value, so that there is no setter.
    let parameters =
        named.parameters().filter(|(.., setter)| !matches!(setter, Setter::Fixed | Setter::None));
    for (parameter, name, setter) in parameters {
        let name = ident(name);
        match setter {
            Setter::Argument => arguments.push(values.emit_parameter(parameter)),
            Setter::OnlyValue => setters.push(quote!(.#name())),
            _ => {
                let value = values.emit_parameter(parameter);
                setters.push(quote!(.#name(#value)));
            }
        }
    }
    let choice = match choice {
        Choice::Usual(variant) => {
            let chosen = variant.and_then(NamedVariant::chosen).map(ident);
            setters.extend(emit_body_setters(values, named, variant));
            chosen.map(|method| quote!(.#method()))
        }
        Choice::Other(body, setter) => emit_whole_body(values, body, setter),
    };
    let request = quote!(client.#handle().#method(#(#arguments),*) #choice #(#setters)*);
    let is_json = matches!(operation.success.value(), Success::Json(_));
    if !is_json && matches!(&operation.success, Success::ByStatus(_) | Success::Optional(_)) {
        return quote!(encode_whole_bytes(#request.send_bytes()));
    }
    let request = quote!(#request.send());
    match (&operation.page, &operation.success) {
        (Some(_), _) => quote!(encode_page(#request)),
        (None, Success::Text(_)) => quote!(encode_text(#request)),
        (None, Success::Binary(_) | Success::Events { .. } | Success::Lines(_)) => {
            quote!(encode_bytes(#request))
        }
        (None, _) => quote!(encode_value(#request)),
    }
}

fn emit_body_setters(
    values: &mut ValueEmitter<'_>,
    named: NamedOperation<'_>,
    variant: Option<NamedVariant<'_>>,
) -> Vec<TokenStream> {
    let Some(body) = &named.operation.body else { return Vec::new() };
    if body.whole.is_some() {
        return emit_whole_body(values, body, "body").into_iter().collect();
    }
    values.takes_files = matches!(body.encoding, BodyEncoding::Multipart | BodyEncoding::JsonOrMultipart);
    let fields = variant.into_iter().flat_map(NamedVariant::fields);
    fields.filter_map(|(field, name, setter)| values.emit_setter_call(field, name, setter)).collect()
}

/// The call of the setter of a whole body.
fn emit_whole_body(values: &mut ValueEmitter<'_>, body: &Body, setter: &str) -> Option<TokenStream> {
    let octets = Literal::byte_string(b"octets");
    let value = match &body.encoding {
        BodyEncoding::Raw(_) if body.asks_media_type() => {
            quote!(("application/octet-stream", #octets.as_slice()))
        }
        BodyEncoding::Raw(_) => quote!(#octets.as_slice()),
        _ => values.emit_exact(body.whole.as_ref()?, "body", None),
    };
    let setter = ident(setter);
    Some(quote!(.#setter(#value)))
}
