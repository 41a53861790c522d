//! The page of an operation.

use openapi_client_description::{Body, BodyContent, Encoding, ResponseBody, Risk, guide::describe_risk};

use super::fields::{Describer, Direction};
use crate::{
    arguments::show_type,
    catalog::{Catalog, Loaded, OperationSummary},
    command::{example::example_command, operation::Parsed},
    error::CliError,
    manual::page::{Block, Entry, Page},
    program::App,
};

/// How deep the fields of a body are described; types have pages of their own.
const BODY_DEPTH: usize = 3;

/// How deep those of an error are.
const ERROR_DEPTH: usize = 0;

pub(super) fn build_operation_page(
    app: &'static App,
    catalog: &Catalog,
    summary: &'static OperationSummary,
) -> Result<Page, CliError> {
    let Parsed { loaded, flags, .. } = Parsed::new(app, catalog, summary)?;
    let program = app.settings.name;
    let title = format!("{} {}", summary.group, summary.command);
    let mut page = Page::new(match &summary.summary {
        Some(text) => format!("{title} - {text}"),
        None => title,
    });
    page.add_text(loaded.docs.description.as_deref());
    page.add_entries("Request", describe_request(summary, loaded));
    add_arguments(&mut page, loaded);
    if let Some(body) = &loaded.operation.body {
        add_body(&mut page, loaded, body);
    }
    add_response(&mut page, loaded);
    let shown = flags.iter().map(|flag| {
        if flag.is_positional() {
            flag.format_name()
        } else {
            format!("{} {}", flag.format_name(), show_type(loaded, flag))
        }
    });
    let shown: Vec<String> = shown.collect();
    page.add_code("Example", example_command(program, loaded, &flags));
    if !shown.is_empty() {
        page.add_code("Flags", shown.join("\n"));
    }
    page.add_text(Some(&format!(
        "`{program} {} {} --help` describes the flags.",
        summary.group, summary.command
    )));
    Ok(page)
}

fn describe_request(summary: &OperationSummary, loaded: &Loaded) -> Vec<Entry> {
    let fact =
        |name: &str, text: String| Entry { name: name.to_owned(), notes: vec![text], ..Entry::default() };
    let mut entries = vec![
        fact("Path", format!("{} {}", summary.method, summary.path)),
        fact("Operation", summary.id.clone()),
        fact("Effect", describe_effect(summary.risk).to_owned()),
    ];
    if summary.deprecated {
        entries.push(fact("Deprecated", "it may go away".to_owned()));
    }
    let credentials: Vec<String> = loaded.docs.security.iter().map(|text| text.replace('`', "")).collect();
    if loaded.operation.unauthenticated {
        entries.push(fact("Credential", "none".to_owned()));
    } else if !credentials.is_empty() {
        entries.push(fact("Credential", credentials.join(" or ")));
    }
    entries.extend(loaded.docs.reference.iter().map(|url| fact("Reference", url.clone())));
    entries
}

fn describe_effect(risk: Option<Risk>) -> &'static str {
    risk.map_or("not classified, so that the command asks first", describe_risk)
}

fn describer(loaded: &'static Loaded, direction: Direction) -> Describer<'static> {
    Describer { description: &loaded.description, types: &loaded.types, direction }
}

fn add_arguments(page: &mut Page, loaded: &'static Loaded) {
    let describer = describer(loaded, Direction::Request);
    let entries = loaded.operation.parameters.iter().map(|parameter| {
        let docs = loaded.docs.parameters.get(parameter.request_name()).map(String::as_str);
        let mut entry = describer.describe(parameter.name, parameter.field, docs, BODY_DEPTH);
        entry.notes.push(format!("in the {}", parameter.location.as_str()));
        entry
    });
    page.add_entries("Parameters", entries.collect());
}

fn add_body(page: &mut Page, loaded: &'static Loaded, body: &'static Body) {
    let describer = describer(loaded, Direction::Request);
    let encoding = match (&body.media_type, body.encoding) {
        (Some(media_type), _) => media_type.as_str(),
        (None, Encoding::Json) => "JSON",
        (None, Encoding::Form) => "a form",
        (None, Encoding::Multipart) => "a form with files",
        (None, Encoding::JsonOrMultipart) => "JSON, or a form with files",
        (None, Encoding::Raw) => "bytes",
    };
    let heading = format!("Body: {encoding}{}", if body.required { "" } else { ", optional" });
    let mut entries = match &body.content {
        BodyContent::Value(ty) => {
            let members = describer.list_members(ty, BODY_DEPTH);
            vec![Entry {
                name: "body".to_owned(),
                notes: vec![describer.name_type(ty)],
                members,
                ..Entry::default()
            }]
        }
        BodyContent::Variants(variants) => {
            let only = variants.len() == 1;
            let variants = variants.iter().enumerate().flat_map(|(index, variant)| {
                let docs = loaded.docs.variants.get(index);
                let fields = describer.list_fields(&variant.object.fields, docs, BODY_DEPTH);
                if only {
                    return fields;
                }
                let text = docs.and_then(|docs| docs.description.clone()).unwrap_or_default();
                let notes = vec!["form of the body".to_owned()];
                vec![Entry { name: variant.name.clone(), notes, text, members: fields, ..Entry::default() }]
            });
            variants.collect()
        }
    };
    if entries.is_empty() {
        entries.push(Entry { name: "body".to_owned(), notes: vec!["object".to_owned()], ..Entry::default() });
    }
    page.blocks.push(Block::Heading(heading));
    page.add_text(loaded.docs.body.as_deref());
    page.blocks.push(Block::Entries(entries));
}

fn add_response(page: &mut Page, loaded: &'static Loaded) {
    let describer = describer(loaded, Direction::Response);
    let operation = &loaded.operation;
    let status = operation.status;
    match &operation.response {
        None => page.add_entries(
            "Response",
            vec![Entry { name: status.to_string(), notes: vec!["no body".to_owned()], ..Entry::default() }],
        ),
        Some(ResponseBody::Text(media_type) | ResponseBody::Binary(media_type)) => {
            page.add_entries(
                "Response",
                vec![Entry { name: status.to_string(), notes: vec![media_type.clone()], ..Entry::default() }],
            );
        }
        Some(ResponseBody::Json(ty)) => {
            // The items of a page are within a field of it.
            let depth = usize::from(loaded.summary.paginated);
            let members = describer.list_members(ty, depth);
            let notes = vec![describer.name_type(ty)];
            page.add_entries(
                "Response",
                vec![Entry { name: status.to_string(), notes, members, ..Entry::default() }],
            );
        }
    }
    let errors = operation.errors.iter().map(|(status, ty)| Entry {
        name: status.clone(),
        notes: vec![describer.name_type(ty)],
        members: describer.list_members(ty, ERROR_DEPTH),
        ..Entry::default()
    });
    page.add_entries("Errors with a form of their own", errors.collect());
}
