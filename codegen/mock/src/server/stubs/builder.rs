//! The stub as a test defines it.

use std::{
    any::Any,
    fmt,
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::{
    codec::{Codec, Content},
    engine::Engine,
    error_response::ErrorResponse,
    server::records::recorded_request::RecordedRequest,
    server::stubs::definition::{StubDefinition, StubState},
    server::stubs::response::{Responder, StubCall, StubResponse},
    server::verification::fail_test,
};
use openapi_client_description::JsonValue;
use openapi_client_runtime::{
    Page, PageInfo,
    json::{self, Decode, Encode},
};

/// Defines how the server responds to calls of one operation, in place of the default response.
///
/// - [`matching`](Self::matching) and [`matching_raw`](Self::matching_raw) limit the stub to some of the calls.
/// - The methods that begin with `then_` add a response. The first call receives the first response, the second
///   call the second one, and so on; the last response is repeated.
/// - [`times`](Self::times), [`up_to_n_times`](Self::up_to_n_times), [`with_header`](Self::with_header),
///   [`delay`](Self::delay), [`truncate_body`](Self::truncate_body), [`drop_response`](Self::drop_response) and
///   [`store_response`](Self::store_response) change the response added last.
///
/// If several stubs are for a call, the one created last responds. A stub whose responses are used up leaves the
/// call to the stubs created before it, and finally to the default response. A stub without a response only counts
/// calls: [`never`](Self::never), [`at_least`](Self::at_least).
///
/// A call that repeats an idempotency key receives the stored response, whatever the stubs define. Stubs only
/// affect how that response is delivered ([`delay`](Self::delay), [`truncate_body`](Self::truncate_body),
/// [`drop_response`](Self::drop_response), [`then_close_connection`](Self::then_close_connection)), or say that the key is
/// in use ([`then_reject_key_in_use`](Self::then_reject_key_in_use)).
///
/// A stub takes effect as soon as it has a response or an expectation, and stays when this value is dropped.
pub struct Stub<Q, R> {
    definition: Arc<StubDefinition>,
    engine: Arc<Engine>,
    codec: Codec<R>,
    request: PhantomData<fn(Q)>,
}

impl<Q: Decode + 'static, R: 'static> Stub<Q, R> {
    pub(crate) fn new(definition: Arc<StubDefinition>, engine: Arc<Engine>, codec: Codec<R>) -> Self {
        Self { definition, engine, codec, request: PhantomData }
    }

    fn edit_state(self, edit: impl FnOnce(&mut StubState)) -> Self {
        edit(&mut self.definition.state());
        self
    }

    fn add_response(self, responder: Responder) -> Self {
        self.edit_state(|state| {
            state.responses.push(StubResponse::new(responder));
            state.is_active = true;
        })
    }

    /// Changes the response added last, or the default response if there is none yet.
    fn edit_last_response(self, edit: impl FnOnce(&mut StubResponse)) -> Self {
        self.edit_state(|state| {
            edit(state.last_response());
            state.is_active = true;
        })
    }

    /// Limits the stub to calls for which the closure returns `true`. With several closures, all must return
    /// `true`.
    ///
    /// A panic in the closure makes the server respond with 500, and [`Server::verify`](crate::Server::verify)
    /// reports it.
    pub fn matching(self, matches: impl Fn(&Q) -> bool + Send + Sync + 'static) -> Self {
        self.edit_state(|state| {
            state.matchers.push(Arc::new(move |call| match decode_arguments::<Q>(call)? {
                Some(request) => catch_panic(|| matches(&request)),
                None => Ok(false),
            }));
        })
    }

    /// Like [`matching`](Self::matching), with the HTTP request, for example to look at its headers.
    pub fn matching_raw(self, matches: impl Fn(&RecordedRequest) -> bool + Send + Sync + 'static) -> Self {
        self.edit_state(|state| {
            state.matchers.push(Arc::new(move |call| catch_panic(|| matches(call.request))));
        })
    }

    /// Responds with this value. The server remembers it, so that a later call retrieves it.
    ///
    /// # Panics
    /// If the value cannot be encoded, for example because JSON cannot represent a number in it.
    #[track_caller]
    pub fn then_return(self, value: R) -> Self {
        match (self.codec.encode)(&value) {
            Ok(content) => self.add_response(Responder::Content(content)),
            Err(error) => {
                let target = self.definition.target();
                fail_test(format_args!("cannot encode the stubbed response of {target}: {error}"))
            }
        }
    }

    /// Responds with a value that the closure computes from the call.
    pub fn then_return_with(self, compute: impl Fn(&Q) -> R + Send + Sync + 'static) -> Self {
        let encode = self.codec.encode;
        self.add_response(Responder::Computed(Arc::new(move |call| match decode_arguments::<Q>(call)? {
            Some(request) => encode(&catch_panic(|| compute(&request))?),
            None => {
                Err("`then_return_with` needs a valid request, but the request is invalid and validation is \
                         disabled"
                    .to_owned())
            }
        })))
    }

    /// Responds with this JSON, which does not have to be valid for the operation: a newer version of the API, for
    /// example.
    pub fn then_return_json(self, value: impl Into<serde_json::Value>) -> Self {
        self.add_response(Responder::Content(Content::Json(value.into().to_string())))
    }

    /// Responds with this status, these headers and these bytes, which do not have to be valid for the operation.
    ///
    /// # Panics
    /// If the status (100 to 999) or a header is invalid.
    #[track_caller]
    pub fn then_return_raw<'a>(
        self,
        status: u16,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: impl Into<Bytes>,
    ) -> Self {
        let Ok(status) = StatusCode::from_u16(status) else {
            fail_test(format_args!("invalid HTTP status {status}: expected 100 to 999"))
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            append_header(&mut map, name, value);
        }
        self.add_response(Responder::Raw { status, headers: map, body: body.into() })
    }

    /// Adds a header to the response added last, or to the default response if there is none yet; for example
    /// `Deprecation`. It replaces a header of that name which the response has, except one that this method added.
    ///
    /// # Panics
    /// If the name or the value is invalid.
    #[track_caller]
    pub fn with_header(self, name: &str, value: &str) -> Self {
        let mut header = HeaderMap::new();
        append_header(&mut header, name, value);
        self.edit_last_response(|response| {
            for (name, value) in &header {
                response.headers.append(name.clone(), value.clone());
            }
        })
    }

    /// Responds with an error of the API. The call has no effect on what the server remembers.
    pub fn then_return_error(self, error: ErrorResponse) -> Self {
        self.add_response(Responder::Error(error))
    }

    /// Responds with an error of the API with this status.
    pub fn then_return_status(self, status: u16) -> Self {
        self.then_return_error(ErrorResponse::new(status))
    }

    /// Responds with status 429 (too many requests) and asks the client to retry after this time.
    pub fn then_rate_limit(self, retry_after: Duration) -> Self {
        self.then_return_error(ErrorResponse::rate_limited(retry_after))
    }

    /// Responds with this error, usually with status 409, as if another call with the same idempotency key were in
    /// progress: also to a call that repeats a key, which otherwise receives the stored response. The call has no effect,
    /// and the error is not stored.
    ///
    /// ```
    /// # use openapi_client_mock::{ErrorResponse, Stub}; use openapi_client_runtime::json::Decode;
    /// # fn example<Q: Decode + 'static, R: 'static>(stub: Stub<Q, R>) {
    /// let in_use = ErrorResponse::conflict().code("idempotency_key_in_use");
    /// // The first response is lost; then the call is in progress for two attempts, and then it is over.
    /// stub.drop_response().then_reject_key_in_use(in_use).times(2).then_respond_by_default();
    /// # }
    /// ```
    pub fn then_reject_key_in_use(self, error: ErrorResponse) -> Self {
        self.add_response(Responder::KeyInUse(error))
    }

    /// Responds as the server does without a stub, for sequences such as
    /// `.then_return_status(503).times(2).then_respond_by_default()`.
    pub fn then_respond_by_default(self) -> Self {
        self.add_response(Responder::Default)
    }

    /// Closes the connection before the request is read. The call has no effect.
    ///
    /// If the stub has a matcher, the request is read first; the call still has no effect.
    pub fn then_close_connection(self) -> Self {
        self.add_response(Responder::CloseConnection)
    }

    /// Processes the call and closes the connection in place of sending the response added last: the call has an
    /// effect, and the caller cannot know. Without a response, this applies to the default response.
    pub fn drop_response(self) -> Self {
        self.edit_last_response(|response| response.drops_response = true)
    }

    /// Stores the response added last under the idempotency key of its call, even if its status is retryable: calls that
    /// repeat the key receive it again, marked as replayed. Without this, the server stores neither a 5xx nor a status that
    /// the client retries, such as 429.
    ///
    /// It has no effect on a response that closes the connection, on
    /// [`then_reject_key_in_use`](Self::then_reject_key_in_use), and on calls without a key.
    pub fn store_response(self) -> Self {
        self.edit_last_response(|response| response.is_stored = true)
    }

    /// Sends only this many bytes of the body of the response added last, then closes the connection.
    pub fn truncate_body(self, bytes: usize) -> Self {
        self.edit_last_response(|response| response.max_body_bytes = Some(bytes))
    }

    /// Delays the response added last. The call takes effect before the delay.
    ///
    /// Calls of clients that this server created wait on tokio's clock of the test, which may be paused; other
    /// calls wait in real time.
    pub fn delay(self, delay: Duration) -> Self {
        self.edit_last_response(|response| response.delay = delay)
    }

    /// Uses the response added last for exactly this many calls. Later calls receive the next response, and
    /// [`Server::verify`](crate::Server::verify) reports fewer calls.
    ///
    /// Without a response, this expects exactly this many calls: [`Server::verify`](crate::Server::verify) also
    /// reports more calls.
    pub fn times(self, times: u32) -> Self {
        self.edit_state(|state| {
            match state.responses.last_mut() {
                Some(response) => (response.max_uses, response.requires_all_uses) = (Some(times), true),
                None => (state.min_calls, state.max_calls) = (times, Some(times)),
            }
            state.is_active = true;
        })
    }

    /// Uses the response added last for at most this many calls. Fewer calls are not reported.
    pub fn up_to_n_times(self, times: u32) -> Self {
        self.edit_last_response(|response| response.max_uses = Some(times))
    }

    /// Expects at least this many calls; [`Server::verify`](crate::Server::verify) reports fewer.
    pub fn at_least(self, times: u32) -> Self {
        self.edit_state(|state| {
            state.min_calls = times;
            state.is_active = true;
        })
    }

    /// Expects no call; [`Server::verify`](crate::Server::verify) reports every call.
    pub fn never(self) -> Self {
        self.edit_state(|state| {
            state.max_calls = Some(0);
            state.is_active = true;
        })
    }

    /// Returns the number of calls that the stub was for.
    #[must_use]
    pub fn call_count(&self) -> u32 {
        self.definition.state().call_count
    }
}

