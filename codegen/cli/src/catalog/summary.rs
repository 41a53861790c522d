//! What is known of groups and operations.

use std::{collections::BTreeMap, sync::OnceLock};

use openapi_client_description::{Description, Operation, OperationDocs, Risk, TypeDocs};

/// The operations of a tag.
#[derive(Debug)]
pub(crate) struct Group {
    /// The name on the command line, such as `account-links`.
    pub(crate) name: String,
    /// The module of the generated crate, such as `account_links`.
    pub(crate) module: String,
    pub(crate) description: Option<String>,
}

/// What lists of operations show.
#[derive(Debug)]
pub(crate) struct OperationSummary {
    /// The `operationId`.
    pub(crate) id: String,
    /// The name of the group.
    pub(crate) group: String,
    /// The name on the command line within the group.
    pub(crate) command: String,
    /// The HTTP method.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: Option<String>,
    pub(crate) risk: Option<Risk>,
    pub(crate) deprecated: bool,
    /// Whether it is a list with pages.
    pub(crate) paginated: bool,
    /// Its place in the document.
    pub(super) index: usize,
}

/// An operation with all that belongs to it.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) summary: &'static OperationSummary,
    pub(crate) operation: Operation,
    pub(crate) docs: OperationDocs,
    /// The types that the operation reaches, and no operations.
    pub(crate) description: Description,
    /// The texts of these types by their names.
    pub(crate) types: BTreeMap<String, TypeDocs>,
    /// The operation as the runtime knows it, once a request of it was made.
    pub(crate) runtime: OnceLock<&'static RuntimeOperation>,
}

/// An operation as the runtime knows it.
#[derive(Debug)]
pub(crate) struct RuntimeOperation {
    pub(crate) operation: openapi_client_runtime::__private::Operation,
    /// Where the items of a page are in its body.
    pub(crate) list: &'static [&'static str],
}
