//! Schemas of the document: what one says of its values, and the validator that is not ours.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use crate::document::{Document, escaped};

const URI: &str = "https://document.test/openapi";

/// Validators by the pointer of their schema, each built once.
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
    /// Validators for the schemas of a document.
    ///
    /// # Panics
    /// If a reference leads nowhere.
    #[must_use]
    pub fn new(document: &Document) -> Self {
        let resource = Draft::Draft202012.create_resource(document.root.clone());
        let registry = Registry::new().add(URI, resource).expect("an address").prepare().expect("references");
        // One for the whole run of a test.
        Self { registry: Box::leak(Box::new(registry)), built: Mutex::default() }
    }

    /// What is wrong with a value by the schema at a pointer.
    ///
    /// # Panics
    /// If the schema is none.
    #[must_use]
    pub fn errors(&self, pointer: &str, value: &Value) -> Vec<String> {
        let validator = self.of(pointer);
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }

    fn of(&self, pointer: &str) -> Arc<Validator> {
        let mut built = self.built.lock().expect("no test failed in here");
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

/// What a schema asks of its values, with `null` set apart.
#[derive(Debug)]
pub struct Shape<'a> {
    /// Where it stands, references followed.
    pub pointer: String,
    /// Whether `null` is a value.
    pub nullable: bool,
    /// What else is.
    pub kind: Kind<'a>,
}

/// What kind of schema it is.
#[derive(Debug)]
pub enum Kind<'a> {
    /// One of several, by their pointers, and the member that tells them apart.
    Union(Vec<String>, Option<&'a str>),
    /// An object with these members: name, pointer, whether it must be there.
    Object(Vec<(&'a str, String, bool)>),
    /// An object with any members.
    Free,
    /// A list of what stands at the pointer.
    List(String),
    /// One of these texts.
    Enum(Vec<&'a str>),
    /// This one text.
    Constant(&'a str),
    /// A scalar of this type, and its schema.
    Scalar(&'a str, &'a Value),
    /// Anything.
    Any,
}

/// What the schema at a pointer asks of its values.
#[must_use]
pub fn shape<'a>(document: &'a Document, pointer: &str) -> Shape<'a> {
    let (pointer, schema) = document.resolve(pointer);
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let nullable = types.contains(&"null");
    let kind = |kind| Shape { pointer: pointer.clone(), nullable, kind };
    for keyword in ["oneOf", "anyOf"] {
        let Some(all) = schema.get(keyword).and_then(Value::as_array) else { continue };
        let is_null = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("null");
        let others: Vec<String> = all
            .iter()
            .enumerate()
            .filter(|(_, schema)| !is_null(schema))
            .map(|(index, _)| format!("{pointer}/{keyword}/{index}"))
            .collect();
        // `null` is a value where a branch takes it and no type beside the branches forbids it.
        let forbidden = !types.is_empty() && !nullable;
        let null = others.len() < all.len();
        return match others.as_slice() {
            [only] => {
                let inner = shape(document, only);
                Shape {
                    nullable: !forbidden && (null || inner.nullable),
                    pointer: pointer.clone(),
                    kind: inner.kind,
                }
            }
            _ => {
                // JSON Schema's `oneOf` takes what exactly one branch takes.
                let takers = others.iter().filter(|variant| shape(document, variant).nullable).count()
                    + usize::from(null);
                let null = !forbidden && (takers == 1 || (takers > 1 && keyword == "anyOf"));
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
    if let Some(members) = schema.get("properties").and_then(Value::as_object) {
        let needed: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let member = |name: &'a String| {
            let at = format!("{pointer}/properties/{}", escaped(name));
            (name.as_str(), at, needed.contains(&name.as_str()))
        };
        return kind(Kind::Object(members.keys().map(member).collect()));
    }
    match types.into_iter().find(|name| *name != "null") {
        Some("array") => kind(Kind::List(format!("{pointer}/items"))),
        Some("object") => kind(Kind::Free),
        Some(scalar) => kind(Kind::Scalar(scalar, schema)),
        None => kind(Kind::Any),
    }
}
