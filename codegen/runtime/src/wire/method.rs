//! Request methods, as constants of generated operations name them.

/// A request method: one of RFC 9110, or another one of its registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `HEAD`
    Head,
    /// `OPTIONS`
    Options,
    /// `TRACE`
    Trace,
    /// `QUERY`
    Query,
    /// Another method, by [`Method::extension`].
    Extension(ExtensionMethod),
}

/// The name of a method that is a token (RFC 9110, section 5.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtensionMethod(&'static str);

impl Method {
    /// `GET`
    pub const GET: Self = Self::Get;
    /// `POST`
    pub const POST: Self = Self::Post;
    /// `PUT`
    pub const PUT: Self = Self::Put;
    /// `PATCH`
    pub const PATCH: Self = Self::Patch;
    /// `DELETE`
    pub const DELETE: Self = Self::Delete;
    /// `HEAD`
    pub const HEAD: Self = Self::Head;
    /// `OPTIONS`
    pub const OPTIONS: Self = Self::Options;
    /// `TRACE`
    pub const TRACE: Self = Self::Trace;
    /// `QUERY`
    pub const QUERY: Self = Self::Query;

    /// Another method, such as `COPY`; its case matters.
    ///
    /// # Panics
    /// If the name is not a token (RFC 9110, section 5.6.2). In a constant, the program then does not compile.
    #[must_use]
    pub const fn extension(name: &'static str) -> Self {
        assert!(
            is_token(name.as_bytes()),
            "the name of a method has only letters, digits and !#$%&'*+-.^_`|~"
        );
        Self::Extension(ExtensionMethod(name))
    }

    /// The method with this name, if it is a token.
    pub(crate) fn from_name(name: &'static str) -> Option<Self> {
        const KNOWN: [Method; 9] = [
            Method::Get,
            Method::Post,
            Method::Put,
            Method::Patch,
            Method::Delete,
            Method::Head,
            Method::Options,
            Method::Trace,
            Method::Query,
        ];
        let known = KNOWN.into_iter().find(|known| known.as_str() == name);
        known.or_else(|| is_token(name.as_bytes()).then_some(Self::Extension(ExtensionMethod(name))))
    }

    /// The method name, as sent on the request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
            Self::Query => "QUERY",
            Self::Extension(name) => name.0,
        }
    }

    /// Converts into the type of the `http` crate.
    pub(crate) fn to_http(self) -> http::Method {
        match self {
            Self::Get => http::Method::GET,
            Self::Post => http::Method::POST,
            Self::Put => http::Method::PUT,
            Self::Patch => http::Method::PATCH,
            Self::Delete => http::Method::DELETE,
            Self::Head => http::Method::HEAD,
            Self::Options => http::Method::OPTIONS,
            Self::Trace => http::Method::TRACE,
            // Cannot fail: the name is a token.
            Self::Query | Self::Extension(_) => {
                http::Method::from_bytes(self.as_str().as_bytes()).unwrap_or_default()
            }
        }
    }

    /// Whether servers expect a body with this method, even if it is empty.
    pub(crate) const fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch | Self::Query)
    }

    /// Whether the method is safe (RFC 9110, section 9.2.1): it only reads, so that a second request changes nothing.
    pub(crate) const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options | Self::Trace | Self::Query)
    }
}

const fn is_token(mut bytes: &[u8]) -> bool {
    if bytes.is_empty() {
        return false;
    }
    while let Some((first, rest)) = bytes.split_first() {
        let is_sign = matches!(
            first,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        );
        if !first.is_ascii_alphanumeric() && !is_sign {
            return false;
        }
        bytes = rest;
    }
    true
}
