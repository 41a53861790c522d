//! Emits the identifiers: a type for each kind, and the features that need it.

use quote::quote;

use super::aliases::mark_deprecated;
use super::docs::{inner_doc, sanitize_description};
use super::pages::{TRAITS_OF_IDS, WHERE_TRAITS_ARE, show_pages};
use super::types::ident;
use super::{Context, Module, cfg_any, features, list_features};
use crate::analyze::{Gate, request_values, response_values};
use crate::ir::{IdKind, TypeRef};

/// A kind that more features need is compiled with all of them: it is one that programs use everywhere.
const FEW: usize = 8;

/// The module `ids`, whose types are in a file of their own, so that their pages can be short.
pub(super) fn emit_ids(cx: &Context<'_>) -> Vec<Module> {
    if cx.api.ids.is_empty() {
        return Vec::new();
    }
    let head = inner_doc(&[
        "Identifiers. Each kind is a type of its own, so that passing one where another is expected does not compile.".to_owned(),
        "A string converts into any of them. Prefixes are not checked, because the API may add new ones."
            .to_owned(),
        "A kind that only a few resources use is compiled with their features.".to_owned(),
        TRAITS_OF_IDS.to_owned(),
        WHERE_TRAITS_ARE.to_owned(),
    ]);
    let types = gated_ids(cx).map(|(id, features)| {
        let name = ident(&id.name);
        let prefixes: Vec<String> = id.prefixes.iter().map(|prefix| format!("`{prefix}`")).collect();
        let prefixes = match prefixes.as_slice() {
            [] => String::new(),
            all => format!("It begins with {}.", all.join(" or ")),
        };
        let docs =
            cx.docs.add(&[format!("{} {prefixes}", sanitize_description(&id.description)).trim().to_owned()]);
        let aliases = cx.names.aliases.find_item(&cx.names.id_path(&id.name)).iter().map(|alias| {
            let (attributes, old) = (mark_deprecated(alias, &id.name), ident(&alias.name));
            let gate = features.as_deref().map(cfg_any);
            quote!(#gate #attributes pub type #old = #name;)
        });
        let gate = features.as_deref().map(list_features);
        quote!(rt::id! { #docs #name #gate } #(#aliases)*)
    });
    let (about, pages) =
        (inner_doc(&["The kinds of identifiers.".to_owned()]), show_pages(&quote!(self::kinds)));
    vec![
        Module::new("ids/mod.rs", quote!(#head mod kinds; #pages)),
        Module::new("ids/kinds.rs", quote!(#about #(#types)*)),
    ]
}

/// The kinds, each with the features of which any one compiles it; `None` if it needs none.
pub(super) fn gated_ids<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = (&'a IdKind, Option<Vec<String>>)> {
    cx.api.ids.iter().zip(find_gates(cx)).map(|(id, gate)| {
        let needs_few = gate.tags.len() + usize::from(gate.webhooks) <= FEW;
        (id, if needs_few { features(cx, &gate) } else { None })
    })
}

/// The features that need each kind, by its index in [`Api::ids`](crate::ir::Api::ids): those of the operations and of the files of
/// types that name it.
fn find_gates(cx: &Context<'_>) -> Vec<Gate> {
    let mut gates = vec![Gate::default(); cx.api.ids.len()];
    let mut add = |ty: &TypeRef, gate: &Gate| {
        if let TypeRef::Id(index) = ty.innermost()
            && let Some(own) = gates.get_mut(*index)
        {
            own.extend(gate);
        }
    };
    for operation in &cx.api.operations {
        let gate = Gate { tags: [operation.tag].into(), ..Gate::default() };
        request_values(operation).chain(response_values(operation)).for_each(|ty| add(ty, &gate));
    }
    for file in &cx.names.files {
        for id in &file.types {
            cx.api.get(*id).shape.values().for_each(|ty| add(ty, &file.gate));
        }
    }
    for (gate, id) in gates.iter_mut().zip(&cx.api.ids) {
        gate.always |= cx.config.user_token_ids().any(|name| *name == id.name);
        gate.unused = *gate == Gate::default();
    }
    gates
}
