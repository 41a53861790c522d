//! The stages in order, nothing else.

use crate::analyze::analyze;
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, render};
use crate::document::{Source, SourceMap};
use crate::emit::{Context, Origin, contract, emit, manifest, shown, table};
use crate::flows::{Flows, find};
use crate::ir::{Api, Shape, TypeId};
use crate::lower::deep;
use crate::model::{Front, ModelInputs, front};
use crate::names::{index, name};
use crate::render::{Output, render as render_modules};
use crate::{analyze::Facts, names::Names};

/// What a crate is generated from.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// The document as published.
    pub document: Source,
    /// Our corrections.
    pub overlay: Option<Source>,
    /// What is no OpenAPI fact. Without it, a neutral one that only warns of what it does not know.
    pub config: Option<Source>,
    /// Where the document comes from.
    pub origin: Origin,
    /// The path from the written crate to the folder that holds the crates it depends on: `runtime` and `mock`.
    pub crates: String,
    /// Whether the crate stands outside any workspace.
    pub standalone: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Generated {
    /// The files, sorted by path; none if there was an error.
    pub files: Vec<Output>,
    /// Calls of every operation for a test, if they were asked for: [`generate_with_contract`].
    pub contract: Option<String>,
    /// What is in them.
    pub summary: Summary,
    /// All messages as text, empty if there are none.
    pub messages: String,
    /// Whether an error stopped the run.
    pub failed: bool,
}

/// What was generated, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Operations, each a method.
    pub operations: usize,
    /// Structs.
    pub models: usize,
    /// Open enums.
    pub enums: usize,
    /// Unions.
    pub unions: usize,
    /// Events.
    pub webhooks: usize,
    /// Components of the document, each a type.
    pub components: usize,
}

/// Generates a crate.
#[must_use]
pub fn generate(inputs: Inputs) -> Generated {
    all(inputs, Asked::default())
}

/// Generates a crate as long as the document and the configuration allow it: actions of the overlay that match or change
/// nothing any more are warnings. For a look at what a new document would give before the overlay is mended.
#[must_use]
pub fn generate_despite_dead_actions(inputs: Inputs) -> Generated {
    all(inputs, Asked { dead_actions: true, ..Asked::default() })
}

/// Generates a crate, and beside it a module that calls every operation, for the contract tests of that crate.
#[must_use]
pub fn generate_with_contract(inputs: Inputs) -> Generated {
    all(inputs, Asked { contract: true, ..Asked::default() })
}

/// What is asked for besides the crate.
#[derive(Clone, Copy, Default)]
struct Asked {
    /// Calls of every operation.
    contract: bool,
    /// To go on where an action of the overlay is dead.
    dead_actions: bool,
}

/// What a run without errors makes.
struct Made {
    files: Vec<Output>,
    contract: Option<String>,
    summary: Summary,
}

/// The named model, and what else the crate is written from.
struct Named {
    config: Config,
    api: Api,
    facts: Facts,
    names: Names,
    flows: Flows,
}

fn all(inputs: Inputs, asked: Asked) -> Generated {
    let mut diagnostics = Diagnostics::default();
    let mut sources = SourceMap::default();
    let Inputs { document, overlay, config, origin, crates, standalone } = inputs;
    let texts = ModelInputs { document, overlay, config };
    let place = Place { origin: &origin, crates: &crates, standalone };
    // Stages descend as deep as the document nests, and types may refer to each other in long chains. What reads and what
    // writes have a thread each for memory's sake too: the trees leave theirs in holes, over which tokens would be spread.
    let named = deep(|| read(texts, asked, &mut diagnostics, &mut sources));
    let made = named.and_then(|named| deep(|| Some(write(&named, &place, asked, &mut diagnostics))));
    let messages = if diagnostics.is_empty() { String::new() } else { render(&diagnostics, &sources) };
    match made {
        Some(Made { mut files, contract, summary }) if !diagnostics.has_errors() => {
            files.sort_by(|a, b| a.path.cmp(&b.path));
            Generated { files, contract, summary, messages, failed: false }
        }
        _ => Generated {
            files: Vec::new(),
            contract: None,
            summary: Summary::default(),
            messages,
            failed: true,
        },
    }
}

