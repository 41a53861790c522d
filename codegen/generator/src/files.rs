//! The input files of a crate.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use whop_codegen::config::{Config, Package};
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::document::Source;
use whop_codegen::emit::Origin;
use whop_codegen::{Inputs, Placement};

use crate::failure::Failure;
use crate::input::{read_bytes, read_overlays, read_source, sha256_digest};

/// The input files of a crate, as paths from the current folder.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// The OpenAPI document, JSON or YAML.
    pub document: PathBuf,
    /// OpenAPI Overlays, applied in this order: files, or folders of which each `*.yaml` is applied, sorted by name.
    pub overlays: Vec<PathBuf>,
    /// The configuration of the generator.
    pub config: Option<PathBuf>,
    /// Old names that the crate keeps as deprecated aliases.
    pub renames: Option<PathBuf>,
    /// The folder of the Markdown files that the configuration names as documentation of the crate. Without it, they are left
    /// out.
    pub pages: Option<PathBuf>,
}

impl Files {
    /// Reads all files. `diagnostics` are the messages so far.
    ///
    /// # Errors
    /// The messages so far, and one for each file that cannot be read.
    pub fn read(&self, placement: Placement, mut diagnostics: Diagnostics) -> Result<Inputs, Failure> {
        let inputs = self.read_all(placement, &mut diagnostics).filter(|_| !diagnostics.has_errors());
        inputs.ok_or_else(|| Failure::messages(&diagnostics))
    }

    fn read_all(&self, placement: Placement, diagnostics: &mut Diagnostics) -> Option<Inputs> {
        let named = |path: &Path| (path.to_path_buf(), path.display().to_string());
        let document = read_bytes(named(&self.document), diagnostics);
        let overlays = read_overlays(&self.overlays, diagnostics);
        let config = self.config.as_deref().map(|path| read_source(named(path), diagnostics));
        let renames = self.renames.as_deref().map(|path| read_source(named(path), diagnostics));
        let (name, bytes) = document?;
        let origin = Origin { sha256: sha256_digest(&bytes), ..Origin::default() };
        let document = Source::from_bytes(name, bytes, diagnostics)?;
        // An inner `None` is a file that could not be read.
        let (config, renames) = (transpose_read(config)?, transpose_read(renames)?);
        let pages = match &self.pages {
            Some(folder) => read_pages(config.as_ref(), folder, diagnostics)?,
            None => BTreeMap::new(),
        };
        Some(Inputs { document, overlays: overlays?, config, renames, pages, origin, placement })
    }
}

/// Turns a file that was not asked for into `Some(None)`, and one that could not be read into `None`.
#[must_use]
pub fn transpose_read<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(None) => None,
        Some(some) => Some(some),
        None => Some(None),
    }
}

/// The Markdown files that a configuration names, by their paths from a folder.
pub fn read_pages(
    config: Option<&Source>,
    folder: &Path,
    diagnostics: &mut Diagnostics,
) -> Option<BTreeMap<String, String>> {
    // An invalid configuration has no pages here; the generator reports what is wrong with it.
    let config: Config = config.and_then(|config| toml::from_str(&config.text).ok()).unwrap_or_default();
    let Package { readme, guides, .. } = config.package;
    let files = readme.into_iter().chain(guides.into_iter().map(|guide| guide.file));
    files
        .map(|file| {
            let text = read_source((folder.join(&file), file.clone()), diagnostics)?.text;
            Some((file, text))
        })
        .collect()
}
