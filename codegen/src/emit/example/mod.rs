//! Examples of requests: the shortest call that compiles, with values that could be real.

mod expression;
mod identifiers;
mod text;

use std::cell::Cell;

use openapi_client_description::Constraints;
use serde_json::Value;

use self::expression::Expression;
pub(super) use self::identifiers::example_id;
use self::identifiers::is_id_of;
use self::text::{Hints, date, example_number, example_text, resource_name, timestamp};
use super::{Context, NamedOperation, NamedVariant};
use crate::analyze::Setter;
use crate::ident::{is_identifier, snake_case, split_words};
use crate::ir::{Field, IdKind, Shape, Success, TypeId, TypeOrigin, TypeRef};

/// The depth of builders within builders from which on there is no example.
const MAX_DEPTH: usize = 6;

/// A call as a code block, or nothing if a value that it needs cannot be written as an example.
pub(super) fn example_call(
    cx: &Context<'_>,
    named: NamedOperation<'_>,
    variant: Option<NamedVariant<'_>>,
) -> String {
    let Some(example) = Example::new(cx, named) else { return String::new() };
    let Some(steps) = example.steps(named, variant) else { return String::new() };
    let code = if named.operation.page.is_some() {
        stream_items(named, steps, example.module)
    } else {
        send_request(cx, named, steps)
    };
    let library = &cx.names.library;
    let import =
        if example.names_models.get() { format!("use {library}::models;\n\n") } else { String::new() };
    format!(
        "```no_run\n{import}# async fn example(client: {library}::Client) -> Result<(), Box<dyn std::error::Error>> {{\n\
         {code}\n# Ok(())\n# }}\n```"
    )
}

/// The call whose response has the name of its type.
fn send_request(cx: &Context<'_>, named: NamedOperation<'_>, mut steps: Vec<Expression>) -> String {
    steps.extend([Expression::call(".send", Vec::new()), Expression::Plain(".await?".to_owned())]);
    let binding = binding(cx, named).map_or_else(String::new, |name| format!("let {name} = "));
    Expression::Chain("client".to_owned(), steps).format(0, &binding, ";")
}

/// The loop over the items of all pages.
fn stream_items(named: NamedOperation<'_>, mut steps: Vec<Expression>, module: &str) -> String {
    steps.push(Expression::call(".stream", Vec::new()));
    let (items, item) = name_items(&named.names.method, module);
    let call = Expression::Chain("client".to_owned(), steps).format(0, &format!("let mut {items} = "), ";");
    format!(
        "{call}\nwhile let Some({item}) = {items}.try_next().await? {{\n    println!(\"{{{item}:?}}\");\n}}"
    )
}

/// The names of the variables for the items of a list and for one of them: those of the resource, or of what a method such as
/// `list_recipients` lists.
fn name_items(method: &str, module: &str) -> (String, String) {
    let listed = if method == "list" { Some(module) } else { method.strip_prefix("list_") };
    let names = listed.map(|listed| (listed.to_owned(), resource_name(listed).replace(' ', "_")));
    let is_usable = |name: &String| is_identifier(name) && name != "client";
    names
        .filter(|(items, item)| items != item && is_usable(items) && is_usable(item))
        .unwrap_or_else(|| ("items".to_owned(), "item".to_owned()))
}

/// The calls of the setters that a request needs, on one line.
pub(super) fn required_setters(cx: &Context<'_>, named: NamedOperation<'_>) -> Option<String> {
    let example = Example::new(cx, named)?;
    let steps = example.steps(named, named.variants().next())?;
    // A name of a model would need an import.
    let setters = steps.iter().skip(2).map(Expression::one_line).collect();
    (!example.names_models.get()).then_some(setters)
}

/// The name of the variable that holds the response: that of its type.
fn binding(cx: &Context<'_>, named: NamedOperation<'_>) -> Option<String> {
    let name = match &named.operation.success {
        Success::Empty => return None,
        // The name of an inline type says where it is used, not what it is.
        Success::Json(TypeRef::Named(id)) if cx.api.get(*id).origin != TypeOrigin::Inline => {
            snake_case(cx.names.ty(*id))
        }
        _ => String::new(),
    };
    let is_taken = name == "client" || name.ends_with("response") || name.starts_with("r#");
    let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase());
    Some(if is_plain && !is_taken { name } else { "response".to_owned() })
}

/// Makes the values of one example.
struct Example<'a> {
    cx: &'a Context<'a>,
    module: &'a str,
    /// What the request is about, such as `promo code`.
    resource: String,
    /// Whether a value is written with the module `models`.
    names_models: Cell<bool>,
}

