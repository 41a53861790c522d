//! Finds the items that the file of renames speaks of.

use std::collections::BTreeSet;

use super::paths::{Paths, is_reserved};
use super::{Alias, Aliases, MethodAlias};
use crate::config::{Rename, RenameKind, Renames};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::ident::{builder_name, is_identifier};

/// What the new name of a choice among body variants is, if there is no choice any more.
const SELF: &str = "self";

/// Finds the renamed items. An old name that exists is an error, and a new name that does not exist is a misfit.
pub(in crate::names) fn resolve_renames(
    paths: &Paths,
    renames: &Renames,
    diagnostics: &mut Diagnostics,
) -> Aliases {
    let mut resolver = Resolver { paths, diagnostics, aliases: Aliases::default(), taken: BTreeSet::new() };
    // The names of members and methods may begin with the old name of their tag.
    let (tags, others): (Vec<_>, Vec<_>) =
        renames.entries.iter().partition(|rename| rename.kind == RenameKind::Tag);
    // A setter that is named with its builder takes precedence over one for all builders.
    let (general, single): (Vec<_>, Vec<_>) = others.into_iter().partition(|rename| is_general(rename));
    for rename in tags.into_iter().chain(single).chain(general) {
        resolver.resolve(rename);
    }
    for names in resolver.aliases.items.values_mut() {
        names.sort_by(|a, b| a.name.cmp(&b.name));
    }
    resolver.aliases
}

/// Whether the entry is about all builders.
fn is_general(rename: &Rename) -> bool {
    rename.kind == RenameKind::Setter && is_identifier(&rename.old)
}

struct Resolver<'a> {
    paths: &'a Paths,
    diagnostics: &'a mut Diagnostics,
    aliases: Aliases,
    /// The paths of old names.
    taken: BTreeSet<String>,
}

