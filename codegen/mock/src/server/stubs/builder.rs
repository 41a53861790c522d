//! A stub as a test writes it: for which calls it is, and what it answers, one after the other.

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
    engine::tree::Json,
    failure::ErrorResponse,
    server::records::recorded_request::RecordedRequest,
    server::stubs::registry::{Plan, State},
    server::stubs::response::{Action, Call, Step},
    server::verification::fail,
};
use openapi_client_runtime::{
    Page, PageInfo,
    json::{self, Decode, Encode},
};

/// What a server does with calls of one operation, in the place of its own answer.
///
/// - [`matching`](Self::matching) and [`matching_raw`](Self::matching_raw) narrow it to some of the calls.
/// - [`then_return`](Self::then_return), [`then_return_error`](Self::then_return_error), [`then_return_status`](Self::then_return_status),
///   [`then_respond_by_default`](Self::then_respond_by_default) and their like each add an answer: the first call gets the first, the last is repeated.
/// - [`times`](Self::times), [`up_to_n_times`](Self::up_to_n_times), [`delay`](Self::delay), [`truncate_body`](Self::truncate_body) and
///   [`drop_response`](Self::drop_response) speak of the answer added last.
///
/// Of several stubs for a call the one made last answers; one whose answers are used up leaves it to those before, and
/// these to the server's own answer. A stub without an answer only counts: [`never`](Self::never),
/// [`at_least`](Self::at_least).
///
/// A call that comes again with its key of idempotency is answered as before, whatever the stubs say; they only disturb
/// the sending ([`delay`](Self::delay), [`truncate_body`](Self::truncate_body), [`drop_response`](Self::drop_response),
/// [`then_close_connection`](Self::then_close_connection)).
///
/// A stub works as soon as it has an answer or a number, whatever becomes of this value.
pub struct Stub<Q, R> {
    plan: Arc<Plan>,
    engine: Arc<Engine>,
    codec: Codec<R>,
    request: PhantomData<fn(Q)>,
}

impl<Q: Decode + 'static, R: 'static> Stub<Q, R> {
    pub(crate) fn new(plan: Arc<Plan>, engine: Arc<Engine>, codec: Codec<R>) -> Self {
        Self { plan, engine, codec, request: PhantomData }
    }

    fn edit(self, edit: impl FnOnce(&mut State)) -> Self {
        edit(&mut self.plan.state());
        self
    }

    /// Adds an answer.
    fn add(self, action: Action) -> Self {
        self.edit(|state| {
            state.steps.push(Step::new(action));
            state.active = true;
        })
    }

    /// Changes the answer added last; the API's own if there is none yet.
    fn latest(self, change: impl FnOnce(&mut Step)) -> Self {
        self.edit(|state| {
            change(state.latest());
            state.active = true;
        })
    }

    /// Only for calls for which this is true. Several must all be true. A panic in it answers 500 and is a fault of the
    /// test, which [`Server::verify`](crate::Server::verify) reports.
    pub fn matching(self, matches: impl Fn(&Q) -> bool + Send + Sync + 'static) -> Self {
        self.edit(|state| {
            state.matchers.push(Arc::new(move |call| match asked::<Q>(call)? {
                Some(request) => caught(|| matches(&request)),
                None => Ok(false),
            }));
        })
    }

    /// As [`matching`](Self::matching), with the request as it came: its headers, say.
    pub fn matching_raw(self, matches: impl Fn(&RecordedRequest) -> bool + Send + Sync + 'static) -> Self {
        self.edit(|state| state.matchers.push(Arc::new(move |call| caught(|| matches(call.raw)))))
    }

    /// Answers with this value, which the server then knows: a call that retrieves it finds it.
    ///
    /// # Panics
    /// If the value cannot be written, such as one with a number that JSON lacks.
    #[track_caller]
    pub fn then_return(self, value: R) -> Self {
        match (self.codec.encode)(&value) {
            Ok(content) => self.add(Action::Content(content)),
            Err(error) => fail(format_args!("the value of this reply cannot be written: {error}")),
        }
    }

    /// Answers with a value made from the call.
    pub fn then_return_with(self, make: impl Fn(&Q) -> R + Send + Sync + 'static) -> Self {
        let encode = self.codec.encode;
        self.add(Action::Made(Arc::new(move |call| match asked::<Q>(call)? {
            Some(request) => encode(&caught(|| make(&request))?),
            None => Err("the request is wrong, and there is nothing typed to make an answer from".to_owned()),
        })))
    }

    /// Answers with this JSON whatever the document says: what a server of tomorrow may answer.
    pub fn then_return_json(self, value: impl Into<serde_json::Value>) -> Self {
        self.add(Action::Content(Content::Json(value.into().to_string())))
    }

