//! What the calls make of answers: the same JSON again.

use whop_tests::json::{Json, difference};
use whop_tests::sample::{MANNERS, Manner, Sampler};
use whop_tests::{none, say};

use crate::{Bench, document, first_calls};

#[tokio::test]
async fn every_answer_survives_decoding_and_encoding() {
    let (document, validators) = document();
    let bench = Bench::new().await;
    let calls = first_calls();
    let mut problems = Vec::new();
    for manner in MANNERS {
        let mut answers = 0;
        for operation in &document.operations {
            let call =
                calls.get(operation.id.as_str()).unwrap_or_else(|| panic!("{} is not called", operation.id));
            let (mut turn, mut turns) = (0, 1);
            while turn < turns {
                let mut sampler = Sampler::new(document, manner, turn);
                let sent = sampler.sample(&operation.response);
                turns = sampler.turns;
                let place = format!("{} ({manner:?} {turn})", operation.id);
                if manner != Manner::Hostile {
                    let errors = validators.errors(&operation.response, &sent.to_value());
                    problems.extend(
                        errors.iter().map(|error| format!("{place}: the sample is not valid{error}")),
                    );
                }
                let (result, _) = bench.call(call, 200, sent.to_string()).await;
                match result {
                    Ok(text) => problems
                        .extend(difference(&sent, &Json::parse(&text)).map(|at| format!("{place}: {at}"))),
                    Err(error) => problems.push(format!("{place}: {error}")),
                }
                turn += 1;
                answers += 1;
            }
        }
        say(&format!("contract: {answers} answers came back the same ({manner:?})"));
    }
    none(&problems);
}
