//! What the client sends in each style is what the mock reads.

use std::sync::{Arc, Mutex};

use openapi_client_runtime::{__private as rt, Body, BoxFuture, ClientBuilder, Transport, TransportError};
use serde_json::{Value, json};

use super::*;

const DESCRIPTION: &str = r#"{
    "operations": [
        {"id": "form", "method": "POST", "path": "/form", "body": {"encoding": "form", "required": true, "content": {"variants": [{"object": {"fields": {
            "expand": {"type": {"optional": {"list": "string"}}, "style": "deep_object"},
            "plain": {"optional": {"list": "string"}},
            "rows": {"optional": {"list": "Row"}},
            "codes": {"type": {"optional": {"list": "string"}}, "style": "form"},
            "json": {"type": {"optional": "Row"}, "style": "json"},
            "flat": {"type": {"optional": "Row"}, "style": "form"},
            "deep": {"optional": "Row"},
            "map": {"optional": {"map": "integer"}},
            "choice": {"optional": "Choice"},
            "cleared": {"optional": {"nullable": "integer"}},
            "any": {"optional": "json"}
        }}}]}}, "status": 204},
        {"id": "parts", "method": "POST", "path": "/parts", "body": {"encoding": "multipart", "required": true, "content": {"variants": [{"object": {"fields": {
            "rows": {"optional": {"list": "Row"}},
            "words": {"type": {"optional": {"list": "string"}}, "style": "json"},
            "tags": {"optional": {"list": "string"}},
            "deep": {"type": {"optional": "Row"}, "style": "deep_object"},
            "row": {"optional": "Row"}
        }}}]}}, "status": 204},
        {"id": "map", "method": "POST", "path": "/map", "body": {"encoding": "form", "required": true, "content": {"value": {"map": "Row"}}}, "status": 204},
        {"id": "search", "method": "GET", "path": "/search/{label}/{pairs}", "parameters": {
            "path": {"label": {"type": {"list": "string"}, "style": "label_exploded"}, "pairs": {"type": "Row", "style": "matrix_exploded"}},
            "query": {
                "row": {"optional": "Row"},
                "free": {"optional": {"map": "string"}},
                "deep": {"type": {"optional": "Row"}, "style": "deep_object"},
                "rows": {"type": {"optional": {"list": "Row"}}, "style": "deep_object"},
                "flat": {"type": {"optional": "Row"}, "style": "form"}
            },
            "header": {"X-Row": {"type": {"optional": "Row"}, "style": "simple_exploded"}},
            "cookie": {"tags": {"type": {"optional": {"list": "string"}}, "style": "form_exploded"}, "joined": {"optional": {"list": "string"}}}
        }, "status": 204}
    ],
    "types": {
        "Row": {"object": {"fields": {"n": {"optional": "integer"}, "words": {"optional": {"list": "string"}}, "inner": {"optional": "Row"}, "rows": {"optional": {"list": "Row"}}}}},
        "Choice": {"union": [{"name": "Row", "type": "Row"}, {"name": "Text", "type": "string"}]}
    }
}"#;

static FORM: rt::Operation =
    rt::Operation::new("form", rt::Method::Post, "/form").body(rt::BodyEncoding::Form).fields(&[
        rt::FieldEncoding::new("expand").style(rt::QueryStyle::DeepObject),
        rt::FieldEncoding::new("codes").style(rt::QueryStyle::Form),
        rt::FieldEncoding::new("json").style(rt::QueryStyle::Json),
        rt::FieldEncoding::new("flat").style(rt::QueryStyle::Form),
    ]);
static PARTS: rt::Operation =
    rt::Operation::new("parts", rt::Method::Post, "/parts").body(rt::BodyEncoding::Multipart).fields(&[
        rt::FieldEncoding::new("words").style(rt::QueryStyle::Json),
        rt::FieldEncoding::new("deep").style(rt::QueryStyle::DeepObject),
    ]);
static MAP: rt::Operation = rt::Operation::new("map", rt::Method::Post, "/map").body(rt::BodyEncoding::Form);
static SEARCH: rt::Operation = rt::Operation::new("search", rt::Method::Get, "/search/{label}/{pairs}");

struct Client(rt::Core);

impl From<rt::Core> for Client {
    fn from(core: rt::Core) -> Self {
        Self(core)
    }
}

