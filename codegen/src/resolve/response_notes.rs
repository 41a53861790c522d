//! Reads what responses say besides their body: headers, and the operations to which they lead.

use openapiv3::{Operation as Source, ReferenceOr};
use serde_json::Value;

use super::response::{is_success, responses_by_status};
use crate::ir::{Link, ResponseHeader};

/// The headers of successful responses, each once.
pub(super) fn response_headers(source: &Source) -> Vec<ResponseHeader> {
    let mut headers: Vec<ResponseHeader> = Vec::new();
    for (_, response) in responses_by_status(source).filter(|(code, _)| is_success(code)) {
        for (name, header) in &response.headers {
            let ReferenceOr::Item(header) = header else { continue };
            if headers.iter().any(|other| other.name.eq_ignore_ascii_case(name)) {
                continue;
            }
            let (name, description) = (name.clone(), header.description.clone());
            headers.push(ResponseHeader {
                name,
                description,
                deprecated: header.deprecated.unwrap_or_default(),
            });
        }
    }
    headers
}

/// The operations to which responses lead, each once.
pub(super) fn links(source: &Source) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (_, response) in responses_by_status(source) {
        let Some(Value::Object(named)) = response.extensions.get("x-codegen-links") else { continue };
        for link in named.values() {
            let text = |key: &str| link.get(key).and_then(Value::as_str).map(str::to_owned);
            let Some(operation) = text("operationId") else { continue };
            if links.iter().all(|other| other.operation != operation) {
                links.push(Link { operation, description: text("description") });
            }
        }
    }
    links
}
