//! Writes files, all or none. Every command writes through this module.

mod check;
mod claim;
mod plan;
mod write;

pub use check::describe_drift;
pub use claim::claim_folder;
pub use plan::Plan;
pub use write::{Written, write};
