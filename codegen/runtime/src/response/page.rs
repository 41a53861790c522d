//! Lists: one page, and the call that leads to the next or the one before.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use serde::{de::MapAccess, ser::SerializeMap};

use crate::{
    call::draft::Draft,
    call::execute::execute,
    call::future::InFlight,
    error::{Error, ErrorKind},
    json::{Decode, ExtraFields, Field, FieldReader, FieldWriter, Model, decode_model},
    response::parts::ResponseParts,
    wire::parameter::{Parameter, QueryStyle},
};

/// How an API names the parts of a page and the parameters that ask for the next.
#[derive(Clone, Copy, Debug)]
pub struct PageNames {
    /// The member that holds the items.
    pub data: &'static str,
    /// The member that holds the cursors.
    pub page_info: &'static str,
    /// The query parameter for the items after a cursor.
    pub after: &'static str,
    /// The query parameter for the items before a cursor.
    pub before: &'static str,
    /// The query parameter for the number of items, from the first.
    pub first: &'static str,
    /// The query parameter for the number of items, from the last.
    pub last: &'static str,
}

impl PageNames {
    /// The names of cursor pages as GraphQL's specification has them.
    pub const DEFAULT: Self = Self {
        data: "data",
        page_info: "page_info",
        after: "after",
        before: "before",
        first: "first",
        last: "last",
    };
}

/// What a page tells about those before and after it.
pub trait PageInfo: Decode + Send + 'static {
    /// The names of this API.
    const NAMES: PageNames = PageNames::DEFAULT;

    /// Whether there is a page after this one.
    fn has_next_page(&self) -> bool;
    /// Whether there is a page before this one.
    fn has_previous_page(&self) -> bool;
    /// The cursor of the last item.
    fn end_cursor(&self) -> Option<&str>;
    /// The cursor of the first item.
    fn start_cursor(&self) -> Option<&str>;
}

/// One page of a list.
pub struct Page<T, I> {
    /// The items.
    pub data: Vec<T>,
    /// What the page tells about those before and after it.
    pub page_info: I,
    /// Members of the page that the document does not know.
    pub extra_fields: ExtraFields,
    call: Option<Arc<Draft>>,
}

impl<T: Decode, I: PageInfo> Page<T, I> {
    /// The page after this one; `None` if there is none.
    ///
    /// # Errors
    /// As the call that gave this page, and [`ErrorKind::Decode`] if the server announces a page and gives no cursor.
    pub fn next_page(&self) -> impl Future<Output = Result<Option<Self>, Error>> + use<T, I> {
        arrive(self.turned(Direction::Forward))
    }

    /// The page before this one; `None` if there is none.
    ///
    /// # Errors
    /// As [`next_page`](Self::next_page).
    pub fn previous_page(&self) -> impl Future<Output = Result<Option<Self>, Error>> + use<T, I> {
        arrive(self.turned(Direction::Backward))
    }

    /// As [`next_page`](Self::next_page), waiting on this thread.
    ///
    /// # Errors
    /// As [`next_page`](Self::next_page), and [`ErrorKind::Config`] inside an async runtime.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub fn next_page_blocking(&self) -> Result<Option<Self>, Error> {
        self.turned(Direction::Forward)?.map(|call| SendingPage::new(call).wait()).transpose()
    }

    /// As [`previous_page`](Self::previous_page), waiting on this thread.
    ///
    /// # Errors
    /// As [`next_page_blocking`](Self::next_page_blocking).
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub fn previous_page_blocking(&self) -> Result<Option<Self>, Error> {
        self.turned(Direction::Backward)?.map(|call| SendingPage::new(call).wait()).transpose()
    }

    /// The call for the page in a direction, if there is one.
    fn turned(&self, direction: Direction) -> Result<Option<Box<Draft>>, Error> {
        let step = Step::after(&self.page_info, direction)?;
        let (Step::Cursor(cursor), Some(call)) = (step, &self.call) else { return Ok(None) };
        Ok(Some(turned(call, &I::NAMES, direction, &cursor)))
    }
}

