//! What breaks the document is refused in Whop's envelope, and told with operation and place.

use whop::mock::Server;
use whop_tests::ask::{Ask, Told};
use whop_tests::document::Operation;
use whop_tests::json::Json;
use whop_tests::schema::{Kind, shape};
use whop_tests::{none, say};

use crate::{document, server};

/// A request that breaks the document at one place.
struct Bad {
    ask: Ask,
    /// The member at fault, as the envelope names it.
    param: String,
    /// Where it is, as the test is told.
    place: String,
    /// The code of the refusal.
    code: &'static str,
}

/// A value of another type than the schema at a pointer takes.
fn mistyped(pointer: &str) -> Option<Json> {
    match shape(document().0, pointer).kind {
        Kind::Any => None,
        Kind::Scalar("boolean", _) => Some(Json::text("true")),
        _ => Some(Json::Bool(true)),
    }
}

/// Every way to break the body of an operation at its first level.
fn bad_bodies(operation: &Operation) -> Vec<Bad> {
    let (document, _) = document();
    let Some(pointer) = &operation.request else { return Vec::new() };
    let (ask, _) = Ask::valid(document, operation, 0);
    let Some(Json::Object(valid)) = &ask.body else { return Vec::new() };
    let kind = shape(document, pointer).kind;
    let first = match kind {
        Kind::Union(variants, _) => shape(document, &variants[0]).kind,
        kind => kind,
    };
    let Kind::Object(members) = first else { return Vec::new() };
    let bad = |name: &str, code, change: &dyn Fn(&mut std::collections::BTreeMap<String, Json>)| {
        let mut body = valid.clone();
        change(&mut body);
        let ask = Ask { body: Some(Json::Object(body)), ..ask.clone() };
        Bad { ask, param: name.to_owned(), place: format!("{}: body.{name}: ", operation.id), code }
    };
    let mut all = Vec::new();
    for (name, pointer, required) in members {
        if required {
            all.push(bad(name, "parameter_missing", &|body| {
                body.remove(name);
            }));
        }
        if let Some(wrong) = mistyped(&pointer) {
            all.push(bad(name, "parameter_invalid", &|body| {
                body.insert(name.to_owned(), wrong.clone());
            }));
        }
        let inner = shape(document, &pointer);
        if let Kind::Enum(_) = inner.kind {
            all.push(bad(name, "parameter_invalid", &|body| {
                body.insert(name.to_owned(), Json::text("no such value"));
            }));
        }
        if !inner.nullable && !matches!(inner.kind, Kind::Any) {
            all.push(bad(name, "parameter_invalid", &|body| {
                body.insert(name.to_owned(), Json::Null);
            }));
        }
    }
    all.push(bad("no_such_member", "parameter_invalid", &|body| {
        body.insert("no_such_member".to_owned(), Json::Null);
    }));
    all
}

/// Every way to break the query of an operation.
fn bad_queries(operation: &Operation) -> Vec<Bad> {
    let (document, _) = document();
    let (ask, _) = Ask::valid(document, operation, 0);
    let bad = |name: &str, code, query: Vec<(String, String)>| Bad {
        ask: Ask { query, ..ask.clone() },
        param: name.to_owned(),
        place: format!("{}: query.{name}: ", operation.id),
        code,
    };
    let with = |name: &str, value: &str| {
        let mut query: Vec<_> = ask.query.iter().filter(|(own, _)| own != name).cloned().collect();
        query.push((name.to_owned(), value.to_owned()));
        query
    };
    let mut all = vec![bad("no_such_parameter", "parameter_invalid", with("no_such_parameter", "x"))];
    for parameter in operation.parameters.iter().filter(|parameter| parameter.place == "query") {
        let name = parameter.name.as_str();
        if document.needs(operation, name) {
            let query = ask.query.iter().filter(|(own, _)| own != name).cloned().collect();
            all.push(bad(name, "parameter_missing", query));
        }
        let typed = match shape(document, &parameter.schema).kind {
            Kind::Scalar("string", schema) => schema.get("format").is_some(),
            Kind::Scalar(..) | Kind::Enum(_) => true,
            _ => false,
        };
        if typed {
            all.push(bad(name, "parameter_invalid", with(name, "no such value")));
        }
    }
    all
}

