//! The arguments of an operation as JSON Schema (2020-12).

use std::collections::BTreeMap;

use openapi_client_description::{
    BodyContent, Constraints, Encoding, Field, JsonValue, Object, Type, TypeDefinition, TypeDocs,
};

use super::texts::clean_text;
use crate::{call::WHOLE_BODY, catalog::Loaded};

/// The longest text of a description, in characters.
const MAX_TEXT: usize = 1200;

/// Properties of a schema or of another object, in order.
pub(super) type Properties = Vec<(String, JsonValue)>;

/// The schema of all arguments.
pub(super) fn make_schema(loaded: &Loaded) -> JsonValue {
    let mut schema = Schema { loaded, definitions: BTreeMap::new() };
    let (mut properties, mut required) = (Properties::new(), Vec::new());
    for parameter in loaded.operation.parameters.iter() {
        let name = parameter.request_name();
        let text = loaded.docs.parameters.get(name).map(String::as_str);
        properties.push((name.to_owned(), schema.describe_field(parameter.field, text)));
        if parameter.field.is_required() && parameter.field.constant.is_none() {
            required.push(name);
        }
    }
    let mut alternatives = Vec::new();
    if let Some(body) = &loaded.operation.body {
        match &body.content {
            BodyContent::Value(_) if body.encoding == Encoding::Raw => {
                let kind = body.media_type.as_deref().unwrap_or("text");
                properties
                    .push((WHOLE_BODY.to_owned(), describe_text(&format!("The body, as text ({kind})."))));
            }
            BodyContent::Value(ty) => {
                let text = loaded.docs.body.as_deref().unwrap_or("The body.");
                let value = schema.describe_type(ty);
                properties.push((WHOLE_BODY.to_owned(), add_text(value, Some(text))));
            }
            BodyContent::Variants(variants) => {
                for (index, variant) in variants.iter().enumerate() {
                    let docs = loaded.docs.variants.get(index);
                    let (fields, names) = schema.describe_fields(&variant.object, docs);
                    if variants.len() == 1 {
                        properties.extend(fields);
                        required.extend(names.into_iter().filter(|_| body.required));
                    } else {
                        let mut alternative = vec![
                            ("title".to_owned(), JsonValue::string(&variant.name)),
                            ("properties".to_owned(), JsonValue::Object(fields)),
                        ];
                        push_required(&mut alternative, &names);
                        alternatives.push(JsonValue::Object(alternative));
                    }
                }
            }
        }
        if let (true, BodyContent::Value(_)) = (body.required, &body.content) {
            required.push(WHOLE_BODY);
        }
    }
    let is_closed = alternatives.is_empty();
    let mut all = vec![
        ("type".to_owned(), JsonValue::string("object")),
        ("properties".to_owned(), JsonValue::Object(properties)),
    ];
    push_required(&mut all, &required);
    if !is_closed {
        all.push(("anyOf".to_owned(), JsonValue::List(alternatives)));
    } else {
        all.push(("additionalProperties".to_owned(), JsonValue::Bool(false)));
    }
    let definitions: Properties = schema
        .definitions
        .into_iter()
        .filter_map(|(name, definition)| Some((shorten_name(name), definition?)))
        .collect();
    if !definitions.is_empty() {
        all.push(("$defs".to_owned(), JsonValue::Object(definitions)));
    }
    JsonValue::Object(all)
}

fn push_required(schema: &mut Properties, names: &[&str]) {
    if !names.is_empty() {
        let names = names.iter().map(|&name| JsonValue::string(name));
        schema.push(("required".to_owned(), JsonValue::List(names.collect())));
    }
}

/// A name for a place in `$defs`, which is part of a URI.
fn shorten_name(name: &str) -> String {
    name.trim_start_matches('~').replace(|char: char| !char.is_ascii_alphanumeric(), "_")
}

fn describe_text(text: &str) -> JsonValue {
    add_text(name_type("string"), Some(text))
}

fn name_type(name: &str) -> JsonValue {
    JsonValue::Object(vec![("type".to_owned(), JsonValue::string(name))])
}

fn add_text(mut schema: JsonValue, text: Option<&str>) -> JsonValue {
    if let Some(text) = text.map(|text| clean_text(text, MAX_TEXT)).filter(|text| !text.is_empty()) {
        schema.set("description", JsonValue::String(text));
    }
    schema
}

