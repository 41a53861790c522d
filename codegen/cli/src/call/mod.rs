//! One call of an operation: what flags, agents and events to trigger have in common.

mod check;
mod curl;
mod encode;
mod errors;
mod operation;
mod pages;
mod preview;
mod send;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use openapi_client_description::{BodyContent, JsonValue};
use openapi_client_runtime::{__private::Core, Bytes};

pub(crate) use self::{
    check::{Problem, WHOLE_BODY},
    pages::{PageReply, Pages},
    preview::Preview,
};
use crate::{
    catalog::Loaded,
    error::CliError,
    program::{App, Connection},
};

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

/// What differs from call to call.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallSettings {
    pub(crate) idempotency_key: Option<String>,
    pub(crate) max_attempts: Option<u32>,
}

/// Makes clients, for requests that are sent and for those that are only shown.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) app: &'static App,
    pub(crate) connection: Connection,
}

impl Connector {
    /// The client. Keep it: a new one has new connections.
    pub(crate) fn core(&self) -> Result<Core, CliError> {
        (self.app.connect)(self.connection.clone()).map_err(CliError::from)
    }
}

/// The response to a call.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    /// Whether it repeats the response to an earlier request with the same idempotency key.
    pub(crate) replayed: bool,
    pub(crate) body: ReplyBody,
    /// The body as it was received.
    pub(crate) bytes: Bytes,
}

/// The body of a response.
#[derive(Debug)]
pub(crate) enum ReplyBody {
    Json(JsonValue),
    Text(String),
    Bytes(Bytes),
    Empty,
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
