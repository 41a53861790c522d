//! The decision about every member of the objects other than schemas. A member that is in no table is reported.
//!
//! `member_effects.rs` proves that each member that is kept has an effect on the generated crate, or a message.

use super::context::LowerContext;
use super::keywords::{Decision, Keyword, convert, ignore, keep, unsupported};
use super::value_kind::ValueKind::{Any, Flag, List, Names, Object, Schema, SchemaMap, Text};
use super::value_kind::check_value;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::pointer;
use serde_json::{Map, Value};

/// The members that an object may have.
pub(super) struct ObjectTable {
    /// The name of the object in messages.
    pub(super) name: &'static str,
    pub(super) members: &'static [Keyword],
    /// Members that must be present.
    required: &'static [&'static str],
}

/// All tables.
#[cfg(test)]
pub(super) const TABLES: &[&ObjectTable] = &[
    &ROOT,
    &INFO,
    &CONTACT,
    &LICENSE,
    &SERVER,
    &SERVER_VARIABLE,
    &TAG,
    &EXTERNAL_DOCS,
    &COMPONENTS,
    &PATH_ITEM,
    &OPERATION,
    &LINK,
    &PARAMETER,
    &HEADER,
    &REQUEST_BODY,
    &MEDIA_TYPE,
    &ENCODING,
    &RESPONSE,
    &EXAMPLE,
    &DISCRIMINATOR,
    &SECURITY_SCHEME,
];

/// In 3.1, references may have a `summary` beside them, which remains when the reference is replaced by its target.
const SUMMARY: Keyword = ignore("summary", "docs use the description");

pub(super) const ROOT: ObjectTable = ObjectTable {
    name: "an OpenAPI document",
    members: &[
        keep("openapi", Text),
        keep("info", Object),
        keep("servers", List),
        keep("paths", Object),
        keep("components", Object),
        keep("security", List),
        keep("tags", List),
        keep("externalDocs", Object),
        convert("webhooks", Object),
        ignore("jsonSchemaDialect", "the known dialects are treated alike"),
        ignore("$self", "the base of references to other documents, which are rejected"),
        ignore("$schema", "for editors"),
    ],
    required: &["info"],
};

pub(super) const INFO: ObjectTable = ObjectTable {
    name: "`info`",
    members: &[
        keep("title", Text),
        keep("description", Text),
        keep("termsOfService", Text),
        keep("contact", Object),
        keep("license", Object),
        keep("version", Text),
        ignore("summary", "the docs of the crate use the description"),
    ],
    required: &["title", "version"],
};

pub(super) const CONTACT: ObjectTable = ObjectTable {
    name: "a contact",
    members: &[keep("name", Text), keep("url", Text), keep("email", Text)],
    required: &[],
};

pub(super) const LICENSE: ObjectTable = ObjectTable {
    name: "a license",
    members: &[
        keep("name", Text),
        keep("url", Text),
        ignore("identifier", "the license of the API is not the license of the crate"),
    ],
    required: &[],
};

pub(super) const SERVER: ObjectTable = ObjectTable {
    name: "a server",
    members: &[
        keep("url", Text),
        keep("description", Text),
        keep("variables", Object),
        convert("name", Text),
    ],
    required: &["url"],
};

pub(super) const SERVER_VARIABLE: ObjectTable = ObjectTable {
    name: "a server variable",
    members: &[keep("enum", Names), keep("default", Text), keep("description", Text)],
    required: &["default"],
};

pub(super) const TAG: ObjectTable = ObjectTable {
    name: "a tag",
    members: &[
        keep("name", Text),
        keep("summary", Text),
        keep("description", Text),
        keep("externalDocs", Object),
        ignore("parent", "3.2; modules of tags are not nested"),
        ignore("kind", "3.2; modules of tags are not nested"),
    ],
    required: &["name"],
};

pub(super) const EXTERNAL_DOCS: ObjectTable = ObjectTable {
    name: "`externalDocs`",
    members: &[keep("description", Text), keep("url", Text)],
    required: &["url"],
};

