//! Contract calls: every operation called with everything that can be set, as functions for a test to run.
//!
//! The values follow rules that the test knows too, so that it can tell a setter that writes another's member: a text is
//! the name of its member, a number is made from the length of that name. Nothing here is part of the generated crate.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;

use super::docs::inner_doc;
use super::types::ident;
use super::{Context, Module};
use crate::ir::{BodyEncoding, Location, Operation, Success};
use crate::names::{OperationNames, VariantNames};

mod values;

use values::{Filling, Round};

/// What the calls may need of the tests' own crate.
const SUPPORT: [&str; 7] = ["bytes", "date", "decimal", "instant", "page", "text", "value"];

/// The module with all calls.
#[must_use]
pub fn contract(cx: &Context<'_>) -> Module {
    let mut calls = Vec::new();
    for (operation, names) in cx.api.operations.iter().zip(&cx.names.operations) {
        if names.variants.is_empty() {
            calls.extend(rounds(cx, operation, names, None));
        }
        for form in names.variants.iter().enumerate() {
            calls.extend(rounds(cx, operation, names, Some(form)));
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
    Module { path: "calls.rs".to_owned(), tokens }
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
fn rounds(
    cx: &Context<'_>,
    operation: &Operation,
    names: &OperationNames,
    form: Option<(usize, &VariantNames)>,
) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut pick = 0;
    loop {
        let mut filling = Filling::new(cx, Round { pick, null_at: None });
        calls.push(chain(&mut filling, operation, names, form));
        for depth in std::mem::take(&mut filling.nullable_depths) {
            let mut filling = Filling::new(cx, Round { pick, null_at: Some(depth) });
            calls.push(chain(&mut filling, operation, names, form));
        }
        pick += 1;
        if pick >= filling.variants {
            break;
        }
    }
    let mut seen = BTreeSet::new();
    calls.retain(|chain| seen.insert(chain.to_string()));
    let tag = cx.names.tags.get(operation.tag).map_or("", |tag| tag.module.as_str());
    let suffix = form.map(|(_, form)| form.method.clone()).filter(|form| !form.is_empty());
    let plain = |name: &str| name.trim_start_matches("r#").to_owned();
    let stem: Vec<String> =
        [Some(tag), Some(&names.method), suffix.as_deref()].into_iter().flatten().map(plain).collect();
    let stem = stem.join("_");
    let named = calls.into_iter().enumerate().map(|(round, chain)| {
        let name = if round == 0 { stem.clone() } else { format!("{stem}_again_{round}") };
        let own = ident(&name);
        let package = ident(&cx.package.replace('-', "_"));
        let function = quote!(fn #own(client: &#package::Client) -> Answer { #chain });
        Call { id: operation.id.clone(), form: suffix.clone().unwrap_or_default(), name, function }
    });
    named.collect()
}

/// The whole call, with the function that makes JSON of its value.
fn chain(
    filling: &mut Filling<'_>,
    operation: &Operation,
    names: &OperationNames,
    form: Option<(usize, &VariantNames)>,
) -> TokenStream {
    let handle = ident(filling.cx.names.tags.get(operation.tag).map_or("", |tag| tag.module.as_str()));
    let method = ident(&names.method);
    let mut arguments = Vec::new();
    let mut steps = Vec::new();
    for (parameter, name) in operation.parameters.iter().zip(&names.parameters) {
        let value = filling.parameter(parameter);
        if parameter.location == Location::Path {
            arguments.push(value);
        } else {
            let name = ident(name);
            steps.push(quote!(.#name(#value)));
        }
    }
    let form_method = form.map(|(_, form)| &form.method).filter(|method| !method.is_empty());
    let form_step = form_method.map(|method| {
        let method = ident(method);
        quote!(.#method())
    });
    steps.extend(body(filling, operation, form));
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
    operation: &Operation,
    form: Option<(usize, &VariantNames)>,
) -> Vec<TokenStream> {
    let Some(body) = &operation.body else { return Vec::new() };
    if let Some(whole) = &body.whole {
        let octets = Literal::byte_string(b"octets");
        let value = match &body.encoding {
            BodyEncoding::Raw(_) => quote!(#octets.as_slice()),
            _ => filling.exact(whole, "body", None),
        };
        return vec![quote!(.body(#value))];
    }
    let Some((index, names)) = form else { return Vec::new() };
    let Some(variant) = body.variants.get(index) else { return Vec::new() };
    let members = variant.fields.iter().zip(&names.fields);
    members.filter_map(|(field, name)| filling.member(field, name)).collect()
}
