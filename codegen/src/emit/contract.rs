//! Contract calls: every operation called with everything that can be set, as functions for a test to run.
//!
//! The values follow rules that the test knows too, so that it can tell a setter that writes another's member: a text is
//! the name of its member, a number is made from the length of that name. Nothing here is part of the generated crate.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;

use super::docs::inner_doc;
use super::types::ident;
use super::{Context, Module, NamedOperation, NamedVariant};
use crate::analyze::Setter;
use crate::ir::{BodyEncoding, Success};

mod values;

use values::{Filling, Round};

/// What the calls may need of the tests' own crate.
const SUPPORT: [&str; 7] = ["bytes", "date", "decimal", "instant", "page", "text", "value"];

/// The module with all calls.
#[must_use]
pub fn contract(cx: &Context<'_>) -> Module {
    let mut calls = Vec::new();
    for named in cx.operations() {
        if named.names.variants.is_empty() {
            calls.extend(rounds(cx, named, None));
        }
        for form in named.variants() {
            calls.extend(rounds(cx, named, Some(form)));
        }
    }
    let head = inner_doc(&["Calls of every operation, with everything set that can be set.".to_owned()]);
    let rows = calls.iter().map(|Call { id, form, name, .. }| {
        let name = ident(name);
        quote!(Call::new(#id, #form, #name))
    });
    let functions = calls.iter().map(|call| &call.function);
    let mut called = BTreeSet::new();
    functions.clone().for_each(|function| free_calls(function.clone(), &mut called));
    let used = SUPPORT.iter().filter(|name| called.contains(**name)).map(|name| ident(name));
    let tokens = quote! {
        #head

        use whop_tests::calls::{Answer, Call, #(#used),*};

        #[doc = " All calls: of each operation, each form of its body, and as many as it takes to set each value and each `null`."]
        pub(crate) const CALLS: &[Call] = &[#(#rows),*];

        #(#functions)*
    };
    Module::new("calls.rs", tokens)
}

/// The names that are called as functions, not as methods.
fn free_calls(tokens: TokenStream, names: &mut BTreeSet<String>) {
    let mut before = None;
    let mut method = false;
    for token in tokens {
        match (&token, &before) {
            (TokenTree::Group(group), name) => {
                if let (Some(TokenTree::Ident(name)), false) = (name, method) {
                    names.insert(name.to_string());
                }
                free_calls(group.stream(), names);
            }
            (TokenTree::Ident(_), before) => method = matches!(before, Some(TokenTree::Punct(_))),
            _ => {}
        }
        before = Some(token);
    }
}

struct Call {
    id: String,
    form: String,
    name: String,
    function: TokenStream,
}

/// The calls that it takes to use every variant of every union once, and to send a `null` wherever one may stand.
fn rounds(cx: &Context<'_>, named: NamedOperation<'_>, form: Option<NamedVariant<'_>>) -> Vec<Call> {
    let NamedOperation { operation, names, .. } = named;
    let mut calls = Vec::new();
    let mut pick = 0;
    loop {
        let mut filling = Filling::new(cx, Round { pick, null_at: None });
        calls.push(chain(&mut filling, named, form));
        for depth in std::mem::take(&mut filling.nullable_depths) {
            let mut filling = Filling::new(cx, Round { pick, null_at: Some(depth) });
            calls.push(chain(&mut filling, named, form));
        }
        pick += 1;
        if pick >= filling.variants {
            break;
        }
    }
    let mut seen = BTreeSet::new();
    calls.retain(|chain| seen.insert(chain.to_string()));
    let tag = cx.names.tags.get(operation.tag).map_or("", |tag| tag.module.as_str());
    let suffix = form.and_then(NamedVariant::chosen).map(str::to_owned);
    let plain = |name: &str| name.trim_start_matches("r#").to_owned();
    let stem: Vec<String> =
        [Some(tag), Some(&names.method), suffix.as_deref()].into_iter().flatten().map(plain).collect();
    let stem = stem.join("_");
    let named = calls.into_iter().enumerate().map(|(round, chain)| {
        let name = if round == 0 { stem.clone() } else { format!("{stem}_again_{round}") };
        let own = ident(&name);
        let package = ident(&cx.names.library);
        let function = quote!(fn #own(client: &#package::Client) -> Answer { #chain });
        Call { id: operation.id.clone(), form: suffix.clone().unwrap_or_default(), name, function }
    });
    named.collect()
}

/// The whole call, with the function that makes JSON of its value.
fn chain(
    filling: &mut Filling<'_>,
    named: NamedOperation<'_>,
    form: Option<NamedVariant<'_>>,
) -> TokenStream {
    let NamedOperation { operation, names, .. } = named;
    let handle = ident(filling.cx.names.tags.get(operation.tag).map_or("", |tag| tag.module.as_str()));
    let method = ident(&names.method);
    let mut arguments = Vec::new();
    let mut steps = Vec::new();
    for (parameter, name, setter) in named.parameters() {
        let value = filling.parameter(parameter);
        if setter == Setter::Argument {
            arguments.push(value);
        } else {
            let name = ident(name);
            steps.push(quote!(.#name(#value)));
        }
    }
    let form_step = form.and_then(NamedVariant::chosen).map(|method| {
        let method = ident(method);
        quote!(.#method())
    });
    steps.extend(body(filling, named, form));
    let request = quote!(client.#handle().#method(#(#arguments),*) #form_step #(#steps)* .send());
    match (&operation.page, &operation.success) {
        (Some(_), _) => quote!(page(#request)),
        (None, Success::Text(_)) => quote!(text(#request)),
        (None, Success::Binary(_)) => quote!(bytes(#request)),
        (None, _) => quote!(value(#request)),
    }
}

fn body(
    filling: &mut Filling<'_>,
    named: NamedOperation<'_>,
    form: Option<NamedVariant<'_>>,
) -> Vec<TokenStream> {
    let Some(body) = &named.operation.body else { return Vec::new() };
    if let Some(whole) = &body.whole {
        let octets = Literal::byte_string(b"octets");
        let value = match &body.encoding {
            BodyEncoding::Raw(_) => quote!(#octets.as_slice()),
            _ => filling.exact(whole, "body", None),
        };
        return vec![quote!(.body(#value))];
    }
    let fields = form.into_iter().flat_map(NamedVariant::fields);
    fields.filter_map(|(field, name, setter)| filling.member(field, name, setter)).collect()
}
