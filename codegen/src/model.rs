//! A document to its model, and the way from the model's pointers back to lines of the text. For the tools that judge a
//! document without writing a crate.
//!
//! What the crate needs and a judgement does not is not asked for: keywords that nobody decided about, and actions of the
//! overlay that have died, are told and stop nothing.

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Locate, Position, SourceId, render};
use crate::document::{Origins, Source, SourceMap, load};
use crate::ir::Api;
use crate::lower::{KeywordRule, LowerOptions, UnknownKeys, deep, lower};
use crate::overlay;
use crate::resolve::resolve;

/// What a model is read from.
#[derive(Debug, Clone)]
pub struct ModelInputs {
    /// The document as published.
    pub document: Source,
    /// Our corrections.
    pub overlay: Option<Source>,
    /// What is no OpenAPI fact.
    pub config: Option<Source>,
}

/// The model of a document, with the texts that it came from.
#[derive(Debug)]
pub struct Model {
    /// The model.
    pub api: Api,
    /// What the overlay's actions had to say: those that match or change nothing any more.
    pub dead: Vec<String>,
    sources: SourceMap,
}

impl Model {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// All messages as text, if there is no model.
    pub fn read(inputs: ModelInputs) -> Result<Self, String> {
        let mut diagnostics = Diagnostics::default();
        let mut sources = SourceMap::default();
        let read = deep(|| read(inputs, &mut diagnostics, &mut sources));
        match read {
            Some((api, dead)) if !diagnostics.has_errors() => Ok(Self { api, dead, sources }),
            _ => Err(render(&diagnostics, &sources)),
        }
    }

    /// Where the node stands in the text it came from, or its nearest ancestor that stands in one.
    #[must_use]
    pub fn locate(&self, pointer: &str) -> Option<Position> {
        self.sources.locate(SourceId::Lowered, pointer)
    }
}

fn read(
    inputs: ModelInputs,
    diagnostics: &mut Diagnostics,
    sources: &mut SourceMap,
) -> Option<(Api, Vec<String>)> {
    let mut dead = Vec::new();
    let judge = |one: &Diagnostic| {
        let died = one.code == Code::DEAD_ACTION;
        if died {
            dead.push(one.message.clone());
        }
        (!died).then(|| one.clone())
    };
    let Front { api, .. } = front(inputs, false, judge, diagnostics, sources)?;
    Some((api, dead))
}

/// What comes of the stages from the text to the model.
pub(crate) struct Front {
    pub(crate) config: Config,
    pub(crate) api: Api,
    pub(crate) origins: Origins,
}

/// The stages from the text to the model. `strict` refuses keywords that nobody has decided about; `judge` says what becomes
/// of a message about an action of the overlay.
pub(crate) fn front(
    inputs: ModelInputs,
    strict: bool,
    judge: impl FnMut(&Diagnostic) -> Option<Diagnostic>,
    diagnostics: &mut Diagnostics,
    sources: &mut SourceMap,
) -> Option<Front> {
    let config = match &inputs.config {
        Some(source) => Config::parse(&source.name, &source.text, diagnostics),
        None => Some(Config::default()),
    };
    let document = load(inputs.document, diagnostics);
    if let Some(document) = &document {
        sources.set_document(document);
    }
    let overlay = inputs.overlay.map(|source| load(source, diagnostics));
    let (config, mut document) = (config?, document?);
    if let Some(overlay) = overlay {
        let overlay = overlay?;
        sources.set_overlay(&overlay);
        let mut said = Diagnostics::default();
        overlay::apply(&mut document, &overlay, &mut said);
        said.iter().filter_map(judge).for_each(|one| diagnostics.push(one));
        sources.set_document(&document);
    }
    let lowered = lower(document, &lower_options(&config, strict), diagnostics)?;
    sources.set_lowered(&lowered.origins);
    let api = resolve(&lowered.api, &config, diagnostics);
    Some(Front { config, api, origins: lowered.origins })
}

/// How a document is lowered under a configuration. `strict` refuses keywords that nobody has decided about.
fn lower_options(config: &Config, strict: bool) -> LowerOptions {
    let rule = |rule: &String| if rule == "ignore" { KeywordRule::Ignore } else { KeywordRule::Value };
    LowerOptions {
        formats: config.formats.clone(),
        keywords: config.keywords.iter().map(|(name, own)| (name.clone(), rule(own))).collect(),
        unknown: if strict { UnknownKeys::Refuse } else { UnknownKeys::Warn },
    }
}
