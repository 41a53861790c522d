//! Tests of the version and of properties that an overlay brings back.
#![allow(clippy::unwrap_used)]

use crate::diagnostic::{Diagnostics, Severity};
use crate::document::{Source, SourceMap, load_document};
use crate::drift::{find_api_version, find_known_versions, report_brought_back};
use crate::model::{Model, ModelInputs};
use crate::overlay::apply_overlays;

fn source(name: &str, text: &str) -> Source {
    Source { name: name.to_owned(), text: text.to_owned() }
}

/// The version and the rendered messages.
fn version_of(document: &str, config: &str) -> (Option<String>, String) {
    let mut diagnostics = Diagnostics::default();
    let mut sources = SourceMap::default();
    let parsed = crate::config::Config::parse("c.toml", config, &mut diagnostics).unwrap();
    let document = load_document(source("d.yaml", document), &mut diagnostics).unwrap();
    sources.set_document(&document);
    sources.set_configuration(source("c.toml", config));
    let version = find_api_version(&document.root, &parsed, &sources, &mut diagnostics);
    diagnostics.settle_misfits(Severity::Error);
    let messages = crate::diagnostic::Messages::new(diagnostics, sources).to_string();
    (version.map(|version| version.value), messages)
}

const STATED: &str = "info: {x-date: 2026-10-15-1}\ncomponents:\n  parameters:\n    V: {name: version, in: header, schema: {type: string, default: '9'}}\npaths:\n  /a:\n    get:\n      parameters:\n      - {name: other, in: header, schema: {default: x}}\n";

#[test]
fn the_document_states_the_version() {
    for (config, version) in [
        ("from = \"/info/x-date\"", Some("2026-10-15-1")),
        ("from = \"/info/x-date\"\nvalue = \"2026-10-15-1\"", Some("2026-10-15-1")),
        ("from = \"/info/gone\"", Some("9")),
        ("", Some("9")),
        ("value = \"9\"", Some("9")),
    ] {
        let found = version_of(STATED, &format!("[version]\nheader = \"Version\"\n{config}"));
        assert_eq!(found, (version.map(str::to_owned), String::new()), "{config}");
    }
    let unstated = "[version]\nheader = \"X\"\nvalue = \"7\"";
    assert_eq!(version_of(STATED, unstated), (Some("7".to_owned()), String::new()));
    assert_eq!(version_of(STATED, ""), (None, String::new()));
}

#[test]
fn a_pinned_version_that_disagrees_is_named_with_that_of_the_document() {
    let config = "[version]\nheader = \"Version\"\nfrom = \"/info/x-date\"\nvalue = \"2025-01-01\"\n";
    let (version, messages) = version_of(STATED, config);
    assert_eq!(version.as_deref(), Some("2026-10-15-1"));
    for words in
        ["error[api-version]", "`2025-01-01`", "`2026-10-15-1` at d.yaml:1:16", "--> c.toml:4:1", "help: "]
    {
        assert!(messages.contains(words), "{words}: {messages}");
    }
    let (version, messages) = version_of("info: {}", "[version]\nheader = \"Version\"\nfrom = \"/info/x\"\n");
    assert_eq!(version, None);
    assert!(messages.contains("states no version at `/info/x` or as the `default`"), "{messages}");
    assert!(messages.contains("--> c.toml:1:2"), "{messages}");
}

#[test]
fn the_known_versions_are_listed_by_the_document_and_the_configuration() {
    let find = |config: &str| {
        let mut diagnostics = Diagnostics::default();
        let config = format!("[version]\nheader = \"V\"\nvalue = \"3\"\n{config}");
        let parsed = crate::config::Config::parse("c.toml", &config, &mut diagnostics).unwrap();
        let document = load_document(source("d.yaml", "x: {enum: [2, '3']}"), &mut diagnostics).unwrap();
        let known = find_known_versions(&document.root, &parsed, &mut diagnostics);
        let mut sources = SourceMap::default();
        sources.set_configuration(source("c.toml", &config));
        diagnostics.settle_misfits(Severity::Error);
        (known, crate::diagnostic::Messages::new(diagnostics, sources).to_string())
    };
    assert_eq!(find(""), (Vec::new(), String::new()));
    let both = find("known-from = \"/x/enum\"\nknown = [\"3\", \"4\"]");
    assert_eq!(both, (["2", "3", "4"].map(str::to_owned).to_vec(), String::new()));
    let (known, messages) = find("known-from = \"/x\"");
    assert!(known.is_empty());
    for words in
        ["error[api-version]: the document has no list of versions at `/x`", "--> c.toml:4:1", "help: "]
    {
        assert!(messages.contains(words), "{words}: {messages}");
    }
}

