//! The mock server: its error responses, and the rules by which its data tell one story.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The error response for each kind of invalid request, and the rules by which the data of the mock server fit each other.
/// Errors that are not configured have a neutral text; without rules, a response repeats what the request states in properties
/// of the same name and type, and everything else is generated.
///
/// Rules contain expressions. `subtotal + tax_amount - discount` is a sum of properties of the object, `0.03 * amount` a part of
/// one, `items.price` the sum over a list, `outer.currency` a property of the object around it, `'paid'`, `12.50`, `true` and `null` are values, and `now` is the
/// current time. Of `a or b`, the first counts whose properties are there. In effects, `request.plan.price` is what the request
/// states, and `plan_id -> price` the property of the object that has this id. An object also has what the request that created it
/// stated.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mock {
    /// The credential is missing or malformed.
    pub missing_credential: Option<ErrorTemplate>,
    /// No operation has this path.
    pub unknown_path: Option<ErrorTemplate>,
    /// No operation of this path has this method.
    pub wrong_method: Option<ErrorTemplate>,
    /// A required parameter, property or body is missing.
    pub missing_parameter: Option<ErrorTemplate>,
    /// A parameter or property has the wrong type or is outside its limits.
    pub invalid_parameter: Option<ErrorTemplate>,
    /// The document does not declare this parameter or property.
    pub unknown_parameter: Option<ErrorTemplate>,
    /// The body is not JSON.
    pub invalid_json: Option<ErrorTemplate>,
    /// The operation does not accept this media type.
    pub wrong_media_type: Option<ErrorTemplate>,
    /// The resource does not exist.
    pub not_found: Option<ErrorTemplate>,
    /// The idempotency key was used for a different request.
    pub idempotency_mismatch: Option<ErrorTemplate>,
    /// The idempotency key is too long.
    pub idempotency_key_too_long: Option<ErrorTemplate>,
    /// The document does not describe this version of the API.
    pub unsupported_version: Option<ErrorTemplate>,
    /// Too many requests; `{reason}` is the number of seconds until a retry.
    pub rate_limited: Option<ErrorTemplate>,
    /// The property with the number in objects that stand for an amount. Where a request states a number and the response has
    /// such an object, or the reverse, one is made of the other.
    pub amount: Option<String>,
    /// Properties that objects have from the object around them, such as `currency`; each with the properties, or patterns with
    /// `*`, whose objects have values of their own.
    pub inherited: BTreeMap<String, Vec<String>>,
    /// Properties with the time of the last change.
    pub changed: Vec<String>,
    /// The times of properties; the first rule that matches decides. Without a rule, a time is that at which the object was made.
    pub dates: Vec<DateRule>,
    /// Values that follow from other properties: `property` or `Type.property`, or a pattern with `*`, with an expression; the
    /// most specific key decides. A key without a type leaves out types that do not have what the expression uses.
    pub values: BTreeMap<String, String>,
    /// What operations do besides storing what the request states; applied in order.
    pub effects: Vec<EffectRule>,
    /// What events are about. Their object is the one that a call created or changed last.
    pub events: Vec<EventRule>,
}

/// The time of properties: after the current time, or before the object was made. It is a number with `s`, `m`, `h` or `d`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DateRule {
    /// `property` or `Type.property`, or patterns with `*`.
    pub properties: Vec<String>,
    /// How long after the current time it is.
    #[serde(default)]
    pub after: Option<String>,
    /// How long before the object was made it is.
    #[serde(default)]
    pub before: Option<String>,
}

/// What operations do to an object: to that of the operation; with `collection` and `id`, to another one; with `collection`
/// alone, to a new one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EffectRule {
    /// The ids of the operations, or patterns with `*`. If the response of one is not its object, the response has what both have
    /// in common from the object.
    pub operations: Vec<String>,
    /// The path of the collection that has the object.
    #[serde(default)]
    pub collection: Option<String>,
    /// An expression for the id of the object.
    #[serde(default)]
    pub id: Option<String>,
    /// Whether lists have a new object only after an event about it was made: what somebody else does later.
    #[serde(default)]
    pub hidden: bool,
    /// The property with a list: an item of it changes, not the object.
    #[serde(default)]
    pub list: Option<String>,
    /// Properties of the item, each with an expression for its value. An item that is not there is added.
    #[serde(default)]
    pub key: BTreeMap<String, String>,
    /// Two expressions with `=`, `!=`, `<` or `>=` between them, which must hold for the object of the operation.
    #[serde(default, rename = "if")]
    pub condition: Option<String>,
    /// Properties, each with an expression for its new value. One whose expression has no value stays as it is. For another
    /// object and for an item, `outer` is the object of the operation; for a new object, all properties are those of the
    /// operation's object.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
}

/// What events are about.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EventRule {
    /// The names of the events, or patterns with `*`; the first rule that matches decides.
    pub events: Vec<String>,
    /// The property of the payload with the object.
    pub property: String,
    /// The path of the object's collection.
    pub collection: String,
    /// What the event says about the object: properties, each with an expression.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
}

/// An error response with placeholders.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ErrorTemplate {
    /// The HTTP status.
    pub status: u16,
    /// The type; by default that of the document's example for this status.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// The message, with `{name}` for the invalid part of the request and `{reason}` for the reason; by default that of the
    /// document's example for this status.
    pub message: Option<String>,
}

impl Mock {
    /// The template of each kind of error, with the name of the kind.
    #[must_use]
    pub fn error_templates(&self) -> [(&'static str, Option<&ErrorTemplate>); 13] {
        [
            ("missing_credential", self.missing_credential.as_ref()),
            ("unknown_path", self.unknown_path.as_ref()),
            ("wrong_method", self.wrong_method.as_ref()),
            ("missing_parameter", self.missing_parameter.as_ref()),
            ("invalid_parameter", self.invalid_parameter.as_ref()),
            ("unknown_parameter", self.unknown_parameter.as_ref()),
            ("invalid_json", self.invalid_json.as_ref()),
            ("wrong_media_type", self.wrong_media_type.as_ref()),
            ("not_found", self.not_found.as_ref()),
            ("idempotency_mismatch", self.idempotency_mismatch.as_ref()),
            ("idempotency_key_too_long", self.idempotency_key_too_long.as_ref()),
            ("unsupported_version", self.unsupported_version.as_ref()),
            ("rate_limited", self.rate_limited.as_ref()),
        ]
    }
}
