//! The keys of every object that is no schema, with what becomes of them.

use super::context::Context;
use super::kinds::{self, Kind};
use crate::diagnostic::Diagnostic;
use serde_json::{Map, Value};

/// The keys that an object may have.
pub(super) struct Object {
    /// Its name in messages.
    pub(super) what: &'static str,
    /// Keys that go on to the typed model, with what their values must be.
    keep: &'static [(&'static str, Kind)],
    /// Keys that are left out, each with the reason.
    ignore: &'static [(&'static str, &'static str)],
    /// Keys without which the object means nothing.
    required: &'static [&'static str],
}

/// In 3.1 it may stand beside a reference, which is replaced by its target.
const SUMMARY: (&str, &str) = ("summary", "the description says it");

pub(super) const ROOT: Object = Object {
    what: "an OpenAPI document",
    keep: &[
        ("openapi", Kind::Text),
        ("info", Kind::Object),
        ("servers", Kind::List),
        ("paths", Kind::Object),
        ("components", Kind::Object),
        ("security", Kind::List),
        ("tags", Kind::List),
        ("externalDocs", Kind::Object),
        ("webhooks", Kind::Object),
    ],
    ignore: &[
        ("jsonSchemaDialect", "every known dialect reads the same here"),
        ("$self", "there is one document only"),
        ("$schema", "for editors of the document"),
    ],
    required: &["info"],
};

pub(super) const INFO: Object = Object {
    what: "`info`",
    keep: &[
        ("title", Kind::Text),
        ("description", Kind::Text),
        ("termsOfService", Kind::Text),
        ("contact", Kind::Object),
        ("license", Kind::Object),
        ("version", Kind::Text),
    ],
    ignore: &[("summary", "the crate has a description of its own")],
    required: &["title", "version"],
};

pub(super) const CONTACT: Object = Object {
    what: "a contact",
    keep: &[("name", Kind::Text), ("url", Kind::Text), ("email", Kind::Text)],
    ignore: &[],
    required: &[],
};

pub(super) const LICENSE: Object = Object {
    what: "a licence",
    keep: &[("name", Kind::Text), ("url", Kind::Text)],
    ignore: &[("identifier", "the licence of the document is not that of the crate")],
    required: &[],
};

pub(super) const SERVER: Object = Object {
    what: "a server",
    keep: &[("url", Kind::Text), ("description", Kind::Text), ("variables", Kind::Object)],
    ignore: &[("name", "3.2; the description says it")],
    required: &["url"],
};

pub(super) const SERVER_VARIABLE: Object = Object {
    what: "a server variable",
    keep: &[("enum", Kind::Names), ("default", Kind::Text), ("description", Kind::Text)],
    ignore: &[],
    required: &["default"],
};

pub(super) const TAG: Object = Object {
    what: "a tag",
    keep: &[("name", Kind::Text), ("description", Kind::Text), ("externalDocs", Kind::Object)],
    ignore: &[
        ("summary", "3.2; the description says it"),
        ("parent", "3.2; tags are modules side by side"),
        ("kind", "3.2; tags are modules side by side"),
    ],
    required: &["name"],
};

pub(super) const EXTERNAL_DOCS: Object = Object {
    what: "`externalDocs`",
    keep: &[("description", Kind::Text), ("url", Kind::Text)],
    ignore: &[],
    required: &["url"],
};

pub(super) const COMPONENTS: Object = Object {
    what: "`components`",
    keep: &[("schemas", Kind::SchemaMap), ("securitySchemes", Kind::Object)],
    // The sections that references name were taken out before; see `targets`.
    ignore: &[],
    required: &[],
};

pub(super) const PATH_ITEM: Object = Object {
    what: "a path item",
    keep: &[
        ("summary", Kind::Text),
        ("description", Kind::Text),
        ("get", Kind::Object),
        ("put", Kind::Object),
        ("post", Kind::Object),
        ("delete", Kind::Object),
        ("options", Kind::Object),
        ("head", Kind::Object),
        ("patch", Kind::Object),
        ("trace", Kind::Object),
        ("servers", Kind::List),
        ("parameters", Kind::List),
    ],
    ignore: &[],
    required: &[],
};

pub(super) const OPERATION: Object = Object {
    what: "an operation",
    keep: &[
        ("tags", Kind::Names),
        ("summary", Kind::Text),
        ("description", Kind::Text),
        ("externalDocs", Kind::Object),
        ("operationId", Kind::Text),
        ("parameters", Kind::List),
        ("requestBody", Kind::Object),
        ("responses", Kind::Object),
        ("callbacks", Kind::Object),
        ("deprecated", Kind::Flag),
        ("security", Kind::List),
        ("servers", Kind::List),
    ],
    ignore: &[],
    required: &[],
};

