//! What the members of servers, parameters, media types, encodings and examples add to a document.

use super::cases::{BODY, Case, QUERY, RESPONSES, TAG, VARIABLE};

const SERVERS: &str = "servers: [{url: 'https://api.test/{v}', variables: {v: {default: a}}}]";
const FORM: &str =
    "requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Thing'}}}}";
const FORM_WITH_STYLE: &str = "requestBody: {content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Thing'}, encoding: {list: {style: form}}}}}";

pub(super) const WIRE_CASES: &[Case] = &[
    (
        "a server",
        "description",
        SERVERS,
        "servers: [{url: 'https://a.test'}, {url: 'https://b.test'}]",
        "servers: [{url: 'https://a.test', description: First}, {url: 'https://b.test', description: Second}]",
    ),
    (
        "a server",
        "name",
        SERVERS,
        "servers: [{url: 'https://a.test'}, {url: 'https://b.test'}]",
        "servers: [{url: 'https://a.test', name: first}, {url: 'https://b.test', name: second}]",
    ),
    ("a server variable", "enum", VARIABLE, VARIABLE, "default: a, enum: [a, b]"),
    ("a server variable", "description", VARIABLE, VARIABLE, "default: a, description: The version"),
    (
        "a parameter",
        "allowReserved",
        QUERY,
        QUERY,
        "{name: q, in: query, allowReserved: true, schema: {type: array, items: {type: string}}}",
    ),
    (
        "a parameter",
        "allowEmptyValue",
        QUERY,
        "{name: q, in: query, schema: {type: integer}}",
        "{name: q, in: query, allowEmptyValue: true, schema: {type: integer}}",
    ),
    (
        "a header",
        "schema",
        BODY,
        "requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Thing'}, encoding: {kind: {headers: {X-A: {}}}}}}}",
        "requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Thing'}, encoding: {kind: {headers: {X-A: {schema: {type: string, default: b}}}}}}}}",
    ),
    (
        "a media type",
        "itemSchema",
        RESPONSES,
        "responses: {'200': {description: OK, content: {text/event-stream: {}}}}",
        "responses: {'200': {description: OK, content: {text/event-stream: {itemSchema: {$ref: '#/components/schemas/Thing'}}}}}",
    ),
    (
        "a media type",
        "encoding",
        BODY,
        FORM,
        "requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Thing'}, encoding: {kind: {contentType: text/html}}}}}",
    ),
    (
        "an encoding",
        "contentType",
        BODY,
        FORM,
        "requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Thing'}, encoding: {kind: {contentType: text/html}}}}}",
    ),
    (
        "an encoding",
        "headers",
        BODY,
        FORM,
        "requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Thing'}, encoding: {kind: {headers: {X-A: {schema: {type: string, default: b}}}}}}}}",
    ),
    (
        "an encoding",
        "style",
        BODY,
        FORM_WITH_STYLE,
        "requestBody: {content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Thing'}, encoding: {list: {style: pipeDelimited}}}}}",
    ),
    (
        "an encoding",
        "explode",
        BODY,
        FORM_WITH_STYLE,
        "requestBody: {content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Thing'}, encoding: {list: {style: form, explode: false}}}}}",
    ),
    (
        "an encoding",
        "allowReserved",
        BODY,
        FORM_WITH_STYLE,
        "requestBody: {content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Thing'}, encoding: {list: {style: form, allowReserved: true}}}}}",
    ),
    ("a tag", "summary", TAG, TAG, "{name: things, summary: Words.}"),
    (
        "an example",
        "dataValue",
        QUERY,
        "{name: q, in: query, examples: {a: {dataValue: word}}, schema: {type: string}}",
        "{name: q, in: query, examples: {a: {dataValue: other}}, schema: {type: string}}",
    ),
    (
        "an example",
        "serializedValue",
        QUERY,
        "{name: q, in: query, examples: {a: {serializedValue: word}}, schema: {type: string}}",
        "{name: q, in: query, examples: {a: {serializedValue: other}}, schema: {type: string}}",
    ),
];
