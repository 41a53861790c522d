//! Emits the hand-written documentation of the crate: the README as its front page, and a module for each guide.

use proc_macro2::TokenStream;
use quote::quote;

use super::crate_root::describe_api_version;
use super::types::ident;
use super::{Context, Module};
use crate::config::Guide;

/// The front page: the README, if the caller gave its text.
pub(super) fn emit_front_page(cx: &Context<'_>) -> Option<TokenStream> {
    let readme = cx.config.package.readme.as_deref()?;
    cx.pages.get(readme)?;
    let condition = doctest_condition(cx);
    Some(quote!(#![cfg_attr(#condition, doc = include_str!("guide/readme.md"))]))
}

/// The declaration of the module `guide`, if the crate has guides.
pub(super) fn declare_guides(cx: &Context<'_>) -> Option<TokenStream> {
    given_guides(cx).next()?;
    let condition = doctest_condition(cx);
    Some(quote!(
        #[cfg(#condition)]
        pub mod guide;
    ))
}

/// The module `guide` with an empty module for each guide, whose documentation is the guide.
pub(super) fn emit_guides(cx: &Context<'_>) -> Module {
    let modules: Vec<TokenStream> = given_guides(cx)
        .map(|guide| {
            let (name, file) = (ident(&guide.name), format!("{}.md", guide.name));
            quote!(#[doc = include_str!(#file)] pub mod #name {})
        })
        .collect();
    if modules.is_empty() {
        return Module::new("guide/mod.rs", TokenStream::new());
    }
    Module::new("guide/mod.rs", quote!(#![doc = " Guides, each with examples that compile."] #(#modules)*))
}

/// The paths and texts of the files that the modules include.
pub(crate) fn guide_files(cx: &Context<'_>, banner: &str) -> Vec<(String, String)> {
    let package = &cx.config.package;
    let readme = package.readme.iter().map(|file| ("readme", file));
    let guides = given_guides(cx).map(|guide| (guide.name.as_str(), &guide.file));
    let pages = readme.chain(guides).filter_map(|(name, file)| Some((name, cx.pages.get(file)?)));
    let files = pages.map(|(name, text)| {
        let mut text = adapt_page(cx, text);
        if let Some(version) = describe_api_version(cx).filter(|_| name == "readme") {
            text = format!("{}\n\n{version}\n", text.trim_end());
        }
        (format!("src/guide/{name}.md"), format!("<!-- {banner} -->\n\n{text}"))
    });
    files.collect()
}

/// The configured guides whose text the caller gave.
fn given_guides<'a>(cx: &Context<'a>) -> impl Iterator<Item = &'a Guide> {
    let pages = cx.pages;
    cx.config.package.guides.iter().filter(move |guide| pages.contains_key(&guide.file))
}

/// Doctests need every feature that the examples use; without them only the text is included.
fn doctest_condition(cx: &Context<'_>) -> TokenStream {
    let features = &cx.config.package.doctest_features;
    quote!(any(not(doctest), all(#(feature = #features),*)))
}

/// The text for rustdoc: examples are compiled and not run, and links to guides lead to their modules.
fn adapt_page(cx: &Context<'_>, text: &str) -> String {
    let package = &cx.config.package;
    let mut text: String = text
        .lines()
        .map(|line| if line == "```rust" { "```rust,no_run\n".to_owned() } else { format!("{line}\n") })
        .collect();
    if let Some(repository) = &package.repository {
        for guide in &package.guides {
            let link = format!("]({repository}/blob/main/{})", guide.file);
            text = text.replace(&link, &format!("](crate::guide::{})", guide.name));
        }
    }
    text
}
