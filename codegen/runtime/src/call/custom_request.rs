//! Requests for operations that the generated crate does not contain.

use std::{
    borrow::Cow,
    fmt,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use serde::Serialize;

use crate::{
    call::draft::Draft,
    call::future::{Sending, SendingRaw},
    client::core::Core,
    client::operation::Operation,
    client::options::CallOptions,
    error::{Error, ErrorKind},
    response::decoded::Output,
    wire::body::Body,
    wire::body_encoding::BodyEncoding,
    wire::method::Method,
    wire::{parameter::ToParameter, simple_style::SimpleStyle},
};

/// A request to any path of the API, for an operation that this crate does not contain: `client.request(method, path)`.
///
/// It has the credential, retries, idempotency key, options, hooks and errors of every other request. In errors, spans and hooks
/// the operation is called `request`.
///
/// The response is decoded into the type that the caller names: a model of the crate, `Value`, [`Json`](crate::Json) for a type
/// that implements [`serde::Deserialize`], [`Text`](crate::Text), [`Bytes`], [`ByteStream`](crate::ByteStream), or `()`.
#[must_use = "a request does nothing until it is sent"]
pub struct CustomRequest {
    draft: Box<Draft>,
    method: Method,
}

impl CustomRequest {
    #[doc(hidden)]
    pub fn new(core: &Core, method: Method, path: impl Into<String>) -> Self {
        let path = path.into();
        let mut draft = Draft::new(core, find_operation(method, BodyEncoding::None));
        if let Err(why) = validate_path(&path) {
            draft.record_error(
                ErrorKind::Request,
                &format!("cannot send a request to the path `{path}`: {why}"),
            );
        }
        draft.template = Some(path);
        Self { draft, method }
    }

    /// Sets the value of the placeholder `{name}` in the path. It is percent-encoded, so that it stays in its segment.
    pub fn path(mut self, name: &'static str, value: impl ToParameter) -> Self {
        self.draft.set_path(name, SimpleStyle::Plain, value.to_parameter());
        self
    }

    /// Adds a query parameter. It is percent-encoded; a name may be added several times.
    pub fn query(self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.with_options(CallOptions::new().query(name, value.to_string()))
    }

    /// Sets a header. It replaces a header of the same name that the client sets.
    pub fn header(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.with_options(CallOptions::new().header(name, value))
    }

    /// Sets a JSON body: a model of the crate, `json!({…})`, or any other value that serde can serialize.
    pub fn json(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        self.draft.operation = find_operation(self.method, BodyEncoding::Json);
        self.draft.set_whole_body(serde_json::to_vec(value));
        self
    }

    /// Sets a body of another media type, such as `text/csv`. It is sent unchanged.
    pub fn body(mut self, media_type: impl Into<String>, body: impl Into<Body>) -> Self {
        self.draft.operation = find_operation(self.method, BINARY);
        self.draft.set_raw_body(body.into());
        self.header("Content-Type", media_type)
    }

    /// Sets options of this call, such as timeouts, retries and the idempotency key.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.draft.merge_options(options);
        self
    }

    /// Sends the request and decodes the response.
    ///
    /// # Errors
    /// [`Error`](crate::Error), see [`Error::kind`](crate::Error::kind). It is of kind `Request` if the path is not a path.
    pub fn send<T: Output>(self) -> Sending<T> {
        Sending::new(self.draft)
    }

    /// Sends the request and returns the decoded response with its status, headers and body.
    ///
    /// # Errors
    /// The errors of [`send`](Self::send).
    pub fn send_raw<T: Output>(self) -> SendingRaw<T> {
        SendingRaw::new(self.draft)
    }

    /// Sends the request and returns the body as the server sent it, of whatever media type, with status and headers.
    ///
    /// # Errors
    /// The errors of [`send`](Self::send), but none of kind `Decode`.
    pub fn send_bytes(self) -> SendingRaw<Bytes> {
        SendingRaw::new(self.draft)
    }

    /// Sends the request and blocks the thread until the response is complete.
    ///
    /// # Errors
    /// The errors of [`send`](Self::send), and one of kind `Config` inside an async runtime, which must not be blocked.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn send_blocking<T: Output>(self) -> Result<T, crate::Error> {
        self.send().wait()
    }

    /// Like `send_blocking`, but returns the decoded response with its status, headers and body.
    ///
    /// # Errors
    /// The errors of `send_blocking`.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn send_raw_blocking<T: Output>(self) -> Result<crate::Response<T>, crate::Error> {
        self.send_raw().wait()
    }

    /// Like `send_blocking`, but returns the body as the server sent it, of whatever media type, with status and headers.
    ///
    /// # Errors
    /// The errors of `send_blocking`, but none of kind `Decode`.
    #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
    #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
    pub fn send_bytes_blocking(self) -> Result<crate::Response<Bytes>, crate::Error> {
        self.send_bytes().wait()
    }
}

/// Formats the method, the path and the names of what is set, without values, which may be secret.
impl fmt::Debug for CustomRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.draft.template.as_deref().unwrap_or_default();
        self.draft.fmt_request(&format!("CustomRequest {} {path}", self.method.as_str()), f)
    }
}

