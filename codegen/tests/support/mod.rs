//! The fixtures: documents with their configuration, in folders of their own.

#[allow(dead_code, reason = "one test looks at documentation")]
pub(crate) mod pages;

use std::fs;
use std::path::{Path, PathBuf};

use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::document::Source;
use whop_codegen::emit::Origin;
use whop_codegen::{Dependencies, Generated, Inputs, Layout, Options, Placement, generate};

/// A folder with a document.
pub(crate) struct Fixture {
    /// The name of the folder.
    pub(crate) name: String,
    /// The path of the folder.
    pub(crate) folder: PathBuf,
    /// The document.
    pub(crate) document: Source,
}

/// The small documents, by name: each is about one feature of OpenAPI.
#[allow(dead_code, reason = "one test is about the other documents")]
pub(crate) fn fixtures() -> Vec<Fixture> {
    read_fixtures("fixtures")
}

/// The documents in a folder of the tests, by name.
pub(crate) fn read_fixtures(folder: &str) -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut folders: Vec<PathBuf> = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(!folders.is_empty(), "no fixtures in {}", root.display());
    let fixtures = folders.into_iter().map(|folder| {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let document = ["openapi.yaml", "openapi.json"].into_iter().find_map(|file| source(&folder, file));
        Fixture { document: document.unwrap_or_else(|| panic!("{name}: no document")), name, folder }
    });
    fixtures.collect()
}

/// A file of a fixture, if it has it.
pub(crate) fn source(folder: &Path, name: &str) -> Option<Source> {
    let bytes = fs::read(folder.join(name)).ok()?;
    Some(Source::from_bytes(name, bytes, &mut Diagnostics::default()).unwrap())
}

impl Fixture {
    /// The inputs for a document with the overlay, the configuration and the renames of the fixture. `crates` is the path to
    /// the folder of the crates that the generated one depends on.
    pub(crate) fn inputs(&self, document: Source, crates: &str) -> Inputs {
        Inputs {
            document,
            overlays: source(&self.folder, "overlay.yaml").into_iter().collect(),
            config: source(&self.folder, "codegen.toml"),
            renames: source(&self.folder, "renames.toml"),
            pages: std::collections::BTreeMap::new(),
            origin: Origin::default(),
            placement: Placement {
                command: "cargo xtask codegen".to_owned(),
                dependencies: Dependencies::Folder(crates.to_owned()),
                layout: Layout::Member,
                package: None,
            },
        }
    }

    /// Generates the crate of a document, as [`inputs`](Self::inputs) says.
    pub(crate) fn generate(&self, document: Source, crates: &str) -> Generated {
        generate(self.inputs(document, crates), &Options::default())
    }
}
