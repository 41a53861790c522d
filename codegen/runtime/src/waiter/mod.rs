//! Waits for the state of a resource, by requests and by announcements.

mod announcements;
mod final_states;
mod polling;

pub use announcements::Announcements;
pub use final_states::{nullable_state, optional_state, required_state};
pub use polling::{WaitError, Waiter};
