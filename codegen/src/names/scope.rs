//! A set of names in which each stands once.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics};

/// The names taken so far, each with the place that took it.
#[derive(Debug, Default)]
pub(super) struct Scope {
    taken: BTreeMap<String, String>,
}

impl Scope {
    /// A scope in which some names are taken by generated code itself.
    pub(super) fn reserving(names: &[&str]) -> Self {
        let taken = names.iter().map(|name| ((*name).to_owned(), String::new())).collect();
        Self { taken }
    }

    pub(super) fn is_free(&self, name: &str) -> bool {
        !self.taken.contains_key(name)
    }

    /// Takes a name if it is free.
    pub(super) fn take(&mut self, name: &str, pointer: &str) -> bool {
        let free = self.is_free(name);
        if free {
            self.taken.insert(name.to_owned(), pointer.to_owned());
        }
        free
    }

    /// Takes a name; one that generated code needs gets an underscore, one that is taken is an error.
    pub(super) fn claim(
        &mut self,
        name: String,
        wire: &str,
        pointer: &str,
        help: &str,
        diagnostics: &mut Diagnostics,
    ) -> String {
        let reserved = self.taken.get(&name).is_some_and(String::is_empty);
        let name = if reserved { format!("{}_", name.trim_start_matches("r#")) } else { name };
        if let Some(other) = self.taken.get(&name) {
            diagnostics.push(
                Diagnostic::error(
                    "names-collide",
                    format!("`{wire}` becomes `{name}` in Rust, and so does `{other}`"),
                )
                .at(pointer)
                .help(help),
            );
        } else {
            self.taken.insert(name.clone(), pointer.to_owned());
        }
        name
    }

    /// Takes the first of the candidates that is free, or the last one with a number.
    pub(super) fn first_free(&mut self, candidates: &[String], pointer: &str) -> String {
        if let Some(name) = candidates.iter().find(|name| self.is_free(name)) {
            self.take(name, pointer);
            return name.clone();
        }
        let base = candidates.last().cloned().unwrap_or_default();
        let stem = base.trim_end_matches('_');
        let numbered = (2..).map(|number| format!("{stem}{number}")).find(|name| self.is_free(name));
        let name = numbered.unwrap_or(base);
        self.take(&name, pointer);
        name
    }
}
