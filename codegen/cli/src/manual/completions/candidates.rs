//! Words with which something can be completed, from what the program knows besides the operation at hand.

use std::{ffi::OsStr, sync::Arc};

use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _};

use crate::{
    catalog::Catalog,
    command::built_in::BuiltIn,
    manual::names,
    output::{ColorChoice, Format},
    program::App,
};

/// A word with what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) value: String,
    pub(super) help: Option<String>,
}

impl Candidate {
    pub(super) fn new(value: impl Into<String>, help: Option<&str>) -> Self {
        Self { value: value.into(), help: help.map(str::to_owned) }
    }
}

/// What the candidates of an option depend on. Each list is made when it is needed.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) app: &'static App,
    pub(super) catalog: Catalog,
    pub(super) profiles: Arc<[String]>,
    pub(super) built_ins: Arc<[BuiltIn]>,
    /// The word before the one that is completed.
    pub(super) previous: Option<String>,
}

/// The values of an option of every command, by its name.
pub(super) fn list_global_values(context: &Context, name: &str) -> Vec<Candidate> {
    let plain =
        |values: &mut dyn Iterator<Item = &str>| values.map(|value| Candidate::new(value, None)).collect();
    match name {
        "output" => plain(&mut Format::ALL.into_iter().map(Format::name)),
        "color" => plain(&mut ColorChoice::ALL.into_iter().map(ColorChoice::name)),
        "profile" => plain(&mut context.profiles.iter().map(String::as_str)),
        "environment" => {
            plain(&mut context.app.service.environments.iter().map(|environment| environment.name))
        }
        "api-version" => plain(&mut context.catalog.versions().iter().map(String::as_str)),
        _ => Vec::new(),
    }
}

/// The values of an argument of a command that is no operation.
pub(super) fn list_built_in_values(context: &Context, command: &str, argument: &str) -> Vec<Candidate> {
    let Context { app, catalog, .. } = context;
    match (command, argument) {
        (_, "event" | "events") => {
            let events = names::read_events(app).unwrap_or_default();
            events.into_iter().map(|event| Candidate::new(event.name, event.summary.as_deref())).collect()
        }
        ("profile", "name") => context.profiles.iter().map(|name| Candidate::new(name, None)).collect(),
        ("profile", "values") => {
            let keys = ["environment=", "base_url=", "api_version=", "account="];
            keys.map(|key| Candidate::new(key, None)).to_vec()
        }
        ("login" | "logout", "credential") => {
            app.service.credentials.iter().map(|scheme| Candidate::new(scheme.name, None)).collect()
        }
        ("docs" | "open" | "man", "name") => list_pages(context, command),
        ("api", "method") => {
            ["GET", "POST", "PUT", "PATCH", "DELETE"].map(|method| Candidate::new(method, None)).to_vec()
        }
        ("api", "path") => {
            let method = context.previous.as_deref().unwrap_or_default();
            let operations = catalog.operations().iter();
            let same = operations.filter(|operation| operation.method.eq_ignore_ascii_case(method));
            same.map(|operation| Candidate::new(&operation.path, operation.summary.as_deref())).collect()
        }
        _ => Vec::new(),
    }
}

/// The names of pages: after a group its commands, and otherwise everything that has a page.
fn list_pages(context: &Context, command: &str) -> Vec<Candidate> {
    let Context { app, catalog, previous, .. } = context;
    if let Some(group) = previous.as_deref().and_then(|name| catalog.find_group(name)) {
        let commands = catalog.commands(&group.name);
        return commands
            .map(|operation| Candidate::new(&operation.command, operation.summary.as_deref()))
            .collect();
    }
    let groups = catalog.groups().map(|group| Candidate::new(&group.name, group.description.as_deref()));
    let mut pages: Vec<Candidate> = groups.collect();
    let dotted = catalog.operations().iter().map(|operation| {
        let name = format!("{}.{}", operation.group, operation.command);
        Candidate::new(name, operation.summary.as_deref())
    });
    pages.extend(dotted);
    let operations = catalog.operations().iter();
    pages.extend(operations.map(|operation| Candidate::new(&operation.id, operation.summary.as_deref())));
    if command == "docs" {
        let events = names::read_events(app).unwrap_or_default();
        pages.extend(events.into_iter().map(|event| Candidate::new(event.name, event.summary.as_deref())));
        pages.extend(
            names::read_type_names(app)
                .unwrap_or_default()
                .into_iter()
                .map(|name| Candidate::new(name, None)),
        );
    }
    if command == "man" {
        let own = context.built_ins.iter();
        pages.extend(own.map(|built_in| Candidate::new(built_in.name, None)));
    }
    pages
}

/// The files whose names begin so, after a prefix such as `@`.
pub(super) fn list_files(prefix: &str, current: &str) -> Vec<CompletionCandidate> {
    let Some(path) = current.strip_prefix(prefix) else {
        // Nothing is typed yet: the prefix begins a file.
        return if prefix.starts_with(current) { list_files(prefix, prefix) } else { Vec::new() };
    };
    // The shell replaces `~` only where a word begins.
    if !prefix.is_empty() && path.starts_with('~') {
        return Vec::new();
    }
    let files = PathCompleter::file().current_dir(".").complete(OsStr::new(path));
    files.into_iter().map(|file| file.add_prefix(prefix)).collect()
}

/// A completer of the words that `list` returns.
pub(super) fn complete_with(list: impl Fn() -> Vec<Candidate> + Send + Sync + 'static) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &OsStr| {
        let current = current.to_string_lossy();
        let candidates = list().into_iter().filter(|candidate| candidate.value.starts_with(&*current));
        candidates.map(make_clap_candidate).collect()
    })
}

pub(super) fn make_clap_candidate(candidate: Candidate) -> CompletionCandidate {
    CompletionCandidate::new(candidate.value).help(candidate.help.map(Into::into))
}
