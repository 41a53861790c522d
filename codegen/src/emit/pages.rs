//! Keeps the pages that rustdoc writes of generated items short.
//!
//! Of each type, rustdoc lists the implementations of traits, of auto traits, and those that the crates of the dependency graph have for all
//! types: 20 to 70 kB of a page whose own text has 5. It leaves them out for a type that is `#[doc(hidden)]`, and a re-export
//! with `#[doc(inline)]` shows the page of such a type nevertheless. The pages of docs.rs, which are built with `--cfg docsrs`, have all of
//! it.

use proc_macro2::TokenStream;
use quote::quote;

/// The attribute of a type whose page has no implementations of traits. It has to be defined in a private module and re-exported by
/// [`show_pages`].
pub(super) fn shorten_page() -> TokenStream {
    quote!(#[cfg_attr(all(doc, not(docsrs)), doc(hidden))])
}

/// The re-export of all items of a private module, with their pages.
pub(super) fn show_pages(module: &TokenStream) -> TokenStream {
    quote!(#[doc(inline)] pub use #module::*;)
}

/// The attribute of the crate without the pages of its source, which whoever documents it has as files.
pub(super) fn omit_source() -> TokenStream {
    quote!(#![cfg_attr(all(doc, not(docsrs)), doc(html_no_source))])
}

/// What models implement.
pub(super) const TRAITS_OF_MODELS: &str = "They are `Clone`, `Debug` and `PartialEq`, and have serde's `Serialize` and \
     `Deserialize`. An enum of strings is also `Eq`, `Ord`, `Hash`, `Display`, `FromStr`, `AsRef<str>` and `Borrow<str>`. It \
     converts from a string, into a string and into a JSON value, and compares with a string. An enum of integers has the same \
     with `i64`. A union converts from the types of its variants, and a struct from its builder.";

/// What identifiers implement.
pub(super) const TRAITS_OF_IDS: &str = "They are `Clone`, `Debug`, `Eq`, `Ord`, `Hash`, `Display`, `FromStr`, `AsRef<str>` and \
     `Borrow<str>`, and have serde's `Serialize` and `Deserialize`. They convert into a string and into a JSON value, and can be \
     compared with a string.";

/// What the documentation of a module of such types says about them.
pub(super) const WHERE_TRAITS_ARE: &str = "The pages that `cargo doc` writes of these types leave out what they implement; those of docs.rs list all of it.";
