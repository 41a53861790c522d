//! Maps the nodes of every stage's tree to positions in the files.

use super::source::Format;
use super::{Document, Indexed, Origins, Source};
use crate::diagnostic::{Locate, Position, SourceId};
use std::sync::Arc;

/// The texts of a run, and where the stages moved their nodes: maps a pointer of any stage's tree to a line of a file.
#[derive(Debug, Default)]
pub struct SourceMap {
    document: Option<Arc<Indexed>>,
    overlays: Vec<Arc<Indexed>>,
    configuration: Option<Arc<Indexed>>,
    moved: Origins,
    added: Origins,
    lowered: Origins,
}

impl SourceMap {
    /// Sets the document. Called before the overlays are applied, so that its errors can be located, and again afterwards.
    pub fn set_document(&mut self, document: &Document) {
        self.document = Some(Arc::clone(&document.text));
        self.moved = document.moved.clone();
        self.added = document.added.clone();
    }

    /// Sets the overlays, in the order in which they are applied.
    pub fn set_overlays(&mut self, overlays: &[Document]) {
        self.overlays = overlays.iter().map(|overlay| Arc::clone(&overlay.text)).collect();
    }

    /// Sets the configuration, a TOML text.
    pub fn set_configuration(&mut self, source: Source) {
        self.configuration = Some(Arc::new(Indexed::new(source, Format::Toml)));
    }

    /// Locates a node of the list of overlays: the first segment of the pointer is the number of the file.
    fn locate_in_overlays(&self, pointer: &str) -> Option<Position> {
        let pointer = pointer.strip_prefix('/')?;
        let end = pointer.find('/').unwrap_or(pointer.len());
        let (number, rest) = pointer.split_at_checked(end)?;
        self.overlays.get(number.parse::<usize>().ok()?)?.locate(rest)
    }

    /// The pointer in the document of a node of the lowered tree.
    #[must_use]
    pub fn document_pointer(&self, lowered: &str) -> String {
        self.lowered.original(lowered).into_owned()
    }

    /// Sets the nodes that lowering moved.
    pub fn set_lowered(&mut self, origins: &Origins) {
        self.lowered = origins.clone();
    }
}

impl Locate for SourceMap {
    fn locate(&self, source: SourceId, pointer: &str) -> Option<Position> {
        match source {
            SourceId::Configuration => self.configuration.as_ref()?.locate(pointer),
            SourceId::Overlay => self.locate_in_overlays(pointer),
            SourceId::Lowered => self.locate(SourceId::Document, &self.lowered.original(pointer)),
            SourceId::Document => {
                // Added nodes first: an overlay may have added a node below one that it moved.
                if let Some((target, rest)) = self.added.find(pointer) {
                    return self.locate_in_overlays(&format!("{target}{rest}"));
                }
                self.document.as_ref()?.locate(&self.moved.original(pointer))
            }
        }
    }
}
