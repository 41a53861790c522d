//! The engine on a small table, as the generator writes one: things of owners, in every form a document may give them.

use http::{HeaderMap, HeaderValue, Method};
use proptest::prelude::*;

use super::*;
use crate::engine::check::{Checker, Direction};
use crate::engine::document::{Content, Document, Success, Type};
use crate::engine::sample::Sampler;
use openapi_client_runtime::{
    __private::{Authentication, ErrorEnvelope, Idempotency, RetryDefaults},
    Environment,
};

const TABLE: &str = include_str!("table.json");

static SERVICE: Service = Service {
    name: "things",
    version: "1",
    environments: &[Environment { name: "production", servers: &["http://things.invalid"] }],
    api_key_variable: "KEY",
    base_url_variable: None,
    environment_variable: None,
    authentication: Authentication::Bearer,
    headers: &[],
    version_header: Some(("Version", "2")),
    version_variable: None,
    idempotency: Idempotency { header: None, methods: &[], max_length: 255 },
    repeatable: &[],
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
};

fn engine() -> Engine {
    Engine::new(&SERVICE, TABLE, Options { seed: 7, items: 2, credentials: true }).unwrap()
}

/// What a request is made of: method and path with query, headers, body.
struct Ask<'a> {
    line: &'a str,
    headers: &'a [(&'static str, &'static str)],
    body: &'a str,
}

const KEY: (&str, &str) = ("authorization", "Bearer x");
const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

impl Ask<'_> {
    fn check(&self, engine: &Engine) -> Result<(Route, Json), Refusal> {
        let (method, target) = self.line.split_once(' ').unwrap();
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let route = engine.route(&Method::from_bytes(method.as_bytes()).unwrap(), path)?;
        let headers = self.headers.iter();
        let headers: HeaderMap =
            headers.map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect();
        let body = Bytes::copy_from_slice(self.body.as_bytes());
        let request = Request { query: query.map(str::to_owned), headers, body };
        let arguments = engine.check(&route, &request)?;
        Ok((route, arguments))
    }

    fn answer(&self, engine: &Engine) -> Result<String, Refusal> {
        let (route, arguments) = self.check(engine)?;
        let answer = engine.answer(&route, &arguments, "http://mock.test")?;
        Ok(String::from_utf8(answer.body.to_vec()).unwrap())
    }
}

fn ask<'a>(line: &'a str, body: &'a str) -> Ask<'a> {
    Ask { line, headers: if body.is_empty() { &[KEY] } else { &[KEY, JSON] }, body }
}

fn arguments(line: &str, body: &str) -> String {
    ask(line, body).check(&engine()).unwrap().1.to_string()
}

