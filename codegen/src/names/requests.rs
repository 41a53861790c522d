//! The members of a request as a mock sees it: parameters and body in one object, each under a name of its own.

use std::collections::BTreeSet;

use super::OperationNames;
use super::ident::snake;
use super::scope::Scope;
use crate::ir::{Location, Operation};

/// A member of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestMember {
    /// Its name in Rust.
    pub name: String,
    /// Its name in JSON: the parameter's or the body member's own, with the place before it where two would be one.
    pub key: String,
    /// What it holds.
    pub source: Source,
}

/// What a member of a request holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The parameter at this place.
    Parameter(usize),
    /// The member of the body that stands first at this form and place.
    Body(usize, usize),
    /// The whole body.
    Whole,
}

/// The members of a request: parameters first, then what is in any form of the body.
#[must_use]
pub fn members(operation: &Operation, names: &OperationNames) -> Vec<RequestMember> {
    let forms = operation.body.iter().flat_map(|body| &body.variants).enumerate();
    let mut seen = BTreeSet::new();
    let mut body: Vec<(String, String, Source)> = Vec::new();
    for (form, variant) in forms {
        for (place, field) in variant.fields.iter().enumerate() {
            if seen.insert(field.name.clone()) {
                let own = names.variants.get(form).and_then(|form| form.fields.get(place));
                let name = own.cloned().unwrap_or_else(|| snake(&field.name));
                body.push((name, field.name.clone(), Source::Body(form, place)));
            }
        }
    }
    if operation.body.as_ref().is_some_and(|body| body.whole.is_some()) {
        seen.insert(WHOLE.to_owned());
        body.push((WHOLE.to_owned(), WHOLE.to_owned(), Source::Whole));
    }
    let mut scope = Scope::reserving(&["extra_fields"]);
    // Members of the body have the word, as with setters.
    for member in &mut body {
        member.0 = scope.first_free(&[member.0.clone(), format!("body_{}", plain(&member.0))], "");
    }
    let parameters = operation.parameters.iter().zip(&names.parameters).enumerate();
    let parameters = parameters.map(|(index, (parameter, name))| {
        let (wire, place) = (&parameter.field.name, location(parameter.location));
        let key = if seen.insert(wire.clone()) { wire.clone() } else { format!("{place}.{wire}") };
        let name = scope.first_free(&[name.clone(), format!("{place}_{}", plain(name))], "");
        RequestMember { name, key, source: Source::Parameter(index) }
    });
    let parameters: Vec<RequestMember> = parameters.collect();
    let body = body.into_iter().map(|(name, key, source)| RequestMember { name, key, source });
    parameters.into_iter().chain(body).collect()
}

/// The name of a body that is set as a whole.
const WHOLE: &str = "body";

fn plain(name: &str) -> &str {
    name.trim_start_matches("r#")
}

fn location(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    }
}
