//! Which command the words of a command line are.

use super::{
    built_in::{BuiltIn, OWN_GROUP},
    built_ins::{built_ins, find_built_in},
    globals::{find_global, reserved_names},
};
use crate::{
    catalog::{Catalog, OperationSummary, find_nearest},
    error::CliError,
    llms,
    program::App,
};

/// What is to be done.
pub(super) enum Route {
    ProgramHelp,
    Version,
    /// The help of a group of the API, by its name.
    GroupHelp(String),
    Operation(&'static OperationSummary),
    BuiltIn(BuiltIn),
}

/// The words of a command line.
pub(super) struct Words {
    pub(super) route: Route,
    /// The words of the command itself, with the options of every command that were before it.
    pub(super) rest: Vec<String>,
    /// Whether the first words ask for help, as `help` does.
    pub(super) asks_help: bool,
}

/// Finds the command, with the options of every command before and within its name.
pub(super) fn find_route(app: &App, catalog: &Catalog, words: Vec<String>) -> Result<Words, CliError> {
    let mut words = words;
    if words.first().is_some_and(|word| word == llms::FLAG) {
        words.splice(..1, [OWN_GROUP.to_owned(), llms::NAME.to_owned()]);
    }
    let mut split = Split { app, before: Vec::new(), words: words.into_iter() };
    let mut asks_help = false;
    let mut first = split.next_name()?;
    if first.as_deref() == Some("help") && catalog.find_group("help").is_none() {
        asks_help = true;
        first = split.next_name()?;
    }
    let Some(first) = first else {
        let has_version = split.before.iter().any(|word| is_version(word));
        let route = if has_version { Route::Version } else { Route::ProgramHelp };
        return Ok(Words { route, rest: split.finish(), asks_help: true });
    };
    let route = if let Some(group) = catalog.find_group(&first) {
        match split.next_name()? {
            None => Route::GroupHelp(group.name.clone()),
            Some(command) => {
                let found = catalog.find_command(&group.name, &command);
                let unknown = || unknown_command(app, catalog, &group.name, &command);
                Route::Operation(found.ok_or_else(unknown)?)
            }
        }
    } else if let Some(built_in) = find_built_in(app, &first) {
        Route::BuiltIn(built_in)
    } else if first == OWN_GROUP {
        let name = split.next_name()?.unwrap_or_default();
        Route::BuiltIn(find_built_in(app, &name).ok_or_else(|| {
            let names: Vec<&str> = built_ins(app).iter().map(|built_in| built_in.name).collect();
            CliError::usage(format!("`{OWN_GROUP}` has no command `{name}`; it has: {}", names.join(", ")))
        })?)
    } else if let Some(operation) = catalog.find_operation(&first) {
        Route::Operation(operation)
    } else {
        return Err(unknown_group(app, catalog, &first));
    };
    Ok(Words { route, rest: split.finish(), asks_help })
}

fn unknown_group(app: &App, catalog: &Catalog, name: &str) -> CliError {
    let program = app.settings.name;
    let groups = catalog.groups().map(|group| group.name.as_str());
    let own = built_ins(app);
    let names = groups.chain(own.iter().map(|built_in| built_in.name));
    let error = CliError::usage(format!("there is no command `{name}`"));
    match find_nearest(name, names) {
        Some(nearest) => error.hint(format!("did you mean `{program} {nearest}`?")),
        None => error.hint(format!("`{program} --help` lists the commands")),
    }
}

fn unknown_command(app: &App, catalog: &Catalog, group: &str, name: &str) -> CliError {
    let program = app.settings.name;
    let commands = catalog.commands(group).map(|operation| operation.command.as_str());
    let error = CliError::usage(format!("`{group}` has no command `{name}`"));
    match find_nearest(name, commands) {
        Some(nearest) => error.hint(format!("did you mean `{program} {group} {nearest}`?")),
        None => error.hint(format!("`{program} {group} --help` lists its commands")),
    }
}

/// Takes the names out of a command line.
struct Split<'a> {
    app: &'a App,
    /// The options before the command.
    before: Vec<String>,
    words: std::vec::IntoIter<String>,
}

impl Split<'_> {
    /// The next word that is no option.
    fn next_name(&mut self) -> Result<Option<String>, CliError> {
        while let Some(word) = self.words.next() {
            if !word.starts_with('-') || word == "-" {
                return Ok(Some(word));
            }
            let takes_value = match find_global(self.app, &word) {
                None if is_version(&word) => false,
                None => return Err(self.unknown_option(&word)),
                Some(takes_value) => takes_value,
            };
            self.before.push(word);
            if takes_value {
                self.before.extend(self.words.next());
            }
        }
        Ok(None)
    }

    fn unknown_option(&self, word: &str) -> CliError {
        let name = word.trim_start_matches('-').split('=').next().unwrap_or_default();
        let error = CliError::usage(format!("`{word}` is not an option of every command"));
        match find_nearest(name, reserved_names(self.app).into_iter()) {
            Some(nearest) => error.hint(format!("did you mean `--{nearest}`?")),
            None => error.hint("the options of a command follow its name"),
        }
    }

    fn finish(self) -> Vec<String> {
        self.before.into_iter().filter(|word| !is_version(word)).chain(self.words).collect()
    }
}

fn is_version(word: &str) -> bool {
    matches!(word, "--version" | "-V")
}
