//! An example for each request: the shortest call that compiles, with the document's own example values.

use super::{Context, NamedOperation, NamedVariant};
use crate::analyze::Setter;
use crate::ir::{Field, Shape, Success, TypeId, TypeRef};

/// Objects in objects deeper than this are written as free JSON.
const DEPTH: usize = 6;

/// The example as a code block.
pub(super) fn of(cx: &Context<'_>, named: NamedOperation<'_>, variant: Option<NamedVariant<'_>>) -> String {
    let Some(steps) = steps(cx, named, variant) else { return String::new() };
    let package = &cx.names.library;
    let binding =
        if named.operation.success == Success::Empty { String::new() } else { "let answer = ".to_owned() };
    let mut lines = vec![
        "```no_run".to_owned(),
        format!("# async fn example(client: {package}::Client) -> Result<(), Box<dyn std::error::Error>> {{"),
        format!("{binding}client"),
    ];
    lines.extend(steps.iter().map(|step| format!("    .{step}")));
    lines.push("    .send()".to_owned());
    lines.push("    .await?;".to_owned());
    lines.push("# Ok(())".to_owned());
    lines.push("# }".to_owned());
    lines.push("```".to_owned());
    lines.join("\n")
}

/// The calls that set what has to be set, each with its dot.
pub(super) fn needed(cx: &Context<'_>, named: NamedOperation<'_>) -> Option<String> {
    let steps = steps(cx, named, named.variants().next())?;
    Some(steps.iter().skip(2).map(|step| format!(".{step}")).collect())
}

/// The calls of the chain, from the handle to the last required setter.
fn steps(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    variant: Option<NamedVariant<'_>>,
) -> Option<Vec<String>> {
    let NamedOperation { operation, names, facts } = named;
    let tag = cx.names.tags.get(operation.tag)?;
    let path = named.parameters().filter(|(_, _, setter)| *setter == Setter::Argument);
    let arguments: Option<Vec<String>> = path.map(|(parameter, ..)| value(cx, &parameter.field, 0)).collect();
    let mut steps = vec![format!("{}()", tag.module), format!("{}({})", names.method, arguments?.join(", "))];
    steps.extend(variant.and_then(NamedVariant::chosen).map(|method| format!("{method}()")));
    let parameters = named.parameters().map(|(parameter, name, setter)| (&parameter.field, name, setter));
    let fields = variant.into_iter().flat_map(NamedVariant::fields);
    for (field, name, _) in parameters.filter(|(.., setter)| setter.is_required()) {
        steps.push(format!("{name}({})", value(cx, field, 0)?));
    }
    let whole = operation.body.as_ref().and_then(|body| body.whole.as_ref());
    if let Some(whole) = whole.filter(|_| facts.whole_body.is_some_and(Setter::is_required)) {
        steps.push(format!("body({})", typed(cx, whole, None, 0)?));
    }
    for (field, name, _) in fields.filter(|(.., setter)| setter.is_required()) {
        steps.push(format!("{name}({})", value(cx, field, 0)?));
    }
    Some(steps)
}

fn value(cx: &Context<'_>, field: &Field, depth: usize) -> Option<String> {
    let example = field.details.example.as_ref().filter(|value| !value.is_null());
    typed(cx, &field.ty, example, depth)
}

/// A value that the setter of this type takes.
fn typed(
    cx: &Context<'_>,
    ty: &TypeRef,
    example: Option<&serde_json::Value>,
    depth: usize,
) -> Option<String> {
    let package = &cx.names.library;
    let text = || example.and_then(serde_json::Value::as_str).filter(|text| simple(text));
    Some(match ty {
        TypeRef::Nullable(inner) => typed(cx, inner, example, depth)?,
        TypeRef::Named(id) => named(cx, *id, depth)?,
        TypeRef::Id(index) => {
            let prefix = cx.api.ids.get(*index).and_then(|id| id.prefixes.first());
            let made = format!("{}xxxxxxxxxxxxx", prefix.map_or("", String::as_str));
            format!("{:?}", text().unwrap_or(&made))
        }
        TypeRef::String | TypeRef::Secret | TypeRef::Binary => format!("{:?}", text().unwrap_or("text")),
        TypeRef::Integer => example.and_then(serde_json::Value::as_i64).unwrap_or(1).to_string(),
        TypeRef::Decimal => decimal(package, example),
        TypeRef::Float => "1.5".to_owned(),
        TypeRef::Boolean => "true".to_owned(),
        TypeRef::DateTime => {
            format!("{package}::DateTime::parse_from_rfc3339(\"2026-01-31T09:30:00Z\")?")
        }
        TypeRef::Date => format!("\"2026-01-31\".parse::<{package}::Date>()?"),
        TypeRef::Json => "\"any JSON\"".to_owned(),
        TypeRef::JsonObject => "[(\"name\", \"value\")]".to_owned(),
        TypeRef::List(inner) => format!("[{}]", typed(cx, inner, None, depth)?),
        TypeRef::Map(inner) => format!("[(\"name\", {})]", typed(cx, inner, None, depth)?),
    })
}

/// Text that looks the same in a comment as in the code.
fn simple(text: &str) -> bool {
    text.len() <= 80 && text.chars().all(|c| c.is_ascii_graphic() || c == ' ') && !text.contains(['"', '\\'])
}

fn decimal(package: &str, example: Option<&serde_json::Value>) -> String {
    let text = example.map(ToString::to_string).unwrap_or_default();
    match text.split_once('.') {
        Some((whole, fraction))
            if fraction.len() <= 6 && whole.len() <= 12 && !fraction.contains(['e', 'E']) =>
        {
            let digits = format!("{whole}{fraction}");
            let digits = digits.trim_start_matches('0');
            format!(
                "{package}::Decimal::new({}, {})",
                if digits.is_empty() { "0" } else { digits },
                fraction.len()
            )
        }
        None if text.len() <= 9 && text.parse::<i32>().is_ok() => text,
        _ => "10".to_owned(),
    }
}

fn named(cx: &Context<'_>, id: TypeId, depth: usize) -> Option<String> {
    if depth > DEPTH {
        return None;
    }
    let package = &cx.names.library;
    let name = cx.names.ty(id);
    let members = cx.names.members.get(id.0)?;
    match &cx.api.get(id).shape {
        Shape::StringEnum(_) => Some(format!("{package}::models::{name}::{}", members.first()?)),
        Shape::Object(object) => {
            let mut text = format!("{package}::models::{name}::builder()");
            let facts = cx.facts.fields_of(id);
            for ((field, member), facts) in object.fields.iter().zip(members).zip(facts) {
                if facts.setter.is_required() {
                    text.push_str(&format!(".{member}({})", value(cx, field, depth + 1)?));
                }
            }
            text.push_str(".build()");
            Some(text)
        }
        Shape::Union(union) => {
            let (variant, member) = (union.variants.first()?, members.first()?);
            let inner = typed(cx, &variant.ty, None, depth + 1)?;
            let inner = match &variant.ty {
                TypeRef::Named(_) | TypeRef::Integer | TypeRef::Boolean | TypeRef::Float => inner,
                TypeRef::List(_) | TypeRef::Map(_) | TypeRef::JsonObject => return None,
                _ => format!("{inner}.into()"),
            };
            let boxed = cx.facts.boxed.contains(&(id, 0));
            let inner = if boxed { format!("Box::new({inner})") } else { inner };
            Some(format!("{package}::models::{name}::{member}({inner})"))
        }
        Shape::Alias(ty) => typed(cx, ty, None, depth + 1),
        Shape::Pending => None,
    }
}
