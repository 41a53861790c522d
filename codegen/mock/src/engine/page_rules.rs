//! Pages of a list by numbers, positions, the last item or URLs, as the description of the operation says.

use openapi_client_description::{
    Description, JsonValue, Operation, Paging, PagingKind, ResponseBody, Type, TypeDefinition,
};

use crate::engine::pagination::{DEFAULT_PAGE_SIZE, InvalidCursor};
use crate::engine::parameter_values::parse_pairs;
use crate::engine::store::StoredResource;

/// The query parameter of the URLs of pages, which the document does not have.
pub(crate) const POSITION: &str = "mock_position";

/// Whether the pages of an operation are requested by URLs of the server.
pub(crate) fn has_page_urls(operation: &Operation) -> bool {
    let kind = operation.paging.as_ref().map(|paging| &paging.kind);
    matches!(kind, Some(PagingKind::Link | PagingKind::Url(_)))
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    start: usize,
    size: usize,
    total: usize,
}

impl Section {
    /// All of a list.
    pub(crate) fn whole(total: usize) -> Self {
        Self { start: 0, size: total, total }
    }

    /// The section that a request asks for.
    pub(crate) fn find(
        operation: &Operation,
        paging: &Paging,
        (arguments, query): (&JsonValue, &str),
        resources: &[StoredResource],
    ) -> Result<Self, InvalidCursor> {
        let total = resources.len();
        let argument = |name: &str| find_argument(operation, name, arguments);
        let number = |name: &str| argument(name).and_then(|value| value.as_number::<usize>());
        let requested = paging.size.as_ref().and_then(|size| number(&size.parameter));
        let known = paging.size.as_ref().map(|size| (size.default as usize, size.maximum as usize));
        let (default, maximum) = known.unwrap_or_default();
        let size = requested.unwrap_or(if default > 0 { default } else { DEFAULT_PAGE_SIZE });
        let size = if maximum > 0 { size.min(maximum) } else { size }.max(1);
        let start = match &paging.kind {
            PagingKind::Number(first) => {
                let page = number(&paging.parameter).unwrap_or(*first as usize);
                page.saturating_sub(*first as usize).saturating_mul(size)
            }
            PagingKind::Offset(first) => {
                number(&paging.parameter).unwrap_or(*first as usize).saturating_sub(*first as usize)
            }
            PagingKind::Cursor(_) => match argument(&paging.parameter).filter(|cursor| !is_empty(cursor)) {
                Some(cursor) => {
                    let position = cursor.to_text().parse().ok();
                    position.ok_or_else(|| InvalidCursor(paging.parameter.clone()))?
                }
                None => 0,
            },
            PagingKind::LastItem(path) => match argument(&paging.parameter) {
                Some(last) => {
                    let is_last = |resource: &StoredResource| value_at(&resource.value, path) == Some(last);
                    let position = resources.iter().position(is_last);
                    position.ok_or_else(|| InvalidCursor(paging.parameter.clone()))? + 1
                }
                None => 0,
            },
            PagingKind::Link | PagingKind::Url(_) => {
                let pairs = parse_pairs(query);
                let position = pairs.iter().find(|pair| pair.name == POSITION).map(|pair| pair.value.parse());
                position.transpose().map_err(|_| InvalidCursor(POSITION.to_owned()))?.unwrap_or(0)
            }
        };
        Ok(Self { start: start.min(total), size, total })
    }

    /// The items of the section.
    pub(crate) fn select<T>(self, items: Vec<T>) -> Vec<T> {
        items.into_iter().skip(self.start).take(self.size).collect()
    }

    /// The position of the next section, if there is one.
    fn next(self) -> Option<usize> {
        Some(self.start.saturating_add(self.size)).filter(|next| *next < self.total)
    }
}

/// Writes into a response what it says about its page, and returns the headers that do.
pub(crate) fn describe_page(
    description: &Description,
    operation: &Operation,
    (paging, section): (&Paging, Section),
    query: &str,
    response: &mut JsonValue,
) -> Vec<(String, String)> {
    let Some(ResponseBody::Json(ty)) = &operation.response else { return Vec::new() };
    let mut set = |path: &[String], value: Option<JsonValue>| set_at(description, ty, response, path, value);
    let next = section.next();
    let (first, counts_pages) = match paging.kind {
        PagingKind::Number(first) => (first as usize, true),
        _ => (1, false),
    };
    let page_of = |position: usize| position / section.size.max(1) + first;
    let pages = section.total.div_ceil(section.size.max(1));
    let target = next.map(|next| format!("?{}", next_query(query, next)));
    let flags = [(&paging.more, next.is_some()), (&paging.last, next.is_none())];
    for (path, flag) in flags {
        path.iter().for_each(|path| set(path, Some(JsonValue::Bool(flag))));
    }
    let numbers =
        [(&paging.total, section.total), (&paging.pages, pages), (&paging.current, page_of(section.start))];
    for (path, number) in numbers {
        path.iter().for_each(|path| set(path, Some(JsonValue::number(number))));
    }
    match &paging.kind {
        PagingKind::Cursor(path) => set(path, next.map(JsonValue::number)),
        PagingKind::Url(path) => set(path, target.clone().map(JsonValue::String)),
        _ => {}
    }
    let headers = &paging.headers;
    let next_page = next.filter(|_| counts_pages).map_or_else(String::new, |next| page_of(next).to_string());
    let link = target.filter(|_| paging.kind == PagingKind::Link).map(|url| format!("<{url}>; rel=\"next\""));
    let headers = [
        (headers.next.as_deref(), Some(next_page)),
        (headers.current.as_deref(), Some(page_of(section.start).to_string())),
        (headers.pages.as_deref(), Some(pages.to_string())),
        (headers.total.as_deref(), Some(section.total.to_string())),
        (Some("link"), link),
    ];
    let headers = headers.into_iter().filter_map(|(name, value)| Some((name?.to_owned(), value?)));
    headers.collect()
}

