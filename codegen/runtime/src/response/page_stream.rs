//! All pages of a list, and the items of all of them: asked for one at a time, when they are wanted.

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

use crate::{
    call::draft::Draft,
    error::{Error, ErrorKind},
    json::Decode,
    response::page::{Direction, Page, PageInfo, SendingPage, Step, turned},
};

/// All pages of a list, from the first or from the cursor that the request names.
///
/// The next page is asked for when it is wanted and not before; one page is held at a time. It ends when the server
/// says that there is no further page, and at the first error. Dropping the future of [`next`](Self::next) half way
/// loses nothing: the request goes on when the next one is awaited.
#[must_use = "nothing is sent until a page is asked for"]
pub struct Pages<T, I> {
    call: Arc<Draft>,
    direction: Direction,
    state: State<T, I>,
    /// Cursors asked for until now, as hashes, so that a server that repeats one cannot make this go round for ever.
    seen: HashSet<u64>,
    hasher: RandomState,
}

enum State<T, I> {
    Ready(Box<Draft>),
    Flying(SendingPage<T, I>),
    Done,
}

impl<T: Decode, I: PageInfo> Pages<T, I> {
    pub(crate) fn new(draft: Box<Draft>) -> Self {
        let names = &I::NAMES;
        let has = |name: &str| draft.query.contains(name);
        let backward = (has(names.last) || has(names.before)) && !has(names.first) && !has(names.after);
        Self {
            call: Arc::new(*draft.again()),
            direction: if backward { Direction::Backward } else { Direction::Forward },
            state: State::Ready(draft),
            seen: HashSet::new(),
            hasher: RandomState::new(),
        }
    }

    /// The next page; `None` after the last one and after an error.
    pub async fn next(&mut self) -> Option<Result<Page<T, I>, Error>> {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    /// The next page; `None` after the last one and after an error.
    ///
    /// # Errors
    /// As the call of one page, and [`ErrorKind::Decode`] if the server repeats a cursor.
    pub async fn try_next(&mut self) -> Result<Option<Page<T, I>>, Error> {
        self.next().await.transpose()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<T, I>, Error>>> {
        loop {
            match &mut self.state {
                State::Flying(page) => {
                    let page = ready!(Pin::new(page).poll(cx));
                    return Poll::Ready(Some(self.arrived(page)));
                }
                _ => {
                    if !self.start() {
                        return Poll::Ready(None);
                    }
                }
            }
        }
    }

    /// Sends the next request; false if there is none.
    fn start(&mut self) -> bool {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Ready(draft) => {
                self.state = State::Flying(SendingPage::new(draft));
                true
            }
            other => {
                self.state = other;
                matches!(self.state, State::Flying(_))
            }
        }
    }

    fn arrived(&mut self, page: Result<Page<T, I>, Error>) -> Result<Page<T, I>, Error> {
        self.state = State::Done;
        let page = page?;
        match Step::after(&page.page_info, self.direction) {
            Ok(Step::End) => {}
            Ok(Step::Cursor(cursor)) => {
                // A page that came is handed out; what is wrong with the way on is the next one's error.
                self.state = if self.seen.insert(self.hasher.hash_one(&cursor)) {
                    State::Ready(turned(&self.call, &I::NAMES, self.direction, &cursor))
                } else {
                    State::Ready(self.refused("the server repeats a cursor: its pages would never end"))
                };
            }
            Err(error) => self.state = State::Ready(self.refused(&error.to_string())),
        }
        Ok(page)
    }

    /// A request that fails without being sent.
    fn refused(&self, why: &str) -> Box<Draft> {
        let mut draft = self.call.again();
        draft.refuse(ErrorKind::Decode, why);
        draft
    }

    /// The pages one by one, waiting for each on this thread.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub fn wait(mut self) -> impl Iterator<Item = Result<Page<T, I>, Error>> {
        std::iter::from_fn(move || self.wait_next())
    }

    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    fn wait_next(&mut self) -> Option<Result<Page<T, I>, Error>> {
        if !self.start() {
            return None;
        }
        match std::mem::replace(&mut self.state, State::Done) {
            State::Flying(page) => Some(self.arrived(page.wait())),
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
            .field("operation", &self.call.operation.id)
            .field("direction", &self.direction)
            .field("done", &matches!(self.state, State::Done))
            .finish_non_exhaustive()
    }
}

/// The items of all pages of a list; otherwise as [`Pages`].
///
/// Going backward, pages come last first, and the items of each in the order of the server.
#[must_use = "nothing is sent until an item is asked for"]
pub struct Items<T, I> {
    pages: Pages<T, I>,
    page: vec::IntoIter<T>,
}

impl<T: Decode, I: PageInfo> Items<T, I> {
    pub(crate) fn new(draft: Box<Draft>) -> Self {
        Self { pages: Pages::new(draft), page: Vec::new().into_iter() }
    }

    /// The next item; `None` after the last one and after an error.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|cx| self.poll(cx)).await
    }

    /// The next item; `None` after the last one and after an error.
    ///
    /// # Errors
    /// As [`Pages::try_next`].
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        self.next().await.transpose()
    }

    /// Everything that is still to come, in memory.
    ///
    /// # Errors
    /// As [`try_next`](Self::try_next); what came before the error is lost.
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

    /// The items one by one, waiting for each page on this thread.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub fn wait(mut self) -> impl Iterator<Item = Result<T, Error>> {
        std::iter::from_fn(move || {
            loop {
                if let Some(item) = self.page.next() {
                    return Some(Ok(item));
                }
                match self.pages.wait_next()? {
                    Ok(page) => self.page = page.data.into_iter(),
                    Err(error) => return Some(Err(error)),
                }
            }
        })
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
        f.debug_struct("Items").field("pages", &self.pages).field("held", &self.page.len()).finish()
    }
}
