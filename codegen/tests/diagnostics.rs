//! Wrong documents and what is said about them: `tests/diagnostics/cases/<name>/` holds a document with one mistake,
//! perhaps an overlay, and the whole rendered text. `BLESS=1` writes the text that is rendered now.

use std::fs;
use std::path::Path;
use whop_codegen::diagnostic::{Diagnostics, render};
use whop_codegen::document::{self, Document, Source, SourceMap};
use whop_codegen::lower::{self, LowerOptions};
use whop_codegen::overlay;

fn read(folder: &Path, name: &str, diagnostics: &mut Diagnostics) -> Option<Document> {
    let bytes = fs::read(folder.join(name)).ok()?;
    let source = Source::from_bytes(name, bytes, diagnostics)?;
    document::load(source, diagnostics)
}

fn messages(folder: &Path) -> String {
    let mut diagnostics = Diagnostics::default();
    let mut sources = SourceMap::default();
    let name = ["openapi.yaml", "openapi.json"]
        .into_iter()
        .find(|name| folder.join(name).exists())
        .unwrap_or("openapi.yaml");
    if let Some(mut document) = read(folder, name, &mut diagnostics) {
        if folder.join("overlay.yaml").exists()
            && let Some(overlay) = read(folder, "overlay.yaml", &mut diagnostics)
        {
            overlay::apply(&mut document, &overlay, &mut diagnostics);
            sources.set_overlay(&overlay);
        }
        sources.set_document(&document);
        if !diagnostics.has_errors() {
            let lowered = lower::lower(document, &LowerOptions::default(), &mut diagnostics);
            if let Some(lowered) = lowered {
                sources.set_lowered(&lowered.origins);
            }
        }
    }
    render(&diagnostics, &sources)
}

#[test]
fn every_wrong_document_is_told_what_is_wrong() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/diagnostics/cases");
    let bless = std::env::var_os("BLESS").is_some();
    let mut folders: Vec<_> =
        fs::read_dir(&cases).into_iter().flatten().flatten().map(|e| e.path()).collect();
    folders.sort();
    assert!(!folders.is_empty(), "no cases in {}", cases.display());
    let mut wrong = Vec::new();
    for folder in &folders {
        let actual = messages(folder);
        let (shown, helped) = (actual.matches("]: ").count(), actual.matches("= help: ").count());
        assert!(shown > 0 && shown == helped, "every message has a help line:\n{actual}");
        let expected = folder.join("expected.txt");
        if bless {
            let written = fs::write(&expected, &actual);
            assert!(written.is_ok(), "{}: {written:?}", expected.display());
        } else if fs::read_to_string(&expected).unwrap_or_default() != actual {
            wrong.push(format!("{}:\n{actual}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "not as expected (BLESS=1 rewrites):\n{}", wrong.join("\n"));
}
