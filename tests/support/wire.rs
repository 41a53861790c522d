//! The pieces of HTTP that the tests look at: a request as it came, and percent-encoding undone.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path as written, without the query.
    pub path: String,
    /// The query as written.
    pub query: String,
    /// The headers; names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The pairs of the query in their order, decoded.
    #[must_use]
    pub fn pairs(&self) -> Vec<(String, String)> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (form_decoded(name), form_decoded(value))
            })
            .collect()
    }
}

/// What an answer is.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body, which is JSON.
    pub body: String,
}

/// A segment of a path, decoded.
#[must_use]
pub fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn form_decoded(text: &str) -> String {
    decoded(&text.replace('+', " "))
}
