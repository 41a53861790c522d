//! Stubs: responses in place of the default ones.

use openapi_client_mock::{ErrorResponse, UnknownIds};
use openapi_client_runtime::__private::Text;
use serde_json::json;

use crate::support::{
    CREATE_THING, DELETE_THING, LABEL_THING, LIST_THINGS, LogLines, PICTURE_THING, RETRIEVE_THING, Server,
    send_raw, thing,
};

#[tokio::test]
async fn a_stub_can_be_for_all_operations() {
    let server = Server::start().await;
    let client = server.client_builder().max_attempts(1).build().unwrap();
    let outage = server
        .when_any()
        .matching(|call| call.get("id").is_none_or(|id| id != "thing_2"))
        .then_return_status(503);
    assert_eq!(client.create().send().await.unwrap_err().status().unwrap(), 503);
    assert_eq!(client.retrieve("thing_1").send().await.unwrap_err().status().unwrap(), 503);
    client.retrieve("thing_2").send().await.unwrap();
    assert_eq!(outage.call_count(), 2);
    // The stub created last responds, whether it is for one operation or for all.
    server.when(RETRIEVE_THING).then_return_status(404);
    assert_eq!(client.retrieve("thing_1").send().await.unwrap_err().status().unwrap(), 404);
    server
        .when_any()
        .matching_raw(|raw| raw.operation.as_deref() == Some("retrieveThing"))
        .then_return_status(409)
        .times(2);
    assert_eq!(client.retrieve("thing_1").send().await.unwrap_err().status().unwrap(), 409);
    let error = server.verify().unwrap_err().to_string();
    assert!(error.contains("stub for all operations ("), "{error}");
    assert!(
        error.contains("expected 2 calls, received 1\n   received requests:\n     createThing: POST"),
        "{error}"
    );
}

#[tokio::test]
async fn a_stubbed_value_is_returned_and_remembered() {
    let server = Server::start().await;
    let mut custom = server.example(CREATE_THING);
    custom.id = "thing_custom".to_owned();
    server.when(CREATE_THING).then_return(custom.clone());
    let client = server.client();
    let raw = client.create().send_raw().await.unwrap();
    assert_eq!(raw.status, 201);
    assert_eq!(client.create().send().await.unwrap(), custom);
    assert_eq!(client.retrieve("thing_custom").send().await.unwrap(), custom);
}

#[tokio::test]
async fn stubs_apply_to_the_calls_that_they_match() {
    let server = Server::start().await;
    server.when(RETRIEVE_THING).matching(|call| call.id == "thing_1").then_return(thing("thing_1", 1));
    server.when(RETRIEVE_THING).matching(|call| call.id == "thing_2").then_return(thing("thing_2", 2));
    server
        .when(CREATE_THING)
        .matching(|call| call.owner_id == "own_1")
        .matching_raw(|raw| raw.header("x-shop") == Some("blue"))
        .then_return_status(409);
    let client = server.client();
    assert_eq!(client.retrieve("thing_1").send().await.unwrap(), thing("thing_1", 1));
    assert_eq!(client.retrieve("thing_2").send().await.unwrap(), thing("thing_2", 2));
    assert_eq!(client.retrieve("thing_3").send().await.unwrap().id, "thing_3");
    client.create().send().await.unwrap();
    let blue = server.client_builder().header("x-shop", "blue").build().unwrap();
    assert!(blue.create().send().await.unwrap_err().is_conflict());
}

#[tokio::test]
async fn the_latest_stub_responds_until_its_responses_are_used_up() {
    let server = Server::start().await;
    server.when(RETRIEVE_THING).then_return(thing("a", 1)).times(2);
    server.when(RETRIEVE_THING).then_return(thing("b", 2)).times(1);
    let client = server.client();
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(client.retrieve("c").send().await.unwrap().id);
    }
    assert_eq!(ids, ["b", "a", "a", "c"]);
    let stubbed: Vec<bool> = server.requests().iter().map(|request| request.stubbed).collect();
    assert_eq!(stubbed, [true, true, true, false]);
}

