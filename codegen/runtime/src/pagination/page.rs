//! One page of a list, and the requests for the adjacent pages.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use crate::{
    call::builder::Builder,
    call::draft::Draft,
    call::execute::execute,
    call::future::InFlight,
    error::{Error, ErrorKind},
    json::{Decode, ExtraFields, Field, Model, RawText, ReadFields, WriteFields, decode_model},
    pagination::page_info::{PageInfo, PageNames, ReceivedInfo},
    pagination::split::{Parts, decode_parts},
    pagination::step::{Received, Step},
    response::parts::ResponseParts,
    secret::Secret,
    wire::parameter::{Parameter, QueryStyle},
};

/// One page of a list.
pub struct Page<T, I> {
    /// The items.
    pub data: Vec<T>,
    /// The cursors, and whether there are more pages.
    pub page_info: I,
    /// Fields of the page that this version of the crate does not know.
    pub extra_fields: ExtraFields,
    /// The request of this page, from which those of the adjacent pages are made; set once the page is decoded.
    request: Option<Arc<Draft>>,
    /// What selects the next and the previous page, if the page information does not say so by its type.
    steps: Option<Steps>,
}

/// What selects the next and the previous page, or why that is not known.
#[derive(Clone, Debug)]
struct Steps {
    next: Result<Option<Step>, String>,
    previous: Result<Option<Step>, String>,
}

impl<T: Decode, I: PageInfo> Page<T, I> {
    /// Requests the next page; `None` if this is the last one.
    ///
    /// # Errors
    /// The errors of the request, and [`ErrorKind::Decode`] if there is a next page but the server did not send a cursor.
    pub fn next_page(&self) -> impl Future<Output = Result<Option<Self>, Error>> + use<T, I> {
        send_page(self.adjacent_request(Direction::Forward))
    }

    /// Requests the previous page; `None` if this is the first one.
    ///
    /// # Errors
    /// The errors of [`next_page`](Self::next_page).
    pub fn previous_page(&self) -> impl Future<Output = Result<Option<Self>, Error>> + use<T, I> {
        send_page(self.adjacent_request(Direction::Backward))
    }

    /// Like [`next_page`](Self::next_page), but blocks this thread.
    ///
    /// # Errors
    /// The errors of [`next_page`](Self::next_page), and [`ErrorKind::Config`] inside an async runtime.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn next_page_blocking(&self) -> Result<Option<Self>, Error> {
        self.adjacent_request(Direction::Forward)?.map(|request| SendingPage::new(request).wait()).transpose()
    }

    /// Like [`previous_page`](Self::previous_page), but blocks this thread.
    ///
    /// # Errors
    /// The errors of [`next_page_blocking`](Self::next_page_blocking).
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn previous_page_blocking(&self) -> Result<Option<Self>, Error> {
        self.adjacent_request(Direction::Backward)?
            .map(|request| SendingPage::new(request).wait())
            .transpose()
    }

    /// The cursor of the next page; `None` if this is the last one. The same request with it as `after` continues the list
    /// there, also in another run of a program. If the operation documents another way to request its pages, this is the value
    /// of its parameter, such as the number of the page, or the path of the page's URL.
    pub fn next_cursor(&self) -> Option<&str> {
        self.adjacent_text(Direction::Forward)
    }

    /// The cursor of the previous page; `None` if this is the first one. It is a value for `before`.
    pub fn previous_cursor(&self) -> Option<&str> {
        self.adjacent_text(Direction::Backward)
    }

    fn adjacent_text(&self, direction: Direction) -> Option<&str> {
        match &self.steps {
            Some(steps) => steps.find(direction).as_ref().ok()?.as_ref().map(Step::text),
            None => next_cursor(&self.page_info, direction).ok().flatten(),
        }
    }

    /// What selects the next or the previous page; `None` if there is none.
    pub(super) fn adjacent_step(&self, direction: Direction) -> Result<Option<Step>, Error> {
        match &self.steps {
            Some(steps) => steps.find(direction).clone().map_err(|text| Error::new(ErrorKind::Decode, text)),
            None => Ok(next_cursor(&self.page_info, direction)?.map(Step::cursor)),
        }
    }

    /// The request for the next or the previous page, if there is one.
    fn adjacent_request(&self, direction: Direction) -> Result<Option<Box<Draft>>, Error> {
        let without_request = I::LIST.is_some() && self.request.is_none();
        match (self.adjacent_step(direction)?, &self.request) {
            (None, _) if !without_request => Ok(None),
            (Some(step), Some(request)) => request_at::<I>(request, direction, &step).map(Some),
            _ => Err(Error::new(
                ErrorKind::Request,
                "the page was decoded without its request: start a request from `next_cursor` or `previous_cursor`",
            )),
        }
    }
}

