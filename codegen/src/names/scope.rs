//! A set of names in which each occurs once.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// The names in use, each with the pointer of what has it; none for names that generated code itself uses.
#[derive(Debug, Default)]
pub(super) struct Scope {
    taken: BTreeMap<String, Option<String>>,
}

impl Scope {
    /// A scope in which generated code itself uses some names.
    pub(super) fn reserving(names: &[&str]) -> Self {
        let taken = names.iter().map(|name| ((*name).to_owned(), None)).collect();
        Self { taken }
    }

    pub(super) fn is_free(&self, name: &str) -> bool {
        !self.taken.contains_key(name)
    }

    /// Takes a name if it is free, and returns whether it was.
    pub(super) fn take(&mut self, name: &str, pointer: &str) -> bool {
        let free = self.is_free(name);
        if free {
            self.taken.insert(name.to_owned(), Some(pointer.to_owned()));
        }
        free
    }

    /// Takes a name. A reserved one gets an underscore; one that the document uses twice is an error.
    pub(super) fn claim(
        &mut self,
        name: String,
        wire: &str,
        pointer: &str,
        help: &str,
        diagnostics: &mut Diagnostics,
    ) -> String {
        let is_reserved = self.taken.get(&name).is_some_and(Option::is_none);
        let name = if is_reserved { format!("{}_", name.trim_start_matches("r#")) } else { name };
        match self.taken.get(&name) {
            Some(other) => {
                let other = other.as_deref().filter(|other| !other.is_empty());
                let other = other.map_or("another".to_owned(), |other| format!("`{other}`"));
                let message = format!("`{wire}` becomes `{name}` in Rust, and so does {other}");
                let diagnostic = Diagnostic::error(Code::NAMES_COLLIDE, message).at(pointer);
                diagnostics.push(diagnostic.help(help));
            }
            None => {
                self.taken.insert(name.clone(), Some(pointer.to_owned()));
            }
        }
        name
    }

    /// Takes the first candidate that is free, or the last one with a number.
    pub(super) fn first_free(&mut self, candidates: &[String], pointer: &str) -> String {
        if let Some(name) = candidates.iter().find(|name| self.is_free(name)) {
            self.take(name, pointer);
            return name.clone();
        }
        let last = candidates.last().cloned().unwrap_or_default();
        let stem = last.trim_end_matches('_');
        let numbered = (2..).map(|number| format!("{stem}{number}")).find(|name| self.is_free(name));
        let name = numbered.unwrap_or(last);
        self.take(&name, pointer);
        name
    }
}
