//! The decision about every key of the objects other than schemas. A key that is in no table is an error.

use super::context::LowerContext;
use super::value_kind::{ValueKind, check_value};
use crate::diagnostic::{Code, Diagnostic};
use serde_json::{Map, Value};

/// The keys that an object may have.
pub(super) struct ObjectTable {
    /// The name of the object in messages.
    name: &'static str,
    /// Keys that the typed document has, with the type of their values.
    keep: &'static [(&'static str, ValueKind)],
    /// Keys that are ignored without a message, each with the reason.
    ignore: &'static [(&'static str, &'static str)],
    /// Keys that must be present.
    required: &'static [&'static str],
}

/// In 3.1, references may have a `summary` beside them, which remains when the reference is replaced by its target.
const SUMMARY: (&str, &str) = ("summary", "docs use the description");

pub(super) const ROOT: ObjectTable = ObjectTable {
    name: "an OpenAPI document",
    keep: &[
        ("openapi", ValueKind::Text),
        ("info", ValueKind::Object),
        ("servers", ValueKind::List),
        ("paths", ValueKind::Object),
        ("components", ValueKind::Object),
        ("security", ValueKind::List),
        ("tags", ValueKind::List),
        ("externalDocs", ValueKind::Object),
        ("webhooks", ValueKind::Object),
    ],
    ignore: &[
        ("jsonSchemaDialect", "the known dialects are treated alike"),
        ("$self", "the base of references to other documents, which are rejected"),
        ("$schema", "for editors"),
    ],
    required: &["info"],
};

pub(super) const INFO: ObjectTable = ObjectTable {
    name: "`info`",
    keep: &[
        ("title", ValueKind::Text),
        ("description", ValueKind::Text),
        ("termsOfService", ValueKind::Text),
        ("contact", ValueKind::Object),
        ("license", ValueKind::Object),
        ("version", ValueKind::Text),
    ],
    ignore: &[("summary", "the docs of the crate use the description")],
    required: &["title", "version"],
};

pub(super) const CONTACT: ObjectTable = ObjectTable {
    name: "a contact",
    keep: &[("name", ValueKind::Text), ("url", ValueKind::Text), ("email", ValueKind::Text)],
    ignore: &[],
    required: &[],
};

pub(super) const LICENSE: ObjectTable = ObjectTable {
    name: "a license",
    keep: &[("name", ValueKind::Text), ("url", ValueKind::Text)],
    ignore: &[("identifier", "the license of the API is not the license of the crate")],
    required: &[],
};

pub(super) const SERVER: ObjectTable = ObjectTable {
    name: "a server",
    keep: &[("url", ValueKind::Text), ("description", ValueKind::Text), ("variables", ValueKind::Object)],
    ignore: &[("name", "3.2; docs use the description")],
    required: &["url"],
};

pub(super) const SERVER_VARIABLE: ObjectTable = ObjectTable {
    name: "a server variable",
    keep: &[("enum", ValueKind::Names), ("default", ValueKind::Text), ("description", ValueKind::Text)],
    ignore: &[],
    required: &["default"],
};

pub(super) const TAG: ObjectTable = ObjectTable {
    name: "a tag",
    keep: &[("name", ValueKind::Text), ("description", ValueKind::Text), ("externalDocs", ValueKind::Object)],
    ignore: &[
        ("summary", "3.2; docs use the description"),
        ("parent", "3.2; modules of tags are not nested"),
        ("kind", "3.2; modules of tags are not nested"),
    ],
    required: &["name"],
};

pub(super) const EXTERNAL_DOCS: ObjectTable = ObjectTable {
    name: "`externalDocs`",
    keep: &[("description", ValueKind::Text), ("url", ValueKind::Text)],
    ignore: &[],
    required: &["url"],
};

pub(super) const COMPONENTS: ObjectTable = ObjectTable {
    name: "`components`",
    keep: &[("schemas", ValueKind::SchemaMap), ("securitySchemes", ValueKind::Object)],
    // `targets` has moved the sections that references point to out of the tree.
    ignore: &[],
    required: &[],
};

pub(super) const PATH_ITEM: ObjectTable = ObjectTable {
    name: "a path item",
    keep: &[
        ("summary", ValueKind::Text),
        ("description", ValueKind::Text),
        ("get", ValueKind::Object),
        ("put", ValueKind::Object),
        ("post", ValueKind::Object),
        ("delete", ValueKind::Object),
        ("options", ValueKind::Object),
        ("head", ValueKind::Object),
        ("patch", ValueKind::Object),
        ("trace", ValueKind::Object),
        ("servers", ValueKind::List),
        ("parameters", ValueKind::List),
    ],
    ignore: &[],
    required: &[],
};

