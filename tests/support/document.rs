//! Reads the OpenAPI document without the generator: its operations, the pointers of their schemas, and references.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::format_rules::FormatRule;

/// The OpenAPI document.
#[derive(Debug)]
pub struct Document {
    /// The whole document.
    pub root: Value,
    /// The operations, in document order.
    pub operations: Vec<Operation>,
    /// The webhooks: the name, and the pointer of the payload's schema.
    pub webhooks: Vec<(String, String)>,
}

/// An operation of the document.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId`
    pub id: String,
    /// The method, in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The base path at the mock server: `/api/v1`, after the host for an operation with a server of its own.
    pub base: String,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// The pointer of the request body's schema.
    pub request: Option<String>,
    /// The status of the success response.
    pub status: u16,
    /// The pointer of the schema of its body, if it has one.
    pub response: Option<String>,
    /// The documented errors: status, pointer of the schema, example.
    pub errors: Vec<(u16, String, Value)>,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its location: `path`, `query`, `header` or `cookie`.
    pub location: String,
    /// The pointer of its schema.
    pub schema: String,
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

impl Document {
    /// Reads the vendored document.
    ///
    /// # Panics
    /// If it does not exist, or is not an OpenAPI document.
    #[must_use]
    pub fn vendored() -> Self {
        let names = ["spec/whop.openapi.yaml", "spec/whop.openapi.json"];
        let mut paths = names.map(|name| crate::workspace_root().join(name)).into_iter();
        let path = paths.find(|path| path.exists()).expect("the vendored document");
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut root: Value = serde_yaml::from_str(&text).expect("YAML");
        rewrite_nullable(&mut root);
        FormatRule::read_all().iter().for_each(|rule| rule.apply(&mut root, ""));
        let operations = read_operations(&root);
        let webhooks =
            root.get("webhooks").and_then(Value::as_object).into_iter().flatten().flat_map(|(name, item)| {
                let at = |method| format!("/webhooks/{}/{method}", escape_name(name));
                let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
                methods.map(move |method| {
                    (name.clone(), format!("{}/requestBody/content/application~1json/schema", at(method)))
                })
            });
        let webhooks = webhooks.collect();
        Self { root, operations, webhooks }
    }

    /// The value at a JSON pointer.
    ///
    /// # Panics
    /// If there is no value.
    #[must_use]
    pub fn value_at(&self, pointer: &str) -> &Value {
        self.root.pointer(pointer).unwrap_or_else(|| panic!("the document has no value at {pointer}"))
    }

    /// Follows references from a pointer: the pointer of the final schema, and the schema.
    #[must_use]
    pub fn resolve(&self, pointer: &str) -> (String, &Value) {
        let schema = self.value_at(pointer);
        match schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#')) {
            Some(target) => self.resolve(target),
            None => (pointer.to_owned(), schema),
        }
    }

    /// Whether a parameter of an operation is required.
    #[must_use]
    pub fn is_required(&self, operation: &Operation, parameter: &str) -> bool {
        let found = operation.parameters.iter().find(|candidate| candidate.name == parameter);
        let value = found.and_then(|found| self.root.pointer(found.schema.strip_suffix("/schema")?));
        value.and_then(|value| value.get("required")).and_then(Value::as_bool).unwrap_or_default()
    }

    /// The names of the component schemas.
    #[must_use]
    pub fn components(&self) -> Vec<&str> {
        let schemas = self.root.pointer("/components/schemas").and_then(Value::as_object);
        schemas.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    /// The operation for a method and a path below the server's URL, and the values of its path parameters.
    #[must_use]
    pub fn find_operation(&self, method: &str, path: &str) -> Option<(&Operation, Vec<(String, String)>)> {
        let segments: Vec<&str> = path.split('/').collect();
        let matches = |operation: &&Operation| {
            let template: Vec<&str> = operation.path.split('/').collect();
            operation.method == method
                && template.len() == segments.len()
                && template.iter().zip(&segments).all(|(part, given)| part.starts_with('{') || part == given)
        };
        // If several templates match, the one with the fewest parameters is the most specific.
        let found = self
            .operations
            .iter()
            .filter(matches)
            .min_by_key(|operation| operation.path.matches('{').count())?;
        let template = found.path.split('/').zip(&segments).filter(|(part, _)| part.starts_with('{'));
        let values =
            template.map(|(part, given)| (part.trim_matches(['{', '}']).to_owned(), decode_segment(given)));
        Some((found, values.collect()))
    }
}

