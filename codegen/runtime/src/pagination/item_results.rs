//! Lists whose items are decoded one by one, so that one that cannot be decoded does not lose its page.

use std::{fmt, marker::PhantomData};

use crate::{
    call::builder::Builder,
    call::typestate::Complete,
    json::{Decode, DecodeError, RawText, from_str},
    pagination::{
        page::SendingPage,
        page_info::PageInfo,
        page_stream::{Items, Pages},
    },
};

/// An item of a list that cannot be decoded.
///
/// `Debug` omits the item, which may hold personal data.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemError {
    /// Why, with the path within the item.
    pub error: DecodeError,
    /// The item as JSON text, unchanged, unless it contains the credential of the request.
    pub raw: String,
}

impl ItemError {
    /// The path within the item, such as `company.id`; empty for the item as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.error.path
    }
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot decode an item: {}", self.error)
    }
}

impl fmt::Debug for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemError")
            .field("error", &self.error)
            .field("raw", &format_args!("{} bytes", self.raw.len()))
            .finish()
    }
}

impl std::error::Error for ItemError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl<T: Decode> Decode for Result<T, ItemError> {
    fn blank() -> Self {
        Ok(T::blank())
    }

    fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = RawText::decode(deserializer)?.0;
        Ok(from_str(&text).map_err(|error| ItemError { error, raw: text.into_owned() }))
    }

    fn redact(&mut self, credential: &str) {
        if let Err(error) = self
            && error.raw.contains(credential)
        {
            error.raw = error.raw.replace(credential, "…");
            error.error.message = error.error.message.replace(credential, "…");
        }
    }
}

/// An item of a list as JSON text, unchanged, unless it contains the credential of the request.
///
/// `Debug` omits the text, which may hold personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct ItemText(pub String);

impl Decode for ItemText {
    fn blank() -> Self {
        Self(String::new())
    }

    fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(RawText::decode(deserializer)?.0.into_owned()))
    }

    fn redact(&mut self, credential: &str) {
        if self.0.contains(credential) {
            self.0 = self.0.replace(credential, "…");
        }
    }
}

impl fmt::Debug for ItemText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemText({} bytes)", self.0.len())
    }
}

/// A request for a list whose items are `Result`s.
#[must_use = "nothing is sent until the request is awaited"]
pub struct ItemResults<S, T, I> {
    request: Builder<S>,
    page: PhantomData<fn() -> (T, I)>,
}

impl<S> Builder<S> {
    /// Decodes the items of the list one by one.
    #[inline]
    pub fn items_as_results<T, I>(self) -> ItemResults<S, T, I> {
        ItemResults { request: self, page: PhantomData }
    }
}

impl<S: Complete, T: Decode, I: PageInfo> ItemResults<S, T, I> {
    /// Sends the request for one page.
    ///
    /// # Errors
    /// [`Error`](crate::Error), see [`Error::kind`](crate::Error::kind).
    #[inline]
    pub fn send(self) -> SendingPage<Result<T, ItemError>, I> {
        self.request.send_page()
    }

    /// Streams all pages, starting with the one that the request selects. Each page is requested when it is needed.
    #[inline]
    pub fn pages(self) -> Pages<Result<T, ItemError>, I> {
        self.request.pages()
    }

    /// Streams the items of all pages. Each page is requested when it is needed.
    #[inline]
    pub fn stream(self) -> Items<Result<T, ItemError>, I> {
        self.request.stream()
    }

    /// Streams the items of all pages without decoding them, for code that reads them by data.
    #[doc(hidden)]
    #[inline]
    pub fn texts(self) -> Items<ItemText, I> {
        self.request.stream()
    }
}

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
impl<S: Complete, T: Decode, I: PageInfo> ItemResults<S, T, I> {
    /// Sends the request for one page and blocks the thread until it is received.
    ///
    /// # Errors
    /// The errors of `send`, and one of kind `Config` inside an async runtime, which must not be blocked.
    #[inline]
    pub fn send_blocking(self) -> Result<crate::Page<Result<T, ItemError>, I>, crate::Error> {
        self.send().wait()
    }

    /// Iterates over all pages and blocks the thread for each.
    #[inline]
    pub fn pages_blocking(self) -> crate::pagination::blocking::BlockingPages<Result<T, ItemError>, I> {
        self.pages().wait()
    }

    /// Iterates over the items of all pages and blocks the thread for each page.
    #[inline]
    pub fn iter_blocking(self) -> crate::pagination::blocking::BlockingItems<Result<T, ItemError>, I> {
        self.stream().wait()
    }
}

impl<S, T, I> fmt::Debug for ItemResults<S, T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt_request("ItemResults", f)
    }
}
