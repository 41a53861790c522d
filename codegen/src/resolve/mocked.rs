//! Selects the response that a mock server sends: one status, and the body that belongs to it.

use openapiv3::Response;

use super::response::is_redirect;
use super::success::{Selected, first_digit};
use crate::ir::{MockedResponse, Success};

/// The statuses whose responses have no body, whatever the document says about it (RFC 9110, section 6.4.1).
const WITHOUT_BODY: [&str; 3] = ["204", "205", "304"];

/// Whether a response has no body because of its status.
pub(super) fn is_without_body(code: &str) -> bool {
    WITHOUT_BODY.contains(&code)
}

/// The response of a mock server: the first success with a body, else the first success, else the first redirect.
pub(super) fn mocked_response(
    documented: &[(String, &Response)],
    selected: &[Selected<'_>],
    may_be_empty: bool,
) -> MockedResponse {
    let body_of =
        |code: &str| selected.iter().find(|response| response.code == code && !is_without_body(code));
    // 304 (Not Modified) is no response to a request without a condition.
    let codes = documented.iter().map(|(code, _)| code.as_str()).filter(|code| *code != "304");
    let code = codes.min_by_key(|code| (is_redirect(code), body_of(code).is_none())).unwrap_or("200");
    let body = body_of(code);
    let success = body.map_or(Success::Empty, |body| body.success.clone());
    MockedResponse {
        status: status_of(code, documented),
        media_type: body.and_then(|body| body.names.first()).map(|name| (*name).to_owned()),
        body: if may_be_empty && body.is_some() { success.or_nothing() } else { success },
    }
}

/// A status that selects a response: of a range, the first one that may have a body and that no other response has.
fn status_of(code: &str, documented: &[(String, &Response)]) -> u16 {
    let is_free = |status: &u16| {
        let text = status.to_string();
        !is_without_body(&text) && documented.iter().all(|(other, _)| *other != text)
    };
    code.parse().unwrap_or_else(|_| {
        let first = first_digit(code) * 100;
        (first..first + 100).find(is_free).unwrap_or(first)
    })
}
