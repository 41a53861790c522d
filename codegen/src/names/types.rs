//! Names of types: components first, then what the configuration names, then inline types from where they are first met.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;
use crate::analyze::Facts;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ident::{pascal_case, split_words, to_singular, type_name};
use crate::ir::{Api, Operation, Shape, Success, TypeId, TypeOrigin, TypeRef};

const HELP: &str = "give one of them another name: an entry under `[names.types]` in the configuration";

/// The names of types, and of the builders of those that requests use, by [`TypeId`].
pub(super) struct TypeNames {
    pub(super) types: Vec<String>,
    pub(super) builders: Vec<String>,
}

pub(super) fn types(api: &Api, facts: &Facts, config: &Config, diagnostics: &mut Diagnostics) -> TypeNames {
    let mut namer = Namer {
        api,
        facts,
        names: vec![String::new(); api.types.len()],
        scope: Scope::default(),
        renames: &config.names.types,
        visited: vec![false; api.types.len()],
        used: BTreeSet::new(),
    };
    namer.ids(diagnostics);
    namer.components(diagnostics);
    namer.configured(diagnostics);
    namer.below_components();
    namer.envelope();
    for operation in &api.operations {
        namer.operation(operation);
    }
    for webhook in &api.webhooks {
        if let Some(payload) = &webhook.payload {
            namer.visit(payload, &[format!("{}Event", pascal_case(&webhook.name))]);
        }
    }
    for (key, name) in config.names.types.iter().filter(|(key, _)| !namer.used.contains(*key)) {
        diagnostics.push(
            Diagnostic::warning(
                "unused-name",
                format!("no type is called `{key}` that could be called `{name}`"),
            )
            .help("remove the entry from `[names.types]`, or correct it by the index of names"),
        );
    }
    TypeNames { builders: namer.builders(diagnostics), types: namer.names }
}

struct Namer<'a> {
    api: &'a Api,
    facts: &'a Facts,
    names: Vec<String>,
    scope: Scope,
    renames: &'a BTreeMap<String, String>,
    visited: Vec<bool>,
    used: BTreeSet<String>,
}

