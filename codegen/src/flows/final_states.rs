//! Finds the type and the property of final states, and checks their values.

use super::FinalStates;
use super::search::{Search, find_type, is_text, shape_of};
use crate::config::FinalStatesConfig;
use crate::ir::{Shape, Success, TypeRef};

/// The states of the type that the operation of an entry returns.
pub(super) fn find_states(search: &mut Search<'_>, config: &FinalStatesConfig) -> Option<FinalStates> {
    check_values(search, &config.values)?;
    let (_, operation) = search.find_operation("operation", &config.operation)?;
    let response = search.find_response(operation)?;
    // Behind aliases: the struct has the method, whatever other names it has.
    let ty = match &operation.success {
        Success::Json(ty) => find_type(search.api, ty),
        _ => None,
    };
    let Some(ty) = ty else {
        let message = format!("the response of `{}` is not an object with a name", operation.id);
        search.reject(&message, &operation.id);
        return None;
    };
    let api = search.api;
    let is_state = |ty: &TypeRef| {
        is_text(ty) || matches!(shape_of(api, ty), Some(Shape::OpenEnum(set)) if !set.is_integer)
    };
    let property = ("property", config.property.as_str());
    let field = search.find_property(response, property, "a string", is_state)?;
    if let Some(Shape::OpenEnum(set)) = shape_of(api, field.ty.split_null().0) {
        let is_unknown = |value: &&String| set.values.iter().all(|known| known.value != **value);
        if let Some(value) = config.values.iter().find(is_unknown) {
            let message = format!(
                "the property `{}` in the response of `{}` is never `{value}`",
                config.property, operation.id
            );
            search.reject(&message, &operation.id);
            return None;
        }
    }
    let index = response.fields.iter().position(|other| other.name == field.name)?;
    Some(FinalStates { ty, field: index, values: config.values.clone() })
}

/// Reports values that no method can be made of.
fn check_values(search: &mut Search<'_>, values: &[String]) -> Option<()> {
    let message = if values.is_empty() {
        "an entry of `[[final-states]]` needs at least one value".to_owned()
    } else {
        let mut all = values.iter().enumerate();
        let repeated = all.find(|(at, value)| values.iter().take(*at).any(|other| other == *value));
        let Some((_, value)) = repeated else { return Some(()) };
        format!("the value `{value}` is in the entry of `[[final-states]]` twice")
    };
    let help = "list each state that does not change any more once, or delete the entry";
    search.reject_value("values", message, help);
    None
}
