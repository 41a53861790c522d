//! Checks recorded requests: they contain every value that the call set, and nothing that is not in the document.

use std::collections::BTreeSet;

use serde_json::Value;
use whop::mock::RecordedRequest;

use crate::document::{Document, Operation, decode_segment};
use crate::json::Json;
use crate::schema::{Kind, Validators, read_shape};

/// Checks requests and records which choices (variants, `null` or a value) they contained.
#[derive(Debug)]
pub struct RequestChecker<'a> {
    document: &'a Document,
    validators: &'a Validators,
    /// The choices seen so far: `null` or a value for nullable properties, and the variants of unions.
    pub seen: BTreeSet<String>,
    /// The problems found so far.
    pub problems: Vec<String>,
    operation: String,
}

const DATE_TIME: &str = "2026-01-31T09:30:00.123456+05:30";
const DATE: &str = "2026-01-31";

/// The headers that the client sends with every request, whether an operation declares them or not.
const OWN_HEADERS: [&str; 2] = ["api-version-date", "idempotency-key"];

impl<'a> RequestChecker<'a> {
    /// Creates a checker.
    #[must_use]
    pub fn new(document: &'a Document, validators: &'a Validators) -> Self {
        Self { document, validators, seen: BTreeSet::new(), problems: Vec::new(), operation: String::new() }
    }

    fn fail(&mut self, text: &str) {
        self.problems.push(format!("{}: {text}", self.operation));
    }

    fn expect(&mut self, condition: bool, text: &str) {
        if !condition {
            self.fail(text);
        }
    }

    /// Checks the path, query, headers and body of a request that was made for an operation.
    pub fn check_request(&mut self, operation: &str, request: &RecordedRequest) {
        self.operation = operation.to_owned();
        let document = self.document;
        let base = document.operations.iter().find(|known| known.id == operation).map(|known| &*known.base);
        let found = request
            .path
            .strip_prefix(base.unwrap_or_default())
            .and_then(|path| document.find_operation(request.method.as_str(), path));
        let Some((found, path)) = found else {
            return self.fail(&format!("no operation matches {} {}", request.method, request.path));
        };
        self.expect(found.id == operation, &format!("the request went to {}", found.id));
        for (name, value) in path {
            self.expect(value == parameter_text(&name), &format!("path: {name} was sent as {value:?}"));
        }
        self.check_query(found, request);
        self.check_headers(found, request);
        match (&found.request, request.body.is_empty()) {
            (None, true) => {}
            (None, false) => self.fail("the request has a body, but the document does not describe one"),
            (Some(pointer), _) => {
                let text = String::from_utf8_lossy(&request.body).into_owned();
                let body = Json::parse(&text);
                for error in self.validators.errors(pointer, &body.to_value()) {
                    self.fail(&format!("body{error}"));
                }
                self.check_value(pointer, &body, "body", "");
            }
        }
    }

    fn check_query(&mut self, operation: &Operation, request: &RecordedRequest) {
        let pairs = query_pairs(request.query.as_deref().unwrap_or_default());
        let declared: Vec<_> =
            operation.parameters.iter().filter(|parameter| parameter.location == "query").collect();
        for (name, _) in &pairs {
            let is_known = declared.iter().any(|parameter| {
                let rest = name.strip_prefix(&parameter.name);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
            });
            self.expect(is_known, &format!("query: {name} is not documented"));
        }
        for parameter in declared {
            let sent = pairs.iter().filter(|(name, _)| *name == parameter.name);
            let values: Vec<String> = sent.map(|(_, value)| value.clone()).collect();
            let path = format!("query {}", parameter.name);
            let shape = read_shape(self.document, &parameter.schema);
            if let Kind::Object(_) = shape.kind {
                let value = parse_deep_object(self.document, &parameter.schema, &pairs, &parameter.name);
                for error in self.validators.errors(&parameter.schema, &value.to_value()) {
                    self.fail(&format!("{path}{error}"));
                }
                self.check_value(&parameter.schema, &value, &parameter.name, &path);
                continue;
            }
            if values.is_empty() {
                self.fail(&format!("{path} was not sent"));
                continue;
            }
            let value = match shape.kind {
                Kind::List(items) => Json::List(
                    values.iter().map(|text| parse_query_value(self.document, &items, text)).collect(),
                ),
                _ => {
                    self.expect(values.len() == 1, &format!("{path} was sent {} times", values.len()));
                    parse_query_value(self.document, &parameter.schema, &values[0])
                }
            };
            for error in self.validators.errors(&parameter.schema, &value.to_value()) {
                self.fail(&format!("{path}{error}"));
            }
            let expected = match read_shape(self.document, &parameter.schema).kind {
                Kind::Union(..) => parameter.name.clone(),
                _ => parameter_text(&parameter.name),
            };
            self.check_value(&parameter.schema, &value, &expected, &path);
        }
    }