/// A function of its own, so that the future does not borrow the page: it can be dropped before the next one arrives.
async fn send_page<T: Decode, I: PageInfo>(
    request: Result<Option<Box<Draft>>, Error>,
) -> Result<Option<Page<T, I>>, Error> {
    match request? {
        Some(request) => SendingPage::new(request).await.map(Some),
        None => Ok(None),
    }
}

impl<T: Decode, I: PageInfo> Model for Page<T, I> {
    // A page without items may lack the list, and the last page may lack the cursors.
    const FIELDS: &'static [Field] = &[Field::expected(I::NAMES.data), Field::expected(I::NAMES.page_info)];

    fn blank() -> Self {
        Self {
            data: Vec::new(),
            page_info: I::blank(),
            extra_fields: ExtraFields::new(),
            request: None,
            steps: None,
        }
    }

    fn decode_fields<R: ReadFields>(&mut self, reader: &mut R) -> &mut ExtraFields {
        reader.required(&mut self.data);
        let mut info: Option<ReceivedInfo<I>> = None;
        reader.required(&mut info);
        if let Some(ReceivedInfo(info)) = info {
            self.page_info = info;
        }
        &mut self.extra_fields
    }

    // Pages are only decoded.
    fn encode_fields<W: WriteFields>(&self, _: &mut W) {}

    fn extra_fields(&self) -> &ExtraFields {
        &self.extra_fields
    }
}

impl<T: Decode, I: PageInfo> Decode for Page<T, I> {
    fn blank() -> Self {
        Model::blank()
    }

    fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(path) = I::LIST else { return decode_model(deserializer) };
        let text = RawText::decode(deserializer)?.0;
        let Parts { data, page_info, extra_fields } = decode_parts(&text, path)?;
        Ok(Self { data, page_info, extra_fields, request: None, steps: None })
    }
}

impl<T: fmt::Debug, I: fmt::Debug> fmt::Debug for Page<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("data", &self.data)
            .field("page_info", &self.page_info)
            .field("extra_fields", &self.extra_fields)
            .finish_non_exhaustive()
    }
}

impl<T: Clone, I: Clone> Clone for Page<T, I> {
    fn clone(&self) -> Self {
        Self {
            data: self.data.clone(),
            page_info: self.page_info.clone(),
            extra_fields: self.extra_fields.clone(),
            request: self.request.clone(),
            steps: self.steps.clone(),
        }
    }
}

impl Steps {
    fn find(&self, direction: Direction) -> &Result<Option<Step>, String> {
        match direction {
            Direction::Forward => &self.next,
            Direction::Backward => &self.previous,
        }
    }
}

/// The direction in which the pages of a list are requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

/// The cursor of the page that follows in a direction; `None` after the last one.
fn next_cursor(info: &impl PageInfo, direction: Direction) -> Result<Option<&str>, Error> {
    let (has_more, cursor) = match direction {
        Direction::Forward => (info.has_next_page(), info.end_cursor()),
        Direction::Backward => (info.has_previous_page(), info.start_cursor()),
    };
    // The last page has a cursor too, so only the flag says whether there are more.
    match (has_more, cursor) {
        (false, _) => Ok(None),
        (true, Some(cursor)) => Ok(Some(cursor)),
        (true, None) => Err(Error::new(
            ErrorKind::Decode,
            "the server says that there are more pages, but sent no cursor",
        )),
    }
}

/// The request for the page that a step selects, made from the request for another page of the list.
pub(super) fn request_at<I: PageInfo>(
    request: &Draft,
    direction: Direction,
    step: &Step,
) -> Result<Box<Draft>, Error> {
    request_with_names(request, &I::NAMES, direction, step)
}

/// The same without the type of the page information.
pub(super) fn request_with_names(
    request: &Draft,
    names: &PageNames,
    direction: Direction,
    step: &Step,
) -> Result<Box<Draft>, Error> {
    let Some(paging) = request.operation.paging else {
        return Ok(request_at_cursor(request, names, direction, step.text()));
    };
    let mut request = request.duplicate();
    if let Step::Number { first, .. } = step {
        request.first_page = Some(*first);
    }
    match step {
        Step::Target(target) => request.target = Some(target.clone()),
        Step::Value { text, .. } | Step::Number { text, .. } if !paging.is_in_body => {
            let value = Parameter::Scalar(text.as_str().into());
            request.set_query(paging.parameter, QueryStyle::FormExplode, value);
        }
        Step::Value { .. } | Step::Number { .. } if request.body.is_whole() => {
            let text = format!(
                "set the fields of the body one by one, so that the next page can set `{}`",
                paging.parameter
            );
            return Err(Error::new(ErrorKind::Request, text));
        }
        Step::Value { json, .. } | Step::Number { text: json, .. } => {
            request.begin_field(paging.parameter).extend_from_slice(json.as_bytes())
        }
    }
    Ok(request)
}

