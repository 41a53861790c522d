//! The flows of several calls in the table: uploads, and calls that mint tokens.

use crate::mock::tree::Json;

/// An upload whose storage the mock plays. The names are those of members.
#[derive(Debug)]
pub(in crate::mock) struct Upload {
    /// The `operationId` of the call that makes the record.
    pub(in crate::mock) create: String,
    /// The `operationId` of the call that gives it.
    pub(in crate::mock) retrieve: String,
    pub(in crate::mock) id: String,
    pub(in crate::mock) status: String,
    /// The status before the bytes have come.
    pub(in crate::mock) pending: String,
    /// The status after that.
    pub(in crate::mock) ready: String,
    pub(in crate::mock) url: String,
    pub(in crate::mock) headers: Option<String>,
    pub(in crate::mock) size: Option<String>,
    pub(in crate::mock) location: Option<String>,
}

/// A call that mints tokens. The names are those of members.
#[derive(Debug)]
pub(in crate::mock) struct Minting {
    /// The `operationId`.
    pub(in crate::mock) create: String,
    pub(in crate::mock) token: String,
    pub(in crate::mock) expires: String,
    /// How long a token lives, in milliseconds.
    pub(in crate::mock) life_ms: i64,
    /// The member of the request that asks for another end.
    pub(in crate::mock) asked: Option<String>,
}

impl Upload {
    pub(super) fn read(json: &Json) -> Result<Self, String> {
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
    pub(super) fn read(json: &Json) -> Result<Self, String> {
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
