//! What contenders meet: a server with its answers, and a page to decode, both made from the document.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value};
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::model::{Model, ModelInputs};

use super::sample::Sampler;
use super::server::{Answers, Server};
use crate::bench::place::Place;
use crate::failure::Failure;
use crate::input::{Choice, gather};
use crate::workspace::Workspace;

/// Items of the page that is asked for.
pub(super) const ITEMS: usize = 50;
/// The operations that are called, as the document names them: a list, and a call with a body.
const LIST: &str = "listPayment";
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

/// Which version of the API answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The document's.
    Document,
    /// The later one that the official crate is made for, where amounts are objects. What else it knows not it passes over.
    Later,
}

impl Stage {
    /// Starts the server of a dialect.
    pub(super) fn set(dialect: Dialect, place: &Place, workspace: &Workspace) -> Result<Self, Failure> {
        let mut diagnostics = Diagnostics::default();
        let Some(texts) = gather(Choice::default(), workspace, &mut diagnostics) else {
            return Err(Failure::messages(&diagnostics));
        };
        let inputs = ModelInputs { document: texts.document, overlay: texts.overlay, config: texts.config };
        let model = Model::read(inputs).map_err(Failure::new)?;
        let mut sampler = Sampler::new(&model.api);
        let mut answers = Answers::new();
        let mut page = String::new();
        for operation in [LIST, LINK] {
            let found = model.api.operations.iter().find(|other| other.id == operation);
            let Some((found, answer)) = found.zip(sampler.answer(operation, ITEMS)) else {
                let text =
                    format!("error: the document has no operation `{operation}` that answers with JSON");
                return Err(Failure::new(text));
            };
            let text = if dialect == Dialect::Later { later(answer) } else { answer }.to_string();
            if operation == LIST {
                page.clone_from(&text);
            }
            answers.insert(format!("{} {}", found.verb.as_str(), found.path), text);
        }
        let write = |name: String, text: &str| {
            let path = place.below(&name);
            let written = fs::create_dir_all(place.below("")).and_then(|()| fs::write(&path, text));
            written.map_err(|error| Failure::io("write the answers", &path, &error)).map(|()| path)
        };
        let answers = serde_json::to_string(&answers).unwrap_or_default();
        let answers = write(format!("answers-{dialect:?}.json"), &answers)?;
        let size = page.len();
        let page = write(format!("page-{dialect:?}.json"), &page)?;
        Ok(Self { server: Server::start(&answers)?, page, size })
    }
}

/// The same answer with amounts as objects.
fn later(answer: Value) -> Value {
    match answer {
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, later(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(later).collect()),
        Value::Number(number) if number.is_f64() => Value::Object(Map::from_iter([
            ("amount".to_owned(), Value::from(number.to_string())),
            ("currency".to_owned(), Value::from("usd")),
            ("decimals".to_owned(), Value::from(2)),
            ("display_decimals".to_owned(), Value::from(2)),
        ])),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::later;

    #[test]
    fn amounts_become_objects_and_counts_do_not() {
        let answer = json!({ "data": [{ "total": 1.5, "count": 2 }] });
        let money = json!({ "amount": "1.5", "currency": "usd", "decimals": 2, "display_decimals": 2 });
        assert_eq!(later(answer), json!({ "data": [{ "total": money, "count": 2 }] }));
    }
}