#[tokio::test]
async fn responses_are_used_in_order_and_the_last_is_repeated() {
    let server = Server::start().await;
    let stub = server
        .when(RETRIEVE_THING)
        .then_return_status(503)
        .then_return_status(404)
        .times(2)
        .then_respond_by_default()
        .then_return(thing("z", 9));
    let client = server.client_builder().max_attempts(1).build().unwrap();
    let mut results = Vec::new();
    for _ in 0..6 {
        results.push(match client.retrieve("thing_1").send().await {
            Ok(thing) => thing.id,
            Err(error) => error.status().unwrap().as_str().to_owned(),
        });
    }
    assert_eq!(results, ["503", "404", "404", "thing_1", "z", "z"]);
    assert_eq!(stub.call_count(), 6);
}

#[tokio::test]
async fn a_client_succeeds_after_two_failed_attempts() {
    let server = Server::start().await;
    server.when(CREATE_THING).then_return_status(503).times(2).then_respond_by_default();
    server.client().create().send().await.unwrap();
    let requests = server.requests();
    let statuses: Vec<_> = requests.iter().map(|request| request.status.unwrap()).collect();
    assert_eq!(statuses, [503, 503, 201]);
    let keys = crate::support::idempotency_keys(&requests);
    assert!(keys[0].is_some() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

#[tokio::test]
async fn error_responses_contain_the_parts_that_the_test_sets() {
    let server = Server::start().await;
    let failure = ErrorResponse::new(402)
        .error_type("card_error")
        .code("card_declined")
        .message("Your card was declined.")
        .param("payment_method_id")
        .header("x-request-id", "req_1");
    server.when(CREATE_THING).then_return_error(failure);
    let error = server.client().create().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 402);
    assert_eq!(error.error_type(), Some("card_error"));
    assert_eq!((error.code(), error.param()), (Some("card_declined"), Some("payment_method_id")));
    assert_eq!(error.message(), Some("Your card was declined."));
    assert_eq!(error.request_id(), Some("req_1"));
    for (failure, status, message) in [
        // The document has an example of an error with this status.
        (ErrorResponse::bad_request(), 400, "Missing required parameter: amount."),
        (ErrorResponse::bad_request().code("other"), 400, "Bad Request"),
        (ErrorResponse::unauthorized(), 401, "Unauthorized"),
        (ErrorResponse::forbidden(), 403, "Forbidden"),
        (ErrorResponse::not_found(), 404, "Not Found"),
        (ErrorResponse::conflict(), 409, "Conflict"),
        (ErrorResponse::unprocessable(), 422, "Unprocessable Entity"),
        (ErrorResponse::server_error(), 500, "Internal Server Error"),
        (ErrorResponse::unavailable(), 503, "Service Unavailable"),
        (ErrorResponse::new(7), 500, "Internal Server Error"),
    ] {
        server.when(CREATE_THING).then_return_error(failure).times(3);
        let error =
            server.client_builder().max_attempts(1).build().unwrap().create().send().await.unwrap_err();
        assert_eq!((error.status().unwrap().as_u16(), error.message()), (status, Some(message)));
    }
    server.skip_verification_on_drop();
}

#[tokio::test]
async fn a_response_can_be_computed_from_the_call() {
    let server = Server::start().await;
    server.when(RETRIEVE_THING).then_return_with(|call| thing(&call.id, call.id.len() as i64));
    let client = server.client();
    assert_eq!(client.retrieve("abc").send().await.unwrap(), thing("abc", 3));
    assert_eq!(client.retrieve("abcdef").send().await.unwrap(), thing("abcdef", 6));
}

#[tokio::test]
async fn pages_are_built_from_their_items() {
    let server = Server::start().await;
    server
        .when(LIST_THINGS)
        .then_return_items_with_next_page([thing("a", 1), thing("b", 2)])
        .then_return_items([thing("c", 3)]);
    let client = server.client();
    let first = client.list().send().await.unwrap();
    assert_eq!(first.data, [thing("a", 1), thing("b", 2)]);
    let second = first.next_page().await.unwrap().unwrap();
    assert_eq!(second.data, [thing("c", 3)]);
    assert!(second.next_page().await.unwrap().is_none());
    let mut page = server.example(LIST_THINGS);
    page.data = vec![thing("d", 4)];
    server.when(LIST_THINGS).then_return(page);
    assert_eq!(client.list().send().await.unwrap().data, [thing("d", 4)]);
}

#[tokio::test]
async fn text_bytes_and_empty_bodies_are_returned() {
    let server = Server::start().await;
    server.when(LABEL_THING).then_return(Text("A \"label\"".to_owned()));
    server.when(PICTURE_THING).then_return(bytes::Bytes::from_static(b"\x89PNG"));
    server.when(DELETE_THING).then_return(());
    let client = server.client();
    let label = client.label("thing_1").send_raw().await.unwrap();
    assert_eq!(label.headers["content-type"], "text/plain");
    assert_eq!(label.value.0, "A \"label\"");
    let picture = client.picture("thing_1").send().await.unwrap();
    assert_eq!(picture.collect(1000).await.unwrap(), b"\x89PNG");
    let deleted = client.delete("thing_1").send_raw().await.unwrap();
    assert_eq!(deleted.status, 204);
    assert!(!server.example(LABEL_THING).0.is_empty());
}

#[tokio::test]
async fn responses_may_be_invalid_for_the_document() {
    let server = Server::start().await;
    server
        .when(RETRIEVE_THING)
        .then_return_json(json!({"id": "thing_1", "owner_id": "own_1", "amount": 1, "colour": "blue"}))
        .then_return_raw(203, [("x-new", "yes")], r#"{"id":1}"#);
    let client = server.client();
    let thing = client.retrieve("thing_1").send().await.unwrap();
    assert_eq!(thing.extra_fields.get("colour"), Some(json!("blue")));
    let error = client.retrieve("thing_1").send().await.unwrap_err();
    assert!(error.is_decode());
    assert_eq!((error.status().unwrap().as_u16(), &error.headers()["x-new"]), (203, &"yes".parse().unwrap()));
}

#[tokio::test]
async fn a_response_has_additional_headers() {
    let server = Server::start().await;
    let link = "</new>; rel=\"successor-version\"";
    server
        .when(CREATE_THING)
        .with_header("Deprecation", "true")
        .with_header("Link", "</>; rel=up")
        .with_header("Link", link);
    server
        .when(RETRIEVE_THING)
        .then_return_status(410)
        .with_header("Content-Type", "application/problem+json")
        .with_header("Sunset", "Sat, 31 Dec 2033 23:59:59 GMT")
        .then_respond_by_default();
    let client = server.client();
    let created = client.create().send_raw().await.unwrap();
    assert_eq!(created.deprecation().unwrap().to_string(), "deprecated; successor: /new");
    assert_eq!(
        (created.headers.get_all("link").iter().count(), &created.headers["content-type"]),
        (2, &"application/json".parse().unwrap())
    );
    let error = client.retrieve("thing_1").send().await.unwrap_err();
    assert!(error.deprecation().unwrap().sunset.is_some());
    assert_eq!(error.headers().get_all("content-type").iter().count(), 1);
    let retrieved = client.retrieve(&created.value.id).send_raw().await.unwrap();
    assert_eq!((retrieved.value, retrieved.headers.get("sunset")), (created.value, None));
}

#[tokio::test]
async fn another_version_than_the_one_of_the_description_is_rejected() {
    let server = Server::start().await;
    let dated = server.client_builder().api_version("2026-01-01").build().unwrap();
    let error = dated.retrieve("thing_1").send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.code()), (400, Some("invalid_request")));
    let message = "Unsupported API version: 2026-01-01. this crate's document describes the version 2025-01-01, and the known versions are 2025-01-01, 2025-06-01.";
    assert_eq!(error.message(), Some(message));
    let problems = server.verify().unwrap_err().to_string();
    assert!(problems.contains("retrieveThing: header Api-Version-Date: "), "{problems}");
    // Without the header, the server uses its own version.
    let raw = send_raw(
        &server,
        "GET /api/v1/things HTTP/1.1\r\nhost: a\r\nauthorization: Bearer k\r\nconnection: close\r\n\r\n",
    );
    assert!(raw.starts_with("HTTP/1.1 200"), "{raw}");
    server.skip_verification_on_drop();
}

