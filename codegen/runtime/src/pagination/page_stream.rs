//! Streams over the pages of a list and over their items. Each page is requested when it is polled for.

use std::{
    collections::HashSet,
    fmt,
    hash::{BuildHasher, RandomState},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    vec,
};

use futures_core::Stream;

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
use crate::pagination::blocking::{BlockingItems, BlockingPages};
use crate::{
    call::builder::Builder,
    call::draft::Draft,
    error::{Error, ErrorKind},
    json::Decode,
    pagination::page::{Direction, Page, SendingPage, request_at},
    pagination::page_info::PageInfo,
    pagination::step::Step,
};

/// A stream over the pages of a list, from the first page or from the cursor of the request.
///
/// A page is requested when it is polled for, not earlier. [`next`](Self::next) is cancel safe: if its future is dropped, the
/// next call continues the same request.
///
/// The stream ends after the last page. After an error, polling again requests the same page again, so a loop that goes on
/// after errors needs a limit of its own, or a delay. Only two errors end the stream, because no request could help: a
/// request that is invalid, and a cursor that the server omits or repeats.
///
/// [`cursor`](Self::cursor) tells where to continue in another run of a program.
#[must_use = "nothing is sent until a page is awaited"]
pub struct Pages<T, I> {
    /// The first request, from which those of the other pages are made.
    request: Arc<Draft>,
    direction: Direction,
    state: State<T, I>,
    /// See [`Pages::cursor`].
    cursor: Option<String>,
    /// The cursor before the last page.
    previous_cursor: Option<String>,
    /// Hashes of the cursors used so far: a server that repeats a cursor would make the stream endless.
    used_cursors: HashSet<u64>,
    hasher: RandomState,
}

/// What the stream does when it is polled.
enum State<T, I> {
    /// Sends this request.
    Ready(Box<Draft>),
    /// Waits for this page.
    Sending(SendingPage<T, I>),
    Done,
}

impl<S> Builder<S> {
    /// Streams all pages, starting with the one that the request selects.
    #[inline]
    pub fn pages<T: Decode, I: PageInfo>(self) -> Pages<T, I> {
        Pages::new(self.into_draft())
    }

    /// Streams the items of all pages, starting with the page that the request selects.
    #[inline]
    pub fn stream<T: Decode, I: PageInfo>(self) -> Items<T, I> {
        Items::new(self.into_draft())
    }
}

impl<T: Decode, I: PageInfo> Pages<T, I> {
    pub(crate) fn new(draft: Box<Draft>) -> Self {
        if let Some(paging) = draft.operation.paging {
            let cursor = draft.parameter_text(paging.parameter, paging.is_in_body);
            return Self::at(draft, Direction::Forward, cursor);
        }
        let names = &I::NAMES;
        let is_set = |name: &str| draft.query.contains(name);
        let is_backward =
            (is_set(names.last) || is_set(names.before)) && !is_set(names.first) && !is_set(names.after);
        let direction = if is_backward { Direction::Backward } else { Direction::Forward };
        let cursor_name = if is_backward { names.before } else { names.after };
        let cursor = draft.parameter_text(cursor_name, false);
        Self::at(draft, direction, cursor)
    }

    fn at(draft: Box<Draft>, direction: Direction, cursor: Option<String>) -> Self {
        let hasher = RandomState::new();
        Self {
            request: Arc::new(*draft.duplicate()),
            direction,
            used_cursors: cursor.iter().map(|cursor| hasher.hash_one(cursor.as_str())).collect(),
            cursor,
            previous_cursor: None,
            state: State::Ready(draft),
            hasher,
        }
    }

    /// The cursor after the pages received so far: the same request with it as `after` (`before` if the list is paged
    /// backward) continues with the page that follows. `None` if the list starts at its beginning.
    ///
    /// After the last page, it leads to items that are added later, if the server orders the list so.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// The next page; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<Page<T, I>, Error>> {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    /// The next page; `None` after the last one. After an error, the next call requests the same page again.
    ///
    /// # Errors
    /// The errors of the request for a page, and [`ErrorKind::Decode`] if the server repeats a cursor.
    pub async fn try_next(&mut self) -> Result<Option<Page<T, I>>, Error> {
        self.next().await.transpose()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<T, I>, Error>>> {
        loop {
            match &mut self.state {
                State::Sending(page) => {
                    let result = ready!(Pin::new(&mut *page).poll(cx));
                    let request = Arc::clone(&page.request);
                    return Poll::Ready(Some(self.receive(result, &request)));
                }
                _ => {
                    if !self.start() {
                        return Poll::Ready(None);
                    }
                }
            }
        }
    }

    /// Sends the next request; `false` if the stream is done.
    fn start(&mut self) -> bool {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Ready(draft) => {
                self.state = State::Sending(SendingPage::new(draft));
                true
            }
            other => {
                self.state = other;
                matches!(self.state, State::Sending(_))
            }
        }
    }

