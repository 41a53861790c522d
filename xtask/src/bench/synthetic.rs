//! Documents of any size, made up: each resource has five operations, a component, an enum and nested objects.

use serde_json::{Map, Value, json};

const KINDS: [&str; 25] = [
    "draft", "live", "shared", "annual", "daily", "regional", "global", "primary", "linked", "managed",
    "pending", "archived", "custom", "default", "partner", "member", "vendor", "remote", "local", "public",
    "private", "mobile", "direct", "bulk", "trial",
];

const THINGS: [&str; 24] = [
    "account",
    "invoice",
    "payment",
    "refund",
    "transfer",
    "payout",
    "product",
    "plan",
    "order",
    "shipment",
    "ticket",
    "message",
    "channel",
    "course",
    "lesson",
    "review",
    "report",
    "campaign",
    "coupon",
    "contract",
    "device",
    "report_run",
    "webhook_target",
    "tax_rate",
];

/// A document of so many operations, always the same.
pub(super) fn synthetic_document(operations: usize) -> Value {
    let resources = operations / 5;
    let mut paths = Map::new();
    let mut schemas = Map::new();
    schemas.insert("PageInfo".to_owned(), page_info());
    schemas.insert("Error".to_owned(), error_response());
    for index in 0..resources {
        let name = resource_name(index);
        paths.insert(
            format!("/{name}s"),
            json!({ "get": list_operation(&name), "post": create_operation(&name) }),
        );
        paths.insert(
            format!("/{name}s/{{id}}"),
            json!({ "get": retrieve_operation(&name), "patch": update_operation(&name), "delete": delete_operation(&name) }),
        );
        // The one before it, so that types reach each other across resources.
        let other = self::resource_name(index.checked_sub(1).unwrap_or(resources.saturating_sub(1)));
        schemas.insert(to_pascal_case(&name), resource_schema(&name, &other));
        schemas.insert(format!("{}Status", to_pascal_case(&name)), status_enum(index));
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Synthetic API", "version": "1.0.0" },
        "servers": [{ "url": "https://api.example.com/v1" }],
        "security": [{ "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn resource_name(index: usize) -> String {
    let words =
        |list: &[&str], index: usize| list.get(index % list.len()).copied().unwrap_or_default().to_owned();
    let plain = format!("{}_{}", words(&KINDS, index), words(&THINGS, index / KINDS.len()));
    match index / (KINDS.len() * THINGS.len()) {
        0 => plain,
        round => format!("{plain}_{round}"),
    }
}

fn to_pascal_case(name: &str) -> String {
    let word =
        |word: &str| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default();
    name.split('_').map(word).collect()
}

fn schema_reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn page_info() -> Value {
    json!({
        "type": "object",
        "required": ["has_next_page", "end_cursor"],
        "properties": {
            "has_next_page": { "type": "boolean", "description": "Whether there is more." },
            "end_cursor": { "type": ["string", "null"], "description": "Where the next page begins." },
        },
    })
}

fn error_response() -> Value {
    json!({
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["type", "message"],
                "properties": { "type": { "type": "string" }, "message": { "type": "string" } },
            },
        },
    })
}

fn status_enum(index: usize) -> Value {
    let values = ["open", "paid", "void", "failed", "in_review", "past_due", "canceled"];
    let number = 3 + index % (values.len() - 2);
    json!({ "type": "string", "enum": values.get(..number), "description": "How far it has come." })
}

fn resource_fields(name: &str) -> Value {
    json!({
        "title": { "type": "string", "description": format!("What the {name} is called.") },
        "amount": { "type": "number", "description": "How much." },
        "quantity": { "type": "integer", "format": "int32" },
        "tags": { "type": "array", "items": { "type": "string" } },
        "metadata": { "type": ["object", "null"], "additionalProperties": { "type": "string" } },
        format!("{name}_settings"): {
            "type": "object",
            "description": "How it behaves.",
            "required": ["enabled"],
            "properties": {
                "enabled": { "type": "boolean" },
                format!("{name}_limit"): { "type": ["integer", "null"] },
                "mode": { "type": "string", "enum": ["automatic", "manual"] },
            },
        },
    })
}

fn resource_schema(name: &str, other: &str) -> Value {
    let mut properties = resource_fields(name);
    if let Value::Object(properties) = &mut properties {
        properties
            .insert("id".to_owned(), json!({ "type": "string", "description": "What it is known by." }));
        properties.insert("status".to_owned(), schema_reference(&format!("{}Status", to_pascal_case(name))));
        properties.insert("created_at".to_owned(), json!({ "type": "string", "format": "date-time" }));
        properties.insert(
            other.to_owned(),
            json!({ "anyOf": [schema_reference(&to_pascal_case(other)), { "type": "null" }] }),
        );
    }
    json!({
        "type": "object",
        "description": format!("One {name}."),
        "required": ["id", "status", "created_at", "title", "amount"],
        "properties": properties,
    })
}

fn describe_operation(name: &str, verb: &str, parameters: Value, response: Value) -> Value {
    let body = |schema: Value, description: &str| json!({ "description": description, "content": { "application/json": { "schema": schema } } });
    json!({
        "operationId": format!("{verb}_{name}"),
        "tags": [name],
        "summary": format!("{} a {name}.", to_pascal_case(verb)),
        "parameters": parameters,
        "responses": {
            "200": body(response, "Done."),
            "400": body(schema_reference("Error"), "The request is at fault."),
            "404": body(schema_reference("Error"), "There is none."),
        },
    })
}

fn id_parameter() -> Value {
    json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }])
}

fn list_operation(name: &str) -> Value {
    let query =
        |parameter: &str, schema: Value| json!({ "name": parameter, "in": "query", "schema": schema });
    let parameters = json!([
        query("after", json!({ "type": "string" })),
        query("first", json!({ "type": "integer" })),
        query("status", schema_reference(&format!("{}Status", to_pascal_case(name)))),
        query("order", json!({ "type": "string", "enum": ["created_at", "amount"] })),
    ]);
    let page = json!({
        "type": "object",
        "required": ["data", "page_info"],
        "properties": {
            "data": { "type": "array", "items": schema_reference(&to_pascal_case(name)) },
            "page_info": schema_reference("PageInfo"),
        },
    });
    describe_operation(name, "list", parameters, page)
}

fn with_body(mut operation: Value, required: &Value, properties: Value) -> Value {
    if let Value::Object(operation) = &mut operation {
        let schema = json!({ "type": "object", "required": required, "properties": properties });
        let body = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        operation.insert("requestBody".to_owned(), body);
    }
    operation
}

fn create_operation(name: &str) -> Value {
    let operation = describe_operation(name, "create", json!([]), schema_reference(&to_pascal_case(name)));
    with_body(operation, &json!(["title", "amount"]), resource_fields(name))
}

fn retrieve_operation(name: &str) -> Value {
    describe_operation(name, "retrieve", id_parameter(), schema_reference(&to_pascal_case(name)))
}

fn update_operation(name: &str) -> Value {
    with_body(
        describe_operation(name, "update", id_parameter(), schema_reference(&to_pascal_case(name))),
        &json!([]),
        resource_fields(name),
    )
}

fn delete_operation(name: &str) -> Value {
    describe_operation(name, "delete", id_parameter(), json!({ "type": "boolean" }))
}
