//! The crate that the generator oas3-gen makes of the same document.

use std::fs;
use std::path::PathBuf;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;

use crate::bench::measured::{Measured, Whose, count_compilers};
use crate::bench::place::Place;
use crate::bench::tools::{OAS3_GEN, Tool};
use crate::cargo::{cargo_command, run_successfully};
use crate::input::vendored_document;
use crate::workspace::Workspace;

/// The name of the crate that is written.
const NAME: &str = "oas3_client";

/// The crate, with its dependencies built.
pub(super) struct PeerCrate<'a> {
    folder: PathBuf,
    target: PathBuf,
    place: &'a Place,
    workspace: &'a Workspace,
}

impl<'a> PeerCrate<'a> {
    /// Generates it from the vendored document and compiles it once.
    pub(super) fn write_crate(place: &'a Place, workspace: &'a Workspace) -> Result<Self, Failure> {
        begin_step("generating the crate of the peer");
        let tool = Tool::install_tool(&OAS3_GEN, place, workspace)?;
        let folder = place.below("oas3-client");
        let _ = fs::remove_dir_all(&folder);
        let document = workspace.path(vendored_document(workspace));
        tool.run_tool(place, |command| {
            command
                .args(["generate", "client-mod", "--workspace", "-i"])
                .arg(document)
                .arg("-o")
                .arg(&folder);
        })?;
        // It stands below our workspace, and is none of it; it takes its name from the document.
        let manifest = folder.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap_or_default();
        let text = with_package_name(&text) + "\n[workspace]\n";
        fs::write(&manifest, text).map_err(|error| Failure::io("write the manifest", &manifest, &error))?;
        let peer = Self { folder, target: place.below("oas3-target"), place, workspace };
        peer.compile_crate()?;
        Ok(peer)
    }

    /// Compiles it anew and tells what its rustc took.
    pub(super) fn compile_crate(&self) -> Result<Measured, Failure> {
        let cargo = || {
            let mut cargo = cargo_command(self.workspace);
            cargo.current_dir(&self.folder);
            cargo
        };
        let mut clean = cargo();
        run_successfully(
            clean.args(["clean", "--quiet", "--package", NAME, "--target-dir"]).arg(&self.target),
        )?;
        let mut build = cargo();
        build.args(["build", "--quiet", "--jobs", "2", "--target-dir"]).arg(&self.target);
        build.env("CARGO_INCREMENTAL", "0");
        let found = count_compilers(&mut build, Whose::Workspace, &self.place.below("rustc.log"))?;
        let nothing = || Failure::new("error: cargo did not compile the crate of oas3-gen");
        found.into_iter().find(|run| run.name == NAME).ok_or_else(nothing)
    }
}

/// The manifest with our name for the crate.
fn with_package_name(manifest: &str) -> String {
    let mut renamed = false;
    let lines = manifest.lines().map(|line| {
        if !renamed && line.starts_with("name") {
            renamed = true;
            return format!("name = \"{NAME}\"");
        }
        line.to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::with_package_name;

    #[test]
    fn the_crate_has_our_name() {
        let text = "[package]\nname = \"theirs\"\n\n[lib]\nname = \"theirs\"";
        assert_eq!(with_package_name(text), "[package]\nname = \"oas3_client\"\n\n[lib]\nname = \"theirs\"");
    }
}
