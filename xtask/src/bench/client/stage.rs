//! The test bed of the contenders: a server with its responses, and a page to decode, both made from the document.

use std::fs;
use std::path::PathBuf;

use openapi_client_generator::failure::Failure;
use serde_json::Value;
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::model::{Model, ModelInputs};

use super::sample::Sampler;
use super::server::{Responses, Server};
use crate::bench::place::Place;
use crate::input::{Choice, gather_texts};
use crate::workspace::Workspace;

/// Items of the page that is asked for.
pub(super) const ITEMS: usize = 50;
/// The operations that are called, as the document names them: a list, and a call with a body.
const LIST: &str = "listPayments";
const LINK: &str = "createAccountLink";

/// A server and a page.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) server: Server,
    /// The file with the page.
    pub(super) page: PathBuf,
    /// Its bytes.
    pub(super) size: usize,
}

/// The version of the API that responds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The document's.
    Document,
    /// The later one that the official crate is made for: payments have other members, amounts are objects.
    Later,
}

impl Stage {
    /// Starts the server of a dialect.
    pub(super) fn set_member(
        dialect: Dialect,
        place: &Place,
        workspace: &Workspace,
    ) -> Result<Self, Failure> {
        let mut diagnostics = Diagnostics::default();
        let Some(texts) = gather_texts(Choice::default(), workspace, &mut diagnostics) else {
            return Err(Failure::messages(&diagnostics));
        };
        let inputs = ModelInputs { document: texts.document, overlays: texts.overlays, config: texts.config };
        let model = Model::read(inputs).map_err(|messages| Failure::new(messages.to_string()))?;
        let mut sampler = Sampler::new(&model.api);
        let mut responses = Responses::new();
        let mut page = String::new();
        for operation in [LIST, LINK] {
            let found = model.api.operations.iter().find(|other| other.id == operation);
            let Some((found, response)) = found.zip(sampler.response(operation, ITEMS)) else {
                let text =
                    format!("error: the document has no operation `{operation}` that responds with JSON");
                return Err(Failure::new(text));
            };
            let text =
                if dialect == Dialect::Later { to_later_version(response) } else { response }.to_string();
            if operation == LIST {
                page.clone_from(&text);
            }
            responses.insert(format!("{} {}", found.verb.as_str(), found.path), text);
        }
        let write = |name: String, text: &str| {
            let path = place.below(&name);
            let written = fs::create_dir_all(place.below("")).and_then(|()| fs::write(&path, text));
            written.map_err(|error| Failure::io("write the responses", &path, &error)).map(|()| path)
        };
        let responses = serde_json::to_string(&responses).unwrap_or_default();
        let responses = write(format!("responses-{dialect:?}.json"), &responses)?;
        let size = page.len();
        let page = write(format!("page-{dialect:?}.json"), &page)?;
        Ok(Self { server: Server::start(&responses)?, page, size })
    }
}

/// A payment of the later version, with everything that the official crate knows, and about as long as one of ours.
const LATER: &str = include_str!("../../../programs/whop_sdk.json");

/// The same page with items of the later version, each with the id of its own.
fn to_later_version(page: Value) -> Value {
    let item: Value = serde_json::from_str(LATER).unwrap_or_default();
    let replaced = |own: Value| {
        let mut item = item.clone();
        if let (Value::Object(item), Some(id)) = (&mut item, own.get("id")) {
            item.insert("id".to_owned(), id.clone());
        }
        item
    };
    let mut page = page;
    if let Some(Value::Array(items)) = page.get_mut("data") {
        *items = std::mem::take(items).into_iter().map(replaced).collect();
    }
    page
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::to_later_version;

    #[test]
    fn items_are_of_the_later_version_and_keep_their_ids() {
        let page = to_later_version(
            json!({ "data": [{ "id": "a", "total": 1.5 }, { "id": "b" }], "page_info": {} }),
        );
        let ids = page["data"].as_array().map(|items| items.iter().map(|item| item["id"].clone()).collect());
        assert_eq!(ids, Some(vec![json!("a"), json!("b")]));
        assert_eq!(page["data"][0]["total"]["amount"], "10.43");
        assert_eq!(page["page_info"], json!({}));
        assert_eq!(to_later_version(json!({ "url": "x" })), json!({ "url": "x" }));
    }
}
