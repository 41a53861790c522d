//! Reads one operation and the types that it reaches.

use std::{collections::BTreeMap, sync::OnceLock};

use openapi_client_description::{Description, Operation, OperationDocs, Type, TypeDefinition};

use super::{
    scan::{Scan, unreadable},
    summary::{Loaded, OperationSummary},
};
use crate::error::{CliError, Exit};

impl Scan {
    pub(super) fn load(&self, summary: &'static OperationSummary) -> Result<&'static Loaded, CliError> {
        let text = self.operations.get(summary.index).map_or("null", |text| text.get());
        let operation: Operation = serde_json::from_str(text).map_err(unreadable)?;
        let docs = self.operation_docs.get(summary.id.as_str());
        let docs: OperationDocs = docs
            .map(|text| serde_json::from_str(text.get()))
            .transpose()
            .map_err(unreadable)?
            .unwrap_or_default();
        let types = self.read_types(operation.types().into_iter())?;
        let mut type_docs = BTreeMap::new();
        for name in types.keys() {
            if let Some(text) = self.type_docs.get(name.as_str()) {
                type_docs.insert(name.clone(), serde_json::from_str(text.get()).map_err(unreadable)?);
            }
        }
        let description = Description {
            versions: self.versions.clone(),
            pages: self.pages.clone(),
            types,
            ..Description::default()
        };
        Ok(Box::leak(Box::new(Loaded {
            summary,
            operation,
            docs,
            description,
            types: type_docs,
            runtime: OnceLock::new(),
        })))
    }

    /// The definitions of the types that these types name, and of those that they name in turn.
    fn read_types<'a>(
        &self,
        types: impl Iterator<Item = &'a Type>,
    ) -> Result<BTreeMap<String, TypeDefinition>, CliError> {
        let mut pending: Vec<String> = types.filter_map(Type::referenced_name).map(str::to_owned).collect();
        let mut definitions = BTreeMap::new();
        while let Some(name) = pending.pop() {
            if definitions.contains_key(&name) {
                continue;
            }
            let Some(text) = self.types.get(name.as_str()) else {
                let text = format!("the description of the API is damaged: the type `{name}` is not defined");
                return Err(CliError::new(Exit::Api, text));
            };
            let definition: TypeDefinition = serde_json::from_str(text.get()).map_err(unreadable)?;
            pending
                .extend(definition.types().into_iter().filter_map(Type::referenced_name).map(str::to_owned));
            definitions.insert(name, definition);
        }
        Ok(definitions)
    }
}
