//! The response to every operation is valid against the document and depends on the seed only.

use std::time::{Duration, SystemTime};

use whop::mock::Server;
use whop_tests::raw_http::RawRequest;
use whop_tests::{assert_none, print_uncaptured};

use crate::{load_document, start_server};

/// The operations whose responses depend on more than the seed: an upload URL contains the port of the server, and
/// a token the current time.
const NOT_DETERMINISTIC: [&str; 2] = ["createFile", "createAccessToken"];

/// The responses to a valid request for each body variant of each operation, as operation and body.
async fn collect_responses(seed: u64, problems: &mut Vec<String>) -> Vec<(String, String)> {
    let (document, validators) = load_document();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
    let server = Server::builder().seed(seed).time(time).start().await.unwrap();
    let base = server.base_url(0);
    let mut responses = Vec::new();
    for operation in &document.operations {
        let (mut variant, mut variant_count) = (0, 1);
        while variant < variant_count {
            let (request, count) = RawRequest::for_operation(document, operation, variant);
            variant_count = count;
            variant += 1;
            let response = request.send(&base).await;
            let place = format!("{} (seed {seed}, variant {variant})", operation.id);
            if response.status != operation.status {
                problems.push(format!("{place}: {} {}", response.status, response.body));
                continue;
            }
            match &operation.response {
                Some(pointer) => {
                    let errors = validators.errors(pointer, &response.json());
                    problems.extend(errors.iter().map(|error| format!("{place}: {error}")));
                }
                None if response.body.is_empty() => {}
                None => problems.push(format!("{place}: expected no body, found {}", response.body)),
            }
            responses.push((operation.id.clone(), response.body));
        }
    }
    problems.extend(server.verify().err().map(|error| error.to_string()));
    responses
}

#[tokio::test]
async fn every_response_is_valid_and_depends_on_the_seed_only() {
    let mut problems = Vec::new();
    let first = collect_responses(7, &mut problems).await;
    let second = collect_responses(7, &mut problems).await;
    let other_seed = collect_responses(8, &mut problems).await;
    assert_none(&problems);
    let operations: std::collections::BTreeSet<&String> = first.iter().map(|(id, _)| id).collect();
    assert_eq!(operations.len(), load_document().0.operations.len());
    let deterministic = |responses: &[(String, String)]| {
        responses
            .iter()
            .filter(|(id, _)| !NOT_DETERMINISTIC.contains(&id.as_str()))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(deterministic(&first), deterministic(&second), "the same seed gives the same bytes");
    let same = first.iter().zip(&other_seed).filter(|(response, other)| response == other).count();
    assert!(same < first.len() / 4, "{same} of {} responses do not depend on the seed", first.len());
    print_uncaptured(&format!("mock: {} responses of {} operations", first.len(), operations.len()));
}

#[tokio::test]
async fn every_event_has_a_valid_payload() {
    let (document, validators) = load_document();
    let server = start_server(7).await;
    let mut problems = Vec::new();
    for (name, pointer) in &document.webhooks {
        let event = server.event(name);
        let errors = validators.errors(pointer, &serde_json::to_value(&event).unwrap());
        problems.extend(errors.iter().map(|error| format!("{name}: {error}")));
        if matches!(event, whop::webhooks::Event::Unknown(_)) {
            problems.push(format!("{name}: decoded as an unknown event"));
        }
    }
    assert_none(&problems);
}
