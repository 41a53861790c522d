//! An operation of an API as constant data.

use crate::wire::{
    body_encoding::{BodyEncoding, EncodeBody, body_encoder},
    method::Method,
};

/// An operation of an API.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The `operationId`, which errors, spans and hooks contain.
    pub id: &'static str,
    /// The request method.
    pub method: Method,
    /// The path template, such as `/things/{id}/close`.
    pub path: &'static str,
    /// The index of the server in [`Environment::servers`](crate::Environment::servers).
    pub server: usize,
    /// The encoding of the request body.
    pub body: BodyEncoding,
    /// The function that encodes the body. A pointer, so that a program contains only the encoders it uses.
    pub(crate) encode: EncodeBody,
    /// Whether the body is left out if nothing of it is set.
    pub body_is_optional: bool,
    /// The value of the header `Accept`.
    pub accept: &'static str,
    /// Whether the request carries a credential.
    pub authenticated: bool,
    /// Whether the client generates an idempotency key for it and relies on the server to honor it.
    pub idempotency_key: bool,
}

impl Operation {
    /// An authenticated operation of the first server, without a request body, with a JSON response.
    pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            server: 0,
            body: BodyEncoding::None,
            encode: body_encoder(BodyEncoding::None),
            body_is_optional: false,
            accept: "application/json",
            authenticated: true,
            idempotency_key: true,
        }
    }

    /// Sets the index of the server in [`Environment::servers`](crate::Environment::servers).
    #[must_use]
    pub const fn server(mut self, index: usize) -> Self {
        self.server = index;
        self
    }

    /// Sets the encoding of the request body.
    #[must_use]
    pub const fn body(mut self, encoding: BodyEncoding) -> Self {
        self.body = encoding;
        self.encode = body_encoder(encoding);
        self
    }

    /// Leaves the body out if nothing of it is set.
    #[must_use]
    pub const fn optional_body(mut self) -> Self {
        self.body_is_optional = true;
        self
    }

    /// Sets the value of the header `Accept`.
    #[must_use]
    pub const fn accept(mut self, media_type: &'static str) -> Self {
        self.accept = media_type;
        self
    }

    /// Sends no credential.
    #[must_use]
    pub const fn unauthenticated(mut self) -> Self {
        self.authenticated = false;
        self
    }

    /// Generates no idempotency key, and does not retry because the caller passed one.
    #[must_use]
    pub const fn without_idempotency_key(mut self) -> Self {
        self.idempotency_key = false;
        self
    }
}

/// Defines the constant of an operation: id, method and path, then the methods of `Operation` that change a default.
#[doc(hidden)]
#[macro_export]
macro_rules! __operation {
    ($name:ident: $id:literal $method:ident $path:literal $($setter:ident($($value:expr)?))*) => {
        static $name: $crate::__private::Operation =
            $crate::__private::Operation::new($id, $crate::__private::Method::$method, $path)
                $(.$setter($($value)?))*;
    };
}