impl<Q: Decode + 'static, T, I> Stub<Q, Page<T, I>>
where
    T: Encode + Decode + Send + 'static,
    I: PageInfo + Encode,
{
    /// Responds with a page of these items, which is the last one of its list.
    ///
    /// # Panics
    /// If an item cannot be encoded, for example because JSON cannot represent a number in it.
    #[track_caller]
    pub fn then_return_items(self, items: impl IntoIterator<Item = T>) -> Self {
        self.add_page(items, false)
    }

    /// Responds with a page of these items that announces a next page. The call for the next page receives the next
    /// response of the stub.
    ///
    /// # Panics
    /// As [`then_return_items`](Self::then_return_items).
    #[track_caller]
    pub fn then_return_items_with_next_page(self, items: impl IntoIterator<Item = T>) -> Self {
        self.add_page(items, true)
    }

    #[track_caller]
    fn add_page(self, items: impl IntoIterator<Item = T>, has_next_page: bool) -> Self {
        let target = self.definition.target();
        let mut encoded = Vec::new();
        for item in items {
            let bytes = json::to_vec(&item).map_err(|error| error.to_string());
            let value = bytes.and_then(|bytes| {
                JsonValue::parse(&String::from_utf8_lossy(&bytes)).map_err(|error| format!("{error:?}"))
            });
            match value {
                Ok(value) => encoded.push(value),
                Err(error) => {
                    fail_test(format_args!("cannot encode an item of the stubbed page of {target}: {error}"))
                }
            }
        }
        let Some(operation) = self.definition.operation else {
            fail_test("a stub for all operations cannot return a page; use `Server::when` with one operation")
        };
        let page = self.engine.sample_page(operation, encoded, has_next_page);
        self.add_response(Responder::Content(Content::Json(page.to_string())))
    }
}

#[track_caller]
fn append_header(headers: &mut HeaderMap, name: &str, value: &str) {
    match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
        (Ok(name), Ok(value)) => headers.append(name, value),
        (Err(_), _) => fail_test(format_args!("invalid HTTP header name `{}`", name.escape_debug())),
        (_, Err(_)) => fail_test(format_args!("invalid value of the HTTP header `{name}`")),
    };
}

/// Decodes the arguments of a call; `None` if the request is invalid and validation is disabled.
fn decode_arguments<Q: Decode>(call: &StubCall<'_>) -> Result<Option<Q>, String> {
    let Some(text) = call.arguments else { return Ok(None) };
    json::from_str(text).map(Some).map_err(|error| {
        format!("cannot decode the arguments of a valid request, which is a bug in the mock server: {error}")
    })
}

/// Runs a closure of the test and returns the message if it panics.
fn catch_panic<T>(closure: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(closure))
        .map_err(|panic| format!("a closure of the stub panicked: {}", panic_message(&*panic)))
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("(no message)")
}

impl<Q, R> fmt::Debug for Stub<Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stub").field("operation", &self.definition.target()).finish_non_exhaustive()
    }
}
