//! Runs the stages in order.

use std::collections::BTreeMap;

use crate::analyze::{Facts, Summary, analyze};
use crate::config::{Config, Renames};
use crate::contract::emit_calls;
use crate::derives::{Derives, assign_derives};
use crate::diagnostic::{Diagnostics, Messages, Severity};
use crate::document::{Source, SourceMap};
use crate::emit::{
    Context, DocTexts, Origin, Placement, agent_files, banner, describe_api, emit, guide_files,
    package_files, tag_features,
};
use crate::flows::{Flows, find_flows};
use crate::ir::Api;
use crate::model::{Faults, ModelInputs, ModelOptions, ResolvedDocument, resolve_document};
use crate::money::{Amounts, find_amounts};
use crate::names::{Names, assign_names, format_decisions, format_index};
use crate::render::{Output, render, render_description};
use crate::stack::run_with_large_stack;
use crate::untyped::UntypedReport;

/// What a crate is generated from.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// The document as published.
    pub document: Source,
    /// Corrections of the document, in the order in which they are applied.
    pub overlays: Vec<Source>,
    /// What OpenAPI cannot express. Without it, unknown keywords are warnings.
    pub config: Option<Source>,
    /// Old names that the crate keeps as deprecated aliases.
    pub renames: Option<Source>,
    /// The texts of the Markdown files that the configuration names as documentation of the crate, by name. Files that are not
    /// given are left out.
    pub pages: BTreeMap<String, String>,
    /// Where the document comes from.
    pub origin: Origin,
    /// How the crate is built.
    pub placement: Placement,
}

impl Inputs {
    /// A document alone.
    #[must_use]
    pub fn new(document: Source) -> Self {
        Self {
            document,
            overlays: Vec::new(),
            config: None,
            renames: None,
            pages: BTreeMap::new(),
            origin: Origin::default(),
            placement: Placement::default(),
        }
    }
}

/// How a crate is generated.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Report actions of the overlays, entries of the configuration and renames that do not fit the document as warnings, not
    /// as errors, and ignore them: to try a new document before they are updated.
    pub allow_dead: bool,
    /// Also generate calls of every operation for a test, which use helper functions from this module: `helpers::calls`.
    pub contract_helpers: Option<String>,
    /// Count the values without a type, for [`Generated::untyped`].
    pub report_untyped: bool,
}

/// The result of a run.
#[derive(Debug)]
pub struct Generated {
    /// The files, sorted by path; none if there was an error.
    pub files: Vec<Output>,
    /// Calls of every operation, if [`Options::contract_helpers`] asks for them.
    pub contract: Option<String>,
    /// The Cargo features that select parts of the API: one for each tag, and one for the events. Sorted.
    pub tag_features: Vec<String>,
    /// What the crate contains.
    pub summary: Summary,
    /// The values without a type, if [`Options::report_untyped`] asks for them.
    pub untyped: Option<UntypedReport>,
    /// All messages.
    pub messages: Messages,
    /// Whether an error stopped the run.
    pub failed: bool,
}

/// Generates a crate.
#[must_use]
pub fn generate(inputs: Inputs, options: &Options) -> Generated {
    let mut diagnostics = Diagnostics::default();
    let mut sources = SourceMap::default();
    let Inputs { document, overlays, config, renames, pages, origin, placement } = inputs;
    let inputs = ModelInputs { document, overlays, config };
    // Stages recurse as deep as the document nests. Two threads, since the allocations of the first half would leave its
    // arena fragmented, and the tokens of the second half would be spread over the gaps.
    let prepared = run_with_large_stack(|| {
        prepare(
            inputs,
            renames.as_ref(),
            (&placement, options.report_untyped),
            &mut diagnostics,
            &mut sources,
        )
    });
    let severity = if options.allow_dead { Severity::Warning } else { Severity::Error };
    diagnostics.settle_misfits(severity);
    let prepared = prepared.filter(|_| !diagnostics.has_errors());
    let helpers = options.contract_helpers.as_deref();
    let files = prepared.as_ref().and_then(|prepared| {
        run_with_large_stack(|| {
            Some(write(prepared, (&origin, &pages), &placement, helpers, &mut diagnostics))
        })
    });
    // The rules of the mock server are resolved against what is written.
    diagnostics.settle_misfits(severity);
    let failed = diagnostics.has_errors() || files.is_none();
    let Written { files, contract, tag_features } = files.filter(|_| !failed).unwrap_or_default();
    let prepared = prepared.filter(|_| !failed);
    let summary = prepared.as_ref().map(|prepared| Summary::count(&prepared.api, &prepared.facts));
    let untyped = prepared.and_then(|prepared| prepared.untyped);
    let messages = Messages::new(diagnostics, sources);
    Generated {
        files,
        contract,
        tag_features,
        summary: summary.unwrap_or_default(),
        untyped,
        messages,
        failed,
    }
}

