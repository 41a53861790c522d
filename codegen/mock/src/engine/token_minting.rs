//! Tokens that operations mint: each is different, expires in the future, and is a JWT (RFC 7519), from which programs can read
//! the expiry time. Tokens have no signature, so that nobody can take one for a real one.

use std::time::SystemTime;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use openapi_client_description::{Description, JsonValue, Operation};

/// The fields of the response about the token, if the operation mints one. `id` distinguishes it from other tokens.
pub(crate) fn mint_token(
    description: &Description,
    operation: &Operation,
    arguments: &JsonValue,
    (now, id): (SystemTime, &str),
) -> Vec<(String, JsonValue)> {
    let mut mintings = description.token_mintings.iter();
    let Some(minting) = mintings.find(|minting| minting.operation == operation.id) else {
        return Vec::new();
    };
    let now = DateTime::<Utc>::from(now);
    let requested = minting.requested_expiry.as_ref().and_then(|name| arguments.get(name)?.as_str());
    let requested = requested.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    // A requested time that has passed would make the token useless.
    let requested = requested.map(|time| time.to_utc()).filter(|time| *time > now);
    let default = || now.checked_add_signed(TimeDelta::milliseconds(minting.lifetime_ms));
    let expiry = requested.or_else(default).unwrap_or(DateTime::<Utc>::MAX_UTC);
    vec![
        (minting.token.clone(), JsonValue::string(unsigned_jwt(now, expiry, id))),
        (minting.expires.clone(), JsonValue::string(expiry.to_rfc3339_opts(SecondsFormat::Millis, true))),
    ]
}

fn unsigned_jwt(issued: DateTime<Utc>, expiry: DateTime<Utc>, id: &str) -> String {
    let header = r#"{"alg":"none","typ":"JWT"}"#;
    let claims = format!(r#"{{"jti":"{id}","iat":{},"exp":{}}}"#, issued.timestamp(), expiry.timestamp());
    [header, &claims, "mock"].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
}
