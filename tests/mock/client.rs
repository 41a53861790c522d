//! The crate's own client against the mock: every call is taken, and every answer decoded.

use whop::mock::{ErrorResponse, Server, payments};
use whop_tests::ask::Ask;
use whop_tests::calls::Call;
use whop_tests::json::{Json, difference};
use whop_tests::{none, say};

use crate::calls::CALLS;
use crate::{document, server};

#[tokio::test]
async fn every_call_of_the_client_is_taken_and_answered() {
    let server = server(7).await;
    let client = server.client();
    let mut problems = Vec::new();
    let mut lists = 0;
    // What is deleted is gone for the calls after it, which name the same ids.
    let (deletes, others): (Vec<&Call>, Vec<&Call>) =
        CALLS.iter().partition(|call| call.operation.starts_with("delete"));
    for call in others.into_iter().chain(deletes) {
        match (call.run)(&client).await {
            Ok(_) => {}
            // The calls set everything, and so a cursor that no list gave.
            Err(error) if error.param() == Some("after") => lists += 1,
            Err(error) => problems.push(format!("{} {}: {error}", call.operation, call.form)),
        }
    }
    none(&problems);
    let refused = server.verify().unwrap_err();
    let faults: Vec<&str> = refused.iter().filter(|fault| !fault.contains("query.after")).collect();
    assert_eq!((refused.iter().count(), faults), (lists, Vec::new()));
    server.skip_verification_on_drop();
    say(&format!("mock: {} calls of the client", CALLS.len()));
}

#[tokio::test]
async fn every_own_answer_is_read_by_the_client_and_written_again() {
    let (document, _) = document();
    let server = server(7).await;
    let (base, client) = (server.base_url(0), server.client());
    let mut problems = Vec::new();
    for operation in &document.operations {
        let told = Ask::valid(document, operation, 0).0.of(&base).await;
        let call = CALLS.iter().find(|call| call.operation == operation.id).unwrap();
        // The calls set everything, and so a cursor that no list gave: the answer is handed to them.
        server.when_any().then_return_raw(
            told.status,
            [("content-type", "application/json")],
            told.body.clone(),
        );
        match (call.run)(&client).await {
            Ok(text) => problems.extend(
                difference(&Json::parse(&told.body), &Json::parse(&text))
                    .map(|at| format!("{}: {at}", operation.id)),
            ),
            Err(error) => problems.push(error.to_string()),
        }
        server.verify().unwrap();
        server.reset();
    }
    none(&problems);
    say(&format!("mock: the answers to {} operations read and written again", document.operations.len()));
}

#[tokio::test]
async fn a_test_as_a_user_writes_it() {
    let server = Server::start().await;
    let whop = server.client();

    let create = || {
        whop.payments()
            .create()
            .with_plan_id()
            .company_id("biz_1")
            .member_id("mber_1")
            .payment_method_id("pmt_1")
            .plan_id("plan_1")
            .metadata([("order", "7")])
    };
    let payment = create().send().await.unwrap();
    assert!(payment.id.as_str().starts_with("pay_"), "{}", payment.id);
    assert_eq!(payment.company.as_ref().unwrap().id, "biz_1");
    assert_eq!(payment.plan.as_ref().unwrap().id, "plan_1");
    assert_eq!(whop.payments().retrieve(&payment.id).send().await.unwrap(), payment);

    server
        .when(payments::create)
        .matching(|call| call.company_id.as_str() == "biz_1")
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
