//! What becomes of events.

use whop::webhooks::Event;
use whop_tests::json::{Json, difference};
use whop_tests::sample::{MANNERS, Manner, Sampler};
use whop_tests::{none, say};

use crate::document;

#[test]
fn every_event_becomes_its_own_variant() {
    let (document, validators) = document();
    let mut problems = Vec::new();
    let mut variants = std::collections::BTreeSet::new();
    for (name, pointer) in &document.webhooks {
        for manner in MANNERS {
            let (mut turn, mut turns) = (0, 1);
            while turn < turns {
                let mut sampler = Sampler::new(document, manner, turn);
                sampler.keep.push("type".to_owned());
                let sent = sampler.sample(pointer);
                turns = sampler.turns;
                let place = format!("{name} ({manner:?} {turn})");
                if manner != Manner::Hostile {
                    let errors = validators.errors(pointer, &sent.to_value());
                    problems.extend(
                        errors.iter().map(|error| format!("{place}: the sample is not valid{error}")),
                    );
                }
                match serde_json::from_str::<Event>(&sent.to_string()) {
                    Ok(event) => {
                        let shown = format!("{event:?}");
                        let variant = shown.split('(').next().unwrap_or_default().to_owned();
                        if variant.to_lowercase() != name.replace(['.', '_'], "") {
                            problems.push(format!("{place}: became {variant}"));
                        }
                        variants.insert(variant);
                        let text = serde_json::to_string(&event).unwrap();
                        problems.extend(
                            difference(&sent, &Json::parse(&text)).map(|at| format!("{place}: {at}")),
                        );
                    }
                    Err(error) => problems.push(format!("{place}: {error}")),
                }
                turn += 1;
            }
        }
    }
    none(&problems);
    assert_eq!(variants.len(), document.webhooks.len());
    say(&format!("contract: {} events checked", document.webhooks.len()));
}

#[test]
fn an_event_of_tomorrow_is_kept() {
    for text in [
        r#"{"id":"msg_1","api_version":"v1","type":"planet.discovered","data":{"mass":[0.1,null,{"unit":"kg"}]}}"#,
        r#"{"type":7}"#,
        r"{}",
    ] {
        let event: Event = serde_json::from_str(text).unwrap();
        assert!(matches!(event, Event::Unknown(_)), "{event:?}");
        let again = serde_json::to_string(&event).unwrap();
        assert_eq!(difference(&Json::parse(text), &Json::parse(&again)), None);
    }
}