    /// Answers with these bytes whatever the document says. A status or header that HTTP does not allow is a panic.
    ///
    /// # Panics
    /// If the status is not one of HTTP (100 to 999), or a header is none.
    #[track_caller]
    pub fn then_return_raw<'a>(
        self,
        status: u16,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: impl Into<Bytes>,
    ) -> Self {
        let Ok(status) = StatusCode::from_u16(status) else { fail(format_args!("{status} is no status")) };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
                (Ok(name), Ok(value)) => map.append(name, value),
                _ => fail(format_args!("the header `{}` is none that HTTP allows", name.escape_debug())),
            };
        }
        self.add(Action::Raw { status, headers: map, body: body.into() })
    }

    /// Answers with an error of the API. The server then has not done what was asked.
    pub fn then_return_error(self, failure: ErrorResponse) -> Self {
        self.add(Action::Failure(failure))
    }

    /// Answers with an error of this status.
    pub fn then_return_status(self, status: u16) -> Self {
        self.then_return_error(ErrorResponse::new(status))
    }

    /// Answers that there are too many requests (429), and how long to wait.
    pub fn then_rate_limit(self, wait: Duration) -> Self {
        self.then_return_error(ErrorResponse::rate_limited(wait))
    }

    /// Answers as the server does without a stub: for sequences such as `.then_return_status(503).times(2).then_respond_by_default()`.
    pub fn then_respond_by_default(self) -> Self {
        self.add(Action::Own)
    }

    /// Ends the connection in the place of an answer, before the request is read: the server has done nothing. A stub
    /// with a matcher has to read the request, and then still does nothing.
    pub fn then_close_connection(self) -> Self {
        self.add(Action::DropUnread)
    }

    /// Does what the answer added last says and then ends the connection in its place: the server *has* acted, the
    /// caller cannot know. Without an answer yet, this is the API's own.
    pub fn drop_response(self) -> Self {
        self.latest(|step| step.lost = true)
    }

    /// Sends only this many bytes of the body of the answer added last, then ends the connection.
    pub fn truncate_body(self, bytes: usize) -> Self {
        self.latest(|step| step.cut = Some(bytes))
    }

    /// Sends the answer added last this much later. The server has acted before that.
    ///
    /// PendingCalls of the server's own clients wait on their test's clock, which may be paused; others in real time.
    pub fn delay(self, delay: Duration) -> Self {
        self.latest(|step| step.delay = delay)
    }

    /// Gives the answer added last exactly this often: later calls get what follows, and too few calls are a fault that
    /// [`Server::verify`](crate::Server::verify) reports. Without an answer, the calls are counted: more are a fault too.
    pub fn times(self, times: u32) -> Self {
        self.edit(|state| {
            match state.steps.last_mut() {
                Some(step) => (step.limit, step.owed) = (Some(times), true),
                None => (state.at_least, state.at_most) = (times, Some(times)),
            }
            state.active = true;
        })
    }

    /// Gives the answer added last at most this often. Fewer calls are no fault.
    pub fn up_to_n_times(self, times: u32) -> Self {
        self.latest(|step| step.limit = Some(times))
    }

    /// Fewer calls than this are a fault that [`Server::verify`](crate::Server::verify) reports.
    pub fn at_least(self, times: u32) -> Self {
        self.edit(|state| {
            state.at_least = times;
            state.active = true;
        })
    }

    /// Any call is a fault that [`Server::verify`](crate::Server::verify) reports.
    pub fn never(self) -> Self {
        self.edit(|state| {
            state.at_most = Some(0);
            state.active = true;
        })
    }

    /// How many calls it was for until now.
    #[must_use]
    pub fn call_count(&self) -> u32 {
        self.plan.state().hits
    }
}

impl<Q: Decode + 'static, T, I> Stub<Q, Page<T, I>>
where
    T: Encode + Decode + Send + 'static,
    I: PageInfo + Encode,
{
    /// Answers with a page of these items, the only one of its list.
    ///
    /// # Panics
    /// If an item cannot be written, such as one with a number that JSON lacks.
    #[track_caller]
    pub fn then_return_items(self, items: impl IntoIterator<Item = T>) -> Self {
        self.page(items, false)
    }

    /// Answers with a page of these items, which says that another follows. What the next call gets is the next reply.
    ///
    /// # Panics
    /// As [`then_return_items`](Self::then_return_items).
    #[track_caller]
    pub fn then_return_items_with_next_page(self, items: impl IntoIterator<Item = T>) -> Self {
        self.page(items, true)
    }

    #[track_caller]
    fn page(self, items: impl IntoIterator<Item = T>, more: bool) -> Self {
        let mut written = Vec::new();
        for item in items {
            let text = json::to_vec(&item).map_err(|error| error.to_string());
            let json = text.and_then(|text| {
                Json::parse(&String::from_utf8_lossy(&text)).map_err(|error| format!("{error:?}"))
            });
            match json {
                Ok(json) => written.push(json),
                Err(error) => fail(format_args!("an item of this reply cannot be written: {error}")),
            }
        }
        let Some(operation) = self.plan.operation else { fail("a page is of one operation") };
        let page = self.engine.page(operation, written, more);
        self.add(Action::Content(Content::Json(page.to_string())))
    }
}

/// What a call asks, typed; `None` if there is nothing typed because the request is wrong and checks are off.
fn asked<Q: Decode>(call: &Call<'_>) -> Result<Option<Q>, String> {
    let Some(text) = call.arguments else { return Ok(None) };
    json::from_str(text).map(Some).map_err(|error| {
        format!("the request is right and does not fit its type, a fault of the mock: {error}")
    })
}

/// What the test's own code gives, or the words it panicked with.
fn caught<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|panic| format!("its stub panicked: {}", words(&*panic)))
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words")
}

impl<Q, R> fmt::Debug for Stub<Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stub").field("operation", &self.plan.operation).finish_non_exhaustive()
    }
}
