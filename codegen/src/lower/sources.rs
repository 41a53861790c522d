//! From a pointer of any stage's tree to a line in the file it came from.

use crate::diagnostic::{Locate, Position, SourceId};
use crate::document::{Document, Indexed, Origins};
use std::sync::Arc;

/// The texts of a run, and how nodes moved between the stages. Filled as the stages go.
#[derive(Debug, Default)]
pub struct Sources {
    document: Option<Arc<Indexed>>,
    overlay: Option<Arc<Indexed>>,
    moved: Origins,
    added: Origins,
    lowered: Origins,
}

impl Sources {
    /// Takes the document after the overlay was applied, before it is lowered.
    pub fn document(&mut self, document: &Document) {
        self.document = Some(Arc::clone(&document.text));
        self.moved = document.moved.clone();
        self.added = document.added.clone();
    }

    /// Takes the overlay.
    pub fn overlay(&mut self, overlay: &Document) {
        self.overlay = Some(Arc::clone(&overlay.text));
    }

    /// Takes what lowering moved.
    pub fn lowered(&mut self, origins: &Origins) {
        self.lowered = origins.clone();
    }
}

impl Locate for Sources {
    fn locate(&self, source: SourceId, pointer: &str) -> Option<Position> {
        match source {
            SourceId::Overlay => self.overlay.as_ref()?.locate(pointer),
            SourceId::Lowered => self.locate(SourceId::Document, &self.lowered.original(pointer)),
            SourceId::Document => {
                // The longer match is the later word: an overlay may have added a node below one that it moved.
                if let Some((target, rest)) = self.added.find(pointer) {
                    let in_overlay = format!("{target}{rest}");
                    return self.overlay.as_ref()?.locate(&in_overlay);
                }
                self.document.as_ref()?.locate(&self.moved.original(pointer))
            }
        }
    }
}
