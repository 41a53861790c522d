//! One call of an operation: what flags, agents and events to trigger have in common.

mod check;
mod curl;
mod encode;
mod errors;
mod operation;
mod operation_call;
mod pages;
mod preview;
mod reply;
mod send;
mod settings;

pub(crate) use self::{
    check::{Problem, WHOLE_BODY},
    operation_call::{Call, FileContent, RawBody},
    pages::{PageReply, Pages},
    preview::Preview,
    reply::{Reply, ReplyBody},
    settings::{CallSettings, Connector},
};
