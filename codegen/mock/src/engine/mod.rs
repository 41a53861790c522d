//! What an API answers, out of its document's table: routes, checks, samples and memory behind one door. It knows no HTTP
//! connection and no stub.

pub(crate) mod answer;
pub(crate) mod arguments;
pub(crate) mod body;
pub(crate) mod chance;
pub(crate) mod check;
pub(crate) mod document;
pub(crate) mod filters;
pub(crate) mod limits;
pub(crate) mod minting;
pub(crate) mod pages;
pub(crate) mod path;
pub(crate) mod places;
pub(crate) mod resources;
pub(crate) mod sample;
pub(crate) mod store;
pub(crate) mod text;
pub(crate) mod tree;
pub(crate) mod words;

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use crate::engine::answer::{Answering, NoAnswer};
use crate::engine::arguments::{Located, Reader};
use crate::engine::document::{Document, Success};
use crate::engine::places::Place;
use crate::engine::resources::Resources;
use crate::engine::store::Store;
use crate::engine::tree::Json;
#[cfg(feature = "webhooks")]
use crate::{
    engine::chance::letters,
    engine::check::Direction,
    engine::sample::{ID_LENGTH, Sampler},
};
use openapi_client_runtime::{__private::Service, Error, ErrorKind};

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

/// What of a request is checked, its route being known.
#[derive(Clone, Debug)]
pub(crate) struct Request {
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
    pub(crate) parts: Box<ErrorParts>,
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
    /// Too many requests; the reason is the number of seconds to wait.
    RateLimited,
}

/// An API in memory.
#[derive(Debug)]
pub(crate) struct Engine {
    service: &'static Service,
    document: Document,
    resources: Resources,
    options: Options,
    store: Mutex<Store>,
}

impl Engine {
    /// Reads the table that the generator made of the document.
    pub(crate) fn new(
        service: &'static Service,
        document: &'static str,
        options: Options,
    ) -> Result<Self, Error> {
        let document = Document::read(document).map_err(|reason| Error::new(ErrorKind::Config, reason))?;
        let resources = Resources::of(&document);
        Ok(Self { service, document, resources, options, store: Mutex::default() })
    }

    /// The operation of a method and a path.
    pub(crate) fn route(&self, method: &http::Method, path: &str) -> Result<Route, Refusal> {
        let fitting = self.document.operations.iter().enumerate();
        let fitting =
            fitting.filter_map(|(index, operation)| Some((index, operation.template.matches(path)?)));
        let mut fitting: Vec<(usize, Vec<(String, String)>)> = fitting.collect();
        let method_of =
            |index: usize| self.document.operations.get(index).map_or("", |one| one.method.as_str());
        let parameters = |index: usize| {
            self.document.operations.get(index).map_or(0, |operation| operation.template.parameters())
        };
        // Of two templates the one with fewer parameters is meant, whatever its methods are.
        let fewest = fitting.iter().map(|(index, _)| parameters(*index)).min().unwrap_or_default();
        fitting.retain(|(index, _)| parameters(*index) == fewest);
        if fitting.is_empty() {
            let reason = format!("no operation of the document has the path {path}; mind the base path");
            return Err(self.refuse(Fault::UnknownPath, None, path, &reason));
        }
        let methods: Vec<&str> = fitting.iter().map(|(index, _)| method_of(*index)).collect();
        let found = methods.iter().position(|own| *own == method.as_str());
        match found.map(|at| fitting.swap_remove(at)) {
            Some((operation, parameters)) => Ok(Route { operation, parameters }),
            None => {
                let reason = format!("{path} takes {}, not {method}", methods.join(", "));
                Err(self.refuse(Fault::WrongMethod, None, path, &reason))
            }
        }
    }

