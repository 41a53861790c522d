//! Removes from the overlays and the configuration what no longer fits a document, and moves texts to where a field went.
//! The rest of the files keeps its bytes.

mod config;
mod moves;
mod overlay;

use std::collections::BTreeSet;

use serde_json::Value;
use whop_codegen::diagnostic::{Code, Diagnostic, Messages, Place, Position};
use whop_codegen::document::Source;

pub(super) use moves::Moves;

/// The texts that are edited.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    pub(super) overlays: Vec<Source>,
    pub(super) config: Source,
}

/// An action or an entry that does not fit the document.
#[derive(Debug, Clone)]
pub(super) struct Misfit {
    pub(super) message: String,
    pub(super) position: Position,
    /// For an action that creates what it describes: the pointer in the document.
    pub(super) created: Option<String>,
}

impl Misfit {
    /// The pointer in the file.
    fn pointer(&self) -> &str {
        self.position.pointer.as_deref().unwrap_or_default()
    }

    fn describe(&self) -> String {
        let Position { file, line, .. } = &self.position;
        format!("{file}:{line}: {}", self.message)
    }
}

/// The misfits among the messages of a run.
pub(super) fn collect_misfits(messages: &Messages) -> Vec<Misfit> {
    let found = messages.iter().filter_map(|(diagnostic, position)| {
        let Diagnostic { code, message, place, .. } = diagnostic;
        if !code.is_misfit() {
            return None;
        }
        let created = match place {
            Place::Pointer { pointer, .. } if *code == Code::BROUGHT_BACK => Some(pointer.clone()),
            _ => None,
        };
        Some(Misfit { message: message.clone(), position: position?, created })
    });
    found.collect()
}

/// What was done.
#[derive(Debug, Default)]
pub(super) struct Pruned {
    pub(super) moved: Vec<String>,
    pub(super) removed: Vec<String>,
    /// What cannot be edited by line, and is left to a person.
    pub(super) left: BTreeSet<String>,
}

/// The documents before and after.
#[derive(Debug, Clone, Copy)]
pub(super) struct Documents<'a> {
    pub(super) old: &'a Value,
    pub(super) new: &'a Value,
    pub(super) moves: &'a Moves,
}

/// Edits the texts once. Returns whether anything changed: a removed action may leave another one dead, so the caller repeats it.
pub(super) fn prune(
    texts: &mut Texts,
    misfits: &[Misfit],
    documents: Documents<'_>,
    pruned: &mut Pruned,
) -> bool {
    let before = texts.clone();
    pruned.left.clear();
    for source in &mut texts.overlays {
        let own: Vec<&Misfit> = misfits.iter().filter(|misfit| misfit.position.file == source.name).collect();
        if !own.is_empty() {
            source.text = overlay::prune_overlay(source, &own, documents, pruned);
        }
    }
    let own: Vec<&Misfit> =
        misfits.iter().filter(|misfit| misfit.position.file == texts.config.name).collect();
    if !own.is_empty() {
        texts.config.text = config::prune_config(&texts.config.text, &own, pruned);
    }
    let is_same = |(one, other): (&Source, &Source)| one.text == other.text;
    texts.config.text != before.config.text || !texts.overlays.iter().zip(&before.overlays).all(is_same)
}

#[cfg(test)]
mod tests;
