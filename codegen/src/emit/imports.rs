//! The short paths that a module uses, and so has to import.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The modules of the generated crate that other modules name by a short path.
const CRATE_MODULES: [&str; 3] = ["fields", "ids", "models"];
/// The name of the runtime's support for generated code.
const RUNTIME: &str = "rt";

/// What a module imports.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Imports {
    /// Modules of the generated crate, in alphabetical order.
    pub crate_modules: Vec<&'static str>,
    /// Whether the runtime is used, as `rt`.
    pub runtime: bool,
}

impl Imports {
    /// Collects what the paths in these tokens begin with: `models::Plan` needs an import, `crate::models::Plan` does not.
    pub(super) fn collect(tokens: &TokenStream) -> Self {
        let mut found = Vec::new();
        collect(tokens.clone(), &mut found);
        Self {
            crate_modules: CRATE_MODULES.into_iter().filter(|name| found.contains(name)).collect(),
            runtime: found.contains(&RUNTIME),
        }
    }
}

fn collect(tokens: TokenStream, found: &mut Vec<&'static str>) {
    let mut tokens = tokens.into_iter().peekable();
    // Colons right before the token: one before a type, two within a path.
    let mut colons = 0;
    let mut begins_attribute = false;
    while let Some(token) = tokens.next() {
        let is_attribute = std::mem::take(&mut begins_attribute);
        match token {
            // Attributes, most of which are documentation, name nothing that is imported.
            TokenTree::Group(group) if is_attribute && group.delimiter() == Delimiter::Bracket => {}
            TokenTree::Punct(punct) if punct.as_char() == '#' || (is_attribute && punct.as_char() == '!') => {
                begins_attribute = true;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                colons += 1;
                continue;
            }
            TokenTree::Ident(name) if colons < 2 && tokens.peek().is_some_and(begins_path_separator) => {
                let known = CRATE_MODULES.into_iter().chain([RUNTIME]).find(|known| name == known);
                found.extend(known.filter(|known| !found.contains(known)));
            }
            TokenTree::Group(group) => collect(group.stream(), found),
            _ => {}
        }
        colons = 0;
    }
}

fn begins_path_separator(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn short_paths_are_imported() {
        let tokens = quote! {
            pub struct A { pub plan: Option<models::Plan>, rt: crate::ids::PlanId }
            rt::model!(A { plan "plan" optional });
            #[doc = "a"] #[cfg(all(ids::A))] struct B;
        };
        assert_eq!(Imports::collect(&tokens), Imports { crate_modules: vec!["models"], runtime: true });
    }

    #[test]
    fn names_and_longer_paths_are_not_imported() {
        let tokens = quote! {
            pub fn models(fields: crate::models::Plan, ids: ::ids::Id, rt: u8) -> super::rt::X { models(fields) }
        };
        assert_eq!(Imports::collect(&tokens), Imports::default());
    }
}