pub(super) const COMPONENTS: ObjectTable = ObjectTable {
    name: "`components`",
    members: &[keep("schemas", SchemaMap), keep("securitySchemes", Object)],
    required: &[],
};

pub(super) const PATH_ITEM: ObjectTable = ObjectTable {
    name: "a path item",
    members: &[
        keep("summary", Text),
        keep("description", Text),
        keep("get", Object),
        keep("put", Object),
        keep("post", Object),
        keep("delete", Object),
        keep("options", Object),
        keep("head", Object),
        keep("patch", Object),
        keep("trace", Object),
        keep("servers", List),
        keep("parameters", List),
    ],
    required: &[],
};

pub(super) const OPERATION: ObjectTable = ObjectTable {
    name: "an operation",
    members: &[
        keep("tags", Names),
        keep("summary", Text),
        keep("description", Text),
        keep("externalDocs", Object),
        keep("operationId", Text),
        keep("parameters", List),
        keep("requestBody", Object),
        keep("responses", Object),
        convert("callbacks", Object),
        keep("deprecated", Flag),
        keep("security", List),
        keep("servers", List),
    ],
    required: &[],
};

pub(super) const PARAMETER: ObjectTable = ObjectTable {
    name: "a parameter",
    members: &[
        keep("name", Text),
        keep("in", Text),
        keep("description", Text),
        keep("required", Flag),
        keep("deprecated", Flag),
        keep("allowEmptyValue", Flag),
        keep("style", Text),
        keep("explode", Flag),
        keep("allowReserved", Flag),
        keep("schema", Schema),
        keep("content", Object),
        keep("example", Any),
        keep("examples", Any),
        SUMMARY,
    ],
    required: &["name", "in"],
};

pub(super) const HEADER: ObjectTable = ObjectTable {
    name: "a header",
    members: &[
        keep("description", Text),
        ignore("required", "a response may lack any header"),
        keep("deprecated", Flag),
        keep("schema", Schema),
        ignore("content", "headers are read as text"),
        ignore("example", "docs list headers by name"),
        ignore("examples", "docs list headers by name"),
        SUMMARY,
        ignore("style", "headers have only one style"),
        ignore("explode", "has no effect on how headers are encoded here"),
        ignore("allowEmptyValue", "applies to query parameters only"),
        ignore("allowReserved", "applies to query parameters only"),
    ],
    required: &[],
};

pub(super) const REQUEST_BODY: ObjectTable = ObjectTable {
    name: "a request body",
    members: &[keep("description", Text), keep("content", Object), keep("required", Flag), SUMMARY],
    required: &[],
};

pub(super) const MEDIA_TYPE: ObjectTable = ObjectTable {
    name: "a media type",
    members: &[
        keep("schema", Schema),
        keep("example", Any),
        keep("examples", Any),
        keep("encoding", Object),
        keep("itemSchema", Schema),
    ],
    required: &[],
};

pub(super) const ENCODING: ObjectTable = ObjectTable {
    name: "an encoding",
    members: &[
        keep("contentType", Text),
        keep("headers", Object),
        keep("style", Text),
        keep("explode", Flag),
        keep("allowReserved", Flag),
    ],
    required: &[],
};

pub(super) const RESPONSE: ObjectTable = ObjectTable {
    name: "a response",
    members: &[
        ignore("summary", "most only name the status; docs use the description of the operation"),
        ignore("description", "most only name the status; docs use the description of the operation"),
        keep("headers", Object),
        keep("content", Object),
        convert("links", Object),
    ],
    required: &[],
};

pub(super) const LINK: ObjectTable = ObjectTable {
    name: "a link",
    members: &[
        keep("operationId", Text),
        keep("description", Text),
        unsupported("operationRef", "name the operation by `operationId`"),
        ignore("parameters", "docs name the operation; its arguments are for the caller to choose"),
        ignore("requestBody", "docs name the operation; its body is for the caller to choose"),
        ignore("server", "an operation has its own server"),
    ],
    required: &[],
};

