//! A folder for each test, small documents, and runs of the command.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A checkout in miniature: `spec/` with a document of its own, and nothing else.
pub(crate) struct Checkout {
    pub(crate) root: PathBuf,
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) const DOCUMENT: &str = include_str!("pets.yaml");
const DIGEST: &str = "8b3a";

impl Checkout {
    pub(crate) fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("spec")).unwrap();
        let checkout = Self { root };
        checkout.write("spec/whop.openapi.yaml", DOCUMENT);
        checkout.write("spec/overlay.yaml", "overlay: 1.0.0\ninfo: {title: None, version: 1.0.0}\nactions:\n  - target: $.info\n    update: {description: Pets for tests.}\n");
        checkout.write("spec/codegen.toml", "[crate]\nname = \"pets\"\n");
        let source =
            format!("url = \"https://example.com/pets\"\ndate = \"2026-01-01\"\nsha256 = \"{DIGEST}\"\n");
        checkout.write("spec/source.toml", &source);
        // The command itself tells the digest.
        let refused = checkout.run(&["codegen"]);
        let digest = refused.err.split("its SHA-256 is ").nth(1).unwrap().get(..64).unwrap().to_owned();
        checkout.write("spec/source.toml", &source.replace(DIGEST, &digest));
        checkout
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(args)
            .current_dir(&self.root)
            .env("CARGO_MANIFEST_DIR", self.root.join("xtask"))
            .output()
            .unwrap();
        Ran {
            status: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs what must succeed, and returns what it said.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.status, Some(0), "{}", ran.err);
        ran.out
    }

    /// Every file below a folder.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let top = self.root.join(folder);
        let mut found = BTreeMap::new();
        let mut folders = vec![top.clone()];
        while let Some(next) = folders.pop() {
            let Ok(entries) = fs::read_dir(&next) else { continue };
            for entry in entries {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&top).unwrap().to_str().unwrap().to_owned();
                    found.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        found
    }
}