struct Schema<'a> {
    loaded: &'a Loaded,
    /// By the names of types; `None` while one is being made, so that a recursive type ends.
    definitions: BTreeMap<&'a str, Option<JsonValue>>,
}

impl<'a> Schema<'a> {
    /// The fields that a request can have, and the names of those that it must have.
    fn describe_fields(&mut self, object: &'a Object, docs: Option<&TypeDocs>) -> (Properties, Vec<&'a str>) {
        let (mut properties, mut required) = (Properties::new(), Vec::new());
        for (name, field) in object.fields.iter().filter(|(_, field)| !field.read_only) {
            let text = docs.and_then(|docs| docs.members.get(name)).map(String::as_str);
            properties.push((name.clone(), self.describe_field(field, text)));
            if field.is_required() && field.constant.is_none() {
                required.push(name.as_str());
            }
        }
        (properties, required)
    }

    fn describe_field(&mut self, field: &'a Field, text: Option<&str>) -> JsonValue {
        let mut schema = self.describe_type(field.ty());
        if let (None, Type::Named(name)) = (text, field.ty()) {
            let own = self.loaded.types.get(name).and_then(|docs| docs.description.as_deref());
            schema = add_text(schema, own);
        }
        schema = add_text(schema, text);
        add_constraints(&mut schema, &field.constraints);
        for (keyword, value) in [("const", &field.constant), ("default", &field.initial)] {
            if let Some(value) = value {
                schema.set(keyword, value.clone());
            }
        }
        if let Some(example) = field.example.as_ref().filter(|example| **example != JsonValue::Null) {
            schema.set("examples", JsonValue::List(vec![example.clone()]));
        }
        if field.deprecated {
            schema.set("deprecated", JsonValue::Bool(true));
        }
        schema
    }

    fn describe_type(&mut self, ty: &'a Type) -> JsonValue {
        let with = |mut schema: JsonValue, keyword: &str, value: JsonValue| {
            schema.set(keyword, value);
            schema
        };
        match ty {
            Type::String => name_type("string"),
            Type::Secret => with(name_type("string"), "format", JsonValue::string("password")),
            Type::Binary => describe_text("The content of a file, as text."),
            Type::Integer => name_type("integer"),
            Type::Unsigned => with(name_type("integer"), "minimum", JsonValue::number(0)),
            Type::Decimal | Type::Float => name_type("number"),
            Type::Boolean => name_type("boolean"),
            Type::DateTime => with(name_type("string"), "format", JsonValue::string("date-time")),
            Type::Date => with(name_type("string"), "format", JsonValue::string("date")),
            Type::Json => JsonValue::empty_object(),
            Type::JsonObject => name_type("object"),
            Type::List(inner) => with(name_type("array"), "items", self.describe_type(inner)),
            Type::Map(inner) => with(name_type("object"), "additionalProperties", self.describe_type(inner)),
            Type::Nullable(inner) => {
                let inner = self.describe_type(inner);
                JsonValue::Object(vec![("anyOf".to_owned(), JsonValue::List(vec![inner, name_type("null")]))])
            }
            Type::Named(name) => self.describe_named(name),
        }
    }

    fn describe_named(&mut self, name: &'a str) -> JsonValue {
        match self.loaded.description.types.get(name) {
            Some(TypeDefinition::Alias(field)) => self.describe_field(field, None),
            Some(TypeDefinition::Identifier(prefixes)) => match prefixes.first() {
                Some(prefix) => describe_text(&format!("An id, such as `{prefix}…`.")),
                None => name_type("string"),
            },
            Some(TypeDefinition::Enum(values)) => self.describe_enum(name, values),
            Some(TypeDefinition::Object(_) | TypeDefinition::Union(_)) => {
                self.define(name);
                let place = format!("#/$defs/{}", shorten_name(name));
                JsonValue::Object(vec![("$ref".to_owned(), JsonValue::String(place))])
            }
            None => JsonValue::empty_object(),
        }
    }

