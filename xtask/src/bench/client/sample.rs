//! Responses of the server, made from the model of the document: everything there, the same every time.

use serde_json::{Map, Number, Value};
use whop_codegen::ir::{Api, Shape, Success, TypeRef};

/// Values of the model's types. Each is made with another number, so that no two items of a page are equal.
pub(super) struct Sampler<'a> {
    api: &'a Api,
    made: usize,
}

impl<'a> Sampler<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        Self { api, made: 0 }
    }

    /// The response of an operation; a page has so many items. `None` if it has none in JSON.
    pub(super) fn response(&mut self, operation: &str, items: usize) -> Option<Value> {
        let operation = self.api.operations.iter().find(|other| other.id == operation)?;
        if let Some(page) = &operation.page {
            let data = (0..items).map(|_| self.value(&page.item, "item")).collect();
            let info = self.value(page.info.as_ref()?, "page_info");
            return Some(Value::Object(Map::from_iter([
                ("data".to_owned(), Value::Array(data)),
                ("page_info".to_owned(), info),
            ])));
        }
        match operation.success.value() {
            Success::Json(ty) => Some(self.value(ty, "response")),
            _ => None,
        }
    }

    fn value(&mut self, ty: &TypeRef, name: &str) -> Value {
        self.made += 1;
        match ty {
            TypeRef::Named(id) => match &self.api.get(*id).shape {
                Shape::Object(object) => {
                    let members = object.fields.iter().map(|field| {
                        let plain = *field.ty.split_null().0 == TypeRef::String;
                        let example =
                            field.details.example.clone().filter(|example| plain && example.is_string());
                        let value = field.constant.clone().or(example);
                        (field.name.clone(), value.unwrap_or_else(|| self.value(&field.ty, &field.name)))
                    });
                    Value::Object(members.collect())
                }
                Shape::OpenEnum(set) => {
                    let place = self.made % set.values.len().max(1);
                    set.values.get(place).map_or(Value::Null, |value| Value::from(value.value.as_str()))
                }
                Shape::Union(union) => {
                    union.variants.first().map_or(Value::Null, |variant| self.value(&variant.ty, name))
                }
                Shape::Alias(ty) => self.value(ty, name),
                Shape::Pending => Value::Null,
            },
            TypeRef::Nullable(inner) => self.value(inner, name),
            TypeRef::List(inner) => Value::Array(vec![self.value(inner, name)]),
            TypeRef::Map(inner) => {
                Value::Object(Map::from_iter([(name.to_owned(), self.value(inner, name))]))
            }
            TypeRef::JsonObject | TypeRef::SecretObject | TypeRef::Json => Value::Object(Map::from_iter([
                ("source".to_owned(), Value::from("newsletter of the spring campaign")),
                ("order".to_owned(), Value::from(format!("order-{:012}", self.made))),
                ("position".to_owned(), Value::from(self.made % 7)),
                ("gift".to_owned(), Value::from(false)),
                ("note".to_owned(), Value::from("asked for an invoice with the address of the company")),
                (
                    "landing_page".to_owned(),
                    Value::from("https://example.com/spring?campaign=newsletter&position=4"),
                ),
                (
                    "referrer".to_owned(),
                    Value::from("https://example.org/reviews/the-ten-best-courses-of-the-year"),
                ),
            ])),
            TypeRef::Id(id) => {
                let prefix = self.api.ids.get(*id).and_then(|kind| kind.prefixes.first());
                Value::from(format!("{}{:014x}", prefix.map_or("", String::as_str), self.made))
            }
            TypeRef::String | TypeRef::Secret | TypeRef::Binary | TypeRef::File => {
                Value::from(format!("The {} that belongs to number {}", name.replace('_', " "), self.made))
            }
            TypeRef::Integer | TypeRef::Unsigned => Value::from(self.made % 100),
            // Two digits after the point, as amounts have.
            TypeRef::Decimal | TypeRef::Float => {
                Number::from_f64((self.made * 37 % 100_000) as f64 / 100.0).map_or(Value::Null, Value::Number)
            }
            TypeRef::Boolean => Value::from(self.made.is_multiple_of(2)),
            TypeRef::DateTime => Value::from(format!("2023-12-{:02}T05:00:00.401Z", 1 + self.made % 28)),
            TypeRef::Date => Value::from(format!("2023-12-{:02}", 1 + self.made % 28)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
mod tests {
    use serde_json::json;
    use whop_codegen::document::Source;
    use whop_codegen::model::{Model, ModelInputs};

    use super::Sampler;

    #[test]
    fn a_page_has_its_items_and_all_their_members() {
        let pets = json!({ "openapi": "3.1.0", "info": { "title": "Pets", "version": "1" }, "paths": { "/pets": { "get": {
            "operationId": "listPets", "tags": ["pets"],
            "parameters": [{ "name": "after", "in": "query", "schema": { "type": "string" } }],
            "responses": { "200": { "description": "Pets.", "content": { "application/json": { "schema": {
                "type": "object", "required": ["data", "page_info"], "properties": {
                    "data": { "type": "array", "items": { "type": "object", "required": ["name"], "properties": {
                        "name": { "type": "string" }, "weight": { "type": ["number", "null"] },
                        "kind": { "type": "string", "enum": ["cat", "dog"] },
                    } } },
                    "page_info": { "type": "object", "required": ["has_next_page", "end_cursor"], "properties": {
                        "has_next_page": { "type": "boolean" }, "end_cursor": { "type": ["string", "null"] },
                    } },
                },
            } } } } },
        } } } });
        let document = Source { name: "pets.json".to_owned(), text: pets.to_string() };
        let model = Model::read(ModelInputs { document, overlays: Vec::new(), config: None }).unwrap();
        let page = Sampler::new(&model.api).response("listPets", 3).unwrap();
        let items = page["data"].as_array().unwrap();
        assert_eq!(items.len(), 3);
        assert!(items.iter().all(|item| item["weight"].is_f64() && item["name"].is_string()));
        assert!(items.iter().all(|item| item["kind"] == "cat" || item["kind"] == "dog"));
        assert_ne!(items[0], items[1]);
        assert!(page["page_info"]["has_next_page"].is_boolean());
        assert!(Sampler::new(&model.api).response("feedPets", 3).is_none());
    }
}
