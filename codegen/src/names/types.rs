//! Names types: identifiers and components, then types that the configuration names, then inline types after the first place
//! at which they occur, and last the builders.

use std::collections::{BTreeMap, BTreeSet};

use super::media_types::short_media_type;
use super::scope::Scope;
use super::settle::{Advice, Claim, settle};
use super::shared::SharedTypes;
use crate::analyze::Facts;
use crate::config::{Config, dead_entry};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::pointer;
use crate::ident::{
    join_pascal, pascal_case, pascal_case_with, shorten_item, split_words, to_singular, type_name,
    type_name_with,
};
use crate::ir::{Alternative, AlternativeBody, Api, Operation, Shape, Success, TypeId, TypeOrigin, TypeRef};

const HELP: &str = "choose another name with an entry under `[names.types]` in the configuration";

const ADVICE: Advice<'static> = Advice { code: Code::NAMES_COLLIDE, help: &|_| HELP.to_owned() };

/// The names of types, and of the builders of those that requests use, by [`TypeId`].
pub(super) struct TypeNames {
    pub(super) types: Vec<String>,
    pub(super) builders: Vec<String>,
}

pub(super) fn name_types(
    api: &Api,
    facts: &Facts,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> TypeNames {
    let mut namer = TypeNamer {
        api,
        facts,
        names: vec![String::new(); api.types.len()],
        scope: Scope::default(),
        renames: &config.names.types,
        visited: vec![false; api.types.len()],
        shared: (!config.names.shared_types_by_first_owner).then(|| SharedTypes::collect(api, facts)),
        used_renames: BTreeSet::new(),
    };
    namer.reserve_ids(diagnostics);
    namer.name_components(diagnostics);
    namer.name_configured(diagnostics);
    namer.name_types_in_components();
    if let Some(error) = &api.error {
        namer.visit(&TypeRef::Named(error.ty), None, &["ErrorEnvelope".to_owned()]);
    }
    namer.name_page_info(config);
    for operation in &api.operations {
        namer.name_types_in_operation(operation);
    }
    for webhook in &api.webhooks {
        if let Some(payload) = &webhook.payload {
            namer.visit(payload, None, &[format!("{}Event", pascal_case(&webhook.name))]);
        }
    }
    namer.report_unused_renames(diagnostics);
    TypeNames { builders: namer.name_builders(diagnostics), types: namer.names }
}

struct TypeNamer<'a> {
    api: &'a Api,
    facts: &'a Facts,
    names: Vec<String>,
    scope: Scope,
    renames: &'a BTreeMap<String, String>,
    visited: Vec<bool>,
    shared: Option<SharedTypes<'a>>,
    used_renames: BTreeSet<String>,
}

/// Where a type is found: the name of its owner, and of the member that has it, if its name may depend on them.
#[derive(Clone, Copy)]
struct Site<'a> {
    owner: &'a str,
    member: &'a str,
}

