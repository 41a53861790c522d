//! Emits the request of an operation whose body has several forms, one of which is chosen first.

use proc_macro2::TokenStream;
use quote::quote;

use super::aliases::{choice_aliases, type_aliases};
use super::docs::{code_span, sanitize_description};
use super::operation::constant_calls;
use super::other_bodies::choose_other_bodies;
use super::pages::shorten_page;
use super::setters::request_setters;
use super::types::ident;
use super::{Context, NamedOperation, NamedVariant, example};

/// The builder of a request whose variant is not chosen yet.
pub(super) fn emit_chooser(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    visibility: &TokenStream,
) -> TokenStream {
    let builder = ident(&named.names.builder);
    let forms: Vec<&str> =
        named.variants().filter_map(NamedVariant::chosen).map(|form| form.trim_start_matches("r#")).collect();
    let about = cx.docs.add(&[
        format!(
            "A request for {}. Choose its form first: {}.",
            code_span(&named.operation.id),
            join_choices(forms.iter().map(|form| format!("[`{form}`](Self::{form})")))
        ),
        example::example_call(cx, named, named.variants().next()),
    ]);
    let path = cx.names.api_path(named.operation.tag, &named.names.builder);
    let aliases = type_aliases(cx, &path, &named.names.builder, None);
    let methods = named.variants().map(|form| {
        let NamedVariant { variant, names, .. } = form;
        let old = choice_aliases(cx, &path, &names.method, &names.builder);
        let (method, own) = (ident(&names.method), ident(&names.builder));
        let text = variant.description.as_deref().map(sanitize_description);
        let text = text.unwrap_or_else(|| format!("Chooses the variant {}.", code_span(&variant.name)));
        let docs = cx.docs.add(&[text]);
        let constants = constant_calls(form);
        quote! {
            #docs
            #[inline]
            pub fn #method(self) -> #own {
                #own(self.0 #(#constants)*.with_state())
            }

            #old
        }
    });
    let others = choose_other_bodies(cx, named);
    let page = shorten_page();
    let early = emit_early_methods(cx, named, &forms);
    quote! {
        #about
        #page
        #[derive(Debug)]
        #[must_use = "a request does nothing until it is sent"]
        pub struct #builder(#visibility rt::Builder<()>);

        impl #builder {
            #(#methods)*
            #(#others)*
        }

        #early

        #aliases
    }
}

/// The methods that a request has only once its form is chosen. Calling one earlier is an error that names the forms; without
/// these, the compiler would only know that there is no such method.
fn emit_early_methods(cx: &Context<'_>, named: NamedOperation<'_>, forms: &[&str]) -> TokenStream {
    let builder = ident(&named.names.builder);
    let others = || named.names.bodies.iter().map(String::as_str);
    let mut methods: Vec<String> = Vec::new();
    for form in named.variants() {
        for (_, setter) in request_setters(cx, named, Some(form)).0 {
            let name = setter.name.to_string();
            let is_choice = named.variants().any(|form| form.names.method == name);
            if !is_choice && !others().any(|other| other == name) && !methods.contains(&name) {
                methods.push(name);
            }
        }
    }
    let calls = forms.iter().map(|form| format!("`.{form}()`"));
    let calls = join_choices(calls.chain(others().map(|other| format!("`.{other}(…)`"))));
    let message = format!("choose a form of this request first: {calls}");
    let methods = methods.iter().map(|name| ident(name));
    quote!(rt::forms!(#builder #message { #(#methods,)* });)
}

/// `a`, `a or b`, `a, b or c`.
fn join_choices(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    match names.split_last() {
        Some((last, names)) if !names.is_empty() => format!("{} or {last}", names.join(", ")),
        _ => names.concat(),
    }
}
