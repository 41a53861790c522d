//! Describes response bodies that are not the expected JSON.

use http::{HeaderMap, header::CONTENT_TYPE};

/// The most characters of a foreign text that a message contains.
const MAX_CHARACTERS: usize = 300;

/// Says what a body is if it is not JSON; `None` if it looks like JSON.
pub(crate) fn describe_unexpected_body(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let start = body.trim_ascii_start();
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if start.is_empty() {
        return Some("the body is empty".to_owned());
    }
    if start.first() == Some(&b'<') {
        let title = page_title(&String::from_utf8_lossy(start));
        let title = if title.is_empty() { String::new() } else { format!(" with the title `{title}`") };
        return Some(format!(
            "expected JSON, found an HTML or XML page{title}, probably sent by a proxy or firewall"
        ));
    }
    if std::str::from_utf8(body).is_err() {
        return Some(format!(
            "expected JSON, found bytes that are not UTF-8 (content type `{}`)",
            single_line(content_type)
        ));
    }
    if !content_type.is_empty() && !content_type.contains("json") {
        return Some(format!("expected JSON, found `{}`", single_line(content_type)));
    }
    None
}

fn page_title(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    match (lower.find("<title>"), lower.find("</title>")) {
        (Some(start), Some(end)) => {
            single_line(page.get(start + "<title>".len()..end).unwrap_or_default().trim())
        }
        _ => String::new(),
    }
}

/// Makes a foreign text safe to log: one line without control characters, of limited length.
pub(crate) fn single_line(text: &str) -> String {
    let mut line: String = text
        .chars()
        .take(MAX_CHARACTERS)
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    if text.chars().nth(MAX_CHARACTERS).is_some() {
        line.push('…');
    }
    line
}