    /// Prepares the request for the page that follows, and returns this one. After an error, the same page follows.
    fn receive(&mut self, page: Result<Page<T, I>, Error>, request: &Draft) -> Result<Page<T, I>, Error> {
        self.state = State::Done;
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                if request.error().is_none() {
                    self.state = State::Ready(request.duplicate());
                }
                return Err(error);
            }
        };
        self.previous_cursor.clone_from(&self.cursor);
        let step = page.adjacent_step(self.direction);
        let last = match (&step, self.direction) {
            (Ok(Some(step)), _) if I::LIST.is_some() => Some(step.text()),
            (_, Direction::Forward) => page.page_info.end_cursor(),
            (_, Direction::Backward) => page.page_info.start_cursor(),
        };
        if let Some(last) = last.filter(|last| !last.is_empty()) {
            self.cursor = Some(last.to_owned());
        }
        // This page is valid even if the cursor in it is not: an invalid cursor is the error of the next poll.
        match step {
            Ok(None) => {}
            Ok(Some(step)) => self.state = State::Ready(self.next_request(&step)),
            Err(error) => self.state = State::Ready(self.failing_request(&error.to_string())),
        }
        Ok(page)
    }

    /// The request for the page that a step selects, or one that fails if the server repeats it.
    fn next_request(&mut self, step: &Step) -> Box<Draft> {
        if !self.used_cursors.insert(self.hasher.hash_one(step.text())) {
            return self.failing_request("the server repeats a cursor, so that the list would never end");
        }
        let request = request_at::<I>(&self.request, self.direction, step);
        request.unwrap_or_else(|error| self.failing_request(&error.to_string()))
    }

    /// A request that fails with a message instead of being sent.
    fn failing_request(&self, message: &str) -> Box<Draft> {
        let mut request = self.request.duplicate();
        request.record_error(ErrorKind::Decode, message);
        request
    }

    /// An iterator over the pages, which blocks this thread while it waits for a page.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn wait(self) -> BlockingPages<T, I> {
        BlockingPages(self)
    }

    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub(super) fn wait_next(&mut self) -> Option<Result<Page<T, I>, Error>> {
        if !self.start() {
            return None;
        }
        match std::mem::replace(&mut self.state, State::Done) {
            State::Sending(page) => {
                let request = Arc::clone(&page.request);
                Some(self.receive(page.wait(), &request))
            }
            _ => None,
        }
    }
}

impl<T: Decode, I: PageInfo> Stream for Pages<T, I> {
    type Item = Result<Page<T, I>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(cx)
    }
}

impl<T, I> Unpin for Pages<T, I> {}

impl<T, I> fmt::Debug for Pages<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &self.request.operation.id)
            .field("direction", &self.direction)
            .field("done", &matches!(self.state, State::Done))
            .finish_non_exhaustive()
    }
}

/// A stream over the items of all pages of a list. See [`Pages`] for when requests are sent and when it ends.
///
/// Backward, the last page comes first; the items within a page keep the order of the server.
#[must_use = "nothing is sent until an item is awaited"]
pub struct Items<T, I> {
    pages: Pages<T, I>,
    page: vec::IntoIter<T>,
}

impl<T: Decode, I: PageInfo> Items<T, I> {
    pub(crate) fn new(draft: Box<Draft>) -> Self {
        Self { pages: Pages::new(draft), page: Vec::new().into_iter() }
    }

    /// The cursor from which the same request, with it as `after` (`before` if the list is paged backward), continues without
    /// missing an item. `None` if the list starts at its beginning.
    ///
    /// A cursor leads to a page, not to an item: until the last item of a page is returned, this is the cursor before the
    /// page, whose items so far then come again.
    pub fn cursor(&self) -> Option<&str> {
        if self.page.len() > 0 { self.pages.previous_cursor.as_deref() } else { self.pages.cursor() }
    }

    /// The next item; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    /// The next item; `None` after the last one. After an error, the next call requests the same page again.
    ///
    /// # Errors
    /// The errors of [`Pages::try_next`].
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.next().await.transpose()
    }

    /// Collects the remaining items of all pages.
    ///
    /// # Errors
    /// The errors of [`try_next`](Self::try_next); items received before the error are lost.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.try_next().await? {
            items.push(item);
        }
        Ok(items)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(cx)) {
                Some(Ok(page)) => self.page = page.data.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// An iterator over the items, which blocks this thread while it waits for a page.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn wait(self) -> BlockingItems<T, I> {
        BlockingItems(self)
    }

    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub(super) fn wait_next(&mut self) -> Option<Result<T, Error>> {
        loop {
            if let Some(item) = self.page.next() {
                return Some(Ok(item));
            }
            match self.pages.wait_next()? {
                Ok(page) => self.page = page.data.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<T: Decode, I: PageInfo> Stream for Items<T, I> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(cx)
    }
}

impl<T, I> Unpin for Items<T, I> {}

impl<T, I> fmt::Debug for Items<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).field("buffered", &self.page.len()).finish()
    }
}
