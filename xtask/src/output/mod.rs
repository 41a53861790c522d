//! Writes files, all or none. Every command writes through this module.

mod check;
mod claim;
mod plan;
mod write;

pub(crate) use check::describe_drift;
pub(crate) use claim::claim_folder;
pub(crate) use plan::Plan;
pub(crate) use write::{Written, write};