fn faults(line: &str, body: &str) -> Vec<String> {
    ask(line, body).check(&engine()).unwrap_err().faults
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
    let (_, arguments) = Ask { line: "GET /things", headers, body: "" }.check(&engine).unwrap();
    assert_eq!(arguments.to_string(), r#"{"X-Trace":true,"visit":7}"#);
    let form = Ask {
        line: "POST /things/t/notes",
        headers: &[KEY, FORM],
        body: "text=a+b&stars=5&tags=x&tags=y&by[size]=2",
    };
    let expected = r#"{"thing_id":"t","text":"a b","stars":5,"tags":["x","y"],"by":{"size":2}}"#;
    assert_eq!(form.check(&engine).unwrap().1.to_string(), expected);
    let raw = Ask {
        line: "PUT /things/t/description",
        headers: &[KEY, ("content-type", "text/plain")],
        body: "any",
    };
    assert_eq!(raw.check(&engine).unwrap().1.to_string(), r#"{"id":"t"}"#);
}

#[test]
fn each_fault_is_told_with_its_place() {
    for (line, body, expected) in [
        ("GET /things?first=x", "", "listThings: query.first: must be an integer, is a string"),
        ("GET /things?first=0", "", "listThings: query.first: must be at least 1, is 0"),
        ("GET /things?first=1&first=2", "", "listThings: query.first: stands twice; give it once"),
        (
            "GET /things?frist=1",
            "",
            "listThings: query.frist: the document names no such parameter; leave it out, or is `first` meant?",
        ),
        (
            "GET /things?kinds=flat",
            "",
            "listThings: query.kinds[0]: must be one of `round`, `square`, is `flat`",
        ),
        ("GET /things?where[size]=x", "", "listThings: query.where.size: must be an integer, is a string"),
        (
            "GET /things?made_after=today",
            "",
            "listThings: query.made_after: must be a date and time such as 2026-01-31T09:30:00Z, is `today`",
        ),
        ("POST /things", "", "createThing: body: is missing; this operation takes one, with `name`"),
        (
            "POST /things",
            r#"{"name":""}"#,
            "createThing: body.name: must be at least 1 character long, is 0 (of its forms, `Named` comes closest)",
        ),
        (
            "POST /things",
            r#"{"name":"a","price":0}"#,
            "createThing: body.price: must be more than 0, is 0 (of its forms, `Named` comes closest)",
        ),
        (
            "POST /things",
            r#"{"name":"a","labels":["long"]}"#,
            "createThing: body.labels[0]: must be at most 3 characters long, is 4 (of its forms, `Named` comes closest)",
        ),
        (
            "POST /things",
            r#"{"name":"a","shape":{"form":"circle","radius":true}}"#,
            "createThing: body.shape.radius: must be a number, is a boolean (of its forms, `Circle` comes closest) (of its forms, `Named` comes closest)",
        ),
        (
            "POST /things",
            r#"{"name":"a","made_at":"x"}"#,
            "createThing: body.made_at: only the server sets it; leave it out (of its forms, `Named` comes closest)",
        ),
        (
            "POST /things",
            r#"{"mode":"copy"}"#,
            "createThing: body.thing_id: is missing; it must be a string (of its forms, `Copied` comes closest)",
        ),
        (
            "POST /things",
            r#"{"name":null}"#,
            "createThing: body.name: must be a string, is null (of its forms, `Named` comes closest)",
        ),
        ("PUT /things/a/labels", r#"["x",7]"#, "labelThing: body[1]: must be a string, is a number"),
        ("POST /things/a/close", r#"{"x":1}"#, "closeThing: body: this operation takes no body; send none"),
    ] {
        assert_eq!(faults(line, body), [expected], "{line} {body}");
    }
}

#[test]
fn requests_without_a_place_in_the_document_are_refused() {
    let engine = engine();
    let refused = |ask: Ask<'_>| ask.check(&engine).unwrap_err();
    let none = refused(Ask { line: "GET /nothing", headers: &[KEY], body: "" });
    assert_eq!((none.status, none.operation), (404, None));
    let method = refused(Ask { line: "DELETE /things", headers: &[KEY], body: "" });
    assert_eq!((method.status, method.faults[0].as_str()), (405, "/things takes GET, POST, not DELETE"));
    let key = refused(Ask { line: "GET /things", headers: &[], body: "" });
    assert_eq!(key.status, 401);
    let basic = refused(Ask { line: "GET /things", headers: &[("authorization", "Basic x")], body: "" });
    assert_eq!(basic.status, 401);
    assert!(
        Ask { line: "GET /things/a", headers: &[], body: "" }.check(&engine).is_ok(),
        "it asks for no key"
    );
    let version = refused(Ask { line: "GET /things", headers: &[KEY, ("version", "1")], body: "" });
    assert_eq!(version.faults, ["listThings: header Version: the document of this crate describes 2"]);
    assert!(Ask { line: "GET /things", headers: &[KEY, ("version", "2")], body: "" }.check(&engine).is_ok());
    assert_eq!(
        engine.operation_id(engine.route(&Method::GET, "/things/newest").unwrap().operation),
        "newestThing"
    );
}

#[test]
fn refusals_are_worded_as_the_table_says_and_else_plainly() {
    let engine = engine();
    let body = |ask: Ask<'_>| {
        let refusal = ask.check(&engine).unwrap_err();
        (refusal.status, String::from_utf8(engine.envelope(&refusal.parts).to_vec()).unwrap())
    };
    let missing = body(ask("POST /things", r#"{"thing_id":"{reason}","mode":"copy","x":1}"#));
    assert_eq!(missing.0, 400, "{}", missing.1);
    let missing = body(ask("POST /things/t/notes", ""));
    assert_eq!(missing.0, 422);
    assert!(
        missing.1.starts_with(r#"{"error":{"type":"bad","code":"missing","message":"body is missing: "#),
        "{}",
        missing.1
    );
    ask("DELETE /things/a", "").answer(&engine).unwrap();
    let gone = ask("GET /things/a", "").answer(&engine).unwrap_err();
    let expected = r#"{"error":{"type":"not_found","message":"There is no such thing."}}"#;
    assert_eq!(engine.envelope(&gone.parts), expected);
    assert!(!gone.unexpected, "to ask for what was deleted breaks no document");
}

#[test]
fn what_was_created_is_remembered() {
    let engine = engine();
    let asked = |line: &str, body: &str| Json::parse(&ask(line, body).answer(&engine).unwrap()).unwrap();
    let body = r#"{"name":"A","owner_id":"o_1","price":1.10,"shape":{"form":"box"}}"#;
    let created = asked("POST /things", body);
    let id = created.get("id").and_then(Json::as_str).unwrap().to_owned();
    assert!(id.starts_with("thing_"), "{id}");
    assert_eq!(created.get("price").unwrap().to_string(), "1.10");
    assert_eq!(created.get("owner").and_then(|owner| owner.get("id")), Some(&Json::text("o_1")));
    assert_eq!(created.get("shape").and_then(|shape| shape.get("form")), Some(&Json::text("box")));
    assert!(created.get("secret").is_none(), "it goes in requests only");
    assert_eq!(asked(&format!("GET /things/{id}"), ""), created);
    assert_eq!(asked(&format!("POST /things/{id}/close"), ""), created);

    let updated = asked(&format!("PATCH /things/{id}"), r#"{"name":null,"owner_id":"o_2","id":"other"}"#);
    assert_eq!((updated.get("name"), updated.get("id")), (Some(&Json::Null), Some(&Json::text(id.as_str()))));
    assert_eq!(updated.get("owner").and_then(|owner| owner.get("id")), Some(&Json::text("o_2")));
    assert_eq!(asked(&format!("GET /things/{id}"), ""), updated);

    let list = asked("GET /things?owner_id=o_2", "");
    let ids = |list: &Json| -> Vec<Json> {
        list.get("data").unwrap().items().iter().map(|item| item.get("id").unwrap().clone()).collect()
    };
    assert_eq!((ids(&list).len(), ids(&list)[0].clone()), (3, Json::text(id.as_str())));
    assert_eq!(list.get("data").unwrap().items()[0], updated);
    assert_eq!(ids(&asked("GET /things?owner_id=o_1", "")).len(), 2);
    let other = asked("GET /things?owner_id=o_3", "");
    for item in other.get("data").unwrap().items() {
        assert_eq!(item.get("owner").and_then(|owner| owner.get("id")), Some(&Json::text("o_3")));
        assert_eq!(asked(&format!("GET /things/{}", item.get("id").unwrap().as_str().unwrap()), ""), *item);
    }
    ask(&format!("DELETE /things/{id}"), "").answer(&engine).unwrap();
    assert!(ask(&format!("PATCH /things/{id}"), "").answer(&engine).is_err());
    assert_eq!(ids(&asked("GET /things?owner_id=o_2", "")).len(), 2);
    engine.reset();
    assert!(ask(&format!("GET /things/{id}"), "").answer(&engine).is_ok());
}

#[test]
fn what_stands_under_one_thing_is_not_under_another() {
    let engine = engine();
    let note = |body| Ask { line: "POST /things/t_1/notes", headers: &[KEY, FORM], body };
    let made = Json::parse(&note("text=a").answer(&engine).unwrap()).unwrap();
    let number = made.get("id").and_then(|id| id.as_number::<i64>()).unwrap();
    assert_eq!(
        made.get("thing").and_then(|thing| thing.get("id")),
        Some(&Json::text("t_1")),
        "its owner by the path"
    );
    let find = |thing: &str| ask(&format!("GET /things/{thing}/notes/{number}"), "").answer(&engine).unwrap();
    assert_eq!(find("t_1"), made.to_string());
    assert_ne!(find("t_2"), made.to_string());
    let count = |thing: &str| {
        let list = ask(&format!("GET /things/{thing}/notes"), "").answer(&engine).unwrap();
        Json::parse(&list).unwrap().get("notes").unwrap().items().len()
    };
    assert_eq!((count("t_1"), count("t_2")), (3, 2));
}

#[test]
fn what_a_stub_answers_is_remembered() {
    let engine = engine();
    let mut thing = engine.example(engine.find("retrieveThing").unwrap());
    thing.set("id", Json::text("thing_given"));
    thing.set("name", Json::text("Given"));
    let (route, _) = ask("POST /things", r#"{"name":"a"}"#).check(&engine).unwrap();
    engine.remember(&route, &thing);
    assert_eq!(ask("GET /things/thing_given", "").answer(&engine).unwrap(), thing.to_string());
}

#[test]
fn answers_have_the_status_and_the_media_type_of_the_document() {
    let engine = engine();
    let answer = |asked: Ask<'_>| {
        let (route, arguments) = asked.check(&engine).unwrap();
        engine.answer(&route, &arguments, "http://mock.test").unwrap()
    };
    let made = answer(ask("POST /things", r#"{"name":"a"}"#));
    assert_eq!((made.status, made.media_type.as_deref()), (201, Some("application/json")));
    let gone = answer(ask("DELETE /things/x", ""));
    assert_eq!((gone.status, gone.media_type, gone.body.len()), (204, None, 0));
    let picture = answer(ask("GET /things/y/picture", ""));
    assert_eq!(picture.media_type.as_deref(), Some("application/octet-stream"));
    let text =
        Ask { line: "PUT /things/y/description", headers: &[KEY, ("content-type", "text/plain")], body: "a" };
    assert_eq!(answer(text).media_type.as_deref(), Some("text/plain"));
    assert!(
        Json::parse(&engine.page(0, vec![Json::number(1)], true).to_string())
            .unwrap()
            .get("page_info")
            .unwrap()
            .get("has_next_page")
            .unwrap()
            .is_true()
    );
}

/// Every type of the table that a request or an answer may hold.
fn types(document: &Document) -> Vec<(Direction, Type)> {
    let answers = document.operations.iter().filter_map(|operation| match &operation.success {
        Success::Json(ty) => Some((Direction::Answer, ty.clone())),
        _ => None,
    });
    let all = (0..document.types.len()).map(|index| (Direction::Request, Type::Named(index)));
    answers.chain(all).collect()
}

/// Any JSON, numbers of any length included.
fn json() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::number),
        Just(Json::number("1e999")),
        Just(Json::number("123456789012345678901234567890.5")),
        "[a-z_ é]{0,12}".prop_map(Json::String),
        prop_oneof!["circle", "box", "2026-01-31", "2026-01-31T09:30:00Z", "round"].prop_map(Json::String),
    ];
    let names = "(name|id|owner|shape|form|radius|inside|parts|kind|data|price|size|owner_id|[a-z]{1,3})";
    scalar.prop_recursive(4, 24, 6, move |inner| {
        let members = prop::collection::btree_map(names, inner.clone(), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Json::List),
            members.prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// What is made is taken: a sample of a type, alone or out of what any source knows, is a value of that type.
    #[test]
    fn samples_pass_the_check(seed in any::<u64>(), source in json()) {
        let document = Document::read(TABLE).unwrap();
        for (direction, ty) in types(&document) {
            for source in [None, Some(&source)] {
                let value = Sampler::new(&document, direction, seed).value(&ty, source, "place");
                let mut checker = Checker::new(&document, direction);
                checker.value(&ty, None, &value, "");
                let found = checker.found();
                prop_assert!(found.is_empty(), "{:?} of {:?}: {}", found, ty, value);
            }
        }
    }

    /// Every sampled body passes as a request.
    #[test]
    fn sampled_requests_pass(seed in any::<u64>()) {
        let engine = engine();
        for operation in &engine.document.operations {
            let Some(Content::Forms(forms)) = operation.body.as_ref().map(|body| &body.content) else { continue };
            for form in forms {
                let mut sampler = Sampler::new(&engine.document, Direction::Request, seed);
                let body = sampler.object(&form.object, None, "body").unwrap();
                let mut checker = Checker::new(&engine.document, Direction::Request);
                checker.object(&form.object, &body, "");
                prop_assert_eq!(checker.found(), Vec::new());
            }
        }
    }

    /// Nothing that comes brings it down, and what is taken can be answered.
    #[test]
    fn any_json_is_checked_and_never_a_panic(body in json(), query in "[a-z=&%\\[\\]|+0-9]{0,40}") {
        let engine = engine();
        let text = body.to_string();
        for line in ["POST /things", "PATCH /things/a", "PUT /things/a/labels", "POST /things/a/notes"] {
            let line = format!("{line}?{query}");
            if let Ok((route, arguments)) = ask(&line, &text).check(&engine) {
                prop_assert!(engine.answer(&route, &arguments, "http://mock.test").is_ok());
            }
        }
        let _ = ask(&format!("GET /things?{query}"), "").answer(&engine);
    }
}
