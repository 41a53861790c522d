//! Reads the outer levels of the description and of its texts, and leaves the rest as text.

use std::{borrow::Cow, collections::BTreeMap};

use indexmap::IndexMap;
use openapi_client_description::{Description, Docs, PageFields, Risk, TagDocs};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;

use super::{
    names::kebab_case,
    summary::{Group, OperationSummary},
};
use crate::{
    error::{CliError, Exit},
    program::App,
};

/// The description and the texts with everything below the first levels as text.
pub(super) struct Scan {
    description_text: &'static str,
    docs_text: &'static str,
    pub(super) title: String,
    pub(super) about: Option<String>,
    pub(super) versions: Vec<String>,
    pub(super) pages: PageFields,
    /// By their place in the document.
    pub(super) operations: Vec<&'static RawValue>,
    pub(super) types: BTreeMap<Cow<'static, str>, &'static RawValue>,
    tags: IndexMap<String, TagDocs>,
    /// By `operationId`.
    pub(super) operation_docs: IndexMap<Cow<'static, str>, &'static RawValue>,
    pub(super) type_docs: BTreeMap<Cow<'static, str>, &'static RawValue>,
}

#[derive(Deserialize)]
struct RawDescription {
    #[serde(default)]
    versions: Vec<String>,
    #[serde(default)]
    pages: PageFields,
    #[serde(default, borrow)]
    operations: Vec<&'static RawValue>,
    #[serde(default, borrow)]
    types: BTreeMap<Cow<'static, str>, &'static RawValue>,
}

#[derive(Deserialize)]
struct RawDocs {
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    tags: IndexMap<String, TagDocs>,
    #[serde(default, borrow)]
    operations: IndexMap<Cow<'static, str>, &'static RawValue>,
    #[serde(default, borrow)]
    types: BTreeMap<Cow<'static, str>, &'static RawValue>,
}

/// What a list of operations shows of one.
#[derive(Deserialize)]
struct OperationHead {
    id: String,
    method: String,
    path: String,
    #[serde(default)]
    deprecated: bool,
    #[serde(default)]
    risk: Option<Risk>,
    #[serde(default)]
    paginated: bool,
    #[serde(default)]
    paging: Option<IgnoredAny>,
}

/// What a list of operations shows of the texts of one.
#[derive(Deserialize)]
struct DocsHead {
    #[serde(default)]
    tag: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    summary: Option<String>,
}

impl Scan {
    pub(super) fn read(app: &App) -> Result<Self, CliError> {
        let description: RawDescription = serde_json::from_str(app.description).map_err(unreadable)?;
        let docs: RawDocs = serde_json::from_str(app.docs).map_err(unreadable)?;
        Ok(Self {
            description_text: app.description,
            docs_text: app.docs,
            title: docs.title,
            about: docs.description,
            versions: description.versions,
            pages: description.pages,
            operations: description.operations,
            types: description.types,
            tags: docs.tags,
            operation_docs: docs.operations,
            type_docs: docs.types,
        })
    }

    /// The groups of all tags.
    pub(super) fn groups(&self) -> Vec<Group> {
        let groups = self.tags.values().map(|tag| Group {
            name: kebab_case(&tag.module),
            module: tag.module.clone(),
            description: tag.description.clone(),
        });
        groups.collect()
    }

    pub(super) fn summaries(&self, groups: &[Group]) -> Result<Vec<OperationSummary>, CliError> {
        let operations = self.operations.iter().enumerate();
        let summaries = operations.map(|(index, text)| {
            let head: OperationHead = serde_json::from_str(text.get()).map_err(unreadable)?;
            let docs = self.operation_docs.get(head.id.as_str());
            let docs: Option<DocsHead> =
                docs.map(|text| serde_json::from_str(text.get())).transpose().map_err(unreadable)?;
            let tag = docs.as_ref().and_then(|docs| self.tags.get_index_of(docs.tag.as_str()));
            let group = tag.and_then(|index| groups.get(index)).map(|group| group.name.clone());
            let method = docs.as_ref().map_or(head.id.as_str(), |docs| docs.method.as_str());
            Ok(OperationSummary {
                group: group.unwrap_or_default(),
                command: kebab_case(method.trim_end_matches('_')),
                summary: docs.and_then(|docs| docs.summary),
                id: head.id,
                method: head.method,
                path: head.path,
                risk: head.risk,
                deprecated: head.deprecated,
                paginated: head.paginated || head.paging.is_some(),
                index,
            })
        });
        summaries.collect()
    }

    pub(super) fn read_all(&self) -> Result<(Description, Docs), CliError> {
        let description = Description::from_json(self.description_text);
        let docs = Docs::from_json(self.docs_text);
        let both = description.and_then(|description| Ok((description, docs?)));
        both.map_err(|error| {
            CliError::new(Exit::Api, format!("the description of the API is damaged: {error}"))
        })
    }
}

pub(super) fn unreadable(error: serde_json::Error) -> CliError {
    CliError::new(Exit::Api, format!("the description of the API is damaged: {error}"))
}
