//! Measures the diff against a computed truth: known mutations are applied to documents, and what is reported is compared with
//! what each mutation means by the table in `diff`.
//!
//! `MUTATED_DOCUMENT` names another document to measure with, `MUTATED_CASES` the number of mutated copies.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::{ProptestConfig, any};
use proptest::sample::Index;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use whop_codegen::diff::{Diff, Impact, Kind, diff, render_text};
use whop_codegen::document::Source;
use whop_codegen::model::{Model, ModelInputs};

use crate::support;

/// A property of an object that requests, responses or both hold.
#[derive(Debug, Clone, Default)]
struct Site {
    request: bool,
    response: bool,
}

/// What a mutation is to be reported as.
#[derive(Debug, Clone)]
struct Expected {
    kind: Kind,
    /// A pointer of the old or the new document.
    pointer: String,
    rust: bool,
    wire: bool,
}

/// The properties of a document by pointer, and the pointers of its operations.
#[derive(Default)]
struct Survey {
    sites: BTreeMap<String, Site>,
    seen: BTreeSet<(String, bool)>,
    operations: Vec<String>,
}

const VERBS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// Schemas with these keys are made of others.
const COMPOSED: [&str; 6] = ["allOf", "oneOf", "anyOf", "discriminator", "const", "not"];

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

impl Survey {
    fn new(root: &Value) -> Self {
        let mut survey = Self::default();
        for part in ["paths", "webhooks"] {
            for (path, item) in root.get(part).and_then(Value::as_object).into_iter().flatten() {
                for verb in VERBS.iter().filter(|verb| item.get(**verb).is_some_and(Value::is_object)) {
                    let at = format!("/{part}/{}/{verb}", escape(path));
                    if part == "paths" {
                        survey.operations.push(at.clone());
                    }
                    let body = format!("{at}/requestBody/content/application~1json/schema");
                    // In a body that may be left out, no setter has to be called.
                    let needed = item.pointer(&format!("/{verb}/requestBody/required")) == Some(&json!(true));
                    if needed || part == "webhooks" {
                        survey.visit(root, &body, part == "paths");
                    }
                    for status in ["200", "201"] {
                        let body = format!("{at}/responses/{status}/content/application~1json/schema");
                        survey.visit(root, &body, false);
                    }
                }
            }
        }
        survey
    }

    fn visit(&mut self, root: &Value, at: &str, request: bool) {
        let mut at = at.to_owned();
        while let Some(target) = root.pointer(&at).and_then(|node| node.get("$ref")?.as_str()) {
            at = target.trim_start_matches('#').to_owned();
        }
        let Some(Value::Object(schema)) = root.pointer(&at) else { return };
        if !self.seen.insert((at.clone(), request)) || COMPOSED.iter().any(|key| schema.contains_key(*key)) {
            return;
        }
        for (name, _) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let property = format!("{at}/properties/{}", escape(name));
            let site = self.sites.entry(property.clone()).or_default();
            site.request |= request;
            site.response |= !request;
            self.visit(root, &property, request);
        }
        if schema.contains_key("items") {
            self.visit(root, &format!("{at}/items"), request);
        }
    }
}

/// The schema of the object that has a property, and the property's name.
fn split_property(pointer: &str) -> (String, String) {
    let (properties, name) = pointer.rsplit_once('/').unwrap();
    let (object, _) = properties.rsplit_once('/').unwrap();
    (object.to_owned(), name.replace("~1", "/").replace("~0", "~"))
}

fn object<'v>(root: &'v mut Value, pointer: &str) -> &'v mut Map<String, Value> {
    root.pointer_mut(pointer).unwrap().as_object_mut().unwrap()
}

fn set_required(root: &mut Value, owner: &str, name: &str, required: bool) {
    let list = object(root, owner).entry("required").or_insert_with(|| json!([])).as_array_mut().unwrap();
    list.retain(|other| other != name);
    if required {
        list.push(json!(name));
    }
    if list.is_empty() {
        object(root, owner).shift_remove("required");
    }
}

