//! Other generators, installed from the registry into the scratch folder, at the versions that were compared before.

use std::path::PathBuf;
use std::process::Command;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::terminal::print_line;

use super::measured::{Measured, program_name};
use super::place::Place;
use crate::cargo::{cargo_command, run_successfully};
use crate::workspace::Workspace;

/// A generator.
#[derive(Debug)]
pub(super) struct Release {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

impl Release {
    /// What stands beside its figures.
    pub(super) fn label(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

pub(super) const OAS3_GEN: Release = Release { name: "oas3-gen", version: "0.29.0" };
pub(super) const OPENAPI_TO_RUST: Release = Release { name: "openapi-to-rust", version: "0.23.0" };

/// A generator that can be run.
#[derive(Debug)]
pub(super) struct Tool(PathBuf);

impl Tool {
    /// Installs it, which takes minutes at first and no time later.
    pub(super) fn install_tool(
        release: &Release,
        place: &Place,
        workspace: &Workspace,
    ) -> Result<Self, Failure> {
        let root = place.below("tools");
        let Release { name, version } = release;
        let program = root.join("bin").join(name).with_extension(std::env::consts::EXE_EXTENSION);
        if !program.exists() {
            print_line(&format!("installing {name} {version} …"));
        }
        let mut install = cargo_command(workspace);
        install.args(["install", "--quiet", "--locked", "--root"]).arg(&root);
        install.arg("--target-dir").arg(root.join("target")).arg(format!("{name}@{version}"));
        run_successfully(&mut install)?;
        Ok(Self(program))
    }

    /// Runs it; what it took.
    pub(super) fn run_tool(
        &self,
        place: &Place,
        set: impl FnOnce(&mut Command),
    ) -> Result<Measured, Failure> {
        program_name(&self.0, set, &place.below("tool.log"))
    }
}
