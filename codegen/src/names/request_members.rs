//! Names the members of a request as a mock server receives it: parameters and body in one struct.

use std::collections::BTreeSet;

use super::scope::Scope;
use crate::analyze::{MemberSource, RequestMember};
use crate::ident::snake_case;
use crate::ir::ParameterLocation;

/// The names of a member of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestMemberNames {
    /// Its name in Rust.
    pub field: String,
    /// Its key in JSON: its name in the document, preceded by its location where two members would share a key.
    pub key: String,
}

/// The name of a body that is set as a whole.
pub(crate) const WHOLE_BODY: &str = "body";

/// Names the members of a request, in their order. `setter_name` finds the name of a member's setter. Properties of the body
/// take precedence over parameters, as they do for setters.
pub(super) fn name_request_members<'a>(
    members: &'a [RequestMember],
    setter_name: impl Fn(MemberSource) -> Option<&'a String>,
) -> Vec<RequestMemberNames> {
    let mut scope = Scope::reserving(&["extra_fields"]);
    let mut keys = BTreeSet::new();
    let is_parameter =
        |(_, member): &(usize, &RequestMember)| matches!(member.source, MemberSource::Parameter(..));
    let (parameters, body): (Vec<_>, Vec<_>) = members.iter().enumerate().partition(is_parameter);
    let mut named: Vec<(usize, RequestMemberNames)> = Vec::new();
    for (index, member) in body.into_iter().chain(parameters) {
        let location = match member.source {
            MemberSource::Parameter(_, location) => location_name(location),
            MemberSource::Body { .. } | MemberSource::WholeBody => WHOLE_BODY,
        };
        let wire = member.wire.as_deref().unwrap_or(WHOLE_BODY);
        let name = setter_name(member.source).cloned().unwrap_or_else(|| snake_case(wire));
        let qualified = format!("{location}_{}", name.trim_start_matches("r#"));
        let key = if keys.insert(wire) { wire.to_owned() } else { format!("{location}.{wire}") };
        named.push((index, RequestMemberNames { field: scope.first_free(&[name, qualified], ""), key }));
    }
    named.sort_by_key(|(index, _)| *index);
    named.into_iter().map(|(_, names)| names).collect()
}

/// The word for a location in names.
pub(super) fn location_name(location: ParameterLocation) -> &'static str {
    match location {
        ParameterLocation::Path => "path",
        ParameterLocation::Query => "query",
        ParameterLocation::Header => "header",
        ParameterLocation::Cookie => "cookie",
    }
}
