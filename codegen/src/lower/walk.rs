//! Walks the document once: checks every object against its table, resolves every reference, and lowers every schema.
//!
//! Knows the structure of an OpenAPI document, but not the keywords of schemas.

use super::context::{LowerContext, kind_of, with_segment};
use super::objects::{self, ObjectTable};
use super::value_kind::coerce_object;
use super::{loops, paths, schema, webhooks};
use crate::diagnostic::Code;
use crate::document::pointer;
use serde_json::{Map, Value};

/// Lowers a document in place.
pub(super) fn lower_root(root: &mut Value, cx: &mut LowerContext<'_>) {
    let Value::Object(root) = root else {
        return;
    };
    let at = &mut String::new();
    objects::check_keys(root, &objects::ROOT, at, cx);
    with_segment(at, "info", |at| check_info(root.get_mut("info"), at, cx));
    check_object(root.get_mut("externalDocs"), "externalDocs", &objects::EXTERNAL_DOCS, at, cx);
    check_servers(root, at, cx);
    visit_list(root.get_mut("tags"), "tags", at, cx, |tag, at, cx| {
        objects::check_keys(tag, &objects::TAG, at, cx);
        if let Some(summary) = tag.shift_remove("summary") {
            tag.entry("description").or_insert(summary);
        }
        check_object(tag.get_mut("externalDocs"), "externalDocs", &objects::EXTERNAL_DOCS, at, cx);
    });
    check_security(root, at, cx);
    root.entry("paths").or_insert_with(|| Value::Object(Map::new()));
    webhooks::lower_webhooks(root, cx);
    with_segment(at, "paths", |at| paths::lower_paths(root.get_mut("paths"), at, cx));
    lower_components(root, cx);
}

fn check_info(info: Option<&mut Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    let Some(Value::Object(info)) = info else {
        return;
    };
    objects::check_keys(info, &objects::INFO, at, cx);
    check_object(info.get_mut("contact"), "contact", &objects::CONTACT, at, cx);
    check_object(info.get_mut("license"), "license", &objects::LICENSE, at, cx);
    // The typed document requires a name.
    if let Some(Value::Object(license)) = info.get_mut("license") {
        license.entry("name").or_insert_with(|| "".into());
    }
}

/// Checks an object whose values need no checks of their own.
pub(super) fn check_object(
    value: Option<&mut Value>,
    key: &str,
    object: &ObjectTable,
    at: &mut String,
    cx: &mut LowerContext<'_>,
) {
    if let Some(Value::Object(map)) = value {
        with_segment(at, key, |at| objects::check_keys(map, object, at, cx));
    }
}

