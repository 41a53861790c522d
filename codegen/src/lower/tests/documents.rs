//! Tests of what surrounds schemas: references, parameters, webhooks, checks, and the origins of moved nodes.

use super::{lower_tree, with_paths, with_schemas};
use serde_json::{Value, json};

fn get(operation: Value) -> Value {
    json!({"/p": {"get": operation}})
}

#[test]
fn components_other_than_schemas_are_copied_in() {
    let outcome = lower_tree(with_paths(
        json!({
            "/p/{id}": {
                "parameters": [{"$ref": "#/components/parameters/Id"}, {"name": "q", "in": "query"}],
                "get": {
                    "parameters": [{"name": "q", "in": "query", "description": "own"}],
                    "requestBody": {"$ref": "#/components/requestBodies/Body"},
                    "responses": {"404": {"$ref": "#/components/responses/Missing", "description": "own"}}
                }
            },
            "/alias": {"$ref": "#/paths/~1p~1{id}", "summary": "s"},
        }),
        json!({
            "parameters": {"Id": {"name": "id", "in": "path", "schema": {"type": ["string", "null"]}}},
            "requestBodies": {"Body": {"content": {"a/b": {"schema": {"type": "string"}}}}},
            "responses": {"Missing": {"description": "d", "headers": {"H": {"$ref": "#/components/headers/H"}}}},
            "headers": {"H": {"schema": {"type": "integer"}}}
        }),
    ));
    // The copied path item declares `{id}`, which its new path does not contain.
    assert_eq!(outcome.messages, ["unused-path-parameter /components/parameters/Id"]);
    let get = &outcome.root["paths"]["/p/{id}"]["get"];
    assert_eq!(
        get["parameters"],
        json!([
            {"name": "q", "in": "query", "description": "own", "schema": {}},
            {"name": "id", "in": "path", "schema": {"nullable": true, "type": "string"},
                "x-codegen-component": "Id", "required": true},
        ])
    );
    assert_eq!(get["requestBody"]["x-codegen-component"], "Body");
    assert_eq!(
        get["responses"]["404"],
        json!({"description": "", "x-codegen-component": "Missing",
            "headers": {"H": {"schema": {"type": "integer"}, "x-codegen-component": "H"}}})
    );
    let original = |pointer: &str| outcome.origins.original(pointer).into_owned();
    for (lowered, written) in [
        ("/paths/~1p~1{id}/get/parameters/0/name", "/paths/~1p~1{id}/get/parameters/0/name"),
        ("/paths/~1p~1{id}/get/parameters/1/schema/type", "/components/parameters/Id/schema/type"),
        ("/paths/~1p~1{id}/get/responses/404/headers/H/schema", "/components/headers/H/schema"),
        ("/paths/~1p~1{id}/get/responses/404/description", "/paths/~1p~1{id}/get/responses/404/description"),
        ("/paths/~1alias/get/operationId", "/paths/~1p~1{id}/get/operationId"),
    ] {
        assert_eq!(original(lowered), written);
    }
}