pub(super) const PARAMETER: Object = Object {
    what: "a parameter",
    keep: &[
        ("name", Kind::Text),
        ("in", Kind::Text),
        ("description", Kind::Text),
        ("required", Kind::Flag),
        ("deprecated", Kind::Flag),
        ("allowEmptyValue", Kind::Flag),
        ("style", Kind::Text),
        ("explode", Kind::Flag),
        ("allowReserved", Kind::Flag),
        ("schema", Kind::Schema),
        ("content", Kind::Object),
        ("example", Kind::Any),
        ("examples", Kind::Any),
    ],
    ignore: &[SUMMARY],
    required: &["name", "in"],
};

pub(super) const HEADER: Object = Object {
    what: "a header",
    keep: &[
        ("description", Kind::Text),
        ("required", Kind::Flag),
        ("deprecated", Kind::Flag),
        ("schema", Kind::Schema),
        ("content", Kind::Object),
        ("example", Kind::Any),
        ("examples", Kind::Any),
    ],
    ignore: &[
        SUMMARY,
        ("style", "a header has one style only"),
        ("explode", "the style of headers joins with commas either way"),
        ("allowEmptyValue", "for queries only"),
        ("allowReserved", "for queries only"),
    ],
    required: &[],
};

pub(super) const REQUEST_BODY: Object = Object {
    what: "a request body",
    keep: &[("description", Kind::Text), ("content", Kind::Object), ("required", Kind::Flag)],
    ignore: &[SUMMARY],
    required: &[],
};

pub(super) const MEDIA_TYPE: Object = Object {
    what: "a media type",
    keep: &[
        ("schema", Kind::Schema),
        ("example", Kind::Any),
        ("examples", Kind::Any),
        ("encoding", Kind::Object),
    ],
    ignore: &[],
    required: &[],
};

pub(super) const ENCODING: Object = Object {
    what: "an encoding",
    keep: &[
        ("contentType", Kind::Text),
        ("headers", Kind::Object),
        ("style", Kind::Text),
        ("explode", Kind::Flag),
        ("allowReserved", Kind::Flag),
    ],
    ignore: &[],
    required: &[],
};

pub(super) const RESPONSE: Object = Object {
    what: "a response",
    keep: &[("description", Kind::Text), ("headers", Kind::Object), ("content", Kind::Object)],
    ignore: &[SUMMARY, ("links", "what to call next is the caller's business")],
    required: &[],
};

pub(super) const EXAMPLE: Object = Object {
    what: "an example",
    keep: &[
        ("summary", Kind::Text),
        ("description", Kind::Text),
        ("value", Kind::Any),
        ("externalValue", Kind::Text),
    ],
    ignore: &[
        ("dataValue", "3.2; for readers of the document"),
        ("serializedValue", "3.2; for readers of the document"),
    ],
    required: &[],
};

pub(super) const DISCRIMINATOR: Object = Object {
    what: "a discriminator",
    keep: &[("propertyName", Kind::Text), ("mapping", Kind::Object)],
    ignore: &[("defaultMapping", "3.2; an unknown tag is kept as it arrives")],
    required: &["propertyName"],
};

pub(super) const SECURITY_SCHEME: Object = Object {
    what: "a security scheme",
    keep: &[
        ("type", Kind::Text),
        ("description", Kind::Text),
        ("name", Kind::Text),
        ("in", Kind::Text),
        ("scheme", Kind::Text),
        ("bearerFormat", Kind::Text),
        ("flows", Kind::Object),
        ("openIdConnectUrl", Kind::Text),
    ],
    ignore: &[
        ("oauth2MetadataUrl", "3.2; tokens are obtained elsewhere"),
        ("deprecated", "3.2; the description says it"),
    ],
    required: &["type"],
};

/// Checks every member of an object against its table. Afterwards it holds what the typed model knows, `x-*` members,
/// and nothing else. Whether all that is required is there.
pub(super) fn check(map: &mut Map<String, Value>, object: &Object, at: &str, cx: &mut Context<'_>) -> bool {
    map.retain(|key, value| keeps(key, value, object, at, cx));
    let mut complete = true;
    for key in object.required {
        if !map.contains_key(*key) {
            let message = format!("{} needs `{key}`", object.what);
            let help = "add it by an action of the overlay";
            cx.report(Diagnostic::error("missing-key", message).help(help), at);
            complete = false;
        }
    }
    complete
}

fn keeps(key: &str, value: &mut Value, object: &Object, at: &str, cx: &mut Context<'_>) -> bool {
    if key.starts_with("x-") {
        return true;
    }
    if let Some((_, kind)) = object.keep.iter().find(|row| row.0 == key) {
        return kinds::check(key, *kind, value, at, cx);
    }
    if !object.ignore.iter().any(|row| row.0 == key) {
        cx.unknown_key(key, object.what, at, false);
    }
    false
}
