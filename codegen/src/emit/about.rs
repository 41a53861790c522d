//! Writes what the document says about the API as a whole: its terms, its license, whom to ask, and further documentation.

use super::Context;
use super::constraint_docs::link_sentence;
use super::docs::sanitize_markdown;
use crate::ir::ExternalDocs;

/// A paragraph about the API, if the document says anything.
pub(super) fn about_api(cx: &Context<'_>) -> Option<String> {
    let about = &cx.api.about;
    let [contact, page, mail] = &about.contact;
    let [license, license_page] = &about.license;
    let facts = [
        about.terms_of_service.as_ref().and_then(|url| link("Terms of service", url)),
        join("Contact", &[contact, page, mail]),
        join("License of the API", &[license, license_page]),
        about.external_docs.as_ref().and_then(link_sentence),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    (!facts.is_empty()).then(|| facts.join(" "))
}

fn link(words: &str, url: &str) -> Option<String> {
    link_sentence(&ExternalDocs { url: url.to_owned(), description: Some(words.to_owned()) })
}

/// What is there of a name and addresses, behind words.
fn join(words: &str, parts: &[&Option<String>]) -> Option<String> {
    let parts: Vec<String> = parts.iter().filter_map(|part| part.as_deref()).map(sanitize_markdown).collect();
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.trim().is_empty()).collect();
    (!parts.is_empty()).then(|| format!("{words}: {}.", parts.join(", ").trim_end_matches('.')))
}