impl AsRef<rt::Core> for Client {
    fn as_ref(&self) -> &rt::Core {
        &self.0
    }
}

impl rt::GeneratedClient for Client {
    const SERVICE: &'static Service = &SERVICE;
}

/// Keeps the last request.
#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Option<http::Request<Bytes>>>>);

impl Transport for Recorder {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let request = request.map(|body| body.as_bytes().cloned().unwrap_or_default());
            *self.0.lock().unwrap() = Some(request);
            Ok(http::Response::builder().status(204).body(Body::empty()).unwrap())
        })
    }
}

/// Sends a request and reads it as the mock does.
fn round_trip(build: impl FnOnce(&rt::Core) -> rt::Builder<()>) -> Value {
    let recorder = Recorder::default();
    let client: Client = ClientBuilder::new()
        .base_url("https://things.invalid")
        .api_key("k")
        .transport(recorder.clone())
        .build()
        .unwrap();
    build(client.as_ref()).send::<()>().wait().unwrap();
    let (parts, body) = recorder.0.lock().unwrap().take().unwrap().into_parts();
    let engine = Engine::new(&SERVICE, DESCRIPTION, test_options()).unwrap();
    let route = engine.route(&parts.method, parts.uri.path()).unwrap();
    let request = Request { query: parts.uri.query().map(str::to_owned), headers: parts.headers, body };
    let arguments = engine.read_request(&route, &request);
    serde_json::from_str(&arguments.unwrap().to_string()).unwrap()
}

fn row() -> Value {
    json!({"n": 1, "words": ["a&b", "c,d"], "inner": {"n": 2, "rows": [{"n": 3}, {"words": ["é"]}]}})
}

#[test]
fn forms_arrive_as_they_were_set() {
    for (operation, body) in [
        (
            &FORM,
            json!({
                "expand": ["a", "b"], "plain": ["c"], "rows": [row(), {"n": 2}], "codes": ["x", "y"], "json": row(),
                "flat": {"n": 5}, "deep": row(), "map": {"k k": 1, "l": 2}, "choice": row(), "cleared": null,
                "any": {"k": ["v", "w"]}
            }),
        ),
        (&FORM, json!({"choice": "text", "any": ["a", "b"], "cleared": 3})),
        (
            &PARTS,
            json!({"rows": [row(), {"n": 2}], "words": ["a", "b"], "tags": ["x", "y"], "deep": row(), "row": row()}),
        ),
    ] {
        let arguments = round_trip(|core| {
            let fields = body.as_object().unwrap().iter();
            fields.fold(rt::Builder::<()>::new(core, operation), |builder, (name, value)| {
                builder.body::<()>(String::leak(name.clone()), value.clone())
            })
        });
        assert_eq!(arguments, body);
    }
    let map = json!({"first": row(), "second": {"n": 2}});
    assert_eq!(
        round_trip(|core| rt::Builder::<()>::new(core, &MAP).whole_body(map.clone())),
        json!({ "body": map })
    );
}

#[test]
fn parameters_arrive_as_they_were_set() {
    let arguments = round_trip(|core| {
        rt::Builder::<()>::new(core, &SEARCH)
            .path_styled("label", rt::SimpleStyle::LabelExplode, vec!["a", "b"])
            .path_styled("pairs", rt::SimpleStyle::MatrixExplode, json!({"n": 1}))
            .query::<()>("row", row())
            .query::<()>("free", json!({"some": "1", "other": "2"}))
            .query_styled::<()>("deep", rt::QueryStyle::DeepObject, row())
            .query_styled::<()>("rows", rt::QueryStyle::DeepObject, json!([row(), {"n": 2}]))
            .query_styled::<()>("flat", rt::QueryStyle::Form, json!({"n": 5}))
            .header_exploded::<()>("X-Row", json!({"n": 6}))
            .cookie_styled::<()>("tags", rt::CookieStyle::FormExplode, vec!["x;y", "z"])
            .cookie("joined", vec!["x", "y"])
    });
    assert_eq!(
        arguments,
        json!({
            "label": ["a", "b"], "pairs": {"n": 1}, "row": row(), "free": {"some": "1", "other": "2"}, "deep": row(),
            "rows": [row(), {"n": 2}], "flat": {"n": 5}, "X-Row": {"n": 6},
            "tags": ["x;y", "z"], "joined": ["x", "y"]
        })
    );
}
