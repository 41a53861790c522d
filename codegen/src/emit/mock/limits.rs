//! What the values of a member must keep to, in the table's words.

use super::line::{Line, list};
use crate::ir::{Bound, Bounds, Limits};

/// Adds limits and the example.
pub(super) fn limits(line: &mut Line, limits: &Limits) {
    bounds(line, &limits.bounds);
    // An example may well be null: a member that stays empty as long as nothing goes wrong.
    if let Some(example) = &limits.example {
        line.value("example", example);
    }
}

fn bounds(line: &mut Line, bounds: &Bounds) {
    let mut range = |end: &Option<Bound>, inside: &str, outside: &str| {
        if let Some(bound) = end {
            line.raw(if bound.exclusive { outside } else { inside }, &bound.value);
        }
    };
    range(&bounds.minimum, "minimum", "above");
    range(&bounds.maximum, "maximum", "below");
    let sizes = [
        ("min_length", bounds.length.0),
        ("max_length", bounds.length.1),
        ("min_items", bounds.count.0),
        ("max_items", bounds.count.1),
    ];
    for (name, size) in sizes {
        if let Some(size) = size {
            line.raw(name, &size.to_string());
        }
    }
    if let Some(pattern) = &bounds.pattern {
        line.text("pattern", pattern);
    }
    if let Some(format) = &bounds.format {
        line.text("format", format);
    }
    if !bounds.values.is_empty() {
        line.raw("one_of", &list(bounds.values.iter().map(ToString::to_string)));
    }
    if let Some(items) = &bounds.items {
        let mut own = Line::default();
        self::bounds(&mut own, items);
        line.object("items", &own);
    }
}
