//! Where a schema is in the document.

use crate::document::pointer;
use crate::ir::Root;

/// Where a schema is. `openapiv3` keeps no positions, so each function passes the site on to what is inside.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) pointer: String,
    pub(super) root: Root,
    /// The component, property, collection or event whose value the schema describes; it determines which kind of identifier a
    /// property `id` is.
    pub(super) label: String,
    /// The label of what a response or an event wraps: the items of a page, the data of an event.
    pub(super) contents: Option<String>,
}

impl Site {
    pub(super) fn new(pointer: String, root: Root, label: &str) -> Self {
        Self { pointer, root, label: label.to_owned(), contents: None }
    }

    /// The site at a relative pointer below this one.
    pub(super) fn step(&self, path: &str) -> Self {
        Self { pointer: format!("{}/{path}", self.pointer), ..self.clone() }
    }

    /// The site of a property.
    pub(super) fn property(&self, name: &str) -> Self {
        let pointer = pointer::join(&format!("{}/properties", self.pointer), name);
        Self::new(pointer, self.root.clone(), name)
    }
}

/// The pointer of a component.
pub(super) fn component_pointer(name: &str) -> String {
    pointer::from_segments(["components", "schemas", name])
}