/// Applies one mutation of a property; nothing if it does not apply to it.
fn mutate_property(root: &mut Value, pointer: &str, site: &Site, mutation: u8) -> Option<Expected> {
    let (owner, name) = split_property(pointer);
    let schema = root.pointer(pointer)?.as_object()?.clone();
    let required = root.pointer(&owner)?.get("required").and_then(Value::as_array);
    let required = required.is_some_and(|list| list.iter().any(|other| *other == json!(name)));
    let is_string = schema.get("type") == Some(&json!("string")) && !schema.contains_key("format");
    let is_plain = is_string && !schema.contains_key("enum") && !schema.contains_key("const");
    let one_way = schema.contains_key("readOnly") || schema.contains_key("writeOnly");
    if one_way {
        return None;
    }
    let (request, response) = (site.request, site.response);
    let is_nullable =
        schema.get("type").is_some_and(|ty| ty.as_array().is_some_and(|all| all.contains(&json!("null"))))
            || schema.get("nullable") == Some(&json!(true));
    // How many options wrap the field of a struct: a type that no request sends has at most one.
    let options = |required: bool, nullable: bool| {
        let count = u8::from(!required) + u8::from(nullable);
        if request { count } else { count.min(1) }
    };
    let was = options(required, is_nullable);
    let siblings = root.pointer(&owner)?.get("properties")?.as_object()?.len();
    let expect = |kind: Kind, pointer: &str, rust: bool, wire: bool| {
        Some(Expected { kind, pointer: pointer.to_owned(), rust, wire })
    };
    match mutation % 14 {
        // An object without properties is another kind of type.
        0 if is_plain && siblings > 1 => {
            object(root, &format!("{owner}/properties")).shift_remove(&name);
            set_required(root, &owner, &name, false);
            expect(Kind::FieldRemoved, pointer, true, request || required)
        }
        1 => {
            let new = format!("{name}_zzadded");
            let at = format!("{owner}/properties/{}", escape(&new));
            object(root, &format!("{owner}/properties")).insert(new, json!({"type": "boolean"}));
            expect(Kind::FieldAdded, &at, false, false)
        }
        2 => {
            let new = format!("{name}_zzneeded");
            let at = format!("{owner}/properties/{}", escape(&new));
            object(root, &format!("{owner}/properties")).insert(new.clone(), json!({"type": "boolean"}));
            set_required(root, &owner, &new, true);
            expect(Kind::FieldAdded, &at, request, request)
        }
        3 if is_plain => {
            // In the same position, so that it is a rename and nothing else.
            let new = format!("{name}_zzrenamed");
            let properties = object(root, &format!("{owner}/properties"));
            let renamed = std::mem::take(properties)
                .into_iter()
                .map(|(key, value)| if key == name { (new.clone(), value) } else { (key, value) });
            *properties = renamed.collect();
            set_required(root, &owner, &name, false);
            set_required(root, &owner, &new, required);
            expect(Kind::FieldRenamed, pointer, true, request || required)
        }
        4 if !required => {
            set_required(root, &owner, &name, true);
            let rust = request || response && was != options(true, is_nullable);
            expect(Kind::MadeRequired, pointer, rust, request)
        }
        5 if required => {
            set_required(root, &owner, &name, false);
            expect(Kind::MadeOptional, pointer, response && was != options(false, is_nullable), response)
        }
        6 if is_plain => {
            object(root, pointer).insert("type".to_owned(), json!(["string", "null"]));
            expect(
                Kind::MadeNullable,
                pointer,
                response && was != options(required, true),
                response && required,
            )
        }
        7 if schema.get("type") == Some(&json!(["string", "null"])) && schema.len() == 1 => {
            object(root, pointer).insert("type".to_owned(), json!("string"));
            let rust = request || response && was != options(required, false);
            expect(Kind::MadeNonNullable, pointer, rust, request)
        }
        8 if is_plain && schema.keys().all(|key| ["type", "description"].contains(&key.as_str())) => {
            object(root, pointer).insert("type".to_owned(), json!("integer"));
            expect(Kind::Retyped, pointer, true, true)
        }
        9 if is_plain && !schema.contains_key("maxLength") => {
            object(root, pointer).insert("maxLength".to_owned(), json!(7));
            expect(Kind::LimitTightened, pointer, false, request)
        }
        10 if schema.contains_key("maxLength") => {
            object(root, pointer).shift_remove("maxLength");
            expect(Kind::LimitLoosened, pointer, false, false)
        }
        11 if is_plain && !schema.contains_key("default") => {
            object(root, pointer).insert("default".to_owned(), json!("zz"));
            expect(Kind::DefaultChanged, pointer, false, false)
        }
        12 if is_string && schema.get("enum").and_then(Value::as_array).is_some_and(|all| all.len() > 2) => {
            object(root, pointer).get_mut("enum").and_then(Value::as_array_mut).unwrap().pop();
            expect(Kind::ValueRemoved, pointer, true, request)
        }
        13 if is_string && schema.get("enum").and_then(Value::as_array).is_some_and(|all| all.len() > 1) => {
            object(root, pointer)
                .get_mut("enum")
                .and_then(Value::as_array_mut)
                .unwrap()
                .push(json!("zz_new"));
            expect(Kind::ValueAdded, pointer, false, false)
        }
        _ => None,
    }
}