#[tokio::test]
async fn known_versions_are_accepted_unless_the_server_is_strict() {
    let lines = LogLines::default();
    let log = lines.clone();
    let server = Server::builder().log(move |line| log.push(line)).start().await.unwrap();
    let dated = server.client_builder().api_version("2025-06-01").build().unwrap();
    dated.create().send().await.unwrap();
    dated.create().field("no_such", "x".to_owned()).send().await.unwrap_err();
    let problems = server.verify().unwrap_err().to_string();
    assert!(problems.contains("body.no_such") && !problems.contains("version"), "{problems}");
    let lines = lines.collected();
    let notes: Vec<_> = lines.iter().filter(|line| line.starts_with("note: ")).collect();
    assert_eq!(notes.len(), 1, "{lines:?}");
    assert!(notes[0].contains("2025-06-01") && notes[0].contains("2025-01-01"), "{notes:?}");
    let refused = "400 createThing ";
    let reason = ": body.no_such: the document has no such field; leave it out";
    assert!(lines.iter().any(|line| line.contains(refused) && line.ends_with(reason)), "{lines:?}");

    let strict = Server::builder().strict_version(true).start().await.unwrap();
    strict.client().create().send().await.unwrap();
    let dated = strict.client_builder().api_version("2025-06-01").build().unwrap();
    let error = dated.create().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    let problems = strict.verify().unwrap_err().to_string();
    assert!(problems.contains("2025-01-01, and this server accepts no other"), "{problems}");
}

