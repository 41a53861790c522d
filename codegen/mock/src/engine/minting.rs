//! Tokens that a call mints: another one each time, with an end in the future, and of the shape that programs read the end
//! from (RFC 7519). Nothing signs them, so nobody may trust one.

use std::time::SystemTime;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::engine::document::{Document, Operation};
use crate::engine::tree::Json;

/// The members of the answer that speak of the token, if the call mints one. `id` is what tells it from others.
pub(crate) fn minted(
    document: &Document,
    operation: &Operation,
    arguments: &Json,
    (now, id): (SystemTime, &str),
) -> Vec<(String, Json)> {
    let Some(minting) = document.tokens.iter().find(|minting| minting.create == operation.id) else {
        return Vec::new();
    };
    let now = DateTime::<Utc>::from(now);
    let asked = minting.asked.as_ref().and_then(|name| arguments.get(name)?.as_str());
    let asked = asked.and_then(|text| DateTime::parse_from_rfc3339(text).ok()).map(|time| time.to_utc());
    let usual = now.checked_add_signed(TimeDelta::milliseconds(minting.life_ms));
    // An end that is over already would be of no use to whoever asks for it.
    let end = asked.filter(|end| *end > now).or(usual).unwrap_or(DateTime::<Utc>::MAX_UTC);
    vec![
        (minting.token.clone(), Json::text(token(now, end, id))),
        (minting.expires.clone(), Json::text(end.to_rfc3339_opts(SecondsFormat::Millis, true))),
    ]
}

/// A JWT, but for its signature.
fn token(now: DateTime<Utc>, end: DateTime<Utc>, id: &str) -> String {
    let header = r#"{"alg":"none","typ":"JWT"}"#;
    let claims = format!(r#"{{"jti":"{id}","iat":{},"exp":{}}}"#, now.timestamp(), end.timestamp());
    [header, &claims, "mock"].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
}
