//! What the help says about a flag: the document's words, then what its values must conform to.

use openapi_client_description::{Constraints, Description, Field, JsonValue, Type, TypeDefinition};

use super::flags::{Flag, Kind};
use crate::catalog::Loaded;

/// The number of values of an enum that the help lists.
const MAX_VALUES: usize = 60;

/// The text of the help.
pub(crate) fn describe_flag(loaded: &Loaded, flag: &Flag) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(docs) = flag.docs.or_else(|| type_docs(loaded, flag)) {
        parts.push(end_sentence(docs.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    if flag.required {
        parts.push("Required.".to_owned());
    } else if flag.required_within {
        let outer = flag.name.rsplit_once('.').map_or("", |(outer, _)| outer);
        parts.push(format!("Required with `--{outer}`."));
    }
    if let Some(field) = flag.field() {
        parts.extend(describe_field(&loaded.description, field));
        if field.deprecated {
            parts.push("Deprecated.".to_owned());
        }
    }
    match flag.kind {
        Kind::Map => parts.push("KEY=TEXT, or KEY:=JSON; can be repeated.".to_owned()),
        kind if kind.is_repeatable() => parts.push("Can be repeated.".to_owned()),
        _ => {}
    }
    if flag.types().any(|ty| *loaded.description.resolve(ty) == Type::Secret) {
        parts.push("`@FILE` takes the first line of a file, and `-` that of standard input.".to_owned());
    }
    if !flag.forms.is_empty() {
        parts.push(format!("Only of the form {}.", join_or(&flag.forms)));
    }
    if let Some(path) = flag.name.strip_prefix("field-") {
        parts.push(format!("`--{path}` is an option of every command."));
    }
    parts.join(" ")
}

/// The name of a value: its type in capitals.
pub(crate) fn show_type(loaded: &Loaded, flag: &Flag) -> String {
    let Some(ty) = flag.types().next() else { return "VALUE".to_owned() };
    match flag.kind {
        Kind::Switch => "true|false".to_owned(),
        Kind::File | Kind::FileList => "@FILE".to_owned(),
        Kind::Json | Kind::JsonList => "JSON|@FILE".to_owned(),
        Kind::Map => "KEY=VALUE".to_owned(),
        Kind::Value | Kind::List => name_scalar(&loaded.description, ty).to_owned(),
    }
}

fn name_scalar(description: &Description, ty: &Type) -> &'static str {
    match description.resolve(ty) {
        Type::Integer | Type::Unsigned => "INTEGER",
        Type::Decimal | Type::Float => "NUMBER",
        Type::Boolean => "true|false",
        Type::DateTime => "TIME",
        Type::Date => "DATE",
        Type::List(inner) => name_scalar(description, inner),
        Type::Named(_) => match description.definition(ty) {
            Some(TypeDefinition::Identifier(_)) => "ID",
            Some(TypeDefinition::Enum(_)) => "VALUE",
            Some(TypeDefinition::Union(_)) => "VALUE",
            _ => "TEXT",
        },
        Type::String | Type::Secret => "TEXT",
        _ => "VALUE",
    }
}

fn type_docs<'l>(loaded: &'l Loaded, flag: &Flag) -> Option<&'l str> {
    let name = loaded.description.resolve(flag.types().next()?).referenced_name()?;
    loaded.types.get(name)?.description.as_deref()
}

/// The sentences about the values of a field.
pub(crate) fn describe_field(description: &Description, field: &Field) -> Vec<String> {
    let mut parts = Vec::new();
    let inner = match description.resolve(field.ty()) {
        Type::List(inner) => inner,
        _ => field.ty(),
    };
    match description.definition(inner) {
        Some(TypeDefinition::Enum(values)) => parts.push(list_values(values.iter().map(String::as_str))),
        Some(TypeDefinition::Identifier(prefixes)) if !prefixes.is_empty() => {
            let shown: Vec<String> = prefixes.iter().map(|prefix| format!("{prefix}…")).collect();
            parts.push(format!("Such as {}.", shown.join(" or ")));
        }
        Some(TypeDefinition::Union(variants)) => {
            let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
            parts.push(format!("One of the forms {}.", names.join(", ")));
        }
        _ => {}
    }
    let mut limits = describe_constraints(&field.constraints);
    if let Some(items) = &field.constraints.items {
        limits.extend(describe_constraints(items).into_iter().map(|limit| format!("each {limit}")));
    }
    if !limits.is_empty() {
        parts.push(capitalize(&format!("{}.", limits.join(", "))));
    }
    match description.resolve(inner) {
        Type::DateTime => parts.push("A time such as 2026-01-31T09:30:00Z.".to_owned()),
        Type::Date => parts.push("A date such as 2026-01-31.".to_owned()),
        _ => {}
    }
    if let Some(initial) = &field.initial {
        parts.push(format!("The default is {}.", initial.to_text()));
    }
    if let Some(example) = field.example.as_ref().filter(|example| **example != JsonValue::Null) {
        parts.push(format!("For example {}.", shorten(&example.to_text())));
    }
    parts
}

fn describe_constraints(constraints: &Constraints) -> Vec<String> {
    let mut limits = Vec::new();
    let numbers = [
        ("at least", &constraints.minimum),
        ("more than", &constraints.exclusive_minimum),
        ("at most", &constraints.maximum),
        ("less than", &constraints.exclusive_maximum),
        ("a multiple of", &constraints.multiple_of),
    ];
    limits.extend(numbers.iter().filter_map(|(words, limit)| Some(format!("{words} {}", limit.as_deref()?))));
    let sizes = [
        (constraints.min_length, constraints.max_length, "character"),
        (constraints.min_items, constraints.max_items, "item"),
        (constraints.min_properties, constraints.max_properties, "key"),
    ];
    for (min, max, unit) in sizes {
        let plural = |count: usize| if count == 1 { unit.to_owned() } else { format!("{unit}s") };
        match (min, max) {
            (Some(min), Some(max)) if min == max => limits.push(format!("{min} {}", plural(min))),
            (Some(min), Some(max)) => limits.push(format!("{min} to {max} {}", plural(max))),
            (Some(min), None) if min > 0 => limits.push(format!("at least {min} {}", plural(min))),
            (None, Some(max)) => limits.push(format!("at most {max} {}", plural(max))),
            _ => {}
        }
    }
    if !constraints.allowed_values.is_empty() {
        let values: Vec<String> = constraints.allowed_values.iter().map(JsonValue::to_text).collect();
        limits.push(format!("one of {}", values.join(", ")));
    }
    if constraints.unique_items {
        limits.push("no item twice".to_owned());
    }
    limits.extend(constraints.format.iter().map(|format| format!("format {format}")));
    limits.extend(constraints.pattern.iter().map(|pattern| format!("pattern {pattern}")));
    limits
}

fn list_values<'a>(values: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = values.len();
    let shown: Vec<&str> = values.take(MAX_VALUES).collect();
    let more = count.saturating_sub(MAX_VALUES);
    let end = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("Values: {}{end}.", shown.join(", "))
}

fn join_or(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(" or ")
}

fn end_sentence(mut text: String) -> String {
    if !text.ends_with(['.', '!', '?', ':']) {
        text.push('.');
    }
    text
}

fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 80 { line } else { line.chars().take(79).chain(['…']).collect() }
}