/// Percent-decodes a path segment.
#[must_use]
pub fn decode_segment(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Escapes a name for a JSON pointer (RFC 6901, section 3).
#[must_use]
pub fn escape_name(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn read_operations(root: &Value) -> Vec<Operation> {
    let paths = root.get("paths").and_then(Value::as_object).expect("paths");
    let all = paths.iter().flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |method| Some((path, *method, item, item.get(*method)?)))
    });
    all.map(|(path, method, item, operation)| {
        let at = format!("/paths/{}/{method}", escape_name(path));
        let body = "content/application~1json/schema";
        let shared = read_parameters(root, item, &format!("/paths/{}", escape_name(path)));
        let responses = operation.get("responses").and_then(Value::as_object).expect("responses");
        let responses: Vec<(u16, String)> = responses
            .keys()
            .filter_map(|status| {
                Some((status.parse().ok()?, follow(root, format!("{at}/responses/{status}"))))
            })
            .collect();
        let has_body = |place: &str| root.pointer(&format!("{place}/{body}")).is_some();
        let errors = responses.iter().filter(|(status, place)| *status >= 400 && has_body(place));
        let errors = errors.map(|(status, place)| {
            let example = root.pointer(&format!("{place}/content/application~1json/example"));
            (*status, format!("{place}/{body}"), example.cloned().unwrap_or_default())
        });
        let (status, place) = responses.iter().find(|(status, _)| *status < 300).expect("a success response");
        Operation {
            id: operation.get("operationId").and_then(Value::as_str).expect("operationId").to_owned(),
            method: method.to_ascii_uppercase(),
            path: path.clone(),
            base: read_base(operation),
            parameters: shared.into_iter().chain(read_parameters(root, operation, &at)).collect(),
            request: operation.get("requestBody").map(|_| format!("{at}/requestBody/{body}")),
            status: *status,
            response: has_body(place).then(|| format!("{place}/{body}")),
            errors: errors.collect(),
        }
    })
    .collect()
}

fn read_base(operation: &Value) -> String {
    let own = operation.pointer("/servers/0/url").and_then(Value::as_str);
    own.map_or("/api/v1".to_owned(), |url| url.replacen("https:/", "", 1))
}

fn read_parameters(root: &Value, owner: &Value, at: &str) -> Vec<Parameter> {
    let count = owner.get("parameters").and_then(Value::as_array).map_or(0, Vec::len);
    let parameters = (0..count).map(|index| {
        let place = follow(root, format!("{at}/parameters/{index}"));
        let text = |name: &str| {
            let text = root.pointer(&format!("{place}/{name}")).and_then(Value::as_str);
            text.expect("a parameter's text").to_owned()
        };
        Parameter { name: text("name"), location: text("in"), schema: format!("{place}/schema") }
    });
    parameters.collect()
}

/// The pointer of what the value at a pointer refers to.
fn follow(root: &Value, pointer: String) -> String {
    let target = root.pointer(&pointer).and_then(|value| value.get("$ref")).and_then(Value::as_str);
    match target.and_then(|target| target.strip_prefix('#')) {
        Some(target) => follow(root, target.to_owned()),
        None => pointer,
    }
}

/// Removes a choice between properties that must be given: requests of the client can have all of them, and the contract calls
/// set all. Replaces `oneOf` of objects that a value cannot be told apart by.
fn relax_choices(schema: &mut serde_json::Map<String, Value>) {
    let is_choice = |branches: &Vec<Value>| {
        let mut keys = branches.iter().map(|branch| branch.as_object().map(|branch| branch.keys()));
        keys.all(|keys| keys.is_some_and(|mut keys| keys.all(|key| key == "required")))
    };
    if schema.get("oneOf").and_then(Value::as_array).is_some_and(is_choice) {
        schema.remove("oneOf");
    }
    // Objects that require nothing all accept the same values, so that no value is of exactly one.
    let has_no_required =
        |branch: &&Value| branch.get("properties").is_some() && branch.get("required").is_none();
    let branches = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    if branches.filter(has_no_required).count() > 1 {
        let branches = schema.remove("oneOf").unwrap_or_default();
        schema.insert("anyOf".to_owned(), branches);
    }
}

/// Replaces `nullable: true` of OpenAPI 3.0 by `anyOf` with `null`, which JSON Schema validators understand.
fn rewrite_nullable(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rewrite_nullable),
        Value::Object(object) => {
            object.values_mut().for_each(rewrite_nullable);
            relax_choices(object);
            if object.get("nullable") == Some(&Value::Bool(true)) {
                object.remove("nullable");
                let schema = Value::Object(std::mem::take(object));
                object.insert("anyOf".to_owned(), serde_json::json!([schema, { "type": "null" }]));
            }
        }
        _ => {}
    }
}