pub(super) const OPERATION: ObjectTable = ObjectTable {
    name: "an operation",
    keep: &[
        ("tags", ValueKind::Names),
        ("summary", ValueKind::Text),
        ("description", ValueKind::Text),
        ("externalDocs", ValueKind::Object),
        ("operationId", ValueKind::Text),
        ("parameters", ValueKind::List),
        ("requestBody", ValueKind::Object),
        ("responses", ValueKind::Object),
        ("callbacks", ValueKind::Object),
        ("deprecated", ValueKind::Flag),
        ("security", ValueKind::List),
        ("servers", ValueKind::List),
    ],
    ignore: &[],
    required: &[],
};

pub(super) const PARAMETER: ObjectTable = ObjectTable {
    name: "a parameter",
    keep: &[
        ("name", ValueKind::Text),
        ("in", ValueKind::Text),
        ("description", ValueKind::Text),
        ("required", ValueKind::Flag),
        ("deprecated", ValueKind::Flag),
        ("allowEmptyValue", ValueKind::Flag),
        ("style", ValueKind::Text),
        ("explode", ValueKind::Flag),
        ("allowReserved", ValueKind::Flag),
        ("schema", ValueKind::Schema),
        ("content", ValueKind::Object),
        ("example", ValueKind::Any),
        ("examples", ValueKind::Any),
    ],
    ignore: &[SUMMARY],
    required: &["name", "in"],
};

pub(super) const HEADER: ObjectTable = ObjectTable {
    name: "a header",
    keep: &[
        ("description", ValueKind::Text),
        ("required", ValueKind::Flag),
        ("deprecated", ValueKind::Flag),
        ("schema", ValueKind::Schema),
        ("content", ValueKind::Object),
        ("example", ValueKind::Any),
        ("examples", ValueKind::Any),
    ],
    ignore: &[
        SUMMARY,
        ("style", "headers have only one style"),
        ("explode", "has no effect on how headers are encoded here"),
        ("allowEmptyValue", "applies to query parameters only"),
        ("allowReserved", "applies to query parameters only"),
    ],
    required: &[],
};

pub(super) const REQUEST_BODY: ObjectTable = ObjectTable {
    name: "a request body",
    keep: &[("description", ValueKind::Text), ("content", ValueKind::Object), ("required", ValueKind::Flag)],
    ignore: &[SUMMARY],
    required: &[],
};

pub(super) const MEDIA_TYPE: ObjectTable = ObjectTable {
    name: "a media type",
    keep: &[
        ("schema", ValueKind::Schema),
        ("example", ValueKind::Any),
        ("examples", ValueKind::Any),
        ("encoding", ValueKind::Object),
    ],
    ignore: &[],
    required: &[],
};

pub(super) const ENCODING: ObjectTable = ObjectTable {
    name: "an encoding",
    keep: &[
        ("contentType", ValueKind::Text),
        ("headers", ValueKind::Object),
        ("style", ValueKind::Text),
        ("explode", ValueKind::Flag),
        ("allowReserved", ValueKind::Flag),
    ],
    ignore: &[],
    required: &[],
};

pub(super) const RESPONSE: ObjectTable = ObjectTable {
    name: "a response",
    keep: &[("description", ValueKind::Text), ("headers", ValueKind::Object), ("content", ValueKind::Object)],
    ignore: &[SUMMARY, ("links", "the client does not follow links")],
    required: &[],
};

pub(super) const EXAMPLE: ObjectTable = ObjectTable {
    name: "an example",
    keep: &[
        ("summary", ValueKind::Text),
        ("description", ValueKind::Text),
        ("value", ValueKind::Any),
        ("externalValue", ValueKind::Text),
    ],
    ignore: &[("dataValue", "3.2; docs use `value`"), ("serializedValue", "3.2; docs use `value`")],
    required: &[],
};

pub(super) const DISCRIMINATOR: ObjectTable = ObjectTable {
    name: "a discriminator",
    keep: &[("propertyName", ValueKind::Text), ("mapping", ValueKind::Object)],
    ignore: &[("defaultMapping", "3.2; a value with an unknown tag is kept as JSON")],
    required: &["propertyName"],
};

pub(super) const SECURITY_SCHEME: ObjectTable = ObjectTable {
    name: "a security scheme",
    keep: &[
        ("type", ValueKind::Text),
        ("description", ValueKind::Text),
        ("name", ValueKind::Text),
        ("in", ValueKind::Text),
        ("scheme", ValueKind::Text),
        ("bearerFormat", ValueKind::Text),
        ("flows", ValueKind::Object),
        ("openIdConnectUrl", ValueKind::Text),
    ],
    ignore: &[
        ("oauth2MetadataUrl", "3.2; the client does not obtain tokens by itself"),
        ("deprecated", "3.2; docs use the description"),
    ],
    required: &["type"],
};

/// Checks every key of an object against its table, and removes keys that the typed document does not have. Returns whether
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
    if let Some((_, kind)) = object.keep.iter().find(|row| row.0 == key) {
        return check_value(key, *kind, value, at, cx);
    }
    if !object.ignore.iter().any(|row| row.0 == key) {
        cx.report_unknown_key(key, object.name, at);
    }
    false
}