impl TypeNamer<'_> {
    /// The configured name for a component, a pointer or a generated name.
    fn configured_name(&mut self, key: &str) -> Option<String> {
        let name = self.renames.get(key)?;
        self.used_renames.insert(key.to_owned());
        Some(name.clone())
    }

    fn reserve_ids(&mut self, diagnostics: &mut Diagnostics) {
        for id in &self.api.ids {
            let claim = Claim::new(&id.name, "ids in the configuration", Some(&id.name), pascal_case_with);
            self.scope.claim(&claim, &ADVICE, diagnostics);
        }
    }

    fn name_components(&mut self, diagnostics: &mut Diagnostics) {
        let api = self.api;
        let components = api.types.iter().enumerate().filter_map(|(index, def)| {
            let TypeOrigin::Component(component) = &def.origin else { return None };
            let pointer = def.pointers.first().map_or("", String::as_str);
            let configured = self.configured_name(component);
            Some((index, Claim::new(component, pointer, configured.as_ref(), type_name_with)))
        });
        let (indices, claims): (Vec<usize>, Vec<Claim<'_>>) = components.unzip();
        let names = settle(&mut self.scope, &claims, &ADVICE, diagnostics);
        for (index, name) in indices.into_iter().zip(names) {
            self.names[index] = name;
        }
    }

    /// Names inline types that the configuration names by one of their pointers.
    fn name_configured(&mut self, diagnostics: &mut Diagnostics) {
        for index in 0..self.api.types.len() {
            let id = TypeId(index);
            if !self.names[index].is_empty() || !self.facts.is_emitted(id) {
                continue;
            }
            let mut pointers = self.api.get(id).pointers.iter();
            let configured = pointers.find_map(|pointer| Some((pointer, self.configured_name(pointer)?)));
            if let Some((pointer, name)) = configured {
                let claim = Claim::new(pointer, pointer, Some(&name), pascal_case_with);
                self.names[index] = self.scope.claim(&claim, &ADVICE, diagnostics);
            }
        }
    }

    fn name_types_in_components(&mut self) {
        for index in 0..self.api.types.len() {
            if matches!(self.api.get(TypeId(index)).origin, TypeOrigin::Component(_)) {
                self.name_types_inside(TypeId(index));
            }
        }
    }

    /// Names the type of cursors that most lists share after its property, not after the first of these lists.
    fn name_page_info(&mut self, config: &Config) {
        let pages = self.api.operations.iter().filter_map(|operation| operation.page.as_ref());
        let mut counts: Vec<(&TypeRef, usize)> = Vec::new();
        for info in pages.filter_map(|page| page.info.as_ref()) {
            match counts.iter_mut().find(|(other, _)| *other == info) {
                Some((_, count)) => *count += 1,
                None => counts.push((info, 1)),
            }
        }
        // Of several with the same count, the first.
        if let Some((info, _)) = counts.into_iter().rev().max_by_key(|(_, count)| *count) {
            self.visit(info, None, &[pascal_case(&config.pages.info)]);
        }
    }

    fn name_types_in_operation(&mut self, operation: &Operation) {
        let base = type_name(&operation.id);
        for parameter in &operation.parameters {
            let suffix = member_suffix(&parameter.field.name, &parameter.field.ty);
            let site = Site { owner: &base, member: &parameter.field.name };
            self.visit(&parameter.field.ty, Some(site), &[join_pascal(&base, &suffix)]);
        }
        if let Some(body) = &operation.body {
            for variant in &body.variants {
                let long = join_pascal(&base, &pascal_case(&variant.name));
                for field in &variant.fields {
                    let suffix = member_suffix(&field.name, &field.ty);
                    let site = Site { owner: &base, member: &field.name };
                    self.visit(
                        &field.ty,
                        Some(site),
                        &[join_pascal(&base, &suffix), join_pascal(&long, &suffix)],
                    );
                }
            }
            if let Some(whole) = &body.whole {
                self.visit(whole, Some(Site { owner: &base, member: "body" }), &[format!("{base}Body")]);
            }
            for AlternativeBody { media_type, body } in &body.alternatives {
                let kind = pascal_case(&short_media_type(media_type));
                let names = [join_pascal(&base, &kind), join_pascal(&base, &format!("{kind}Body"))];
                let site = Site { owner: &base, member: "body" };
                body.whole.iter().for_each(|ty| self.visit(ty, Some(site), &names));
            }
        }
        match (&operation.page, &operation.success) {
            (Some(page), _) => {
                let site = Site { owner: &base, member: "item" };
                self.visit(&page.item, Some(site), &[format!("{base}Item")]);
                page.info.iter().for_each(|info| self.visit(info, None, &[format!("{base}PageInfo")]));
            }
            (None, Success::Events { ty, .. }) => {
                let site = Site { owner: &base, member: "event" };
                self.visit(ty, Some(site), &[format!("{base}Event"), format!("{base}Response")]);
            }
            (None, Success::Lines(ty)) => {
                let site = Site { owner: &base, member: "line" };
                self.visit(ty, Some(site), &[format!("{base}Line"), format!("{base}Response")]);
            }
            (None, success) => {
                let site = Site { owner: &base, member: "response" };
                let names = [format!("{base}Response")];
                success.ty().into_iter().for_each(|ty| self.visit(ty, Some(site), &names));
            }
        }
        for Alternative { success, .. } in &operation.alternatives {
            let kind = match success {
                Success::Events { .. } => "Event",
                Success::Lines(_) => "Line",
                _ => "Alternative",
            };
            let (member, names) = (kind.to_lowercase(), [format!("{base}{kind}")]);
            let site = Site { owner: &base, member: &member };
            success.ty().into_iter().for_each(|ty| self.visit(ty, Some(site), &names));
        }
        for (status, ty) in &operation.errors {
            let site = Site { owner: &base, member: "error" };
            self.visit(
                ty,
                Some(site),
                &[format!("{base}Error{}", pascal_case(status).trim_start_matches('_'))],
            );
        }
    }

    /// Names the types that `ty` refers to and that have no name yet, and the types inside them.
    fn visit(&mut self, ty: &TypeRef, site: Option<Site<'_>>, candidates: &[String]) {
        let mut ids = Vec::new();
        ty.for_each_named(true, &mut |id, _| ids.push(id));
        for id in ids {
            if self.names[id.0].is_empty() && self.facts.is_emitted(id) {
                let def = self.api.get(id);
                let pointer = def.pointers.first().map_or("", String::as_str);
                // A title is the document's own name for the type, unless it only repeats that of the property.
                let title = def.title.as_deref().filter(|title| !title.contains(' '));
                let title = title.filter(|title| !site.is_some_and(|site| is_repeated(title, site.member)));
                let shared = self.shared.as_ref().zip(site);
                let shared = shared.map_or_else(Vec::new, |(shared, site)| shared.candidates(id, site.owner));
                let candidates = shared.iter().chain(candidates).map(|name| avoid_prelude(name));
                let candidates: Vec<String> = title.map(type_name).into_iter().chain(candidates).collect();
                let generated = self.scope.first_free(&candidates, pointer);
                self.names[id.0] = match self.configured_name(&generated) {
                    Some(name) if self.scope.take(&name, pointer) => name,
                    _ => generated,
                };
            }
            self.name_types_inside(id);
        }
    }

    /// Names the inline types inside a named type.
    fn name_types_inside(&mut self, id: TypeId) {
        if std::mem::replace(&mut self.visited[id.0], true) {
            return;
        }
        let api = self.api;
        let base = self.names[id.0].clone();
        match &api.get(id).shape {
            Shape::Object(object) => {
                for field in &object.fields {
                    let suffix = member_suffix(&field.name, &field.ty);
                    let name = join_pascal(&base, &suffix);
                    let site = Site { owner: &base, member: &field.name };
                    self.visit(&field.ty, Some(site), &[name.clone(), format!("{name}Item")]);
                }
            }
            Shape::Union(union) => {
                for variant in &union.variants {
                    // The name of a variant is its title already.
                    let site = Site { owner: &base, member: "" };
                    self.visit(&variant.ty, Some(site), &variant_candidates(&base, &variant.name));
                }
            }
            Shape::Alias(ty) => {
                self.visit(ty, Some(Site { owner: &base, member: "item" }), &[format!("{base}Item")])
            }
            Shape::OpenEnum(_) | Shape::Pending => {}
        }
    }

    fn report_unused_renames(&self, diagnostics: &mut Diagnostics) {
        for (key, name) in self.renames.iter().filter(|(key, _)| !self.used_renames.contains(*key)) {
            let message = format!("no type is called `{key}`, which the configuration renames to `{name}`");
            let help = "delete the entry, or correct it with the help of `names.txt`";
            let pointer = pointer::from_segments(["names", "types", key.as_str()]);
            diagnostics.push_misfit(dead_entry(pointer, message).help(help));
        }
    }

    /// Names the builders of the objects that requests use. The document's own names take precedence, so this comes last.
    fn name_builders(&mut self, diagnostics: &mut Diagnostics) -> Vec<String> {
        let api = self.api;
        let builders = api.types.iter().enumerate().map(|(index, def)| {
            if !self.facts.is_in_requests(TypeId(index)) || !matches!(def.shape, Shape::Object(_)) {
                return String::new();
            }
            let usual = format!("{}Builder", self.names[index].trim_end_matches('_'));
            let pointer = def.pointers.first().map_or("", String::as_str);
            let name = self.scope.first_free(std::slice::from_ref(&usual), pointer);
            if name != usual {
                let message = format!(
                    "the builder of `{}` is called `{name}`, since another type is called `{usual}`",
                    self.names[index]
                );
                diagnostics.push(Diagnostic::warning(Code::NAMES_COLLIDE, message).at(pointer).help(HELP));
            }
            name
        });
        builders.collect()
    }
}