/// Applies one mutation of an operation.
fn mutate_operation(root: &mut Value, pointer: &str, mutation: u8) -> Option<Expected> {
    let expect =
        |kind: Kind, pointer: String, rust: bool, wire: bool| Some(Expected { kind, pointer, rust, wire });
    let operation = object(root, pointer);
    match mutation % 7 {
        0 => {
            let (item, verb) = pointer.rsplit_once('/').unwrap();
            object(root, item).shift_remove(verb);
            expect(Kind::OperationRemoved, pointer.to_owned(), true, true)
        }
        1 if operation.contains_key("operationId") => {
            operation.insert("operationId".to_owned(), json!("zzRenamedCompletely"));
            expect(Kind::OperationRenamed, pointer.to_owned(), true, false)
        }
        2 if operation.get("deprecated").is_none() => {
            operation.insert("deprecated".to_owned(), json!(true));
            expect(Kind::Deprecated, pointer.to_owned(), false, false)
        }
        3 | 4 => {
            let required = mutation % 7 == 4;
            let list = operation.entry("parameters").or_insert_with(|| json!([])).as_array_mut()?;
            let at = format!("{pointer}/parameters/{}", list.len());
            list.push(json!({"name": "zz_added", "in": "query", "required": required, "schema": {"type": "string"}}));
            expect(Kind::ParameterAdded, at, required, required)
        }
        5 => {
            let list = operation.get_mut("parameters")?.as_array_mut()?;
            let is_query = |one: &Value| one.get("in") == Some(&json!("query"));
            // The last one, so that the others keep their pointers.
            let index = list.len().checked_sub(1).filter(|index| is_query(&list[*index]))?;
            list.remove(index);
            expect(Kind::ParameterRemoved, format!("{pointer}/parameters/{index}"), true, true)
        }
        6 if operation.contains_key("summary") => {
            operation.insert("summary".to_owned(), json!("Another text."));
            expect(Kind::Documentation, pointer.to_owned(), false, false)
        }
        _ => None,
    }
}

/// Correct, missed and wrong reports of breaking changes.
#[derive(Debug, Default, Clone, Copy)]
struct Score {
    hits: usize,
    missed: usize,
    wrong: usize,
}

impl Score {
    fn recall(self) -> f64 {
        self.hits as f64 / (self.hits + self.missed).max(1) as f64
    }

    fn precision(self) -> f64 {
        self.hits as f64 / (self.hits + self.wrong).max(1) as f64
    }
}

/// Compares the breaking changes with the expected ones. A change is expected if its kind and one of its pointers are.
fn count(found: &Diff, expected: &[Expected], is_rust: bool, score: &mut Score) -> bool {
    let breaks = |one: &Expected| if is_rust { one.rust } else { one.wire };
    let is = |change: &whop_codegen::diff::Change, one: &Expected| {
        let at = |location: &Option<whop_codegen::diff::Location>| {
            location.as_ref().is_some_and(|location| location.pointer == one.pointer)
        };
        change.kind == one.kind && (at(&change.old) || at(&change.new))
    };
    let breaking = |change: &&whop_codegen::diff::Change| {
        let impact = if is_rust { change.impact.rust } else { change.impact.wire };
        impact == Impact::Breaking
    };
    // What follows from a change elsewhere: pages need certain fields and parameters, an envelope needs enough errors, and an
    // inline type that is no longer the type of another place has a name of its own. A field of one value is an open enum
    // once no request sends its type. A schema under `allOf` is copied into each type that includes it.
    let removes = expected.iter().any(|one| one.kind == Kind::OperationRemoved);
    let copies = |change: &whop_codegen::diff::Change, one: &Expected| {
        let property = one.pointer.rsplit('/').next();
        change.kind == one.kind
            && change.old.iter().any(|location| {
                location.pointer.contains("/allOf/") && location.pointer.rsplit('/').next() == property
            })
    };
    let follows = |change: &whop_codegen::diff::Change| {
        matches!(change.kind, Kind::PagesRemoved | Kind::EnvelopeChanged)
            || change.message.contains("in Rust is")
            || removes && change.kind == Kind::Retyped && change.impact.wire != Impact::Breaking
            || expected.iter().any(|one| copies(change, one))
    };
    let reported: Vec<_> = found.changes.iter().filter(breaking).filter(|change| !follows(change)).collect();
    let before = *score;
    for one in expected.iter().filter(|one| breaks(one)) {
        let hit = reported.iter().any(|change| is(change, one));
        score.hits += usize::from(hit);
        score.missed += usize::from(!hit);
    }
    score.wrong +=
        reported.iter().filter(|change| !expected.iter().any(|one| breaks(one) && is(change, one))).count();
    (before.missed, before.wrong) == (score.missed, score.wrong)
}

