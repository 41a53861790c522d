//! Classifies the operations for the command line, which asks before it sends what is dangerous.

use openapi_client_description::{BodyContent, Description, Field, Object, Operation, Risk, TypeDefinition};

use crate::config::{Cli, dead_entry, invalid_entry, matches_pattern};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, SourceId};

/// How many operations without a rule a message lists.
const LISTED: usize = 10;

/// Sets the risk of each operation, and reports what the section `[cli]` has that the document does not.
pub(super) fn classify_operations(
    config: Option<&Cli>,
    description: &mut Description,
    diagnostics: &mut Diagnostics,
) {
    let Some(config) = config else { return };
    let mut used: Vec<Vec<bool>> =
        config.risks.iter().map(|rule| vec![false; rule.operations.len()]).collect();
    for operation in &mut description.operations {
        operation.risk =
            find_rule(config, operation, &mut used).or_else(|| risk_of_method(&operation.method));
    }
    for (index, (rule, used)) in config.risks.iter().zip(&used).enumerate() {
        for (position, (pattern, _)) in
            rule.operations.iter().zip(used).enumerate().filter(|(_, (_, used))| !**used)
        {
            let pointer = format!("/cli/risks/{index}/operations/{position}");
            let message = format!("no operation that an earlier rule leaves matches `{pattern}`");
            diagnostics.push_misfit(dead_entry(pointer, message));
        }
    }
    check_program_name(config, diagnostics);
    report_unclassified(description, diagnostics);
    check_identity(config, description, diagnostics);
    check_names(config, description, diagnostics);
}

/// The risk by the first rule that matches. A pattern is used if it decides.
fn find_rule(config: &Cli, operation: &Operation, used: &mut [Vec<bool>]) -> Option<Risk> {
    let path = format!("{} {}", operation.method, operation.path);
    let is_match =
        |pattern: &String| matches_pattern(pattern, &operation.id) || matches_pattern(pattern, &path);
    let mut risk = None;
    for (rule, used) in config.risks.iter().zip(used) {
        let position = rule.operations.iter().position(is_match);
        if let (Some(position), None) = (position, risk) {
            risk = Some(Risk::from(rule.risk));
            if let Some(used) = used.get_mut(position) {
                *used = true;
            }
        }
    }
    risk
}

/// What a method says (RFC 9110, section 9.2.1): the safe ones only read.
fn risk_of_method(method: &str) -> Option<Risk> {
    match method {
        "GET" | "HEAD" | "OPTIONS" => Some(Risk::Read),
        "DELETE" => Some(Risk::Delete),
        _ => None,
    }
}

/// The name is that of a file.
fn check_program_name(config: &Cli, diagnostics: &mut Diagnostics) {
    let Some(name) = &config.name else { return };
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(is_allowed) {
        let message = format!("`{}` cannot be the name of a program", name.escape_debug());
        let help = "use lower-case letters, digits, `-` and `_`, beginning with a letter";
        diagnostics.push(invalid_entry("/cli/name", message, help));
    }
}

fn report_unclassified(description: &Description, diagnostics: &mut Diagnostics) {
    let missing: Vec<&str> = description
        .operations
        .iter()
        .filter(|operation| operation.risk.is_none())
        .map(|operation| operation.id.as_str())
        .collect();
    if missing.is_empty() {
        return;
    }
    let listed: Vec<String> = missing.iter().take(LISTED).map(|id| format!("`{id}`")).collect();
    let more = missing.len().saturating_sub(LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!("no rule says what these operations do: {}{more}", listed.join(", "));
    let help =
        "add them to an entry of `[[cli.risks]]`; until then, the command line asks before it sends them";
    diagnostics.push(
        Diagnostic::warning(Code::CONFIGURATION, message)
            .at_source(SourceId::Configuration, "/cli/risks")
            .help(help),
    );
}

fn check_identity(config: &Cli, description: &Description, diagnostics: &mut Diagnostics) {
    let Some(id) = &config.identity else { return };
    let pointer = "/cli/identity";
    let Some(operation) = description.operations.iter().find(|operation| operation.id == *id) else {
        diagnostics.push_misfit(dead_entry(pointer, format!("the document has no operation `{id}`")));
        return;
    };
    let is_required = operation.parameters.iter().any(|parameter| parameter.field.is_required())
        || operation.body.as_ref().is_some_and(|body| body.required);
    if is_required || operation.risk != Some(Risk::Read) {
        let message =
            format!("`{id}` cannot tell whose key it is: it has required parameters, or changes something");
        let help = "name an operation that reads and has no required parameters";
        diagnostics.push(invalid_entry(pointer, message, help));
    }
}

/// Reports names of parameters and properties that the document does not have.
fn check_names(config: &Cli, description: &Description, diagnostics: &mut Diagnostics) {
    let objects = || {
        description.types.values().filter_map(|definition| match definition {
            TypeDefinition::Object(object) => Some(object),
            _ => None,
        })
    };
    let has_property = |object: &Object, name: &str| object.fields.contains_key(name);
    for (index, name) in config.columns.iter().enumerate() {
        if !objects().any(|object| has_property(object, name)) {
            let message = format!("no object of the document has the property `{name}`");
            diagnostics.push_misfit(dead_entry(format!("/cli/columns/{index}"), message));
        }
    }
    for (index, name) in config.account_parameters.iter().enumerate() {
        let mut operations = description.operations.iter();
        if !operations.any(|operation| request_fields(operation).any(|(other, _)| other == name)) {
            let message = format!("no operation has a parameter or a property of its body named `{name}`");
            diagnostics.push_misfit(dead_entry(format!("/cli/account-parameters/{index}"), message));
        }
    }
}

/// The parameters and the fields of the body of an operation.
fn request_fields(operation: &Operation) -> impl Iterator<Item = (&str, &Field)> {
    let parameters = operation.parameters.iter().map(|parameter| (parameter.name, parameter.field));
    let variants = operation.body.iter().flat_map(|body| match &body.content {
        BodyContent::Variants(variants) => variants.as_slice(),
        BodyContent::Value(_) => &[],
    });
    let fields = variants.flat_map(|variant| variant.object.fields.iter());
    parameters.chain(fields.map(|(name, field)| (name.as_str(), field)))
}
