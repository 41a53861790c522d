//! Which operations an agent can see, and which it can call.

use openapi_client_description::{Risk, guide::describe_risk, matches_pattern};

use crate::{
    catalog::{Catalog, OperationSummary, find_nearest},
    error::CliError,
};

/// What an agent can do, `--allow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Operations that change nothing.
    Read,
    /// Also those that create or change something.
    Write,
    /// All, the dangerous ones in two steps.
    Dangerous,
}

impl Level {
    /// The names of the levels on the command line.
    pub(super) const NAMES: [&'static str; 3] = ["read", "write", "dangerous"];

    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "write" => Self::Write,
            "dangerous" => Self::Dangerous,
            _ => Self::Read,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Dangerous => "dangerous",
        }
    }

    /// The level that an operation needs.
    pub(super) fn of_risk(risk: Option<Risk>) -> Self {
        match risk {
            Some(Risk::Read) => Self::Read,
            Some(Risk::Write) => Self::Write,
            Some(Risk::Delete | Risk::Money | Risk::Credentials) | None => Self::Dangerous,
        }
    }
}

/// What an operation can do, in one sentence.
pub(super) fn describe_effect(risk: Option<Risk>) -> String {
    match risk {
        Some(risk) => format!("It {}.", describe_risk(risk)),
        None => "What it can do is not classified; treat it as dangerous.".to_owned(),
    }
}

/// The operations that an agent sees, and what it can do with them.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) level: Level,
    visible: Vec<&'static OperationSummary>,
}

impl Access {
    /// # Errors
    /// A pattern matches no operation, which is probably a mistake.
    pub(super) fn new(catalog: &Catalog, level: Level, patterns: &[String]) -> Result<Self, CliError> {
        let operations = catalog.operations();
        for pattern in patterns {
            if !operations.iter().any(|operation| is_selected(operation, pattern)) {
                return Err(report_unmatched(operations, pattern));
            }
        }
        let is_visible = |operation: &&OperationSummary| {
            patterns.is_empty() || patterns.iter().any(|pattern| is_selected(operation, pattern))
        };
        Ok(Self { level, visible: operations.iter().filter(is_visible).collect() })
    }

    /// The operations that exist for the agent, in document order.
    pub(super) fn operations(&self) -> &[&'static OperationSummary] {
        &self.visible
    }

    /// The operation with this `operationId`, or with these names of a group and a command, such as `payments.list`.
    pub(super) fn find(&self, name: &str) -> Option<&'static OperationSummary> {
        let by_id = self.visible.iter().find(|operation| operation.id == name);
        let wanted = name.trim().replace([' ', '_'], "-").to_lowercase();
        let is_named = |operation: &&&'static OperationSummary| {
            let names = format!("{}.{}", operation.group, operation.command);
            names == wanted.replacen("--", "-", 1) || names.replace('.', "-") == wanted
        };
        by_id.or_else(|| self.visible.iter().find(is_named)).copied()
    }

    /// The operation, or what to do about its name.
    pub(super) fn require(&self, name: &str) -> Result<&'static OperationSummary, String> {
        if let Some(operation) = self.find(name) {
            return Ok(operation);
        }
        let ids = self.visible.iter().map(|operation| operation.id.as_str());
        let commands: Vec<String> = self.visible.iter().map(|operation| name_command(operation)).collect();
        let nearest = find_nearest(name, ids.chain(commands.iter().map(String::as_str)));
        let shown: String = name.chars().take(80).collect();
        Err(match nearest {
            Some(nearest) => format!("there is no operation `{shown}`; did you mean `{nearest}`?"),
            None => format!("there is no operation `{shown}`; find it with `search_operations`"),
        })
    }

    /// Whether the level suffices for an operation.
    pub(super) fn permits(&self, operation: &OperationSummary) -> bool {
        Level::of_risk(operation.risk) <= self.level
    }
}

/// The name of an operation by group and command.
pub(super) fn name_command(operation: &OperationSummary) -> String {
    format!("{}.{}", operation.group, operation.command)
}

fn is_selected(operation: &OperationSummary, pattern: &str) -> bool {
    let command = name_command(operation);
    matches_pattern(pattern, &operation.id)
        || matches_pattern(pattern, &command)
        || matches_pattern(pattern, &command.replace('-', "_"))
}

fn report_unmatched(operations: &'static [OperationSummary], pattern: &str) -> CliError {
    let commands: Vec<String> = operations.iter().map(name_command).collect();
    let groups = operations.iter().map(|operation| operation.group.as_str());
    let ids = operations.iter().map(|operation| operation.id.as_str());
    let names = ids.chain(commands.iter().map(String::as_str)).chain(groups);
    let error = CliError::usage(format!("`--operations`: no operation matches `{pattern}`"));
    match find_nearest(pattern.trim_end_matches(['*', '.']), names) {
        Some(nearest) if operations.iter().any(|operation| operation.group == nearest) => {
            error.hint(format!("all operations of the group `{nearest}` are `{nearest}.*`"))
        }
        Some(nearest) => error.hint(format!("did you mean `{nearest}`?")),
        None => error.hint("patterns are an operationId or `group.command`, in which `*` is any text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_shop::app;

    fn list_visible(patterns: &[&str]) -> Result<Vec<&'static str>, CliError> {
        let catalog = Catalog::new(app())?;
        let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        let access = Access::new(&catalog, Level::Read, &patterns)?;
        Ok(access.operations().iter().map(|operation| operation.id.as_str()).collect())
    }

    #[test]
    fn patterns_select_by_id_and_by_command() {
        assert_eq!(list_visible(&["orders.*"]).unwrap(), ["listOrders", "payOrder"]);
        assert_eq!(list_visible(&["listOrders", "keys.create"]).unwrap(), ["listOrders", "createKey"]);
        assert_eq!(list_visible(&["*.list"]).unwrap(), ["listEndpoints", "listAttempts", "listOrders"]);
        assert_eq!(list_visible(&[]).unwrap().len(), 8);
    }

    #[test]
    fn a_pattern_without_operations_is_refused() {
        for (pattern, hint) in [
            ("orders", "`orders.*`"),
            ("order.*", "`orders.*`"),
            ("listOrder", "`listOrders`"),
            ("zzzzzzz", "`group.command`"),
        ] {
            let error = list_visible(&["listOrders", pattern]).unwrap_err();
            assert!(error.message.contains(pattern), "{}", error.message);
            assert!(error.hint.as_deref().unwrap().contains(hint), "{:?}", error.hint);
        }
    }

    #[test]
    fn operations_are_found_by_all_their_names() {
        let access =
            Access::new(&Catalog::new(app()).unwrap(), Level::Read, &["orders.*".to_owned()]).unwrap();
        for name in ["payOrder", "orders.pay", "orders pay", "Orders pay"] {
            assert_eq!(access.find(name).map(|found| found.id.as_str()), Some("payOrder"), "{name}");
        }
        // What is outside of the patterns does not exist, also not as a suggestion.
        let error = access.require("createKey").unwrap_err();
        assert!(error.contains("no operation `createKey`") && !error.contains("did you mean"), "{error}");
        assert!(access.require("payOrdr").unwrap_err().contains("`payOrder`"));
    }

    #[test]
    fn an_unclassified_operation_is_dangerous() {
        assert_eq!(Level::of_risk(None), Level::Dangerous);
        assert!(Level::NAMES.iter().all(|name| Level::from_name(name).name() == *name));
        assert!(Level::Read < Level::Write && Level::Write < Level::Dangerous);
    }
}