/// Visits every object of a list, and reports items of another type.
fn visit_list(
    value: Option<&mut Value>,
    key: &str,
    at: &mut String,
    cx: &mut LowerContext<'_>,
    mut visit: impl FnMut(&mut Map<String, Value>, &mut String, &mut LowerContext<'_>),
) {
    let Some(Value::Array(list)) = value else {
        return;
    };
    with_segment(at, key, |at| {
        for (index, item) in list.iter_mut().enumerate() {
            let length = at.len();
            pointer::push_index(at, index);
            coerce_object(item);
            match item {
                Value::Object(map) => visit(map, at, cx),
                _ => cx.error(
                    Code::WRONG_KIND,
                    at,
                    format!("an item of `{key}`: expected an object, found {}", kind_of(item)),
                ),
            }
            at.truncate(length);
        }
    });
}

/// Visits every entry of a map of objects, and reports entries of another type.
pub(super) fn visit_entries(
    value: Option<&mut Value>,
    key: &str,
    at: &mut String,
    cx: &mut LowerContext<'_>,
    mut visit: impl FnMut(&mut Value, &mut String, &mut LowerContext<'_>),
) {
    let Some(Value::Object(map)) = value else {
        return;
    };
    with_segment(at, key, |at| {
        for (name, entry) in map.iter_mut() {
            with_segment(at, name, |at| {
                if coerce_object(entry) {
                    visit(entry, at, cx);
                } else {
                    let message =
                        format!("`{name}` of `{key}`: expected an object, found {}", kind_of(entry));
                    cx.error(Code::WRONG_KIND, at, message);
                }
            });
        }
    });
}

/// Checks the `servers` of a document, a path item or an operation.
pub(super) fn check_servers(map: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    visit_list(map.get_mut("servers"), "servers", at, cx, |server, at, cx| {
        objects::check_keys(server, &objects::SERVER, at, cx);
        if let Some(name) = server.shift_remove("name") {
            cx.record_move(&pointer::join(at, "x-codegen-name"), &pointer::join(at, "name"));
            server.insert("x-codegen-name".to_owned(), name);
        }
        visit_entries(server.get_mut("variables"), "variables", at, cx, |variable, at, cx| {
            if let Value::Object(variable) = variable {
                objects::check_keys(variable, &objects::SERVER_VARIABLE, at, cx);
            }
        });
    });
}

/// Checks the `security` of a document or an operation: a list of objects of lists of strings.
pub(super) fn check_security(map: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    visit_list(map.get_mut("security"), "security", at, cx, |requirement, at, cx| {
        for (scheme, scopes) in requirement.iter_mut() {
            let is_valid = scopes.as_array().is_some_and(|scopes| scopes.iter().all(Value::is_string));
            if !is_valid {
                let message = format!("the scopes of `{scheme}`: expected a list of strings");
                cx.error(Code::WRONG_KIND, &pointer::join(at, scheme), message);
            }
        }
    });
}

fn lower_components(root: &mut Map<String, Value>, cx: &mut LowerContext<'_>) {
    let at = &mut "/components".to_owned();
    let components = root.entry("components").or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(components) = components else {
        return;
    };
    objects::check_keys(components, &objects::COMPONENTS, at, cx);
    lower_security_schemes(components, at, cx);
    let schemas = components.entry("schemas").or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(schemas) = schemas else {
        return;
    };
    with_segment(at, "schemas", |at| {
        for (name, schema) in schemas.iter_mut() {
            with_segment(at, name, |at| schema::lower_schema(schema, at, cx));
        }
        add_hoisted_schemas(schemas, at, cx);
        loops::reject_cycles(schemas, at, cx);
    });
}

fn lower_security_schemes(components: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    visit_entries(components.get_mut("securitySchemes"), "securitySchemes", at, cx, |scheme, at, cx| {
        cx.visit_inlined(scheme, at, |cx, scheme, at| {
            if let Value::Object(scheme) = scheme {
                objects::check_keys(scheme, &objects::SECURITY_SCHEME, at, cx);
                if let Some(deprecated) = scheme.shift_remove("deprecated") {
                    scheme.insert("x-codegen-deprecated".to_owned(), deprecated);
                }
                if let Some(Value::Object(flows)) = scheme.get_mut("flows") {
                    // The typed document has no such flow; the client does not obtain tokens by itself.
                    flows.shift_remove("deviceAuthorization");
                }
                if scheme.get("type").is_some_and(|name| name == "mutualTLS") {
                    cx.warn_not_represented(
                        at,
                        "the client has no certificate of its own for `mutualTLS`: set it on the client builder (`client_identity`) or in the transport",
                    );
                }
            }
        });
    });
    let mut mutual_tls = Vec::new();
    if let Some(Value::Object(schemes)) = components.get_mut("securitySchemes") {
        schemes.retain(|name, scheme| {
            let is_mutual_tls = scheme.get("type").is_some_and(|kind| kind == "mutualTLS");
            mutual_tls.extend(is_mutual_tls.then(|| Value::from(name.as_str())));
            !is_mutual_tls
        });
        for scheme in schemes.values_mut().filter_map(Value::as_object_mut) {
            // The typed document requires what the client ignores.
            match scheme.get("type").and_then(Value::as_str) {
                Some("oauth2") => scheme.insert("flows".to_owned(), Value::Object(Map::new())),
                Some("openIdConnect") => scheme.insert("openIdConnectUrl".to_owned(), "".into()),
                _ => None,
            };
        }
    }
    if !mutual_tls.is_empty() {
        components.insert("x-codegen-mutual-tls".to_owned(), Value::Array(mutual_tls));
    }
}

/// Adds every hoisted schema to the components. Lowering one may hoist more.
fn add_hoisted_schemas(schemas: &mut Map<String, Value>, at: &mut String, cx: &mut LowerContext<'_>) {
    let mut next = 0;
    while let Some((name, target)) = cx.hoists.queue.get(next).cloned() {
        next += 1;
        let Some(mut schema) = cx.targets.node(&target).cloned() else {
            continue;
        };
        with_segment(at, &name, |at| {
            cx.origins.record(at.clone(), target);
            schema::lower_schema(&mut schema, at, cx);
        });
        if let Value::Object(schema) = &mut schema {
            schema.insert("x-codegen-hoisted".to_owned(), Value::Bool(true));
        }
        schemas.insert(name, schema);
    }
}
