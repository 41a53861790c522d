//! What goes wrong: each fault is a clear error or is waited for, and nothing is lost.

mod away;
mod clock;
mod connecting;
mod disk;
mod handlers;
mod leases;
mod read_only;
mod silence;
