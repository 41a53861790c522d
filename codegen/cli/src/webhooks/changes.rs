//! Changes of a payload by `--set path=value`, typed by the description.

use openapi_client_description::{Description, Field, JsonValue, Type, TypeDefinition};

use crate::{catalog::find_nearest, error::CliError, text::clean_line};

/// A step of a path: the name of a property, or the index of an item.
type Step = String;

/// Sets the value at a path of a payload of this type. The text becomes a value of the type that the description has there.
pub(super) fn set_value(
    description: &Description,
    payload: &Type,
    value: &mut JsonValue,
    change: &str,
) -> Result<(), CliError> {
    let Some((path, text)) = change.split_once('=') else {
        return Err(CliError::usage(format!("--set: `{}` has no `=`", clean_line(change, 80)))
            .hint("write --set path=value, such as --set data.metadata.order=17"));
    };
    let steps = read_path(path)?;
    let mut at = Vec::new();
    set_at(&Target { description, path }, value, Some(payload), &steps, (&mut at, text))
}

struct Target<'a> {
    description: &'a Description,
    path: &'a str,
}

impl Target<'_> {
    fn reject(&self, why: &str) -> CliError {
        CliError::usage(format!("--set {}: {why}", clean_line(self.path, 120)))
    }
}

/// The steps of a path such as `data.items[2].name`.
fn read_path(path: &str) -> Result<Vec<Step>, CliError> {
    let steps: Vec<Step> = path
        .split('.')
        .flat_map(|part| part.split('[').map(|step| step.trim_end_matches(']').to_owned()))
        .collect();
    match steps.iter().any(String::is_empty) {
        true => Err(CliError::usage(format!("--set: `{}` is not a path", clean_line(path, 80))).hint(
            "write names with dots between them, and the index of an item in brackets: data.items[0].name",
        )),
        false => Ok(steps),
    }
}

fn set_at(
    target: &Target<'_>,
    value: &mut JsonValue,
    ty: Option<&Type>,
    steps: &[Step],
    (at, text): (&mut Vec<Step>, &str),
) -> Result<(), CliError> {
    let Some((step, rest)) = steps.split_first() else {
        *value = read_value(target.description, ty, text);
        return Ok(());
    };
    let child = ty.map(|ty| find_child(target, ty, value, step, at)).transpose()?.flatten();
    at.push(step.clone());
    match (&mut *value, step.parse::<usize>()) {
        (JsonValue::List(items), Ok(index)) if index <= items.len() => {
            if index == items.len() {
                items.push(JsonValue::Null);
            }
            let Some(item) = items.get_mut(index) else { return Ok(()) };
            set_at(target, item, child.as_ref(), rest, (at, text))
        }
        (JsonValue::List(items), _) => {
            let count = items.len();
            Err(target
                .reject(&format!("`{step}` is not the index of one of the {count} items, or of the next")))
        }
        _ => {
            if !matches!(value, JsonValue::Object(_)) {
                *value = JsonValue::empty_object();
            }
            let mut inner = value.get(step).cloned().unwrap_or(JsonValue::Null);
            set_at(target, &mut inner, child.as_ref(), rest, (at, text))?;
            value.set(step, inner);
            Ok(())
        }
    }
}

/// The type of a property or item; `None` if the description does not say.
fn find_child(
    target: &Target<'_>,
    ty: &Type,
    value: &JsonValue,
    step: &str,
    at: &[Step],
) -> Result<Option<Type>, CliError> {
    let description = target.description;
    match description.resolve(ty) {
        Type::List(inner) | Type::Map(inner) => return Ok(Some((**inner).clone())),
        Type::Json | Type::JsonObject => return Ok(None),
        Type::Named(_) => {}
        _ => return Err(target.reject(&format!("`{}` is not an object", at.join(".")))),
    }
    match description.definition(ty) {
        Some(TypeDefinition::Object(object)) => match object.fields.get(step) {
            Some(field) => Ok(Some(field.ty().clone())),
            None if object.open => Ok(None),
            None => {
                let names: Vec<&str> = object.fields.keys().map(String::as_str).collect();
                let help = match find_nearest(step, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it has {}", names.join(", ")),
                };
                let owner =
                    if at.is_empty() { "the event".to_owned() } else { format!("`{}`", at.join(".")) };
                Err(target.reject(&format!("{owner} has no property `{}`", clean_line(step, 60))).hint(help))
            }
        },
        Some(TypeDefinition::Union(variants)) => {
            let selects = |constants: &std::collections::BTreeMap<String, Vec<String>>| {
                constants.iter().all(|(name, known)| {
                    value
                        .get(name)
                        .and_then(JsonValue::as_str)
                        .is_some_and(|text| known.iter().any(|one| one == text))
                })
            };
            // The variant that the value has; otherwise any that has the property.
            let (selected, others): (Vec<_>, Vec<_>) = variants
                .iter()
                .partition(|variant| !variant.constants.is_empty() && selects(&variant.constants));
            let mut all = selected.iter().chain(&others);
            let found = all.find_map(|variant| find_child(target, &variant.ty, value, step, at).ok());
            found.ok_or_else(|| {
                target.reject(&format!("no variant has a property `{}`", clean_line(step, 60)))
            })
        }
        Some(TypeDefinition::Enum(_) | TypeDefinition::Identifier(_)) => {
            Err(target.reject(&format!("`{}` is a string, not an object", at.join("."))))
        }
        Some(TypeDefinition::Alias(_)) | None => Ok(None),
    }
}

