//! Maps the nodes of every stage's tree to positions in the files.

use super::{Document, Indexed, Origins};
use crate::diagnostic::{Locate, Position, SourceId};
use std::sync::Arc;

/// The texts of a run, and where the stages moved their nodes: maps a pointer of any stage's tree to a line of a file.
#[derive(Debug, Default)]
pub struct SourceMap {
    document: Option<Arc<Indexed>>,
    overlay: Option<Arc<Indexed>>,
    moved: Origins,
    added: Origins,
    lowered: Origins,
}

impl SourceMap {
    /// Sets the document. Called before the overlay is applied, so that its errors can be located, and again afterwards.
    pub fn set_document(&mut self, document: &Document) {
        self.document = Some(Arc::clone(&document.text));
        self.moved = document.moved.clone();
        self.added = document.added.clone();
    }

    /// Sets the overlay.
    pub fn set_overlay(&mut self, overlay: &Document) {
        self.overlay = Some(Arc::clone(&overlay.text));
    }

    /// Sets the nodes that lowering moved.
    pub fn set_lowered(&mut self, origins: &Origins) {
        self.lowered = origins.clone();
    }
}

impl Locate for SourceMap {
    fn locate(&self, source: SourceId, pointer: &str) -> Option<Position> {
        match source {
            SourceId::Overlay => self.overlay.as_ref()?.locate(pointer),
            SourceId::Lowered => self.locate(SourceId::Document, &self.lowered.original(pointer)),
            SourceId::Document => {
                // Added nodes first: the overlay may have added a node below one that it moved.
                if let Some((target, rest)) = self.added.find(pointer) {
                    let in_overlay = format!("{target}{rest}");
                    return self.overlay.as_ref()?.locate(&in_overlay);
                }
                self.document.as_ref()?.locate(&self.moved.original(pointer))
            }
        }
    }
}
