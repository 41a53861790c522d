//! The upload target: the URL and the headers in the response that created the file's record, validated. The URL is a
//! credential, so no error contains it.

use http::{
    HeaderMap, HeaderValue, Uri,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use serde_json::Value;

use super::flow::UploadFlow;
use crate::{
    error::{Error, ErrorKind},
    wire::headers::parse_header,
};

/// The URL to which the bytes are sent, and the headers of that request.
pub(super) struct UploadTarget {
    pub(super) url: Uri,
    pub(super) headers: HeaderMap,
}

/// What a target is created for.
pub(super) struct TargetOptions {
    /// The number of bytes.
    pub(super) length: u64,
    /// The media type of the bytes; ignored if the response names one.
    pub(super) content_type: Option<HeaderValue>,
    /// Whether the URL may start with `http://`; `true` if the API's own URL does, as in tests.
    pub(super) allow_http: bool,
}

impl UploadTarget {
    /// Reads the target from the response that created the file's record.
    pub(super) fn from_response(
        response: &Value,
        flow: &UploadFlow,
        options: TargetOptions,
    ) -> Result<Self, Error> {
        let error = |field: &str, problem: &str| {
            let text = format!("the response has no usable upload target: `{field}`: {problem}");
            Error::new(ErrorKind::Decode, text).edit(|inner| inner.operation = flow.create.id)
        };
        let url = match response.get(flow.url) {
            Some(Value::String(url)) => parse_url(url, options.allow_http),
            Some(Value::Null) | None => Err("the URL is missing"),
            Some(_) => Err("expected a string"),
        };
        let url = url.map_err(|problem| error(flow.url, problem))?;
        let mut headers = HeaderMap::new();
        if let Some((field, value)) = flow.headers.and_then(|field| Some((field, response.get(field)?))) {
            read_headers(value, &url, options.length, &mut headers)
                .map_err(|problem| error(field, &problem))?;
        }
        if let Some(content_type) = options.content_type
            && !headers.contains_key(CONTENT_TYPE)
        {
            headers.insert(CONTENT_TYPE, content_type);
        }
        // Storages reject bodies of unknown length, which are sent with chunked transfer encoding.
        headers.insert(CONTENT_LENGTH, HeaderValue::from(options.length));
        Ok(Self { url, headers })
    }
}

fn parse_url(url: &str, allow_http: bool) -> Result<Uri, &'static str> {
    let url: Uri = url.parse().map_err(|_| "it is not a valid URL")?;
    match url.scheme_str() {
        Some("https") => {}
        Some("http") if allow_http => {}
        Some("http") => return Err("the URL starts with http://, which would send the bytes unencrypted"),
        _ => return Err("the URL must start with https://"),
    }
    match url.authority() {
        None => Err("the URL has no host"),
        Some(authority) if authority.as_str().contains('@') => Err("the URL contains a user name"),
        Some(_) => Ok(url),
    }
}

/// Reads the headers from a JSON object. Properties with the value `null` are skipped.
fn read_headers(value: &Value, url: &Uri, length: u64, headers: &mut HeaderMap) -> Result<(), String> {
    let properties = match value {
        Value::Null => return Ok(()),
        Value::Object(properties) => properties,
        _ => return Err("expected an object".to_owned()),
    };
    for (name, value) in properties {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Array(_) | Value::Object(_) => {
                return Err(format!("the header `{}` must be a string", name.escape_debug()));
            }
        };
        // `parse_header` rejects headers that the transport sets. These two are skipped if the transport sets the same value.
        let is_host = name.eq_ignore_ascii_case("host")
            && url.authority().is_some_and(|authority| text.eq_ignore_ascii_case(authority.as_str()));
        let is_length = name.eq_ignore_ascii_case("content-length") && text.parse() == Ok(length);
        if is_host || is_length {
            continue;
        }
        let (name, mut value) = parse_header(name, &text)?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{client::operation::Operation, wire::method::Method};

    static CREATE: Operation = Operation::new("createThing", Method::Post, "/things");

    static FLOW: UploadFlow = UploadFlow {
        create: &CREATE,
        retrieve: &CREATE,
        parameter: "id",
        filename: "name",
        id: "id",
        status: "state",
        url: "put_url",
        headers: Some("put_headers"),
        ready: "done",
        failed: "broken",
        poll_every_ms: 1,
        wait_at_most_ms: 1,
        put_timeout_ms: 1,
    };

    fn target(
        response: &Value,
        content_type: Option<&'static str>,
        allow_http: bool,
    ) -> Result<UploadTarget, String> {
        let content_type = content_type.map(HeaderValue::from_static);
        let options = TargetOptions { length: 3, content_type, allow_http };
        UploadTarget::from_response(response, &FLOW, options).map_err(|error| error.to_string())
    }

    #[test]
    fn the_headers_of_the_response_are_sent() {
        let response = json!({
            "put_url": "https://store.test/a?sig=MARKER",
            "put_headers": {
                "Content-Type": "text/csv", "x-n": 1, "x-b": true, "x-null": null,
                "Host": "store.test", "Content-Length": "3",
            },
        });
        let target = target(&response, Some("image/png"), false).unwrap();
        let text = |name: &str| target.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(text("content-type").as_deref(), Some("text/csv"));
        assert_eq!((text("x-n").as_deref(), text("x-b").as_deref()), (Some("1"), Some("true")));
        assert_eq!(text("content-length").as_deref(), Some("3"));
        assert_eq!(target.headers.len(), 4);
        assert!(target.headers.get("x-n").unwrap().is_sensitive());
    }

    #[test]
    fn the_callers_media_type_is_sent_if_the_response_names_none() {
        let response = json!({ "put_url": "https://store.test/a", "put_headers": null });
        let target = target(&response, Some("image/png"), false).unwrap();
        assert_eq!(target.headers.get("content-type").unwrap(), "image/png");
    }

    #[test]
    fn unusable_targets_are_rejected_and_the_error_hides_the_url() {
        for (response, problem) in [
            (json!({}), "the URL is missing"),
            (json!({ "put_url": null }), "the URL is missing"),
            (json!({ "put_url": 1 }), "expected a string"),
            (json!({ "put_url": "https://MARKER\r\n" }), "not a valid URL"),
            (json!({ "put_url": "/MARKER" }), "must start with https"),
            (json!({ "put_url": "ftp://store.test/MARKER" }), "must start with https"),
            (json!({ "put_url": "http://store.test/MARKER" }), "unencrypted"),
            (json!({ "put_url": "https://MARKER:x@store.test/" }), "user name"),
            (json!({ "put_url": "https://store.test/MARKER", "put_headers": [] }), "expected an object"),
            (
                json!({ "put_url": "https://store.test/MARKER", "put_headers": { "a": [] } }),
                "must be a string",
            ),
            (
                json!({ "put_url": "https://store.test/MARKER", "put_headers": { "a b": "" } }),
                "not a valid header name",
            ),
            (
                json!({ "put_url": "https://store.test/MARKER", "put_headers": { "a": "MARKER\n" } }),
                "line break",
            ),
            (
                json!({ "put_url": "https://store.test/MARKER", "put_headers": { "host": "other" } }),
                "transport",
            ),
            (
                json!({ "put_url": "https://store.test/MARKER", "put_headers": { "content-length": "4" } }),
                "transport",
            ),
        ] {
            let error = target(&response, None, false).err().unwrap_or_default();
            assert!(error.contains(problem) && !error.contains("MARKER"), "{response}: {error}");
        }
        assert!(target(&json!({ "put_url": "http://127.0.0.1:1/a" }), None, true).is_ok());
    }
}
