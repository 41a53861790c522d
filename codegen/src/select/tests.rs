//! Tests of selections on one small document: the operations and components that remain, and the messages.

use serde_json::{Value, json};

use super::select_operations;
use crate::config::Config;
use crate::diagnostic::{Diagnostics, Place, Severity};
use crate::document::{Source, load_document};

fn document() -> Value {
    let schema = |name: &str| json!({"schema": {"$ref": format!("#/components/schemas/{name}")}});
    let respond =
        |name: &str| json!({"200": {"description": "d", "content": {"application/json": schema(name)}}});
    json!({
        "openapi": "3.1.0",
        "paths": {
            "/cats": {
                "get": {"operationId": "listCats", "tags": ["Cats"], "responses": respond("Animal")},
                "post": {"tags": ["cats"], "responses": {"204": {"$ref": "#/components/responses/None"}}},
            },
            "/dogs/{id}": {
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "get": {"operationId": "getDog", "tags": ["Dogs"], "responses": respond("Dog")},
            },
            "/shared": {"$ref": "#/components/pathItems/Shared"},
        },
        "webhooks": {"cat.born": {"post": {"requestBody": {"content": {"application/json": schema("Birth")}}}}},
        "components": {
            "pathItems": {"Shared": {
                "put": {"operationId": "putShared", "responses": respond("Odd~1name")},
                "delete": {"operationId": "deleteShared", "responses": {}},
            }},
            "parameters": {"Id": {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}},
            "responses": {"None": {"description": "None."}},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Animal": {"type": "object", "discriminator": {"propertyName": "kind"}},
                "Cat": {"allOf": [{"$ref": "#/components/schemas/Animal"}, {"properties": {"toy": {"$ref": "#/components/schemas/Toy"}}}]},
                "Toy": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Toy"}}},
                "Dog": {"type": "object", "properties": {"part": {"$ref": "#/components/schemas/Toy/properties/next"}}},
                "Odd/name": {"type": "object"},
                "Birth": {"oneOf": [], "discriminator": {"propertyName": "k", "mapping": {"a": "Born", "b": "#/components/schemas/Odd~1name"}}},
                "Born": {"type": "object"},
            },
        },
    })
}

/// The pointers of the operations, components and webhooks that remain, and the messages as `code pointer`.
fn select(selection: &str) -> (Vec<String>, Vec<String>) {
    let mut diagnostics = Diagnostics::default();
    let config = Config::parse("codegen.toml", &format!("[selection]\n{selection}"), &mut diagnostics);
    let source = Source { name: "d.json".to_owned(), text: document().to_string() };
    let loaded = load_document(source, &mut diagnostics);
    let (Some(config), Some(mut document)) = (config, loaded) else { return Default::default() };
    select_operations(&mut document, &config.selection, &mut diagnostics);
    diagnostics.settle_misfits(Severity::Error);
    let keys = |value: &Value| {
        value.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect::<Vec<_>>()
    };
    let mut remaining = Vec::new();
    let below = |at: &str| keys(document.root.pointer(at).unwrap_or(&Value::Null));
    for path in below("/paths") {
        let item = &document.root["paths"][path.as_str()];
        let methods = keys(item).into_iter().filter(|key| super::METHODS.contains(&key.as_str()));
        remaining.extend(methods.map(|method| format!("{method} {path}")));
    }
    remaining.extend(below("/components/schemas"));
    remaining.extend(below("/components/parameters"));
    remaining.extend(below("/components/responses"));
    remaining.extend(below("/webhooks"));
    assert_eq!(below("/components/securitySchemes"), ["key"]);
    let messages = diagnostics.iter().map(|diagnostic| match &diagnostic.place {
        Place::Pointer { pointer, .. } => format!("{} {pointer}", diagnostic.code),
        place => format!("{} {place:?}", diagnostic.code),
    });
    (remaining, messages.collect())
}

#[test]
fn an_empty_selection_changes_nothing() {
    let (remaining, messages) = select("");
    assert_eq!((remaining.len(), messages.len()), (13, 0), "{remaining:?}");
}

#[test]
fn operations_are_selected_by_tag_path_and_id() {
    for (selection, expected) in [
        ("webhooks = []\ntags = ['CATS']", &["get /cats", "post /cats", "Animal", "Cat", "Toy", "None"][..]),
        ("webhooks = []\npaths = ['/dogs*']", &["get /dogs/{id}", "Toy", "Dog", "Id"]),
        ("webhooks = []\noperations = ['putShared']", &["put /shared", "Odd/name"]),
        (
            "webhooks = []\noperations = ['POST /cats', 'get*']\nexcept.tags = ['cats']",
            &["get /dogs/{id}", "Toy", "Dog", "Id"],
        ),
        (
            "webhooks = ['cat.*']\noperations = ['deleteShared']",
            &["delete /shared", "Odd/name", "Birth", "Born", "cat.born"],
        ),
        (
            "webhooks = []\nexcept.paths = ['/dogs*', '/shared']\nexcept.operations = ['listCats']",
            &["post /cats", "None"],
        ),
    ] {
        let (remaining, messages) = select(selection);
        assert_eq!(messages, [""; 0], "{selection}");
        assert_eq!(remaining, expected, "{selection}");
    }
}

#[test]
fn entries_that_match_nothing_are_reported() {
    let (_, messages) = select("tags = ['Cats', 'Mice']\nexcept.paths = ['/mice']\nwebhooks = ['dog.*']");
    assert_eq!(
        messages,
        [
            "dead-entry /selection/tags/1",
            "dead-entry /selection/except/paths/0",
            "dead-entry /selection/webhooks/0"
        ]
    );
    let (_, messages) = select("tags = ['Mice']");
    assert_eq!(messages, ["selection /selection", "dead-entry /selection/tags/0"]);
}

#[test]
fn schemas_are_reached_by_their_urls() {
    let mut root = json!({"paths": {"/a": {"$ref": "https://a.test/tree.yaml"}}, "components": {"schemas": {
        "Tree": {"$id": "https://a.test/tree.yaml", "properties": {"leaf": {"$ref": "leaf.yaml#colour"}}},
        "Leaves": {"$defs": {"leaf": {"$id": "https://a.test/leaf.yaml"}}},
        "Wood": {"$id": "https://a.test/wood.yaml"},
    }}});
    super::prune::prune_components(&mut root);
    let schemas = root["components"]["schemas"].as_object().into_iter().flatten();
    assert_eq!(schemas.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Tree", "Leaves"]);
}
