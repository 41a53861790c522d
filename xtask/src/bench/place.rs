//! The scratch folder of the benches: `target/bench`, which no one else touches.

use std::path::PathBuf;

use crate::workspace::Workspace;

/// A scratch folder.
#[derive(Debug)]
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn new(workspace: &Workspace) -> Self {
        Self(workspace.path("target/bench"))
    }

    pub(super) fn below(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }
}
