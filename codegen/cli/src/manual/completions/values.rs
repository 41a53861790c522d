//! The values of the flags of an operation: those of enums, booleans and files. Ids are not completed.

use std::ffi::OsStr;

use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use openapi_client_description::{JsonValue, Type, TypeDefinition};

use super::candidates::{Candidate, list_files, make_clap_candidate};
use crate::{
    arguments::{Flag, Kind, Place},
    catalog::Loaded,
};

/// Completes the values of a flag.
pub(super) fn complete_flag(loaded: &'static Loaded, flag: Flag) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &OsStr| list_values(loaded, &flag, &current.to_string_lossy()))
}

/// Completes the paths of `--set`, or those of `--null`.
pub(super) fn complete_path(flags: &[Flag], end: &'static str) -> ArgValueCompleter {
    let flags = flags.iter().filter(|flag| flag.place == Place::Body);
    let paths: Vec<Candidate> =
        flags.map(|flag| Candidate::new(format!("{}{end}", flag.path.join(".")), flag.docs)).collect();
    super::candidates::complete_with(move || paths.clone())
}

fn list_values(loaded: &'static Loaded, flag: &Flag, current: &str) -> Vec<CompletionCandidate> {
    match flag.kind {
        Kind::File | Kind::FileList | Kind::Json | Kind::JsonList => list_files("@", current),
        Kind::Map if current.starts_with('@') => list_files("@", current),
        Kind::Map => Vec::new(),
        Kind::Switch | Kind::Value | Kind::List => {
            let mut values = Vec::new();
            for field in &flag.fields {
                let constraints = [Some(&field.constraints), field.constraints.items.as_deref()];
                let allowed = constraints.into_iter().flatten().flat_map(|limits| &limits.allowed_values);
                values.extend(allowed.chain(&field.constant).filter_map(show_scalar));
                add_values(loaded, field.ty(), &mut values);
            }
            let mut seen = std::collections::BTreeSet::new();
            values.retain(|value| value.value.starts_with(current) && seen.insert(value.value.clone()));
            values.into_iter().map(make_clap_candidate).collect()
        }
    }
}

fn show_scalar(value: &JsonValue) -> Option<Candidate> {
    match value {
        JsonValue::Null | JsonValue::List(_) | JsonValue::Object(_) => None,
        scalar => Some(Candidate::new(scalar.to_text(), None)),
    }
}

/// Adds the values of a type that has few.
fn add_values(loaded: &Loaded, ty: &Type, values: &mut Vec<Candidate>) {
    let description = &loaded.description;
    match description.resolve(ty) {
        Type::Boolean => values.extend(["true", "false"].map(|value| Candidate::new(value, None))),
        Type::List(inner) => add_values(loaded, inner, values),
        resolved => match description.definition(resolved) {
            Some(TypeDefinition::Enum(names)) => {
                let texts = resolved.referenced_name().and_then(|name| loaded.types.get(name));
                let help = |name: &String| texts?.members.get(name).map(String::as_str);
                values.extend(names.iter().map(|name| Candidate::new(name, help(name))));
            }
            Some(TypeDefinition::Union(variants)) => {
                // An object within a union is given as JSON, and a union within a union has no name of its own.
                for variant in variants {
                    if !matches!(description.definition(&variant.ty), Some(TypeDefinition::Union(_))) {
                        add_values(loaded, &variant.ty, values);
                    }
                }
            }
            _ => {}
        },
    }
}