const DOCUMENT: &str = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    A:\n      type: object\n      properties:\n        kept: {type: string}\n        properties: {type: object, properties: {inner: {type: string}}}\n";

/// The codes and places of the messages about the actions.
fn brought_back(actions: &str) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    let overlay = format!("overlay: 1.0.0\ninfo: {{title: O, version: '1'}}\nactions:\n{actions}");
    let mut document = load_document(source("d.yaml", DOCUMENT), &mut diagnostics).unwrap();
    let overlays = [load_document(source("o.yaml", &overlay), &mut diagnostics).unwrap()];
    apply_overlays(&mut document, &overlays, &mut diagnostics);
    report_brought_back(&document, &mut diagnostics);
    assert!(!diagnostics.has_errors());
    let mut sources = SourceMap::default();
    sources.set_overlays(&overlays);
    sources.set_document(&document);
    diagnostics.settle_misfits(Severity::Error);
    let messages = crate::diagnostic::Messages::new(diagnostics, sources);
    messages
        .iter()
        .map(|(diagnostic, at)| format!("{} {}", diagnostic.code, at.unwrap().pointer.unwrap()))
        .collect()
}

#[test]
fn a_description_of_what_is_gone_is_told_from_an_addition() {
    let schemas = "$.components.schemas";
    for (target, update, expected) in [
        ("A.properties", "{kept: {description: d}}", None),
        ("A.properties", "{gone: {description: d}}", Some("/gone")),
        ("A", "{properties: {gone: {description: d, example: 1}}}", Some("/properties/gone")),
        ("A.properties.properties", "{properties: {gone: {title: t}}}", Some("/properties/gone")),
        ("A.properties", "{properties: {description: d}}", None),
        ("A.properties", "{added: {type: string, description: d}}", None),
        ("A.properties", "{added: {$ref: '#/components/schemas/A', description: d}}", None),
        ("A.properties", "{added: {}}", None),
        ("A.properties", "{added: {properties: {x: {description: d}}}}", Some("/added/properties/x")),
        ("A", "{example: {properties: {gone: {description: d}}}}", None),
        ("A", "{x-mark: {properties: {gone: {description: d}}}}", None),
    ] {
        let found = brought_back(&format!("- target: {schemas}.{target}\n  update: {update}"));
        let expected: Vec<String> =
            expected.into_iter().map(|at| format!("brought-back /actions/0/update{at}")).collect();
        assert_eq!(found, expected, "{target} {update}");
    }
    let paths = "- target: $.paths\n  update: {/a: {get: {parameters: [{name: p, in: query, description: d}, {name: q, in: query, schema: {type: string}}]}}}";
    assert_eq!(brought_back(paths), ["brought-back /actions/0/update/~1a/get/parameters/0"]);
    let components = format!("- target: {schemas}\n  update: {{Gone: {{description: d}}}}");
    assert_eq!(brought_back(&components), ["brought-back /actions/0/update/Gone"]);
}

#[test]
fn a_model_is_read_in_spite_of_misfits() {
    let overlay =
        "overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions:\n- target: $.gone\n  update: {a: 1}\n";
    let model = Model::read(ModelInputs {
        document: source("d.yaml", &DOCUMENT.replace("version: '1'", "version: '1', x-date: '2'")),
        overlays: vec![source("o.yaml", overlay)],
        config: Some(source("c.toml", "[version]\nheader = \"V\"\nfrom = \"/info/x-date\"\nvalue = \"1\"\n")),
    })
    .unwrap();
    assert_eq!(model.api.api_version.as_ref().map(|version| version.value.as_str()), Some("2"));
    let dead: Vec<String> = model.dead_actions.iter().map(ToString::to_string).collect();
    assert_eq!(dead, ["the action matches nothing: `$.gone` (o.yaml:4)"]);
}

