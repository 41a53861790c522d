//! The document as the tests read it: its operations, where their schemas stand, and what references lead to.

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// The document.
#[derive(Debug)]
pub struct Document {
    /// All of it.
    pub root: Value,
    /// The operations in their order.
    pub operations: Vec<Operation>,
    /// The webhooks: name and pointer of the payload's schema.
    pub webhooks: Vec<(String, String)>,
}

/// An operation of the document.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId`
    pub id: String,
    /// The method in capitals.
    pub method: String,
    /// The template of the path.
    pub path: String,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// The pointer of the body's schema.
    pub request: Option<String>,
    /// The pointer of the schema of the 200 answer.
    pub response: String,
    /// The documented errors: status, pointer of the schema, example.
    pub errors: Vec<(u16, String, Value)>,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub place: String,
    /// The pointer of its schema.
    pub schema: String,
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

impl Document {
    /// The vendored document.
    ///
    /// # Panics
    /// If it is not there, or no OpenAPI document.
    #[must_use]
    pub fn vendored() -> Self {
        let names = ["spec/whop.openapi.yaml", "spec/whop.openapi.json"];
        let mut paths = names.map(|name| crate::root().join(name)).into_iter();
        let path = paths.find(|path| path.exists()).expect("the vendored document");
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut root: Value = serde_yaml::from_str(&text).expect("YAML");
        nullable_keyword(&mut root);
        let operations = operations(&root);
        let webhooks =
            root.get("webhooks").and_then(Value::as_object).into_iter().flatten().flat_map(|(name, item)| {
                let at = |method| format!("/webhooks/{}/{method}", escaped(name));
                let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
                methods.map(move |method| {
                    (name.clone(), format!("{}/requestBody/content/application~1json/schema", at(method)))
                })
            });
        let webhooks = webhooks.collect();
        Self { root, operations, webhooks }
    }

    /// What stands at a pointer.
    ///
    /// # Panics
    /// If nothing does.
    #[must_use]
    pub fn at(&self, pointer: &str) -> &Value {
        self.root.pointer(pointer).unwrap_or_else(|| panic!("nothing stands at {pointer}"))
    }

    /// The schema that a pointer leads to through references, and where it stands itself.
    #[must_use]
    pub fn resolve(&self, pointer: &str) -> (String, &Value) {
        let schema = self.at(pointer);
        match schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#')) {
            Some(target) => self.resolve(target),
            None => (pointer.to_owned(), schema),
        }
    }

    /// Whether a parameter of an operation must be there.
    #[must_use]
    pub fn needs(&self, operation: &Operation, parameter: &str) -> bool {
        let own = operation.parameters.iter().find(|own| own.name == parameter);
        let at = own.and_then(|own| self.root.pointer(own.schema.strip_suffix("/schema")?));
        at.and_then(|at| at.get("required")).and_then(Value::as_bool).unwrap_or_default()
    }

    /// The names of the component schemas.
    #[must_use]
    pub fn components(&self) -> Vec<&str> {
        let schemas = self.root.pointer("/components/schemas").and_then(Value::as_object);
        schemas.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    /// The operation that answers a method and a path below the server, and the values of its path parameters.
    #[must_use]
    pub fn find(&self, method: &str, path: &str) -> Option<(&Operation, Vec<(String, String)>)> {
        let segments: Vec<&str> = path.split('/').collect();
        let fits = |operation: &&Operation| {
            let template: Vec<&str> = operation.path.split('/').collect();
            operation.method == method
                && template.len() == segments.len()
                && template.iter().zip(&segments).all(|(own, given)| own.starts_with('{') || own == given)
        };
        // A template with fewer parameters is meant where two fit.
        let found = self
            .operations
            .iter()
            .filter(fits)
            .min_by_key(|operation| operation.path.matches('{').count())?;
        let template = found.path.split('/').zip(&segments).filter(|(own, _)| own.starts_with('{'));
        let values = template.map(|(own, given)| (own.trim_matches(['{', '}']).to_owned(), decoded(given)));
        Some((found, values.collect()))
    }
}

/// A segment of a path, decoded.
#[must_use]
pub fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A name as a JSON Pointer writes it.
#[must_use]
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn operations(root: &Value) -> Vec<Operation> {
    let paths = root.get("paths").and_then(Value::as_object).expect("paths");
    let all = paths.iter().flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |method| Some((path, *method, item, item.get(*method)?)))
    });
    all.map(|(path, method, item, operation)| {
        let at = format!("/paths/{}/{method}", escaped(path));
        let body = "content/application~1json/schema";
        let shared = parameters(item, &format!("/paths/{}", escaped(path)));
        let responses = operation.get("responses").and_then(Value::as_object).expect("responses");
        let errors = responses.iter().filter_map(|(status, response)| {
            let status: u16 = status.parse().ok().filter(|status| *status >= 400)?;
            let example = response.pointer("/content/application~1json/example").cloned().unwrap_or_default();
            Some((status, format!("{at}/responses/{status}/{body}"), example))
        });
        Operation {
            id: operation.get("operationId").and_then(Value::as_str).expect("operationId").to_owned(),
            method: method.to_ascii_uppercase(),
            path: path.clone(),
            parameters: shared.into_iter().chain(parameters(operation, &at)).collect(),
            request: operation.get("requestBody").map(|_| format!("{at}/requestBody/{body}")),
            response: format!("{at}/responses/200/{body}"),
            errors: errors.collect(),
        }
    })
    .collect()
}

fn parameters(owner: &Value, at: &str) -> Vec<Parameter> {
    let list = owner.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let text = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_str).expect("a parameter's text").to_owned()
    };
    list.enumerate()
        .map(|(index, parameter)| Parameter {
            name: text(parameter, "name"),
            place: text(parameter, "in"),
            schema: format!("{at}/parameters/{index}/schema"),
        })
        .collect()
}

/// Writes OpenAPI 3.0's `nullable: true` as JSON Schema has it.
fn nullable_keyword(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(nullable_keyword),
        Value::Object(members) => {
            members.values_mut().for_each(nullable_keyword);
            if members.get("nullable") == Some(&Value::Bool(true)) {
                members.remove("nullable");
                let own = Value::Object(std::mem::take(members));
                members.insert("anyOf".to_owned(), serde_json::json!([own, { "type": "null" }]));
            }
        }
        _ => {}
    }
}
