//! The configuration: what a crate needs to know about an API that OpenAPI cannot express.

mod cli;
mod derives;
mod entry;
mod flow;
mod media_types;
mod mock;
mod money;
mod naming;
mod pages;
mod read;
mod reference;
mod renames;
mod selection;
mod signing;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use cli::{Cli, RiskName, RiskRule};
pub use derives::DerivedTrait;
pub(crate) use entry::{dead_entry, invalid_entry};
pub use flow::{FinalStatesConfig, TokenSourceConfig, UploadConfig};
pub use media_types::MediaTypes;
pub(crate) use media_types::keys_of_operation;
pub use mock::{DateRule, EffectRule, ErrorTemplate, EventRule, Mock};
pub use money::{MoneyAmounts, MoneyConfig, MoneyObjectConfig};
pub use naming::{FormatByName, NamedFormat};
pub use openapi_client_description::matches_pattern;
pub use pages::{PageRule, PageStyle, Pages, PropertyPath};
pub use read::position_at;
pub use reference::{Reference, ReferenceSection};
pub use renames::{Rename, RenameKind, Renames};
pub use selection::{Selection, SelectionEntries};
pub use signing::{UserTokens, WebhookHistory, Webhooks};

/// The contents of `codegen.toml`. Every part is optional; without it, the generator uses neutral defaults.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The generated crate.
    #[serde(rename = "crate")]
    pub package: Package,
    /// The environments; the first is the default. Without any, they are made of the document's servers.
    pub environments: Vec<Environment>,
    /// The environment variables that the client reads.
    pub variables: Variables,
    /// The header that pins the version of the API.
    pub version: Option<Version>,
    /// Idempotency keys.
    pub idempotency: Idempotency,
    /// Retries.
    pub retry: Retry,
    /// How many requests per minute the server accepts, for each operation and credential.
    pub requests_per_minute: Option<u32>,
    /// The response headers that may contain the id of a request, in the order in which they are tried.
    pub request_id_headers: Vec<String>,
    /// Names to use in place of those made from the document.
    pub names: NameOverrides,
    /// Traits that types derive beyond those which all have: the name of a type, or a pattern with `*`, with `Eq`, `PartialOrd`,
    /// `Ord` or `Hash`. The types within derive them too. A pattern leaves out types that cannot have the trait.
    pub derives: BTreeMap<String, Vec<DerivedTrait>>,
    /// The types of identifiers.
    pub ids: Vec<Id>,
    /// Properties whose only value names the type of the object that has them, such as `object`.
    pub type_properties: Vec<String>,
    /// Strings, and objects with any properties, whose values must not be logged: `Component.property`, or `property` in any schema, or a pattern with `*`.
    pub secrets: Vec<String>,
    /// Those that are not secret, although `secrets` matches them or their name looks like that of a credential. Of two entries
    /// the more specific one decides.
    pub not_secrets: Vec<String>,
    /// Non-standard formats, each with the standard format.
    pub formats: BTreeMap<String, String>,
    /// Formats of plain strings by the names of their properties, where the document declares none; the first rule that matches
    /// decides.
    pub formats_by_name: Vec<FormatByName>,
    /// Schema keywords that the generator does not know: `ignore` the keyword, or treat the schema as any JSON `value`.
    pub keywords: BTreeMap<String, String>,
    /// How to encode arrays in queries, if the server expects another style than the document declares.
    pub query_arrays: Option<QueryArrays>,
    /// Which of several media types the setters of a request send, and which `send` decodes, by the `operationId`,
    /// `METHOD /path`, or a pattern with `*`; the most specific key decides. A pattern leaves out operations that do not offer the
    /// media type.
    pub media_types: BTreeMap<String, MediaTypes>,
    /// Which operations of the document become methods. Without this, all do.
    pub selection: Selection,
    /// The property names of a page.
    pub pages: Pages,
    /// Webhook signatures. Without this, the crate does not verify webhooks.
    pub webhooks: Option<Webhooks>,
    /// Tokens of users that the API's proxy forwards. Without this, the crate does not verify them.
    pub user_tokens: Option<UserTokens>,
    /// The API's own reference. Without this, operations link only to what the document names.
    pub reference: Option<Reference>,
    /// The mock server: its errors, and how its data fit each other.
    pub mock: Mock,
    /// The command line. Without this, the crate has none.
    pub cli: Option<Cli>,
    /// Amounts of money. Without this, they are numbers and texts.
    pub money: Option<MoneyConfig>,
    /// Uploads, which take several calls.
    pub uploads: Vec<UploadConfig>,
    /// Tokens that a call creates and that the client caches and refreshes.
    pub token_sources: Vec<TokenSourceConfig>,
    /// States that do not change any more, for programs that wait for them.
    pub final_states: Vec<FinalStatesConfig>,
}

