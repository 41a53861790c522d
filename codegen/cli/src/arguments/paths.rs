//! Paths to values, such as `items[0].price`.

use openapi_client_description::{Description, JsonValue, Type, TypeDefinition};

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Name(String),
    Index(usize),
}

/// Parses a path: names with dots between them, and indexes of lists in brackets. A name with other characters is written in
/// brackets and quotes: `metadata["a.b"]`.
pub(crate) fn parse_path(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (step, after) =
                parse_bracket(inner).ok_or_else(|| format!("`{text}` is not a path: {BRACKETS}"))?;
            steps.push(step);
            rest = after;
        } else {
            let name = if steps.is_empty() { Some(rest) } else { rest.strip_prefix('.') };
            let name =
                name.ok_or_else(|| format!("`{text}` is not a path: expected `.` or `[` after `]`"))?;
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, after) = name.split_at(end);
            if name.is_empty() {
                return Err(format!("`{text}` is not a path: a name is missing"));
            }
            steps.push(Step::Name(name.to_owned()));
            rest = after;
        }
    }
    if steps.is_empty() { Err("the path is missing".to_owned()) } else { Ok(steps) }
}

const BRACKETS: &str = "brackets hold the index of a list, or a name in double quotes";

fn parse_bracket(inner: &str) -> Option<(Step, &str)> {
    if inner.starts_with('"') {
        let mut stream = serde_json::Deserializer::from_str(inner).into_iter::<String>();
        let name = stream.next()?.ok()?;
        let after = inner.get(stream.byte_offset()..)?.strip_prefix(']')?;
        return Some((Step::Name(name), after));
    }
    let (index, after) = inner.split_once(']')?;
    Some((Step::Index(index.parse().ok()?), after))
}

/// Sets the value at a path, and makes the objects and lists around it that are not there.
pub(crate) fn set_at(root: &mut JsonValue, path: &[Step], value: JsonValue) -> Result<(), String> {
    let Some((step, rest)) = path.split_first() else {
        *root = value;
        return Ok(());
    };
    match step {
        Step::Name(name) => {
            if !matches!(root, JsonValue::Object(_)) {
                *root = JsonValue::empty_object();
            }
            let JsonValue::Object(properties) = root else { return Ok(()) };
            let index = match properties.iter().position(|(other, _)| other == name) {
                Some(index) => index,
                None => {
                    properties.push((name.clone(), JsonValue::Null));
                    properties.len() - 1
                }
            };
            properties.get_mut(index).map_or(Ok(()), |(_, inner)| set_at(inner, rest, value))
        }
        Step::Index(index) => {
            if !matches!(root, JsonValue::List(_)) {
                *root = JsonValue::List(Vec::new());
            }
            let JsonValue::List(items) = root else { return Ok(()) };
            if *index > items.len() {
                return Err(format!(
                    "the index {index} is beyond the end: the list has {} items",
                    items.len()
                ));
            }
            if *index == items.len() {
                items.push(JsonValue::Null);
            }
            items.get_mut(*index).map_or(Ok(()), |inner| set_at(inner, rest, value))
        }
    }
}

/// The types that the value at a path below a type can have.
pub(super) fn types_at<'d>(description: &'d Description, ty: &'d Type, path: &[Step]) -> Vec<&'d Type> {
    let Some((step, rest)) = path.split_first() else { return vec![ty] };
    match (description.resolve(ty), step) {
        (Type::List(inner), Step::Index(_)) => types_at(description, inner, rest),
        (Type::Map(inner), Step::Name(_)) => types_at(description, inner, rest),
        (Type::Named(_), step) => match (description.definition(ty), step) {
            (Some(TypeDefinition::Object(object)), Step::Name(name)) => {
                let field = object.fields.get(name);
                field.map(|field| types_at(description, field.ty(), rest)).unwrap_or_default()
            }
            (Some(TypeDefinition::Union(variants)), _) => {
                variants.iter().flat_map(|variant| types_at(description, &variant.ty, path)).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A path as text.
pub(crate) fn format_path(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |mut text, step| {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Name(name) if text.is_empty() => text.push_str(name),
            Step::Name(name) => {
                text.push('.');
                text.push_str(name);
            }
        }
        text
    })
}