    fn check_headers(&mut self, operation: &Operation, request: &RecordedRequest) {
        let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
        self.expect(header("authorization") == "Bearer test_key", "authorization");
        self.expect(header("api-version-date") == "2026-10-15-1", "api-version-date");
        self.expect(
            header("user-agent").starts_with("whop"),
            &format!("user-agent is {:?}", header("user-agent")),
        );
        self.expect(header("accept").contains("application/json"), "accept");
        let key = request.header("idempotency-key");
        let post = operation.method == "POST";
        self.expect(key.is_some_and(|key| key.len() >= 16) == post, &format!("idempotency-key is {key:?}"));
        let media = request.header("content-type");
        let expected = operation.request.as_ref().map(|_| "application/json");
        self.expect(media == expected, &format!("content-type is {media:?}"));
        let declared = operation.parameters.iter().filter(|parameter| parameter.location == "header");
        for parameter in
            declared.filter(|parameter| !OWN_HEADERS.contains(&&*parameter.name.to_ascii_lowercase()))
        {
            let path = format!("header {}", parameter.name);
            match request.header(&parameter.name.to_ascii_lowercase()) {
                Some(sent) => {
                    let value = Json::text(sent);
                    for error in self.validators.errors(&parameter.schema, &value.to_value()) {
                        self.fail(&format!("{path}{error}"));
                    }
                    self.check_value(&parameter.schema, &value, &parameter.name, &path);
                }
                None => self.fail(&format!("{path} was not sent")),
            }
        }
    }

    /// Checks a value against the rules by which the contract calls choose values: a string must be equal to `name`.
    fn check_value(&mut self, pointer: &str, value: &Json, name: &str, path: &str) {
        let document = self.document;
        let shape = read_shape(document, pointer);
        if shape.nullable && path.starts_with('.') {
            let what = if *value == Json::Null { "null" } else { "a value" };
            self.seen.insert(format!("{} is {what}", shape.pointer));
        }
        if *value == Json::Null {
            return self.expect(shape.nullable, &format!("{path} is null"));
        }
        match (&shape.kind, value) {
            (Kind::Union(variants, _), _) => {
                let matches = |variant: &&String| self.matches_variant(variant, value);
                let Some(variant) = variants.iter().find(matches).cloned() else {
                    return self.fail(&format!("{path} does not match any variant: {value}"));
                };
                self.seen.insert(format!("{variant} is used"));
                self.check_value(&variant, value, name, path);
            }
            (Kind::Object(properties), Json::Object(given)) => {
                for unknown in given.keys().filter(|name| !properties.iter().any(|(known, ..)| known == name))
                {
                    self.fail(&format!("{path}.{unknown} is not documented"));
                }
                for (name, pointer, _) in properties {
                    match given.get(*name) {
                        Some(value) => self.check_value(pointer, value, name, &format!("{path}.{name}")),
                        None => self.fail(&format!("{path}.{name} was not sent")),
                    }
                }
            }
            (Kind::Free, Json::Object(given)) => {
                self.expect(given.get(name) == Some(&Json::text(name)), &format!("{path} is {value}"));
            }
            (Kind::Map(pointer), Json::Object(given)) => match given.get(name) {
                Some(value) => self.check_value(pointer, value, name, &format!("{path}.{name}")),
                None => self.fail(&format!("{path} has no {name}: {value}")),
            },
            (Kind::List(pointer), Json::List(items)) => {
                self.expect(!items.is_empty(), &format!("{path} is empty"));
                for (index, item) in items.iter().enumerate() {
                    let numbered = match (index, path.starts_with("query")) {
                        (0, _) => name.to_owned(),
                        (_, true) => format!("{name},2"),
                        (_, false) => format!("{name} 2"),
                    };
                    self.check_value(pointer, item, &numbered, &format!("{path}[{index}]"));
                }
            }
            (Kind::Scalar(kind, schema), value) => self.check_scalar(kind, schema, value, name, path),
            (Kind::Enum(_) | Kind::Constant(_) | Kind::Any, _) => {}
            (_, value) => self.fail(&format!("{path} is {value}")),
        }
    }

    /// Whether a value has the type of a variant and, if it is an object, exactly the properties of the variant.
    fn matches_variant(&self, pointer: &str, value: &Json) -> bool {
        match (read_shape(self.document, pointer).kind, value) {
            (Kind::Object(properties), Json::Object(given)) => {
                let constants = properties.iter().all(|(name, pointer, _)| {
                    let only = read_shape(self.document, pointer).kind.only_value();
                    only.is_none_or(|text| given.get(*name) == Some(&Json::text(text)))
                });
                let known: BTreeSet<&str> = properties.iter().map(|(name, ..)| *name).collect();
                constants && known == given.keys().map(String::as_str).collect()
            }
            (Kind::Scalar("string", _), Json::Text(_)) | (Kind::Free | Kind::Map(_), Json::Object(_)) => true,
            (Kind::Enum(values), Json::Text(text)) => values.contains(&text.as_str()),
            (Kind::List(_), Json::List(_)) | (Kind::Scalar("boolean", _), Json::Bool(_)) => true,
            (Kind::Scalar("integer" | "number", _), Json::Number(_)) => true,
            _ => false,
        }
    }