/// The generated crate.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Package {
    /// The name; by default made from the document's title.
    pub name: Option<String>,
    /// The version.
    pub version: String,
    /// The description for the registry.
    pub description: Option<String>,
    /// The license expression (SPDX).
    pub license: Option<String>,
    /// The URL of the repository.
    pub repository: Option<String>,
    /// The URL of the documentation; by default the registry shows its own.
    pub documentation_url: Option<String>,
    /// The URL of the homepage.
    pub homepage: Option<String>,
    /// Up to five keywords for the registry.
    pub keywords: Vec<String>,
    /// The categories for the registry.
    pub categories: Vec<String>,
    /// The text at the start of the crate's documentation.
    pub documentation: Option<String>,
    /// A Markdown file that is the front page of the crate's documentation, by the name under which the caller provides it.
    pub readme: Option<String>,
    /// Further Markdown files, each the documentation of a module under `guide`.
    pub guides: Vec<Guide>,
    /// The features that the examples of these files need to compile.
    pub doctest_features: Vec<String>,
    /// Hand-written programs under `examples/`. A crate outside the workspace has none.
    pub examples: Vec<ExampleProgram>,
    /// Further dependencies of these programs, in the notation of `Cargo.toml`.
    pub dev_dependencies: BTreeMap<String, toml::Value>,
}

/// A program under `examples/`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExampleProgram {
    /// The name of the program and of its file.
    pub name: String,
    /// The features of the crate that it needs.
    pub features: Vec<String>,
}

/// A Markdown file that documents a module.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Guide {
    /// The name of the module.
    pub name: String,
    /// The Markdown file, by the name under which the caller provides it.
    pub file: String,
}

impl Default for Package {
    fn default() -> Self {
        Self {
            name: None,
            version: "0.1.0".to_owned(),
            description: None,
            license: None,
            repository: None,
            documentation_url: None,
            homepage: None,
            keywords: Vec::new(),
            categories: Vec::new(),
            documentation: None,
            readme: None,
            guides: Vec::new(),
            doctest_features: Vec::new(),
            examples: Vec::new(),
            dev_dependencies: BTreeMap::new(),
        }
    }
}

/// An environment: a set of hosts, such as production or a sandbox.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Environment {
    /// The name, for the environment variable and the constant.
    pub name: String,
    /// The description.
    #[serde(default)]
    pub description: Option<String>,
    /// The base URL of each server: the URL in the document, with the names or the defaults of its variables, and the URL in this
    /// environment, which may contain variables of any of the document's servers in braces. Servers without an entry have the URL
    /// of the document.
    pub servers: BTreeMap<String, String>,
}

/// The environment variables that the client reads.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Variables {
    /// The variable for the API key, which is the first credential.
    pub api_key: Option<String>,
    /// The variables for the other credentials, by the names of the security schemes. The default is made of the names of the crate
    /// and the scheme: `ACME_PARTNER_KEY`.
    pub credentials: BTreeMap<String, String>,
    /// The variable for the base URL.
    pub base_url: Option<String>,
    /// The variable for the name of the environment.
    pub environment: Option<String>,
    /// The variable for the version of the API.
    pub version: Option<String>,
    /// The variable for what the client prints about its calls.
    pub log: Option<String>,
}

