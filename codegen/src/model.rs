//! Reads a document into its model, for the generator and for tools that compare documents.

mod repair;

use crate::analyze::{Facts, analyze};
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Locate, Messages, Position, Severity, SourceId};
use crate::document::{Origins, Source, SourceMap, load_document};
use crate::ir::Api;
use crate::lower::{KeywordRule, LowerOptions, UnknownKeys, lower_document};
use crate::names::{Names, assign_names};
use crate::overlay;
use crate::resolve::resolve;
use crate::stack::run_with_large_stack;

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
    pub dead_actions: Vec<String>,
    /// The facts about the model.
    pub(crate) facts: Facts,
    /// The names that the generator gives in Rust.
    pub(crate) names: Names,
    /// What was left out since it cannot be read.
    pub faults: Vec<Fault>,
    sources: SourceMap,
}

impl Model {
    /// Reads a document. Unknown keywords and dead actions of overlays are not errors, since only a generated crate
    /// depends on them.
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
        let options = ModelOptions { strict: false, dead_actions: DeadActions::Collect, faults };
        match run_with_large_stack(|| resolve_document(inputs, options, &mut diagnostics, &mut sources)) {
            Some(ResolvedDocument { api, dead_actions, config, faults, .. }) if !diagnostics.has_errors() => {
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

/// How a document is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ModelOptions {
    /// Whether keywords without a decision are errors.
    pub(crate) strict: bool,
    /// What happens to actions of overlays that match or change nothing.
    pub(crate) dead_actions: DeadActions,
    /// What happens to parts that cannot be read.
    pub(crate) faults: Faults,
}

/// What happens to parts of a document that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Faults {
    /// They are errors.
    Reject,
    /// They are left out and collected in [`ResolvedDocument::faults`].
    LeaveOut,
}

/// What happens to actions of overlays that match or change nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeadActions {
    /// They are errors.
    Reject,
    /// They are warnings.
    Warn,
    /// They are collected in [`ResolvedDocument::dead_actions`].
    Collect,
}

/// The result of the stages from the text to the model.
pub(crate) struct ResolvedDocument {
    pub(crate) config: Config,
    pub(crate) api: Api,
    pub(crate) origins: Origins,
    /// The messages about dead actions, if they are collected.
    pub(crate) dead_actions: Vec<String>,
    /// The parts that were left out.
    pub(crate) faults: Vec<Fault>,
}

/// Runs the stages from the text to the model.
pub(crate) fn resolve_document(
    inputs: ModelInputs,
    options: ModelOptions,
    diagnostics: &mut Diagnostics,
    sources: &mut SourceMap,
) -> Option<ResolvedDocument> {
    let config = match &inputs.config {
        Some(source) => Config::parse(&source.name, &source.text, diagnostics),
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
    let mut dead_actions = Vec::new();
    if !overlays.is_empty() {
        sources.set_overlays(&overlays);
        let mut messages = Diagnostics::default();
        overlay::apply_overlays(&mut document, &overlays, &mut messages);
        for message in messages.iter() {
            match options.dead_actions {
                _ if message.code != Code::DEAD_ACTION => diagnostics.push(message.clone()),
                DeadActions::Reject => diagnostics.push(message.clone()),
                DeadActions::Warn => {
                    diagnostics.push(Diagnostic { severity: Severity::Warning, ..message.clone() });
                }
                DeadActions::Collect => dead_actions.push(message.message.clone()),
            }
        }
        sources.set_document(&document);
    }
    if options.faults == Faults::LeaveOut {
        let (api, faults) = repair::resolve_without_faults(document, &config, diagnostics, sources)?;
        return Some(ResolvedDocument { config, api, origins: Origins::default(), dead_actions, faults });
    }
    let lowered = lower_document(document, &lower_options(&config, options.strict), diagnostics)?;
    sources.set_lowered(&lowered.origins);
    let api = resolve(&lowered.api, &config, diagnostics);
    Some(ResolvedDocument { config, api, origins: lowered.origins, dead_actions, faults: Vec::new() })
}

fn lower_options(config: &Config, strict: bool) -> LowerOptions {
    let rule = |rule: &str| if rule == "ignore" { KeywordRule::Ignore } else { KeywordRule::AnyValue };
    LowerOptions {
        formats: config.formats.clone(),
        keywords: config.keywords.iter().map(|(keyword, name)| (keyword.clone(), rule(name))).collect(),
        unknown: if strict { UnknownKeys::Reject } else { UnknownKeys::Warn },
    }
}
