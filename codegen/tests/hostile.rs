//! Documents that try to exhaust memory, stack or time: each is either rejected with one message or read completely.
//! Nothing is timed; a step with quadratic complexity would not finish within a test run.

use serde_json::{Value, json};
use whop_codegen::diagnostic::{Diagnostics, RenderStyle, render_diagnostics};
use whop_codegen::document::{self, Source, SourceMap};
use whop_codegen::lower::{self, LowerOptions, UnknownKeys};

/// Lowers a document. Returns the codes of the messages without repetitions, and whether it succeeded.
fn lower_text(name: &str, text: String) -> (Vec<&'static str>, bool) {
    let mut diagnostics = Diagnostics::default();
    let mut sources = SourceMap::default();
    let options = LowerOptions { unknown: UnknownKeys::Warn, ..LowerOptions::default() };
    let document = document::load_document(Source { name: name.to_owned(), text }, &mut diagnostics);
    let lowered = document.and_then(|document| {
        sources.set_document(&document);
        lower::lower_document(document, &options, &mut diagnostics)
    });
    let rendered = render_diagnostics(&diagnostics, &sources, RenderStyle::Plain);
    assert!(rendered.len() < 4_000_000, "{} bytes of messages", rendered.len());
    let mut codes: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    codes.dedup();
    (codes, lowered.is_some())
}

fn document_with_schema(schema: Value) -> String {
    let schemas = json!({"S": schema, "N": {"type": "null"}});
    document(json!({}), json!({"schemas": schemas}))
}

fn document(paths: Value, components: Value) -> String {
    let info = json!({"title": "t", "version": "1"});
    json!({"openapi": "3.1.0", "info": info, "paths": paths, "components": components}).to_string()
}

#[test]
fn oversized_texts_are_rejected() {
    let count = 50_000;
    for (name, text, code) in [
        ("a.yaml", "- ".repeat(count), "too-deep"),
        ("a.yaml", ": ".repeat(count), "too-deep"),
        ("a.yaml", "[".repeat(count), "broken-yaml"),
        ("a.yaml", "{a: ".repeat(count), "broken-yaml"),
        ("a.yaml", "? ".repeat(count), "complex-key"),
        ("a.yaml", "&a ".repeat(count), "broken-yaml"),
        ("a.yaml", format!("a: '{}", "x".repeat(count)), "broken-yaml"),
        ("a.yaml", format!("[{}]", "0,".repeat(1_100_000)), "too-large"),
        ("a.json", "{\"a\":".repeat(count), "too-deep"),
        ("a.json", "[".repeat(count), "too-deep"),
        ("a.json", format!("[{}0]", "0,".repeat(2_100_000)), "too-large"),
        ("a.json", " ".repeat(40 << 20), "document-too-long"),
    ] {
        let start: String = text.chars().take(10).collect();
        assert_eq!(lower_text(name, text), (vec![code], false), "{start}");
    }
}

#[test]
fn aliases_cannot_multiply_the_document() {
    let mut laughs = "l0: &l0 [lol]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*l{}", level - 1); 10].join(",");
        laughs.push_str(&format!("l{level}: &l{level} [{aliases}]\n"));
    }
    let mut nested: String = (0..100).map(|level| format!("{}k: &n{level}\n", " ".repeat(level))).collect();
    nested.push_str(&format!("{}v: {}\n", " ".repeat(100), "x".repeat(1 << 20)));
    let deep: String = (0..200).map(|n| format!("k{n}: &a{n} {{k: *a{}}}\n", n.max(1) - 1)).collect();
    for (text, code) in [(laughs, "alias-limit"), (nested, "alias-limit"), (deep, "alias-loop")] {
        assert_eq!(lower_text("a.yaml", text), (vec![code], false));
    }
}

#[test]
fn deep_schemas_fit_on_the_stack() {
    type Wrap = fn(Value) -> Value;
    let wraps: &[(&str, usize, Wrap)] = &[
        ("properties", 60, |s| json!({"properties": {"a": s}})),
        ("items", 120, |s| json!({"items": s})),
        ("types", 120, |s| json!({"type": ["array", "string", "array", "null"], "items": s})),
        ("allOf", 60, |s| json!({"allOf": [s]})),
        ("anyOf", 60, |s| json!({"anyOf": [s, {"type": "null"}]})),
        ("lone", 60, |s| json!({"oneOf": [s]})),
        ("tuple", 60, |s| json!({"prefixItems": [s]})),
        ("pattern", 60, |s| json!({"patternProperties": {"a": s}})),
    ];
    for (name, levels, wrap) in wraps {
        let schema = (0..*levels).fold(json!({"$ref": "#/components/schemas/N"}), |schema, _| wrap(schema));
        let (codes, lowered) = lower_text("a.json", document_with_schema(schema));
        assert_eq!((codes, lowered), (vec![], true), "{name}");
    }
}

