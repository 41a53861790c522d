//! An operation of an API as constant data.

use http::StatusCode;

use crate::{
    pagination::paging::Paging,
    wire::{
        body_encoding::{BodyEncoding, EncodeBody, body_encoder},
        field_encoding::FieldEncoding,
        method::Method,
    },
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
    /// The fields of a form that are not encoded in the default way.
    pub fields: &'static [FieldEncoding],
    /// Whether the body is left out if nothing of it is set.
    pub body_is_optional: bool,
    /// The value of the header `Accept`.
    pub accept: &'static str,
    /// The media types that a request has a method of its own for, with the name of that method.
    pub alternatives: &'static [(&'static str, &'static str)],
    /// The statuses 300 to 399 that are results. `3` stands for all of them. Other redirects are errors.
    pub redirects: &'static [u16],
    /// The credentials that the request carries.
    pub security: Security,
    /// Whether the client generates an idempotency key for it and relies on the server to honor it.
    pub idempotency_key: bool,
    /// How the next page is requested, if it is a list whose page information does not say so by its type.
    pub paging: Option<&'static Paging>,
}

/// The credentials that the request of an operation carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// None.
    None,
    /// Those of the requirement at this index of [`Service::security`](super::service::Service::security).
    Required(usize),
    /// Those of the first requirement that the client can meet.
    Any,
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
            fields: &[],
            body_is_optional: false,
            accept: "application/json",
            alternatives: &[],
            redirects: &[],
            security: Security::Required(0),
            idempotency_key: true,
            paging: None,
        }
    }

    /// Sets the index of the server in [`Environment::servers`](crate::Environment::servers).
    #[must_use]
    pub const fn server(mut self, index: usize) -> Self {
        self.server = index;
        self
    }

    /// Sets the encoding of the request body, in which fields of a form are encoded in the default way.
    #[must_use]
    pub const fn body(mut self, encoding: BodyEncoding) -> Self {
        self.body = encoding;
        self.fields = &[];
        self.encode = body_encoder(encoding);
        self
    }

    /// Sets the fields of a form that are not encoded in the default way.
    #[must_use]
    pub const fn fields(mut self, fields: &'static [FieldEncoding]) -> Self {
        self.fields = fields;
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

    /// Sets the media types that a request has a method of its own for.
    #[must_use]
    pub const fn alternatives(mut self, methods: &'static [(&'static str, &'static str)]) -> Self {
        self.alternatives = methods;
        self
    }

    /// Sets the statuses 300 to 399 that are results.
    #[must_use]
    pub const fn redirects(mut self, statuses: &'static [u16]) -> Self {
        self.redirects = statuses;
        self
    }

    /// Whether a response with this status is decoded: any of 200 to 299, and the documented ones of 300 to 399.
    pub(crate) fn is_result(&self, status: StatusCode) -> bool {
        let is_documented = |code: &u16| *code == status.as_u16() || *code == status.as_u16() / 100;
        status.is_success() || (status.is_redirection() && self.redirects.iter().any(is_documented))
    }

    /// Sends the credentials of the requirement at this index of [`Service::security`](super::service::Service::security).
    #[must_use]
    pub const fn security(mut self, index: usize) -> Self {
        self.security = Security::Required(index);
        self
    }

    /// Sends no credential.
    #[must_use]
    pub const fn unauthenticated(mut self) -> Self {
        self.security = Security::None;
        self
    }

    /// Sends the credentials of any requirement that the client can meet, because the operation is unknown.
    #[must_use]
    pub(crate) const fn any_security(mut self) -> Self {
        self.security = Security::Any;
        self
    }

    /// Sets how the next page is requested.
    #[must_use]
    pub const fn paging(mut self, paging: &'static Paging) -> Self {
        self.paging = Some(paging);
        self
    }

    /// Generates no idempotency key, and does not retry because the caller passed one.
    #[must_use]
    pub const fn without_idempotency_key(mut self) -> Self {
        self.idempotency_key = false;
        self
    }
}

/// Defines the constant of an operation: id, method and path, then the methods of `Operation` that change a default, in braces
/// the fields of a form with the methods of `FieldEncoding` that change a default, and then how its pages are requested.
#[doc(hidden)]
#[macro_export]
macro_rules! __operation {
    ($name:ident: $id:literal $method:literal $path:literal $($rest:tt)*) => {
        $crate::__operation!(@ $name: $id ($crate::__private::Method::extension($method)) $path $($rest)*);
    };
    ($name:ident: $id:literal $method:ident $path:literal $($rest:tt)*) => {
        $crate::__operation!(@ $name: $id ($crate::__private::Method::$method) $path $($rest)*);
    };
    (
        @ $name:ident: $id:literal ($method:expr) $path:literal $($setter:ident($($value:expr)?))*
        $({ $($field:literal => $($part:ident($($fact:expr)?))+),+ $(,)? })?
        $(=> $paging:expr)?
    ) => {
        static $name: $crate::__private::Operation =
            $crate::__private::Operation::new($id, $method, $path)
                $(.$setter($($value)?))*
                $(.fields(&[$($crate::__private::FieldEncoding::new($field) $(.$part($($fact)?))+),+]))?
                $(.paging(&const { $paging }))?;
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documented_redirects_are_results() {
        let operation = Operation::new("read", Method::Get, "/");
        let results = |operation: &Operation| -> Vec<u16> {
            let statuses = [199, 200, 226, 300, 302, 304, 400, 500];
            let is_result = |code: &u16| operation.is_result(StatusCode::from_u16(*code).unwrap());
            statuses.into_iter().filter(is_result).collect()
        };
        assert_eq!(results(&operation), [200, 226]);
        assert_eq!(results(&operation.redirects(&[304])), [200, 226, 304]);
        assert_eq!(results(&operation.redirects(&[3])), [200, 226, 300, 302, 304]);
    }
}
