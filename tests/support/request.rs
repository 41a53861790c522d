//! What is checked of a request: that it says what the call set, all of it, and nothing that the document does not know.

use std::collections::BTreeSet;

use serde_json::Value;
use whop::mock::RecordedRequest;

use crate::document::{Document, Operation, decoded};
use crate::json::Json;
use crate::schema::{Kind, Validators, shape};

/// Checks requests, and keeps account of the choices that were seen in them.
#[derive(Debug)]
pub struct Checker<'a> {
    document: &'a Document,
    validators: &'a Validators,
    /// The choices seen: `null` or a value where both may be, and the variants of unions.
    pub seen: BTreeSet<String>,
    /// What was wrong.
    pub problems: Vec<String>,
    operation: String,
}

const DATE_TIME: &str = "2026-01-31T09:30:00.123456+05:30";

impl<'a> Checker<'a> {
    /// A checker that has seen nothing.
    #[must_use]
    pub fn new(document: &'a Document, validators: &'a Validators) -> Self {
        Self { document, validators, seen: BTreeSet::new(), problems: Vec::new(), operation: String::new() }
    }

    fn fail(&mut self, text: &str) {
        self.problems.push(format!("{}: {text}", self.operation));
    }

    fn expect(&mut self, holds: bool, text: &str) {
        if !holds {
            self.fail(text);
        }
    }

    /// Checks everything of a request that was meant for an operation.
    pub fn check(&mut self, operation: &str, request: &RecordedRequest) {
        self.operation = operation.to_owned();
        let document = self.document;
        let found = request
            .path
            .strip_prefix("/api/v1")
            .and_then(|path| document.find(request.method.as_str(), path));
        let Some((found, path)) = found else {
            return self.fail(&format!("no operation answers {} {}", request.method, request.path));
        };
        self.expect(found.id == operation, &format!("the request went to {}", found.id));
        for (name, value) in path {
            self.expect(value == escaped_text(&name), &format!("path: {name} became {value:?}"));
        }
        self.query(found, request);
        self.headers(found, request);
        match (&found.request, request.body.is_empty()) {
            (None, true) => {}
            (None, false) => self.fail("there is a body, and none is documented"),
            (Some(pointer), _) => {
                let text = String::from_utf8_lossy(&request.body).into_owned();
                let body = Json::parse(&text);
                for error in self.validators.errors(pointer, &body.to_value()) {
                    self.fail(&format!("body{error}"));
                }
                self.walk(pointer, &body, "body", "");
            }
        }
    }

    fn query(&mut self, operation: &Operation, request: &RecordedRequest) {
        let pairs = pairs(request.query.as_deref().unwrap_or_default());
        let declared: Vec<_> =
            operation.parameters.iter().filter(|parameter| parameter.place == "query").collect();
        for (name, _) in &pairs {
            let known = declared.iter().any(|parameter| parameter.name == *name);
            self.expect(known, &format!("query: {name} is not documented"));
        }
        for parameter in declared {
            let own = pairs.iter().filter(|(name, _)| *name == parameter.name);
            let values: Vec<String> = own.map(|(_, value)| value.clone()).collect();
            let place = format!("query {}", parameter.name);
            if values.is_empty() {
                self.fail(&format!("{place} was not sent"));
                continue;
            }
            let value = match shape(self.document, &parameter.schema).kind {
                Kind::List(items) => {
                    Json::List(values.iter().map(|text| typed(self.document, &items, text)).collect())
                }
                _ => {
                    self.expect(values.len() == 1, &format!("{place} was sent {} times", values.len()));
                    typed(self.document, &parameter.schema, &values[0])
                }
            };
            for error in self.validators.errors(&parameter.schema, &value.to_value()) {
                self.fail(&format!("{place}{error}"));
            }
            let expected = escaped_text(&parameter.name);
            self.walk(&parameter.schema, &value, &expected, &place);
        }
    }

    fn headers(&mut self, operation: &Operation, request: &RecordedRequest) {
        let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
        self.expect(header("authorization") == "Bearer test_key", "authorization");
        self.expect(header("api-version-date") == "2025-01-01", "api-version-date");
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
        for parameter in operation.parameters.iter().filter(|parameter| parameter.place == "header") {
            let sent = request.header(&parameter.name.to_ascii_lowercase());
            self.expect(sent == Some(&parameter.name), &format!("header {} is {sent:?}", parameter.name));
        }
    }

