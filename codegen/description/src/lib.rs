//! The wire description of an HTTP API: operations, parameters, types and constraints as plain data.
//!
//! The generator writes a [`Description`]; the mock server and other tools that work from data read it. Texts for people are
//! in [`Docs`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod check;
mod constraints;
mod defaults;
mod description;
mod docs;
mod expression;
mod field;
mod format;
pub mod guide;
mod json_value;
mod operation;
mod paging;
mod pattern;
mod risk;
mod rules;
mod type_definition;
pub mod validate;
mod value_type;

pub use self::{
    constraints::Constraints,
    description::{
        DeliveryHistory, Description, ErrorExample, ErrorTemplate, Event, PageFields, RejectionReason,
        TokenMinting, Upload,
    },
    docs::{Docs, EventDocs, OperationDocs, TagDocs, TypeDocs},
    expression::{Alternative, Comparison, Condition, Expression, Operand, Scope, Term, ValuePath},
    field::{Field, FieldType, Fields, Style},
    format::FormatError,
    json_value::{JsonValue, ParseError},
    operation::{
        Body, BodyContent, BodyVariant, Encoding, Location, Operation, Parameter, Parameters, ResponseBody,
    },
    paging::{PageHeaders, PageSize, Paging, PagingKind},
    pattern::matches_pattern,
    risk::Risk,
    rules::{Effect, EventRule, Item, Rules, Target, TypeRules},
    type_definition::{Object, TypeDefinition, UnionVariant},
    value_type::Type,
};
