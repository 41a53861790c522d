//! What the values of a member must keep to, in the table's words.

use super::line::{Line, list};
use openapi_client_description::Constraints;

use crate::ir::Details;

/// Adds the constraints and the example.
pub(super) fn limits(line: &mut Line, details: &Details) {
    constraints(line, &details.common_constraints());
    // An example may well be null: a member that stays empty as long as nothing goes wrong.
    if let Some(example) = &details.example {
        line.value("example", example);
    }
}

fn constraints(line: &mut Line, constraints: &Constraints) {
    let numbers = [
        ("minimum", &constraints.minimum),
        ("above", &constraints.exclusive_minimum),
        ("maximum", &constraints.maximum),
        ("below", &constraints.exclusive_maximum),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            line.raw(name, number);
        }
    }
    let sizes = [
        ("min_length", constraints.min_length),
        ("max_length", constraints.max_length),
        ("min_items", constraints.min_items),
        ("max_items", constraints.max_items),
    ];
    for (name, size) in sizes {
        if let Some(size) = size {
            line.raw(name, &size.to_string());
        }
    }
    if let Some(pattern) = &constraints.pattern {
        line.text("pattern", pattern);
    }
    if let Some(format) = &constraints.format {
        line.text("format", format);
    }
    if !constraints.allowed_values.is_empty() {
        line.raw("one_of", &list(constraints.allowed_values.iter().map(ToString::to_string)));
    }
    if let Some(items) = &constraints.items {
        let mut own = Line::default();
        self::constraints(&mut own, items);
        line.object("items", &own);
    }
}
