//! The index of all names, one line each: a rename shows in review as a changed line.

use std::fmt::Write as _;

use super::{Names, Placement};
use crate::ir::{Api, Shape, TypeId};

/// The index as text: operations, types, members, events.
#[must_use]
pub fn index(api: &Api, names: &Names) -> String {
    let package = &names.library;
    let mut text = String::new();
    for (operation, own) in api.operations.iter().zip(&names.operations) {
        let module = names.tags.get(operation.tag).map_or("", |tag| tag.module.as_str());
        line(&mut text, "operation", &operation.id, &format!("{package}::api::{module}::{}", own.builder));
        line(&mut text, "method", &operation.id, &format!("client.{module}().{}()", own.method));
    }
    for file in &names.files {
        let module = if file.placement == Placement::Webhooks { "webhooks" } else { "models" };
        for id in &file.types {
            let path = format!("{package}::{module}::{}", names.ty(*id));
            let def = api.get(*id);
            let pointer = def.pointers.first().map_or("", String::as_str);
            line(&mut text, kind(&def.shape), pointer, &path);
            members(&mut text, api, names, *id, &path);
        }
    }
    for (webhook, variant) in api.webhooks.iter().zip(&names.webhooks) {
        line(&mut text, "event", &webhook.name, &format!("{package}::webhooks::Event::{variant}"));
    }
    text
}

fn members(text: &mut String, api: &Api, names: &Names, id: TypeId, path: &str) {
    let own = names.members.get(id.0).map_or(&[][..], Vec::as_slice);
    match &api.get(id).shape {
        Shape::Object(object) => {
            for (field, name) in object.fields.iter().zip(own).filter(|(field, name)| field.name != **name) {
                line(text, "field", &field.name, &format!("{path}.{name}"));
            }
        }
        Shape::StringEnum(set) => {
            for (value, name) in set.values.iter().zip(own) {
                line(text, "value", &value.value, &format!("{path}::{name}"));
            }
        }
        Shape::Union(union) => {
            for (variant, name) in union.variants.iter().zip(own) {
                line(text, "variant", &variant.name, &format!("{path}::{name}"));
            }
        }
        Shape::Alias(_) | Shape::Pending => {}
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Object(_) => "struct",
        Shape::StringEnum(_) => "enum",
        Shape::Union(_) => "union",
        Shape::Alias(_) | Shape::Pending => "alias",
    }
}

fn line(text: &mut String, kind: &str, wire: &str, path: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{kind} {path} <- {wire:?}");
}
