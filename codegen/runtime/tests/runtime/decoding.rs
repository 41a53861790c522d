//! Responses that are not what the API description says: fields that are missing, errors with a successful status, numbers that
//! cannot be represented.

use std::sync::{Arc, Mutex};

use openapi_client_runtime::{__private as rt, Error, ErrorKind, Outcome, json::ExtraFields};
use rust_decimal::Decimal;

use crate::support::{
    api::{Client, builder, client},
    server::{Server, Step},
};

/// An invoice: the API description requires every field.
#[derive(Debug)]
struct Invoice {
    id: String,
    total: Decimal,
    note: Option<String>,
    lines: Vec<String>,
    labels: rt::Map<String>,
    count: i64,
    rate: f64,
    is_paid: bool,
    extra_fields: ExtraFields,
}
rt::model!(Invoice {
    id: required("id"),
    total: required("total"),
    note: expected("note"),
    lines: expected("lines"),
    labels: expected("labels"),
    count: required("count"),
    rate: required("rate"),
    is_paid: required("is_paid"),
});

static RETRIEVE: rt::Operation = rt::Operation::new("retrieveInvoice", rt::Method::Get, "/invoice");
static CREATE: rt::Operation = rt::Operation::new("createInvoice", rt::Method::Post, "/invoices");

struct Request<S = ()>(rt::Builder<S>);
rt::request!(Request => Invoice);

fn retrieve(client: &Client) -> Request {
    Request(rt::Builder::new(&client.0, &RETRIEVE))
}

fn create(client: &Client) -> Request {
    Request(rt::Builder::new(&client.0, &CREATE))
}

const WHOLE: &str = r#"{"id":"i","total":1.50,"note":"n","lines":["a"],"labels":{"k":"v"},"count":2,"rate":1e-30,"is_paid":true}"#;

async fn decode(body: &str) -> Result<Invoice, Error> {
    let server = Server::start([Step::json(200, body)]);
    retrieve(&client(&server.url())).send().await
}