    /// Checks a value against the rules by which the calls make them: `name` is the text that it must be, if it is one.
    fn walk(&mut self, pointer: &str, value: &Json, name: &str, path: &str) {
        let document = self.document;
        let shape = shape(document, pointer);
        if shape.nullable && path.starts_with('.') {
            let what = if *value == Json::Null { "null" } else { "a value" };
            self.seen.insert(format!("{} is {what}", shape.pointer));
        }
        if *value == Json::Null {
            return self.expect(shape.nullable, &format!("{path} is null"));
        }
        match (&shape.kind, value) {
            (Kind::Union(variants, _), _) => {
                let fits = |variant: &&String| self.names_fit(variant, value);
                let Some(variant) = variants.iter().find(fits).cloned() else {
                    return self.fail(&format!("{path} is none of the variants: {value}"));
                };
                self.seen.insert(format!("{variant} is used"));
                self.walk(&variant, value, name, path);
            }
            (Kind::Object(members), Json::Object(given)) => {
                for unknown in given.keys().filter(|name| !members.iter().any(|(own, ..)| own == name)) {
                    self.fail(&format!("{path}.{unknown} is not documented"));
                }
                for (name, pointer, _) in members {
                    match given.get(*name) {
                        Some(value) => self.walk(pointer, value, name, &format!("{path}.{name}")),
                        None => self.fail(&format!("{path}.{name} was not sent")),
                    }
                }
            }
            (Kind::Free, Json::Object(given)) => {
                self.expect(given.get(name) == Some(&Json::text(name)), &format!("{path} is {value}"));
            }
            (Kind::List(pointer), Json::List(items)) => {
                self.expect(!items.is_empty(), &format!("{path} is empty"));
                for (index, item) in items.iter().enumerate() {
                    let numbered = match (index, path.starts_with("query")) {
                        (0, _) => name.to_owned(),
                        (_, true) => format!("{name},2"),
                        (_, false) => format!("{name} 2"),
                    };
                    self.walk(pointer, item, &numbered, &format!("{path}[{index}]"));
                }
            }
            (Kind::Scalar(kind, schema), value) => self.scalar(kind, schema, value, name, path),
            (Kind::Enum(_) | Kind::Constant(_) | Kind::Any, _) => {}
            (_, value) => self.fail(&format!("{path} is {value}")),
        }
    }

    /// Whether a value is of the variant's kind and, if an object, has its members and no others.
    fn names_fit(&self, pointer: &str, value: &Json) -> bool {
        match (shape(self.document, pointer).kind, value) {
            (Kind::Object(members), Json::Object(given)) => {
                let constants =
                    members.iter().all(|(name, pointer, _)| match shape(self.document, pointer).kind {
                        Kind::Constant(text) => given.get(*name) == Some(&Json::text(text)),
                        _ => true,
                    });
                let known: BTreeSet<&str> = members.iter().map(|(name, ..)| *name).collect();
                constants && known == given.keys().map(String::as_str).collect()
            }
            (Kind::Scalar("string", _), Json::Text(_)) | (Kind::Free, Json::Object(_)) => true,
            (Kind::Scalar("integer" | "number", _), Json::Number(_)) => true,
            _ => false,
        }
    }

    fn scalar(&mut self, kind: &str, schema: &Value, value: &Json, name: &str, path: &str) {
        let plain = ["type", "example", "description", "title"];
        let bounded =
            schema.as_object().is_some_and(|schema| schema.keys().any(|key| !plain.contains(&key.as_str())));
        let own = name.split(' ').next().unwrap_or_default().len();
        let fits = match (kind, value) {
            ("string", Json::Text(text)) if schema.get("format").is_some() => text == DATE_TIME,
            ("string", Json::Text(text)) => text == name || (bounded && text == "bounded"),
            ("integer", Json::Number(digits)) if bounded => digits == "7",
            ("integer", Json::Number(digits)) => *digits == (9_007_199_254_740_993 + own).to_string(),
            ("number", Json::Number(digits)) if bounded => digits == "0.1",
            ("number", Json::Number(digits)) => *digits == format!("12345678901234{}.89", 100 + own),
            ("boolean", Json::Bool(value)) => *value,
            _ => false,
        };
        self.expect(fits, &format!("{path} is {value}"));
    }

    /// The choices that the body of an operation offers and that no request made.
    #[must_use]
    pub fn unseen(&self) -> Vec<String> {
        let mut offered = BTreeSet::new();
        for pointer in self.document.operations.iter().filter_map(|operation| operation.request.as_ref()) {
            self.offers(pointer, &mut offered, true);
        }
        offered.difference(&self.seen).cloned().collect()
    }

    fn offers(&self, pointer: &str, offered: &mut BTreeSet<String>, root: bool) {
        let shape = shape(self.document, pointer);
        if shape.nullable && !root {
            offered.insert(format!("{} is null", shape.pointer));
            offered.insert(format!("{} is a value", shape.pointer));
        }
        match shape.kind {
            Kind::Union(variants, _) => variants.iter().for_each(|variant| {
                offered.insert(format!("{variant} is used"));
                self.offers(variant, offered, true);
            }),
            Kind::Object(members) => {
                members.iter().for_each(|(_, pointer, _)| self.offers(pointer, offered, false));
            }
            Kind::List(items) => self.offers(&items, offered, false),
            _ => {}
        }
    }
}

/// The pairs of a query in their order, decoded.
fn pairs(query: &str) -> Vec<(String, String)> {
    let form = |text: &str| decoded(&text.replace('+', " "));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (form(name), form(value)))
        .collect()
}

/// The text that calls give to parameters of path and query.
fn escaped_text(name: &str) -> String {
    format!("{name} /?#%&=+é")
}

/// A text of the query as the value that it stands for.
fn typed(document: &Document, pointer: &str, text: &str) -> Json {
    match shape(document, pointer).kind {
        Kind::Scalar("integer" | "number", _) if text.parse::<f64>().is_ok() => Json::number(text),
        Kind::Scalar("boolean", _) if text == "true" || text == "false" => Json::Bool(text == "true"),
        _ => Json::text(text),
    }
}