/// Sets the value at a path of a response, in the type of its field. Without a value, the field is removed, or has the value that
/// clients take for the end if it must be present.
pub(crate) fn set_at(
    description: &Description,
    ty: &Type,
    response: &mut JsonValue,
    path: &[String],
    value: Option<JsonValue>,
) {
    let Some((name, rest)) = path.split_first() else {
        *response = value.unwrap_or_else(|| empty_value(description, ty));
        return;
    };
    let Some(field) = description.object(ty).and_then(|object| object.fields.get(name)) else { return };
    if !rest.is_empty() {
        let mut inner = response.get(name).cloned().filter(|inner| matches!(inner, JsonValue::Object(_)));
        if inner.is_none() && value.is_none() && !field.is_required() {
            return;
        }
        let inner = inner.get_or_insert_with(JsonValue::empty_object);
        set_at(description, field.ty(), inner, rest, value);
        response.set(name, inner.clone());
        return;
    }
    match value {
        Some(value) => response.set(name, in_type(description, field.ty(), value)),
        None if field.is_required() => response.set(name, empty_value(description, field.ty())),
        None => {
            if let JsonValue::Object(properties) = response {
                properties.retain(|(other, _)| other != name);
            }
        }
    }
}

/// The value of a type by which a server says that no page follows: `null`, an empty text, 0 or `false`.
fn empty_value(description: &Description, ty: &Type) -> JsonValue {
    match ty {
        Type::Nullable(_) | Type::Json => JsonValue::Null,
        Type::Integer | Type::Unsigned | Type::Decimal | Type::Float => JsonValue::number(0),
        Type::Boolean => JsonValue::Bool(false),
        Type::List(_) => JsonValue::List(Vec::new()),
        Type::JsonObject | Type::Map(_) => JsonValue::empty_object(),
        Type::Named(name) => match description.types.get(name) {
            Some(TypeDefinition::Alias(field)) => empty_value(description, field.ty()),
            Some(TypeDefinition::Union(variants)) => {
                let values = variants.iter().map(|variant| empty_value(description, &variant.ty));
                let value =
                    values.reduce(|first, other| if other == JsonValue::Null { other } else { first });
                value.unwrap_or(JsonValue::Null)
            }
            _ => JsonValue::string(""),
        },
        _ => JsonValue::string(""),
    }
}

/// A number as text, where a field has no numbers, and a flag as 0 or 1 or as text, where it has no flags.
fn in_type(description: &Description, ty: &Type, value: JsonValue) -> JsonValue {
    if let Some(TypeDefinition::Union(variants)) = description.definition(ty) {
        let mut values = variants.iter().map(|variant| in_type(description, &variant.ty, value.clone()));
        let first = values.next().unwrap_or_else(|| value.clone());
        return if first == value || values.any(|other| other == value) { value } else { first };
    }
    let ty = description.resolve(ty);
    let is_number = matches!(ty, Type::Integer | Type::Unsigned | Type::Decimal | Type::Float);
    match value {
        _ if matches!(ty, Type::Json) => value,
        JsonValue::Number(text) if !is_number => JsonValue::String(text),
        JsonValue::Bool(flag) if is_number => JsonValue::number(u8::from(flag)),
        JsonValue::Bool(flag) if !matches!(ty, Type::Boolean) => JsonValue::string(flag.to_string()),
        value => value,
    }
}

/// The type of the items in the list at a path.
pub(crate) fn listed_type<'a>(
    description: &'a Description,
    ty: &'a Type,
    path: &[String],
) -> Option<&'a Type> {
    match path.split_first() {
        None => match description.resolve(ty) {
            Type::List(item) => Some(item),
            _ => None,
        },
        Some((name, rest)) => listed_type(description, description.object(ty)?.fields.get(name)?.ty(), rest),
    }
}

/// The number of items in the list at a path.
pub(crate) fn count_items(response: &JsonValue, path: &[String]) -> usize {
    value_at(response, path).map_or(0, |list| list.items().len())
}

fn value_at<'j>(value: &'j JsonValue, path: &[String]) -> Option<&'j JsonValue> {
    path.iter().try_fold(value, |value, name| value.get(name))
}

/// The argument of a parameter, or of a property of the body, by its name in the request.
fn find_argument<'j>(operation: &Operation, name: &str, arguments: &'j JsonValue) -> Option<&'j JsonValue> {
    let parameter = operation.parameters.iter().find(|parameter| parameter.name == name);
    arguments.get(parameter.map_or(name, |parameter| parameter.request_name()))
}

/// Whether a cursor is that of the first page.
fn is_empty(cursor: &JsonValue) -> bool {
    matches!(cursor, JsonValue::Null) || cursor.as_str() == Some("")
}

/// The query of the next page: that of this one with another position.
fn next_query(query: &str, position: usize) -> String {
    let prefix = format!("{POSITION}=");
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with(&prefix));
    kept.map(str::to_owned).chain([format!("{prefix}{position}")]).collect::<Vec<_>>().join("&")
}