/// What the emitters read.
struct Prepared {
    config: Config,
    api: Api,
    facts: Facts,
    names: Names,
    derives: Derives,
    amounts: Amounts,
    flows: Flows,
    untyped: Option<UntypedReport>,
}

/// The stages up to the names; nothing, with messages, if there is an error.
fn prepare(
    inputs: ModelInputs,
    renames: Option<&Source>,
    (placement, report_untyped): (&Placement, bool),
    diagnostics: &mut Diagnostics,
    sources: &mut SourceMap,
) -> Option<Prepared> {
    let options = ModelOptions { strict: inputs.config.is_some(), faults: Faults::Reject, report_untyped };
    let resolved = resolve_document(inputs, options, diagnostics, sources)?;
    if diagnostics.has_errors() {
        return None;
    }
    let ResolvedDocument { mut config, mut api, origins, untyped, .. } = resolved;
    config.package.name = config.package.name.or_else(|| placement.package.clone());
    let renames = match renames {
        Some(source) => Renames::parse(&source.name, &source.text, &config.package.version, diagnostics)?,
        None => Renames::default(),
    };
    let flows = find_flows(&api, &config, diagnostics);
    let facts = analyze(&api, diagnostics);
    let mut names = assign_names(&api, &facts, &config, diagnostics);
    names.add_aliases(&api, &facts, (&config, &renames), diagnostics);
    let derives = assign_derives(&api, &names, &config, diagnostics);
    let amounts = find_amounts(&api, &facts, &names, &config, diagnostics);
    // After the names: the configuration renames types by their pointers in the lowered document.
    api.restore_pointers(|pointer| origins.original(pointer).into_owned());
    (!diagnostics.has_errors()).then_some(Prepared {
        config,
        api,
        facts,
        names,
        derives,
        amounts,
        flows,
        untyped,
    })
}

/// What the emitters write.
#[derive(Default)]
struct Written {
    files: Vec<Output>,
    contract: Option<String>,
    tag_features: Vec<String>,
}

/// Writes the files of the crate, and the calls of every operation if `contract_helpers` is given.
fn write(
    prepared: &Prepared,
    (origin, pages): (&Origin, &BTreeMap<String, String>),
    placement: &Placement,
    contract_helpers: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Written {
    let Prepared { config, api, facts, names, derives, amounts, flows, .. } = prepared;
    let context = Context {
        api,
        facts,
        names,
        derives,
        amounts,
        config,
        flows,
        source: origin,
        pages,
        layout: placement.layout,
        docs: DocTexts::default(),
    };
    let banner = banner(api, &placement.command);
    let description = describe_api(&context, diagnostics);
    let modules = emit(&context, description.as_ref().map(|(description, _)| description));
    let mut files = render(modules, &context.docs, &banner, diagnostics);
    let texts = package_files(&context, &banner, placement)
        .into_iter()
        .chain([("names.txt", format_index(api, names)), ("decisions.txt", format_decisions(api, names))])
        .filter(|(path, contents)| *path != "decisions.txt" || !contents.is_empty());
    files.extend(texts.map(|(path, contents)| Output { path: path.to_owned(), contents }));
    let guides = guide_files(&context, &banner).into_iter();
    files.extend(guides.map(|(path, contents)| Output { path, contents }));
    if let Some((description, docs)) = &description {
        let agents = agent_files(&context, &banner, description, docs).into_iter();
        files.extend(agents.map(|(path, contents)| Output { path: path.to_owned(), contents }));
    }
    if let Some(description) = description {
        files.extend(render_description(description, diagnostics));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let calls = contract_helpers
        .map(|helpers| render([emit_calls(&context, helpers)], &context.docs, &banner, diagnostics));
    let contract = calls.and_then(|mut files| files.pop()).map(|file| file.contents);
    Written { files, contract, tag_features: tag_features(&context).into_iter().map(str::to_owned).collect() }
}