#[tokio::test]
async fn every_bad_request_is_refused_and_says_where() {
    let (document, _) = document();
    let server = server(7).await;
    let base = server.base_url(0);
    let mut problems = Vec::new();
    let (mut asked, mut operations) = (0, 0);
    let mut places = Vec::new();
    for operation in &document.operations {
        operations += 1;
        for bad in bad_bodies(operation).into_iter().chain(bad_queries(operation)) {
            asked += 1;
            let told = bad.ask.of(&base).await;
            let said = (told.status >= 400, told.text("/error/param"), told.text("/error/code"));
            if said != (true, bad.param.clone(), bad.code.to_owned()) {
                problems.push(format!("{} ({}): {} {}", bad.place, bad.code, told.status, told.body));
            }
            if !told.text("/error/message").contains(&bad.param) {
                problems.push(format!("{}: the message does not name it: {}", bad.place, told.body));
            }
            places.push(bad.place);
        }
    }
    none(&problems);
    let mismatches = server.verify().unwrap_err();
    let complaints: Vec<&str> = mismatches.iter().collect();
    assert_eq!(complaints.len(), asked);
    for (complaint, place) in complaints.iter().zip(&places) {
        assert!(complaint.contains(place.as_str()), "{place:?} is not named in {complaint}");
    }
    assert_eq!(operations, document.operations.len());
    say(&format!("mock: {asked} bad requests refused"));
}

/// What a server says to a request, and what it tells its test.
async fn refused(ask: &Ask, headers: &[(&str, &str)], media: Option<&str>, body: &[u8]) -> (Told, String) {
    let server = Server::start().await;
    let told = ask.with(&server.base_url(0), headers, media, body).await;
    let fault = server.verify().unwrap_err().to_string();
    (told, fault)
}

const KEY: (&str, &str) = ("authorization", "Bearer test_key");

#[tokio::test]
async fn faults_of_the_whole_request_are_told_in_whops_words() {
    let get = Ask::new("GET", "/payments/pay_1");
    let (told, fault) = refused(&get, &[], None, b"").await;
    let words = (told.status, told.text("/error/type"), told.text("/error/message"));
    assert_eq!(words, (401, "unauthorized".to_owned(), "Invalid or missing API key".to_owned()));
    assert!(fault.contains("retrievePayment: header Authorization: is missing"), "{fault}");

    let (told, fault) = refused(&Ask::new("GET", "/no/such"), &[KEY], None, b"").await;
    assert_eq!((told.status, told.text("/error/type").as_str()), (404, "not_found"));
    assert!(fault.contains("/no/such"), "{fault}");

    let (told, fault) = refused(&Ask::new("PUT", "/payments/pay_1"), &[KEY], None, b"").await;
    assert_eq!(told.status, 404);
    assert!(fault.contains("takes GET, not PUT"), "{fault}");

    let version = ("api-version-date", "1999-01-01");
    let (told, fault) = refused(&get, &[KEY, version], None, b"").await;
    assert_eq!((told.status, told.text("/error/code").as_str()), (400, "invalid_request"));
    assert!(fault.contains("2025-01-01") && told.body.contains("1999-01-01"), "{fault}");
}

#[tokio::test]
async fn bodies_that_are_no_json_are_told_so() {
    let post = Ask::new("POST", "/account_links");
    let json = Some("application/json");
    for (media, body, code, words) in [
        (json, &b"{"[..], "invalid_json", "body: is not JSON"),
        (json, b"\xff", "invalid_json", "body: is not UTF-8"),
        (json, br#"{"use_case":1,"use_case":2}"#, "invalid_json", "body.use_case: stands twice"),
        (Some("text/plain"), b"x", "invalid_request", "body: the content type must be application/json"),
        (None, b"", "parameter_missing", "body: is missing; this operation takes one, with `company_id`"),
        (json, b"[]", "parameter_invalid", "body: must be an object, is a list"),
    ] {
        let (told, fault) = refused(&post, &[KEY], media, body).await;
        assert_eq!(told.text("/error/code"), code, "{}", told.body);
        assert!(fault.contains(&format!("createAccountLink: {words}")), "{fault}");
    }
    let deep = "[".repeat(3000) + &"]".repeat(3000);
    let (told, _) = refused(&post, &[KEY], json, deep.as_bytes()).await;
    assert_eq!(told.text("/error/code"), "invalid_json");
}

#[tokio::test]
async fn all_faults_of_a_request_are_told_at_once() {
    let server = Server::start().await;
    let body = br#"{"company_id":7,"return_url":"https://example.com","use_case":"no","retrun_url":"x"}"#;
    let told = Ask::new("POST", "/account_links")
        .with(&server.base_url(0), &[KEY], Some("application/json"), body)
        .await;
    assert_eq!(told.text("/error/param"), "company_id");
    let fault = server.verify().unwrap_err().to_string();
    for words in [
        "createAccountLink: body.company_id: must be a string, is a number",
        "createAccountLink: body.use_case: must be one of `account_onboarding`, `payouts_portal`, is `no`",
        "createAccountLink: body.retrun_url: the document names no such member; leave it out, or is `return_url` meant?",
        "createAccountLink: body.refresh_url: is missing; it must be a string",
    ] {
        assert!(fault.contains(words), "{words:?} is not in {fault}");
    }
}
