//! A client that follows the pages of the mock gets every item once, whatever selects a page.

use std::sync::{Arc, LazyLock};

use openapi_client_runtime::{
    __private as rt, Body, BoxFuture, ClientBuilder, Transport, TransportError, json::ExtraFields,
};
use serde_json::Value;

use openapi_client_description::Type;

use super::*;
use openapi_client_description::check::{Direction, TypeChecker};

const DESCRIPTION: &str = r#"{
    "operations": [
        {"id": "cursor", "method": "GET", "path": "/cursor", "parameters": {"query": {"token": {"optional": "string"}, "limit": {"optional": "integer"}}},
            "response": {"json": "Tokens"}, "paging": {"kind": {"cursor": ["meta", "next"]}, "parameter": "token", "list": ["data"], "size": {"parameter": "limit", "default": 2}}},
        {"id": "lastItem", "method": "GET", "path": "/last-item", "parameters": {"query": {"starting_after": {"optional": "string"}, "limit": {"optional": "integer"}}},
            "response": {"json": "More"}, "paging": {"kind": {"last_item": ["id"]}, "parameter": "starting_after", "list": ["data"], "more": ["has_more"], "size": {"parameter": "limit", "default": 10, "maximum": 2}}},
        {"id": "number", "method": "GET", "path": "/number", "parameters": {"query": {"page": {"optional": "integer"}, "per_page": {"optional": "integer"}}},
            "response": {"json": {"list": "Item"}}, "paging": {"kind": {"number": 1}, "parameter": "page", "size": {"parameter": "per_page", "default": 2}}},
        {"id": "counted", "method": "GET", "path": "/counted", "parameters": {"query": {"page": {"optional": "integer"}, "size": {"optional": "integer"}}},
            "response": {"json": "Counted"}, "paging": {"kind": {"number": 0}, "parameter": "page", "list": ["data"], "pages": ["pages"], "total": ["total"], "current": ["page"], "size": {"parameter": "size", "default": 2}}},
        {"id": "header", "method": "GET", "path": "/header", "parameters": {"query": {"page": {"optional": "integer"}, "per_page": {"optional": "integer"}}},
            "response": {"json": {"list": "Item"}}, "paging": {"kind": {"number": 1}, "parameter": "page", "size": {"parameter": "per_page"}, "headers": {"next": "X-Next-Page", "pages": "X-Total-Pages"}}},
        {"id": "offset", "method": "GET", "path": "/offset", "parameters": {"query": {"offset": {"optional": "integer"}, "limit": {"optional": "integer"}}},
            "response": {"json": "Counted"}, "paging": {"kind": {"offset": 0}, "parameter": "offset", "list": ["data"], "total": ["total"], "size": {"parameter": "limit", "default": 2}}},
        {"id": "link", "method": "GET", "path": "/link", "parameters": {"query": {"size": {"optional": "integer"}, "name": {"optional": "string"}}},
            "response": {"json": {"list": "Item"}}, "paging": {"kind": "link", "size": {"parameter": "size", "default": 2}}},
        {"id": "url", "method": "GET", "path": "/url", "parameters": {"query": {"size": {"optional": "integer"}}},
            "response": {"json": "Urls"}, "paging": {"kind": {"url": ["next"]}, "list": ["data"], "size": {"parameter": "size", "default": 2}}},
        {"id": "search", "method": "POST", "path": "/search", "body": {"encoding": "json", "content": {"variants": [{"object": {"fields": {"token": {"optional": "string"}}}}]}},
            "response": {"json": "Tokens"}, "paging": {"kind": {"cursor": ["meta", "next"]}, "parameter": "token", "in_body": true, "list": ["data"]}},
        CURSORS
    ],
    "types": {
        "Item": {"object": {"fields": {"id": "string", "name": "string"}}},
        "Meta": {"object": {"fields": {"next": {"optional": "string"}}}},
        "Tokens": {"object": {"fields": {"data": {"list": "Item"}, "meta": {"optional": "Meta"}}}},
        "More": {"object": {"fields": {"data": {"list": "Item"}, "has_more": "boolean"}}},
        "Counted": {"object": {"fields": {"data": {"list": "Item"}, "page": "integer", "pages": "integer", "total": "integer"}}},
        "NumberOrText": {"union": [{"name": "Number", "type": "integer"}, {"name": "Text", "type": "string"}]},
        "TextOrNull": {"union": [{"name": "Text", "type": "string"}, {"name": "Null", "type": {"nullable": "string"}}]},
        "Position": {"alias": {"type": "integer"}},
        "Urls": {"object": {"fields": {"data": {"list": "Item"}, "next": {"nullable": "string"}}}}
    }
}"#;

/// What a page has beside its items.
#[derive(Clone, Debug)]
struct Info {
    extra_fields: ExtraFields,
}
rt::model!(Info {});
rt::page_info!(Info: "data");

