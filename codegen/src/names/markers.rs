//! Names the marker types that stand for required fields in the types of builders.

use std::collections::BTreeMap;

use super::request_members::WHOLE_BODY;
use crate::analyze::{Facts, Setter};
use crate::ident::{shorten_item, snake_case};
use crate::ir::{Api, Shape};

/// The name by which generated code calls the runtime.
const RUNTIME: &str = "rt";

/// The marker of each tracked field, by the field's name in the document. Fields of the same name share a marker.
pub(super) fn name_markers(api: &Api, facts: &Facts) -> BTreeMap<String, String> {
    let mut markers = BTreeMap::new();
    let mut add = |wire: &str, setter: Setter| {
        if setter == Setter::Required {
            let name = shorten_item(snake_case(wire));
            // The module of the markers imports the runtime by this name.
            let name = if name == RUNTIME { format!("{name}_") } else { name };
            markers.insert(wire.to_owned(), name);
        }
    };
    for (operation, request) in api.operations.iter().zip(&facts.requests) {
        for (parameter, setter) in operation.parameters.iter().zip(&request.parameters) {
            add(&parameter.field.name, *setter);
        }
        let variants = operation.body.iter().flat_map(|body| &body.variants).zip(&request.variants);
        for (field, setter) in variants.flat_map(|(variant, setters)| variant.fields.iter().zip(setters)) {
            add(&field.name, *setter);
        }
        request.whole_body.iter().for_each(|setter| add(WHOLE_BODY, *setter));
    }
    for (def, fields) in api.types.iter().zip(&facts.fields) {
        if let Shape::Object(object) = &def.shape {
            object.fields.iter().zip(fields).for_each(|(field, facts)| add(&field.name, facts.setter));
        }
    }
    markers
}
