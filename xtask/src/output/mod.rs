//! Files to disk, all or none of them. The one way by which commands write.

mod check;
mod claim;
mod plan;
mod rustfmt;
mod write;

pub(crate) use check::drift;
pub(crate) use claim::claim;
pub(crate) use plan::Plan;
pub(crate) use rustfmt::format;
pub(crate) use write::{Written, write};
