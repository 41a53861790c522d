//! Reads a document into its model, for the generator and for tools that compare documents.

mod repair;

use std::fmt;

use crate::analyze::{Facts, analyze};
use crate::config::{Config, dead_entry};
use crate::diagnostic::{Code, Diagnostics, Locate, Messages, Place, Position, SourceId};
use crate::document::{Origins, Source, SourceMap, load_document, pointer};
use crate::drift::{find_api_version, find_known_versions, report_brought_back};
use crate::ir::Api;
use crate::lower::{KeywordRule, LowerOptions, Lowered, UnknownKeys, lower_document};
use crate::names::{Names, assign_names};
use crate::overlay;
use crate::resolve::resolve;
use crate::select::select_operations;
use crate::stack::run_with_large_stack;
use crate::untyped::UntypedReport;

pub use self::repair::Fault;

/// What a model is read from.
#[derive(Debug, Clone)]
pub struct ModelInputs {
    /// The document as published.
    pub document: Source,
    /// Corrections of the document, in the order in which they are applied.
    pub overlays: Vec<Source>,
    /// What OpenAPI cannot express.
    pub config: Option<Source>,
}

/// The model of a document, and where its parts are in the text.
#[derive(Debug)]
pub struct Model {
    /// The model.
    pub api: Api,
    /// The messages about actions of overlays that match or change nothing.
    pub dead_actions: Vec<DeadAction>,
    /// The facts about the model.
    pub(crate) facts: Facts,
    /// The names that the generator gives in Rust.
    pub(crate) names: Names,
    /// What was left out since it cannot be read.
    pub faults: Vec<Fault>,
    sources: SourceMap,
}

impl Model {
    /// Reads a document. Unknown keywords, and whatever the overlays and the configuration say about a document that has changed
    /// since, are not errors: only a generated crate depends on them.
    ///
    /// # Errors
    ///
    /// All messages, if the document has no model.
    pub fn read(inputs: ModelInputs) -> Result<Self, Messages> {
        Self::read_with(inputs, Faults::Reject)
    }

    /// Reads a document as [`read`](Self::read) does, but leaves out what cannot be read: a reference to nothing, a value of
    /// the wrong type. [`Model::faults`] lists what was left out.
    ///
    /// # Errors
    ///
    /// All messages, if the text is no JSON or YAML, or the rest of the document has no model.
    pub fn read_leniently(inputs: ModelInputs) -> Result<Self, Messages> {
        Self::read_with(inputs, Faults::LeaveOut)
    }

    fn read_with(inputs: ModelInputs, faults: Faults) -> Result<Self, Messages> {
        let mut diagnostics = Diagnostics::default();
        let mut sources = SourceMap::default();
        let options = ModelOptions { strict: false, faults, report_untyped: false };
        match run_with_large_stack(|| resolve_document(inputs, options, &mut diagnostics, &mut sources)) {
            Some(ResolvedDocument { api, config, faults, .. }) if !diagnostics.has_errors() => {
                let dead_actions = find_dead_actions(&diagnostics, &sources);
                // Names that collide or match nothing are reported when a crate is generated.
                let mut ignored = Diagnostics::default();
                let facts = analyze(&api, &mut ignored);
                let names = assign_names(&api, &facts, &config, &mut ignored);
                Ok(Self { api, dead_actions, facts, names, faults, sources })
            }
            _ => Err(Messages::new(diagnostics, sources)),
        }
    }

    /// The position of a node in the text it comes from, or of its nearest ancestor that has one.
    #[must_use]
    pub fn locate(&self, pointer: &str) -> Option<Position> {
        self.sources.locate(SourceId::Lowered, pointer)
    }
}

fn find_dead_actions(diagnostics: &Diagnostics, sources: &SourceMap) -> Vec<DeadAction> {
    let dead = diagnostics.misfits().iter().filter(|diagnostic| diagnostic.code == Code::DEAD_ACTION);
    dead.map(|diagnostic| {
        let position = match &diagnostic.place {
            Place::Pointer { source, pointer } => sources.locate(*source, pointer),
            _ => None,
        };
        DeadAction { message: diagnostic.message.clone(), position }
    })
    .collect()
}

/// How a document is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ModelOptions {
    /// Whether keywords without a decision are errors.
    pub(crate) strict: bool,
    /// What happens to parts that cannot be read.
    pub(crate) faults: Faults,
    /// Whether the values without a type are counted.
    pub(crate) report_untyped: bool,
}

