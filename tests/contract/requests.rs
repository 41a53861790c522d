//! Requests are valid against the document and contain every value that the call set.

use std::collections::BTreeSet;

use whop_tests::checker::RequestChecker;
use whop_tests::sample::{Profile, Sampler};
use whop_tests::{assert_none, print_uncaptured};

use crate::{Bench, calls::CALLS, load_document};

#[tokio::test]
async fn every_operation_sends_a_valid_request() {
    let (document, validators) = load_document();
    let bench = Bench::new().await;
    let mut checker = RequestChecker::new(document, validators);
    let mut called = BTreeSet::new();
    for call in CALLS {
        let operation = document.operations.iter().find(|operation| operation.id == call.operation);
        let operation = operation.unwrap_or_else(|| panic!("{} is not in the document", call.operation));
        let body = operation.response.as_ref();
        let body = body.map(|pointer| Sampler::new(document, Profile::Full, 0).sample(pointer).to_string());
        let (result, request) = bench.run_call(call, operation.status, body.unwrap_or_default()).await;
        if let Err(error) = result {
            checker.problems.push(format!("{}: {error}", call.operation));
        }
        checker.check_request(call.operation, &request);
        called.insert(call.operation);
    }
    assert_none(&checker.problems);
    assert_none(&checker.unseen_choices());
    let missing =
        document.operations.iter().map(|operation| operation.id.as_str()).filter(|id| !called.contains(id));
    assert_none(&missing.map(|id| format!("there is no call of {id}")).collect::<Vec<_>>());
    assert_eq!(called.len(), document.operations.len());
    print_uncaptured(&format!(
        "contract: {} operations checked of {} in the document, by {} calls; {} choices of value, null and variant covered",
        called.len(),
        document.operations.len(),
        CALLS.len(),
        checker.seen.len()
    ));
}
