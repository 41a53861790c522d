//! The file with credentials, for machines without a keyring.
//!
//! On Unix only its owner can read it; a file that others can read is refused. On Windows it is in the folder of the user, whose
//! permissions it inherits.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use openapi_client_runtime::Secret;
use serde::{Deserialize, Serialize};

use crate::{
    error::CliError,
    private_file::{lock_folder, read_private, write_private},
};

const NAME: &str = "credentials.toml";

const HEADER: &str =
    "# Credentials. Keep this file to yourself; the commands `login` and `logout` change it.\n\n";

/// The file in the folder with the configuration.
pub(super) struct CredentialFile {
    path: PathBuf,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Contents {
    /// The secrets by the names of their entries.
    credentials: BTreeMap<String, String>,
}

impl CredentialFile {
    pub(super) fn new(config_folder: &Path) -> Self {
        Self { path: config_folder.join(NAME) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn read(&self, entry: &str) -> Result<Option<Secret>, CliError> {
        Ok(self.read_contents()?.credentials.remove(entry).map(Secret::from))
    }

    pub(super) fn write(&self, entry: &str, secret: &Secret) -> Result<(), CliError> {
        let _lock = lock_folder(&self.path)?;
        let mut contents = self.read_contents()?;
        contents.credentials.insert(entry.to_owned(), secret.expose().to_owned());
        self.write_contents(&contents)
    }

    /// Deletes an entry, and says whether it existed.
    pub(super) fn delete(&self, entry: &str) -> Result<bool, CliError> {
        if !self.path.exists() {
            return Ok(false);
        }
        let _lock = lock_folder(&self.path)?;
        let mut contents = self.read_contents()?;
        let existed = contents.credentials.remove(entry).is_some();
        if existed {
            self.write_contents(&contents)?;
        }
        Ok(existed)
    }

    fn read_contents(&self) -> Result<Contents, CliError> {
        let Some(text) = read_private(&self.path)? else { return Ok(Contents::default()) };
        // The error of the parser quotes the line, which has a secret.
        toml::from_str(&text).map_err(|error| {
            let line = error
                .span()
                .map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
            CliError::usage(format!(
                "cannot read `{}`: line {line} is not what `login` writes",
                self.path.display()
            ))
            .hint("Correct the line, or delete the file and log in again")
        })
    }

    fn write_contents(&self, contents: &Contents) -> Result<(), CliError> {
        let text = toml::to_string(contents)
            .map_err(|_| CliError::usage("a credential cannot be written as TOML"))?;
        write_private(&self.path, &format!("{HEADER}{text}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_io::TestFolder;

    #[test]
    fn entries_are_written_at_the_same_time() {
        let folder = TestFolder::new();
        let config = folder.0.join("config");
        std::thread::scope(|scope| {
            for number in 0..8 {
                let file = CredentialFile::new(&config);
                scope.spawn(move || {
                    file.write(&format!("e/{number}"), &Secret::from(format!("key_{number}"))).unwrap()
                });
            }
        });
        let file = CredentialFile::new(&config);
        for number in 0..8 {
            let secret = file.read(&format!("e/{number}")).unwrap().unwrap();
            assert_eq!(secret.expose(), format!("key_{number}"));
        }
        assert!(file.delete("e/3").unwrap());
        assert!(!file.delete("e/3").unwrap());
        assert!(file.read("e/3").unwrap().is_none());
    }

    #[test]
    fn damaged_files_are_errors_without_secrets() {
        let folder = TestFolder::new();
        let file = CredentialFile::new(&folder.0);
        for text in [
            "[credentials]\n\"a\" = \"top_secret\n",
            "[credentials]\na = \"b\"\n[other]\nx = \"top_secret\"\n",
        ] {
            write_private(file.path(), text).unwrap();
            let error = file.read("a").unwrap_err();
            assert!(error.message.contains("line "), "{error}");
            assert!(!format!("{error:?}").contains("top_secret"), "{error:?}");
        }
    }
}
