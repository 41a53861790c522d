//! One operation of an API as constant data: what every call of it has in common.

use crate::wire::{
    body_encoding::{BodyEncoding, EncodeBody, body_encoder},
    method::Method,
};

/// One operation of an API.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The `operationId`, which names the operation in errors, spans and hooks.
    pub id: &'static str,
    /// The request method.
    pub method: Method,
    /// The path with its parameters in braces: `/things/{id}/close`.
    pub path: &'static str,
    /// Which of the servers of an environment answers it.
    pub server: usize,
    /// How the body is written.
    pub body: BodyEncoding,
    /// The function that writes it.
    pub(crate) encode: EncodeBody,
    /// The media type asked for.
    pub accept: &'static str,
    /// Whether a credential is sent.
    pub authenticated: bool,
    /// Whether a key of idempotency is made for it and trusted.
    pub idempotency_key: bool,
    /// Whether it may be sent twice; `None`: by its method.
    pub repeatable: Option<bool>,
}

impl Operation {
    /// An operation without a body, authenticated, answering JSON, on the first server.
    pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            server: 0,
            body: BodyEncoding::None,
            encode: body_encoder(BodyEncoding::None),
            accept: "application/json",
            authenticated: true,
            idempotency_key: true,
            repeatable: None,
        }
    }

    /// Answered by the server at this index of [`Environment::servers`](crate::Environment::servers).
    #[must_use]
    pub const fn server(mut self, index: usize) -> Self {
        self.server = index;
        self
    }

    /// Carries a body.
    #[must_use]
    pub const fn body(mut self, encoding: BodyEncoding) -> Self {
        self.body = encoding;
        self.encode = body_encoder(encoding);
        self
    }

    /// Asks for this media type.
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

    /// Gets no key of idempotency by itself, and is not sent twice because it has one.
    #[must_use]
    pub const fn no_idempotency_key(mut self) -> Self {
        self.idempotency_key = false;
        self
    }

    /// May, or may not, be sent twice, whatever its method.
    #[must_use]
    pub const fn repeatable(mut self, repeatable: bool) -> Self {
        self.repeatable = Some(repeatable);
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
