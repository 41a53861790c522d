//! Combines what schemas that hold for the same value say about it besides its type: the tighter constraint counts.

use std::cmp::Ordering;

use openapi_client_description::Constraints;

use crate::ir::Details;

/// Adds what another schema says. Of two defaults, examples or links, the one that is there already stays.
pub(super) fn tighten_details(details: &mut Details, other: Details) {
    tighten(&mut details.constraints, other.constraints);
    details.default = details.default.take().or(other.default);
    details.example = details.example.take().or(other.example);
    details.external_docs = details.external_docs.take().or(other.external_docs);
}

fn tighten(constraints: &mut Constraints, other: Constraints) {
    keep_by(&mut constraints.minimum, other.minimum, Ordering::Greater);
    keep_by(&mut constraints.exclusive_minimum, other.exclusive_minimum, Ordering::Greater);
    keep_by(&mut constraints.maximum, other.maximum, Ordering::Less);
    keep_by(&mut constraints.exclusive_maximum, other.exclusive_maximum, Ordering::Less);
    constraints.min_length = constraints.min_length.max(other.min_length);
    constraints.min_items = constraints.min_items.max(other.min_items);
    constraints.min_properties = constraints.min_properties.max(other.min_properties);
    constraints.max_length = least(constraints.max_length, other.max_length);
    constraints.max_items = least(constraints.max_items, other.max_items);
    constraints.max_properties = least(constraints.max_properties, other.max_properties);
    constraints.unique_items |= other.unique_items;
    constraints.format = constraints.format.take().or(other.format);
    constraints.pattern = both_patterns(constraints.pattern.take(), other.pattern);
    constraints.multiple_of = common_multiple(constraints.multiple_of.take(), other.multiple_of);
    if constraints.allowed_values.is_empty() {
        constraints.allowed_values = other.allowed_values;
    } else if !other.allowed_values.is_empty() {
        constraints.allowed_values.retain(|value| other.allowed_values.contains(value));
    }
    match (&mut constraints.items, other.items) {
        (Some(items), Some(other)) => tighten(items, *other),
        (items, other) => *items = items.take().or(other),
    }
}

fn least(first: Option<usize>, second: Option<usize>) -> Option<usize> {
    first.into_iter().chain(second).min()
}

/// Keeps the limit that compares to the other one as `ordering`.
fn keep_by(limit: &mut Option<String>, other: Option<String>, ordering: Ordering) {
    let Some(other) = other else { return };
    let is_tighter = |limit: &String| match (other.parse::<f64>(), limit.parse::<f64>()) {
        (Ok(other), Ok(limit)) => other.partial_cmp(&limit) == Some(ordering),
        _ => false,
    };
    if limit.as_ref().is_none_or(is_tighter) {
        *limit = Some(other);
    }
}

/// A pattern that texts match which match both.
fn both_patterns(first: Option<String>, second: Option<String>) -> Option<String> {
    match (first, second) {
        (Some(first), Some(second)) if first != second => {
            Some(format!(r"(?=[\s\S]*(?:{first}))(?=[\s\S]*(?:{second}))"))
        }
        (first, second) => first.or(second),
    }
}

/// The step of the numbers that are multiples of both; the first one if that is not a whole number.
fn common_multiple(first: Option<String>, second: Option<String>) -> Option<String> {
    let (Some(first), Some(second)) = (&first, &second) else { return first.or(second) };
    let common = || {
        let (a, b) = (first.parse::<u64>().ok()?, second.parse::<u64>().ok()?);
        let (mut divisor, mut rest) = (a, b);
        while rest != 0 {
            (divisor, rest) = (rest, divisor.checked_rem(rest)?);
        }
        a.checked_div(divisor)?.checked_mul(b)
    };
    Some(common().map_or_else(|| first.clone(), |common| common.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tighter_constraint_counts() {
        let text = |text: &str| Some(text.to_owned());
        let mut constraints = Constraints {
            minimum: text("1"),
            maximum: text("10"),
            multiple_of: text("4"),
            max_length: Some(5),
            pattern: text("^a"),
            ..Constraints::default()
        };
        tighten(
            &mut constraints,
            Constraints {
                minimum: text("0.5"),
                maximum: text("9.5"),
                exclusive_minimum: text("0"),
                multiple_of: text("6"),
                min_length: Some(2),
                max_length: Some(7),
                pattern: text("b$"),
                unique_items: true,
                ..Constraints::default()
            },
        );
        let expected = Constraints {
            minimum: text("1"),
            maximum: text("9.5"),
            exclusive_minimum: text("0"),
            multiple_of: text("12"),
            min_length: Some(2),
            max_length: Some(5),
            pattern: text(r"(?=[\s\S]*(?:^a))(?=[\s\S]*(?:b$))"),
            unique_items: true,
            ..Constraints::default()
        };
        assert_eq!(constraints, expected);
    }
}
