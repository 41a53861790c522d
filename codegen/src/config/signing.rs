//! Verification of what the API signs: webhooks, and tokens of users.

use serde::Deserialize;

/// Webhook signatures: HMAC-SHA256 of `id.timestamp.body`, as Standard Webhooks define it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Webhooks {
    /// The header with the id of the event.
    pub id_header: String,
    /// The header with the time of the delivery.
    pub timestamp_header: String,
    /// The header with the signatures.
    pub signature_header: String,
    /// The version before the comma of a signature.
    pub signature_version: String,
    /// The maximum difference between the time of a delivery and the current time, in seconds.
    pub tolerance_seconds: u64,
    /// The delays in seconds after which the API repeats a delivery that was not accepted.
    #[serde(default)]
    pub retry_seconds: Vec<u64>,
    /// The prefix of the ids of events; for the mock server.
    #[serde(default)]
    pub id_prefix: String,
    /// The environment variable with the secret.
    pub secret_variable: String,
    /// Text properties that most payloads have. Each becomes a method of the enum of all events.
    #[serde(default)]
    pub members: Vec<String>,
    /// The property of most payloads with the version of the API that the payload follows. A delivery that cannot be decoded
    /// is compared with the version of `[version]`.
    pub version_property: Option<String>,
    /// The property of a request that sets the version of the events which an endpoint receives. Unless the caller sets it,
    /// it is the version of `[version]`.
    pub version_field: Option<String>,
    /// The `operationId`s of the requests with that property.
    #[serde(default)]
    pub version_operations: Vec<String>,
    /// The list of the deliveries that the API sent. From it, the inbox stores what the program missed while it was down.
    pub history: Option<WebhookHistory>,
}

/// The list of the deliveries that the API sent, whether or not they were accepted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WebhookHistory {
    /// The `operationId` of the list of deliveries, newest first. If its path has a parameter, that is the id of an endpoint.
    pub deliveries: String,
    /// The `operationId` of the list of endpoints. Without it, callers name the endpoint.
    pub endpoints: Option<String>,
    /// The property of an endpoint with its id; by default `id`.
    #[serde(default = "id_property")]
    pub endpoint_id: String,
    /// The property of an endpoint with its URL; for the mock server.
    pub endpoint_url: Option<String>,
    /// The property of a delivery with the time of sending, as an RFC 3339 text or in Unix seconds.
    pub sent_at: String,
    /// The property of a delivery with the body that was sent. Without it, the delivery is the body.
    pub body: Option<String>,
    /// The JSON Pointer, within the body, of the id that the header `id-header` had.
    pub message_id: String,
    /// The property of a delivery with its id; for the command line and for `replay`.
    pub delivery_id: Option<String>,
    /// The `operationId` of the operation that sends a delivery again; for the command line. Its path has the id of the endpoint,
    /// if deliveries are listed for one, and then that of the delivery.
    pub replay: Option<String>,
    /// The property of a delivery with the name of the event; for the mock server.
    pub event: Option<String>,
    /// The property of a delivery that says whether it was accepted; for the mock server.
    pub accepted: Option<String>,
    /// The property of a delivery with the status of the response; for the mock server.
    pub response_status: Option<String>,
}

fn id_property() -> String {
    "id".to_owned()
}

impl Webhooks {
    /// What is wrong with the keys, whatever the document has, each with what to do.
    pub(super) fn messages(&self, has_version: bool) -> Vec<(String, String)> {
        let pointer = self.history.iter().map(|history| &history.message_id);
        let pointer = pointer.filter(|pointer| !pointer.starts_with('/')).map(|pointer| {
            let message = format!("`message-id`: `{pointer}` is not a JSON Pointer");
            (message, format!("write `/{pointer}` in the table `[webhooks.history]`"))
        });
        let replay =
            self.history.iter().filter(|history| history.replay.is_some() && history.delivery_id.is_none());
        let replay = replay.map(|_| {
            (
                "`replay` needs `delivery-id`".to_owned(),
                "add `delivery-id`, or delete `replay` in the table `[webhooks.history]`".to_owned(),
            )
        });
        self.version_messages(has_version).into_iter().chain(pointer).chain(replay).collect()
    }

    /// What the keys about versions lack, each with what to do.
    fn version_messages(&self, has_version: bool) -> Vec<(String, String)> {
        let property = self.version_property.is_some();
        let (field, operations) = (self.version_field.is_some(), !self.version_operations.is_empty());
        let needs = [
            (property && !has_version, "version-property", "the table `[version]`"),
            (field && !operations, "version-field", "`version-operations`"),
            (operations && !field, "version-operations", "`version-field`"),
            (field && operations && !has_version, "version-field", "the table `[version]`"),
        ];
        let missing = needs.into_iter().filter(|(is_missing, ..)| *is_missing);
        let messages = missing.map(|(_, key, other)| {
            (
                format!("`{key}` needs {other}"),
                format!("add {other}, or delete `{key}` in the table `[webhooks]`"),
            )
        });
        messages.collect()
    }
}

/// Tokens of users: JWTs signed with ES256. The public keys are in a JSON Web Key Set at a URL.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UserTokens {
    /// The request header with the token.
    pub header: String,
    /// The expected issuer.
    pub issuer: String,
    /// The URL of the key set.
    pub keys_url: String,
    /// How long a fetched key set is cached, in seconds.
    pub keys_seconds: u64,
    /// The minimum time between two fetches that are caused by unknown keys, in seconds.
    pub cool_down_seconds: u64,
    /// The timeout of a fetch in seconds.
    pub timeout_seconds: u64,
    /// The environment variable with the id of the app.
    pub app_variable: String,
    /// The environment variable that overrides the URL of the key set.
    pub keys_url_variable: String,
    /// The type of the user's identifier; a string by default.
    pub user: Option<String>,
    /// The type of the app's identifier; a string by default.
    pub app: Option<String>,
}
