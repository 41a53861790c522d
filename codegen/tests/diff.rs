//! The diff of two documents: `tests/diff/cases/<name>.txt` holds what is replaced in `tests/diff/base.yaml` and the whole
//! report. `BLESS=1` writes the report that is made now.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "diff/faults.rs"]
mod faults;
#[path = "diff/mutated.rs"]
mod mutated;
#[allow(dead_code, reason = "the fixtures are read, and not generated from")]
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use whop_codegen::diff::{Diff, Verdict, diff, next_version, render_markdown, render_text};
use whop_codegen::document::Source;
use whop_codegen::model::{Model, ModelInputs};

const REPLACE: &str = "--- replace\n";
const WITH: &str = "--- with\n";
const REPORT: &str = "--- report\n";

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff")
}

pub(crate) fn model(name: &str, text: &str) -> Model {
    let document = Source { name: name.to_owned(), text: text.to_owned() };
    match Model::read(ModelInputs { document, overlays: Vec::new(), config: None }) {
        Ok(model) => model,
        Err(messages) => panic!("{name}:\n{messages}"),
    }
}

/// The name of each case, the text before its report, and the document that it makes.
fn cases() -> Vec<(String, String, String)> {
    let base = fs::read_to_string(folder().join("base.yaml")).unwrap();
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder().join("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let cases = files.into_iter().map(|file| {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap();
        let head = text.split(REPORT).next().unwrap().to_owned();
        let mut document = base.clone();
        for step in head.split(REPLACE).skip(1) {
            let (from, to) = step.split_once(WITH).unwrap_or_else(|| panic!("{name}: nothing to put in"));
            let [from, to] = [from, to].map(|text| text.strip_suffix('\n').unwrap_or(text));
            assert!(document.contains(from), "{name}: the base does not say\n{from}");
            document = document.replace(from, to);
        }
        (name, head, document)
    });
    cases.collect()
}

#[test]
fn every_change_is_reported_as_its_case_says() {
    let old = model("old.yaml", &fs::read_to_string(folder().join("base.yaml")).unwrap());
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = String::new();
    for (name, head, document) in cases() {
        let new = model("new.yaml", &document);
        let report = format!("{head}{REPORT}{}", render_text(&diff(&old, &new)));
        let file = folder().join(format!("cases/{name}.txt"));
        if bless {
            fs::write(&file, &report).unwrap();
        } else if fs::read_to_string(&file).unwrap() != report {
            wrong.push_str(&format!("{name}:\n{report}\n"));
        }
        is_mirrored(&name, &old, &new);
    }
    assert!(wrong.is_empty(), "not as expected (BLESS=1 rewrites):\n{wrong}");
}

/// Every change has its mirror in the diff the other way: the kind's opposite, at the same places.
pub(crate) fn is_mirrored(name: &str, old: &Model, new: &Model) {
    let list = |diff: &Diff, back: bool| {
        let changes = diff.changes.iter().map(|change| {
            let place = |location: &Option<whop_codegen::diff::Location>| {
                location.as_ref().map(|at| (at.pointer.clone(), at.line))
            };
            let (one, other) = (place(&change.old), place(&change.new));
            let (kind, one, other) =
                if back { (change.kind.mirror(), other, one) } else { (change.kind, one, other) };
            (kind, change.direction, one, other, change.operations.len())
        });
        let mut changes: Vec<_> = changes.collect();
        changes.sort();
        changes
    };
    let (there, back) = (diff(old, new), diff(new, old));
    assert_eq!(list(&there, false), list(&back, true), "{name}");
}

#[test]
fn environments_are_compared_by_name() {
    let base = fs::read_to_string(folder().join("base.yaml")).unwrap();
    let with_sandbox = |sandbox: &str| {
        let servers = format!("  - url: https://api.example.com/v1\n{sandbox}");
        model("api.yaml", &base.replace("  - url: https://api.example.com/v1\n", &servers))
    };
    let old = with_sandbox("  - {url: 'https://a.example.com', description: Sandbox}\n");
    for (new, expected) in [
        (
            "  - {url: 'https://b.example.com', description: Sandbox}\n",
            "the server of the environment `Sandbox` is `https://b.example.com` now, no longer `https://a.example.com` [both, \
             wire only]",
        ),
        (
            "  - {url: 'https://a.example.com', description: Test}\n",
            "the environment `Sandbox` (`https://a.example.com`) is gone [both",
        ),
        (
            "  - {url: 'https://a.example.com', description: Test}\n",
            "the environment `Test` (`https://a.example.com`) is new",
        ),
    ] {
        let new = with_sandbox(new);
        let report = render_text(&diff(&old, &new));
        assert!(report.contains(expected), "{report}");
        is_mirrored(expected, &old, &new);
    }
}

