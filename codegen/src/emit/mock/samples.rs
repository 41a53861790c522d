//! Emits constructors of valid values for tests. They are in a file of their own, so that crates without the mock do not parse them.

use openapi_client_description::Description;
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::docs::inner_doc;
use crate::emit::ids::gated_ids;
use crate::emit::types::ident;
use crate::emit::{Context, Module, features, list_features};
use crate::ir::Shape;

/// The module with the constructors of all types that responses or events have, and of the identifiers.
pub(super) fn emit_module(cx: &Context<'_>, description: &Description) -> Module {
    let head = inner_doc(&["Valid values of the types of responses and events, for tests.".to_owned()]);
    let models = ["models", "webhooks"].map(|module| {
        let files = cx.names.files.iter().filter(|file| file.placement.module() == module);
        let rows: Vec<TokenStream> = files
            .flat_map(|file| {
                let features = features(cx, &file.gate).as_deref().map(list_features);
                let types = file.types.iter().filter(|id| {
                    let is_response = cx.facts.usage.get(id.0).is_some_and(|usage| usage.response);
                    let is_alias = matches!(cx.api.get(**id).shape, Shape::Alias(_));
                    is_response && !is_alias && description.types.contains_key(cx.names.ty(**id))
                });
                types.map(move |id| {
                    let name = ident(cx.names.ty(*id));
                    quote!(#name #features)
                })
            })
            .collect();
        let module = ident(module);
        (!rows.is_empty()).then(|| quote!(openapi_client_mock::__private::samples! { #module, #(#rows,)* }))
    });
    let ids = gated_ids(cx).map(|(id, features)| {
        let (name, features) = (ident(&id.name), features.as_deref().map(list_features));
        quote!(#name #features)
    });
    let ids: Vec<TokenStream> = ids.collect();
    let ids = (!ids.is_empty()).then(|| quote!(openapi_client_mock::__private::samples! { ids, #(#ids,)* }));
    let tokens = quote! {
        #head

        #(#models)*

        #ids
    };
    Module::new("mock/samples.rs", tokens)
}