/// What a value is for.
#[derive(Clone, Copy)]
struct Purpose<'a> {
    name: &'a str,
    description: &'a str,
    constraints: Option<&'a Constraints>,
    example: Option<&'a Value>,
    resource: &'a str,
    depth: usize,
}

impl<'a> Example<'a> {
    fn new(cx: &'a Context<'a>, named: NamedOperation<'_>) -> Option<Self> {
        let module = &cx.names.tags.get(named.operation.tag)?.module;
        Some(Self { cx, module, resource: resource_name(module), names_models: Cell::new(false) })
    }

    /// The steps from the accessor of the tag to the last required setter.
    fn steps(&self, named: NamedOperation<'_>, variant: Option<NamedVariant<'_>>) -> Option<Vec<Expression>> {
        let NamedOperation { operation, names, facts } = named;
        let step = |name: &str, arguments: Vec<Expression>| Expression::call(&format!(".{name}"), arguments);
        let path = named.parameters().filter(|(_, _, setter)| *setter == Setter::Argument);
        let arguments: Option<Vec<_>> =
            path.map(|(parameter, ..)| self.field_value(&parameter.field, &self.resource, 0)).collect();
        let mut steps = vec![step(self.module, Vec::new()), step(&names.method, arguments?)];
        steps.extend(variant.and_then(NamedVariant::chosen).map(|method| step(method, Vec::new())));
        let parameters = named.parameters().map(|(parameter, name, setter)| (&parameter.field, name, setter));
        for (field, name, _) in parameters.filter(|(.., setter)| setter.is_required()) {
            steps.push(step(name, vec![self.field_value(field, &self.resource, 0)?]));
        }
        let whole = operation.body.as_ref().and_then(|body| body.whole.as_ref());
        if let Some(whole) = whole.filter(|_| facts.whole_body.is_some_and(Setter::is_required)) {
            let purpose = Purpose {
                name: "body",
                description: "",
                constraints: None,
                example: None,
                resource: &self.resource,
                depth: 0,
            };
            steps.push(step("body", vec![self.value(whole, purpose)?]));
        }
        let fields = variant.into_iter().flat_map(NamedVariant::fields);
        for (field, name, _) in fields.filter(|(.., setter)| setter.is_required()) {
            steps.push(step(name, vec![self.field_value(field, &self.resource, 0)?]));
        }
        Some(steps)
    }

    fn field_value(&self, field: &Field, resource: &str, depth: usize) -> Option<Expression> {
        let example = field.details.example.as_ref();
        let constraints = Some(&field.details.constraints);
        let description = field.description.as_deref().unwrap_or_default();
        self.value(
            &field.ty,
            Purpose { name: &field.name, description, constraints, example, resource, depth },
        )
    }

    /// A value that the setter of this type takes.
    fn value(&self, ty: &TypeRef, purpose: Purpose<'_>) -> Option<Expression> {
        let library = &self.cx.names.library;
        let code = match ty {
            TypeRef::Nullable(inner) => return self.value(inner, purpose),
            TypeRef::Named(id) => return self.named_value(*id, purpose),
            TypeRef::List(inner) => return Some(Expression::list(self.value(inner, purpose.of_item())?)),
            TypeRef::Map(inner) => {
                return Some(Expression::map("key", self.value(inner, purpose.of_item())?));
            }
            TypeRef::JsonObject | TypeRef::SecretObject => {
                return Some(Expression::map("reference", Expression::Plain("\"A-1024\"".to_owned())));
            }
            TypeRef::Id(index) => {
                format!("{:?}", purpose.identifier(self.cx.api.ids.get(*index)?))
            }
            TypeRef::String | TypeRef::Secret | TypeRef::Binary | TypeRef::File | TypeRef::Json => {
                format!("{:?}", purpose.text(&self.cx.api.ids))
            }
            TypeRef::Integer => purpose.number(true),
            TypeRef::Unsigned => purpose.number(true).trim_start_matches('-').to_owned(),
            TypeRef::Decimal => decimal(library, &purpose.number(false)),
            TypeRef::Float => "1.5".to_owned(),
            TypeRef::Boolean => "true".to_owned(),
            TypeRef::DateTime => {
                format!("{library}::DateTime::parse_from_rfc3339({:?})?", purpose.by_words(timestamp))
            }
            TypeRef::Date => format!("{:?}.parse::<{library}::Date>()?", purpose.by_words(date)),
        };
        Some(Expression::Plain(code))
    }

