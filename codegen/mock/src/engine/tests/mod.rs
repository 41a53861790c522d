//! The engine on a small description that has every kind of parameter, body and response.

mod page_kinds;
mod properties;
mod round_trip;
mod security;
mod story;

use http::{HeaderMap, HeaderValue, Method};
use openapi_client_runtime::{
    __private::{Authentication, ErrorEnvelope, Idempotency, LogDefaults, RetryDefaults, SecurityScheme},
    Environment,
};

use super::*;

const DESCRIPTION: &str = include_str!("description.json");

const SERVICE: Service = Service {
    name: "things",
    version: "1",
    environments: &[Environment { name: "production", servers: &["http://things.invalid"] }],
    api_key_variable: "KEY",
    base_url_variable: None,
    environment_variable: None,
    credentials: &[SecurityScheme { name: "apiKey", authentication: Authentication::Bearer }],
    security: &[&[&[0]]],
    headers: &[],
    version_header: Some(("Version", "2")),
    version_variable: None,
    idempotency: Idempotency { header: None, methods: &[], max_length: 255, in_use_codes: &[] },
    idempotent_methods: &[],
    retry: RetryDefaults {
        attempts: 1,
        total_ms: 0,
        initial_backoff_ms: 0,
        max_backoff_ms: 0,
        statuses: &[],
        wait_patterns: &[],
    },
    request_id_headers: &[],
    replayed_header: None,
    error: ErrorEnvelope {
        root: &["error"],
        r#type: Some("type"),
        code: Some("code"),
        message: Some("message"),
        param: Some("param"),
    },
    rate_limit: None,
    log: LogDefaults { variable: None, secrets: &["pin"] },
};

fn test_options() -> Options {
    Options { seed: 7, items: 2, ..Options::default() }
}

fn engine() -> Engine {
    Engine::new(&SERVICE, DESCRIPTION, test_options()).unwrap()
}

/// A request: its method and target, its headers, its body.
struct TestRequest<'a> {
    line: &'a str,
    headers: &'a [(&'static str, &'static str)],
    body: &'a str,
}

const KEY: (&str, &str) = ("authorization", "Bearer x");
const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

impl TestRequest<'_> {
    fn read(&self, engine: &Engine) -> Result<(Route, JsonValue), Rejection> {
        let (method, target) = self.line.split_once(' ').unwrap();
        let query = target.split_once('?').map(|(_, query)| query);
        let route = engine.route(&Method::from_bytes(method.as_bytes()).unwrap(), target)?;
        let headers = self.headers.iter();
        let headers: HeaderMap =
            headers.map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect();
        let body = Bytes::copy_from_slice(self.body.as_bytes());
        let request = Request { query: query.map(str::to_owned), headers, body };
        let arguments = engine.read_request(&route, &request)?;
        Ok((route, arguments))
    }

    fn respond(&self, engine: &Engine) -> Result<String, Rejection> {
        let (route, arguments) = self.read(engine)?;
        let response = engine.respond(&route, &arguments, "http://mock.test", "")?;
        Ok(String::from_utf8(response.body.to_vec()).unwrap())
    }
}

fn request<'a>(line: &'a str, body: &'a str) -> TestRequest<'a> {
    TestRequest { line, headers: if body.is_empty() { &[KEY] } else { &[KEY, JSON] }, body }
}

fn arguments(line: &str, body: &str) -> String {
    request(line, body).read(&engine()).unwrap().1.to_string()
}

fn violations(line: &str, body: &str) -> Vec<String> {
    request(line, body).read(&engine()).unwrap_err().violations
}

