//! Finds what an overlay creates although it only describes it.
//!
//! An action that describes a property of an object creates the property if the document no longer has it: a property without a
//! type, which nobody wanted. An action that adds a property on purpose says what its values are.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId};
use crate::document::{Document, pointer};
use serde_json::{Map, Value};

/// Keywords that say nothing about the values of a schema.
const DESCRIBING: [&str; 11] = [
    "title",
    "description",
    "summary",
    "deprecated",
    "example",
    "examples",
    "externalDocs",
    "readOnly",
    "writeOnly",
    "default",
    "nullable",
];

/// Keys whose contents are values, not parts of the document.
const VALUES: [&str; 5] = ["example", "examples", "default", "enum", "const"];

/// Reports each schema and each parameter that an overlay added without a type.
pub(crate) fn report_brought_back(document: &Document, diagnostics: &mut Diagnostics) {
    for at in document.added.pointers() {
        if let (Some(kind), Some(value)) = (kind_of_place(at), pointer::find(&document.root, at)) {
            report_below(value, &mut at.to_owned(), kind, diagnostics);
        }
    }
}

/// What a node is by its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A map of schemas by the names of properties or components.
    Schemas,
    /// A schema that has a name: a property or a component.
    Schema,
    /// A list or a map of parameters.
    Parameters,
    Parameter,
    Other,
}

impl Kind {
    fn child(self, key: &str) -> Option<Self> {
        Some(match self {
            Self::Schemas => Self::Schema,
            Self::Parameters => Self::Parameter,
            Self::Schema | Self::Parameter | Self::Other => match key {
                "properties" | "schemas" | "patternProperties" => Self::Schemas,
                "parameters" => Self::Parameters,
                _ if VALUES.contains(&key) || key.starts_with("x-") => return None,
                _ => Self::Other,
            },
        })
    }
}

/// The kind of the node at a pointer; `None` for a part of a value.
fn kind_of_place(at: &str) -> Option<Kind> {
    pointer::segments(at).try_fold(Kind::Other, |kind, key| kind.child(&key))
}

fn report_below(value: &Value, at: &mut String, kind: Kind, diagnostics: &mut Diagnostics) {
    match value {
        Value::Object(map) => {
            if let Some(word) = describe_untyped(map, kind) {
                let name = pointer::segments(at).last().unwrap_or_default().into_owned();
                let name = map.get("name").and_then(Value::as_str).map_or(name, str::to_owned);
                let message =
                    format!("the action describes the {word} `{name}`, which the document does not have");
                let help = "move the description to the new place, or delete it; to add something on purpose, give it a type";
                let diagnostic = Diagnostic::error(Code::BROUGHT_BACK, message);
                diagnostics.push_misfit(diagnostic.at_source(SourceId::Document, at.as_str()).help(help));
                return;
            }
            for (key, child) in map {
                report_child(key, child, at, kind, diagnostics);
            }
        }
        Value::Array(items) => {
            for (index, child) in items.iter().enumerate() {
                report_child(&index.to_string(), child, at, kind, diagnostics);
            }
        }
        _ => {}
    }
}

fn report_child(key: &str, child: &Value, at: &mut String, kind: Kind, diagnostics: &mut Diagnostics) {
    if let Some(kind) = kind.child(key) {
        let length = at.len();
        pointer::push_segment(at, key);
        report_below(child, at, kind, diagnostics);
        at.truncate(length);
    }
}

/// The word for a schema or a parameter without a type. An empty schema allows every value on purpose.
fn describe_untyped(map: &Map<String, Value>, kind: Kind) -> Option<&'static str> {
    let is_described = |key: &String| DESCRIBING.contains(&key.as_str()) || key.starts_with("x-");
    match kind {
        Kind::Schema if !map.is_empty() && map.keys().all(is_described) => Some("property"),
        Kind::Parameter if ["schema", "content", "$ref"].iter().all(|key| !map.contains_key(*key)) => {
            Some("parameter")
        }
        _ => None,
    }
}