    fn named_value(&self, id: TypeId, purpose: Purpose<'_>) -> Option<Expression> {
        let Purpose { depth, .. } = purpose;
        if depth > MAX_DEPTH {
            return None;
        }
        let (name, members) = (self.cx.names.ty(id), self.cx.names.members_of(id));
        let path = |member: &str| {
            self.names_models.set(true);
            format!("models::{name}::{member}")
        };
        match &self.cx.api.get(id).shape {
            Shape::OpenEnum(_) => Some(Expression::Plain(path(members.first()?))),
            Shape::Object(object) => {
                let resource = resource_name(split_words(name).last()?);
                let fields = object.fields.iter().zip(members).zip(self.cx.facts.fields_of(id));
                let required = fields.filter(|(_, facts)| facts.setter.is_required());
                let setters: Option<Vec<Expression>> = required
                    .map(|((field, member), _)| {
                        let value = self.field_value(field, &resource, depth + 1)?;
                        Some(Expression::call(&format!(".{member}"), vec![value]))
                    })
                    .collect();
                let build = Expression::call(".build", Vec::new());
                let steps = setters?.into_iter().chain([build]).collect();
                Some(Expression::Chain(path("builder()"), steps))
            }
            Shape::Union(union) => {
                let (variant, member) = (union.variants.first()?, members.first()?);
                let value = self.value(&variant.ty, Purpose { depth: depth + 1, ..purpose })?;
                let value = match &variant.ty {
                    TypeRef::Named(_)
                    | TypeRef::Integer
                    | TypeRef::Unsigned
                    | TypeRef::Boolean
                    | TypeRef::Float => value,
                    TypeRef::List(_) | TypeRef::Map(_) | TypeRef::JsonObject | TypeRef::SecretObject => {
                        return None;
                    }
                    _ => Expression::Plain(format!("{}.into()", value.one_line())),
                };
                let value = if self.cx.facts.erased.contains(&(id, 0)) {
                    Expression::call(&format!("{}::Boxed::new", self.cx.names.library), vec![value])
                } else if self.cx.facts.boxed.contains(&(id, 0)) {
                    Expression::call("Box::new", vec![value])
                } else {
                    value
                };
                Some(Expression::call(&path(member), vec![value]))
            }
            Shape::Alias(ty) => self.value(ty, Purpose { depth: depth + 1, ..purpose }),
            Shape::Pending => None,
        }
    }
}

impl Purpose<'_> {
    /// The same for an item of a list or a map.
    fn of_item(self) -> Self {
        let constraints = self.constraints.and_then(|constraints| constraints.items.as_deref());
        Self { constraints, example: None, ..self }
    }

    /// The document's example, if it is one, or a text by name and format.
    fn text(self, ids: &[IdKind]) -> String {
        let Self { name, description, resource, .. } = self;
        let constraints = self.constraints.cloned().unwrap_or_default();
        let text = || example_text(Hints { name, description, constraints: &constraints, resource, ids });
        self.stated_text().map_or_else(text, str::to_owned)
    }

    /// The document's example, if it is an identifier of this kind, or one with the prefix of the kind.
    fn identifier(self, kind: &IdKind) -> String {
        let stated = self.stated_text().filter(|text| is_id_of(kind, text));
        stated.map_or_else(|| example_id(kind), str::to_owned)
    }

    /// The document's example, if it can be shown.
    fn stated_text(&self) -> Option<&str> {
        self.example.and_then(Value::as_str).filter(|text| is_plain(text) && !is_placeholder(text))
    }

    /// A date or time for the words of the name.
    fn by_words(self, choose: impl Fn(&[&str]) -> &'static str) -> &'static str {
        let words = split_words(self.name);
        choose(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn number(self, integer: bool) -> String {
        let constraints = self.constraints.cloned().unwrap_or_default();
        example_number(self.name, &constraints, self.example.map(ToString::to_string), integer)
    }
}

/// Whether a text looks the same in a comment as in the code.
fn is_plain(text: &str) -> bool {
    text.len() <= 80 && text.chars().all(|c| c.is_ascii_graphic() || c == ' ') && !text.contains(['"', '\\'])
}

/// Whether an example of the document only fills the space.
fn is_placeholder(text: &str) -> bool {
    text.chars().all(|c| matches!(c, 'x' | 'X' | ' ' | '_' | '-'))
        || ["string", "text", "example", "value"].contains(&text)
}

/// A decimal number as an argument of a setter, which takes small integers as they are.
fn decimal(library: &str, number: &str) -> String {
    if number.parse::<i32>().is_ok() { number.to_owned() } else { format!("{library}::dec!({number})") }
}
