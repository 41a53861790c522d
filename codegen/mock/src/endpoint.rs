//! Identifies operations to a server, with the types of their requests and responses.

use std::{fmt, marker::PhantomData};

use bytes::Bytes;
use openapi_client_runtime::{
    __private::Text,
    Page, PageInfo,
    json::{Decode, Encode},
};

use crate::codec::Codec;

/// An operation of the API: `Q` is the type of its requests, `R` the type of its responses.
///
/// A generated crate has a constant for each operation, with the name of the method that calls it.
pub struct Endpoint<Q, R> {
    id: &'static str,
    pub(crate) codec: Codec<R>,
    request: PhantomData<fn(Q)>,
}

/// For generated code: an operation that returns JSON.
#[doc(hidden)]
impl<Q, R: Encode + Decode> Endpoint<Q, R> {
    #[must_use]
    pub const fn json(id: &'static str) -> Self {
        Self::new(id, Codec::json())
    }
}

/// For generated code: an operation that returns a page.
#[doc(hidden)]
impl<Q, T: Encode + Decode, I: PageInfo + Encode> Endpoint<Q, Page<T, I>> {
    #[must_use]
    pub const fn page(id: &'static str) -> Self {
        Self::new(id, Codec::page())
    }
}

/// For generated code: an operation that returns no body.
#[doc(hidden)]
impl<Q> Endpoint<Q, ()> {
    #[must_use]
    pub const fn empty(id: &'static str) -> Self {
        Self::new(id, Codec::empty())
    }
}

/// For generated code: an operation that returns text.
#[doc(hidden)]
impl<Q> Endpoint<Q, Text> {
    #[must_use]
    pub const fn text(id: &'static str) -> Self {
        Self::new(id, Codec::text())
    }
}

/// For generated code: an operation that returns bytes.
#[doc(hidden)]
impl<Q> Endpoint<Q, Bytes> {
    #[must_use]
    pub const fn bytes(id: &'static str) -> Self {
        Self::new(id, Codec::bytes())
    }
}

impl<Q, R> Endpoint<Q, R> {
    const fn new(id: &'static str, codec: Codec<R>) -> Self {
        Self { id, codec, request: PhantomData }
    }

    /// The `operationId`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.id
    }
}

impl<Q, R> Clone for Endpoint<Q, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q, R> Copy for Endpoint<Q, R> {}

impl<Q, R> fmt::Debug for Endpoint<Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Endpoint").field(&self.id).finish()
    }
}
