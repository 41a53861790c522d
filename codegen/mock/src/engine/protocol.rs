//! What goes into the engine and comes out of it. The rest of the engine builds on this file; it depends on none of it.

use std::time::SystemTime;

use bytes::Bytes;
use openapi_client_description::JsonValue;

/// The settings of an engine.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The seed of generated values: the same seed generates the same values.
    pub(crate) seed: u64,
    /// The number of items in a list before the first is created.
    pub(crate) items: usize,
    /// Whether requests need a credential.
    pub(crate) credentials: bool,
    /// Whether only the version of the document is accepted.
    pub(crate) strict_version: bool,
    pub(crate) unknown_ids: UnknownIds,
    /// The time at which the clock of the data stands; without one it goes.
    pub(crate) time: Option<SystemTime>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 0,
            items: 3,
            credentials: true,
            strict_version: false,
            unknown_ids: UnknownIds::Generate,
            time: None,
        }
    }
}

/// How a server responds to requests for resources that it never made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownIds {
    /// With a resource that is generated for the id.
    #[default]
    Generate,
    /// With 404, unless an earlier response of the server had the id: as that of a created or listed resource, or as a
    /// reference to another one.
    NotFound,
}

/// The parts of a request that are validated after routing.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The query as received, without the question mark.
    pub(crate) query: Option<String>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
}

/// The operation that a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The index of the operation in the description.
    pub(crate) operation: usize,
    /// The decoded parameters of the path.
    pub(crate) parameters: Vec<(String, String)>,
}

/// Parameters and fields of the body in one JSON object, by their names in the request types.
pub(crate) type Arguments = JsonValue;

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) media_type: Option<String>,
    /// Further headers.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

/// The fields of an error response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorParts {
    pub(crate) kind: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) param: Option<String>,
}

/// A rejected request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) status: u16,
    pub(crate) parts: Box<ErrorParts>,
    pub(crate) operation: Option<usize>,
    /// Everything that is wrong, such as `createThing: body.amount: expected a number, found a string`.
    pub(crate) violations: Vec<String>,
    /// Whether the request violates the description. A request for a deleted resource does not.
    pub(crate) is_violation: bool,
}
