//! The scratch folders: `target/bench` of the benches, `target/gate` of the gate, which no one else touches.

use std::path::PathBuf;

use crate::workspace::Workspace;

/// A scratch folder.
#[derive(Debug)]
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn new(workspace: &Workspace) -> Self {
        Self(workspace.path("target/bench"))
    }

    /// That of the gate, whose programs are built in another way.
    pub(super) fn gate(workspace: &Workspace) -> Self {
        Self(workspace.path("target/gate"))
    }

    pub(super) fn below(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }
}