/// The header that pins the version of the API.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Version {
    /// The name of the header.
    pub header: String,
    /// The JSON Pointer of the version in the document. Without it, or if the document has nothing there, the version is the
    /// `default` of the header's parameter.
    #[serde(default)]
    pub from: Option<String>,
    /// The version that the document describes, if it does not state one.
    #[serde(default)]
    pub value: Option<String>,
    /// The JSON Pointer of a list of all versions in the document, such as the `enum` of a property. The mock server accepts
    /// requests of these versions besides its own.
    #[serde(default)]
    pub known_from: Option<String>,
    /// Versions to accept in addition to those.
    #[serde(default)]
    pub known: Vec<String>,
}

/// Idempotency keys.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Idempotency {
    /// The name of the header. Without it, no keys are sent.
    pub header: Option<String>,
    /// The HTTP methods whose requests get a key by default.
    pub methods: Vec<String>,
    /// The maximum length of a key in bytes.
    pub max_length: Option<usize>,
    /// Codes or types of errors with status 409 which say that a request with the same key is in progress. Those that
    /// contain `idempotency` and a word such as `in_use` or `in_progress` are recognized without being listed.
    pub in_use_codes: Vec<String>,
    /// The header that marks a response as replayed.
    pub replayed_header: Option<String>,
    /// Operations that get no key, in spite of their method.
    pub except: Vec<String>,
}

/// Retries.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Retry {
    /// The HTTP methods that are safe to retry.
    pub safe_methods: Vec<String>,
    /// The number of attempts, including the first.
    pub attempts: u32,
    /// The timeout of all attempts and backoff together, in milliseconds.
    pub total_ms: u64,
    /// The first backoff in milliseconds.
    pub initial_backoff_ms: u64,
    /// The longest backoff in milliseconds.
    pub max_backoff_ms: u64,
    /// The statuses that are retried.
    pub statuses: Vec<u16>,
    /// Sentences in error messages that contain the time until a retry, with `{seconds}` in its place.
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

/// Names to use in place of those made from the document.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct NameOverrides {
    /// Tags, with the names of their modules.
    pub tags: BTreeMap<String, String>,
    /// The ids of operations, with the names of their methods.
    pub operations: BTreeMap<String, String>,
    /// JSON Pointers, or generated names, of types, with their names.
    pub types: BTreeMap<String, String>,
    /// `Type.property` or `property`, with the name of the field.
    pub fields: BTreeMap<String, String>,
    /// `Type.value`, with the name of the variant.
    pub variants: BTreeMap<String, String>,
    /// Whether an inline type that several owners share is called after the first of them, not after what they have in common.
    pub shared_types_by_first_owner: bool,
}

/// A type of identifiers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Id {
    /// The name of the type.
    pub name: String,
    /// What it identifies.
    pub description: String,
    /// The prefixes of its values, for docs and examples; they are not validated.
    pub prefixes: Vec<String>,
    /// Properties and parameters that contain an identifier of this type, or a list of them; `user_id` includes `user_ids`.
    /// Here and below, a name may be a pattern with `*`, over which other names take precedence.
    pub properties: Vec<String>,
    /// What the `id` in an object is of this type for: components, titles, properties with an inline object, values of
    /// `type-properties`, and events.
    pub objects: Vec<String>,
    /// Path segments that are followed by a parameter `{id}` of this type. The `id` of what such a path, or a property of the
    /// same name, contains is of this type too.
    pub segments: Vec<String>,
    /// `Component.property` of this type, if the name of the property alone is not enough.
    pub places: Vec<String>,
}

/// How arrays in queries are encoded.
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
