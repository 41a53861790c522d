//! Webhook payloads decode to the right variant of `Event`, and encode to the same JSON.

use whop::webhooks::Event;
use whop_tests::json::{Json, difference};
use whop_tests::sample::{PROFILES, Profile, Sampler};
use whop_tests::{assert_none, print_uncaptured};

use crate::load_document;

#[test]
fn every_event_becomes_its_own_variant() {
    let (document, validators) = load_document();
    let mut problems = Vec::new();
    let mut variants = std::collections::BTreeSet::new();
    for (name, pointer) in &document.webhooks {
        for profile in PROFILES {
            let (mut turn, mut turns) = (0, 1);
            while turn < turns {
                let mut sampler = Sampler::new(document, profile, turn);
                sampler.keep.push("type".to_owned());
                let sent = sampler.sample(pointer);
                turns = sampler.turns;
                let label = format!("{name} ({profile:?} {turn})");
                if profile != Profile::Hostile {
                    let errors = validators.errors(pointer, &sent.to_value());
                    problems.extend(
                        errors.iter().map(|error| format!("{label}: the sample is not valid{error}")),
                    );
                }
                match serde_json::from_str::<Event>(&sent.to_string()) {
                    Ok(event) => {
                        let debug = format!("{event:?}");
                        let variant = debug.split('(').next().unwrap_or_default().to_owned();
                        if variant.to_lowercase() != name.replace(['.', '_'], "") {
                            problems.push(format!("{label}: decoded as {variant}"));
                        }
                        variants.insert(variant);
                        let text = serde_json::to_string(&event).unwrap();
                        problems.extend(
                            difference(&sent, &Json::parse(&text))
                                .map(|problem| format!("{label}: {problem}")),
                        );
                    }
                    Err(error) => problems.push(format!("{label}: {error}")),
                }
                turn += 1;
            }
        }
    }
    assert_none(&problems);
    assert_eq!(variants.len(), document.webhooks.len());
    print_uncaptured(&format!("contract: {} events checked", document.webhooks.len()));
}

#[test]
fn an_unknown_event_is_preserved() {
    for text in [
        r#"{"id":"msg_1","api_version":"v1","type":"planet.discovered","data":{"mass":[0.1,null,{"unit":"kg"}]}}"#,
        r#"{"type":7}"#,
        r"{}",
    ] {
        let event: Event = serde_json::from_str(text).unwrap();
        assert!(matches!(event, Event::Unknown(_)), "{event:?}");
        let encoded = serde_json::to_string(&event).unwrap();
        assert_eq!(difference(&Json::parse(text), &Json::parse(&encoded)), None);
    }
}