/// The page itself is not held while the next one comes.
async fn arrive<T: Decode, I: PageInfo>(
    call: Result<Option<Box<Draft>>, Error>,
) -> Result<Option<Page<T, I>>, Error> {
    match call? {
        Some(call) => SendingPage::new(call).await.map(Some),
        None => Ok(None),
    }
}

impl<T: Decode, I: PageInfo> Model for Page<T, I> {
    const NAME: &'static str = "Page";
    const FIELDS: &'static [Field] =
        &[Field { name: I::NAMES.data, required: true }, Field { name: I::NAMES.page_info, required: true }];

    fn blank() -> Self {
        Self { data: Vec::new(), page_info: I::blank(), extra_fields: ExtraFields::new(), call: None }
    }

    fn decode_field<'de, A: MapAccess<'de>>(&mut self, reader: &mut FieldReader<'_, A, A::Error>) {
        reader.required(&mut self.data);
        reader.required(&mut self.page_info);
    }

    // Pages are only decoded.
    fn encode_fields<M: SerializeMap>(&self, _: &mut FieldWriter<'_, M>) {}

    fn extra_fields(&self) -> &ExtraFields {
        &self.extra_fields
    }

    fn extra_fields_mut(&mut self) -> &mut ExtraFields {
        &mut self.extra_fields
    }
}

impl<T: Decode, I: PageInfo> Decode for Page<T, I> {
    fn blank() -> Self {
        <Self as Model>::blank()
    }

    fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode_model(deserializer)
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
            call: self.call.clone(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

pub(crate) enum Step {
    End,
    Cursor(String),
}

impl Step {
    /// Goes by what the page says about there being another, not by the cursor being there.
    pub(crate) fn after(info: &impl PageInfo, direction: Direction) -> Result<Self, Error> {
        let (more, cursor) = match direction {
            Direction::Forward => (info.has_next_page(), info.end_cursor()),
            Direction::Backward => (info.has_previous_page(), info.start_cursor()),
        };
        match (more, cursor) {
            (false, _) => Ok(Self::End),
            (true, Some(cursor)) => Ok(Self::Cursor(cursor.to_owned())),
            (true, None) => Err(Error::new(
                ErrorKind::Decode,
                "the server announces another page and gives no cursor to ask for it",
            )),
        }
    }
}

/// The call for the page at a cursor.
pub(crate) fn turned(call: &Draft, names: &PageNames, direction: Direction, cursor: &str) -> Box<Draft> {
    let mut call = call.again();
    let (set, other) = match direction {
        Direction::Forward => (names.after, names.before),
        Direction::Backward => (names.before, names.after),
    };
    call.query.remove(other);
    // The number of items is counted from the end that the direction starts at.
    let (wanted, unwanted) = match direction {
        Direction::Forward => (names.first, names.last),
        Direction::Backward => (names.last, names.first),
    };
    if !call.query.contains(wanted) {
        call.rename_query(unwanted, wanted);
    }
    call.query.remove(unwanted);
    call.set_query(set, QueryStyle::FormExplode, Parameter::Scalar(cursor.into()));
    call
}

/// A request for one page on its way. Dropping it ends the request.
#[must_use = "a request is sent when its future is awaited"]
pub struct SendingPage<T, I> {
    call: InFlight,
    template: Arc<Draft>,
    page: PhantomData<fn() -> Page<T, I>>,
}

impl<T: Decode, I: PageInfo> SendingPage<T, I> {
    pub(crate) fn new(draft: Box<Draft>) -> Self {
        let template = Arc::new(*draft.again());
        Self { call: execute(draft, false), template, page: PhantomData }
    }

    fn finish(&self, mut parts: ResponseParts) -> Result<Page<T, I>, Error> {
        let mut page: Page<T, I> = parts.decode()?;
        page.call = Some(Arc::clone(&self.template));
        Ok(page)
    }

    /// Waits for the page on this thread.
    ///
    /// # Errors
    /// As awaiting it, and [`ErrorKind::Config`] inside an async runtime.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    pub fn wait(mut self) -> Result<Page<T, I>, Error> {
        let call = std::mem::replace(&mut self.call, Box::pin(std::future::pending()));
        crate::call::blocking::wait(call)?.and_then(|parts| self.finish(parts))
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