    pub(crate) fn operation_id(&self, operation: usize) -> &str {
        self.document.operations.get(operation).map_or("", |operation| operation.id.as_str())
    }

    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.document.operations.iter().position(|operation| operation.id == id)
    }

    /// Everything of a request against the document.
    pub(crate) fn check(&self, route: &Route, request: &Request) -> Result<Arguments, Refusal> {
        let Some(operation) = self.document.operations.get(route.operation) else {
            return Ok(Json::Object(Vec::new()));
        };
        let reader = Reader {
            document: &self.document,
            service: self.service,
            operation,
            request,
            path: &route.parameters,
        };
        reader.read(self.options.credentials).map_err(|faults| self.refused(route.operation, &faults))
    }

    /// The refusal of everything that is wrong, in the words for the first of it.
    fn refused(&self, operation: usize, faults: &[Located]) -> Refusal {
        let (status, parts) = match faults.first() {
            Some(first) => words::of(&self.document, first.fault, &first.name, &first.reason),
            None => (400, ErrorParts::default()),
        };
        let id = self.operation_id(operation);
        let faults = faults.iter().map(|fault| format!("{id}: {}: {}", fault.place, fault.reason)).collect();
        Refusal { status, parts: parts.into(), operation: Some(operation), faults, unexpected: true }
    }

    /// The answer, from memory where there is any; changes memory.
    ///
    /// `origin` is scheme, host and port under which the caller reaches the server.
    pub(crate) fn answer(
        &self,
        route: &Route,
        arguments: &Arguments,
        origin: &str,
    ) -> Result<Answer, Refusal> {
        let value = self.with_memory_at(origin, |answering| answering.answer(route, arguments));
        let value = value.map_err(|error| match error {
            NoAnswer::Gone(id) => {
                let gone =
                    self.refuse(Fault::NotFound, Some(route.operation), &id, &format!("`{id}` was deleted"));
                Refusal { unexpected: false, ..gone }
            }
            NoAnswer::Cursor(bad) => {
                let reason = "is no cursor of this list; take it from a page of this server".to_owned();
                let place = format!("query.{}", bad.0);
                let name = bad.0.to_owned();
                let located = Located { fault: Fault::InvalidParameter, place, name, reason };
                self.refused(route.operation, &[located])
            }
        })?;
        let Some(operation) = self.document.operations.get(route.operation) else {
            return Ok(Answer { status: 200, media_type: None, body: Bytes::new() });
        };
        let body = match (&operation.success, value) {
            (Success::Empty, _) => Bytes::new(),
            (Success::Json(_), value) => Bytes::from(value.to_string()),
            (_, value) => Bytes::from(value.as_str().unwrap_or_default().to_owned()),
        };
        let media_type = operation.success.media_type();
        Ok(Answer { status: operation.status, media_type: media_type.map(str::to_owned), body })
    }

    /// Where bytes are awaited, by what follows [`STORAGE`](crate::engine::places::STORAGE) in the path.
    pub(crate) fn place(&self, name: &str) -> Option<Place> {
        self.with_memory(|answering| answering.store.places.find(name).cloned())
    }

    /// Makes the thing ready whose bytes have come there; false if it is not there any more.
    pub(crate) fn fill(&self, name: &str, bytes: usize) -> bool {
        self.with_memory(|answering| answering.fill(name, bytes))
    }

    /// A valid success body of an operation.
    pub(crate) fn example(&self, operation: usize) -> Json {
        let Some(operation) = self.document.operations.get(operation) else { return Json::Null };
        self.with_memory(|answering| answering.sample(operation, None, &operation.id))
    }

    /// Puts what a stub answers into memory, so that a later call finds it.
    pub(crate) fn remember(&self, route: &Route, value: &Json) {
        self.with_memory(|answering| answering.remember(route, value));
    }

    /// A valid payload of an event, by its name; its id begins with this prefix, if there is one.
    #[cfg(feature = "webhooks")]
    pub(crate) fn event(&self, name: &str, id_prefix: &str) -> Option<Json> {
        let mut events = self.document.events.iter();
        let event = events.find(|event| event.event == name || event.name == name)?;
        let mut sampler = Sampler::new(&self.document, Direction::Answer, self.options.seed);
        let id = format!("{id_prefix}{}", letters(self.options.seed, &format!("message {name}"), ID_LENGTH));
        let source = Json::Object(vec![("id".to_owned(), Json::text(id))]);
        let source = Some(&source).filter(|_| !id_prefix.is_empty());
        Some(event.payload.as_ref().map_or(Json::Null, |payload| sampler.value(payload, source, name)))
    }

    /// A refusal in the API's own words. `name` is what is at fault, `reason` what is wrong with it.
    pub(crate) fn refuse(&self, fault: Fault, operation: Option<usize>, name: &str, reason: &str) -> Refusal {
        let (status, parts) = words::of(&self.document, fault, name, reason);
        let id = operation.map(|operation| format!("{}: ", self.operation_id(operation)));
        let faults = vec![format!("{}{reason}", id.unwrap_or_default())];
        Refusal { status, parts: parts.into(), operation, faults, unexpected: true }
    }

    /// What the document shows as the error of a status.
    pub(crate) fn documented(&self, status: u16) -> ErrorParts {
        words::documented(&self.document, status)
    }

    /// The body of an error in the API's own envelope.
    pub(crate) fn envelope(&self, parts: &ErrorParts) -> Bytes {
        words::envelope(&self.service.error, parts)
    }

    /// Forgets everything that was created, changed or deleted.
    pub(crate) fn reset(&self) {
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = Store::default();
    }

    fn with_memory<T>(&self, act: impl FnOnce(&mut Answering<'_>) -> T) -> T {
        self.with_memory_at("", act)
    }

    fn with_memory_at<T>(&self, origin: &str, act: impl FnOnce(&mut Answering<'_>) -> T) -> T {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut Answering {
            document: &self.document,
            resources: &self.resources,
            options: &self.options,
            store: &mut store,
            origin,
        })
    }

    /// Status and media type of an operation's success.
    pub(crate) fn success(&self, operation: usize) -> (u16, Option<String>) {
        let Some(operation) = self.document.operations.get(operation) else { return (200, None) };
        (operation.status, operation.success.media_type().map(str::to_owned))
    }

    /// A page of these items; `more`: it says that another follows.
    pub(crate) fn page(&self, operation: usize, items: Vec<Json>, more: bool) -> Json {
        let Some(operation) = self.document.operations.get(operation) else { return Json::Null };
        let end = if more { Json::text("end") } else { Json::Null };
        let info = [
            ("start_cursor", Json::Null),
            ("end_cursor", end),
            ("has_next_page", Json::Bool(more)),
            ("has_previous_page", Json::Bool(false)),
        ];
        let info = info.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let names = &self.document.pages;
        let source = Json::Object(vec![(names.info.clone(), Json::Object(info))]);
        let mut page =
            self.with_memory(|answering| answering.sample(operation, Some(&source), &operation.id));
        // A stub's items are given as they are, whatever the document says of them.
        page.set(&names.data, Json::List(items));
        page
    }

    /// What the API says of too many requests, where the error does not say it already.
    pub(crate) fn rate_limit(&self, parts: &mut ErrorParts, seconds: u64) {
        let (_, own) = words::of(&self.document, Fault::RateLimited, "", &seconds.to_string());
        parts.kind = parts.kind.take().or(own.kind);
        parts.code = parts.code.take().or(own.code);
        parts.message = parts.message.take().or(own.message);
    }
}

#[cfg(test)]
mod tests;