#[test]
fn arguments_are_typed_whatever_their_style() {
    let line = "GET /things?first=2&kinds=round&kinds=square&where[name]=a+b&where[size]=3&marks=x|y%7Cz&filter=%7B%22size%22%3A1%7D";
    let expected = r#"{"first":2,"kinds":["round","square"],"where":{"name":"a b","size":3},"marks":["x","y","z"],"filter":{"size":1}}"#;
    assert_eq!(arguments(line, ""), expected);
    assert_eq!(
        arguments("PATCH /things/a%2Fb", r#"{"id":"c","more":[1.10]}"#),
        r#"{"path.id":"a/b","id":"c","more":[1.10]}"#
    );
    assert_eq!(arguments("PUT /things/a/labels", r#"["x"]"#), r#"{"id":"a","body":["x"]}"#);
    let engine = engine();
    let headers = &[KEY, ("x-trace", "true"), ("cookie", "a=b; visit=7")];
    let (_, arguments) = TestRequest { line: "GET /things", headers, body: "" }.read(&engine).unwrap();
    assert_eq!(arguments.to_string(), r#"{"X-Trace":true,"visit":7}"#);
    let form = TestRequest {
        line: "POST /things/t/notes",
        headers: &[KEY, FORM],
        body: "text=a+b&stars=5&tags=x&tags=y&by[size]=2",
    };
    let expected = r#"{"thing_id":"t","text":"a b","stars":5,"tags":["x","y"],"by":{"size":2}}"#;
    assert_eq!(form.read(&engine).unwrap().1.to_string(), expected);
    let raw = TestRequest {
        line: "PUT /things/t/description",
        headers: &[KEY, ("content-type", "text/plain")],
        body: "any",
    };
    assert_eq!(raw.read(&engine).unwrap().1.to_string(), r#"{"id":"t"}"#);
}

#[test]
fn each_violation_has_its_location() {
    for (line, body, expected) in [
        ("GET /things?first=x", "", "listThings: query.first: expected an integer, found a string"),
        ("GET /things?first=0", "", "listThings: query.first: expected at least 1, found 0"),
        ("GET /things?first=1&first=2", "", "listThings: query.first: given twice; give it once"),
        (
            "GET /things?frist=1",
            "",
            "listThings: query.frist: the document has no such parameter; did you mean `first`?",
        ),
        (
            "GET /things?kinds=flat",
            "",
            "listThings: query.kinds[0]: expected one of `round`, `square`, found `flat`",
        ),
        (
            "GET /things?where[size]=x",
            "",
            "listThings: query.where.size: expected an integer, found a string",
        ),
        (
            "GET /things?made_after=today",
            "",
            "listThings: query.made_after: expected a date and time such as 2026-01-31T09:30:00Z, found `today`",
        ),
        ("POST /things", "", "createThing: body: missing; expected a body with `name`"),
        (
            "POST /things",
            r#"{"name":""}"#,
            "createThing: body.name: expected at least 1 character, found 0 (closest variant: `Named`)",
        ),
        (
            "POST /things",
            r#"{"name":"a","price":0}"#,
            "createThing: body.price: expected more than 0, found 0 (closest variant: `Named`)",
        ),
        (
            "POST /things",
            r#"{"name":"a","labels":["long"]}"#,
            "createThing: body.labels[0]: expected at most 3 characters, found 4 (closest variant: `Named`)",
        ),
        (
            "POST /things",
            r#"{"name":"a","shape":{"form":"circle","radius":true}}"#,
            "createThing: body.shape.radius: expected a number, found a boolean (closest variant: `Circle`) (closest variant: `Named`)",
        ),
        (
            "POST /things",
            r#"{"name":"a","made_at":"x"}"#,
            "createThing: body.made_at: only the server sets it; leave it out (closest variant: `Named`)",
        ),
        (
            "POST /things",
            r#"{"mode":"copy"}"#,
            "createThing: body.thing_id: missing; expected a string (closest variant: `Copied`)",
        ),
        (
            "POST /things",
            r#"{"name":null}"#,
            "createThing: body.name: expected a string, found null (closest variant: `Named`)",
        ),
        ("PUT /things/a/labels", r#"["x",7]"#, "labelThing: body[1]: expected a string, found a number"),
        (
            "PUT /basket",
            r#"{"codes":["a","b","a"],"amount":0.05,"labels":{"x":"a","y":"b"}}"#,
            "fillBasket: body.codes: expected unique items, found the same value at [0] and [2]",
        ),
        (
            "PUT /basket",
            r#"{"codes":["a","b"],"amount":1.07,"labels":{"x":"a","y":"b"}}"#,
            "fillBasket: body.amount: expected a multiple of 0.05, found 1.07",
        ),
        (
            "PUT /basket",
            r#"{"codes":["a","b"],"amount":0.05,"labels":{}}"#,
            "fillBasket: body.labels: expected at least 2 properties, found 0",
        ),
        (
            "PUT /basket",
            r#"{"codes":["a","b"],"amount":0.05,"labels":{"x":"a","y":"b"},"note":"n"}"#,
            "fillBasket: body: expected at most 3 properties, found 4",
        ),
        (
            "POST /things/a/close",
            r#"{"x":1}"#,
            "closeThing: body: this operation has no request body; send none",
        ),
    ] {
        assert_eq!(violations(line, body), [expected], "{line} {body}");
    }
}

#[test]
fn requests_outside_of_the_document_are_rejected() {
    let engine = engine();
    let reject = |request: TestRequest<'_>| request.read(&engine).unwrap_err();
    let unknown = reject(TestRequest { line: "GET /nothing", headers: &[KEY], body: "" });
    assert_eq!((unknown.status, unknown.operation), (404, None));
    let method = reject(TestRequest { line: "DELETE /things", headers: &[KEY], body: "" });
    let near = reject(request("GET /thing", ""));
    assert_eq!(
        near.violations,
        [
            "no operation of the document has the path /thing; the nearest known paths are `/things`, `/things/newest`, `/things/{id}`"
        ]
    );
    assert_eq!(
        (method.status, method.violations[0].as_str()),
        (405, "/things supports GET, POST, not DELETE")
    );
    let key = reject(TestRequest { line: "GET /things", headers: &[], body: "" });
    assert_eq!(key.status, 401);
    let basic =
        reject(TestRequest { line: "GET /things", headers: &[("authorization", "Basic x")], body: "" });
    assert_eq!(basic.status, 401);
    assert!(
        TestRequest { line: "GET /things/a", headers: &[], body: "" }.read(&engine).is_ok(),
        "the operation needs no credential"
    );
    let version = reject(TestRequest { line: "GET /things", headers: &[KEY, ("version", "1")], body: "" });
    assert_eq!(
        version.violations,
        ["listThings: header Version: this crate's document describes the version 2"]
    );
    assert!(
        TestRequest { line: "GET /things", headers: &[KEY, ("version", "2")], body: "" }
            .read(&engine)
            .is_ok()
    );
    assert_eq!(
        engine.operation_id(engine.route(&Method::GET, "/things/newest").unwrap().operation),
        "newestThing"
    );
}

#[test]
fn errors_follow_the_description_or_are_neutral() {
    let engine = engine();
    let error = |request: TestRequest<'_>| {
        let rejection = request.read(&engine).unwrap_err();
        (rejection.status, String::from_utf8(engine.encode_error(&rejection.parts).to_vec()).unwrap())
    };
    let copied = error(request("POST /things", r#"{"thing_id":"{reason}","mode":"copy","x":1}"#));
    assert_eq!(copied.0, 400, "{}", copied.1);
    let missing = error(request("POST /things/t/notes", ""));
    assert_eq!(missing.0, 422);
    assert!(
        missing.1.starts_with(r#"{"error":{"type":"bad","code":"missing","message":"body is missing: "#),
        "{}",
        missing.1
    );
    request("DELETE /things/a", "").respond(&engine).unwrap();
    let deleted = request("GET /things/a", "").respond(&engine).unwrap_err();
    let expected = r#"{"error":{"type":"not_found","message":"There is no such thing."}}"#;
    assert_eq!(engine.encode_error(&deleted.parts), expected);
    assert!(!deleted.is_violation, "a request for a deleted resource is valid");
}

#[test]
fn created_resources_are_stored() {
    let engine = engine();
    let respond =
        |line: &str, body: &str| JsonValue::parse(&request(line, body).respond(&engine).unwrap()).unwrap();
    let body = r#"{"name":"A","owner_id":"o_1","price":1.10,"shape":{"form":"box"}}"#;
    let created = respond("POST /things", body);
    let id = created.get("id").and_then(JsonValue::as_str).unwrap().to_owned();
    assert!(id.starts_with("thing_"), "{id}");
    assert_eq!(created.get("price").unwrap().to_string(), "1.10");
    assert_eq!(created.get("owner").and_then(|owner| owner.get("id")), Some(&JsonValue::string("o_1")));
    assert_eq!(created.get("shape").and_then(|shape| shape.get("form")), Some(&JsonValue::string("box")));
    assert!(created.get("secret").is_none(), "only requests have it");
    assert_eq!(respond(&format!("GET /things/{id}"), ""), created);
    assert_eq!(respond(&format!("POST /things/{id}/close"), ""), created);

    let updated = respond(&format!("PATCH /things/{id}"), r#"{"name":null,"owner_id":"o_2","id":"other"}"#);
    assert_eq!(
        (updated.get("name"), updated.get("id")),
        (Some(&JsonValue::Null), Some(&JsonValue::string(id.as_str())))
    );
    assert_eq!(updated.get("owner").and_then(|owner| owner.get("id")), Some(&JsonValue::string("o_2")));
    assert_eq!(respond(&format!("GET /things/{id}"), ""), updated);

    let list = respond("GET /things?owner_id=o_2", "");
    let ids = |list: &JsonValue| -> Vec<JsonValue> {
        list.get("data").unwrap().items().iter().map(|item| item.get("id").unwrap().clone()).collect()
    };
    assert_eq!((ids(&list).len(), ids(&list)[0].clone()), (3, JsonValue::string(id.as_str())));
    assert_eq!(list.get("data").unwrap().items()[0], updated);
    assert_eq!(ids(&respond("GET /things?owner_id=o_1", "")).len(), 2);
    let other = respond("GET /things?owner_id=o_3", "");
    for item in other.get("data").unwrap().items() {
        assert_eq!(item.get("owner").and_then(|owner| owner.get("id")), Some(&JsonValue::string("o_3")));
        assert_eq!(respond(&format!("GET /things/{}", item.get("id").unwrap().as_str().unwrap()), ""), *item);
    }
    request(&format!("DELETE /things/{id}"), "").respond(&engine).unwrap();
    assert!(request(&format!("PATCH /things/{id}"), "").respond(&engine).is_err());
    assert_eq!(ids(&respond("GET /things?owner_id=o_2", "")).len(), 2);
    engine.reset();
    assert!(request(&format!("GET /things/{id}"), "").respond(&engine).is_ok());
}

#[test]
fn collections_with_different_owners_are_separate() {
    let engine = engine();
    let note = |body| TestRequest { line: "POST /things/t_1/notes", headers: &[KEY, FORM], body };
    let note_value = JsonValue::parse(&note("text=a").respond(&engine).unwrap()).unwrap();
    let number = note_value.get("id").and_then(|id| id.as_number::<i64>()).unwrap();
    assert_eq!(
        note_value.get("thing").and_then(|thing| thing.get("id")),
        Some(&JsonValue::string("t_1")),
        "the owner is in the path"
    );
    let find =
        |thing: &str| request(&format!("GET /things/{thing}/notes/{number}"), "").respond(&engine).unwrap();
    assert_eq!(find("t_1"), note_value.to_string());
    assert_ne!(find("t_2"), note_value.to_string());
    let count = |thing: &str| {
        let list = request(&format!("GET /things/{thing}/notes"), "").respond(&engine).unwrap();
        JsonValue::parse(&list).unwrap().get("notes").unwrap().items().len()
    };
    assert_eq!((count("t_1"), count("t_2")), (3, 2));
}

#[test]
fn stub_responses_are_stored() {
    let engine = engine();
    let mut thing = engine.sample_response(engine.find_operation("retrieveThing").unwrap());
    thing.set("id", JsonValue::string("thing_given"));
    thing.set("name", JsonValue::string("Given"));
    let (route, _) = request("POST /things", r#"{"name":"a"}"#).read(&engine).unwrap();
    engine.store_stub_response(&route, &thing);
    assert_eq!(request("GET /things/thing_given", "").respond(&engine).unwrap(), thing.to_string());
}

#[test]
fn responses_have_the_status_and_media_type_of_the_document() {
    let engine = engine();
    let respond = |request: TestRequest<'_>| {
        let (route, arguments) = request.read(&engine).unwrap();
        engine.respond(&route, &arguments, "http://mock.test", "").unwrap()
    };
    let created = respond(request("POST /things", r#"{"name":"a"}"#));
    assert_eq!((created.status, created.media_type.as_deref()), (201, Some("application/json")));
    let deleted = respond(request("DELETE /things/x", ""));
    assert_eq!((deleted.status, deleted.media_type, deleted.body.len()), (204, None, 0));
    let picture = respond(request("GET /things/y/picture", ""));
    assert_eq!(picture.media_type.as_deref(), Some("application/octet-stream"));
    let text = TestRequest {
        line: "PUT /things/y/description",
        headers: &[KEY, ("content-type", "text/plain")],
        body: "a",
    };
    assert_eq!(respond(text).media_type.as_deref(), Some("text/plain"));
    assert!(
        JsonValue::parse(&engine.sample_page(0, vec![JsonValue::number(1)], true).to_string())
            .unwrap()
            .get("page_info")
            .unwrap()
            .get("has_next_page")
            .unwrap()
            .is_true()
    );
}
