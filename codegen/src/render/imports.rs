//! The short paths that a module uses, and so has to import.

use proc_macro2::{Delimiter, Punct, Spacing};
use syn::buffer::Cursor;
use syn::parse::ParseStream;

/// The modules of the generated crate that other modules name by a short path.
const CRATE_MODULES: [&str; 3] = ["fields", "ids", "models"];
/// The name of the runtime's support for generated code.
const RUNTIME: &str = "rt";

/// What a module imports.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Imports {
    /// Modules of the generated crate, in alphabetical order.
    pub(super) crate_modules: Vec<&'static str>,
    /// Whether the runtime is used, as `rt`.
    pub(super) runtime: bool,
}

impl Imports {
    /// Collects what the paths in the tokens that come begin with, and consumes none: `models::Plan` needs an import,
    /// `crate::models::Plan` does not.
    pub(super) fn collect(input: ParseStream<'_>) -> Self {
        let mut found = Vec::new();
        collect(input.cursor(), &mut found);
        Self {
            crate_modules: CRATE_MODULES.into_iter().filter(|name| found.contains(name)).collect(),
            runtime: found.contains(&RUNTIME),
        }
    }
}

fn collect(mut tokens: Cursor<'_>, found: &mut Vec<&'static str>) {
    // Colons right before the token: one before a type, two within a path.
    let mut colons = 0;
    let mut begins_attribute = false;
    while !tokens.eof() {
        let is_attribute = std::mem::take(&mut begins_attribute);
        if let Some((punct, next)) = tokens.punct() {
            tokens = next;
            match punct.as_char() {
                ':' => {
                    colons += 1;
                    continue;
                }
                '#' => begins_attribute = true,
                '!' => begins_attribute = is_attribute,
                _ => {}
            }
        } else if let Some((name, next)) = tokens.ident() {
            tokens = next;
            if colons < 2 && next.punct().is_some_and(begins_path_separator) {
                let known = CRATE_MODULES.into_iter().chain([RUNTIME]).find(|known| name == known);
                found.extend(known.filter(|known| !found.contains(known)));
            }
        } else if let Some((content, delimiter, _, next)) = tokens.any_group() {
            tokens = next;
            // Attributes name nothing that is imported.
            if !is_attribute || delimiter != Delimiter::Bracket {
                collect(content, found);
            }
        } else if let Some((_, next)) = tokens.token_tree() {
            tokens = next;
        }
        colons = 0;
    }
}

fn begins_path_separator((punct, _): (Punct, Cursor<'_>)) -> bool {
    punct.as_char() == ':' && punct.spacing() == Spacing::Joint
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test that cannot go on should stop")]

    use super::*;
    use proc_macro2::TokenStream;
    use quote::quote;
    use syn::parse::Parser;

    fn imports(tokens: TokenStream) -> Imports {
        let parse = |input: ParseStream<'_>| {
            let imports = Imports::collect(input);
            input.parse::<TokenStream>()?;
            Ok(imports)
        };
        parse.parse2(tokens).expect("any tokens parse")
    }

    #[test]
    fn short_paths_are_imported() {
        let tokens = quote! {
            pub struct A { pub plan: Option<models::Plan>, rt: crate::ids::PlanId }
            rt::model!(A { plan "plan" optional });
            #[doc = "a"] #[cfg(all(ids::A))] struct B;
        };
        assert_eq!(imports(tokens), Imports { crate_modules: vec!["models"], runtime: true });
    }

    #[test]
    fn names_and_longer_paths_are_not_imported() {
        let tokens = quote! {
            pub fn models(fields: crate::models::Plan, ids: ::ids::Id, rt: u8) -> super::rt::X { models(fields) }
            fn lifetimes<'rt>(a: &'rt u8) -> &'static str { "models::Plan" }
        };
        assert_eq!(imports(tokens), Imports::default());
    }
}
