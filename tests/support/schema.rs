//! Reads schemas of the document, and validates values with an independent JSON Schema validator.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use crate::document::{Document, escape_name};

const URI: &str = "https://document.test/openapi";

/// Validators by the pointer of their schema. Each is built once.
pub struct Validators {
    registry: &'static Registry<'static>,
    built: Mutex<BTreeMap<String, Arc<Validator>>>,
}

impl std::fmt::Debug for Validators {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Validators")
    }
}

impl Validators {
    /// Creates validators for the schemas of a document.
    ///
    /// # Panics
    /// If a reference cannot be resolved.
    #[must_use]
    pub fn new(document: &Document) -> Self {
        let resource = Draft::Draft202012.create_resource(document.root.clone());
        let registry = Registry::new()
            .add(URI, resource)
            .expect("a valid URI")
            .prepare()
            .expect("resolvable references");
        // Leaked because `Validator` borrows it; a test process creates one.
        Self { registry: Box::leak(Box::new(registry)), built: Mutex::default() }
    }

    /// The validation errors of a value against the schema at a pointer.
    ///
    /// # Panics
    /// If the schema is invalid.
    #[must_use]
    pub fn errors(&self, pointer: &str, value: &Value) -> Vec<String> {
        let validator = self.validator(pointer);
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    fn validator(&self, pointer: &str) -> Arc<Validator> {
        let mut built = self.built.lock().expect("no other thread panicked");
        let build = || {
            let options = jsonschema::options();
            let options = options
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .with_registry(self.registry);
            let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
            let schema = json!({ "$ref": format!("{URI}#{fragment}") });
            Arc::new(
                options.build(&schema).unwrap_or_else(|error| panic!("the schema at {pointer}: {error}")),
            )
        };
        Arc::clone(built.entry(pointer.to_owned()).or_insert_with(build))
    }
}

/// The values that a schema allows; `null` is a separate flag.
#[derive(Debug)]
pub struct Shape<'a> {
    /// The pointer of the schema, after following references.
    pub pointer: String,
    /// Whether `null` is allowed.
    pub nullable: bool,
    /// The other allowed values.
    pub kind: Kind<'a>,
}

/// The kinds of schemas.
#[derive(Debug)]
pub enum Kind<'a> {
    /// A union: the pointers of the variants, and the discriminator property if there is one.
    Union(Vec<String>, Option<&'a str>),
    /// An object with these properties: name, pointer, whether it is required.
    Object(Vec<(&'a str, String, bool)>),
    /// An object with any properties.
    Free,
    /// An object with any names; the pointer of the schema of its values.
    Map(String),
    /// A list; the pointer of the item schema.
    List(String),
    /// One of these strings.
    Enum(Vec<&'a str>),
    /// Exactly this string.
    Constant(&'a str),
    /// A scalar: its type and its schema.
    Scalar(&'a str, &'a Value),
    /// Any value.
    Any,
}

/// The known values of an enum that is written as a choice between them and any string.
fn open_enum<'a>(branches: &[&'a Value]) -> Option<Vec<&'a str>> {
    let [_, _, ..] = branches else { return None };
    let is_string = |schema: &&&Value| schema.get("type").and_then(Value::as_str) == Some("string");
    let values = |schema: &&'a Value| schema.get("enum").and_then(Value::as_array);
    let known = branches.iter().filter_map(values).flatten().filter_map(Value::as_str);
    (branches.iter().filter(is_string).count() == branches.len())
        .then(|| known.collect::<Vec<_>>())
        .filter(|known| !known.is_empty())
}

impl<'a> Kind<'a> {
    /// The only value of a constant, or of an enum with one value.
    #[must_use]
    pub fn only_value(&self) -> Option<&'a str> {
        match self {
            Self::Constant(value) => Some(value),
            Self::Enum(values) if values.len() == 1 => Some(values[0]),
            _ => None,
        }
    }
}

/// Reads the schema at a pointer, following references.
#[must_use]
pub fn read_shape<'a>(document: &'a Document, pointer: &str) -> Shape<'a> {
    let (pointer, schema) = document.resolve(pointer);
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let nullable = types.contains(&"null");
    let kind = |kind| Shape { pointer: pointer.clone(), nullable, kind };
    for keyword in ["oneOf", "anyOf"] {
        let Some(branches) = schema.get(keyword).and_then(Value::as_array) else { continue };
        let is_null = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("null");
        let others: Vec<String> = branches
            .iter()
            .enumerate()
            .filter(|(_, schema)| !is_null(schema))
            .map(|(index, _)| format!("{pointer}/{keyword}/{index}"))
            .collect();
        if let Some(values) =
            open_enum(&others.iter().map(|other| document.resolve(other).1).collect::<Vec<_>>())
        {
            return Shape {
                pointer: pointer.clone(),
                nullable: others.len() < branches.len(),
                kind: Kind::Enum(values),
            };
        }
        // `null` is allowed if a branch allows it, unless a `type` next to the branches excludes it.
        let forbidden = !types.is_empty() && !nullable;
        let null = others.len() < branches.len();
        return match others.as_slice() {
            [only] => {
                let inner = read_shape(document, only);
                Shape {
                    nullable: !forbidden && (null || inner.nullable),
                    pointer: pointer.clone(),
                    kind: inner.kind,
                }
            }
            _ => {
                // `oneOf` requires exactly one matching branch, so `null` fails if several branches allow it.
                let matching = others.iter().filter(|variant| read_shape(document, variant).nullable).count()
                    + usize::from(null);
                let null = !forbidden && (matching == 1 || (matching > 1 && keyword == "anyOf"));
                let tag = schema.pointer("/discriminator/propertyName").and_then(Value::as_str);
                Shape { pointer: pointer.clone(), nullable: null, kind: Kind::Union(others, tag) }
            }
        };
    }
    if let Some(value) = schema.get("const").and_then(Value::as_str) {
        return kind(Kind::Constant(value));
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return kind(Kind::Enum(values.iter().filter_map(Value::as_str).collect()));
    }
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let property = |name: &'a String| {
            let pointer = format!("{pointer}/properties/{}", escape_name(name));
            (name.as_str(), pointer, required.contains(&name.as_str()))
        };
        return kind(Kind::Object(properties.keys().map(property).collect()));
    }
    match types.into_iter().find(|name| *name != "null") {
        Some("array") => kind(Kind::List(format!("{pointer}/items"))),
        Some("object") if schema.get("additionalProperties").is_some_and(Value::is_object) => {
            kind(Kind::Map(format!("{pointer}/additionalProperties")))
        }
        Some("object") => kind(Kind::Free),
        Some(scalar) => kind(Kind::Scalar(scalar, schema)),
        None => kind(Kind::Any),
    }
}