impl Namer<'_> {
    /// The configuration's name for a component, a pointer or a generated name.
    fn rename(&mut self, key: &str) -> Option<String> {
        let name = self.renames.get(key)?;
        self.used.insert(key.to_owned());
        Some(name.clone())
    }

    fn ids(&mut self, diagnostics: &mut Diagnostics) {
        for id in &self.api.ids {
            self.scope.claim(id.name.clone(), &id.name, "ids in the configuration", HELP, diagnostics);
        }
    }

    fn components(&mut self, diagnostics: &mut Diagnostics) {
        for index in 0..self.api.types.len() {
            let def = self.api.get(TypeId(index));
            let TypeOrigin::Component(component) = &def.origin else { continue };
            let pointer = def.pointers.first().map_or("", String::as_str);
            let name = self.rename(component).unwrap_or_else(|| type_name(component));
            self.names[index] = self.scope.claim(name, component, pointer, HELP, diagnostics);
        }
    }

    /// Inline types that the configuration names by one of their places.
    fn configured(&mut self, diagnostics: &mut Diagnostics) {
        for index in 0..self.api.types.len() {
            let id = TypeId(index);
            if !self.names[index].is_empty() || !self.facts.is_emitted(id) {
                continue;
            }
            let pointers = &self.api.get(id).pointers;
            if let Some((pointer, name)) =
                pointers.iter().find_map(|pointer| Some((pointer, self.rename(pointer)?)))
            {
                self.names[index] = self.scope.claim(name.clone(), &name, pointer, HELP, diagnostics);
            }
        }
    }

    fn below_components(&mut self) {
        for index in 0..self.api.types.len() {
            if matches!(self.api.get(TypeId(index)).origin, TypeOrigin::Component(_)) {
                self.inside(TypeId(index));
            }
        }
    }

    fn envelope(&mut self) {
        if let Some(error) = &self.api.error {
            self.visit(&TypeRef::Named(error.ty), &["ErrorEnvelope".to_owned()]);
        }
    }

    fn operation(&mut self, operation: &Operation) {
        let base = type_name(&operation.id);
        for parameter in &operation.parameters {
            let name = member_name(&parameter.field.name, &parameter.field.ty);
            self.visit(&parameter.field.ty, &[format!("{base}{name}")]);
        }
        if let Some(body) = &operation.body {
            for variant in &body.variants {
                let long = format!("{base}{}", pascal_case(&variant.name));
                for field in &variant.fields {
                    let name = member_name(&field.name, &field.ty);
                    self.visit(&field.ty, &[format!("{base}{name}"), format!("{long}{name}")]);
                }
            }
            if let Some(whole) = &body.whole {
                self.visit(whole, &[format!("{base}Body")]);
            }
        }
        match (&operation.page, &operation.success) {
            (Some(page), _) => {
                self.visit(&page.item, &[format!("{base}Item")]);
                self.visit(&page.info, &[format!("{base}PageInfo")]);
            }
            (None, Success::Json(ty) | Success::Optional(ty)) => {
                self.visit(ty, &[format!("{base}Response")]);
            }
            _ => {}
        }
        for (status, ty) in &operation.errors {
            self.visit(ty, &[format!("{base}Error{}", pascal_case(status).trim_start_matches('_'))]);
        }
    }

    /// Names the builders of the objects that requests use. The document's own names take precedence, so this comes last.
    fn builders(&mut self, diagnostics: &mut Diagnostics) -> Vec<String> {
        let api = self.api;
        let builders = api.types.iter().enumerate().map(|(index, def)| {
            if !self.facts.is_in_requests(TypeId(index)) || !matches!(def.shape, Shape::Object(_)) {
                return String::new();
            }
            let usual = format!("{}Builder", self.names[index]);
            let pointer = def.pointers.first().map_or("", String::as_str);
            let name = self.scope.first_free(std::slice::from_ref(&usual), pointer);
            if name != usual {
                let message = format!(
                    "the builder of `{}` is called `{name}`, since another type is called `{usual}`",
                    self.names[index]
                );
                diagnostics.push(Diagnostic::warning("names-collide", message).at(pointer).help(HELP));
            }
            name
        });
        builders.collect()
    }

    /// Names the types in a reference that have no name yet, and what is inside them.
    fn visit(&mut self, ty: &TypeRef, candidates: &[String]) {
        let mut ids = Vec::new();
        ty.for_each_named(true, &mut |id, _| ids.push(id));
        for id in ids {
            if self.names[id.0].is_empty() && self.facts.is_emitted(id) {
                let def = self.api.get(id);
                let pointer = def.pointers.first().map_or("", String::as_str);
                // A title is the document's own name for the type.
                let title = def.title.as_deref().filter(|title| !title.contains(' ')).map(type_name);
                let all: Vec<String> =
                    title.into_iter().chain(candidates.iter().map(|name| type_name_of(name))).collect();
                let generated = self.scope.first_free(&all, pointer);
                self.names[id.0] = match self.rename(&generated) {
                    Some(name) if self.scope.take(&name, pointer) => name,
                    _ => generated,
                };
            }
            self.inside(id);
        }
    }

    /// Names what stands inline in a named type.
    fn inside(&mut self, id: TypeId) {
        if std::mem::replace(&mut self.visited[id.0], true) {
            return;
        }
        let api = self.api;
        let base = self.names[id.0].clone();
        match &api.get(id).shape {
            Shape::Object(object) => {
                for field in &object.fields {
                    let name = member_name(&field.name, &field.ty);
                    self.visit(&field.ty, &[format!("{base}{name}"), format!("{base}{name}Item")]);
                }
            }
            Shape::Union(union) => {
                for variant in &union.variants {
                    self.visit(&variant.ty, &variant_candidates(&base, &variant.name));
                }
            }
            Shape::Alias(ty) => self.visit(ty, &[format!("{base}Item")]),
            Shape::StringEnum(_) | Shape::Pending => {}
        }
    }
}

/// Names made of parts are checked once more as a whole: a prelude name may come of them.
fn type_name_of(name: &str) -> String {
    let checked = type_name(name);
    if checked.ends_with("Model") { checked } else { name.to_owned() }
}

/// The words that a member adds to the name of its owner: one of many for a list or a map.
fn member_name(name: &str, ty: &TypeRef) -> String {
    let plain = pascal_case(name).trim_start_matches("r#").trim_end_matches('_').to_owned();
    match ty.split_null().0 {
        TypeRef::List(_) | TypeRef::Map(_) => {
            let mut parts = split_words(name);
            match parts.pop() {
                Some(last) => pascal_case(&[parts.as_slice(), &[to_singular(&last)]].concat().join("_")),
                None => plain,
            }
        }
        _ => plain,
    }
}

/// `Shape` and `RoundShape` need not become `ShapeRoundShape`.
fn variant_candidates(base: &str, variant: &str) -> Vec<String> {
    let own = pascal_case(variant);
    let long = format!("{base}{}", own.trim_start_matches('_'));
    if own.ends_with(base) || own.starts_with(base) { vec![own, long] } else { vec![long] }
}