impl Resolver<'_> {
    fn resolve(&mut self, rename: &Rename) {
        match rename.kind {
            RenameKind::Tag => self.resolve_tag(rename),
            RenameKind::Setter if is_general(rename) => self.resolve_general_setter(rename),
            RenameKind::Method => self.resolve_method(rename),
            RenameKind::Type | RenameKind::Variant => {
                let Some((owner, name)) = self.split(rename, rename.old.rsplit_once("::")) else { return };
                let (old, new) = (rename.old.clone(), format!("{owner}::{}", rename.new));
                let exists = self.paths.has_item(&new);
                self.add(rename, name, old.clone(), new.clone(), exists);
                if rename.kind == RenameKind::Type {
                    self.add_builder(rename, format!("{old}Builder"), format!("{new}Builder"));
                }
            }
            RenameKind::Setter | RenameKind::Field => {
                let Some((owner, name)) = self.split(rename, rename.old.rsplit_once('.')) else { return };
                let (old, new) = (rename.old.clone(), format!("{owner}.{}", rename.new));
                let setters = self.paths.setters.get(owner);
                let has_setter = setters.is_some_and(|setters| setters.contains(&rename.new));
                let exists =
                    if rename.kind == RenameKind::Setter { has_setter } else { self.paths.has_field(&new) };
                self.add(rename, name, old, new, exists);
            }
        }
    }

    /// The owner and the name of an old path, whose last part has to be an identifier.
    fn split<'r>(
        &mut self,
        rename: &'r Rename,
        parts: Option<(&'r str, &'r str)>,
    ) -> Option<(&'r str, &'r str)> {
        let found = parts.filter(|(owner, name)| !owner.is_empty() && is_identifier(name));
        if found.is_none() {
            let example = match rename.kind {
                RenameKind::Tag => "old_tag",
                RenameKind::Method => "client.tag().old_method()",
                RenameKind::Type => "library::models::OldType",
                RenameKind::Variant => "library::models::Type::OldVariant",
                RenameKind::Setter => "library::api::tag::Builder.old_setter",
                RenameKind::Field => "library::models::Type.old_field",
            };
            let message = format!("`{}` is not written like `{example}`", rename.old);
            self.report(rename, message, "write the old name as it was in names.txt");
        }
        found
    }

    fn resolve_tag(&mut self, rename: &Rename) {
        if self.split(rename, Some(("client", &rename.old))).is_none() {
            return;
        }
        let (old, new) = (format!("client.{}()", rename.old), format!("client.{}()", rename.new));
        let exists = self.paths.has_item(&new);
        self.add(rename, &rename.old, old, new, exists);
    }

    fn resolve_method(&mut self, rename: &Rename) {
        let parts = rename.old.strip_suffix("()").and_then(|path| path.rsplit_once('.'));
        let Some((owner, name)) = self.split(rename, parts) else { return };
        let Some(module) = owner.strip_prefix("client.").and_then(|rest| rest.strip_suffix("()")) else {
            return self.resolve_other_method(rename, owner, name);
        };
        let Some(tag) = self.find_tag(module) else {
            let message = format!("there is no tag `{module}` that could have the method `{name}`");
            return self.report_dead(rename, message);
        };
        let Some(current) = self.module_of(tag).map(|module| format!("client.{module}()")) else { return };
        let new =
            if rename.new.contains('.') { rename.new.clone() } else { format!("{current}.{}()", rename.new) };
        let old = format!("{current}.{name}()");
        let operation = self.paths.operations.get(&new).copied();
        if !self.check(rename, name, &old, &new, operation.is_some()) {
            return;
        }
        let alias = Alias { since: rename.since.clone(), name: name.to_owned() };
        let Some(operation) = operation else { return };
        self.aliases.methods.entry(tag).or_default().push(MethodAlias { alias, operation });
        if new.starts_with(&format!("{current}.")) {
            self.add_builder_of_method(rename, name, &new);
        }
    }

    /// The builder that a renamed method returns has the old name of the method too, unless something else is called so.
    fn add_builder_of_method(&mut self, rename: &Rename, name: &str, new: &str) {
        let Some((owner, method)) = new.trim_end_matches("()").rsplit_once('.') else { return };
        let module = owner.trim_start_matches("client.").trim_end_matches("()");
        let Some((library, _)) = self.paths.setters.keys().find_map(|path| path.split_once("::api::")) else {
            return;
        };
        let path = |method: &str| format!("{library}::api::{module}::{}", builder_name(method));
        self.add_builder(rename, path(name), path(method));
    }

    /// The old name of a builder, which follows from that of its type or method, unless something else is called so.
    fn add_builder(&mut self, rename: &Rename, old: String, new: String) {
        let Some((_, name)) = old.rsplit_once("::") else { return };
        let alias = Alias { since: rename.since.clone(), name: name.to_owned() };
        if self.paths.has_item(&new) && !self.paths.has_item(&old) && self.taken.insert(old) {
            self.aliases.items.entry(new).or_default().push(alias);
        }
    }

    /// A choice among the variants of a body, or a method of the enum of events.
    fn resolve_other_method(&mut self, rename: &Rename, owner: &str, name: &str) {
        let new = format!("{owner}.{}()", rename.new);
        let exists = match rename.new.as_str() {
            SELF => self.paths.setters.contains_key(owner),
            _ => self.paths.has_item(&new),
        };
        self.add(rename, name, rename.old.clone(), new, exists);
    }

    /// The tag with this module, by its current name or by an old one.
    fn find_tag(&self, module: &str) -> Option<usize> {
        let current = self.paths.tags.get(module).copied();
        let is_old = |tag: &&usize| {
            let path = self.module_of(**tag).map(|module| format!("client.{module}()"));
            let names = path.map(|path| self.aliases.find_item(&path));
            names.is_some_and(|names| names.iter().any(|alias| alias.name == module))
        };
        current.or_else(|| self.paths.tags.values().find(is_old).copied())
    }

    fn module_of(&self, tag: usize) -> Option<&str> {
        self.paths.tags.iter().find(|(_, index)| **index == tag).map(|(module, _)| module.as_str())
    }

    /// A setter of all builders that have the new one and none of the old name.
    fn resolve_general_setter(&mut self, rename: &Rename) {
        let mut exists = false;
        for (builder, setters) in
            self.paths.setters.iter().filter(|(_, setters)| setters.contains(&rename.new))
        {
            exists = true;
            let (old, new) = (format!("{builder}.{}", rename.old), format!("{builder}.{}", rename.new));
            if !setters.contains(&rename.old) && !is_reserved(&rename.old) && self.taken.insert(old) {
                let alias = Alias { since: rename.since.clone(), name: rename.old.clone() };
                self.aliases.items.entry(new).or_default().push(alias);
            }
        }
        if !exists {
            self.report_dead(rename, format!("no builder has a setter `{}`", rename.new));
        }
    }

    fn add(&mut self, rename: &Rename, name: &str, old: String, new: String, exists: bool) {
        if self.check(rename, name, &old, &new, exists) {
            let alias = Alias { since: rename.since.clone(), name: name.to_owned() };
            self.aliases.items.entry(new).or_default().push(alias);
        }
    }

    /// Whether the new name exists and the old one does not.
    fn check(&mut self, rename: &Rename, name: &str, old: &str, new: &str, exists: bool) -> bool {
        if !exists {
            self.report_dead(rename, format!("`{new}`, the new name of `{}`, does not exist", rename.old));
            return false;
        }
        let setter =
            old.rsplit_once('.').and_then(|(owner, name)| Some((self.paths.setters.get(owner)?, name)));
        let is_setter = setter.is_some_and(|(setters, name)| setters.contains(name));
        if self.paths.has_item(old) || self.paths.has_field(old) || is_setter || is_reserved(name) {
            let message = format!("the old name `{}` is in use", rename.old);
            self.report(rename, message, "delete the entry: the old name cannot be an alias");
            return false;
        }
        if !self.taken.insert(old.to_owned()) {
            let message = format!("`{}` is renamed twice", rename.old);
            self.report(rename, message, "delete one of the entries");
            return false;
        }
        true
    }

    fn report(&mut self, rename: &Rename, message: String, help: &str) {
        let diagnostic = Diagnostic::error(Code::RENAME, message).help(help);
        self.diagnostics.push(diagnostic.at_place(Place::Position(rename.position.clone())));
    }

    fn report_dead(&mut self, rename: &Rename, message: String) {
        let diagnostic = Diagnostic::error(Code::DEAD_RENAME, message);
        let help = "delete the entry, or correct it with the help of names.txt";
        self.diagnostics
            .push_misfit(diagnostic.at_place(Place::Position(rename.position.clone())).help(help));
    }
}