/// Whether a title is only the name of a property again, as programs write it that make documents from code.
fn is_repeated(title: &str, member: &str) -> bool {
    let words = |text: &str| split_words(text).iter().map(|word| to_singular(word)).collect::<Vec<_>>();
    words(title) == words(member)
}

/// A name made of parts, which may be a name of the prelude only as a whole.
fn avoid_prelude(name: &str) -> String {
    let checked = type_name(name);
    if checked.ends_with("Model") { checked } else { shorten_item(name.to_owned()) }
}

/// What a member adds to the name of its owner: its name, in the singular for a list or a map.
fn member_suffix(name: &str, ty: &TypeRef) -> String {
    let suffix = pascal_case(name).trim_start_matches("r#").trim_end_matches('_').to_owned();
    match ty.split_null().0 {
        TypeRef::List(_) | TypeRef::Map(_) => {
            let mut words = split_words(name);
            match words.pop() {
                Some(last) => pascal_case(&[words.as_slice(), &[to_singular(&last)]].concat().join("_")),
                None => suffix,
            }
        }
        _ => suffix,
    }
}

/// The candidates for the name of a variant's type: `RoundShape`, not `ShapeRoundShape`, in the union `Shape`.
fn variant_candidates(base: &str, variant: &str) -> Vec<String> {
    let short = pascal_case(variant);
    let long = join_pascal(base, &short);
    if short.ends_with(base) || short.starts_with(base) { vec![short, long] } else { vec![long] }
}
