//! The documentation of fields, parameters and types: the document's own words and what it states beyond the Rust type.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use super::constraint_docs::{self, append_sentences};
use super::docs::{is_printable, sanitize_description};
use crate::ident::split_words;
use crate::ir::{Details, Field, TypeId, TypeRef};

/// The longest example that is shown.
const MAX_EXAMPLE: usize = 60;

/// The documentation of a field or of its setter. There is none where the document states nothing.
pub(super) fn field_doc(cx: &Context<'_>, field: &Field) -> TokenStream {
    field_doc_with_note(cx, field, None)
}

/// The documentation of a field, followed by a sentence that is not from the document.
pub(super) fn field_doc_with_note(cx: &Context<'_>, field: &Field, note: Option<String>) -> TokenStream {
    let doc = cx.docs.add(&[append_sentences(field_text(cx, field), note.as_slice())]);
    let deprecated = field.deprecated.then(|| quote!(#[deprecated]));
    [doc].into_iter().chain(deprecated).collect()
}

/// Whether a field has documentation.
pub(super) fn is_documented(cx: &Context<'_>, field: &Field) -> bool {
    !field_text(cx, field).trim().is_empty()
}

fn field_text(cx: &Context<'_>, field: &Field) -> String {
    let description = field.description.as_deref().map(sanitize_description);
    let description = description.or_else(|| id_text(cx, field.ty.split_null().0));
    append_sentences(description.unwrap_or_default(), &facts(&field.details, field.constant.as_ref()))
}

/// What an identifier identifies, by the name of its type: `PromoCodeId` gives "Id of a promo code."
fn id_text(cx: &Context<'_>, ty: &TypeRef) -> Option<String> {
    let TypeRef::Id(index) = ty else { return None };
    let mut words = split_words(&cx.api.ids.get(*index)?.name);
    words.pop_if(|last| last == "id");
    let first = words.first()?;
    let article = if first.starts_with(['a', 'e', 'i', 'o', 'u']) && first != "user" { "an" } else { "a" };
    Some(format!("Id of {article} {}.", words.join(" ")))
}

/// Sentences about constraints, the default, a constant value and an example.
fn facts(details: &Details, constant: Option<&serde_json::Value>) -> Vec<String> {
    let mut facts = constraint_docs::sentences(details);
    facts.extend(constant.map(|value| format!("Always `{}`.", plain_value(value))));
    if let Some(example) = details.example.as_ref().filter(|value| !value.is_null()).map(plain_value)
        && !example.is_empty()
        && example.chars().count() <= MAX_EXAMPLE
    {
        facts.push(format!("Example: `{example}`."));
    }
    facts
}

fn plain_value(value: &serde_json::Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().filter(|c| is_printable(*c)).collect::<String>().replace('`', "'")
}

/// The documentation of a type: the document's description, its limits, and where the document declares it.
pub(super) fn type_doc(cx: &Context<'_>, id: TypeId) -> TokenStream {
    let def = cx.api.get(id);
    let description = def.description.as_deref().map(sanitize_description);
    let text = append_sentences(description.unwrap_or_default(), &facts(&def.details, def.constant.as_ref()));
    let source = def.pointers.first().map(|pointer| format!("Source: `#{}`.", pointer.replace('`', "'")));
    let doc = cx.docs.add(&[text, source.unwrap_or_default()]);
    let deprecated = def.deprecated.then(|| quote!(#[deprecated]));
    [doc].into_iter().chain(deprecated).collect()
}
