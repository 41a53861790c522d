//! JSONPath (RFC 9535) without functions: which nodes of a tree an action means.

mod lexer;
mod parse;
mod select;

pub(super) use parse::parse;
pub(super) use select::select;

use serde_json::Value;

/// A parsed path: from the root, or in a filter from the node at hand.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    segments: Vec<Segment>,
}

/// One step: to children, or to all descendants.
#[derive(Debug, Clone, PartialEq)]
struct Segment {
    descends: bool,
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
    /// `@`: from the node that is tested.
    Current(Path),
    /// `$`: from the root of the tree.
    Root(Path),
}

#[cfg(test)]
mod tests;
