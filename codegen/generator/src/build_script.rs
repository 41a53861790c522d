//! Generates a client from a build script.

use std::env;
use std::path::{Path, PathBuf};

use whop_codegen::diagnostic::{Diagnostics, RenderStyle};
use whop_codegen::{Dependencies, Generated, Layout, Options, Placement};

use crate::crates::generate_silently;
use crate::failure::Failure;
use crate::files::Files;
use crate::output::write;

/// The folder below `OUT_DIR` that receives the client.
const FOLDER: &str = "client";

/// Generates a client into `OUT_DIR` of the package whose build script this is.
///
/// The package includes the client as its root, and has the dependencies of the client in its manifest; the documentation of
/// this crate shows both.
#[derive(Debug, Clone, Default)]
#[must_use = "nothing is generated until it is run"]
pub struct BuildScript {
    files: Files,
    selects_tags: bool,
}

impl BuildScript {
    /// A client of a document, JSON or YAML. All paths start at the folder of the package.
    pub fn new(document: impl Into<PathBuf>) -> Self {
        Self { files: Files { document: document.into(), ..Files::default() }, selects_tags: false }
    }

    /// Applies an OpenAPI Overlay to the document: a file, or a folder of which each `*.yaml` is applied, sorted by name. May be
    /// called several times.
    pub fn overlay(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.overlays.push(path.into());
        self
    }

    /// Configures the generator by a file.
    pub fn config(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.config = Some(path.into());
        self
    }

    /// Keeps old names, which a file lists, as deprecated aliases.
    pub fn renames(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.renames = Some(path.into());
        self
    }

    /// Compiles only the tags of the document that the features of the package select. The manifest then has a feature for each,
    /// with the name of the tag in kebab case. Without this call, all tags are compiled.
    pub fn select_tags_by_features(mut self) -> Self {
        self.selects_tags = true;
        self
    }

    /// Generates the client and writes it, and prints to cargo on which files it depends.
    ///
    /// # Errors
    /// What is wrong with which input file and line; a file that cannot be read or written; a call outside a build script.
    pub fn run(self) -> Result<(), Failure> {
        let variable = |name: &str| {
            let missing = || {
                Failure::new(format!(
                    "error: `{name}` is not set: this is for build scripts, which cargo runs"
                ))
            };
            env::var_os(name).map(PathBuf::from).ok_or_else(missing)
        };
        let (package, out) = (variable("CARGO_MANIFEST_DIR")?, variable("OUT_DIR")?);
        for path in self.inputs() {
            println!("cargo::rerun-if-changed={}", package.join(path).display());
        }
        let generated = self.generate()?;
        write(&out.join(FOLDER), &generated.files)?;
        println!("cargo::rustc-check-cfg=cfg(feature, values(any()))");
        if !self.selects_tags {
            for feature in generated.tag_features {
                println!("cargo::rustc-cfg=feature={feature:?}");
            }
        }
        for line in generated.messages.render(RenderStyle::Plain).lines().filter(|line| !line.is_empty()) {
            println!("cargo::warning={line}");
        }
        Ok(())
    }

    fn inputs(&self) -> impl Iterator<Item = &Path> {
        let Files { document, overlays, config, renames, .. } = &self.files;
        [document].into_iter().chain(overlays).chain(config).chain(renames).map(PathBuf::as_path)
    }

    /// The client in memory. The current folder of a build script is that of its package.
    fn generate(&self) -> Result<Generated, Failure> {
        let placement = Placement {
            command: "a build script".to_owned(),
            dependencies: Dependencies::Registry,
            layout: Layout::Included,
            package: env::var("CARGO_PKG_NAME").ok(),
        };
        let inputs = self.files.read(placement, Diagnostics::default())?;
        let mut generated = generate_silently(inputs, &Options::default())?;
        // The records of the generator are for crates that are under version control.
        generated.files.retain(|file| file.path.starts_with("src/"));
        Ok(generated)
    }
}
