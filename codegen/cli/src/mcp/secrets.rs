//! Takes secrets out of what an agent and the log get.

use openapi_client_description::{
    BodyContent, Description, Field, JsonValue, Operation, ResponseBody, Type, TypeDefinition,
};
use openapi_client_runtime::Secret;

use crate::call::Call;

/// What stands in place of a secret.
pub(super) const REMOVED: &str = "[secret removed]";

/// The deepest nesting that is searched by types, which may be recursive.
const MAX_DEPTH: usize = 60;

/// Finds secrets: by the types of the description, by names, and the credentials of this process wherever they are.
#[derive(Clone)]
pub(super) struct SecretFilter {
    names: &'static [&'static str],
    credentials: Vec<Secret>,
}

/// A value without its secrets.
#[derive(Debug)]
pub(super) struct Cleaned {
    pub(super) value: JsonValue,
    /// The paths of what was taken out.
    pub(super) removed: Vec<String>,
}

impl SecretFilter {
    pub(super) fn new(names: &'static [&'static str], credentials: Vec<Secret>) -> Self {
        // A text this short would be found everywhere, and protects nothing.
        let credentials = credentials.into_iter().filter(|secret| secret.expose().len() >= 8).collect();
        Self { names, credentials }
    }

    /// The body of a successful response.
    pub(super) fn clean_response(
        &self,
        operation: &Operation,
        description: &Description,
        body: JsonValue,
    ) -> Cleaned {
        let ty = match &operation.response {
            Some(ResponseBody::Json(ty)) => Some(ty),
            _ => None,
        };
        let mut cleaning = Cleaning { filter: self, description, removed: Vec::new() };
        let value = cleaning.clean(body, &ty.into_iter().collect::<Vec<_>>(), "", 0);
        Cleaned { value, removed: cleaning.removed }
    }

    /// A value of which no type is known, such as the body of an error.
    pub(super) fn clean_untyped(&self, value: JsonValue) -> JsonValue {
        let description = Description::default();
        Cleaning { filter: self, description: &description, removed: Vec::new() }.clean(value, &[], "", 0)
    }

    /// The arguments of a call.
    pub(super) fn clean_call(&self, call: &Call) -> Call {
        let (operation, description) = (&call.loaded.operation, &call.loaded.description);
        let mut cleaning = Cleaning { filter: self, description, removed: Vec::new() };
        let mut cleaned = call.clone();
        let body = operation.body.as_ref().map(|body| &body.content);
        for (name, value) in &mut cleaned.arguments {
            let parameter = operation.parameters.iter().find(|parameter| parameter.request_name() == name);
            let mut fields: Vec<&Field> = parameter.map(|parameter| parameter.field).into_iter().collect();
            if let Some(BodyContent::Variants(variants)) = body {
                fields.extend(variants.iter().filter_map(|variant| variant.object.fields.get(name)));
            }
            let types: Vec<&Type> = fields.into_iter().map(Field::ty).collect();
            let taken = std::mem::replace(value, JsonValue::Null);
            *value = cleaning.clean_property(name, taken, &types, name, 0);
        }
        if let Some(value) = cleaned.body.take() {
            let types: Vec<&Type> = match body {
                Some(BodyContent::Value(ty)) => vec![ty],
                _ => Vec::new(),
            };
            cleaned.body = Some(cleaning.clean(value, &types, "body", 0));
        }
        cleaned
    }

    /// A text without the credentials of this process.
    pub(super) fn clean_text(&self, text: &str) -> String {
        self.credentials.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose(), REMOVED))
    }

    fn is_secret_name(&self, name: &str) -> bool {
        self.names.iter().any(|secret| secret.eq_ignore_ascii_case(name))
    }
}

struct Cleaning<'a> {
    filter: &'a SecretFilter,
    description: &'a Description,
    removed: Vec<String>,
}

