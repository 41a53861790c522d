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
    /// The URLs of the environment's other servers, by their index.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) server_urls: BTreeMap<String, String>,
}

impl StoredProfile {
    pub(super) const KEYS: [&str; 4] = ["environment", "base_url", "api_version", "account"];

    /// Sets or removes a value, and says whether profiles have one of this name.
    pub(super) fn set(&mut self, key: &str, value: Option<String>) -> bool {
        let slot = match key {
            "environment" => &mut self.environment,
            "base_url" => &mut self.base_url,
            "api_version" => &mut self.api_version,
            "account" => &mut self.account,
            _ => {
                let Some(index) = server_index(key) else { return false };
                match value {
                    Some(url) => self.server_urls.insert(index.to_owned(), url),
                    None => self.server_urls.remove(index),
                };
                return true;
            }
        };
        *slot = value;
        true
    }

    /// The values by name.
    pub(super) fn values(&self) -> Vec<(String, Option<&str>)> {
        let values = [&self.environment, &self.base_url, &self.api_version, &self.account];
        let named = Self::KEYS.iter().zip(values).map(|(key, value)| ((*key).to_owned(), value.as_deref()));
        let urls = self.server_urls.iter();
        named.chain(urls.map(|(index, url)| (format!("server_urls.{index}"), Some(url.as_str())))).collect()
    }
}

/// The index of a server in the name of a value, such as `server_urls.1`.
pub(super) fn server_index(key: &str) -> Option<&str> {
    key.strip_prefix("server_urls.")
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
