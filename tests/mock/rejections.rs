//! Invalid requests are rejected with Whop's error envelope and reported with operation and location.

use whop::mock::Server;
use whop_tests::document::Operation;
use whop_tests::json::Json;
use whop_tests::raw_http::{RawRequest, RawResponse};
use whop_tests::schema::{Kind, read_shape};
use whop_tests::{assert_none, print_uncaptured};

use crate::{load_document, start_server};

/// A request with one invalid value.
struct InvalidRequest {
    request: RawRequest,
    /// The invalid parameter or property, as the error envelope names it.
    param: String,
    /// The operation and location, as the verification reports them.
    place: String,
    /// The error code.
    code: &'static str,
}

/// A value whose type the schema at a pointer does not allow.
fn value_of_wrong_type(pointer: &str) -> Option<Json> {
    match read_shape(load_document().0, pointer).kind {
        Kind::Any => None,
        Kind::Scalar("boolean", _) => Some(Json::text("true")),
        _ => Some(Json::Bool(true)),
    }
}

/// Requests of an operation with an invalid property at the top level of the body.
fn invalid_bodies(operation: &Operation) -> Vec<InvalidRequest> {
    let (document, _) = load_document();
    let Some(pointer) = &operation.request else { return Vec::new() };
    let (request, _) = RawRequest::for_operation(document, operation, 0);
    let Some(Json::Object(valid)) = &request.body else { return Vec::new() };
    let kind = read_shape(document, pointer).kind;
    let first = match kind {
        Kind::Union(variants, _) => read_shape(document, &variants[0]).kind,
        kind => kind,
    };
    let Kind::Object(properties) = first else { return Vec::new() };
    let invalid = |name: &str, code, change: &dyn Fn(&mut std::collections::BTreeMap<String, Json>)| {
        let mut body = valid.clone();
        change(&mut body);
        let request = RawRequest { body: Some(Json::Object(body)), ..request.clone() };
        InvalidRequest {
            request,
            param: name.to_owned(),
            place: format!("{}: body.{name}: ", operation.id),
            code,
        }
    };
    let mut requests = Vec::new();
    for (name, pointer, required) in properties {
        if required {
            requests.push(invalid(name, "parameter_missing", &|body| {
                body.remove(name);
            }));
        }
        if let Some(wrong) = value_of_wrong_type(&pointer) {
            requests.push(invalid(name, "parameter_invalid", &|body| {
                body.insert(name.to_owned(), wrong.clone());
            }));
        }
        let inner = read_shape(document, &pointer);
        if let Kind::Enum(_) = inner.kind {
            requests.push(invalid(name, "parameter_invalid", &|body| {
                body.insert(name.to_owned(), Json::text("no such value"));
            }));
        }
        if !inner.nullable && !matches!(inner.kind, Kind::Any) {
            requests.push(invalid(name, "parameter_invalid", &|body| {
                body.insert(name.to_owned(), Json::Null);
            }));
        }
    }
    requests.push(invalid("no_such_property", "parameter_invalid", &|body| {
        body.insert("no_such_property".to_owned(), Json::Null);
    }));
    requests
}

/// Requests of an operation with an invalid query parameter.
fn invalid_queries(operation: &Operation) -> Vec<InvalidRequest> {
    let (document, _) = load_document();
    let (request, _) = RawRequest::for_operation(document, operation, 0);
    let invalid = |name: &str, code, query: Vec<(String, String)>| InvalidRequest {
        request: RawRequest { query, ..request.clone() },
        param: name.to_owned(),
        place: format!("{}: query.{name}: ", operation.id),
        code,
    };
    let with = |name: &str, value: &str| {
        let mut query: Vec<_> = request.query.iter().filter(|(other, _)| other != name).cloned().collect();
        query.push((name.to_owned(), value.to_owned()));
        query
    };
    let mut requests =
        vec![invalid("no_such_parameter", "parameter_invalid", with("no_such_parameter", "x"))];
    for parameter in operation.parameters.iter().filter(|parameter| parameter.location == "query") {
        let name = parameter.name.as_str();
        if document.is_required(operation, name) {
            let query = request.query.iter().filter(|(other, _)| other != name).cloned().collect();
            requests.push(invalid(name, "parameter_missing", query));
        }
        let typed = match read_shape(document, &parameter.schema).kind {
            Kind::Scalar("string", schema) => schema.get("format").is_some(),
            Kind::Scalar(..) | Kind::Enum(_) => true,
            _ => false,
        };
        if typed {
            requests.push(invalid(name, "parameter_invalid", with(name, "no such value")));
        }
    }
    requests
}