/// A method by its name, such as one that a program reads from a table.
impl TryFrom<&'static str> for Method {
    type Error = Error;

    /// # Errors
    /// If the name is not a token (RFC 9110, section 5.6.2).
    fn try_from(name: &'static str) -> Result<Self, Error> {
        Self::from_name(name).ok_or_else(|| {
            let name = name.escape_debug();
            let text = format!(
                "`{name}` is not the name of a method: use letters, digits and the characters !#$%&'*+-.^_`|~ only"
            );
            Error::new(ErrorKind::Request, text)
        })
    }
}

/// Checks that a text is the path of a URL, which stays below the path of the base URL.
fn validate_path(path: &str) -> Result<(), &'static str> {
    if !path.starts_with('/') {
        return Err("a path begins with `/`; the base URL is a setting of the client");
    }
    if path.contains(['?', '#']) {
        return Err("set the query with `query`; a request has no fragment");
    }
    // URL parsers take `\` for `/` and `%2e` for a dot (WHATWG URL, section 4.4).
    let is_dots =
        |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    if path.contains('\\') || path.split('/').any(is_dots) {
        return Err("the segments `.` and `..`, and `\\`, would lead to another path");
    }
    if !path.chars().all(|c| c.is_ascii_graphic()) {
        return Err(
            "spaces, control characters and letters beyond ASCII have to be percent-encoded; use a placeholder and `path`",
        );
    }
    Ok(())
}

/// The encoding of a body whose media type is a header of the request.
const BINARY: BodyEncoding = BodyEncoding::Raw("application/octet-stream");

const fn describe_operation(method: Method, body: BodyEncoding) -> Operation {
    Operation::new("request", method, "/{path}")
        .body(body)
        .accept("application/json, */*;q=0.5")
        .any_security()
}

/// The constants of one method, by the encoding of the body.
macro_rules! operations {
    ($body:ident: $($method:ident)*) => {
        match $body {
            $((Method::$method, BodyEncoding::Json) => {
                static OPERATION: Operation = describe_operation(Method::$method, BodyEncoding::Json);
                &OPERATION
            }
            (Method::$method, BodyEncoding::Raw(_)) => {
                static OPERATION: Operation = describe_operation(Method::$method, BINARY);
                &OPERATION
            }
            (Method::$method, _) => {
                static OPERATION: Operation = describe_operation(Method::$method, BodyEncoding::None);
                &OPERATION
            })*
            (method @ Method::Extension(_), body) => find_extension(method, body),
        }
    };
}

/// The operation that stands for all paths.
fn find_operation(method: Method, body: BodyEncoding) -> &'static Operation {
    let selected = (method, body);
    operations!(selected: Get Post Put Patch Delete Head Options Trace Query)
}

/// The operation for a method that is not known here. It is created at the first use and kept: a program uses few of them, since
/// the name is a constant.
fn find_extension(method: Method, body: BodyEncoding) -> &'static Operation {
    static OPERATIONS: Mutex<Vec<&'static Operation>> = Mutex::new(Vec::new());
    let body = match body {
        BodyEncoding::Json | BodyEncoding::None => body,
        _ => BINARY,
    };
    let mut operations = OPERATIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = operations.iter().find(|known| (known.method, known.body) == (method, body));
    known.copied().unwrap_or_else(|| {
        let operation: &'static Operation = Box::leak(Box::new(describe_operation(method, body)));
        operations.push(operation);
        operation
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_below_the_base_url_are_sent() {
        for path in
            ["/", "/payments", "/payments/{id}/refund", "/a%20b/...", "/.well-known/x", "//x", "/a:b@c"]
        {
            assert_eq!(validate_path(path), Ok(()), "{path}");
        }
        for path in [
            "",
            "payments",
            "https://evil.test/payments",
            "/payments?a=b",
            "/payments#a",
            "/payments/../owners",
            "/payments/.",
            "/payments/%2e%2E/owners",
            "/payments/.%2e",
            "/payments\\..\\owners",
            "/pay ments",
            "/payments\r\nHost: evil.test",
            "/größe",
            "/\u{202e}",
        ] {
            assert!(validate_path(path).is_err(), "{path}");
        }
    }

    #[test]
    fn each_method_has_an_operation_for_each_body() {
        const PURGE: Method = Method::extension("PURGE");
        for method in [Method::Get, Method::Post, Method::Patch, Method::Trace, PURGE] {
            for body in [BodyEncoding::None, BodyEncoding::Json, BINARY] {
                let operation = find_operation(method, body);
                assert_eq!((operation.method, operation.body), (method, body));
            }
        }
    }

    #[test]
    fn an_extension_has_one_operation() {
        let purge = Method::try_from("PURGE").unwrap();
        assert!(std::ptr::eq(
            find_operation(purge, BodyEncoding::None),
            find_operation(Method::extension("PURGE"), BodyEncoding::None)
        ));
        assert_ne!(find_operation(Method::extension("Purge"), BodyEncoding::None).method, purge);
    }

    #[test]
    fn a_name_that_is_a_token_is_a_method() {
        assert_eq!(Method::try_from("GET").unwrap(), Method::GET);
        assert_eq!(Method::try_from("PURGE").unwrap(), Method::extension("PURGE"));
        for name in ["", "PUR GE", "GET\r\nHost: evil.test", "GRÖSSE"] {
            assert_eq!(Method::try_from(name).unwrap_err().kind(), ErrorKind::Request, "{name}");
        }
    }
}