fn read(value: &Value) -> Option<Model> {
    let text = serde_json::to_string_pretty(value).unwrap();
    let document = Source { name: "d.json".to_owned(), text };
    Model::read(ModelInputs { document, overlays: Vec::new(), config: None }).ok()
}

/// The documents to mutate: the base of the cases and all fixtures, or the one that the environment names.
fn documents() -> Vec<(String, Value)> {
    let parse = |name: String, text: &str| Some((name, serde_yaml::from_str::<Value>(text).ok()?));
    if let Some(path) = std::env::var_os("MUTATED_DOCUMENT") {
        let text = std::fs::read_to_string(&path).unwrap();
        return parse(path.to_string_lossy().into_owned(), &text).into_iter().collect();
    }
    let base = std::fs::read_to_string(crate::folder().join("base.yaml")).unwrap();
    let fixtures = support::fixtures().into_iter().map(|one| (one.name, one.document.text));
    let all = std::iter::once(("base".to_owned(), base)).chain(fixtures);
    all.filter_map(|(name, text)| parse(name, &text)).collect()
}

#[test]
fn known_mutations_are_reported_and_nothing_else() {
    let documents: Vec<(String, Value, Survey, Model)> = documents()
        .into_iter()
        .filter_map(|(name, root)| {
            let survey = Survey::new(&root);
            let model = read(&root)?;
            (survey.sites.len() > 3 && !survey.operations.is_empty()).then_some((name, root, survey, model))
        })
        .collect();
    assert!(!documents.is_empty());
    let cases = std::env::var("MUTATED_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(600);
    let mut runner =
        TestRunner::new_with_rng(ProptestConfig::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let steps = proptest::collection::vec((any::<Index>(), any::<u8>(), any::<bool>()), 1..4);
    let strategy = (any::<Index>(), steps);
    let (mut rust, mut wire, mut compared, mut reports) =
        (Score::default(), Score::default(), 0, String::new());
    for _ in 0..cases {
        let (which, steps) = strategy.new_tree(&mut runner).unwrap().current();
        let (name, root, survey, old) = which.get(&documents);
        let sites: Vec<(&String, &Site)> = survey.sites.iter().collect();
        let (mut root, mut expected, mut touched) = (root.clone(), Vec::new(), Vec::<String>::new());
        for (place, mutation, of_operation) in steps {
            let pointer = if of_operation { place.get(&survey.operations) } else { place.get(&sites).0 };
            // What is below another mutation, or beside it, is not told apart.
            let unit = if of_operation { pointer.clone() } else { split_property(pointer).0 };
            let near = |one: &String| one.starts_with(&unit) || unit.starts_with(one.as_str());
            if touched.iter().any(near) {
                continue;
            }
            let applied = match of_operation {
                true => mutate_operation(&mut root, pointer, mutation),
                false => mutate_property(&mut root, pointer, place.get(&sites).1, mutation),
            };
            if let Some(one) = applied {
                // Nothing that a removed operation alone used can change.
                let removes = one.kind == Kind::OperationRemoved;
                expected.push(one);
                touched.push(unit);
                if removes {
                    break;
                }
            }
        }
        let removed = expected.iter().any(|one| one.kind == Kind::OperationRemoved);
        if expected.is_empty() || removed && expected.len() > 1 {
            continue;
        }
        let Some(new) = read(&root) else { continue };
        let found = diff(old, &new);
        compared += 1;
        let right = [count(&found, &expected, true, &mut rust), count(&found, &expected, false, &mut wire)];
        if right.contains(&false) {
            reports.push_str(&format!("{name}: {expected:#?}\n{}\n", render_text(&found)));
        }
    }
    let figures = format!(
        "{compared} documents; Rust: recall {:.3}, precision {:.3} {rust:?}; wire: recall {:.3}, precision {:.3} {wire:?}",
        rust.recall(),
        rust.precision(),
        wire.recall(),
        wire.precision()
    );
    println!("{figures}\n{reports}");
    assert!(compared > cases / 4, "{figures}");
    for share in [rust.recall(), rust.precision(), wire.recall(), wire.precision()] {
        assert!(share >= 0.98, "{figures}\n{reports}");
    }
}
