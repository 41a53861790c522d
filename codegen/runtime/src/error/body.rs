//! A sentence about a body that is not what it should be.

use http::{HeaderMap, header::CONTENT_TYPE};

/// The most that is shown of a text that comes from outside.
const MAX_SHOWN: usize = 300;

/// Says what came instead of JSON, for a person; `None` if it looks like JSON.
pub(crate) fn describe_unexpected_body(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let start = body.trim_ascii_start();
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_json = content_type.contains("json");
    if start.is_empty() {
        return Some("the body is empty".to_owned());
    }
    if start.first() == Some(&b'<') {
        let title = title(&String::from_utf8_lossy(start));
        let page = if title.is_empty() { String::new() } else { format!(" titled `{title}`") };
        return Some(format!(
            "a page of HTML or XML{page} came in place of JSON, most likely from a proxy or firewall on the way"
        ));
    }
    if std::str::from_utf8(body).is_err() {
        return Some(format!("the body is not UTF-8 (content type `{}`)", one_line(content_type)));
    }
    if !is_json && !content_type.is_empty() {
        return Some(format!("the body is `{}`, not JSON", one_line(content_type)));
    }
    None
}

fn title(page: &str) -> String {
    let find = |tag: &str| page.to_ascii_lowercase().find(tag);
    match (find("<title>"), find("</title>")) {
        (Some(from), Some(to)) => one_line(page.get(from + 7..to).unwrap_or_default().trim()),
        _ => String::new(),
    }
}

/// A text from outside as one line of reasonable length.
pub(crate) fn one_line(text: &str) -> String {
    let mut line: String =
        text.chars().take(MAX_SHOWN).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        line.push('…');
    }
    line
}
