//! Mutated fixtures: whatever a document says, the generator ends in time with a crate whose modules parse, or with
//! messages, and never with a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::{Duration, Instant};

use proptest::prelude::{ProptestConfig, any};
use proptest::sample::Index;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use support::Fixture;
use whop_codegen::document::Source;

/// What no author writes and some document says.
const HOSTILE: [&str; 20] = [
    "*/",
    "\"#",
    "]]",
    "`",
    "```\n",
    "\\",
    "\n",
    "\u{0}",
    "\u{202e}",
    "{}",
    "../..",
    "self",
    "Self",
    "--",
    "",
    "é",
    "#/paths",
    "#/components/schemas/None",
    "x-codegen-const",
    "r#type",
];

/// One change at one of the nodes of a document.
#[derive(Debug, Clone)]
struct Mutation {
    place: Index,
    kind: u8,
    other: Index,
}

/// How many nodes there are.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// The node of this number.
fn node<'v>(value: &'v mut Value, number: &mut usize) -> Option<&'v mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(list) => list.iter_mut().find_map(|value| node(value, number)),
        Value::Object(map) => map.values_mut().find_map(|value| node(value, number)),
        _ => None,
    }
}

fn mutate(document: &mut Value, mutation: &Mutation) {
    let all = count(document);
    let copy = node(document, &mut mutation.other.index(all)).map_or(Value::Null, |value| value.clone());
    let Some(target) = node(document, &mut mutation.place.index(all)) else { return };
    let word = HOSTILE[mutation.other.index(HOSTILE.len())];
    match mutation.kind % 8 {
        0 => match target {
            Value::Object(map) if !map.is_empty() => {
                let key = map.keys().nth(mutation.other.index(map.len())).cloned().unwrap();
                map.shift_remove(&key);
            }
            Value::Array(list) if !list.is_empty() => drop(list.remove(mutation.other.index(list.len()))),
            other => *other = Value::Null,
        },
        1 => match target {
            Value::Object(map) if !map.is_empty() => {
                let value = map.values().nth(mutation.other.index(map.len())).cloned().unwrap();
                map.insert(format!("{word}copy"), value);
            }
            Value::Array(list) if !list.is_empty() => {
                list.push(list[mutation.other.index(list.len())].clone())
            }
            other => *other = json!([other.clone(), other.clone()]),
        },
        2 => *target = json!(word),
        3 => *target = json!(mutation.other.index(1 << 40)),
        4 => {
            *target =
                [json!(true), json!(null), json!([]), json!({}), json!(1.5)][mutation.other.index(5)].clone()
        }
        5 => *target = copy,
        6 => {
            if let Value::Object(map) = target {
                let renamed = map.iter().enumerate().map(|(index, (key, value))| {
                    (if index == 0 { format!("{key}{word}") } else { key.clone() }, value.clone())
                });
                *map = renamed.collect::<Map<String, Value>>();
            }
        }
        _ => {
            if let Value::Object(map) = target {
                let keys = [
                    "nullable",
                    "oneOf",
                    "allOf",
                    "$ref",
                    "enum",
                    "const",
                    "required",
                    "discriminator",
                    "items",
                ];
                map.insert(keys[mutation.other.index(keys.len())].to_owned(), copy);
            }
        }
    }
}

/// The fixture's document as a tree, whichever way it is written.
fn tree(fixture: &Fixture) -> Value {
    if fixture.document.name.ends_with("json") {
        serde_json::from_str(&fixture.document.text).unwrap()
    } else {
        serde_yaml::from_str(&fixture.document.text).unwrap()
    }
}

#[test]
fn no_document_makes_the_generator_panic() {
    let trees = support::all().into_iter().map(|fixture| {
        let tree = tree(&fixture);
        (fixture, tree)
    });
    let fixtures: Vec<(Fixture, Value)> = trees.collect();
    // `PROPTEST_CASES` asks for more.
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mutation = (any::<Index>(), any::<u8>(), any::<Index>());
    let documents = (any::<Index>(), proptest::collection::vec(mutation, 1..5));
    let mut generated = 0_u32;
    let generated_in = std::cell::RefCell::new(&mut generated);
    let result = runner.run(&documents, |(which, mutations)| {
        let (fixture, document) = which.get(&fixtures);
        let mut document = document.clone();
        for (place, kind, other) in mutations {
            mutate(&mut document, &Mutation { place, kind, other });
        }
        let text = serde_json::to_string_pretty(&document).unwrap();
        let source = Source { name: "mutated.json".to_owned(), text };
        let begun = Instant::now();
        let made = fixture.generate(source, "../..");
        assert!(begun.elapsed() < Duration::from_secs(5), "{}: took {:?}", fixture.name, begun.elapsed());
        // A module that is no Rust is a message of its own; everything else that is wrong is the document's fault.
        assert!(!made.messages.contains("[internal]"), "{}:\n{}", fixture.name, made.messages);
        for file in made.files.iter().filter(|file| file.path.ends_with(".rs")) {
            assert!(
                syn::parse_file(&file.contents).is_ok(),
                "{}: {} does not parse",
                fixture.name,
                file.path
            );
        }
        **generated_in.borrow_mut() += u32::from(!made.failed);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    println!("{generated} of {cases} mutated documents gave a crate");
    assert!(
        generated > cases / 10,
        "only {generated} of the mutated documents gave a crate: the mutations are too coarse"
    );
}
