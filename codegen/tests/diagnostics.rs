//! Tests of messages: `tests/diagnostics/cases/NAME/` has a document with one mistake, in some cases an overlay or a configuration,
//! and the rendered messages. `BLESS=1` writes the messages as they are now.

use std::fs;
use std::path::Path;
use whop_codegen::config::Config;
use whop_codegen::diagnostic::{Diagnostics, RenderStyle, Severity, render_diagnostics};
use whop_codegen::document::{self, Document, Source, SourceMap};
use whop_codegen::lower::{self, LowerOptions, Lowered};
use whop_codegen::overlay;
use whop_codegen::resolve;

fn load(folder: &Path, name: &str, diagnostics: &mut Diagnostics) -> Option<Document> {
    let bytes = fs::read(folder.join(name)).ok()?;
    let source = Source::from_bytes(name, bytes, diagnostics)?;
    document::load_document(source, diagnostics)
}

/// Resolves the document of a case that has a configuration: its mistake is one that only the model shows.
fn resolve_with_configuration(
    folder: &Path,
    lowered: &Lowered,
    diagnostics: &mut Diagnostics,
    sources: &mut SourceMap,
) {
    let Ok(text) = fs::read_to_string(folder.join("codegen.toml")) else { return };
    if let Some(config) = Config::parse("codegen.toml", &text, diagnostics) {
        resolve::resolve(&lowered.api, &config, diagnostics);
        diagnostics.settle_misfits(Severity::Error);
        sources.set_configuration(Source { name: "codegen.toml".to_owned(), text });
    }
}

fn render_messages(folder: &Path) -> String {
    let mut diagnostics = Diagnostics::default();
    let mut sources = SourceMap::default();
    let name = ["openapi.yaml", "openapi.json"]
        .into_iter()
        .find(|name| folder.join(name).exists())
        .unwrap_or("openapi.yaml");
    if let Some(mut document) = load(folder, name, &mut diagnostics) {
        if folder.join("overlay.yaml").exists()
            && let Some(overlay) = load(folder, "overlay.yaml", &mut diagnostics)
        {
            let overlays = [overlay];
            overlay::apply_overlays(&mut document, &overlays, &mut diagnostics);
            sources.set_overlays(&overlays);
            diagnostics.settle_misfits(Severity::Error);
        }
        sources.set_document(&document);
        if !diagnostics.has_errors() {
            let lowered = lower::lower_document(document, &LowerOptions::default(), &mut diagnostics);
            if let Some(lowered) = lowered {
                sources.set_lowered(&lowered.origins);
                resolve_with_configuration(folder, &lowered, &mut diagnostics, &mut sources);
            }
        }
    }
    render_diagnostics(&diagnostics, &sources, RenderStyle::Plain)
}

#[test]
fn every_mistake_is_reported() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/diagnostics/cases");
    let bless = std::env::var_os("BLESS").is_some();
    let mut folders: Vec<_> =
        fs::read_dir(&cases).into_iter().flatten().flatten().map(|e| e.path()).collect();
    folders.sort();
    assert!(!folders.is_empty(), "no cases in {}", cases.display());
    let mut different = Vec::new();
    for folder in &folders {
        let actual = render_messages(folder);
        let (messages, helps) = (actual.matches("]: ").count(), actual.matches("= help: ").count());
        assert!(messages > 0 && messages == helps, "every message has a help line:\n{actual}");
        let expected = folder.join("expected.txt");
        if bless {
            let written = fs::write(&expected, &actual);
            assert!(written.is_ok(), "{}: {written:?}", expected.display());
        } else if fs::read_to_string(&expected).unwrap_or_default() != actual {
            different.push(format!("{}:\n{actual}", folder.display()));
        }
    }
    assert!(different.is_empty(), "unexpected messages (BLESS=1 accepts them):\n{}", different.join("\n"));
}
