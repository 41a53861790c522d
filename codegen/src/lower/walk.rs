//! The one walk over the document: every object is checked against its table, every reference settled, every schema
//! lowered. Knows the places where OpenAPI puts things, and nothing about what a schema says.

use super::context::{Context, below};
use super::objects::{self, Object};
use super::{loops, paths, schema, webhooks};
use crate::document::pointer;
use serde_json::{Map, Value};

/// Lowers a document in place.
pub(super) fn document(root: &mut Value, cx: &mut Context<'_>) {
    let Value::Object(root) = root else {
        return;
    };
    let at = &mut String::new();
    objects::check(root, &objects::ROOT, at, cx);
    below(at, "info", |at| info(root.get_mut("info"), at, cx));
    simple(root.get_mut("externalDocs"), "externalDocs", &objects::EXTERNAL_DOCS, at, cx);
    servers(root, at, cx);
    list(root.get_mut("tags"), "tags", at, cx, |tag, at, cx| {
        objects::check(tag, &objects::TAG, at, cx);
        simple(tag.get_mut("externalDocs"), "externalDocs", &objects::EXTERNAL_DOCS, at, cx);
    });
    security(root, at, cx);
    root.entry("paths").or_insert_with(|| Value::Object(Map::new()));
    webhooks::lower(root, cx);
    below(at, "paths", |at| paths::lower(root.get_mut("paths"), at, cx));
    components(root, cx);
}

fn info(info: Option<&mut Value>, at: &mut String, cx: &mut Context<'_>) {
    let Some(Value::Object(info)) = info else {
        return;
    };
    objects::check(info, &objects::INFO, at, cx);
    simple(info.get_mut("contact"), "contact", &objects::CONTACT, at, cx);
    simple(info.get_mut("license"), "license", &objects::LICENSE, at, cx);
    // A licence without a name says nothing; the typed model insists on one.
    if let Some(Value::Object(license)) = info.get_mut("license") {
        license.entry("name").or_insert_with(|| "".into());
    }
}

/// An object whose members need no walk of their own.
pub(super) fn simple(
    value: Option<&mut Value>,
    key: &str,
    object: &Object,
    at: &mut String,
    cx: &mut Context<'_>,
) {
    if let Some(Value::Object(map)) = value {
        below(at, key, |at| objects::check(map, object, at, cx));
    }
}

/// Every object of a list; what is none is reported and left out.
pub(super) fn list(
    value: Option<&mut Value>,
    key: &str,
    at: &mut String,
    cx: &mut Context<'_>,
    mut visit: impl FnMut(&mut Map<String, Value>, &mut String, &mut Context<'_>),
) {
    let Some(Value::Array(list)) = value else {
        return;
    };
    below(at, key, |at| {
        for (index, item) in list.iter_mut().enumerate() {
            let length = at.len();
            pointer::push_index(at, index);
            match item {
                Value::Object(map) => visit(map, at, cx),
                _ => cx.error("wrong-kind", at, format!("a member of `{key}` must be an object")),
            }
            at.truncate(length);
        }
    });
}

/// Every member of an object of objects, whatever its name.
pub(super) fn members(
    value: Option<&mut Value>,
    key: &str,
    at: &mut String,
    cx: &mut Context<'_>,
    mut visit: impl FnMut(&mut Value, &mut String, &mut Context<'_>),
) {
    let Some(Value::Object(map)) = value else {
        return;
    };
    below(at, key, |at| {
        for (name, member) in map.iter_mut() {
            below(at, name, |at| match member {
                Value::Object(_) => visit(member, at, cx),
                _ => cx.error("wrong-kind", at, format!("`{name}` of `{key}` must be an object")),
            });
        }
    });
}

/// The `servers` of a document, a path item or an operation.
pub(super) fn servers(map: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    list(map.get_mut("servers"), "servers", at, cx, |server, at, cx| {
        objects::check(server, &objects::SERVER, at, cx);
        members(server.get_mut("variables"), "variables", at, cx, |variable, at, cx| {
            if let Value::Object(variable) = variable {
                objects::check(variable, &objects::SERVER_VARIABLE, at, cx);
            }
        });
    });
}

/// The `security` of a document or an operation: a list of objects of lists of strings.
pub(super) fn security(map: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    list(map.get_mut("security"), "security", at, cx, |requirement, at, cx| {
        for (scheme, scopes) in requirement.iter_mut() {
            let all_text = scopes.as_array().is_some_and(|scopes| scopes.iter().all(Value::is_string));
            if !all_text {
                let message = format!("the scopes of `{scheme}` must be a list of strings");
                cx.error("wrong-kind", &pointer::join(at, scheme), message);
            }
        }
    });
}

fn components(root: &mut Map<String, Value>, cx: &mut Context<'_>) {
    let at = &mut "/components".to_owned();
    let components = root.entry("components").or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(components) = components else {
        return;
    };
    objects::check(components, &objects::COMPONENTS, at, cx);
    security_schemes(components, at, cx);
    let schemas = components.entry("schemas").or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(schemas) = schemas else {
        return;
    };
    below(at, "schemas", |at| {
        for (name, schema) in schemas.iter_mut() {
            below(at, name, |at| schema::lower(schema, at, cx));
        }
        hoisted(schemas, at, cx);
        loops::check(schemas, at, cx);
    });
}

fn security_schemes(components: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    members(components.get_mut("securitySchemes"), "securitySchemes", at, cx, |scheme, at, cx| {
        cx.inlined(scheme, at, |cx, scheme, at| {
            if let Value::Object(scheme) = scheme {
                objects::check(scheme, &objects::SECURITY_SCHEME, at, cx);
                if scheme.get("type").is_some_and(|name| name == "mutualTLS") {
                    cx.loses(at, "certificates are the transport's business; the scheme is left out");
                }
            }
        });
    });
    if let Some(Value::Object(schemes)) = components.get_mut("securitySchemes") {
        schemes.retain(|_, scheme| scheme.get("type").is_none_or(|name| name != "mutualTLS"));
    }
}

/// Puts every schema that became a component into the tree. Lowering one may find the next.
fn hoisted(schemas: &mut Map<String, Value>, at: &mut String, cx: &mut Context<'_>) {
    let mut next = 0;
    while let Some((name, target)) = cx.hoists.waiting.get(next).cloned() {
        next += 1;
        let Some(mut schema) = cx.targets.node(&target).cloned() else {
            continue;
        };
        below(at, &name, |at| {
            cx.origins.record(at.clone(), target);
            schema::lower(&mut schema, at, cx);
        });
        if let Value::Object(schema) = &mut schema {
            schema.insert("x-codegen-hoisted".to_owned(), Value::Bool(true));
        }
        schemas.insert(name, schema);
    }
}