#[test]
fn bodies_of_other_media_types_are_compared() {
    let with_bodies = |others: &str| {
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n  /things:\n    patch:\n      operationId: updateThing\n      \
             requestBody:\n        content:\n          application/json: {{schema: {{type: object, properties: {{a: {{type: string}}}}}}}}\n\
             {others}      responses: {{'204': {{description: Done.}}}}\n"
        );
        model("api.yaml", &text)
    };
    let list = "          application/json-patch+json: {schema: {type: array, items: {type: integer}}}\n";
    let texts = list.replace("integer", "string");
    let form = "          application/x-www-form-urlencoded: {schema: {type: object, properties: {b: {type: array, items: {type: string}}}}}\n";
    let styled = form.replace("}}}}}", "}}}}, encoding: {b: {explode: false}}}");
    for (old, new, expected) in [
        ("", list, "its request may have another body, as `application/json-patch+json` [request"),
        (list, "", "its request has no body of its own for `application/json-patch+json` any more [request"),
        (
            list,
            &texts,
            "its body as `application/json-patch+json` is list of string now, no longer list of integer",
        ),
        (
            form,
            &styled,
            "fields of its body as `application/x-www-form-urlencoded` are encoded in another way",
        ),
    ] {
        let (old, new) = (with_bodies(old), with_bodies(new));
        let report = render_text(&diff(&old, &new));
        assert!(report.contains(expected), "{expected}: {report}");
        is_mirrored(expected, &old, &new);
    }
}

#[test]
fn a_document_does_not_differ_from_itself() {
    for fixture in support::fixtures() {
        let [one, other] = [(), ()].map(|()| {
            Model::read(ModelInputs {
                document: fixture.document.clone(),
                overlays: Vec::new(),
                config: None,
            })
        });
        let (Ok(one), Ok(other)) = (one, other) else { continue };
        let found = diff(&one, &other);
        assert!(
            found.is_empty() && found.verdict() == Verdict::Patch,
            "{}:\n{}",
            fixture.name,
            render_text(&found)
        );
        assert_eq!(render_text(&found), "verdict: patch: the two documents describe the same API\n");
    }
}

#[test]
fn the_fixtures_differ_both_ways_alike() {
    let all: Vec<(String, Model)> = support::fixtures()
        .into_iter()
        .filter_map(|fixture| {
            let inputs = ModelInputs { document: fixture.document, overlays: Vec::new(), config: None };
            Some((fixture.name, Model::read(inputs).ok()?))
        })
        .collect();
    for pair in all.windows(2) {
        let [(name, one), (other_name, other)] = pair else { continue };
        is_mirrored(&format!("{name} and {other_name}"), one, other);
    }
}

/// The pointers of all nodes that are members or items.
fn nodes(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut each = |key: &str, value: &Value| {
        let place = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        found.push(place.clone());
        nodes(value, &place, found);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| each(key, value)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| each(&index.to_string(), value))
        }
        _ => {}
    }
}

/// The value without one node.
fn without(value: &Value, pointer: &str) -> Value {
    let mut value = value.clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Object(map) => drop(map.shift_remove(&key.replace("~1", "/").replace("~0", "~"))),
        Value::Array(list) => drop(list.remove(key.parse().unwrap())),
        _ => unreachable!("a node stands in an object or a list"),
    }
    value
}