pub(super) const EXAMPLE: ObjectTable = ObjectTable {
    name: "an example",
    members: &[
        keep("value", Any),
        keep("dataValue", Any),
        keep("serializedValue", Text),
        ignore("summary", "docs show the value"),
        ignore("description", "docs show the value"),
        ignore("externalValue", "docs show no example that is elsewhere"),
    ],
    required: &[],
};

pub(super) const DISCRIMINATOR: ObjectTable = ObjectTable {
    name: "a discriminator",
    members: &[keep("propertyName", Text), keep("mapping", Object), convert("defaultMapping", Text)],
    required: &["propertyName"],
};

pub(super) const SECURITY_SCHEME: ObjectTable = ObjectTable {
    name: "a security scheme",
    members: &[
        keep("type", Text),
        keep("description", Text),
        keep("name", Text),
        keep("in", Text),
        keep("scheme", Text),
        ignore("bearerFormat", "a hint: tokens are sent as they are"),
        ignore("flows", "the client does not obtain tokens by itself; a token provider can"),
        ignore("openIdConnectUrl", "the client does not obtain tokens by itself; a token provider can"),
        ignore("oauth2MetadataUrl", "3.2; the client does not obtain tokens by itself"),
        ignore("deprecated", "3.2; docs use the description"),
    ],
    required: &["type"],
};

/// Checks every member of an object against its table, and removes those that the typed document does not have. Returns whether
/// all required keys are present.
pub(super) fn check_keys(
    map: &mut Map<String, Value>,
    object: &ObjectTable,
    at: &str,
    cx: &mut LowerContext<'_>,
) -> bool {
    map.retain(|key, value| is_kept(key, value, object, at, cx));
    let mut is_complete = true;
    for key in object.required {
        if !map.contains_key(*key) {
            let message = format!("{} must have the key `{key}`", object.name);
            let help = "add it with an overlay action";
            cx.report(Diagnostic::error(Code::MISSING_KEY, message).help(help), at);
            is_complete = false;
        }
    }
    is_complete
}

fn is_kept(key: &str, value: &mut Value, object: &ObjectTable, at: &str, cx: &mut LowerContext<'_>) -> bool {
    if key.starts_with("x-") {
        return true;
    }
    let Some(member) = object.members.iter().find(|member| member.name == key) else {
        cx.report_unknown_key(key, object.name, at);
        return false;
    };
    match member.decision {
        Decision::Keep | Decision::Convert => check_value(key, member.value, value, at, cx),
        Decision::Ignore(_) => false,
        Decision::Unsupported(alternative) => {
            let message = format!("`{key}` of {} is not supported; it is ignored", object.name);
            let help = format!("{alternative}, or remove it, with an overlay action");
            let diagnostic = Diagnostic::warning(Code::NOT_REPRESENTED, message).help(help);
            cx.report(diagnostic, &pointer::join(at, key));
            false
        }
    }
}

/// The members that the typed document represents, kept or converted, each with the name of its object.
#[cfg(test)]
pub(crate) fn represented_members() -> impl Iterator<Item = (&'static str, &'static str)> {
    let represented = |member: &&Keyword| matches!(member.decision, Decision::Keep | Decision::Convert);
    TABLES.iter().flat_map(move |table| {
        table.members.iter().filter(represented).map(|member| (table.name, member.name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_member_has_one_decision_and_each_refusal_a_reason() {
        for table in TABLES {
            for (index, member) in table.members.iter().enumerate() {
                let is_repeated = table.members.iter().skip(index + 1).any(|other| other.name == member.name);
                assert!(!is_repeated, "`{}` of {}", member.name, table.name);
                if let Decision::Ignore(text) | Decision::Unsupported(text) = member.decision {
                    assert!(!text.is_empty(), "`{}` of {}", member.name, table.name);
                }
            }
        }
    }
}
