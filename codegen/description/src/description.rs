//! The description of an API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    defaults::is_default,
    operation::Operation,
    rules::Rules,
    type_definition::{Object, TypeDefinition},
    value_type::Type,
};

/// An API as requests and responses show it.
///
/// Texts that only people read are in [`Docs`](crate::Docs).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Description {
    /// The versions of the API that a request can ask for; empty if only that of the document is known.
    #[serde(skip_serializing_if = "is_default")]
    pub versions: Vec<String>,
    /// The API's own errors for invalid requests, by reason.
    #[serde(skip_serializing_if = "is_default")]
    pub rejections: BTreeMap<RejectionReason, ErrorTemplate>,
    /// The document's example of an error, by status.
    #[serde(skip_serializing_if = "is_default")]
    pub error_examples: BTreeMap<u16, ErrorExample>,
    /// The fields of pages.
    #[serde(skip_serializing_if = "is_default")]
    pub pages: PageFields,
    /// Uploads, which take several operations.
    #[serde(skip_serializing_if = "is_default")]
    pub uploads: Vec<Upload>,
    /// Operations that mint tokens.
    #[serde(skip_serializing_if = "is_default")]
    pub token_mintings: Vec<TokenMinting>,
    /// The list of the deliveries of webhooks.
    #[serde(skip_serializing_if = "is_default")]
    pub delivery_history: Option<DeliveryHistory>,
    /// The rules by which generated data fit each other.
    #[serde(skip_serializing_if = "is_default")]
    pub rules: Rules,
    /// The operations in document order.
    #[serde(skip_serializing_if = "is_default")]
    pub operations: Vec<Operation>,
    /// The named types.
    #[serde(skip_serializing_if = "is_default")]
    pub types: BTreeMap<String, TypeDefinition>,
    /// The webhook events in document order.
    #[serde(skip_serializing_if = "is_default")]
    pub events: Vec<Event>,
}

impl Description {
    /// The definition of a type that is not a scalar, without `null` and aliases.
    #[must_use]
    pub fn definition(&self, ty: &Type) -> Option<&TypeDefinition> {
        match self.resolve(ty) {
            Type::Named(name) => self.types.get(name),
            _ => None,
        }
    }

    /// The object type behind a type, without `null` and aliases.
    #[must_use]
    pub fn object(&self, ty: &Type) -> Option<&Object> {
        match self.definition(ty)? {
            TypeDefinition::Object(object) => Some(object),
            _ => None,
        }
    }

    /// A type without `null` and aliases.
    #[must_use]
    pub fn resolve<'a>(&'a self, ty: &'a Type) -> &'a Type {
        match ty {
            Type::Nullable(inner) => self.resolve(inner),
            Type::Named(name) => match self.types.get(name) {
                Some(TypeDefinition::Alias(field)) => self.resolve(field.ty()),
                _ => ty,
            },
            other => other,
        }
    }
}

/// Why a request is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionReason {
    /// The credential is missing or malformed.
    MissingCredential,
    /// No operation has the path.
    UnknownPath,
    /// No operation with the path has the method.
    WrongMethod,
    /// A required parameter, a required field, or the body is missing.
    MissingParameter,
    /// A parameter or field has the wrong type or violates a constraint.
    InvalidParameter,
    /// The document has no such parameter or field.
    UnknownParameter,
    /// The body is malformed.
    InvalidJson,
    /// The body has another media type.
    WrongMediaType,
    /// The resource was deleted.
    NotFound,
    /// The idempotency key belongs to another request.
    IdempotencyMismatch,
    /// The idempotency key is too long.
    IdempotencyKeyTooLong,
    /// The document does not describe the requested version of the API.
    UnsupportedVersion,
    /// The client sent too many requests. The template's `{reason}` is the number of seconds until the next is accepted.
    RateLimited,
}

/// An error of the API. Without a type, code or message it has those of the document's example for its status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorTemplate {
    /// The status of the response.
    pub status: u16,
    /// The type of the error.
    #[serde(default, rename = "type", skip_serializing_if = "is_default")]
    pub kind: Option<String>,
    /// The code.
    #[serde(default, skip_serializing_if = "is_default")]
    pub code: Option<String>,
    /// The message. `{name}` stands for the parameter or field, `{reason}` for what is wrong with it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub message: Option<String>,
}

