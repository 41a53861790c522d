//! A request while it is being filled: the type behind every generated request builder.

use std::{fmt, marker::PhantomData};

use crate::{
    call::draft::Draft,
    call::future::{Sending, SendingRaw},
    call::operation::Operation,
    client::core::Core,
    client::options::CallOptions,
    json::{self, Decode, Encode},
    response::decoded::Output,
    response::page::SendingPage,
    response::page_info::PageInfo,
    response::page_stream::{Items, Pages},
    wire::body::Body,
    wire::multipart::FilePart,
    wire::parameter::{QueryStyle, ToParameter},
};

/// A request of one operation; `S` says which of its required fields are set.
///
/// It is one pointer, so that a setter costs its user's program next to nothing; everything that does not depend on the
/// value's type happens in functions that are compiled once, in this crate.
pub struct Builder<S> {
    draft: Box<Draft>,
    state: PhantomData<fn() -> S>,
}

impl<S> Builder<S> {
    /// An empty request.
    #[inline]
    pub fn new(core: &Core, operation: &'static Operation) -> Self {
        Self { draft: Draft::new(core, operation), state: PhantomData }
    }

    /// The same request with another account of what is set: where a caller chooses one of several forms of a body.
    #[inline]
    pub fn restart<T>(self) -> Builder<T> {
        self.now()
    }

    #[inline]
    fn now<T>(self) -> Builder<T> {
        Builder { draft: self.draft, state: PhantomData }
    }

    /// Sets a path parameter.
    #[inline]
    pub fn path(mut self, name: &'static str, value: impl ToParameter) -> Self {
        self.draft.set_path(name, value.to_parameter());
        self
    }

    /// Sets a query parameter in the style `form`, exploded.
    #[inline]
    pub fn query<T>(self, name: &'static str, value: impl ToParameter) -> Builder<T> {
        self.query_styled(name, QueryStyle::FormExplode, value)
    }

    /// Sets a query parameter in any style.
    #[inline]
    pub fn query_styled<T>(
        mut self,
        name: &'static str,
        style: QueryStyle,
        value: impl ToParameter,
    ) -> Builder<T> {
        self.draft.set_query(name, style, value.to_parameter());
        self.now()
    }

    /// Sets a header.
    #[inline]
    pub fn header<T>(mut self, name: &'static str, value: impl ToParameter) -> Builder<T> {
        self.draft.set_header(name, value.to_parameter());
        self.now()
    }

    /// Sets a cookie.
    #[inline]
    pub fn cookie<T>(mut self, name: &'static str, value: impl ToParameter) -> Builder<T> {
        self.draft.set_cookie(name, value.to_parameter());
        self.now()
    }

    /// Sets a member of the body.
    #[inline]
    pub fn body<T>(mut self, name: &'static str, value: impl Encode) -> Builder<T> {
        let result = json::write(&value, self.draft.member(name));
        self.draft.written(name, result);
        self.now()
    }

    /// Sets the body as a whole.
    #[inline]
    pub fn whole_body<T>(mut self, value: impl Encode) -> Builder<T> {
        let result = json::to_vec(&value);
        self.draft.set_whole_body(result);
        self.now()
    }

    /// Sets a body that is no JSON.
    #[inline]
    pub fn raw_body<T>(mut self, value: impl Into<Body>) -> Builder<T> {
        self.draft.set_raw_body(value.into());
        self.now()
    }

    /// Sets a member of the body that is a file.
    #[inline]
    pub fn file<T>(mut self, name: &'static str, value: impl Into<FilePart>) -> Builder<T> {
        self.draft.set_file(name, value.into());
        self.now()
    }

    /// Sets a member of the body that is a list of files.
    #[inline]
    pub fn files<T>(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = impl Into<FilePart>>,
    ) -> Builder<T> {
        self.draft.set_files(name, values.into_iter().map(Into::into));
        self.now()
    }

    /// Sets what this call does differently from its client.
    #[inline]
    #[must_use]
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.draft.merge_options(options);
        self
    }

    pub(crate) fn into_draft(self) -> Box<Draft> {
        self.draft
    }

    /// Sends the request.
    #[inline]
    pub fn send<T: Output>(self) -> Sending<T> {
        Sending::new(self.draft)
    }

    /// Sends the request and gives status, headers and bytes beside the value.
    #[inline]
    pub fn send_raw<T: Output>(self) -> SendingRaw<T> {
        SendingRaw::new(self.draft)
    }

    /// Sends the request for one page.
    #[inline]
    pub fn send_page<T: Decode, I: PageInfo>(self) -> SendingPage<T, I> {
        SendingPage::new(self.draft)
    }

    /// All pages from here on.
    #[inline]
    pub fn pages<T: Decode, I: PageInfo>(self) -> Pages<T, I> {
        Pages::new(self.draft)
    }

    /// The items of all pages from here on.
    #[inline]
    pub fn stream<T: Decode, I: PageInfo>(self) -> Items<T, I> {
        Items::new(self.draft)
    }

    /// Shows the operation and which fields are set, but no value: there may be card numbers among them.
    #[inline]
    pub fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.draft.show(name, f)
    }
}

impl<S> fmt::Debug for Builder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.draft.show("Builder", f)
    }
}