#[test]
fn whatever_is_taken_out_of_a_document_comes_back_the_other_way() {
    let mut compared = 0;
    for fixture in support::fixtures() {
        let Ok(whole) = serde_yaml::from_str::<Value>(&fixture.document.text) else { continue };
        let read = |value: &Value| {
            let document =
                Source { name: "d.json".to_owned(), text: serde_json::to_string_pretty(value).unwrap() };
            Model::read(ModelInputs { document, overlays: Vec::new(), config: None }).ok()
        };
        let Some(old) = read(&whole) else { continue };
        let mut pointers = Vec::new();
        nodes(&whole, "", &mut pointers);
        for pointer in pointers.iter().step_by(pointers.len().div_ceil(40)) {
            let Some(new) = read(&without(&whole, pointer)) else { continue };
            is_mirrored(&format!("{} without {pointer}", fixture.name), &old, &new);
            compared += 1;
        }
    }
    assert!(compared > 1000, "only {compared} documents are read");
}

#[test]
fn the_rename_of_the_seed_document_breaks_its_callers() {
    let document = |member: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{title: Seed, version: 1.0.0}}\npaths:\n  /account_links:\n    post:\n      operationId: \
             createAccountLink\n      tags: [Account links]\n      requestBody:\n        required: true\n        content:\n          \
             application/json:\n            schema:\n              type: object\n              required: [{member}, use_case]\n              \
             properties:\n                {member}: {{type: string}}\n                use_case: {{type: string}}\n      responses: \
             {{'204': {{description: Done.}}}}\n"
        )
    };
    let (old, new) = (model("old.yaml", &document("company_id")), model("new.yaml", &document("account_id")));
    let found = diff(&old, &new);
    let expected = "breaking (1)\n  body of POST /account_links: required field `company_id` is now `account_id` [request, Rust \
                    and wire]\n    old: \
                    #/paths/~1account_links/post/requestBody/content/application~1json/schema/properties/company_id \
                    (old.yaml:16)\n    new: \
                    #/paths/~1account_links/post/requestBody/content/application~1json/schema/properties/account_id \
                    (new.yaml:16)\n\nverdict: major (before 1.0: 0.x+1.0): 1 breaking, 0 compatible, 0 documentation\n";
    assert_eq!(render_text(&found), expected);
    assert!(
        render_markdown(&found)
            .contains("### Breaking (1)\n\n- **body of POST /account\\_links**: required field `company_id`")
    );
}

#[test]
fn what_a_document_says_works_as_nothing_in_a_report() {
    let base = fs::read_to_string(folder().join("base.yaml")).unwrap();
    let name = r"a\u001b[31m`b`\n- <script>@me [x](y) \u202e``` c";
    let hostile = base.replace(
        "        email: {type: string}\n",
        &format!("        email: {{type: string}}\n        \"{name}\": {{type: integer}}\n"),
    );
    let found = diff(&model("old.yaml", &base), &model("new.yaml", &hostile));
    for report in [render_text(&found), render_markdown(&found)] {
        assert!(report.contains("- ") || report.contains("Owner"), "{report}");
        let lines = report.lines().filter(|line| line.contains("b")).count();
        assert!(report.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{report}");
        assert!(lines > 0 && !report.lines().any(|line| line.trim_start().starts_with("- <")), "{report}");
    }
    let markdown = render_markdown(&found);
    let outside = |line: &str| line.split('`').step_by(2).collect::<String>();
    for line in markdown.lines().filter(|line| line.starts_with("- ")) {
        let plain = outside(line).replace("\\<", "").replace("\\[", "");
        assert!(!plain.contains('<') && !plain.contains('[') && !plain.contains("@m"), "{line}");
        assert!(!line.contains("``") && line.matches('`').count() % 2 == 0, "{line}");
    }
}

#[test]
fn the_version_that_follows_keeps_the_rule_of_cargo() {
    for (version, verdict, next) in [
        ("0.1.0", Verdict::Major, Some("0.2.0")),
        ("0.1.7", Verdict::Minor, Some("0.1.8")),
        ("0.1.7", Verdict::Patch, Some("0.1.8")),
        ("1.2.3", Verdict::Major, Some("2.0.0")),
        ("1.2.3", Verdict::Minor, Some("1.3.0")),
        ("1.2.3", Verdict::Patch, Some("1.2.4")),
        ("1.2", Verdict::Patch, None),
        ("1.2.x", Verdict::Patch, None),
    ] {
        assert_eq!(next_version(version, verdict).as_deref(), next, "{version} {verdict}");
    }
}
