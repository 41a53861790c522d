//! The description of the API and its texts, of which a command reads only what it needs: reading everything takes longer than
//! the whole start of a command may take.

mod load;
mod names;
mod scan;
mod summary;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use openapi_client_description::{Description, Docs};

use self::{names::is_same_name, scan::Scan};
use crate::{error::CliError, program::App};

pub(crate) use self::{
    names::{find_nearest, kebab_case as to_kebab_case},
    summary::{Group, Loaded, OperationSummary, RuntimeOperation},
};

/// The operations of an API. Everything in it lives as long as the process.
#[derive(Clone)]
pub(crate) struct Catalog {
    contents: Arc<Contents>,
}

struct Contents {
    scan: Scan,
    groups: Vec<Group>,
    operations: &'static [OperationSummary],
    everything: OnceLock<&'static (Description, Docs)>,
}

impl Catalog {
    /// Reads the names of the operations.
    pub(crate) fn new(app: &App) -> Result<Self, CliError> {
        let scan = Scan::read(app)?;
        let groups = scan.groups();
        let operations = scan.summaries(&groups)?;
        let is_used = |group: &Group| operations.iter().any(|operation| operation.group == group.name);
        let groups = groups.into_iter().filter(is_used).collect();
        let operations = Box::leak(operations.into_boxed_slice());
        Ok(Self { contents: Arc::new(Contents { scan, groups, operations, everything: OnceLock::new() }) })
    }

    /// The title of the API.
    pub(crate) fn title(&self) -> &str {
        &self.contents.scan.title
    }

    /// The description of the API.
    pub(crate) fn description(&self) -> Option<&str> {
        self.contents.scan.about.as_deref()
    }

    /// The versions that a request can ask for.
    pub(crate) fn versions(&self) -> &[String] {
        &self.contents.scan.versions
    }

    /// The groups in document order, without those that have no operation.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &Group> {
        self.contents.groups.iter()
    }

    /// The operations in document order.
    pub(crate) fn operations(&self) -> &'static [OperationSummary] {
        self.contents.operations
    }

    /// The group with this name, or with this name of a module.
    pub(crate) fn find_group(&self, name: &str) -> Option<&Group> {
        self.groups().find(|group| is_same_name(&group.name, name) || group.module == name)
    }

    /// The operations of a group.
    pub(crate) fn commands(&self, group: &str) -> impl Iterator<Item = &'static OperationSummary> {
        let name = self.find_group(group).map_or(group, |group| group.name.as_str()).to_owned();
        self.operations().iter().filter(move |operation| operation.group == name)
    }

    /// The operation with these names, on the command line or in the generated crate.
    pub(crate) fn find_command(&self, group: &str, command: &str) -> Option<&'static OperationSummary> {
        self.commands(group).find(|operation| is_same_name(&operation.command, command))
    }

    /// The operation with this `operationId`.
    pub(crate) fn find_operation(&self, id: &str) -> Option<&'static OperationSummary> {
        self.operations().iter().find(|operation| operation.id == id)
    }

    /// Reads an operation and the types that it reaches.
    pub(crate) fn load(&self, summary: &'static OperationSummary) -> Result<&'static Loaded, CliError> {
        self.contents.scan.load(summary)
    }

    /// Reads everything.
    pub(crate) fn load_all(&self) -> Result<&'static (Description, Docs), CliError> {
        if let Some(everything) = self.contents.everything.get() {
            return Ok(everything);
        }
        let read = self.contents.scan.read_all()?;
        Ok(self.contents.everything.get_or_init(|| Box::leak(Box::new(read))))
    }
}
