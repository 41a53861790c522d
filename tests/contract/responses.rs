//! Decoding a response and encoding the value gives the same JSON.

use whop_tests::json::{Json, difference};
use whop_tests::sample::{PROFILES, Profile, Sampler};
use whop_tests::{assert_none, print_uncaptured};

use crate::{Bench, first_calls, load_document};

#[tokio::test]
async fn every_response_survives_decoding_and_encoding() {
    let (document, validators) = load_document();
    let bench = Bench::new().await;
    let calls = first_calls();
    let mut problems = Vec::new();
    for profile in PROFILES {
        let mut responses = 0;
        for operation in &document.operations {
            let call = calls
                .get(operation.id.as_str())
                .unwrap_or_else(|| panic!("there is no call of {}", operation.id));
            let Some(pointer) = &operation.response else {
                let (result, _) = bench.run_call(call, operation.status, String::new()).await;
                problems.extend(result.err().map(|error| format!("{}: {error}", operation.id)));
                responses += 1;
                continue;
            };
            let (mut turn, mut turns) = (0, 1);
            while turn < turns {
                let mut sampler = Sampler::new(document, profile, turn);
                let sent = sampler.sample(pointer);
                turns = sampler.turns;
                let label = format!("{} ({profile:?} {turn})", operation.id);
                if profile != Profile::Hostile {
                    let errors = validators.errors(pointer, &sent.to_value());
                    problems.extend(
                        errors.iter().map(|error| format!("{label}: the sample is not valid{error}")),
                    );
                }
                let (result, _) = bench.run_call(call, operation.status, sent.to_string()).await;
                match result {
                    Ok(text) => problems.extend(
                        difference(&sent, &Json::parse(&text)).map(|problem| format!("{label}: {problem}")),
                    ),
                    Err(error) => problems.push(format!("{label}: {error}")),
                }
                turn += 1;
                responses += 1;
            }
        }
        print_uncaptured(&format!(
            "contract: {responses} responses decoded and encoded without a difference ({profile:?})"
        ));
    }
    assert_none(&problems);
}