const fn get(id: &'static str, path: &'static str, paging: &'static rt::Paging) -> rt::Operation {
    rt::Operation::new(id, rt::Method::Get, path).paging(paging)
}

static CURSOR: rt::Operation =
    get("cursor", "/cursor", &rt::Paging::cursor("token", &["meta", "next"]).size("limit", 2, 0));
static LAST_ITEM: rt::Operation = get(
    "lastItem",
    "/last-item",
    &rt::Paging::last_item("starting_after", &["id"]).more(&["has_more"]).size("limit", 10, 2),
);
static NUMBER: rt::Operation =
    get("number", "/number", &rt::Paging::number("page", 1).size("per_page", 2, 0));
static COUNTED: rt::Operation = get(
    "counted",
    "/counted",
    &rt::Paging::number("page", 0).pages(&["pages"]).total(&["total"]).current(&["page"]).size("size", 2, 0),
);
static HEADER: rt::Operation = get(
    "header",
    "/header",
    &rt::Paging::number("page", 1)
        .size("per_page", 0, 0)
        .next_header("X-Next-Page")
        .pages_header("X-Total-Pages"),
);
static OFFSET: rt::Operation =
    get("offset", "/offset", &rt::Paging::offset("offset", 0).total(&["total"]).size("limit", 2, 0));
static LINK: rt::Operation = get("link", "/link", &rt::Paging::link().size("size", 2, 0));
static URL: rt::Operation = get("url", "/url", &rt::Paging::url(&["next"]).size("size", 2, 0));
static SEARCH: rt::Operation = rt::Operation::new("search", rt::Method::Post, "/search")
    .body(rt::BodyEncoding::Json)
    .paging(&rt::Paging::cursor("token", &["meta", "next"]).in_body());

struct Client(rt::Core);

impl From<rt::Core> for Client {
    fn from(core: rt::Core) -> Self {
        Self(core)
    }
}

impl rt::GeneratedClient for Client {
    const SERVICE: &'static Service = &SERVICE;
}

/// Passes requests to the engine, without a connection.
#[derive(Clone, Debug)]
struct Direct(Arc<Engine>);

impl Transport for Direct {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let target = parts.uri.path_and_query().unwrap().as_str().to_owned();
            let route = self.0.route(&parts.method, &target).unwrap();
            let query = parts.uri.query().unwrap_or_default().to_owned();
            let body = body.as_bytes().cloned().unwrap_or_default();
            let request = Request { query: Some(query.clone()), headers: parts.headers, body };
            let arguments = self.0.read_request(&route, &request).unwrap();
            let response = self.0.respond(&route, &arguments, "https://things.invalid", &query).unwrap();
            let mut built =
                http::Response::builder().status(response.status).header("content-type", "application/json");
            for (name, value) in &response.headers {
                built = built.header(name, value);
            }
            Ok(built.body(Body::from(response.body)).unwrap())
        })
    }
}

fn core(items: usize) -> rt::Core {
    let options = Options { items, ..test_options() };
    let engine = Arc::new(Engine::new(&SERVICE, &WITH_CURSORS, options).unwrap());
    let builder = ClientBuilder::<Client>::new()
        .base_url("https://things.invalid")
        .api_key("k")
        .transport(Direct(engine));
    builder.build().unwrap().0
}

fn different(items: &[Value]) -> usize {
    let mut ids: Vec<String> = items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), items.len(), "an item came twice");
    ids.len()
}

#[tokio::test]
async fn every_item_comes_once_whatever_selects_a_page() {
    // Lists that end within a page, with a full page, and without an item.
    for count in [5, 4, 1, 0] {
        for operation in [&CURSOR, &LAST_ITEM, &COUNTED, &OFFSET, &URL] {
            let core = core(count);
            let request: rt::Builder<()> = rt::Builder::new(&core, operation);
            let items = request.stream::<Value, Info>().collect().await.unwrap();
            assert_eq!(different(&items), count, "{}", operation.id);
        }
        for operation in [&NUMBER, &LINK, &HEADER] {
            let core = core(count);
            let request: rt::Builder<()> = rt::Builder::new(&core, operation);
            let items = request.stream::<Value, ()>().collect().await.unwrap();
            assert_eq!(different(&items), count, "{}", operation.id);
        }
    }
}

