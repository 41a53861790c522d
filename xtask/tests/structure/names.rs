//! Functions have names that can be searched for.

use crate::assert_none;
use syn::visit::{self, Visit};

use crate::imports::{CRATES, is_for_tests, is_test_file, read_crate};

/// Names that say nothing where they are called, and that no search finds.
const REFUSED: [&str; 13] = [
    "of", "told", "said", "meet", "beyond", "apart", "act", "turn", "turned", "made", "asked", "shown",
    "written",
];

/// The largest share of free functions whose name is one word, in percent.
const ONE_WORD: usize = 30;

#[derive(Default)]
struct Functions {
    names: Vec<String>,
    /// Functions that belong to no type: their names have nothing else to tell what they do.
    free: Vec<String>,
}

impl<'a> Visit<'a> for Functions {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.names.push(item.sig.ident.to_string());
        self.free.push(item.sig.ident.to_string());
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.names.push(item.sig.ident.to_string());
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        self.names.push(item.sig.ident.to_string());
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }
}

#[test]
fn functions_are_verb_phrases() {
    let mut problems = Vec::new();
    for folder in CRATES {
        let mut free = Vec::new();
        for file in read_crate(folder).iter().filter(|file| !is_test_file(file)) {
            let mut functions = Functions::default();
            functions.visit_file(&file.syntax);
            for name in functions.names.iter().filter(|name| REFUSED.contains(&name.as_str())) {
                problems.push(format!("{}: `fn {name}` says nothing where it is called", file.path));
            }
            free.extend(functions.free);
        }
        let short = free.iter().filter(|name| !name.trim_start_matches("r#").contains('_')).count();
        if short * 100 > free.len() * ONE_WORD {
            problems.push(format!("{folder}: {short} of {} functions have a name of one word", free.len()));
        }
    }
    assert_none(&problems);
}
