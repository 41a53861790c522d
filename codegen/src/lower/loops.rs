//! Rejects component schemas that refer to each other in a cycle without an object or a list in between, because they define
//! no type.
//!
//! A cycle through a property or a list is a recursive type and is valid. So is a base that lists its children in `oneOf`
//! while each child includes the base by `allOf`.

use super::context::LowerContext;
use super::references::SCHEMAS;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::pointer;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Reports every cycle of references and `allOf`, and every cycle of references, `oneOf` and `anyOf`.
pub(super) fn reject_cycles(schemas: &Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    let names: Vec<&str> = schemas.keys().map(String::as_str).collect();
    let indices: HashMap<&str, usize> = names.iter().enumerate().map(|(i, name)| (*name, i)).collect();
    for keys in [&["allOf"][..], &["oneOf", "anyOf"]] {
        let edges: Vec<Vec<usize>> =
            schemas.values().map(|schema| referenced_schemas(schema, keys, &indices)).collect();
        for cycle in find_cycles(&edges) {
            let mut path: Vec<&str> = cycle.iter().filter_map(|index| names.get(*index).copied()).collect();
            let Some(first) = path.first().copied() else {
                continue;
            };
            path.push(first);
            let message = format!("the schema refers only to itself: `{}`", path.join("` → `"));
            let help = "break the cycle with an overlay action";
            cx.report(Diagnostic::error(Code::REF_LOOP, message).help(help), &pointer::join(at, first));
        }
    }
}

/// The component schemas that this schema consists of.
fn referenced_schemas(schema: &Value, keys: &[&str], indices: &HashMap<&str, usize>) -> Vec<usize> {
    let lists = keys.iter().filter_map(|key| schema.get(*key)).filter_map(Value::as_array);
    let parts = lists.flatten().chain([schema]);
    parts
        .filter_map(|part| part.get("$ref")?.as_str()?.strip_prefix(SCHEMAS))
        .filter_map(|name| indices.get(name).copied())
        .collect()
}

/// Finds one cycle in each group of nodes that reach each other. The search is iterative, because a chain may be as long as
/// the document.
fn find_cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum VisitState {
        New,
        Open,
        Done,
    }
    let mut states = vec![VisitState::New; edges.len()];
    let mut found = Vec::new();
    for start in 0..edges.len() {
        // The path from the start. Each node has the number of its edges that were followed.
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((node, followed)) = path.last_mut() {
            let node = *node;
            let state = states.get(node).copied().unwrap_or(VisitState::Done);
            let next = edges.get(node).and_then(|list| list.get(*followed)).copied();
            *followed += 1;
            match (state, next) {
                (VisitState::Done, _) | (_, None) => {
                    set_state(&mut states, node, VisitState::Done);
                    path.pop();
                }
                (_, Some(next)) => {
                    set_state(&mut states, node, VisitState::Open);
                    match states.get(next) {
                        Some(VisitState::New) => path.push((next, 0)),
                        Some(VisitState::Open) => {
                            let from = path.iter().position(|(n, _)| *n == next).unwrap_or(0);
                            found.push(path.iter().skip(from).map(|(n, _)| *n).collect());
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found
}

fn set_state<T>(list: &mut [T], index: usize, value: T) {
    if let Some(slot) = list.get_mut(index) {
        *slot = value;
    }
}
