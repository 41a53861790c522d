//! Parses bodies of `multipart/form-data` (RFC 7578).

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_core::Stream;
use multer::{Multipart, parse_boundary};

use crate::engine::parameter_values::Pair;

/// The parts of a form: fields, and files with their content as text.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) fields: Vec<Pair>,
    pub(crate) files: Vec<Pair>,
}

/// Parses a form.
///
/// # Errors
/// What is wrong with the body, or that the content type has no boundary.
pub(crate) fn parse_multipart(content_type: &str, body: &Bytes) -> Result<Parts, String> {
    let boundary = parse_boundary(content_type).map_err(|error| error.to_string())?;
    let form = Multipart::new(WholeBody(Some(body.clone())), boundary);
    let mut parsing = Box::pin(collect_parts(form));
    // The body is in memory, so the parser never waits.
    match parsing.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(parts) => parts,
        Poll::Pending => Err("the body is incomplete".to_owned()),
    }
}

async fn collect_parts(mut form: Multipart<'_>) -> Result<Parts, String> {
    let mut parts = Parts::default();
    while let Some(mut field) = form.next_field().await.map_err(|error| error.to_string())? {
        let Some(name) = field.name().map(unescape_name) else {
            return Err("a part has no name".to_owned());
        };
        let is_file = field.file_name().is_some();
        let mut content = Vec::new();
        while let Some(chunk) = poll_fn(|context| Pin::new(&mut field).poll_next(context)).await {
            content.extend_from_slice(&chunk.map_err(|error| error.to_string())?);
        }
        let value = String::from_utf8_lossy(&content).into_owned();
        let list = if is_file { &mut parts.files } else { &mut parts.fields };
        list.push(Pair { name, value, used: false });
    }
    Ok(parts)
}

/// Reverses the escapes of the HTML standard, which browsers and `reqwest` use for three characters of names.
fn unescape_name(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// A body of one chunk.
struct WholeBody(Option<Bytes>);

impl Stream for WholeBody {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<Parts, String> {
        parse_multipart("multipart/form-data; boundary=B", &Bytes::copy_from_slice(body.as_bytes()))
    }

    fn pairs(list: &[Pair]) -> Vec<(&str, &str)> {
        list.iter().map(|pair| (pair.name.as_str(), pair.value.as_str())).collect()
    }

    #[test]
    fn a_form_with_files_is_parsed() {
        let parts = parse(
            "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\ny\r\n\
             --B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"g.txt\"\r\n\
             Content-Type: text/plain\r\n\r\nGIF\r\n--B--\r\n",
        )
        .unwrap();
        assert_eq!(pairs(&parts.fields), [("a", "x\r\ny")]);
        assert_eq!(pairs(&parts.files), [("f", "GIF")]);
    }

    #[test]
    fn names_may_contain_separators_and_escapes() {
        for (sent, name) in [
            ("a;b", "a;b"),
            ("a%22b%0D%0Ac", "a\"b\r\nc"),
            ("a\\\"b", "a\"b"),
            ("items[0][name]", "items[0][name]"),
        ] {
            let body =
                format!("--B\r\nContent-Disposition: form-data; name=\"{sent}\"\r\n\r\n1\r\n--B--\r\n");
            assert_eq!(pairs(&parse(&body).unwrap().fields), [(name, "1")], "{sent}");
        }
    }

    #[test]
    fn broken_forms_are_errors() {
        let nameless = "--B\r\nContent-Type: text/plain\r\n\r\n1\r\n--B--\r\n";
        for broken in ["", "--B", "--B\r\n", "--B\r\nx\r\n--B--", "--C--", nameless] {
            assert!(parse(broken).is_err(), "{broken:?}");
        }
        let error = parse_multipart("multipart/form-data", &Bytes::new()).err().unwrap();
        assert!(error.contains("boundary"), "{error}");
    }
}
