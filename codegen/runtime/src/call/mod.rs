//! Calls: from the request builder over attempts and retries to the result.

pub(crate) mod accepting;
pub(crate) mod attempt;
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
pub(crate) mod blocking;
pub(crate) mod builder;
pub(crate) mod custom_request;
pub(crate) mod draft;
pub(crate) mod execute;
pub(crate) mod future;
pub(crate) mod idempotency;
pub(crate) mod log;
pub(crate) mod observe;
pub(crate) mod prepare;
pub(crate) mod retry_after;
mod tokens;
pub(crate) mod trace;
pub(crate) mod typestate;
