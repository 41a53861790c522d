//! The state of a router has to have the verifier of an extractor.

use axum_core::extract::FromRequest;
use whop::webhooks::{Event, Verified};

struct AppState;

fn accept_handler<S>(_handler: fn(Verified<Event>), _state: S)
where
    Verified<Event>: FromRequest<S>,
{
}

fn main() {
    accept_handler(|_| {}, AppState);
}