/// The types of a cursor in the response, that of the parameter, and the field that says whether pages follow, if any.
const CURSOR_TYPES: [(&str, &str, &str); 12] = [
    (r#""string""#, "string", ""),
    (r#"{"nullable": "string"}"#, "string", ""),
    (r#"{"optional": "string"}"#, "string", ""),
    (r#""integer""#, "integer", ""),
    (r#"{"nullable": "integer"}"#, "integer", ""),
    (r#"{"optional": "integer"}"#, "integer", ""),
    (r#""float""#, "float", ""),
    (r#""Position""#, "integer", ""),
    (r#""NumberOrText""#, "string", ""),
    (r#""TextOrNull""#, "string", ""),
    (r#""integer""#, "integer", "integer"),
    (r#""string""#, "string", "string"),
];

/// The description, with a list for each of [`CURSOR_TYPES`].
static WITH_CURSORS: LazyLock<String> = LazyLock::new(|| {
    let cursors = CURSOR_TYPES.iter().enumerate().map(|(index, (_, parameter, more))| {
        let more = if more.is_empty() { "" } else { r#", "more": ["more"]"# };
        format!(
            r#"{{"id": "cursor{index}", "method": "GET", "path": "/cursors/{index}", "parameters": {{"query": {{"token": {{"optional": "{parameter}"}}}}}},
            "response": {{"json": "Cursor{index}"}}, "paging": {{"kind": {{"cursor": ["next"]}}, "parameter": "token", "list": ["data"], "size": {{"parameter": "limit", "default": 2}}{more}}}}}"#
        )
    });
    let types = CURSOR_TYPES.iter().enumerate().map(|(index, (cursor, _, more))| {
        let more = if more.is_empty() { String::new() } else { format!(r#", "more": "{more}""#) };
        format!(
            r#""Cursor{index}": {{"object": {{"fields": {{"data": {{"list": "Item"}}, "next": {cursor}{more}}}}}}},"#
        )
    });
    let (cursors, types): (Vec<_>, String) = (cursors.collect(), types.collect());
    DESCRIPTION
        .replace("CURSORS", &cursors.join(", "))
        .replace(r#""types": {"#, &format!(r#""types": {{{types}"#))
});

#[tokio::test]
async fn cursors_have_the_type_of_their_field() {
    for (index, (ty, _, more)) in CURSOR_TYPES.iter().enumerate() {
        let paging = rt::Paging::cursor("token", &["next"]).size("limit", 2, 0);
        let paging = if more.is_empty() { paging } else { paging.more(&["more"]) };
        let path: &'static str = format!("/cursors/{index}").leak();
        let operation: &'static rt::Operation =
            Box::leak(Box::new(get(path, path, Box::leak(Box::new(paging)))));
        for count in [5, 4, 1, 0] {
            let call: rt::Builder<()> = rt::Builder::new(&core(count), operation);
            let items = call.stream::<Value, Info>().collect().await.unwrap();
            assert_eq!(different(&items), count, "{ty}");
            let engine =
                Engine::new(&SERVICE, &WITH_CURSORS, Options { items: count, ..test_options() }).unwrap();
            let ty = Type::Named(format!("Cursor{index}"));
            let mut query = String::new();
            loop {
                let response = request(&format!("GET {path}{query}"), "").respond(&engine).unwrap();
                let response = JsonValue::parse(&response).unwrap();
                let is_valid =
                    TypeChecker::is_valid(&engine.description, Direction::Response, &ty, &response);
                assert!(is_valid, "{ty:?}: {response:?}");
                match response.get("next").map(JsonValue::to_text) {
                    Some(next) if !["", "0", "null"].contains(&next.as_ref()) => {
                        query = format!("?token={next}")
                    }
                    _ => break,
                }
            }
        }
    }
}

#[tokio::test]
async fn pages_have_the_size_of_the_request() {
    let core = core(7);
    for (operation, size) in [(&NUMBER, "per_page"), (&HEADER, "per_page"), (&LINK, "size")] {
        let request: rt::Builder<()> = rt::Builder::new(&core, operation);
        let mut pages = request.query::<()>(size, 3).pages::<Value, ()>();
        let mut sizes = Vec::new();
        while let Some(page) = pages.try_next().await.unwrap() {
            sizes.push(page.data.len());
        }
        assert_eq!(sizes, [3, 3, 1], "{}", operation.id);
    }
    let request: rt::Builder<()> = rt::Builder::new(&core, &LINK);
    let named = request.query::<()>("name", "x").stream::<Value, ()>().collect().await.unwrap();
    assert_eq!(different(&named), 7);
    assert!(named.iter().all(|item| item["name"] == "x"), "the filter is in the URLs of the pages");
}

#[tokio::test]
async fn what_is_no_list_of_resources_is_one_page() {
    let core = core(3);
    let request: rt::Builder<()> = rt::Builder::new(&core, &SEARCH);
    assert!(!request.stream::<Value, Info>().collect().await.unwrap().is_empty());
}

#[test]
fn positions_of_another_list_are_rejected() {
    let engine = Engine::new(&SERVICE, &WITH_CURSORS, Options { items: 2, ..test_options() }).unwrap();
    for line in ["GET /cursor?token=x", "GET /last-item?starting_after=x"] {
        assert!(request(line, "").respond(&engine).is_err(), "{line}");
    }
    assert!(request("GET /number?mock_position=2", "").respond(&engine).is_err(), "numbers have no URLs");
}