/// The value that a text means where the description has this type.
fn read_value(description: &Description, ty: Option<&Type>, text: &str) -> JsonValue {
    let Some(ty) = ty else { return read_json(text) };
    if text == "null" && is_nullable(description, ty) {
        return JsonValue::Null;
    }
    match description.resolve(ty) {
        Type::String | Type::Secret | Type::DateTime | Type::Date | Type::Binary => JsonValue::string(text),
        Type::Named(_) => match description.definition(ty) {
            Some(TypeDefinition::Enum(_) | TypeDefinition::Identifier(_)) => JsonValue::string(text),
            _ => read_json(text),
        },
        _ => read_json(text),
    }
}

/// JSON, or a string if the text is none. The check afterwards says if a string does not belong there.
fn read_json(text: &str) -> JsonValue {
    JsonValue::parse(text).unwrap_or_else(|_| JsonValue::string(text))
}

fn is_nullable(description: &Description, ty: &Type) -> bool {
    match ty {
        Type::Nullable(_) => true,
        Type::Named(name) => match description.types.get(name) {
            Some(TypeDefinition::Alias(field)) => is_nullable(description, Field::ty(field)),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESCRIPTION: &str = r#"{"types":{
        "Event":{"object":{"fields":{"type":"string","data":"Order","note":{"optional":{"nullable":"string"}}}}},
        "Order":{"object":{"fields":{"amount":"decimal","count":"integer","paid":"boolean","id":"OrderId",
            "status":"Status","metadata":{"nullable":"json_object"},"items":{"list":"Item"},"party":"Party",
            "labels":{"map":"string"}}}},
        "Item":{"object":{"fields":{"name":"string"}}},
        "Status":{"enum":["open","paid"]},
        "OrderId":{"identifier":["ord_"]},
        "Party":{"union":[{"name":"person","type":"Person","constants":{"kind":["person"]}},
            {"name":"firm","type":"Firm","constants":{"kind":["firm"]}}]},
        "Person":{"object":{"fields":{"kind":"string","age":"integer"}}},
        "Firm":{"object":{"fields":{"kind":"string","code":"string"}}}
    }}"#;

    fn change(changes: &[&str]) -> Result<String, CliError> {
        let description = Description::from_json(DESCRIPTION).unwrap();
        let mut value = JsonValue::parse(
            r#"{"type":"a","data":{"amount":1,"metadata":null,"items":[{"name":"x"}],"party":{"kind":"firm"}}}"#,
        )
        .unwrap();
        for change in changes {
            set_value(&description, &Type::Named("Event".to_owned()), &mut value, change)?;
        }
        Ok(value.to_string())
    }

    #[test]
    fn a_text_becomes_a_value_of_the_type_at_its_path() {
        for (set, expected) in [
            ("data.amount=10.50", r#""amount":10.50"#),
            ("data.count=12345678901234567890", r#""count":12345678901234567890"#),
            ("data.paid=true", r#""paid":true"#),
            ("data.id=17", r#""id":"17""#),
            ("data.status=paid", r#""status":"paid""#),
            ("note=17", r#""note":"17""#),
            ("note=null", r#""note":null"#),
            ("type=null", r#""type":"null""#),
            ("data.metadata.order=17", r#""metadata":{"order":17}"#),
            ("data.metadata.order=a b=c", r#""metadata":{"order":"a b=c"}"#),
            ("data.metadata.deep.er=[1]", r#""metadata":{"deep":{"er":[1]}}"#),
            ("data.items[0].name=1", r#""items":[{"name":"1"}]"#),
            ("data.items.1.name=y", r#""items":[{"name":"x"},{"name":"y"}]"#),
            ("data.labels.any=5", r#""labels":{"any":"5"}"#),
            ("data.party.code=5", r#""code":"5""#),
        ] {
            let changed = change(&[set]).unwrap();
            assert!(changed.contains(expected), "{set}: {changed}");
        }
    }

    #[test]
    fn a_path_that_the_description_does_not_have_is_named() {
        for (set, message, hint) in [
            ("data", "has no `=`", "path=value"),
            ("data..a=1", "`data..a` is not a path", "brackets"),
            ("dat.amount=1", "--set dat.amount: the event has no property `dat`", "did you mean `data`?"),
            ("data.colour=1", "`data` has no property `colour`", "it has amount, count"),
            ("data.amount.x=1", "--set data.amount.x: `data.amount` is not an object", ""),
            ("data.status.x=1", "`data.status` is a string", ""),
            ("data.items[5].name=1", "`5` is not the index of one of the 1 items", ""),
            ("data.party.colour=1", "no variant has a property `colour`", ""),
        ] {
            let error = change(&[set]).unwrap_err();
            assert!(error.message.contains(message), "{set}: {}", error.message);
            assert!(error.hint.unwrap_or_default().contains(hint), "{set}");
        }
    }
}
