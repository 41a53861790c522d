//! The test bed of the contenders: a server with its responses, and a page to decode, both made from the document.

use std::fs;
use std::path::PathBuf;

use openapi_client_generator::failure::Failure;
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
pub(in crate::bench) struct Stage {
    pub(in crate::bench) server: Server,
    /// The file with the page.
    pub(in crate::bench) page: PathBuf,
    /// Its bytes.
    pub(super) size: usize,
}

impl Stage {
    /// Starts the server.
    pub(in crate::bench) fn start(place: &Place, workspace: &Workspace) -> Result<Self, Failure> {
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
            let text = response.to_string();
            if operation == LIST {
                page.clone_from(&text);
            }
            responses.insert(format!("{} {}", found.verb.as_str(), found.path), text);
        }
        let write = |name: &str, text: &str| {
            let path = place.below(name);
            let written = fs::create_dir_all(place.below("")).and_then(|()| fs::write(&path, text));
            written.map_err(|error| Failure::io("write the responses", &path, &error)).map(|()| path)
        };
        let responses = serde_json::to_string(&responses).unwrap_or_default();
        let responses = write("responses.json", &responses)?;
        let size = page.len();
        let page = write("page.json", &page)?;
        Ok(Self { server: Server::start(&responses)?, page, size })
    }
}