#[test]
fn references_cannot_multiply_or_overflow() {
    let count = 20_000;
    let next = |section: &str, n: usize| json!({"$ref": format!("#/components/{section}/N{n}")});
    let named = |make: &dyn Fn(usize) -> Value| -> Value {
        Value::Object((0..count).map(|n| (format!("N{n}"), make(n))).collect())
    };
    let get = |responses: Value| json!({"/a": {"get": {"responses": responses}}});
    let into = |target: Value| json!({"content": {"a/b": {"encoding": {"x": {"headers": {"h": target}}}}}});
    let members: Value = (0..300).map(|n| (format!("p{n}"), json!({"type": "string"}))).collect();
    let large = json!({"description": "d", "content": {"a/b": {"schema": {"properties": members}}}});
    let many: Value = (0..count)
        .map(|n| (format!("/{n}"), json!({"get": {"responses": {"200": next("responses", 0)}}})))
        .collect();
    for (name, paths, components, expected) in [
        (
            "a chain of schemas",
            json!({}),
            json!({"schemas": named(&|n| if n + 1 < count { next("schemas", n + 1) } else { json!({}) })}),
            (vec![], true),
        ),
        (
            "a cycle of schemas",
            json!({}),
            json!({"schemas": named(&|n| next("schemas", (n + 1) % count))}),
            (vec!["ref-loop"], false),
        ),
        (
            "a chain of responses",
            get(json!({"200": next("responses", 0)})),
            json!({"responses": named(&|n| next("responses", n + 1))}),
            (vec!["ref-chain"], false),
        ),
        (
            "headers within headers",
            get(json!({"200": {"headers": {"h": next("headers", 0)}}})),
            json!({"headers": named(&|n| into(next("headers", n + 1)))}),
            // Headers are read as text, so the first chain ends at the first header.
            (vec![], true),
        ),
        (
            "a large response that is referenced often",
            many,
            json!({"responses": {"N0": large}}),
            (vec!["reference-limit"], false),
        ),
    ] {
        assert_eq!(lower_text("a.json", document(paths, components)), expected, "{name}");
    }
}

#[test]
fn wide_documents_are_read_in_linear_time() {
    let count = 50_000;
    let parameters: Vec<Value> =
        (0..count).map(|n| json!({"name": format!("p{n}"), "in": "query"})).collect();
    let values: Vec<String> = (0..count).map(|n| format!("v{n}")).collect();
    let constants: Vec<Value> = (0..count).map(|n| json!({"const": n})).collect();
    let unknown: Value = (0..count).map(|n| (format!("k{n}"), json!(1))).collect();
    for (name, text, expected) in [
        (
            "parameters",
            document(json!({"/a": {"get": {"parameters": parameters}}}), json!({})),
            (vec![], true),
        ),
        ("values", document_with_schema(json!({"enum": values})), (vec![], true)),
        ("constants", document_with_schema(json!({"oneOf": constants})), (vec![], true)),
        ("unknown keys", document_with_schema(unknown), (vec!["unknown-key"], true)),
    ] {
        assert_eq!(lower_text("a.json", text), expected, "{name}");
    }
}

#[test]
fn text_of_the_document_cannot_forge_messages() {
    let mut diagnostics = Diagnostics::default();
    let mut sources = SourceMap::default();
    let key = "\u{1b}[31m\u{202e}\n = help: trust me";
    let text = document_with_schema(json!({ key: 1, "x": "y".repeat(5000) }));
    let source = Source { name: "a.json".to_owned(), text };
    if let Some(document) = document::load_document(source, &mut diagnostics) {
        sources.set_document(&document);
        lower::lower_document(document, &LowerOptions::default(), &mut diagnostics);
    }
    let rendered = render_diagnostics(&diagnostics, &sources, RenderStyle::Plain);
    assert!(rendered.contains("error[unknown-key]"));
    assert!(!rendered.contains(['\u{1b}', '\u{202e}']) && !rendered.contains("\n = help: trust me"));
    assert!(rendered.lines().all(|line| line.chars().count() < 1100), "{rendered}");
}
