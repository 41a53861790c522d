//! Leaves out the parts of a document that cannot be read, so that the rest can be compared with another document.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::lower_options;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Diagnostics, Locate, Place, Position, Severity, SourceId};
use crate::document::{Document, SourceMap, pointer};
use crate::ir::Api;
use crate::lower::lower_document;
use crate::overlay::remove_node;
use crate::resolve::resolve;

/// How often the rest is tried again. One round finds the faults of one stage; a removed part may leave others without target.
const ROUNDS: usize = 32;

/// Keys whose value is a schema.
const SCHEMA_KEYS: [&str; 6] =
    ["schema", "items", "additionalProperties", "not", "contains", "unevaluatedProperties"];

/// Keys whose value maps names to schemas.
const SCHEMA_MAPS: [&str; 4] = ["properties", "patternProperties", "schemas", "$defs"];

/// Keys of a schema without which its type is not known.
const STRUCTURE: [&str; 9] =
    ["$ref", "type", "properties", "required", "enum", "oneOf", "anyOf", "allOf", "discriminator"];

/// A part of a document that cannot be read and is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where the part that is left out is in the text.
    pub position: Position,
    /// What is wrong, without a full stop.
    pub message: String,
}

/// The model of a document without the parts that cannot be read. `None` if there is none: `diagnostics` has the errors.
pub(super) fn resolve_without_faults(
    mut document: Document,
    config: &Config,
    diagnostics: &mut Diagnostics,
    sources: &mut SourceMap,
) -> Option<(Api, Vec<Fault>)> {
    let mut faults = Vec::new();
    for _ in 0..ROUNDS {
        let mut found = Diagnostics::default();
        sources.set_document(&document);
        let lowered = lower_document(document.clone(), &lower_options(config, false), &mut found);
        let api = lowered.map(|lowered| {
            sources.set_lowered(&lowered.origins);
            resolve(&lowered.api, config, &mut found)
        });
        let errors: Vec<&Diagnostic> =
            found.iter().filter(|message| message.severity == Severity::Error).collect();
        if let (Some(api), true) = (api, errors.is_empty()) {
            found.iter().for_each(|message| diagnostics.push(message.clone()));
            return Some((api, faults));
        }
        let cuts = find_cuts(&document, &errors, sources);
        if cuts.is_empty() {
            found.iter().for_each(|message| diagnostics.push(message.clone()));
            return None;
        }
        // From the end, so that the indexes of the other cuts stay valid.
        for cut in cuts.iter().rev() {
            if cut.empty {
                if let Some(node) = document.root.pointer_mut(&cut.pointer) {
                    *node = Value::Object(Map::new());
                }
            } else {
                remove_node(&mut document, &cut.pointer);
            }
        }
        for cut in cuts {
            if !faults.contains(&cut.fault) {
                faults.push(cut.fault);
            }
        }
    }
    None
}

/// A part to leave out.
struct Cut {
    /// Where it is in the tree.
    pointer: String,
    /// Whether a schema that allows everything takes its place.
    empty: bool,
    fault: Fault,
}

/// What to leave out for these errors, in the order of the document. Nothing if an error has no place.
fn find_cuts(document: &Document, errors: &[&Diagnostic], sources: &SourceMap) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    for error in errors {
        let at = match &error.place {
            Place::Pointer { source: SourceId::Document, pointer } => pointer.clone(),
            Place::Pointer { source: SourceId::Lowered, pointer } => sources.document_pointer(pointer),
            _ => return Vec::new(),
        };
        let Some((pointer, empty)) = choose_part(&document.root, &at) else { return Vec::new() };
        // What a reader cannot rely on is the schema as a whole, if a key is missing that gives it a type.
        let shown = owner_of_structure(&pointer).unwrap_or(&pointer);
        let Some(position) = sources.locate(SourceId::Document, shown) else { return Vec::new() };
        let message = error.message.clone();
        cuts.push(Cut { pointer, empty, fault: Fault { position, message } });
    }
    cuts.sort_by(|one, other| compare_pointers(&one.pointer, &other.pointer));
    let mut seen = BTreeSet::new();
    // A part of a part that is left out is gone already.
    cuts.retain(|cut| {
        let mut ancestors =
            std::iter::successors(Some(cut.pointer.as_str()), |at| Some(pointer::parent(at)?.0));
        let is_new = !ancestors.any(|at| seen.contains(at));
        seen.insert(cut.pointer.clone());
        is_new
    });
    cuts
}

/// The part to leave out for an error at `at`, and whether a schema takes its place.
fn choose_part(root: &Value, at: &str) -> Option<(String, bool)> {
    let mut at = at;
    while root.pointer(at).is_none() {
        at = pointer::parent(at)?.0;
    }
    if at.ends_with("/$ref") {
        at = pointer::parent(at)?.0;
    }
    let node = root.pointer(at)?;
    let segments: Vec<_> = pointer::segments(at).collect();
    let last = segments.last()?;
    let before = segments.len().checked_sub(2).and_then(|index| segments.get(index));
    let is_schema = SCHEMA_KEYS.contains(&last.as_ref())
        || before.is_some_and(|key| SCHEMA_MAPS.contains(&key.as_ref()))
        // A property may be called `properties`, but its schema is no list of names then.
        && node.is_object();
    let is_empty = node.as_object().is_some_and(Map::is_empty);
    Some((at.to_owned(), is_schema && !is_empty))
}

/// The schema of a key that gives it a type.
fn owner_of_structure(at: &str) -> Option<&str> {
    let (parent, _) = pointer::parent(at)?;
    let segments: Vec<_> = pointer::segments(at).collect();
    let last = segments.last()?;
    let named = segments.len().checked_sub(2).and_then(|index| segments.get(index));
    let is_name = named.is_some_and(|key| SCHEMA_MAPS.contains(&key.as_ref()));
    if STRUCTURE.contains(&last.as_ref()) && !is_name {
        return Some(parent);
    }
    // A branch of a union.
    let list = pointer::segments(parent).last()?;
    let is_branch = ["oneOf", "anyOf", "allOf"].contains(&list.as_ref());
    if is_branch { pointer::parent(parent).map(|(schema, _)| schema) } else { None }
}

/// The order of the document for items of one list, which differ in their index.
fn compare_pointers(one: &str, other: &str) -> std::cmp::Ordering {
    let key = |at: &str| -> Vec<(usize, String)> {
        pointer::segments(at)
            .map(|segment| (segment.parse().unwrap_or(usize::MAX), segment.into_owned()))
            .collect()
    };
    key(one).cmp(&key(other))
}
