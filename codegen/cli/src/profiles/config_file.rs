//! The file `config.toml` with the profiles.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    error::CliError,
    private_file::{lock_folder, read_file, write_private},
};

const NAME: &str = "config.toml";

/// What the file contains. It is written as a whole, so comments of people are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Config {
    /// The name of the profile that is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) profile: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) profiles: BTreeMap<String, StoredProfile>,
}

/// What a profile sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StoredProfile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) environment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) base_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) api_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
}

impl StoredProfile {
    pub(super) const KEYS: [&str; 4] = ["environment", "base_url", "api_version", "account"];

    /// The value with this name; `None` if a profile has no such value.
    pub(super) fn value_mut(&mut self, key: &str) -> Option<&mut Option<String>> {
        match key {
            "environment" => Some(&mut self.environment),
            "base_url" => Some(&mut self.base_url),
            "api_version" => Some(&mut self.api_version),
            "account" => Some(&mut self.account),
            _ => None,
        }
    }

    /// The values by name.
    pub(super) fn values(&self) -> [(&'static str, Option<&str>); 4] {
        let [environment, base_url, api_version, account] = Self::KEYS;
        [
            (environment, self.environment.as_deref()),
            (base_url, self.base_url.as_deref()),
            (api_version, self.api_version.as_deref()),
            (account, self.account.as_deref()),
        ]
    }
}

/// The file in the folder with the configuration.
pub(super) struct ConfigFile {
    path: PathBuf,
}

impl ConfigFile {
    pub(super) fn new(config_folder: &Path) -> Self {
        Self { path: config_folder.join(NAME) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the file; without one, there are no profiles.
    pub(super) fn read(&self) -> Result<Config, CliError> {
        let Some(text) = read_file(&self.path)? else { return Ok(Config::default()) };
        toml::from_str(&text).map_err(|error| {
            let place =
                error.span().and_then(|span| text.get(..span.start)).map_or_else(String::new, |before| {
                    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
                    format!(":{}:{column}", before.matches('\n').count() + 1)
                });
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            CliError::usage(format!("{}{place}: {message}", self.path.display()))
        })
    }

    /// Changes the file. If writing fails, the old file stays.
    pub(super) fn change<T>(
        &self,
        change: impl FnOnce(&mut Config) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let _lock = lock_folder(&self.path)?;
        let old = self.read()?;
        let mut config = old.clone();
        let value = change(&mut config)?;
        if config != old {
            let text = toml::to_string(&config).map_err(|error| {
                CliError::usage(format!("the profile cannot be written as TOML: {error}"))
            })?;
            write_private(&self.path, &text)?;
        }
        Ok(value)
    }
}
