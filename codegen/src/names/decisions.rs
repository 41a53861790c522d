//! Lists the fields whose types the configuration decides on, one per line, so that a review shows which types the document
//! does not state.

use super::table::Names;
use crate::ir::{Api, Field, Shape, TypeRef};

/// Formats the list, sorted; empty if the document states all types.
#[must_use]
pub fn format_decisions(api: &Api, names: &Names) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut push = |path: &str, fields: &mut dyn Iterator<Item = (&Field, &String)>| {
        let configured = fields.filter(|(field, _)| field.is_configured);
        lines.extend(configured.map(|(field, name)| {
            let ty = describe(api, &field.ty);
            format!("{ty} {path}.{} <- {:?}\n", name.trim_start_matches("r#"), field.pointer)
        }));
    };
    let library = &names.library;
    for file in &names.files {
        for id in &file.types {
            if let Shape::Object(object) = &api.get(*id).shape {
                let path = format!("{library}::{}::{}", file.placement.module(), names.ty(*id));
                push(&path, &mut object.fields.iter().zip(names.members_of(*id)));
            }
        }
    }
    for (operation, named) in api.operations.iter().zip(&names.operations) {
        let module = names.tags.get(operation.tag).map_or("", |tag| tag.module.as_str());
        let path = |builder: &str| format!("{library}::api::{module}::{builder}");
        let parameters = operation.parameters.iter().map(|parameter| &parameter.field);
        push(&path(&named.builder), &mut parameters.zip(&named.parameters));
        for (variant, names) in operation.body.iter().flat_map(|body| &body.variants).zip(&named.variants) {
            push(&path(&names.builder), &mut variant.fields.iter().zip(&names.fields));
        }
    }
    lines.sort();
    lines.dedup();
    lines.concat()
}

/// What the configuration decides: the kind of an identifier, a format, or that the value is a secret.
fn describe(api: &Api, ty: &TypeRef) -> String {
    match ty.innermost() {
        TypeRef::Id(index) => format!("id {}", api.ids.get(*index).map_or("", |id| id.name.as_str())),
        TypeRef::Secret | TypeRef::SecretObject => "secret".to_owned(),
        TypeRef::DateTime => "format date-time".to_owned(),
        TypeRef::Date => "format date".to_owned(),
        other => format!("type {}", other.word()),
    }
}
