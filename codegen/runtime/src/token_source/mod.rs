//! Mints expiring tokens, caches them and refreshes them before they expire. A generated crate declares the minting call and
//! its fields ([`TokenFlow`]).
//!
//! * The first caller mints a token; concurrent callers share that call.
//! * Shortly before the expiry, the next caller starts a refresh in the background and still gets the cached token.
//! * A minting call continues if its callers are dropped. No other task runs in the background.
//! * If minting fails, callers get the cached token until it expires. The next attempt is made after a backoff, which doubles
//!   with each failure and is at least as long as the server's `Retry-After`. Without a valid token, callers get the error
//!   until then.
//!
//! The remaining lifetime is the difference between the expiry and the response's `Date` header (RFC 9110, section 6.6.1), and
//! is counted on a monotonic clock: neither a wrong local clock nor one that is set affects it. Only if the response has no
//! `Date`, the local clock is used.

mod flow;
mod issued_token;
mod source;
mod source_map;
mod state;

pub use self::{
    flow::TokenFlow,
    issued_token::IssuedToken,
    source::TokenSource,
    source_map::{TokenKey, TokenSourceMap},
};

/// The old name of [`TokenSourceMap`].
#[deprecated(since = "0.2.0", note = "renamed to `TokenSourceMap`")]
pub type TokenSources<K> = TokenSourceMap<K>;
