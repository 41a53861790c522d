//! Tests of the inbox with SQLite and with a real PostgreSQL, up to processes that are killed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod endpoint;
mod faults;
mod kill;
mod model;
mod order;
mod stop;
mod support;
