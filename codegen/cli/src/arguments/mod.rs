//! From the parameters and the body of an operation to the flags of its command, and from the flags to a call.
//!
//! A value is given in the API's own words. A text stays the text that was typed, also one that begins with `@`: names of people
//! do. `@FILE` is read where a text makes no sense: where the type is a file, or where the value is JSON. Numbers keep their
//! digits.

mod clap_arguments;
mod flags;
mod help;
mod inputs;
mod paths;
mod read;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use self::{
    clap_arguments::{OWN_FLAGS, add_flags, name_problem, rewrite_map_flags},
    flags::{Flag, Kind, Place, collect_flags},
    help::{describe_field, show_type},
    inputs::Inputs,
    paths::{parse_path, set_at},
    read::read_call,
};