#[tokio::test]
async fn a_page_of_fewer_items_than_the_minimum_is_rejected() {
    let server = Server::start().await;
    let client = server.client();
    client.list().parameter("first", 1_i64).send().await.unwrap();
    for size in [0_i64, -1] {
        let error = client.list().parameter("first", size).send().await.unwrap_err();
        assert_eq!(error.status().unwrap(), 400);
    }
    let problems = server.verify().unwrap_err().to_string();
    assert!(problems.contains("listThings: query.first: expected at least 1, found -1"), "{problems}");
}

#[tokio::test]
async fn ids_that_were_never_made_are_not_found_on_request() {
    let server = Server::builder().unknown_ids(UnknownIds::NotFound).start().await.unwrap();
    let client = server.client();
    let error = client.retrieve("thing_none").send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
    assert_eq!(client.delete("thing_none").send().await.unwrap_err().status().unwrap(), 404);
    let created = client.create().send().await.unwrap();
    client.retrieve(&created.id).send().await.unwrap();
    let listed = client.list().send().await.unwrap();
    for thing in listed.data {
        client.retrieve(&thing.id).send().await.unwrap();
    }
    // An id that a stub states is one of the server's.
    server.when(CREATE_THING).then_return(thing("thing_stub", 1));
    client.create().send().await.unwrap();
    client.retrieve("thing_stub").send().await.unwrap();
    // A request for an unknown id is valid.
    server.verify().unwrap();
    server.reset();
    assert_eq!(client.retrieve("thing_stub").send().await.unwrap_err().status().unwrap(), 404);
}

#[tokio::test]
async fn reset_restores_the_initial_state() {
    let server = Server::start().await;
    server.when(CREATE_THING).then_return_status(409).times(5);
    server.client().create().send().await.unwrap_err();
    server.reset();
    assert!(server.requests().is_empty());
    server.client().create().send().await.unwrap();
    assert_eq!(server.requests().len(), 1);
    server.clear_requests();
    assert!(server.requests().is_empty());
}
