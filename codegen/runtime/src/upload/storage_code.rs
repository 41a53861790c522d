//! Reads the error code in the body of a storage's response.

use serde_json::Value;

use crate::wire::body::Body;

/// The most bytes of a body that are read. The error bodies of storages are shorter than a kilobyte.
const MAX_BODY_BYTES: usize = 16 * 1024;

/// The codes for bytes that did not arrive in time. S3 and the storages that are compatible with it send them with the status 400.
const TIMEOUT_CODES: [&str; 2] = ["RequestTimeout", "RequestTimeoutException"];

/// Whether a body says that the storage waited too long for the bytes.
pub(super) async fn is_storage_timeout(mut body: Body) -> bool {
    let mut bytes = Vec::new();
    // A storage that gives up may close the connection within its response.
    while let Some(Ok(chunk)) = body.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_BODY_BYTES {
            return false;
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    find_code(&text).is_some_and(|code| TIMEOUT_CODES.contains(&code.as_str()))
}

/// The code in an XML or JSON body.
fn find_code(text: &str) -> Option<String> {
    if text.trim_start().starts_with('{') {
        let json: Value = serde_json::from_str(text).ok()?;
        let objects = [Some(&json), json.get("error"), json.get("Error")].into_iter().flatten();
        let mut codes = objects.flat_map(|object| ["code", "Code", "__type"].map(|name| object.get(name)));
        let code = codes.find_map(|code| code?.as_str())?;
        return Some(code.to_owned());
    }
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once('<')?;
    Some(code.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_code_decides_and_not_the_message() {
        for (body, expected) in [
            (
                "<?xml version=\"1.0\"?><Error><Code>RequestTimeout</Code><Message>idle</Message></Error>",
                true,
            ),
            ("<Error><Message>x</Message><Code> RequestTimeout\n</Code>", true),
            (r#"{"code":"RequestTimeout"}"#, true),
            (r#" {"Error":{"Code":"RequestTimeoutException"}}"#, true),
            ("<Error><Code>AccessDenied</Code><Message>RequestTimeout</Message></Error>", false),
            (r#"{"code":"Other","message":"RequestTimeout"}"#, false),
            ("RequestTimeout", false),
            ("<Code>", false),
            ("{", false),
            ("", false),
        ] {
            assert_eq!(is_storage_timeout(Body::from(body.to_owned())).await, expected, "{body}");
        }
        let long = format!("<Code>RequestTimeout</Code>{}", " ".repeat(MAX_BODY_BYTES));
        assert!(!is_storage_timeout(Body::from(long)).await);
    }
}
