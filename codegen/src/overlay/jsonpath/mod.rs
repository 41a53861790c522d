//! JSONPath (RFC 9535) without functions: parses the target of an action, and selects nodes of a tree.
//!
//! `serde_json_path` was tried in place of this module. It reports most mistakes as "parser error" without what it expected,
//! its parse time doubles with each nested filter (4 s for twenty), and it overflows the stack on deeply nested input.

mod lexer;
mod parse;
mod select;

pub(super) use parse::parse_path;
pub(super) use select::select_nodes;

use serde_json::Value;

/// A parsed path. It starts at the root, or in a filter at the tested node.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    segments: Vec<Segment>,
}

/// One segment: selects children, or all descendants.
#[derive(Debug, Clone, PartialEq)]
struct Segment {
    is_descendant: bool,
    selectors: Vec<Selector>,
}

#[derive(Debug, Clone, PartialEq)]
enum Selector {
    Name(String),
    Index(i64),
    Slice { start: Option<i64>, end: Option<i64>, step: i64 },
    Wildcard,
    Filter(Filter),
}

#[derive(Debug, Clone, PartialEq)]
enum Filter {
    Or(Box<Filter>, Box<Filter>),
    And(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    Exists(Operand),
    Compare(Operand, Comparison, Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Literal(Value),
    /// `@`: a path from the tested node.
    Current(Path),
    /// `$`: a path from the root of the tree.
    Root(Path),
}

#[cfg(test)]
mod tests;