    fn describe_enum(&self, name: &str, values: &[String]) -> JsonValue {
        let mut schema = name_type("string");
        schema.set("enum", JsonValue::List(values.iter().map(JsonValue::string).collect()));
        let docs = self.loaded.types.get(name);
        let texts = values.iter().filter_map(|value| {
            let text = docs?.members.get(value)?;
            Some(format!("`{value}`: {}", clean_text(text, 200)))
        });
        let texts: Vec<String> = texts.collect();
        add_text(schema, Some(&texts.join("\n")))
    }

    /// Adds the definition of a type, once.
    fn define(&mut self, name: &'a str) {
        if self.definitions.contains_key(name) {
            return;
        }
        self.definitions.insert(name, None);
        let docs = self.loaded.types.get(name);
        let schema = match self.loaded.description.types.get(name) {
            Some(TypeDefinition::Object(object)) => {
                let (properties, required) = self.describe_fields(object, docs);
                let mut schema = vec![
                    ("type".to_owned(), JsonValue::string("object")),
                    ("properties".to_owned(), JsonValue::Object(properties)),
                ];
                push_required(&mut schema, &required);
                if !object.open {
                    schema.push(("additionalProperties".to_owned(), JsonValue::Bool(false)));
                }
                JsonValue::Object(schema)
            }
            Some(TypeDefinition::Union(variants)) => {
                let variants = variants.iter().map(|variant| self.describe_type(&variant.ty)).collect();
                JsonValue::Object(vec![("anyOf".to_owned(), JsonValue::List(variants))])
            }
            _ => JsonValue::empty_object(),
        };
        let schema = add_text(schema, docs.and_then(|docs| docs.description.as_deref()));
        self.definitions.insert(name, Some(schema));
    }
}

fn add_constraints(schema: &mut JsonValue, constraints: &Constraints) {
    let numbers = [
        ("minimum", &constraints.minimum),
        ("exclusiveMinimum", &constraints.exclusive_minimum),
        ("maximum", &constraints.maximum),
        ("exclusiveMaximum", &constraints.exclusive_maximum),
        ("multipleOf", &constraints.multiple_of),
    ];
    for (keyword, number) in numbers {
        if let Some(number) = number.as_deref().and_then(|number| JsonValue::parse(number).ok()) {
            schema.set(keyword, number);
        }
    }
    let counts = [
        ("minLength", constraints.min_length),
        ("maxLength", constraints.max_length),
        ("minItems", constraints.min_items),
        ("maxItems", constraints.max_items),
        ("minProperties", constraints.min_properties),
        ("maxProperties", constraints.max_properties),
    ];
    for (keyword, count) in counts {
        if let Some(count) = count {
            schema.set(keyword, JsonValue::number(count));
        }
    }
    for (keyword, text) in [("pattern", &constraints.pattern), ("format", &constraints.format)] {
        if let Some(text) = text {
            schema.set(keyword, JsonValue::string(text));
        }
    }
    if constraints.unique_items {
        schema.set("uniqueItems", JsonValue::Bool(true));
    }
    if !constraints.allowed_values.is_empty() {
        schema.set("enum", JsonValue::List(constraints.allowed_values.clone()));
    }
    if let Some(inner) = constraints.items.as_deref()
        && let Some(mut items) = schema.get("items").cloned()
    {
        add_constraints(&mut items, inner);
        schema.set("items", items);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog::Catalog, test_shop::app};

    fn show(id: &str) -> JsonValue {
        let catalog = Catalog::new(app()).unwrap();
        make_schema(catalog.load(catalog.find_operation(id).unwrap()).unwrap())
    }

    #[test]
    fn parameters_and_fields_of_the_body_are_one_schema() {
        assert_eq!(
            show("payOrder").to_string(),
            concat!(
                r#"{"type":"object","properties":{"id":{"type":"string","description":"An id, such as `ord_…`."},"#,
                r#""amount":{"type":"number","description":"How much to take."},"#,
                r#""pin":{"type":"string","format":"password","description":"The PIN of the customer."},"#,
                r#""note":{"type":"string"}},"required":["id","amount"],"additionalProperties":false}"#
            )
        );
        assert_eq!(
            show("listOrders").get("properties").unwrap().to_string(),
            concat!(
                r#"{"after":{"type":"string"},"first":{"type":"integer","maximum":100},"#,
                r#""status":{"type":"string","enum":["open","paid"],"description":"Only orders in this state."}}"#
            )
        );
    }
}