/// The document's example of an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ErrorExample {
    /// The type of the error.
    #[serde(rename = "type", skip_serializing_if = "is_default")]
    pub kind: Option<String>,
    /// The code.
    #[serde(skip_serializing_if = "is_default")]
    pub code: Option<String>,
    /// The message.
    #[serde(skip_serializing_if = "is_default")]
    pub message: Option<String>,
}

/// The names of a page's fields, and the limit of its size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageFields {
    /// The items.
    pub data: String,
    /// The cursors.
    pub info: String,
    /// The smallest number of items that a request can ask for, besides the limits of the parameter.
    #[serde(default, skip_serializing_if = "is_default")]
    pub min_size: u32,
}

impl Default for PageFields {
    fn default() -> Self {
        Self { data: "data".to_owned(), info: "page_info".to_owned(), min_size: 0 }
    }
}

/// An upload: one operation creates a record, the client sends the bytes to the URL in it, and another operation retrieves the
/// record until it is ready. Apart from operations and statuses, the texts are names of the record's fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// The `operationId` of the operation that creates the record.
    pub create: String,
    /// The `operationId` of the operation that retrieves it.
    pub retrieve: String,
    /// The id.
    pub id: String,
    /// The status.
    pub status: String,
    /// The status until the bytes have arrived.
    pub pending: String,
    /// The status afterwards.
    pub ready: String,
    /// The URL that takes the bytes.
    pub url: String,
    /// The headers to send with the bytes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub headers: Option<String>,
    /// The number of bytes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub size: Option<String>,
    /// The URL of the uploaded file.
    #[serde(default, skip_serializing_if = "is_default")]
    pub location: Option<String>,
}

/// An operation that mints tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenMinting {
    /// The `operationId`.
    pub operation: String,
    /// The field of the response with the token.
    pub token: String,
    /// The field of the response with the time at which the token expires.
    pub expires: String,
    /// How long a token is valid, in milliseconds.
    pub lifetime_ms: i64,
    /// The field of the request with another expiry time.
    #[serde(default, skip_serializing_if = "is_default")]
    pub requested_expiry: Option<String>,
}

/// The list of the deliveries of webhooks that the API sent. Apart from operations, the texts are names of properties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryHistory {
    /// The `operationId` of the list of deliveries.
    pub deliveries: String,
    /// The `operationId` of the list of endpoints, if deliveries are listed for an endpoint.
    #[serde(default, skip_serializing_if = "is_default")]
    pub endpoints: Option<String>,
    /// The URL of an endpoint.
    #[serde(default, skip_serializing_if = "is_default")]
    pub endpoint_url: Option<String>,
    /// The time of a delivery.
    pub sent_at: String,
    /// Whether that is a number of Unix seconds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_unix_time: bool,
    /// The body that was sent. Without it, the delivery is the body.
    #[serde(default, skip_serializing_if = "is_default")]
    pub body: Option<String>,
    /// The JSON Pointer of the message id in the body.
    #[serde(default, skip_serializing_if = "is_default")]
    pub message_id: Option<String>,
    /// The id of a delivery.
    #[serde(default, skip_serializing_if = "is_default")]
    pub delivery_id: Option<String>,
    /// The id of an endpoint, if it is not `id`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub endpoint_id: Option<String>,
    /// The `operationId` of the operation that sends a delivery again. Its path has the ids of the endpoint and of the delivery,
    /// or that of the delivery alone if deliveries are not listed for an endpoint.
    #[serde(default, skip_serializing_if = "is_default")]
    pub replay: Option<String>,
    /// The name of the event.
    #[serde(default, skip_serializing_if = "is_default")]
    pub event: Option<String>,
    /// Whether the delivery was accepted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub accepted: Option<String>,
    /// The status of the response.
    #[serde(default, skip_serializing_if = "is_default")]
    pub response_status: Option<String>,
}

/// A webhook event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The name in the document.
    pub name: String,
    /// The value of the payload's discriminator, if it is not the name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub event: Option<String>,
    /// The type of the payload.
    #[serde(default, skip_serializing_if = "is_default")]
    pub payload: Option<Type>,
}
