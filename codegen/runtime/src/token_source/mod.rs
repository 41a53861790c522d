//! Tokens that a call mints and that expire, kept and shared: whoever asks gets one that is valid. It knows no API: a
//! generated crate states the call and the members ([`TokenFlow`]).
//!
//! * A token is minted when it is first asked for, and one call serves all that wait for it.
//! * Some time before it expires, the next that asks gets it still, and has another minted meanwhile.
//! * Minting goes on when the one that asked for it is dropped; there is nothing else that runs on its own.
//! * If minting fails, the token is given out until it expires. The next attempt waits, longer from one to the next, and
//!   as long as the server asks for; until then there is an error only if there is no valid token.
//!
//! When a token expires is told by the server's clock. What is left until then is taken from the `Date` of the answer
//! (RFC 9110, section 6.6.1), and counted here by a clock that nobody sets; only where there is no `Date`, the local time
//! of day decides.

mod issued_token;
mod provider;
mod source;
mod source_map;
mod state;

pub use self::{
    issued_token::IssuedToken,
    source::TokenSource,
    source_map::{TokenKey, TokenSourceMap},
};

/// What a generated crate states about tokens that a call mints.
#[derive(Clone, Copy, Debug)]
pub struct TokenFlow {
    /// The member of the answer that holds the token.
    pub token: &'static str,
    /// The member of the answer that holds the time at which it expires.
    pub expires: &'static str,
    /// The member of the request that lists what the token may be used for.
    pub scopes: Option<&'static str>,
    /// Milliseconds before its end at which a token is renewed.
    pub margin_ms: u64,
}