fn request_at_cursor(request: &Draft, names: &PageNames, direction: Direction, cursor: &str) -> Box<Draft> {
    let mut request = request.duplicate();
    let ((cursor_name, count_name), (unused_cursor, unused_count)) = match direction {
        Direction::Forward => ((names.after, names.first), (names.before, names.last)),
        Direction::Backward => ((names.before, names.last), (names.after, names.first)),
    };
    request.query.remove(unused_cursor);
    // A page keeps its size when the direction changes, but the parameter with the size has another name then.
    if !request.query.contains(count_name) {
        request.rename_query(unused_count, count_name);
    }
    request.query.remove(unused_count);
    request.set_query(cursor_name, QueryStyle::FormExplode, Parameter::Scalar(cursor.into()));
    request
}

/// The future of a request for one page. Dropping it cancels the request.
#[must_use = "a request is sent when its future is awaited"]
pub struct SendingPage<T, I> {
    call: InFlight,
    /// A copy of the request, from which those of the adjacent pages are made, and that of another try.
    pub(super) request: Arc<Draft>,
    page: PhantomData<fn() -> Page<T, I>>,
}

impl<T: Decode, I: PageInfo> SendingPage<T, I> {
    pub(crate) fn new(draft: Box<Draft>) -> Self {
        let request = Arc::new(*draft.duplicate());
        Self { call: execute(draft, false), request, page: PhantomData }
    }

    fn finish(&self, mut parts: ResponseParts) -> Result<Page<T, I>, Error> {
        let mut page: Page<T, I> = parts.decode().map_err(|error| suggest_results::<I>(error))?;
        for credential in parts.credentials.iter().map(Secret::expose).filter(|text| !text.is_empty()) {
            page.data.iter_mut().for_each(|item| item.redact(credential));
        }
        page.steps = self.find_steps(&parts, &page);
        page.request = Some(Arc::clone(&self.request));
        Ok(page)
    }

    fn find_steps(&self, parts: &ResponseParts, page: &Page<T, I>) -> Option<Steps> {
        let (paging, list) = self.request.operation.paging.zip(I::LIST)?;
        let received = Received {
            body: parts.text().unwrap_or_default(),
            headers: &parts.headers,
            list,
            count: page.data.len(),
            request: &self.request,
            credentials: &parts.credentials,
        };
        let find = |direction| received.find_step(paging, direction);
        Some(Steps { next: find(Direction::Forward), previous: find(Direction::Backward) })
    }

    /// Blocks this thread until the page is received.
    ///
    /// # Errors
    /// The errors of the future, and [`ErrorKind::Config`] inside an async runtime.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn wait(mut self) -> Result<Page<T, I>, Error> {
        let call = std::mem::replace(&mut self.call, Box::pin(std::future::pending()));
        crate::call::blocking::block_on(call)?.and_then(|parts| self.finish(parts))
    }
}

/// Adds to the error of an item how to receive the others.
fn suggest_results<I: PageInfo>(error: Error) -> Error {
    let list = I::LIST.map_or_else(|| I::NAMES.data.to_owned(), |path| path.join("."));
    let is_item = |path: &str| path.strip_prefix(&list).is_some_and(|rest| rest.starts_with('['));
    if !error.is_decode() || !error.path().is_some_and(is_item) {
        return error;
    }
    error.edit(|inner| inner.text.push_str("; `items_as_results` of the request returns the other items"))
}

impl<S> Builder<S> {
    /// Sends the request for one page.
    #[inline]
    pub fn send_page<T: Decode, I: PageInfo>(self) -> SendingPage<T, I> {
        SendingPage::new(self.into_draft())
    }
}

impl<T: Decode, I: PageInfo> Future for SendingPage<T, I> {
    type Output = Result<Page<T, I>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let parts = ready!(self.call.as_mut().poll(cx));
        Poll::Ready(parts.and_then(|parts| self.finish(parts)))
    }
}

impl<T, I> fmt::Debug for SendingPage<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendingPage")
    }
}