    fn check_scalar(&mut self, kind: &str, schema: &Value, value: &Json, name: &str, path: &str) {
        // Any other keyword limits the value; the calls then send a fixed value that is within every limit. Formats of numbers
        // do not limit them.
        let is_limit = |key: &String| {
            let unlimited = ["type", "example", "description", "title"].contains(&key.as_str());
            !unlimited && (kind != "number" || key != "format")
        };
        let is_limited = schema.as_object().is_some_and(|schema| schema.keys().any(is_limit));
        let length = name.split(' ').next().unwrap_or_default().len();
        let format = schema.get("format").and_then(Value::as_str);
        let is_expected = match (kind, value) {
            ("string", Json::Text(text)) if matches!(format, Some("date-time" | "date_time")) => {
                text == DATE_TIME
            }
            ("string", Json::Text(text)) if format == Some("date") => text == DATE,
            ("string", Json::Text(text)) if format == Some("email") => text == "bounded@example.com",
            ("string", Json::Text(text)) => text == name || (is_limited && text == "bounded"),
            ("integer", Json::Number(digits)) if is_limited => digits == "7",
            ("integer", Json::Number(digits)) => *digits == (9_007_199_254_740_993 + length).to_string(),
            ("number", Json::Number(digits)) if is_limited => digits == "0.1",
            ("number", Json::Number(digits)) => *digits == format!("12345678901234{}.89", 100 + length),
            ("boolean", Json::Bool(value)) => *value,
            _ => false,
        };
        self.expect(is_expected, &format!("{path} is {value}"));
    }

    /// The choices that request bodies offer and that no request has made.
    #[must_use]
    pub fn unseen_choices(&self) -> Vec<String> {
        let mut offered = BTreeSet::new();
        for pointer in self.document.operations.iter().filter_map(|operation| operation.request.as_ref()) {
            self.collect_choices(pointer, &mut offered, true);
        }
        offered.difference(&self.seen).cloned().collect()
    }

    fn collect_choices(&self, pointer: &str, offered: &mut BTreeSet<String>, root: bool) {
        let shape = read_shape(self.document, pointer);
        if shape.nullable && !root {
            offered.insert(format!("{} is null", shape.pointer));
            offered.insert(format!("{} is a value", shape.pointer));
        }
        match shape.kind {
            Kind::Union(variants, _) => variants.iter().for_each(|variant| {
                offered.insert(format!("{variant} is used"));
                self.collect_choices(variant, offered, true);
            }),
            Kind::Object(properties) => {
                properties.iter().for_each(|(_, pointer, _)| self.collect_choices(pointer, offered, false));
            }
            Kind::List(items) | Kind::Map(items) => self.collect_choices(&items, offered, false),
            _ => {}
        }
    }
}

/// Decodes the name-value pairs of a query string, in order.
fn query_pairs(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| decode_segment(&text.replace('+', " "));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// Reads an object that is sent as `name[property]=value`.
fn parse_deep_object(document: &Document, pointer: &str, pairs: &[(String, String)], name: &str) -> Json {
    let Kind::Object(properties) = read_shape(document, pointer).kind else {
        let value = pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value);
        return value.map_or(Json::Null, |value| parse_query_value(document, pointer, value));
    };
    let sent = properties.into_iter().filter_map(|(property, pointer, _)| {
        let name = format!("{name}[{property}]");
        let is_sent = pairs.iter().any(|(other, _)| other.starts_with(&name));
        is_sent.then(|| (property.to_owned(), parse_deep_object(document, &pointer, pairs, &name)))
    });
    Json::object(sent)
}

/// The text that contract calls use for path and query parameters: it contains characters that must be escaped.
fn parameter_text(name: &str) -> String {
    format!("{name} /?#%&=+é")
}

/// Converts the text of a query parameter to the JSON type of its schema.
fn parse_query_value(document: &Document, pointer: &str, text: &str) -> Json {
    match read_shape(document, pointer).kind {
        Kind::Scalar("integer" | "number", _) if text.parse::<f64>().is_ok() => Json::number(text),
        Kind::Scalar("boolean", _) if text == "true" || text == "false" => Json::Bool(text == "true"),
        Kind::Union(..) if text.parse::<i64>().is_ok() => Json::number(text),
        _ => Json::text(text),
    }
}