impl Cleaning<'_> {
    /// A value of one of these types; of any type if there is none.
    fn clean(&mut self, value: JsonValue, types: &[&Type], path: &str, depth: usize) -> JsonValue {
        match value {
            JsonValue::String(text) => JsonValue::String(self.filter.clean_text(&text)),
            JsonValue::List(items) => {
                let description = self.description;
                let inner: Vec<&Type> = types
                    .iter()
                    .flat_map(|ty| flatten(description, ty, 0))
                    .filter_map(|ty| if let Type::List(inner) = ty { Some(&**inner) } else { None })
                    .collect();
                let items = items.into_iter().enumerate();
                let items = items.map(|(index, item)| {
                    self.clean_property("", item, &inner, &format!("{path}[{index}]"), depth + 1)
                });
                JsonValue::List(items.collect())
            }
            JsonValue::Object(properties) => {
                let description = self.description;
                let types: Vec<&Type> = if depth > MAX_DEPTH {
                    Vec::new()
                } else {
                    types.iter().flat_map(|ty| flatten(description, ty, 0)).collect()
                };
                let properties = properties.into_iter().map(|(name, value)| {
                    let inner: Vec<&Type> =
                        types.iter().filter_map(|ty| find_property(description, ty, &name)).collect();
                    let path = openapi_client_description::check::join_path(path, &name);
                    let value = self.clean_property(&name, value, &inner, &path, depth + 1);
                    (name, value)
                });
                JsonValue::Object(properties.collect())
            }
            other => other,
        }
    }

    fn clean_property(
        &mut self,
        name: &str,
        value: JsonValue,
        types: &[&Type],
        path: &str,
        depth: usize,
    ) -> JsonValue {
        let description = self.description;
        let is_secret = self.filter.is_secret_name(name)
            || types.iter().flat_map(|ty| flatten(description, ty, 0)).any(|ty| *ty == Type::Secret);
        let has_content = !matches!(value, JsonValue::Null | JsonValue::Bool(_));
        if is_secret && has_content {
            self.removed.push(path.to_owned());
            return JsonValue::string(REMOVED);
        }
        self.clean(value, types, path, depth)
    }
}

/// The types behind a type: without `null` and aliases, and the variants of a union, of any of which a value may be.
fn flatten<'a>(description: &'a Description, ty: &'a Type, depth: usize) -> Vec<&'a Type> {
    let resolved = description.resolve(ty);
    match description.definition(resolved) {
        Some(TypeDefinition::Union(variants)) if depth < MAX_DEPTH => {
            variants.iter().flat_map(|variant| flatten(description, &variant.ty, depth + 1)).collect()
        }
        _ => vec![resolved],
    }
}

fn find_property<'a>(description: &'a Description, ty: &'a Type, name: &str) -> Option<&'a Type> {
    match ty {
        Type::Map(inner) => Some(inner),
        _ => description.object(ty)?.fields.get(name).map(Field::ty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(types: &str, response: &str, body: &str) -> (String, Vec<String>) {
        let operation =
            format!(r#"{{"id":"a","method":"GET","path":"/a","response":{{"json":{response}}}}}"#);
        let description: Description =
            serde_json::from_str(&format!(r#"{{"operations":[{operation}],"types":{types}}}"#)).unwrap();
        let filter = SecretFilter::new(&["pin"], vec![Secret::new("key-of-this-process")]);
        let cleaned =
            filter.clean_response(&description.operations[0], &description, JsonValue::parse(body).unwrap());
        (cleaned.value.to_string(), cleaned.removed)
    }

    #[test]
    fn secrets_are_found_by_type_by_name_and_by_value() {
        let types = r#"{
            "Key":{"object":{"fields":{"id":"string","value":"secret","next":{"nullable":"Key"}}}},
            "Token":{"alias":"secret"},
            "Holder":{"object":{"fields":{"tokens":{"list":"Token"},"by_name":{"map":"Key"}}}},
            "Either":{"union":[{"name":"Key","type":"Key"},{"name":"Holder","type":"Holder"}]}
        }"#;
        for (response, body, expected, removed) in [
            (
                r#""Key""#,
                r#"{"id":"a","value":"s","next":{"id":"b","value":"t","next":null}}"#,
                r#"{"id":"a","value":"*","next":{"id":"b","value":"*","next":null}}"#,
                &["value", "next.value"][..],
            ),
            (
                r#"{"list":"Key"}"#,
                r#"[{"value":"s"},{"value":null}]"#,
                r#"[{"value":"*"},{"value":null}]"#,
                &["[0].value"],
            ),
            (
                r#""Either""#,
                r#"{"tokens":["a","b"],"by_name":{"x":{"value":["s"]}}}"#,
                r#"{"tokens":["*","*"],"by_name":{"x":{"value":"*"}}}"#,
                &["tokens[0]", "tokens[1]", "by_name.x.value"],
            ),
            (
                r#""json""#,
                r#"{"deep":{"PIN":1234,"pins":1}}"#,
                r#"{"deep":{"PIN":"*","pins":1}}"#,
                &["deep.PIN"],
            ),
            (r#""json""#, r#"["is key-of-this-process."]"#, r#"["is *."]"#, &[]),
        ] {
            let (cleaned, paths) = clean(types, response, body);
            assert_eq!(cleaned, expected.replace('*', REMOVED), "{body}");
            assert_eq!(paths, removed, "{body}");
        }
    }
}
