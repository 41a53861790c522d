//! A document, and what each member of its objects adds to it.

/// A document with a place for each object.
pub(super) const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Members, version: '1'}
servers: [{url: 'https://api.test/{v}', variables: {v: {default: a}}}]
tags: [{name: things}]
paths:
  /things/{id}:
    post:
      tags: [things]
      operationId: makeThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: q, in: query, schema: {type: array, items: {type: string}}}
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses: {'200': {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
components:
  schemas:
    Thing: {type: object, properties: {kind: {type: string}, list: {type: array, items: {type: string}}}}
    Left: {type: object, properties: {kind: {type: string}, l: {type: string}}}
    Right: {type: object, properties: {kind: {type: string}, r: {type: string}}}
    Either: {oneOf: [{$ref: '#/components/schemas/Left'}, {$ref: '#/components/schemas/Right'}]}
  securitySchemes: {key: {type: http, scheme: bearer}}
security: [{key: []}]
";

/// An object, a member, a part of the document, and what is there without and with the member.
pub(super) type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

const INFO: &str = "version: '1'}";
pub(super) const TAG: &str = "{name: things}";
const SERVER: &str = "variables: {v: {default: a}}";
pub(super) const VARIABLE: &str = "default: a";
pub(super) const QUERY: &str = "{name: q, in: query, schema: {type: array, items: {type: string}}}";
const OPERATION: &str = "operationId: makeThing\n";
const ITEM: &str = "    post:\n      tags";
pub(super) const BODY: &str =
    "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}";
pub(super) const RESPONSES: &str = "responses: {'200': {description: OK, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}";
const SECURITY: &str = "securitySchemes: {key: {type: http, scheme: bearer}}\nsecurity: [{key: []}]\n";
const SCHEME: &str = "{type: http, scheme: bearer}";
const EITHER: &str = "{oneOf: [{$ref: '#/components/schemas/Left'}, {$ref: '#/components/schemas/Right'}]}";
const MAPPING: &str = "{oneOf: [{$ref: '#/components/schemas/Left'}, {$ref: '#/components/schemas/Right'}], \
                       discriminator: {propertyName: kind}}";

pub(super) const CASES: &[Case] = &[
    ("an OpenAPI document", "openapi", "3.1.0", "3.1.0", "3.7.0"),
    ("an OpenAPI document", "info", "title: Members", "title: Members", "title: Others"),
    ("an OpenAPI document", "servers", "https://api.test", "https://api.test", "https://other.test"),
    ("an OpenAPI document", "paths", "/things/{id}:", "/things/{id}:", "/others/{id}:"),
    (
        "an OpenAPI document",
        "components",
        "Left: {type",
        "Left: {type",
        "Port: {type: object}\n    Left: {type",
    ),
    ("an OpenAPI document", "security", "security: [{key: []}]", "", "security: [{key: []}]"),
    ("an OpenAPI document", "tags", "tags: [{name: things}]", "", "tags: [{name: Things}]"),
    (
        "an OpenAPI document",
        "externalDocs",
        "security:",
        "security:",
        "externalDocs: {url: 'https://docs.test'}\nsecurity:",
    ),
    (
        "an OpenAPI document",
        "webhooks",
        "security:",
        "security:",
        "webhooks: {made: {post: {requestBody: {content: {application/json: {schema: {type: object}}}}}}}\nsecurity:",
    ),
    ("`info`", "title", "title: Members", "title: Members", "title: Others"),
    ("`info`", "version", INFO, INFO, "version: '2'}"),
    ("`info`", "description", INFO, INFO, "version: '1', description: About members.}"),
    ("`info`", "termsOfService", INFO, INFO, "version: '1', termsOfService: 'https://terms.test'}"),
    ("`info`", "contact", INFO, INFO, "version: '1', contact: {name: Ann}}"),
    ("`info`", "license", INFO, INFO, "version: '1', license: {name: MIT}}"),
    ("a contact", "name", INFO, "version: '1', contact: {}}", "version: '1', contact: {name: Ann}}"),
    (
        "a contact",
        "url",
        INFO,
        "version: '1', contact: {}}",
        "version: '1', contact: {url: 'https://ask.test'}}",
    ),
    (
        "a contact",
        "email",
        INFO,
        "version: '1', contact: {}}",
        "version: '1', contact: {email: ann@ask.test}}",
    ),
    ("a license", "name", INFO, "version: '1', license: {}}", "version: '1', license: {name: MIT}}"),
    (
        "a license",
        "url",
        INFO,
        "version: '1', license: {}}",
        "version: '1', license: {url: 'https://mit.test'}}",
    ),
    ("a server", "url", "https://api.test", "https://api.test", "https://other.test"),
    ("a server", "variables", SERVER, "description: S", SERVER),
    ("a server variable", "default", VARIABLE, VARIABLE, "default: b"),
    ("a tag", "name", TAG, TAG, "{name: Things}"),
    ("a tag", "description", TAG, TAG, "{name: things, description: About things.}"),
    ("a tag", "externalDocs", TAG, TAG, "{name: things, externalDocs: {url: 'https://docs.test'}}"),
    (
        "`externalDocs`",
        "url",
        TAG,
        "{name: things, externalDocs: {url: 'https://a.test'}}",
        "{name: things, externalDocs: {url: 'https://b.test'}}",
    ),
    (
        "`externalDocs`",
        "description",
        TAG,
        "{name: things, externalDocs: {url: 'https://a.test'}}",
        "{name: things, externalDocs: {url: 'https://a.test', description: More}}",
    ),
    ("`components`", "schemas", "Left: {type", "Left: {type", "Port: {type: object}\n    Left: {type"),
    ("`components`", "securitySchemes", SCHEME, SCHEME, "{type: apiKey, in: header, name: x-key}"),
    ("a path item", "summary", ITEM, ITEM, "    summary: About.\n    post:\n      tags"),
    ("a path item", "description", ITEM, ITEM, "    description: About.\n    post:\n      tags"),
    ("a path item", "post", ITEM, "    put:\n      tags", ITEM),
    ("a path item", "get", ITEM, ITEM, "    get:\n      tags"),
    ("a path item", "put", ITEM, ITEM, "    put:\n      tags"),
    ("a path item", "delete", ITEM, ITEM, "    delete:\n      tags"),
    ("a path item", "options", ITEM, ITEM, "    options:\n      tags"),
    ("a path item", "head", ITEM, ITEM, "    head:\n      tags"),
    ("a path item", "patch", ITEM, ITEM, "    patch:\n      tags"),
    ("a path item", "trace", ITEM, ITEM, "    trace:\n      tags"),
    (
        "a path item",
        "servers",
        ITEM,
        ITEM,
        "    servers: [{url: 'https://item.test'}]\n    post:\n      tags",
    ),
    (
        "a path item",
        "parameters",
        ITEM,
        ITEM,
        "    parameters: [{name: p, in: query, schema: {type: string}}]\n    post:\n      tags",
    ),
    ("an operation", "tags", "tags: [things]\n", "tags: []\n", "tags: [others]\n"),
    ("an operation", "summary", OPERATION, OPERATION, "operationId: makeThing\n      summary: Makes one.\n"),
    (
        "an operation",
        "description",
        OPERATION,
        OPERATION,
        "operationId: makeThing\n      description: Makes one.\n",
    ),
    (
        "an operation",
        "externalDocs",
        OPERATION,
        OPERATION,
        "operationId: makeThing\n      externalDocs: {url: 'https://docs.test'}\n",
    ),
    ("an operation", "operationId", OPERATION, OPERATION, "operationId: buildThing\n"),
    ("an operation", "parameters", QUERY, "{$ref: '#/paths/~1things~1{id}/post/parameters/0'}", QUERY),
    ("an operation", "requestBody", BODY, "deprecated: false", BODY),
    ("an operation", "responses", RESPONSES, "responses: {}", RESPONSES),
    (
        "an operation",
        "callbacks",
        OPERATION,
        OPERATION,
        "operationId: makeThing\n      callbacks: {made: {'https://x.test': {post: {responses: {}}}}}\n",
    ),
    ("an operation", "deprecated", OPERATION, OPERATION, "operationId: makeThing\n      deprecated: true\n"),
    ("an operation", "security", OPERATION, OPERATION, "operationId: makeThing\n      security: [{}]\n"),
    (
        "an operation",
        "servers",
        OPERATION,
        OPERATION,
        "operationId: makeThing\n      servers: [{url: 'https://own.test'}]\n",
    ),
    (
        "a parameter",
        "name",
        QUERY,
        QUERY,
        "{name: w, in: query, schema: {type: array, items: {type: string}}}",
    ),
    (
        "a parameter",
        "in",
        QUERY,
        QUERY,
        "{name: q, in: header, schema: {type: array, items: {type: string}}}",
    ),
    (
        "a parameter",
        "description",
        QUERY,
        QUERY,
        "{name: q, in: query, description: What., schema: {type: array, items: {type: string}}}",
    ),
    (
        "a parameter",
        "required",
        QUERY,
        QUERY,
        "{name: q, in: query, required: true, schema: {type: array, items: {type: string}}}",
    ),
    (
        "a parameter",
        "deprecated",
        QUERY,
        QUERY,
        "{name: q, in: query, deprecated: true, schema: {type: array, items: {type: string}}}",
    ),
    (
        "a parameter",
        "style",
        QUERY,
        QUERY,
        "{name: q, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}}",
    ),
    (
        "a parameter",
        "explode",
        QUERY,
        QUERY,
        "{name: q, in: query, explode: false, schema: {type: array, items: {type: string}}}",
    ),
    ("a parameter", "schema", QUERY, QUERY, "{name: q, in: query, schema: {type: integer}}"),
    (
        "a parameter",
        "content",
        QUERY,
        QUERY,
        "{name: q, in: query, content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}",
    ),
    (
        "a parameter",
        "example",
        QUERY,
        "{name: q, in: query, schema: {type: string}}",
        "{name: q, in: query, example: word, schema: {type: string}}",
    ),
    (
        "a parameter",
        "examples",
        QUERY,
        "{name: q, in: query, schema: {type: string}}",
        "{name: q, in: query, examples: {a: {value: word}}, schema: {type: string}}",
    ),
    (
        "an example",
        "value",
        QUERY,
        "{name: q, in: query, examples: {a: {value: word}}, schema: {type: string}}",
        "{name: q, in: query, examples: {a: {value: other}}, schema: {type: string}}",
    ),
    (
        "a request body",
        "description",
        BODY,
        "requestBody: {content: {application/json: {schema: {type: array, items: {type: string}}}}}",
        "requestBody: {description: The list., content: {application/json: {schema: {type: array, items: {type: string}}}}}",
    ),
    ("a request body", "content", BODY, "requestBody: {content: {}}", BODY),
    (
        "a request body",
        "required",
        BODY,
        BODY,
        "requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}",
    ),
    ("a media type", "schema", BODY, "requestBody: {content: {application/json: {}}}", BODY),
    (
        "a media type",
        "example",
        RESPONSES,
        "responses: {'200': {description: OK}, '404': {description: E, content: {application/json: {schema: {type: object, properties: {message: {type: string}}}}}}}",
        "responses: {'200': {description: OK}, '404': {description: E, content: {application/json: {example: {message: none}, schema: {type: object, properties: {message: {type: string}}}}}}}",
    ),
    (
        "a media type",
        "examples",
        RESPONSES,
        "responses: {'200': {description: OK}, '404': {description: E, content: {application/json: {schema: {type: object, properties: {message: {type: string}}}}}}}",
        "responses: {'200': {description: OK}, '404': {description: E, content: {application/json: {examples: {a: {value: {message: none}}}, schema: {type: object, properties: {message: {type: string}}}}}}}",
    ),
    ("a response", "content", RESPONSES, "responses: {'200': {description: OK}}", RESPONSES),
    (
        "a response",
        "headers",
        RESPONSES,
        "responses: {'200': {description: OK}}",
        "responses: {'200': {description: OK, headers: {X-Total: {}}}}",
    ),
    (
        "a response",
        "links",
        RESPONSES,
        "responses: {'200': {description: OK}}",
        "responses: {'200': {description: OK, links: {a: {operationId: other}}}}",
    ),
    (
        "a header",
        "description",
        RESPONSES,
        "responses: {'200': {description: OK, headers: {X-Total: {}}}}",
        "responses: {'200': {description: OK, headers: {X-Total: {description: The total.}}}}",
    ),
    (
        "a header",
        "deprecated",
        RESPONSES,
        "responses: {'200': {description: OK, headers: {X-Total: {}}}}",
        "responses: {'200': {description: OK, headers: {X-Total: {deprecated: true}}}}",
    ),
    (
        "a link",
        "operationId",
        RESPONSES,
        "responses: {'200': {description: OK, links: {a: {operationId: other}}}}",
        "responses: {'200': {description: OK, links: {a: {operationId: another}}}}",
    ),
    (
        "a link",
        "description",
        RESPONSES,
        "responses: {'200': {description: OK, links: {a: {operationId: other}}}}",
        "responses: {'200': {description: OK, links: {a: {operationId: other, description: Why.}}}}",
    ),
    (
        "a security scheme",
        "description",
        SECURITY,
        "securitySchemes: {key: {type: http, scheme: bearer}, other: {type: http, scheme: basic}}\nsecurity: [{key: []}, {other: []}]\n",
        "securitySchemes: {key: {type: http, scheme: bearer}, other: {type: http, scheme: basic, description: Words.}}\nsecurity: [{key: []}, {other: []}]\n",
    ),
    ("a discriminator", "propertyName", EITHER, EITHER, MAPPING),
    (
        "a discriminator",
        "mapping",
        EITHER,
        MAPPING,
        "{oneOf: [{$ref: '#/components/schemas/Left'}, {$ref: '#/components/schemas/Right'}], discriminator: {propertyName: kind, mapping: {left: '#/components/schemas/Left'}}}",
    ),
    (
        "a discriminator",
        "defaultMapping",
        EITHER,
        MAPPING,
        "{oneOf: [{$ref: '#/components/schemas/Left'}, {$ref: '#/components/schemas/Right'}], discriminator: {propertyName: kind, defaultMapping: Left}}",
    ),
    ("a security scheme", "type", SCHEME, SCHEME, "{type: apiKey, in: header, name: x-key}"),
    (
        "a security scheme",
        "name",
        SCHEME,
        "{type: apiKey, in: header, name: x-key}",
        "{type: apiKey, in: header, name: x-token}",
    ),
    (
        "a security scheme",
        "in",
        SCHEME,
        "{type: apiKey, in: header, name: key}",
        "{type: apiKey, in: query, name: key}",
    ),
    ("a security scheme", "scheme", SCHEME, SCHEME, "{type: http, scheme: basic}"),
];
