//! Formats generated files with rustfmt, in the style of this repository, before they are written or compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use whop_codegen::render::Output;

use crate::failure::Failure;

/// The settings of a generated crate's `rustfmt.toml`.
const STYLE: [&str; 4] = ["--edition", "2024", "--config", "max_width=110,use_small_heuristics=Max"];

/// Formats the Rust files among these. The generator prints without rustfmt, which is a program and not a library, so
/// that lines are broken earlier than rustfmt breaks them.
pub(crate) fn format(files: &mut [Output]) -> Result<(), Failure> {
    let folder = Scratch::new()?;
    let mut paths = Vec::new();
    for file in files.iter_mut().filter(|file| is_rust(file)) {
        let path = folder.0.join(&file.path);
        let parent = path.parent().unwrap_or(&folder.0);
        fs::create_dir_all(parent).map_err(|error| Failure::io("create the folder", parent, &error))?;
        fs::write(&path, &file.contents).map_err(|error| Failure::io("write the file", &path, &error))?;
        paths.push(path);
    }
    if paths.is_empty() {
        return Ok(());
    }
    run(&paths)?;
    for (file, path) in files.iter_mut().filter(|file| is_rust(file)).zip(&paths) {
        file.contents =
            fs::read_to_string(path).map_err(|error| Failure::io("read the file", path, &error))?;
    }
    Ok(())
}

fn is_rust(file: &Output) -> bool {
    Path::new(&file.path).extension().is_some_and(|extension| extension == "rs")
}

fn run(paths: &[PathBuf]) -> Result<(), Failure> {
    let program = std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let output = Command::new(&program).args(STYLE).args(paths).output().map_err(|error| {
        Failure::new(format!(
            "error[rustfmt]: cannot run `{}`: {error}\n = help: install it with `rustup component add rustfmt`\n\n1 error",
            program.to_string_lossy(),
        ))
    })?;
    if output.status.success() {
        return Ok(());
    }
    let printed = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!(
        "{printed}error[rustfmt]: rustfmt cannot format the generated files\n\n1 error"
    )))
}

/// A folder for one run, removed when this is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Failure> {
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let name = format!("xtask-rustfmt-{}-{}", std::process::id(), RUNS.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).map_err(|error| Failure::io("create the folder", &path, &error))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that is left behind does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
