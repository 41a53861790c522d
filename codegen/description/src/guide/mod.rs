//! Texts that tell agents how to use the crate and the command line of an API, made from its description.

mod command_line;
mod facts;
mod llms_txt;
mod names;
mod operations;
mod skill;
mod texts;

pub use self::{
    command_line::{Entry, write_command_line},
    facts::GuideFacts,
    llms_txt::write_llms_txt,
    names::kebab_case,
    operations::{Argument, OperationLine, describe_risk, list_operations, name_risk},
    skill::write_skill,
    texts::plain_text,
};
