//! The headers of a request, and the validation of header names and values.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::secret::redaction::is_sensitive_name;

/// The headers of a request, each name once.
///
/// A vector from which each attempt builds its own map: cheaper than cloning a `HeaderMap` per attempt.
pub(crate) struct Headers(Vec<(HeaderName, HeaderValue)>);

impl Headers {
    pub(crate) fn new() -> Self {
        Self(Vec::with_capacity(12))
    }

    pub(crate) fn get(&self, name: &HeaderName) -> Option<&HeaderValue> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// The headers whose values are secret.
    pub(crate) fn sensitive(&self) -> impl Iterator<Item = (&HeaderName, &str)> {
        let sensitive = self.0.iter().filter(|(_, value)| value.is_sensitive());
        sensitive.filter_map(|(name, value)| Some((name, value.to_str().ok()?)))
    }

    /// Whether there is a header of this name, in any case.
    pub(crate) fn contains_name(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other.as_str().eq_ignore_ascii_case(name))
    }

    pub(crate) fn contains(&self, name: &HeaderName) -> bool {
        self.get(name).is_some()
    }

    /// Sets a header and replaces an earlier value.
    pub(crate) fn set(&mut self, name: HeaderName, value: HeaderValue) {
        match self.0.iter_mut().find(|(other, _)| *other == name) {
            Some(entry) => entry.1 = value,
            None => self.0.push((name, value)),
        }
    }

    pub(crate) fn remove(&mut self, name: &HeaderName) {
        self.0.retain(|(other, _)| other != name);
    }

    /// The headers as a map with capacity for `additional` more.
    pub(crate) fn to_map(&self, additional: usize) -> HeaderMap {
        let mut map = HeaderMap::with_capacity(self.0.len() + additional);
        for (name, value) in &self.0 {
            map.insert(name, value.clone());
        }
        map
    }
}

/// Headers that the transport sets itself: they frame the message or concern the connection.
const TRANSPORT_HEADERS: [&str; 8] =
    ["host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"];

/// Validates the name of a header.
pub(crate) fn parse_header_name(name: &str) -> Result<HeaderName, String> {
    name.parse().map_err(|_| format!("`{}` is not a valid header name", name.escape_debug()))
}

/// Validates a header that the caller sets. Error messages do not contain the value, which may be secret.
pub(crate) fn parse_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let parsed = parse_header_name(name)?;
    let shown = name.escape_debug();
    if TRANSPORT_HEADERS.contains(&parsed.as_str()) {
        return Err(format!("the header `{shown}` is set by the transport and must not be set here"));
    }
    // RFC 9110, section 5.5, leaves the meaning of bytes beyond ASCII to the receiver.
    match HeaderValue::from_str(value) {
        Ok(mut value) if value.as_bytes().is_ascii() => {
            value.set_sensitive(is_sensitive_name(parsed.as_str()));
            Ok((parsed, value))
        }
        _ => Err(format!(
            "the value of the header `{shown}` must be ASCII without line breaks and control characters"
        )),
    }
}