#[tokio::test]
async fn every_invalid_request_is_rejected_and_located() {
    let (document, _) = load_document();
    let server = start_server(7).await;
    let base = server.base_url(0);
    let mut problems = Vec::new();
    let (mut requests, mut operations) = (0, 0);
    let mut places = Vec::new();
    for operation in &document.operations {
        operations += 1;
        for invalid in invalid_bodies(operation).into_iter().chain(invalid_queries(operation)) {
            requests += 1;
            let response = invalid.request.send(&base).await;
            let found = (response.status >= 400, response.text("/error/param"), response.text("/error/code"));
            if found != (true, invalid.param.clone(), invalid.code.to_owned()) {
                problems.push(format!(
                    "{} ({}): {} {}",
                    invalid.place, invalid.code, response.status, response.body
                ));
            }
            if !response.text("/error/message").contains(&invalid.param) {
                problems.push(format!(
                    "{}: the message does not name the parameter: {}",
                    invalid.place, response.body
                ));
            }
            places.push(invalid.place);
        }
    }
    assert_none(&problems);
    let error = server.verify().unwrap_err();
    let reported: Vec<&str> = error.iter().collect();
    assert_eq!(reported.len(), requests);
    for (problem, place) in reported.iter().zip(&places) {
        assert!(problem.contains(place.as_str()), "{place:?} is not named in {problem}");
    }
    assert_eq!(operations, document.operations.len());
    print_uncaptured(&format!("mock: {requests} invalid requests rejected"));
}

/// The response to an invalid request, and the verification error.
async fn send_invalid(
    request: &RawRequest,
    headers: &[(&str, &str)],
    media: Option<&str>,
    body: &[u8],
) -> (RawResponse, String) {
    let server = Server::start().await;
    let response = request.send_with(&server.base_url(0), headers, media, body).await;
    let error = server.verify().unwrap_err().to_string();
    (response, error)
}

const KEY: (&str, &str) = ("authorization", "Bearer test_key");

#[tokio::test]
async fn errors_use_the_messages_of_whop() {
    let get = RawRequest::new("GET", "/payments/pay_1");
    let (response, error) = send_invalid(&get, &[], None, b"").await;
    let found = (response.status, response.text("/error/type"), response.text("/error/message"));
    assert_eq!(found, (401, "unauthorized".to_owned(), "Invalid or missing API key".to_owned()));
    assert!(error.contains("retrievePayment: header Authorization: missing or malformed"), "{error}");

    let (response, error) = send_invalid(&RawRequest::new("GET", "/no/such"), &[KEY], None, b"").await;
    assert_eq!((response.status, response.text("/error/type").as_str()), (404, "not_found"));
    assert!(error.contains("/no/such"), "{error}");

    let (response, error) = send_invalid(&RawRequest::new("PUT", "/payments/pay_1"), &[KEY], None, b"").await;
    assert_eq!(response.status, 404);
    assert!(error.contains("supports GET, PATCH, not PUT"), "{error}");

    let version = ("api-version-date", "1999-01-01");
    let (response, error) = send_invalid(&get, &[KEY, version], None, b"").await;
    assert_eq!((response.status, response.text("/error/code").as_str()), (400, "invalid_request"));
    assert!(error.contains("2026-10-15-1") && response.body.contains("1999-01-01"), "{error}");
}

#[tokio::test]
async fn invalid_json_bodies_are_rejected() {
    let post = RawRequest::new("POST", "/account_links");
    let json = Some("application/json");
    for (media, body, code, message) in [
        (json, &b"{"[..], "invalid_json", "body: not JSON"),
        (json, b"\xff", "invalid_json", "body: not UTF-8"),
        (json, br#"{"use_case":1,"use_case":2}"#, "invalid_json", "body.use_case: given twice"),
        (Some("text/plain"), b"x", "invalid_request", "body: expected the content type application/json"),
        (None, b"", "parameter_missing", "body: missing; expected a body with `account_id`"),
        (json, b"[]", "parameter_invalid", "body: expected an object, found a list"),
    ] {
        let (response, error) = send_invalid(&post, &[KEY], media, body).await;
        assert_eq!(response.text("/error/code"), code, "{}", response.body);
        assert!(error.contains(&format!("createAccountLink: {message}")), "{error}");
    }
    let deep = "[".repeat(3000) + &"]".repeat(3000);
    let (response, _) = send_invalid(&post, &[KEY], json, deep.as_bytes()).await;
    assert_eq!(response.text("/error/code"), "invalid_json");
}

#[tokio::test]
async fn all_problems_of_a_request_are_reported_at_once() {
    let server = Server::start().await;
    let body = br#"{"account_id":7,"return_url":"https://example.com","use_case":"no","retrun_url":"x"}"#;
    let response = RawRequest::new("POST", "/account_links")
        .send_with(&server.base_url(0), &[KEY], Some("application/json"), body)
        .await;
    assert_eq!(response.text("/error/param"), "account_id");
    let error = server.verify().unwrap_err().to_string();
    for message in [
        "createAccountLink: body.account_id: expected a string, found a number",
        "createAccountLink: body.use_case: expected one of `account_onboarding`, `payouts_portal`, found `no`",
        "createAccountLink: body.retrun_url: the document has no such field; did you mean `return_url`?",
        "createAccountLink: body.refresh_url: missing; expected a string",
    ] {
        assert!(error.contains(message), "{message:?} is not in {error}");
    }
}
