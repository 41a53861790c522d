//! An operation with arguments.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use openapi_client_description::{BodyContent, JsonValue};
use openapi_client_runtime::Bytes;

use crate::catalog::Loaded;

/// An operation with arguments.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) loaded: &'static Loaded,
    /// The parameters, and the fields of a body that has fields, by their names in the request.
    pub(crate) arguments: IndexMap<String, JsonValue>,
    /// The whole body. Of a body that has fields, `arguments` replace them.
    pub(crate) body: Option<JsonValue>,
    /// The files by the paths of their values, such as `document` and `parts[0].file`. The values themselves are any text.
    pub(crate) files: BTreeMap<String, FileContent>,
    /// A body that is not JSON and no form, with its media type.
    pub(crate) raw_body: Option<RawBody>,
}

/// A file that is sent.
#[derive(Clone, Debug)]
pub(crate) struct FileContent {
    pub(crate) name: Option<String>,
    pub(crate) content: Bytes,
}

/// A body that is sent as it is.
#[derive(Clone, Debug)]
pub(crate) struct RawBody {
    /// In place of that of the description.
    pub(crate) media_type: Option<String>,
    pub(crate) content: Bytes,
}

impl Call {
    /// A call without arguments.
    pub(crate) fn new(loaded: &'static Loaded) -> Self {
        Self { loaded, arguments: IndexMap::new(), body: None, files: BTreeMap::new(), raw_body: None }
    }

    /// The names that arguments can have, those of the parameters and of the fields of the body, and whether they are required.
    pub(crate) fn argument_fields(&self) -> Vec<(&'static str, bool)> {
        let operation = &self.loaded.operation;
        let body = operation.body.as_ref();
        let variants = match body.map(|body| &body.content) {
            Some(BodyContent::Variants(variants)) => variants.as_slice(),
            _ => &[],
        };
        let needs_body = body.is_some_and(|body| body.required) && variants.len() == 1;
        let fields = variants.iter().flat_map(|variant| &variant.object.fields);
        let fields = fields.filter(|(_, field)| !field.read_only);
        let fields = fields.map(|(name, field)| (name.as_str(), needs_body && field.is_required()));
        let parameters = operation.parameters.iter();
        parameters
            .map(|parameter| (parameter.request_name(), parameter.field.is_required()))
            .chain(fields)
            .collect()
    }

    /// The value of an argument, also if the whole body has it.
    pub(crate) fn argument(&self, name: &str) -> Option<&JsonValue> {
        self.arguments.get(name).or_else(|| self.body.as_ref()?.get(name))
    }
}
