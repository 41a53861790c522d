//! What an operation can do to whoever calls it by mistake.

use serde::{Deserialize, Serialize};

/// What an operation can do to whoever calls it by mistake, for tools that ask before they call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// It changes nothing.
    Read,
    /// It creates or changes something.
    Write,
    /// It deletes something, or ends it for good.
    Delete,
    /// It moves money, or lets it be moved.
    Money,
    /// It makes, shows or changes a credential.
    Credentials,
}
