//! The flows of several calls in the table: uploads, and calls that mint tokens.

use crate::engine::tree::Json;

/// An upload whose storage the mock plays. The names are those of members.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The `operationId` of the call that makes the record.
    pub(crate) create: String,
    /// The `operationId` of the call that gives it.
    pub(crate) retrieve: String,
    pub(crate) id: String,
    pub(crate) status: String,
    /// The status before the bytes have come.
    pub(crate) pending: String,
    /// The status after that.
    pub(crate) ready: String,
    pub(crate) url: String,
    pub(crate) headers: Option<String>,
    pub(crate) size: Option<String>,
    pub(crate) location: Option<String>,
}

/// A call that mints tokens. The names are those of members.
#[derive(Debug)]
pub(crate) struct Minting {
    /// The `operationId`.
    pub(crate) create: String,
    pub(crate) token: String,
    pub(crate) expires: String,
    /// How long a token lives, in milliseconds.
    pub(crate) life_ms: i64,
    /// The member of the request that asks for another end.
    pub(crate) asked: Option<String>,
}

impl Upload {
    pub(crate) fn read(json: &Json) -> Result<Self, String> {
        Ok(Self {
            create: word(json, "create")?,
            retrieve: word(json, "retrieve")?,
            id: word(json, "id")?,
            status: word(json, "status")?,
            pending: word(json, "pending")?,
            ready: word(json, "ready")?,
            url: word(json, "url")?,
            headers: text(json, "headers"),
            size: text(json, "size"),
            location: text(json, "location"),
        })
    }
}

impl Minting {
    pub(crate) fn read(json: &Json) -> Result<Self, String> {
        Ok(Self {
            create: word(json, "create")?,
            token: word(json, "token")?,
            expires: word(json, "expires")?,
            life_ms: json.get("life_ms").and_then(Json::as_number).unwrap_or(3_600_000),
            asked: text(json, "asked"),
        })
    }
}

fn word(json: &Json, name: &str) -> Result<String, String> {
    super::read::word(json, name).map(str::to_owned)
}

fn text(json: &Json, name: &str) -> Option<String> {
    json.get(name).and_then(Json::as_str).map(str::to_owned)
}
