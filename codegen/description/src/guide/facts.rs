//! What the description does not know.

/// What the description does not know about a generated crate.
#[derive(Clone, Debug, Default)]
pub struct GuideFacts<'a> {
    /// The package.
    pub package: &'a str,
    /// The name of the library, for `use`.
    pub library: &'a str,
    /// The program of the command line.
    pub program: &'a str,
    /// The URL of the package's documentation.
    pub documentation: Option<&'a str>,
    /// The URL of the repository.
    pub repository: Option<&'a str>,
    /// The environment variable with the API key.
    pub key_variable: &'a str,
    /// The names of the environments, the usual one first.
    pub environments: Vec<&'a str>,
    /// Whether requests carry an idempotency key, so that a repetition is done once.
    pub has_idempotency: bool,
    /// Whether deliveries of webhooks can be verified.
    pub has_webhooks: bool,
}