#[tokio::test]
async fn absent_nullable_fields_lists_and_maps_are_empty() {
    for rest in ["", r#","note":null,"lines":null,"labels":null"#] {
        let body = format!(r#"{{"id":"i","total":1.50,"count":2.0,"rate":1,"is_paid":true{rest}}}"#);
        let invoice = decode(&body).await.unwrap();
        assert_eq!((invoice.note, invoice.count), (None, 2));
        assert!(invoice.lines.is_empty() && invoice.labels.is_empty() && invoice.extra_fields.is_empty());
    }
}

#[tokio::test]
async fn another_absent_field_is_an_error_that_says_how_to_continue() {
    let error = decode(&WHOLE.replace(r#""is_paid":true"#, r#""new":1"#)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Processed));
    assert!(error.to_string().contains("missing field `is_paid`"), "{error}");
    assert!(error.to_string().contains("(`decode_lossy` of this error fills"), "{error}");
    let lossy = error.decode_lossy::<Invoice>().unwrap();
    assert_eq!((lossy.value.is_paid, lossy.value.total.to_string().as_str()), (false, "1.50"));
    assert_eq!(lossy.filled, ["is_paid"]);

    let error = decode(&WHOLE.replace(r#""id":"i""#, r#""id":7"#)).await.unwrap_err();
    assert_eq!(error.path(), Some("id"));
    assert_eq!(error.decode_lossy::<Invoice>().unwrap().filled, ["id"]);
}

#[tokio::test]
async fn money_is_not_filled() {
    for total in ["", r#""total":null,"#, r#""total":"free","#] {
        let body = WHOLE.replace(r#""total":1.50,"#, total);
        let error = decode(&body).await.unwrap_err();
        let lossy = error.decode_lossy::<Invoice>().unwrap_err();
        assert_eq!(lossy.path, "total", "{lossy}");
        let server = Server::start([Step::json(200, &body)]);
        let client = builder().base_url(server.url()).on_missing_field(|_| {}).build().unwrap();
        let error = retrieve(&client).send().await.unwrap_err();
        assert_eq!((error.kind(), error.path()), (ErrorKind::Decode, Some("total")));
    }
}

#[tokio::test]
async fn a_client_fills_missing_fields_and_reports_them() {
    let step = || Step::json(200, r#"{"total":1.50,"count":2,"rate":null}"#).with("x-request-id", "req_1");
    let server = Server::start([step(), step()]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let client = builder()
        .base_url(server.url())
        .on_missing_field(move |missing| {
            let text = format!("{missing} {}", missing.request_id.unwrap_or_default());
            log.lock().unwrap().push(text);
        })
        .build()
        .unwrap();
    let invoice = retrieve(&client).send().await.unwrap();
    assert_eq!((invoice.id.as_str(), invoice.count, invoice.is_paid), ("", 2, false));
    let lacks = |field: &str| {
        format!(
            "retrieveInvoice (GET /invoice): the response lacks `{field}`, or its type cannot hold the value req_1"
        )
    };
    let mut fields = seen.lock().unwrap().clone();
    fields.sort();
    assert_eq!(fields, [lacks("id"), lacks("is_paid"), lacks("rate")]);
    let raw = retrieve(&client).send_raw().await.unwrap();
    assert_eq!(
        raw.body, r#"{"total":1.50,"count":2,"rate":null}"#,
        "expected the body as the server sent it"
    );
}

#[tokio::test]
async fn an_error_with_a_successful_status_is_an_error_of_the_api() {
    for body in [
        r#"{"error":{"type":"t","code":"c","message":"It failed."}}"#,
        r#"{"errors":[{"code":"c","message":"It failed."}]}"#,
        r#"{"code":"c","message":"It failed.","status":422}"#,
        r#"{"error":"c","error_description":"It failed."}"#,
    ] {
        for fills in [false, true] {
            let server = Server::start([Step::json(200, body)]);
            let settings = builder().base_url(server.url());
            let settings = if fills { settings.on_missing_field(|_| panic!("not filled")) } else { settings };
            let error = create(&settings.build().unwrap()).send().await.unwrap_err();
            assert_eq!((error.kind(), error.message()), (ErrorKind::Api, Some("It failed.")), "{body}");
            assert_eq!((error.code(), error.status().unwrap().as_u16()), (Some("c"), 200));
            assert_eq!(error.outcome(), Outcome::Unknown);
            assert_eq!(error.body(), body.as_bytes());
            assert!(error.to_string().starts_with("createInvoice: 200 OK: It failed. ("), "{error}");
        }
    }
}

#[tokio::test]
async fn a_value_with_an_error_field_is_not_an_error() {
    let body = WHOLE.replace(r#""id":"i""#, r#""id":7,"error":{"message":"m"}"#);
    let error = decode(&body).await.unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Decode, Some("id")));
    let invoice = decode(&WHOLE.replace(r#""id""#, r#""error":{"message":"m"},"id""#)).await.unwrap();
    assert_eq!(invoice.extra_fields.len(), 1);
}

#[tokio::test]
async fn errors_of_other_shapes_have_a_message() {
    for (status, body, message) in [
        (422, r#"{"errors":{"email":["is taken"]}}"#, "email: is taken"),
        (400, r#"{"errors":[{"message":"a"},{"message":"b"}]}"#, "a; b"),
        (403, r#"{"message":"m"}"#, "m"),
        (451, r#"{"error":"Not in your country."}"#, "Not in your country."),
        (
            404,
            r#"{"type":"about:blank","title":"Not found","detail":"No such invoice."}"#,
            "No such invoice.",
        ),
        (499, r#"{"message":"m"}"#, "m"),
        (599, r#"{"message":"m"}"#, "m"),
    ] {
        let server = Server::start(std::iter::repeat_n(Step::json(status, body), 3));
        let error = retrieve(&client(&server.url())).send().await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Api, Some(message)), "{body}");
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.is_retryable(), status == 599, "{error}");
        let outcome = if status == 599 { Outcome::Unknown } else { Outcome::NotProcessed };
        assert_eq!(error.outcome(), outcome);
        assert!(!error.to_string().contains("unknown"), "{error}");
    }
}

#[tokio::test]
async fn amounts_that_cannot_be_represented_are_errors() {
    for (from, to, path) in [
        ("1.50", "0.12345678901234567890123456789", "total"),
        ("1.50", "1e-30", "total"),
        ("1.50", "\"123456789012345678901234567890.5\"", "total"),
        (r#""count":2"#, r#""count":true"#, "count"),
        ("1e-30", "\"one\"", "rate"),
        (r#""is_paid":true"#, r#""is_paid":1"#, "is_paid"),
    ] {
        let error = decode(&WHOLE.replace(from, to)).await.unwrap_err();
        assert_eq!((error.kind(), error.path()), (ErrorKind::Decode, Some(path)), "{to}: {error}");
        let number = to.rsplit(':').next().unwrap().trim_matches('"');
        assert!(error.to_string().contains(number), "{to}: {error}");
    }
    let quoted = WHOLE.replace("1.50", "1.5e3").replace(":2", ":\"2\"").replace("1e-30", "\"1e-30\"");
    let invoice = decode(&quoted).await.unwrap();
    assert_eq!((invoice.total.to_string().as_str(), invoice.count, invoice.rate), ("1500", 2, 1e-30));
}

#[tokio::test]
async fn numbers_that_cannot_be_represented_are_kept_as_text() {
    for (from, to, name, text) in [
        (r#""count":2"#, r#""count":2.5"#, "count", "2.5"),
        (r#""count":2"#, r#""count":"2.5""#, "count", "\"2.5\""),
        (r#""count":2"#, r#""count":9223372036854775808"#, "count", "9223372036854775808"),
        ("1e-30", "1e400", "rate", "1e400"),
    ] {
        let invoice = decode(&WHOLE.replace(from, to)).await.unwrap();
        assert_eq!(invoice.extra_fields.get_raw(name), Some(text));
        assert!([2, i64::MAX].contains(&invoice.count) && [1e-30, f64::MAX].contains(&invoice.rate), "{to}");
    }
}

#[cfg(feature = "tracing")]
#[test]
fn a_warning_names_what_is_kept_as_text() {
    let collector = crate::support::traces::collector();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // Other tests emit the same warning, about other fields.
    let body = WHOLE.replace(r#""count":2"#, r#""count":77777777777777777777"#).replace("1e-30", "1e400");
    runtime.block_on(decode(&body)).unwrap();
    let text = collector.text();
    let warning = text.lines().find(|line| line.contains("`extra_fields`: count, rate"));
    let warning = warning.unwrap_or_else(|| panic!("no warning in {text}"));
    assert!(warning.starts_with("WARN ") && warning.contains("operation=\"retrieveInvoice\""), "{warning}");
    assert!(!text.contains("77777777"), "a value of the response");
}
