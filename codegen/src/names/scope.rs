//! A set of names in which each occurs once.

use std::collections::BTreeMap;

use super::settle::{Advice, Claim, warn};
use crate::diagnostic::Diagnostics;

/// The names in use, each with what has it, a pointer or a name of the document; none for names that generated code uses.
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
    pub(super) fn take(&mut self, name: &str, owner: &str) -> bool {
        let free = self.is_free(name);
        if free {
            self.taken.insert(name.to_owned(), Some(owner.to_owned()));
        }
        free
    }

    /// Takes the first of the names that is free. A reserved one gets an underscore; if all are taken, one gets a number. A name
    /// that is not the usual one is a warning.
    pub(super) fn claim(
        &mut self,
        claim: &Claim<'_>,
        advice: &Advice<'_>,
        diagnostics: &mut Diagnostics,
    ) -> String {
        let names: Vec<String> = claim.names.iter().map(|name| self.avoid_reserved(name)).collect();
        let usual = names.first().cloned().unwrap_or_default();
        let other = self.taken.get(&usual).cloned();
        let name = self.first_free(&names, claim.wire);
        if let Some(other) = other {
            warn(claim, &name, other.as_deref(), advice, diagnostics);
        }
        name
    }

    fn avoid_reserved(&self, name: &str) -> String {
        let is_reserved = self.taken.get(name).is_some_and(Option::is_none);
        if is_reserved { format!("{}_", name.trim_start_matches("r#")) } else { name.to_owned() }
    }

    /// Takes the first candidate that is free, or the last one with a number.
    pub(super) fn first_free(&mut self, candidates: &[String], owner: &str) -> String {
        if let Some(name) = candidates.iter().find(|name| self.is_free(name)) {
            self.take(name, owner);
            return name.clone();
        }
        let last = candidates.last().cloned().unwrap_or_default();
        let stem = last.trim_end_matches('_').trim_start_matches("r#");
        let separator = if stem.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
        let numbers = 2..;
        let mut numbered = numbers.map(|number| format!("{stem}{separator}{number}"));
        let name = numbered.find(|name| self.is_free(name)).unwrap_or(last);
        self.take(&name, owner);
        name
    }
}
