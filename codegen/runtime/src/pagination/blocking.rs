//! Iterators over the pages of a list and over their items, which block the thread while they wait for a page.

use std::fmt;

use crate::{
    error::Error,
    json::Decode,
    pagination::{
        page::Page,
        page_info::PageInfo,
        page_stream::{Items, Pages},
    },
};

/// An iterator over the pages of a list. It continues after an error as [`Pages`] does.
pub struct BlockingPages<T, I>(pub(super) Pages<T, I>);

impl<T: Decode, I: PageInfo> BlockingPages<T, I> {
    /// See [`Pages::cursor`].
    pub fn cursor(&self) -> Option<&str> {
        self.0.cursor()
    }
}

impl<T: Decode, I: PageInfo> Iterator for BlockingPages<T, I> {
    type Item = Result<Page<T, I>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.wait_next()
    }
}

impl<T, I> fmt::Debug for BlockingPages<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An iterator over the items of all pages of a list. It continues after an error as [`Items`] does.
pub struct BlockingItems<T, I>(pub(super) Items<T, I>);

impl<T: Decode, I: PageInfo> BlockingItems<T, I> {
    /// See [`Items::cursor`].
    pub fn cursor(&self) -> Option<&str> {
        self.0.cursor()
    }
}

impl<T: Decode, I: PageInfo> Iterator for BlockingItems<T, I> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.wait_next()
    }
}

impl<T, I> fmt::Debug for BlockingItems<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
