//! Lists all names, one per line, so that a review shows a rename as a changed line.

use std::fmt::Write as _;

use super::table::Names;
use crate::ir::{Api, Shape, TypeId};

/// Formats all names: operations, types with their members, events.
#[must_use]
pub fn format_index(api: &Api, names: &Names) -> String {
    let package = &names.library;
    let mut text = String::new();
    for (operation, named) in api.operations.iter().zip(&names.operations) {
        let module = names.tags.get(operation.tag).map_or("", |tag| tag.module.as_str());
        push_line(
            &mut text,
            "operation",
            &operation.id,
            &format!("{package}::api::{module}::{}", named.builder),
        );
        push_line(&mut text, "method", &operation.id, &format!("client.{module}().{}()", named.method));
    }
    for file in &names.files {
        for id in &file.types {
            let path = format!("{package}::{}::{}", file.placement.module(), names.ty(*id));
            let def = api.get(*id);
            let pointer = def.pointers.first().map_or("", String::as_str);
            push_line(&mut text, shape_word(&def.shape), pointer, &path);
            push_members(&mut text, api, names, *id, &path);
        }
    }
    for (webhook, variant) in api.webhooks.iter().zip(&names.webhooks) {
        push_line(&mut text, "event", &webhook.name, &format!("{package}::webhooks::Event::{variant}"));
    }
    text
}

fn push_members(text: &mut String, api: &Api, names: &Names, id: TypeId, path: &str) {
    let members = names.members_of(id);
    match &api.get(id).shape {
        Shape::Object(object) => {
            for (field, name) in
                object.fields.iter().zip(members).filter(|(field, name)| field.name != **name)
            {
                push_line(text, "field", &field.name, &format!("{path}.{name}"));
            }
        }
        Shape::OpenEnum(set) => {
            for (value, name) in set.values.iter().zip(members) {
                push_line(text, "value", &value.value, &format!("{path}::{name}"));
            }
        }
        Shape::Union(union) => {
            for (variant, name) in union.variants.iter().zip(members) {
                push_line(text, "variant", &variant.name, &format!("{path}::{name}"));
            }
        }
        Shape::Alias(_) | Shape::Pending => {}
    }
}

fn shape_word(shape: &Shape) -> &'static str {
    match shape {
        Shape::Object(_) => "struct",
        Shape::OpenEnum(_) => "enum",
        Shape::Union(_) => "union",
        Shape::Alias(_) | Shape::Pending => "alias",
    }
}

fn push_line(text: &mut String, kind: &str, wire: &str, path: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{kind} {path} <- {wire:?}");
}
