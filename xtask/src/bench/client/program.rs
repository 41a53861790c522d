//! Programs of contenders: a crate in the scratch folder, built as its user would build it, dependencies from the registry.

use std::fs;
use std::path::{Path, PathBuf};

use openapi_client_generator::failure::Failure;

use crate::bench::place::Place;
use crate::cargo::{cargo_command, run_successfully};
use crate::workspace::Workspace;

/// A crate of one program, or of more that have the same dependencies.
#[derive(Debug)]
pub(in crate::bench) struct Program {
    /// The folder's and the program's name.
    pub(in crate::bench) name: &'static str,
    /// What stands under `[dependencies]`.
    pub(in crate::bench) dependencies: String,
    /// What stands at the end of the manifest: a profile.
    pub(in crate::bench) profile: String,
    /// Files below `src`; those in `bin` are further programs.
    pub(in crate::bench) files: &'static [(&'static str, &'static str)],
}

impl Program {
    /// Writes the crate, and takes the versions of our own lock where both have a crate.
    pub(in crate::bench) fn write_program(
        &self,
        place: &Place,
        workspace: &Workspace,
    ) -> Result<PathBuf, Failure> {
        let folder = place.below(self.name);
        let write_file = |path: PathBuf, text: &str| {
            fs::write(&path, text).map_err(|error| Failure::io("write the program", &path, &error))
        };
        fs::create_dir_all(folder.join("src/bin"))
            .map_err(|error| Failure::io("make the folder", &folder, &error))?;
        write_file(folder.join("Cargo.toml"), &self.render_manifest())?;
        let lock = folder.join("Cargo.lock");
        if !lock.exists() {
            fs::copy(workspace.path("Cargo.lock"), &lock)
                .map_err(|error| Failure::io("copy the lock", &lock, &error))?;
        }
        for (name, text) in self.files {
            write_file(folder.join("src").join(name), text)?;
        }
        Ok(folder)
    }

    fn render_manifest(&self) -> String {
        let Self { name, dependencies, profile, .. } = self;
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\n{dependencies}\n[workspace]\n{profile}"
        )
    }

    /// Builds one of its programs in release; where that then is.
    pub(in crate::bench) fn build_program(
        &self,
        name: &str,
        flags: &[&str],
        place: &Place,
        workspace: &Workspace,
    ) -> Result<PathBuf, Failure> {
        let folder = self.write_program(place, workspace)?;
        let target = place.below("target");
        let mut build = cargo_command(workspace);
        build.current_dir(&folder).args(["rustc", "--quiet", "--release", "--target-dir"]).arg(&target);
        // For this program only: by the profile they would be for all that it depends on.
        build.args(["--bin", name, "--"]).args(flags);
        run_successfully(build.env_remove("CARGO_TARGET_DIR"))?;
        let built = target.join("release").join(name).with_extension(std::env::consts::EXE_EXTENSION);
        Ok(built)
    }
}

/// How many bytes a file has.
pub(in crate::bench) fn file_size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|file| file.len())
}
