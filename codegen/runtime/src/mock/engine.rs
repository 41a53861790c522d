//! What an API answers, out of its document's table: routes, checks, samples and memory behind one door. It knows no HTTP
//! connection and no stub.

use bytes::Bytes;

use super::tree::Json;
use crate::{error::Error, service::Service};

/// What a mock may be told beside the document.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Where all that is made up starts from: the same seed makes the same values.
    pub(crate) seed: u64,
    /// How many items a list has before anything was created.
    pub(crate) items: usize,
    /// Whether a credential is asked for.
    pub(crate) credentials: bool,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: http::Method,
    /// Below the base path, as it came.
    pub(crate) path: String,
    /// As it came, without the question mark.
    pub(crate) query: Option<String>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
}

/// Which operation a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// The place of the operation in the table.
    pub(crate) operation: usize,
    /// The parameters of the path, decoded.
    pub(crate) parameters: Vec<(String, String)>,
}

/// Parameters and members of the body in one JSON object, by the names that the request structs have in JSON.
pub(crate) type Arguments = Json;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) media_type: Option<String>,
    pub(crate) body: Bytes,
}

/// What an error says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorParts {
    pub(crate) kind: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) param: Option<String>,
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) parts: ErrorParts,
    pub(crate) operation: Option<usize>,
    /// Each as `createThing: body.amount: must be a number, is a string`.
    pub(crate) faults: Vec<String>,
    /// Whether it breaks the document, rather than asking for what is not there any more.
    pub(crate) unexpected: bool,
}

/// A kind of fault, by which the API's own words for it are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    MissingCredential,
    UnknownPath,
    WrongMethod,
    MissingParameter,
    InvalidParameter,
    UnknownParameter,
    InvalidJson,
    WrongMediaType,
    NotFound,
    IdempotencyMismatch,
    IdempotencyKeyTooLong,
    UnsupportedVersion,
}

/// An API in memory.
#[derive(Debug)]
pub(crate) struct Engine {
    service: &'static Service,
    options: Options,
}

impl Engine {
    /// Reads the table that the generator made of the document.
    pub(crate) fn new(
        service: &'static Service,
        _document: &'static str,
        options: Options,
    ) -> Result<Self, Error> {
        Ok(Self { service, options })
    }

    /// The operation of a method and a path.
    pub(crate) fn route(&self, _method: &http::Method, path: &str) -> Result<Route, Refusal> {
        Err(self.refuse(Fault::UnknownPath, None, path, ""))
    }

    pub(crate) fn operation_id(&self, _operation: usize) -> &str {
        ""
    }

    pub(crate) fn find(&self, _id: &str) -> Option<usize> {
        None
    }

    /// Everything of a request against the document.
    pub(crate) fn check(&self, _route: &Route, _request: &Request) -> Result<Arguments, Refusal> {
        Ok(Json::Object(Vec::new()))
    }

    /// The answer, from memory where there is any; changes memory.
    pub(crate) fn answer(&self, _route: &Route, _arguments: &Arguments) -> Result<Answer, Refusal> {
        Ok(Answer { status: 200, media_type: None, body: Bytes::new() })
    }

    /// A valid success body of an operation.
    pub(crate) fn example(&self, _operation: usize) -> Json {
        Json::Null
    }

    /// Puts what a stub answers into memory, so that a later call finds it.
    pub(crate) fn remember(&self, _route: &Route, _value: &Json) {}

    /// A valid payload of an event, by its name.
    pub(crate) fn event(&self, _name: &str) -> Option<Json> {
        None
    }

    /// A refusal in the API's own words. `name` is what is at fault, `reason` what is wrong with it.
    pub(crate) fn refuse(&self, fault: Fault, operation: Option<usize>, name: &str, reason: &str) -> Refusal {
        let parts = ErrorParts { param: Some(name.to_owned()), ..ErrorParts::default() };
        let status = if fault == Fault::UnknownPath { 404 } else { 400 };
        Refusal { status, parts, operation, faults: vec![reason.to_owned()], unexpected: true }
    }

    /// The body of an error in the API's own envelope.
    pub(crate) fn envelope(&self, _parts: &ErrorParts) -> Bytes {
        Bytes::new()
    }

    /// Forgets everything that was created, changed or deleted.
    pub(crate) fn reset(&self) {
        let _ = (self.service, &self.options);
    }

    /// Status and media type of an operation's success.
    pub(crate) fn success(&self, _operation: usize) -> (u16, Option<String>) {
        (200, Some("application/json".to_owned()))
    }

    /// A page of these items; `more`: it says that another follows.
    pub(crate) fn page(&self, operation: usize, items: Vec<Json>, _more: bool) -> Json {
        let mut page = self.example(operation);
        page.set("data", Json::List(items));
        page
    }

    /// What the API says of too many requests, where the error does not say it already.
    pub(crate) fn rate_limit(&self, parts: &mut ErrorParts, seconds: u64) {
        parts.message.get_or_insert(format!("Try again in {seconds} seconds."));
    }
}
