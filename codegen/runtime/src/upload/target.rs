//! Where the bytes go: the address and the headers of the answer, checked. The address is a credential, so nothing here
//! prints it or repeats it in an error.

use http::{
    HeaderMap, HeaderValue, Uri,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use serde_json::Value;

use super::UploadFlow;
use crate::{
    error::{Error, ErrorKind},
    wire::headers::parse_header,
};

/// Where the bytes go, and with which headers.
pub(super) struct Target {
    pub(super) url: Uri,
    pub(super) headers: HeaderMap,
}

/// What a target is made for.
pub(super) struct Wanted {
    /// The number of bytes.
    pub(super) length: u64,
    /// The media type of the bytes, if the answer names none.
    pub(super) content_type: Option<HeaderValue>,
    /// Whether the address may be without TLS, as the API itself is in tests.
    pub(super) insecure: bool,
}

impl Target {
    /// Takes the target from the answer that made the file's record.
    pub(super) fn of(answer: &Value, flow: &UploadFlow, wanted: Wanted) -> Result<Self, Error> {
        let unusable = |why: String| {
            let text = format!("the answer names no place for the bytes that can be used: {why}");
            Error::new(ErrorKind::Decode, text).edit(|inner| inner.operation = flow.create.id)
        };
        let url = match answer.get(flow.url) {
            Some(Value::String(url)) => checked(url, wanted.insecure),
            Some(Value::Null) | None => Err("it is not there"),
            Some(_) => Err("it is no text"),
        };
        let url = url.map_err(|why| unusable(format!("`{}`: {why}", flow.url)))?;
        let mut headers = HeaderMap::new();
        let given = flow.headers.and_then(|name| Some((name, answer.get(name)?)));
        if let Some((member, given)) = given {
            read(given, &url, wanted.length, &mut headers)
                .map_err(|why| unusable(format!("`{member}`: {why}")))?;
        }
        if let Some(content_type) = wanted.content_type
            && !headers.contains_key(CONTENT_TYPE)
        {
            headers.insert(CONTENT_TYPE, content_type);
        }
        // Storages refuse bodies of unknown length.
        headers.insert(CONTENT_LENGTH, HeaderValue::from(wanted.length));
        Ok(Self { url, headers })
    }
}

fn checked(url: &str, insecure: bool) -> Result<Uri, &'static str> {
    let url: Uri = url.parse().map_err(|_| "it is no URL")?;
    match url.scheme_str() {
        Some("https") => {}
        Some("http") if insecure => {}
        Some("http") => return Err("it starts with http://, and the bytes must not travel in the open"),
        _ => return Err("it must start with https://"),
    }
    match url.authority() {
        None => Err("it names no host"),
        Some(authority) if authority.as_str().contains('@') => Err("it holds a user name"),
        Some(_) => Ok(url),
    }
}

/// Reads the headers: an object whose members are sent as they are, but for those that are `null`.
fn read(given: &Value, url: &Uri, length: u64, headers: &mut HeaderMap) -> Result<(), String> {
    let members = match given {
        Value::Null => return Ok(()),
        Value::Object(members) => members,
        _ => return Err("it is no object".to_owned()),
    };
    for (name, value) in members {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Array(_) | Value::Object(_) => {
                return Err(format!("`{}` is no text", name.escape_debug()));
            }
        };
        // These two are the transport's, which sends the same by itself.
        if name.eq_ignore_ascii_case("host")
            && url.authority().is_some_and(|own| text.eq_ignore_ascii_case(own.as_str()))
            || name.eq_ignore_ascii_case("content-length") && text.parse() == Ok(length)
        {
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
    use crate::{call::operation::Operation, wire::method::Method};

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

    fn target(answer: &Value, content_type: Option<&'static str>, insecure: bool) -> Result<Target, String> {
        let content_type = content_type.map(HeaderValue::from_static);
        Target::of(answer, &FLOW, Wanted { length: 3, content_type, insecure })
            .map_err(|error| error.to_string())
    }

    #[test]
    fn headers_are_sent_as_they_are_given() {
        let answer = json!({
            "put_url": "https://store.test/a?sig=MARKER",
            "put_headers": {
                "Content-Type": "text/csv", "x-n": 1, "x-b": true, "x-null": null,
                "Host": "store.test", "Content-Length": "3",
            },
        });
        let target = target(&answer, Some("image/png"), false).unwrap();
        let text = |name: &str| target.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(text("content-type").as_deref(), Some("text/csv"));
        assert_eq!((text("x-n").as_deref(), text("x-b").as_deref()), (Some("1"), Some("true")));
        assert_eq!(text("content-length").as_deref(), Some("3"));
        assert_eq!(target.headers.len(), 4);
        assert!(target.headers.get("x-n").unwrap().is_sensitive());
    }

    #[test]
    fn a_media_type_is_sent_where_none_is_given() {
        let answer = json!({ "put_url": "https://store.test/a", "put_headers": null });
        let sent = target(&answer, Some("image/png"), false).unwrap();
        assert_eq!(sent.headers.get("content-type").unwrap(), "image/png");
    }

    #[test]
    fn what_cannot_be_used_is_refused_without_the_address() {
        for (answer, why) in [
            (json!({}), "not there"),
            (json!({ "put_url": null }), "not there"),
            (json!({ "put_url": 1 }), "no text"),
            (json!({ "put_url": "https://MARKER\r\n" }), "no URL"),
            (json!({ "put_url": "/MARKER" }), "must start with https"),
            (json!({ "put_url": "ftp://store.test/MARKER" }), "must start with https"),
            (json!({ "put_url": "http://store.test/MARKER" }), "in the open"),
            (json!({ "put_url": "https://MARKER:x@store.test/" }), "user name"),
            (json!({ "put_url": "https://store.test/MARKER", "put_headers": [] }), "no object"),
            (json!({ "put_url": "https://store.test/MARKER", "put_headers": { "a": [] } }), "no text"),
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
            let error = target(&answer, None, false).err().unwrap_or_default();
            assert!(error.contains(why) && !error.contains("MARKER"), "{answer}: {error}");
        }
        assert!(target(&json!({ "put_url": "http://127.0.0.1:1/a" }), None, true).is_ok());
    }
}
