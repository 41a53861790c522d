//! Component schemas that consist of nothing but each other: no value satisfies them, and no type can be made of them.
//!
//! A cycle through a property or a list is a recursive type and no concern of this file. Nor is the pattern in which a
//! base lists its children in `oneOf` and each child takes in the base by `allOf`.

use super::context::Context;
use super::references::SCHEMAS;
use crate::diagnostic::Diagnostic;
use crate::document::pointer;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Reports every cycle of references and `allOf`, and every cycle of references, `oneOf` and `anyOf`.
pub(super) fn check(schemas: &Map<String, Value>, at: &str, cx: &mut Context<'_>) {
    let names: Vec<&str> = schemas.keys().map(String::as_str).collect();
    let indices: HashMap<&str, usize> = names.iter().enumerate().map(|(i, name)| (*name, i)).collect();
    for keys in [&["allOf"][..], &["oneOf", "anyOf"]] {
        let edges: Vec<Vec<usize>> = schemas.values().map(|schema| targets(schema, keys, &indices)).collect();
        for cycle in cycles(&edges) {
            let mut way: Vec<&str> = cycle.iter().filter_map(|index| names.get(*index).copied()).collect();
            let Some(first) = way.first().copied() else {
                continue;
            };
            way.push(first);
            let message = format!("the schema consists of nothing but itself: `{}`", way.join("` → `"));
            let help = "break the cycle by an action of the overlay";
            cx.report(Diagnostic::error("ref-loop", message).help(help), &pointer::join(at, first));
        }
    }
}

/// The schemas that this one consists of.
fn targets(schema: &Value, keys: &[&str], indices: &HashMap<&str, usize>) -> Vec<usize> {
    let lists = keys.iter().filter_map(|key| schema.get(*key)).filter_map(Value::as_array);
    let members = lists.flatten().chain([schema]);
    members
        .filter_map(|member| member.get("$ref")?.as_str()?.strip_prefix(SCHEMAS))
        .filter_map(|name| indices.get(name).copied())
        .collect()
}

/// One cycle for each group of nodes that reach each other. Without recursion: a chain may be as long as the document.
fn cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; edges.len()];
    let mut found = Vec::new();
    for start in 0..edges.len() {
        // The way from the start, each node with the number of its edges that were followed.
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((node, followed)) = way.last_mut() {
            let node = *node;
            let state = states.get(node).copied().unwrap_or(State::Done);
            let next = edges.get(node).and_then(|list| list.get(*followed)).copied();
            *followed += 1;
            match (state, next) {
                (State::Done, _) | (_, None) => {
                    set(&mut states, node, State::Done);
                    way.pop();
                }
                (_, Some(next)) => {
                    set(&mut states, node, State::Open);
                    match states.get(next) {
                        Some(State::New) => way.push((next, 0)),
                        Some(State::Open) => {
                            let from = way.iter().position(|(n, _)| *n == next).unwrap_or(0);
                            found.push(way.iter().skip(from).map(|(n, _)| *n).collect());
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found
}

fn set<T>(list: &mut [T], index: usize, value: T) {
    if let Some(slot) = list.get_mut(index) {
        *slot = value;
    }
}
