//! The configuration: what belongs to one API and is no fact of OpenAPI. Data, no logic beyond reading it.

mod flow;
mod mock;
mod read;
mod signing;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use flow::{TokenSource, Upload};
pub use mock::{Mock, Words};
pub use read::position;
pub use signing::{UserTokens, Webhooks};

/// `spec/codegen.toml`. Every part may be left out; what is absent is neutral.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The crate that is written.
    #[serde(rename = "crate")]
    pub package: Package,
    /// The environments; the first is the default. Without any, the document's servers are one.
    pub environments: Vec<Environment>,
    /// Environment variables that the client reads.
    pub variables: Variables,
    /// The header that pins the version of the API.
    pub version: Option<Version>,
    /// Idempotency keys.
    pub idempotency: Idempotency,
    /// Retries.
    pub retry: Retry,
    /// Header names that carry the id of a request.
    pub request_id_headers: Vec<String>,
    /// Names that the document gives badly.
    pub names: Names,
    /// Kinds of identifiers.
    pub ids: Vec<Id>,
    /// Properties whose text no log may show: `Component.property`, or `property` anywhere.
    pub secrets: Vec<String>,
    /// Formats that the document spells in its own way, with the standard's word.
    pub formats: BTreeMap<String, String>,
    /// Schema keywords that the generator does not know, and what to do with them.
    pub keywords: BTreeMap<String, String>,
    /// How arrays in queries are written, where the server wants another style than the document says.
    pub query_arrays: Option<QueryArrays>,
    /// The member names of a page.
    pub pages: Pages,
    /// How webhooks are signed; without it nothing verifies them.
    pub webhooks: Option<Webhooks>,
    /// Tokens of users that the API's proxy passes on; without it nothing verifies them.
    pub user_tokens: Option<UserTokens>,
    /// How the API words the faults of a request; neutral words without it.
    pub mock: Mock,
    /// Uploads of several calls.
    pub uploads: Vec<Upload>,
    /// Tokens that a call mints, to be kept and renewed.
    pub token_sources: Vec<TokenSource>,
}

/// The crate that is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Package {
    /// Its name; the title of the document otherwise.
    pub name: Option<String>,
    /// Its version.
    pub version: String,
    /// Its description for the registry.
    pub description: Option<String>,
    /// The licence expression.
    pub license: Option<String>,
    /// The repository's address.
    pub repository: Option<String>,
    /// What stands at the head of the crate's documentation.
    pub documentation: Option<String>,
    /// A file whose text becomes the head of the crate's documentation, relative to the crate.
    pub readme: Option<String>,
    /// Programs under `examples/`, written by hand. A crate outside the workspace has none.
    pub examples: Vec<Example>,
    /// What those programs depend on besides, as Cargo has it.
    pub dev_dependencies: BTreeMap<String, toml::Value>,
}

/// A program under `examples/`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Example {
    /// Its name, which is that of its file.
    pub name: String,
    /// The features that it needs.
    pub features: Vec<String>,
}

impl Default for Package {
    fn default() -> Self {
        Self {
            name: None,
            version: "0.1.0".to_owned(),
            description: None,
            license: None,
            repository: None,
            documentation: None,
            readme: None,
            examples: Vec::new(),
            dev_dependencies: BTreeMap::new(),
        }
    }
}

/// A set of hosts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Environment {
    /// Its name, for the variable and the constant.
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub description: Option<String>,
    /// The base address for each of the document's hosts: the document's address to this environment's.
    pub servers: BTreeMap<String, String>,
}

/// Environment variables that the client reads.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Variables {
    /// The credential.
    pub api_key: Option<String>,
    /// The base address.
    pub base_url: Option<String>,
    /// The name of the environment.
    pub environment: Option<String>,
    /// The version of the API.
    pub version: Option<String>,
}

/// The header that pins the version of the API.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Version {
    /// The header's name.
    pub header: String,
    /// The value this document describes.
    pub value: String,
}

/// Idempotency keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Idempotency {
    /// The header; none, no keys.
    pub header: Option<String>,
    /// The methods that get a key of their own accord.
    pub methods: Vec<String>,
    /// The longest key in bytes.
    pub max_length: Option<usize>,
    /// The header that marks an answer as replayed.
    pub replayed_header: Option<String>,
    /// Operations that get no key although their method does.
    pub except: Vec<String>,
}

/// Retries.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Retry {
    /// Methods that are safe to repeat.
    pub safe_methods: Vec<String>,
    /// Attempts in all.
    pub attempts: u32,
    /// Milliseconds for all attempts and waits together.
    pub total_ms: u64,
    /// The first backoff in milliseconds.
    pub initial_backoff_ms: u64,
    /// The longest backoff in milliseconds.
    pub max_backoff_ms: u64,
    /// Statuses that are tried again.
    pub statuses: Vec<u16>,
    /// Sentences in error messages that say how long to wait, with `{seconds}`.
    pub wait_patterns: Vec<String>,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            safe_methods: ["GET", "HEAD", "OPTIONS"].map(str::to_owned).to_vec(),
            attempts: 3,
            total_ms: 120_000,
            initial_backoff_ms: 500,
            max_backoff_ms: 8_000,
            statuses: vec![408, 429, 500, 502, 503, 504],
            wait_patterns: Vec::new(),
        }
    }
}

/// Names that the document gives badly.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Names {
    /// Tag to module name.
    pub tags: BTreeMap<String, String>,
    /// operationId to method name.
    pub operations: BTreeMap<String, String>,
    /// JSON pointer, or generated name, of a type to its name.
    pub types: BTreeMap<String, String>,
    /// `Type.property` or `property` to field name.
    pub fields: BTreeMap<String, String>,
    /// `Type.value` to variant name.
    pub variants: BTreeMap<String, String>,
}

/// A kind of identifier.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Id {
    /// The name of the type.
    pub name: String,
    /// What it identifies.
    pub description: String,
    /// The prefixes its values carry; nothing is validated by them.
    pub prefixes: Vec<String>,
    /// Properties and parameters that hold one, or a list of them.
    pub properties: Vec<String>,
    /// Components, and properties that hold an inline object, whose `id` is one.
    pub objects: Vec<String>,
    /// Path segments before `{id}`.
    pub segments: Vec<String>,
    /// `Component.property` that holds one although the property's name alone does not say so.
    pub places: Vec<String>,
}

/// How arrays in queries are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QueryArrays {
    /// `a=1&a=2`
    Repeat,
    /// `a[]=1&a[]=2`
    Brackets,
    /// `a=1,2`
    Comma,
}

/// The member names of a page.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pages {
    /// The list.
    pub data: String,
    /// The object with the cursors.
    pub info: String,
}

impl Default for Pages {
    fn default() -> Self {
        Self { data: "data".to_owned(), info: "page_info".to_owned() }
    }
}
