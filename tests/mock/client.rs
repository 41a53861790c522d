//! The client against the mock: the mock accepts every call, and the client decodes every response.

use whop::mock::{ErrorResponse, Server, payments};
use whop_tests::calls::Call;
use whop_tests::json::{Json, difference};
use whop_tests::raw_http::RawRequest;
use whop_tests::{assert_none, print_uncaptured};

use crate::calls::CALLS;
use crate::{load_document, start_server};

#[tokio::test]
async fn the_mock_accepts_every_call_of_the_client() {
    let server = start_server(7).await;
    let client = server.client();
    let mut problems = Vec::new();
    let mut rejected_cursors = 0;
    // All calls use the same ids, so the calls that delete come last.
    let (deletes, others): (Vec<&Call>, Vec<&Call>) =
        CALLS.iter().partition(|call| call.operation.starts_with("delete"));
    for call in others.into_iter().chain(deletes) {
        match (call.run)(&client).await {
            Ok(_) => {}
            // The calls set every parameter, including a cursor that no list returned.
            Err(error) if error.param() == Some("after") => rejected_cursors += 1,
            Err(error) => problems.push(format!("{} {}: {error}", call.operation, call.variant)),
        }
    }
    assert_none(&problems);
    let error = server.verify().unwrap_err();
    let others: Vec<&str> = error.iter().filter(|problem| !problem.contains("query.after")).collect();
    assert_eq!((error.iter().count(), others), (rejected_cursors, Vec::new()));
    server.skip_verification_on_drop();
    print_uncaptured(&format!("mock: {} calls of the client", CALLS.len()));
}

#[tokio::test]
async fn every_response_survives_decoding_and_encoding() {
    let (document, _) = load_document();
    let server = start_server(7).await;
    let (base, client) = (server.base_url(0), server.client());
    let mut problems = Vec::new();
    for operation in &document.operations {
        let response = RawRequest::for_operation(document, operation, 0).0.send(&base).await;
        let call = CALLS.iter().find(|call| call.operation == operation.id).unwrap();
        // The calls set every parameter, including a cursor that no list returned, so the response comes from a stub.
        server.when_any().then_return_raw(
            response.status,
            [("content-type", "application/json")],
            response.body.clone(),
        );
        match (call.run)(&client).await {
            Ok(text) if response.body.is_empty() => assert_eq!(text, "null", "{}", operation.id),
            Ok(text) => problems.extend(
                difference(&Json::parse(&response.body), &Json::parse(&text))
                    .map(|at| format!("{}: {at}", operation.id)),
            ),
            Err(error) => problems.push(error.to_string()),
        }
        server.verify().unwrap();
        server.reset();
    }
    assert_none(&problems);
    print_uncaptured(&format!(
        "mock: the responses of {} operations decoded and encoded",
        document.operations.len()
    ));
}

#[tokio::test]
async fn a_typical_test_of_a_user() {
    let server = Server::start().await;
    let whop = server.client();

    let create = || {
        whop.payments()
            .create()
            .account_id("biz_1")
            .member_id("mber_1")
            .payment_method_id("pmt_1")
            .plan_id("plan_1")
            .metadata([("order", "7".to_owned())])
    };
    let payment = create().send().await.unwrap();
    assert!(payment.id.as_str().starts_with("pay_"), "{}", payment.id);
    assert_eq!(payment.account_id.as_ref().unwrap(), "biz_1");
    assert_eq!(payment.plan_id.as_ref().unwrap(), "plan_1");
    assert_eq!(whop.payments().retrieve(&payment.id).send().await.unwrap(), payment);

    server
        .when(payments::create)
        .matching(|call| call.account_id.as_str() == "biz_1")
        .then_return_error(ErrorResponse::new(402).code("card_declined").message("The card was declined."))
        .times(1);
    let declined = create().send().await.unwrap_err();
    assert_eq!(declined.code(), Some("card_declined"));

    let mut other = server.example(payments::retrieve);
    other.id = "pay_other".into();
    server
        .when(payments::retrieve)
        .matching(|call| call.id.as_str() == "pay_other")
        .then_return(other.clone());
    assert_eq!(whop.payments().retrieve("pay_other").send().await.unwrap(), other);

    let calls = server.calls(payments::create);
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].request.plan_id, Some("plan_1".into()));
    assert_eq!(calls[0].request.plan, None);
    server.verify().unwrap();
}