/// What happens to parts of a document that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Faults {
    /// They are errors.
    Reject,
    /// They are left out and collected in [`ResolvedDocument::faults`].
    LeaveOut,
}

/// A message about an action of an overlay that matches or changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadAction {
    /// What is wrong.
    pub message: String,
    /// Where the action is.
    pub position: Option<Position>,
}

impl fmt::Display for DeadAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.position {
            Some(Position { file, line, .. }) => write!(f, " ({file}:{line})"),
            None => Ok(()),
        }
    }
}

/// The result of the stages from the text to the model.
pub(crate) struct ResolvedDocument {
    pub(crate) config: Config,
    pub(crate) api: Api,
    pub(crate) origins: Origins,
    /// The parts that were left out.
    pub(crate) faults: Vec<Fault>,
    /// The values without a type, if [`ModelOptions::report_untyped`] asks for them.
    pub(crate) untyped: Option<UntypedReport>,
}

/// Runs the stages from the text to the model.
pub(crate) fn resolve_document(
    inputs: ModelInputs,
    options: ModelOptions,
    diagnostics: &mut Diagnostics,
    sources: &mut SourceMap,
) -> Option<ResolvedDocument> {
    let config = match inputs.config {
        Some(source) => {
            let config = Config::parse(&source.name, &source.text, diagnostics);
            sources.set_configuration(source);
            config
        }
        None => Some(Config::default()),
    };
    let document = load_document(inputs.document, diagnostics);
    if let Some(document) = &document {
        sources.set_document(document);
    }
    let loaded: Vec<_> =
        inputs.overlays.into_iter().map(|source| load_document(source, diagnostics)).collect();
    let (config, mut document) = (config?, document?);
    let overlays: Vec<_> = loaded.into_iter().collect::<Option<_>>()?;
    if !overlays.is_empty() {
        sources.set_overlays(&overlays);
        overlay::apply_overlays(&mut document, &overlays, diagnostics);
        sources.set_document(&document);
        report_brought_back(&document, diagnostics);
        // Their trees are as large as a part of the document, and the stages below take the most memory.
        drop(overlays);
    }
    select_operations(&mut document, &config.selection, diagnostics);
    let api_version = find_api_version(&document.root, &config, sources, diagnostics);
    let known_versions = find_known_versions(&document.root, &config, diagnostics);
    if options.faults == Faults::LeaveOut {
        let (mut api, faults) = repair::resolve_without_faults(document, &config, diagnostics, sources)?;
        (api.api_version, api.known_versions) = (api_version, known_versions);
        return Some(ResolvedDocument { config, api, origins: Origins::default(), faults, untyped: None });
    }
    let written = options.report_untyped.then(|| document.root.clone());
    let lowered = lower_document(document, &lower_options(&config, options.strict), diagnostics)?;
    sources.set_lowered(&lowered.origins);
    report_dead_rules(&config, &lowered, diagnostics);
    let mut api = resolve(&lowered.api, &config, diagnostics);
    (api.api_version, api.known_versions) = (api_version, known_versions);
    let untyped = written.map(|document| {
        UntypedReport::new(&api, &document, |pointer| lowered.origins.original(pointer).into_owned())
    });

    Some(ResolvedDocument { config, api, origins: lowered.origins, faults: Vec::new(), untyped })
}

/// Reports formats and keywords of the configuration that the document does not have.
fn report_dead_rules(config: &Config, lowered: &Lowered, diagnostics: &mut Diagnostics) {
    let formats = config.formats.keys().map(|name| ("formats", "format", name));
    let keywords = config.keywords.keys().map(|name| ("keywords", "keyword", name));
    for (table, word, name) in formats.chain(keywords) {
        let pointer = pointer::from_segments([table, name]);
        if !lowered.applied.contains(&pointer) {
            diagnostics.push_misfit(dead_entry(pointer, format!("no schema has the {word} `{name}`")));
        }
    }
}

fn lower_options(config: &Config, strict: bool) -> LowerOptions {
    let rule = |rule: &str| if rule == "ignore" { KeywordRule::Ignore } else { KeywordRule::AnyValue };
    LowerOptions {
        formats: config.formats.clone(),
        keywords: config.keywords.iter().map(|(keyword, name)| (keyword.clone(), rule(name))).collect(),
        unknown: if strict { UnknownKeys::Reject } else { UnknownKeys::Warn },
    }
}
