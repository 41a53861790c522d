//! The operations as lines of a list.

use super::{names::kebab_case, texts::plain_text};
use crate::{BodyContent, Description, Docs, Location, Operation, OperationDocs, Risk};

/// What a list shows of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationLine {
    /// The module of the generated crate.
    pub module: String,
    /// The method of the generated crate.
    pub method: String,
    /// The group of the command line.
    pub group: String,
    /// The command within the group.
    pub command: String,
    /// What a call must have.
    pub required: Vec<Argument>,
    /// What it can do by mistake.
    pub risk: Option<Risk>,
    /// Whether it is a list with pages.
    pub has_pages: bool,
    /// Whether the document advises against it.
    pub is_deprecated: bool,
    /// What it does.
    pub summary: Option<String>,
}

/// An argument that a call must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The name in the request.
    pub name: String,
    /// Whether it is part of the path: the command line has no flag for it.
    pub is_positional: bool,
}

/// The operations that have a group, in the order of the groups.
#[must_use]
pub fn list_operations(description: &Description, docs: &Docs) -> Vec<OperationLine> {
    let mut lines: Vec<(usize, OperationLine)> = description
        .operations
        .iter()
        .filter_map(|operation| {
            let texts = docs.operations.get(&operation.id)?;
            let (group, _, tag) = docs.tags.get_full(&texts.tag)?;
            Some((group, summarize_operation(operation, texts, &tag.module)))
        })
        .collect();
    lines.sort_by_key(|(group, _)| *group);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn summarize_operation(operation: &Operation, texts: &OperationDocs, module: &str) -> OperationLine {
    OperationLine {
        module: module.to_owned(),
        method: texts.method.clone(),
        group: kebab_case(module),
        command: kebab_case(texts.method.trim_end_matches('_')),
        required: list_required(operation),
        risk: operation.risk,
        has_pages: operation.paginated || operation.paging.is_some(),
        is_deprecated: operation.deprecated,
        summary: texts.summary.as_deref().map(|text| plain_text(text.trim_end_matches('.'), 80)),
    }
}

fn list_required(operation: &Operation) -> Vec<Argument> {
    let parameters = operation.parameters.iter();
    let parameters = parameters
        .filter(|parameter| parameter.field.is_required() && parameter.field.constant.is_none())
        .map(|parameter| Argument {
            name: parameter.request_name().to_owned(),
            is_positional: parameter.location == Location::Path,
        });
    let mut required: Vec<Argument> = parameters.collect();
    let Some(body) = operation.body.as_ref().filter(|body| body.required) else { return required };
    match &body.content {
        BodyContent::Value(_) => required.push(Argument { name: "body".to_owned(), is_positional: false }),
        BodyContent::Variants(variants) => {
            // What every variant needs.
            let (first, others) =
                variants.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
            let fields =
                first.into_iter().flat_map(|variant| &variant.object.fields).filter(|(name, field)| {
                    let is_needed = |field: &crate::Field| {
                        field.is_required() && field.constant.is_none() && !field.read_only
                    };
                    is_needed(field)
                        && others
                            .iter()
                            .all(|variant| variant.object.fields.get(*name).is_some_and(is_needed))
                });
            let fields = fields.map(|(name, _)| Argument { name: name.clone(), is_positional: false });
            required.extend(fields);
        }
    }
    required
}

/// What an operation with this risk does, after its subject.
#[must_use]
pub fn describe_risk(risk: Risk) -> &'static str {
    match risk {
        Risk::Read => "changes nothing",
        Risk::Write => "creates or changes something",
        Risk::Delete => "deletes something, or ends it for good",
        Risk::Money => "moves money, or lets it be moved",
        Risk::Credentials => "makes, shows or changes a credential",
    }
}

/// The word for a risk.
#[must_use]
pub fn name_risk(risk: Option<Risk>) -> &'static str {
    match risk {
        Some(Risk::Read) => "read",
        Some(Risk::Write) => "write",
        Some(Risk::Delete) => "delete",
        Some(Risk::Money) => "money",
        Some(Risk::Credentials) => "credentials",
        None => "unclassified",
    }
}

impl OperationLine {
    /// The words of the command with placeholders for what it must have.
    #[must_use]
    pub fn show_command(&self) -> String {
        let mut words = vec![self.group.clone(), self.command.clone()];
        for argument in &self.required {
            let name = kebab_case(&argument.name);
            if argument.is_positional {
                words.push(format!("<{name}>"));
            } else {
                words.push(format!("--{name} …"));
            }
        }
        words.join(" ")
    }

    /// Its risk and what else is particular about it.
    #[must_use]
    pub fn show_marks(&self) -> String {
        let mut marks = vec![name_risk(self.risk)];
        if self.has_pages {
            marks.push("pages");
        }
        if self.is_deprecated {
            marks.push("deprecated");
        }
        marks.join(", ")
    }
}

/// An operation for an example: one that only reads, and needs little.
pub(super) fn find_example(lines: &[OperationLine]) -> Option<&OperationLine> {
    lines.iter().min_by_key(|line| {
        (line.risk != Some(Risk::Read), line.is_deprecated, !line.has_pages, line.required.len())
    })
}
