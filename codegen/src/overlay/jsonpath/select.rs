//! Selects nodes of a tree by a path, in the order of the tree.

use super::{Comparison, Filter, Operand, Path, Segment, Selector};
use crate::document::pointer;
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::HashSet;

/// A node with its pointer.
type Selected<'a> = (String, &'a Value);

/// The pointers of the selected nodes, without duplicates.
pub(in crate::overlay) fn select_nodes(path: &Path, root: &Value) -> Vec<String> {
    let mut seen = HashSet::new();
    select_from(path, root, root)
        .into_iter()
        .map(|(pointer, _)| pointer)
        .filter(|pointer| seen.insert(pointer.clone()))
        .collect()
}

fn select_from<'a>(path: &Path, start: &'a Value, root: &'a Value) -> Vec<Selected<'a>> {
    let mut current: Vec<Selected<'a>> = vec![(String::new(), start)];
    for segment in &path.segments {
        let mut next = Vec::new();
        for (pointer, value) in current {
            apply_segment(segment, pointer, value, root, &mut next);
        }
        current = next;
    }
    current
}

fn apply_segment<'a>(
    segment: &Segment,
    pointer: String,
    value: &'a Value,
    root: &'a Value,
    out: &mut Vec<Selected<'a>>,
) {
    for selector in &segment.selectors {
        apply_selector(selector, &pointer, value, root, out);
    }
    if segment.is_descendant {
        for (below, child) in child_nodes(&pointer, value) {
            apply_segment(segment, below, child, root, out);
        }
    }
}

fn child_nodes<'a>(at: &str, value: &'a Value) -> Vec<Selected<'a>> {
    match value {
        Value::Object(map) => map.iter().map(|(key, child)| (pointer::join(at, key), child)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(i, child)| (format!("{at}/{i}"), child)).collect()
        }
        _ => Vec::new(),
    }
}

fn apply_selector<'a>(
    selector: &Selector,
    at: &str,
    value: &'a Value,
    root: &'a Value,
    out: &mut Vec<Selected<'a>>,
) {
    match (selector, value) {
        (Selector::Name(name), Value::Object(map)) => {
            out.extend(map.get(name).map(|child| (pointer::join(at, name), child)));
        }
        (Selector::Index(index), Value::Array(list)) => {
            let index = normalize_index(*index, list.len());
            let child = usize::try_from(index).ok().and_then(|index| list.get(index));
            out.extend(child.map(|child| (format!("{at}/{index}"), child)));
        }
        (Selector::Slice { start, end, step }, Value::Array(list)) => {
            for index in slice_indices(*start, *end, *step, list.len()) {
                out.extend(list.get(index).map(|child| (format!("{at}/{index}"), child)));
            }
        }
        (Selector::Wildcard, _) => out.extend(child_nodes(at, value)),
        (Selector::Filter(filter), _) => {
            out.extend(child_nodes(at, value).into_iter().filter(|(_, child)| is_match(filter, child, root)));
        }
        _ => {}
    }
}

/// A negative index counts from the end (RFC 9535, section 2.3.3).
fn normalize_index(index: i64, length: usize) -> i64 {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    if index < 0 { index.saturating_add(length) } else { index }
}

/// The indices of a slice (RFC 9535, section 2.3.4.2.2).
fn slice_indices(start: Option<i64>, end: Option<i64>, step: i64, length: usize) -> Vec<usize> {
    let size = i64::try_from(length).unwrap_or(i64::MAX);
    let bound = |index: i64, low: i64, high: i64| normalize_index(index, length).clamp(low, high);
    let mut indices = Vec::new();
    if step > 0 {
        let mut index = start.map_or(0, |i| bound(i, 0, size));
        let end = end.map_or(size, |i| bound(i, 0, size));
        while index < end {
            indices.extend(usize::try_from(index));
            index = index.saturating_add(step);
        }
    } else if step < 0 {
        let mut index = start.map_or(size - 1, |i| bound(i, -1, size - 1));
        let end = end.map_or(-1, |i| bound(i, -1, size - 1));
        while index > end {
            indices.extend(usize::try_from(index));
            index = index.saturating_add(step);
        }
    }
    indices
}

fn is_match(filter: &Filter, current: &Value, root: &Value) -> bool {
    match filter {
        Filter::Or(left, right) => is_match(left, current, root) || is_match(right, current, root),
        Filter::And(left, right) => is_match(left, current, root) && is_match(right, current, root),
        Filter::Not(inner) => !is_match(inner, current, root),
        Filter::Exists(operand) => operand_value(operand, current, root).is_some(),
        Filter::Compare(left, comparison, right) => {
            let left = operand_value(left, current, root);
            let right = operand_value(right, current, root);
            compare_operands(left, *comparison, right)
        }
    }
}

/// The first node that the operand selects.
fn operand_value<'a>(operand: &'a Operand, current: &'a Value, root: &'a Value) -> Option<&'a Value> {
    let first = |path, start| select_from(path, start, root).first().map(|(_, value)| *value);
    match operand {
        Operand::Literal(value) => Some(value),
        Operand::Current(path) => first(path, current),
        Operand::Root(path) => first(path, root),
    }
}

fn compare_operands(left: Option<&Value>, comparison: Comparison, right: Option<&Value>) -> bool {
    let order = compare_values(left, right);
    match comparison {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

/// Compares as RFC 9535 defines it (section 2.3.5.2.2): only numbers and strings are ordered, and two absent nodes are
/// equal.
fn compare_values(left: Option<&Value>, right: Option<&Value>) -> Option<Ordering> {
    match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => {
            left.as_f64()?.partial_cmp(&right.as_f64()?)
        }
        (Some(Value::String(left)), Some(Value::String(right))) => Some(left.cmp(right)),
        (left, right) => (left == right).then_some(Ordering::Equal),
    }
}