#[test]
fn schemas_elsewhere_become_components() {
    let body = json!({"content": {"application/json": {"schema": {
    "type": "object", "properties": {
        "child": {"$ref": "#/paths/~1p/get/responses/200/content/application~1json/schema"},
        "named": {"$ref": "#/components/schemas/S/$defs/Named"},
        "member": {"$ref": "#/components/schemas/S/properties/x%20y"},
        "again": {"$ref": "#/components/schemas/S/properties/x y"},
        "alias": {"$ref": "#/components/schemas/S/properties/alias"},
        "in_response": {"$ref": "#/components/responses/R/content/a~1b/schema"}
    }}}}});
    let outcome = lower_tree(with_paths(
        get(json!({"operationId": "list_p", "responses": {"200": body}})),
        json!({
            "schemas": {"S": {
                "$defs": {"Named": {"type": ["integer", "null"]}},
                "properties": {"x y": {"type": "object"}, "alias": {"$ref": "#/components/schemas/S"}}
            }},
            "responses": {"R": {"description": "d", "content": {"a/b": {"schema": {"const": 1}}}}}
        }),
    ));
    assert_eq!(outcome.messages, [""; 0]);
    let properties = &outcome.root["paths"]["/p"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        ["properties"];
    for (property, name) in [
        ("child", "ListPResponse200"),
        ("named", "Named"),
        ("member", "SXY"),
        ("again", "SXY"),
        ("alias", "S"),
        ("in_response", "R"),
    ] {
        assert_eq!(properties[property]["$ref"], format!("#/components/schemas/{name}"), "{property}");
    }
    let schemas = &outcome.root["components"]["schemas"];
    let names: Vec<&String> = schemas.as_object().map(|map| map.keys().collect()).unwrap_or_default();
    assert_eq!(names, ["S", "ListPResponse200", "Named", "SXY", "R"]);
    assert_eq!(schemas["Named"], json!({"type": "integer", "nullable": true, "x-codegen-hoisted": true}));
    assert_eq!(schemas["S"].get("$defs"), None);
    assert_eq!(
        outcome.origins.original("/components/schemas/SXY/type"),
        "/components/schemas/S/properties/x y/type"
    );
}

#[test]
fn invalid_references_are_reported_where_they_are() {
    let outcome = lower_tree(with_paths(
        get(json!({
            "parameters": [
                {"$ref": "#/components/parameters/Nope"},
                {"$ref": "#/components/parameters/Loop"},
                {"$ref": "#/components/schemas/S"},
                {"$ref": "common.yaml#/P"},
            ],
            "responses": {"200": {"$ref": "#/components/responses/Deep"}}
        })),
        json!({
            "parameters": {
                "Loop": {"$ref": "#/components/parameters/Pool"},
                "Pool": {"$ref": "#/components/parameters/Loop"}
            },
            "headers": {"H": {"content": {"a/b": {"encoding": {"x": {"headers": {"H": {"$ref": "#/components/headers/H"}}}}}}}},
            "responses": {"Deep": {"description": "d", "headers": {"H": {"$ref": "#/components/headers/H"}}}},
            "schemas": {"S": {"properties": {"x": {"$ref": "#/components/schemas/S/properties/x"}}}}
        }),
    ));
    assert_eq!(
        outcome.messages,
        [
            "dangling-ref /paths/~1p/get/parameters/0/$ref",
            "ref-loop /paths/~1p/get/parameters/1/$ref",
            "dangling-ref /paths/~1p/get/parameters/2/$ref",
            "foreign-ref /paths/~1p/get/parameters/3/$ref",
            "ref-loop /components/schemas/S/properties/x/$ref",
        ]
    );
}

#[test]
fn webhooks_are_path_items_under_a_prefix() {
    let mut document = with_paths(json!({}), json!({"pathItems": {"P": {"post": {"operationId": "x"}}}}));
    document["webhooks"] =
        json!({"a/b": {"post": {"operationId": "x"}}, "c": {"$ref": "#/components/pathItems/P"}});
    let outcome = lower_tree(document);
    assert_eq!(outcome.messages, [""; 0]);
    assert_eq!(outcome.root.get("webhooks"), None);
    let paths = &outcome.root["paths"];
    assert_eq!(paths["/x-codegen-webhooks/a~1b"]["x-codegen-webhook"], "a/b");
    assert_eq!(paths["/x-codegen-webhooks/c"]["x-codegen-webhook"], "c");
    assert_eq!(paths["/x-codegen-webhooks/c"]["post"]["operationId"], "x");
    let lowered = "/paths/~1x-codegen-webhooks~1a~01b/post";
    assert_eq!(outcome.origins.original(lowered), "/webhooks/a~1b/post");
}

#[test]
fn operations_are_checked() {
    for (paths, messages) in [
        (
            json!({"/a": {"get": {"operationId": "x"}, "put": {"operationId": "x"}}}),
            // Resolution gives the second another id.
            &[][..],
        ),
        (json!({"/a/{b}": {"get": {}}}), &["undeclared-path-parameter /paths/~1a~1{b}/get"]),
        (
            json!({"/a": {"get": {"parameters": [{"name": "b", "in": "path"}]}}}),
            &["unused-path-parameter /paths/~1a/get/parameters/0"],
        ),
        (
            json!({"/a/{b}.{c}": {"get": {"parameters": [{"name": "b", "in": "path"}, {"name": "c", "in": "path"}]}}}),
            &[],
        ),
        (json!({"a": {}}), &["broken-path /paths/a"]),
        (
            json!({"/a": {"get": {"parameters": [{"name": "b", "in": "body"}]}}}),
            &["broken-parameter /paths/~1a/get/parameters/0/in"],
        ),
        (
            json!({"/a": {"get": {"parameters": [{"in": "query"}]}}}),
            &["missing-key /paths/~1a/get/parameters/0"],
        ),
        (
            json!({"/a": {"get": {"parameters": [{"name": "b", "in": "header", "style": "form"}]}}}),
            &["broken-parameter /paths/~1a/get/parameters/0/style"],
        ),
        (json!({"/a": {"get": {"parameters": ["b"]}}}), &["wrong-kind /paths/~1a/get/parameters/0"]),
        (json!({"/a": {"get": {"responses": {"20": {}}}}}), &["broken-status /paths/~1a/get/responses/20"]),
        (json!({"/a": {"get": {"responses": {"2xx": {}, "200": {}, "default": {}, "x-a": 1}}}}), &[]),
        (json!({"/a": {"get": {"consumes": []}}}), &["unknown-key /paths/~1a/get/consumes"]),
        (json!({"/a": {"get": {"security": [{"s": "x"}]}}}), &["wrong-kind /paths/~1a/get/security/0/s"]),
        (json!({"/a": {"get": {"responses": {"204": [], "200": {"content": [], "headers": []}}}}}), &[]),
        (json!({"/a": {"get": {"responses": {"200": {"content": {"application/json": []}}}}}}), &[]),
        (json!({"/a": {"get": {"responses": {"200": ["b"]}}}}), &["wrong-kind /paths/~1a/get/responses/200"]),
        (json!({"/a": {"fetch": {}}}), &["unknown-key /paths/~1a/fetch"]),
        (json!({"/a": {"get": ["b"]}}), &["wrong-kind /paths/~1a/get"]),
        (json!({"/a": {"get": {"callbacks": {"c": {"u": {"post": {"nonsense": 1}}}}}}}), &[]),
    ] {
        let outcome = lower_tree(with_paths(paths.clone(), json!({})));
        assert_eq!(outcome.messages, messages, "{paths}");
    }
}

#[test]
fn reserved_names_are_removed_or_rejected() {
    let mut root = with_paths(
        json!({"/x-codegen-webhooks/a": {}, "/b": {"x-codegen-webhook": "c"}}),
        json!({"schemas": {"S": {"x-codegen-null": true, "x-other": 1}}}),
    );
    let mut diagnostics = crate::diagnostic::Diagnostics::default();
    super::super::reserved::remove_reserved_names(&mut root, &mut diagnostics);
    assert_eq!((diagnostics.errors(), diagnostics.warnings()), (1, 2));
    assert_eq!(root["paths"]["/b"], json!({}));
    assert_eq!(root["components"]["schemas"]["S"], json!({"x-other": 1}));
}

#[test]
fn obvious_mistakes_are_corrected() {
    let a = json!({"$ref": "#/components/schemas/A"});
    let outcome = lower_tree(with_paths(
        get(json!({"parameters": [
            {"name": "q", "in": "query", "required": "true", "schema": {"type": "string"}, "content": {"a/b": {}},
                "examples": {"e": 5}},
        ]})),
        json!({"schemas": {"A": {}, "S": {"oneOf": [a, {"type": "object"}], "discriminator": "kind"}},
            "securitySchemes": {"m": {"type": "mutualTLS"}, "b": {"type": "http", "scheme": "basic"}}}),
    ));
    assert_eq!(
        outcome.messages,
        [
            "not-represented /paths/~1p/get/parameters/0/content",
            "not-represented /components/securitySchemes/m",
            "wrong-kind /components/schemas/S/discriminator",
        ]
    );
    assert_eq!(
        outcome.root["paths"]["/p"]["get"]["parameters"][0],
        json!({"name": "q", "in": "query", "required": true, "schema": {"type": "string"},
            "examples": {"e": {"value": 5}}})
    );
    assert_eq!(
        outcome.root["components"]["securitySchemes"],
        json!({"b": {"type": "http", "scheme": "basic"}})
    );
    assert_eq!(outcome.root["components"]["schemas"]["S"]["discriminator"], json!({"propertyName": "kind"}));
}

#[test]
fn headers_and_properties_may_start_with_x() {
    let outcome = lower_tree(with_paths(
        get(json!({"responses": {"200": {"headers": {"x-limit": {"schema": {"type": ["integer", "null"]}}},
            "content": {"a/b": {"schema": {"properties": {"x-p": {"type": ["string", "null"]}}}}}}}})),
        json!({}),
    ));
    let response = &outcome.root["paths"]["/p"]["get"]["responses"]["200"];
    assert_eq!(response["headers"]["x-limit"]["schema"], json!({"nullable": true, "type": "integer"}));
    let property = &response["content"]["a/b"]["schema"]["properties"]["x-p"];
    assert_eq!(property, &json!({"nullable": true, "type": "string"}));
}

#[test]
fn messages_about_moved_nodes_have_their_original_pointers() {
    let outcome = lower_tree(with_schemas(json!({
        "A": {"type": "object"},
        "S": {"properties": {
            "a": {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"x": {"bogus": 1}}}]},
            "b": {"oneOf": [{"type": "null"}, {"type": "string"}, {"type": "array", "items": {"bogus": 1}}]},
            "c": {"type": ["array", "string"], "items": {"bogus": 1}},
            "d": {"prefixItems": [{"bogus": 1}]},
            "e": {"patternProperties": {"^x": {"bogus": 1}}},
            "f": {"$ref": "#/components/schemas/A", "allOf": [{"bogus": 1}]},
            "g": {"anyOf": [{"anyOf": [{"type": "null"}, {"items": {"bogus": 1}}]}, {"type": "null"}]},
        }}
    })));
    let at = "/components/schemas/S/properties";
    assert_eq!(
        outcome.messages,
        [
            "a/anyOf/1/properties/x/bogus",
            "b/oneOf/2/items/bogus",
            "c/items/bogus",
            "d/prefixItems/0/bogus",
            "e/patternProperties/^x/bogus",
            "f/allOf/0/bogus",
            "g/anyOf/0/anyOf/1/items/bogus",
        ]
        .map(|place| format!("unknown-key {at}/{place}"))
    );
}

#[test]
fn only_cycles_through_properties_and_lists_are_allowed() {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let outcome = lower_tree(with_schemas(json!({
        "Tree": {"properties": {"children": {"type": "array", "items": reference("Tree")}}},
        "Base": {"oneOf": [reference("Child"), reference("Tree")], "properties": {"kind": {"type": "string"}},
            "discriminator": {"propertyName": "kind"}},
        "Child": {"allOf": [reference("Base"), {"properties": {"x": {}}}]},
        "One": reference("Two"),
        "Two": {"allOf": [reference("Three")], "description": "d"},
        "Three": reference("One"),
        "Json": {"anyOf": [{"type": "string"}, reference("Json"), {"type": "array", "items": reference("Json")}]},
    })));
    assert_eq!(outcome.messages, ["ref-loop /components/schemas/One", "ref-loop /components/schemas/Json"]);
}