fn read(
    texts: ModelInputs,
    asked: Asked,
    diagnostics: &mut Diagnostics,
    sources: &mut SourceMap,
) -> Option<Named> {
    let judge = |one: &Diagnostic| {
        let dead = asked.dead_actions && one.code == Code::DEAD_ACTION;
        let severity = if dead { Severity::Warning } else { one.severity };
        Some(Diagnostic { severity, ..one.clone() })
    };
    let strict = texts.config.is_some();
    let Front { config, mut api, origins } = front(texts, strict, judge, diagnostics, sources)?;
    if diagnostics.has_errors() {
        return None;
    }
    let flows = find(&api, &config, diagnostics);
    let facts = analyze(&api);
    for (id, place) in &facts.recursive_fields {
        diagnostics.push(endless(&api, *id, *place));
    }
    let names = name(&api, &facts, &config, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    // Readers look for a place in the document as it was published.
    for pointer in api.types.iter_mut().filter_map(|def| def.pointers.first_mut()) {
        *pointer = origins.original(pointer).into_owned();
    }
    Some(Named { config, api, facts, names, flows })
}

/// What the crate says of where it comes from and goes to.
struct Place<'a> {
    origin: &'a Origin,
    crates: &'a str,
    standalone: bool,
}

fn write(named: &Named, place: &Place<'_>, asked: Asked, diagnostics: &mut Diagnostics) -> Made {
    let Named { config, api, facts, names, flows } = named;
    let context = Context { api, facts, names, config, flows, source: place.origin };
    let title: String = api.title.chars().filter(|c| shown(*c)).collect();
    let version: String = api.version.chars().filter(|c| shown(*c)).collect();
    let banner = format!("@generated by `cargo xtask codegen` from {title} {version}. Do not edit by hand.");
    let mut files = render_modules(emit(&context), &banner, diagnostics);
    let manifest = manifest(&context, &banner, place.crates, place.standalone);
    files.push(Output { path: "Cargo.toml".to_owned(), contents: manifest });
    files.push(Output { path: "rustfmt.toml".to_owned(), contents: rustfmt(&banner) });
    files.extend(
        table(&context).map(|contents| Output { path: "src/mock/document.json".to_owned(), contents }),
    );
    let names_text = index(api, names);
    files.push(Output { path: "names.txt".to_owned(), contents: names_text });
    let calls = asked.contract.then(|| render_modules([contract(&context)], &banner, diagnostics));
    let contract = calls.and_then(|mut files| files.pop()).map(|file| file.contents);
    Made { files, contract, summary: summary(api, facts, names) }
}

/// A type that needs a value of itself: no value can be that deep, so the member may be left out.
fn endless(api: &Api, id: TypeId, place: usize) -> Diagnostic {
    let def = api.get(id);
    let field = if let Shape::Object(object) = &def.shape { object.fields.get(place) } else { None };
    let pointer = field.map(|field| &field.pointer).or_else(|| def.pointers.first());
    Diagnostic::warning(
        "endless",
        "a value of this type needs another of the same type, so none ends; it may be left out",
    )
    .at(pointer.map_or("", String::as_str))
    .help("take the member out of `required` with an action in the overlay")
}

/// The style in which `cargo xtask codegen` formats the crate, so that `cargo fmt` changes nothing.
fn rustfmt(banner: &str) -> String {
    format!("# {banner}\n\nedition = \"2024\"\nmax_width = 110\nuse_small_heuristics = \"Max\"\n")
}

fn summary(api: &Api, facts: &Facts, _names: &Names) -> Summary {
    let mut summary =
        Summary { operations: api.operations.len(), webhooks: api.webhooks.len(), ..Summary::default() };
    for (index, def) in api.types.iter().enumerate().filter(|(index, _)| facts.is_emitted(TypeId(*index))) {
        summary.components +=
            usize::from(matches!(api.get(TypeId(index)).origin, crate::ir::TypeOrigin::Component(_)));
        match &def.shape {
            Shape::Object(_) => summary.models += 1,
            Shape::StringEnum(_) => summary.enums += 1,
            Shape::Union(_) => summary.unions += 1,
            Shape::Alias(_) | Shape::Pending => {}
        }
    }
    summary
}