/// A document with an upload, an event and a server, and a configuration of which every list has one dead entry.
const ENTRIES: &str = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nservers: [{url: 'https://a.test'}]\ntags: [{name: Things}]\npaths:\n  /things/{id}:\n    get:\n      operationId: getThing\n      tags: [Things]\n      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}\nwebhooks:\n  made: {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {type: {const: made}, id: {type: string}}}}}}}}\ncomponents:\n  schemas:\n    Thing: {type: object, properties: {id: {type: string}, other_id: {type: string}, key: {type: string}, state: {type: string, enum: [a, b]}, at: {type: string, format: moment}, odd: {type: string, oddity: 1}}}\n";

const DEAD_ENTRIES: &str = r#"secrets = ["Thing.key", "gone"]
not-secrets = ["key", "gone"]
[formats]
moment = "date-time"
gone = "date"
[keywords]
oddity = "ignore"
gone = "ignore"
[[environments]]
name = "main"
servers = { "https://a.test" = "https://a.test", "https://gone.test" = "https://b.test" }
[idempotency]
except = ["getThing", "gone"]
[webhooks]
id-header = "i"
timestamp-header = "t"
signature-header = "s"
signature-version = "v1"
tolerance-seconds = 1
secret-variable = "S"
members = ["id", "gone"]
[names.tags]
Things = "Stuff"
Gone = "X"
[names.operations]
getThing = "fetch"
gone = "x"
[names.types]
ThingState = "State"
Gone = "X"
[names.fields]
"Thing.at" = "when"
"Thing.gone" = "x"
[names.variants]
"State.a" = "Ay"
"State.gone" = "X"
[[ids]]
name = "ThingId"
properties = ["other_id", "gone_id"]
objects = ["Thing", "Gone"]
segments = ["things", "gone"]
places = ["Thing.key2"]
[[formats-by-name]]
format = "date"
properties = ["odd", "gone*"]
except = ["odd*", "gone"]
[[token-sources]]
create = "gone"
token = "token"
expires = "expires"
margin-ms = 1
[media-types]
getThing = { response = "application/json" }
"GET /gone" = { response = "application/json" }
"getT*" = { request = "text/gone" }
"#;

#[test]
fn every_dead_entry_is_reported_in_one_run() {
    let inputs = || crate::Inputs {
        document: source("d.yaml", ENTRIES),
        overlays: Vec::new(),
        config: Some(source("c.toml", DEAD_ENTRIES)),
        renames: None,
        pages: std::collections::BTreeMap::new(),
        origin: crate::emit::Origin::default(),
        placement: crate::Placement::default(),
    };
    let strict = crate::generate(inputs(), &crate::Options::default());
    assert!(strict.failed && strict.files.is_empty());
    let places = strict.messages.iter().map(|(diagnostic, at)| {
        assert_eq!((diagnostic.code.as_str(), diagnostic.severity), ("dead-entry", Severity::Error));
        let at = at.unwrap();
        assert_eq!(at.file, "c.toml");
        let named = diagnostic.message.to_lowercase().contains("gone") || at.line == 42;
        assert!(named, "{}", diagnostic.message);
        (at.line, at.column)
    });
    let mut places: Vec<(usize, usize)> = places.collect();
    places.sort_unstable();
    let expected = [
        (1, 25),
        (2, 23),
        (5, 1),
        (8, 1),
        (11, 50),
        (13, 23),
        (21, 18),
        (24, 1),
        (27, 1),
        (30, 1),
        (33, 1),
        (36, 1),
        (39, 27),
        (40, 21),
        (41, 23),
        (42, 11),
        (45, 22),
        (46, 19),
        (48, 1),
        (54, 1),
        (55, 13),
    ];
    assert_eq!(places, expected, "{}", strict.messages);
    let options = crate::Options { allow_dead: true, ..crate::Options::default() };
    let lenient = crate::generate(inputs(), &options);
    assert!(!lenient.failed, "{}", lenient.messages);
    assert_eq!(lenient.messages.iter().count(), expected.len());
    assert!(lenient.files.iter().all(|file| !file.contents.contains("fn gone")));
}
