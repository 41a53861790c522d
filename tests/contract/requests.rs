//! What the calls send.

use std::collections::BTreeSet;

use whop_tests::request::Checker;
use whop_tests::sample::{Manner, Sampler};
use whop_tests::{none, say};

use crate::{Bench, calls::CALLS, document};

#[tokio::test]
async fn every_operation_sends_what_the_document_asks_for() {
    let (document, validators) = document();
    let bench = Bench::new().await;
    let mut checker = Checker::new(document, validators);
    let mut called = BTreeSet::new();
    for call in CALLS {
        let operation = document.operations.iter().find(|operation| operation.id == call.operation);
        let operation = operation.unwrap_or_else(|| panic!("{} is not in the document", call.operation));
        let answer = Sampler::new(document, Manner::Full, 0).sample(&operation.response);
        let (result, request) = bench.call(call, 200, answer.to_string()).await;
        if let Err(error) = result {
            checker.problems.push(format!("{}: {error}", call.operation));
        }
        checker.check(call.operation, &request);
        called.insert(call.operation);
    }
    none(&checker.problems);
    none(&checker.unseen());
    let missing =
        document.operations.iter().map(|operation| operation.id.as_str()).filter(|id| !called.contains(id));
    none(&missing.map(|id| format!("{id} was not called")).collect::<Vec<_>>());
    assert_eq!(called.len(), document.operations.len());
    say(&format!(
        "contract: {} operations checked of {} in the document, by {} calls; {} choices of value, null and variant made",
        called.len(),
        document.operations.len(),
        CALLS.len(),
        checker.seen.len()
    ));
}
