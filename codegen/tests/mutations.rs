//! Mutates the fixtures: for any document the generator returns in time, with a crate whose modules parse or with messages,
//! and never panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::{Duration, Instant};

use proptest::prelude::{ProptestConfig, any};
use proptest::sample::Index;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use support::Fixture;
use whop_codegen::diagnostic::Code;
use whop_codegen::document::Source;

/// Texts that break generators.
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

/// A change of a node of a document.
#[derive(Debug, Clone)]
struct Mutation {
    place: Index,
    kind: u8,
    other: Index,
}

/// The number of nodes.
fn count_nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count_nodes).sum(),
        Value::Object(map) => map.values().map(count_nodes).sum(),
        _ => 0,
    }
}

/// The node with this number in depth-first order.
fn find_node<'v>(value: &'v mut Value, number: &mut usize) -> Option<&'v mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(list) => list.iter_mut().find_map(|value| find_node(value, number)),
        Value::Object(map) => map.values_mut().find_map(|value| find_node(value, number)),
        _ => None,
    }
}

fn apply_mutation(document: &mut Value, mutation: &Mutation) {
    let all = count_nodes(document);
    let copy = find_node(document, &mut mutation.other.index(all)).map_or(Value::Null, |value| value.clone());
    let Some(target) = find_node(document, &mut mutation.place.index(all)) else { return };
    let word = HOSTILE[mutation.other.index(HOSTILE.len())];
    match mutation.kind % 10 {
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
        7 | 8 => {
            if let Value::Object(map) = target {
                let (key, value) = &parts_around_schemas(word)[mutation.other.index(PARTS)];
                map.insert((*key).to_owned(), value.clone());
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

/// The number of [`parts_around_schemas`].
const PARTS: usize = 24;

/// Parts of security, media types, encoding, servers, statuses and enums, each with the key that holds it. A text breaks
/// generators.
fn parts_around_schemas(text: &str) -> [(&'static str, Value); PARTS] {
    let binary = json!({"schema": {"type": "string", "format": "binary"}});
    let object = json!({"schema": {"type": "object", "properties": {"a": {"type": "array", "items": {}}}}});
    let variable = json!({"default": "eu", "enum": ["eu", text], "description": text});
    let schemes = json!({
        "a": {"type": "apiKey", "in": "cookie", "name": text},
        "b": {"type": "http", "scheme": text},
        "c": {"type": "apiKey", "in": "query", "name": "key"},
        "d": {"type": "mutualTLS"},
        "e": {"type": "oauth2", "flows": {"deviceAuthorization": {"tokenUrl": text, "scopes": {}}}},
    });
    [
        ("security", json!([])),
        ("security", json!([{}, {"a": [], "b": [text]}, {"c": []}])),
        ("security", json!([{text: []}])),
        ("securitySchemes", schemes),
        ("scheme", json!(text)),
        ("content", json!({"IMAGE/*": binary, "*/*": object, text: object})),
        (
            "content",
            json!({"text/event-stream": object, "application/json": object, "application/pdf": binary}),
        ),
        ("content", json!({"multipart/related": object, "multipart/form-data": object})),
        (
            "content",
            json!({"application/x-www-form-urlencoded": object, "application/merge-patch+json": object}),
        ),
        ("encoding", json!({"a": {"style": "deepObject", "explode": true}, text: {"contentType": text}})),
        (
            "encoding",
            json!({"a": {"contentType": "application/json, */*", "headers": {text: {"schema": {}}}}}),
        ),
        ("style", json!("deepObject")),
        ("style", json!("pipeDelimited")),
        ("in", json!("cookie")),
        ("servers", json!([{"url": "https://{region}.test/{base}", "variables": {"region": variable}}])),
        ("servers", json!([{"url": text}, {"url": "/v1", "name": text}, {"url": "https://b.test:8443/"}])),
        (
            "responses",
            json!({"3XX": {"description": text}, "304": {"description": text}, "default": {"description": "d"}}),
        ),
        (
            "responses",
            json!({"200": {"description": "d", "content": {"a/b": object}}, "201": {"description": "d"}}),
        ),
        ("x-enum-varnames", json!([text, "One", "one", "1"])),
        ("enum", json!([1, -1, text, null, true])),
        ("additionalOperations", json!({text: {"responses": {}}, "PURGE": {"responses": {}}})),
        ("itemSchema", json!({"type": "object", "properties": {text: {}}})),
        ("discriminator", json!({"propertyName": text, "mapping": {text: "#/components/schemas/None"}})),
        ("format", json!("uint64")),
    ]
}

/// The document of a fixture as a tree, from YAML or JSON.
fn parse_document(fixture: &Fixture) -> Value {
    if fixture.document.name.ends_with("json") {
        serde_json::from_str(&fixture.document.text).unwrap()
    } else {
        serde_yaml::from_str(&fixture.document.text).unwrap()
    }
}

#[test]
fn no_document_makes_the_generator_panic() {
    let trees = support::fixtures().into_iter().map(|fixture| {
        let tree = parse_document(&fixture);
        (fixture, tree)
    });
    let fixtures: Vec<(Fixture, Value)> = trees.collect();
    // `PROPTEST_CASES` sets another number.
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
            apply_mutation(&mut document, &Mutation { place, kind, other });
        }
        let text = serde_json::to_string_pretty(&document).unwrap();
        let source = Source { name: "mutated.json".to_owned(), text };
        let begun = Instant::now();
        let generated_crate = fixture.generate(source, "../..");
        assert!(begun.elapsed() < Duration::from_secs(5), "{}: took {:?}", fixture.name, begun.elapsed());
        // The generator reports its own bugs as `internal`; all other messages are about the document.
        assert!(
            !generated_crate.messages.has_code(Code::INTERNAL),
            "{}:\n{}",
            fixture.name,
            generated_crate.messages
        );
        for file in generated_crate.files.iter().filter(|file| file.path.ends_with(".rs")) {
            assert!(
                syn::parse_file(&file.contents).is_ok(),
                "{}: {} does not parse",
                fixture.name,
                file.path
            );
        }
        **generated_in.borrow_mut() += u32::from(!generated_crate.failed);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    println!("{generated} of {cases} mutated documents generate a crate");
    assert!(
        generated > cases / 10,
        "only {generated} of {cases} mutated documents generate a crate: the mutations are too coarse"
    );
}
