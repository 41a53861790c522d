//! Every operation is answered: with what the document allows, and with the same for the same seed.

use whop_tests::ask::Ask;
use whop_tests::{none, say};

use crate::{document, server};

/// The answers that depend on more than the seed: a place for bytes on the server's own port, and tokens that are valid now.
const OF_THE_DAY: [&str; 2] = ["createFile", "createAccessToken"];

/// The answers to a valid request of each form of each operation.
async fn answers(seed: u64, problems: &mut Vec<String>) -> Vec<(String, String)> {
    let (document, validators) = document();
    let server = server(seed).await;
    let base = server.base_url(0);
    let mut all = Vec::new();
    for operation in &document.operations {
        let (mut turn, mut turns) = (0, 1);
        while turn < turns {
            let (ask, forms) = Ask::valid(document, operation, turn);
            turns = forms;
            turn += 1;
            let told = ask.of(&base).await;
            let place = format!("{} (seed {seed}, form {turn})", operation.id);
            if told.status != 200 {
                problems.push(format!("{place}: {} {}", told.status, told.body));
                continue;
            }
            let errors = validators.errors(&operation.response, &told.json());
            problems.extend(errors.iter().map(|error| format!("{place}: {error}")));
            all.push((operation.id.clone(), told.body));
        }
    }
    problems.extend(server.verify().err().map(|mismatches| mismatches.to_string()));
    all
}

#[tokio::test]
async fn every_operation_is_answered_as_the_document_says() {
    let mut problems = Vec::new();
    let first = answers(7, &mut problems).await;
    let again = answers(7, &mut problems).await;
    let other = answers(8, &mut problems).await;
    none(&problems);
    let operations: std::collections::BTreeSet<&String> = first.iter().map(|(id, _)| id).collect();
    assert_eq!(operations.len(), document().0.operations.len());
    let of_the_seed = |all: &[(String, String)]| {
        all.iter().filter(|(id, _)| !OF_THE_DAY.contains(&id.as_str())).cloned().collect::<Vec<_>>()
    };
    assert_eq!(of_the_seed(&first), of_the_seed(&again), "the same seed gives the same bytes");
    let same = first.iter().zip(&other).filter(|(one, other)| one == other).count();
    assert!(same < first.len() / 4, "{same} of {} answers do not depend on the seed", first.len());
    say(&format!("mock: {} answers for {} operations", first.len(), operations.len()));
}

#[tokio::test]
async fn every_event_has_a_valid_payload() {
    let (document, validators) = document();
    let server = server(7).await;
    let mut problems = Vec::new();
    for (name, pointer) in &document.webhooks {
        let event = server.event(name);
        let errors = validators.errors(pointer, &serde_json::to_value(&event).unwrap());
        problems.extend(errors.iter().map(|error| format!("{name}: {error}")));
        if matches!(event, whop::webhooks::Event::Unknown(_)) {
            problems.push(format!("{name}: is not known as itself"));
        }
    }
    none(&problems);
}
