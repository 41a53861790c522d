//! The filters of a list: which query parameters select resources by a field, and whether a resource matches them.

use chrono::DateTime;
use openapi_client_description::{
    Description, Field, JsonValue, Location, Object, Operation, TypeDefinition, validate::is_equal,
};

use crate::engine::pagination::NAMES;
use openapi_client_description::check::{Direction, TypeChecker};

/// The filters of a request.
#[derive(Debug)]
pub(crate) struct ListFilters(Vec<Filter>);

#[derive(Debug)]
struct Filter {
    /// The path to the field, such as `owner`, `id` for the parameter `owner_id`.
    path: Vec<String>,
    condition: Condition,
    /// Whether the field holds an identifier, such as that of the owner.
    is_id: bool,
}

#[derive(Debug)]
enum Condition {
    OneOf(Vec<JsonValue>),
    After(JsonValue),
    Before(JsonValue),
}

impl ListFilters {
    /// The query parameters that are named after a field of the resource and have a valid value of that field.
    pub(crate) fn new(
        description: &Description,
        operation: &Operation,
        resource: Option<&Object>,
        arguments: &JsonValue,
    ) -> Self {
        let own = operation.paging.as_ref();
        let size = own.and_then(|paging| paging.size.as_ref()).map(|size| size.parameter.as_str());
        let own = [own.map(|paging| paging.parameter.as_str()), size];
        let is_paging = |name: &str| {
            [NAMES.first, NAMES.after, NAMES.last, NAMES.before].contains(&name) || own.contains(&Some(name))
        };
        let query = operation.parameters.iter();
        let query =
            query.filter(|parameter| parameter.location == Location::Query && !is_paging(parameter.name));
        let filters = query.filter_map(|parameter| {
            let value = arguments.get(parameter.request_name())?;
            find_filter(description, resource?, parameter.name, value)
        });
        Self(filters.collect())
    }

    /// The filters as a key: requests with the same key have the same list.
    pub(crate) fn key(&self) -> String {
        self.0.iter().map(|filter| format!("{} {:?};", filter.path.join("."), filter.condition)).collect()
    }

    /// Whether a resource matches. Identifiers are compared with those that clients have sent: a generated owner would exclude
    /// the resource from the lists of every other owner.
    pub(crate) fn matches(&self, resource: &JsonValue, sent: &JsonValue) -> bool {
        self.0.iter().all(|filter| {
            let known = if filter.is_id { sent } else { resource };
            filter.field_value(known).is_none_or(|value| filter.condition.matches(value))
        })
    }

    /// The fields of a resource that matches.
    pub(crate) fn matching_fields(&self) -> JsonValue {
        let mut fields = JsonValue::empty_object();
        for filter in &self.0 {
            let value = match &filter.condition {
                Condition::OneOf(values) => values.first(),
                Condition::After(value) | Condition::Before(value) => Some(value),
            };
            let (Some(value), Some((first, rest))) = (value, filter.path.split_first()) else { continue };
            let wrap = |value, name: &String| JsonValue::Object(vec![(name.clone(), value)]);
            fields.set(first, rest.iter().rev().fold(value.clone(), wrap));
        }
        fields
    }
}

impl Filter {
    fn field_value<'j>(&self, resource: &'j JsonValue) -> Option<&'j JsonValue> {
        let nested = self.path.iter().try_fold(resource, |value, name| value.get(name));
        // A resource that was created with `owner_id` may have that field only.
        nested.or_else(|| resource.get(&self.path.join("_")))
    }
}

impl Condition {
    fn matches(&self, value: &JsonValue) -> bool {
        let time =
            |value: &JsonValue| value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        match self {
            Self::OneOf(wanted) => {
                let is_wanted = |value: &JsonValue| wanted.iter().any(|wanted| is_equal(wanted, value));
                match value {
                    JsonValue::List(items) => items.iter().any(is_wanted),
                    value => is_wanted(value),
                }
            }
            Self::After(limit) => time(value).zip(time(limit)).is_none_or(|(value, limit)| value >= limit),
            Self::Before(limit) => time(value).zip(time(limit)).is_none_or(|(value, limit)| value <= limit),
        }
    }
}

/// The filter of a parameter: by the field of its name, of its singular, of the id of an object, or of a time.
fn find_filter(
    description: &Description,
    resource: &Object,
    parameter: &str,
    value: &JsonValue,
) -> Option<Filter> {
    let values = || match value {
        JsonValue::List(items) => items.clone(),
        value => vec![value.clone()],
    };
    let can_be = |field: &Field, value: &JsonValue| {
        let list = JsonValue::List(vec![value.clone()]);
        let is_valid = |value| TypeChecker::is_valid_field(description, Direction::Response, field, value);
        is_valid(value) || is_valid(&list)
    };
    let can_be_all = |field: &Field| values().iter().all(|value| can_be(field, value));
    let one_of = |path: &[&str], is_id: bool| {
        let path = path.iter().map(|name| (*name).to_owned()).collect();
        Some(Filter { path, condition: Condition::OneOf(values()), is_id })
    };
    // `states` selects resources whose `state` is one of several.
    let singular = parameter.strip_suffix("es").into_iter().chain(parameter.strip_suffix('s'));
    for name in std::iter::once(parameter).chain(singular) {
        if let Some(field) = resource.fields.get(name).filter(|field| can_be_all(field)) {
            let definition = description.definition(field.ty());
            let is_id = name.ends_with("_id") || matches!(definition, Some(TypeDefinition::Identifier(_)));
            return one_of(&[name], is_id);
        }
        let owner = name.strip_suffix("_id").and_then(|stem| Some((stem, resource.fields.get(stem)?)));
        if let Some((stem, field)) = owner
            && let Some(owner) = description.object(field.ty())
            && owner.fields.get("id").is_some_and(can_be_all)
        {
            return one_of(&[stem, "id"], true);
        }
    }
    let time_range = |suffix: &str, condition: fn(JsonValue) -> Condition| {
        let name = format!("{}_at", parameter.strip_suffix(suffix)?);
        resource.fields.get(&name).filter(|field| can_be(field, value))?;
        Some(Filter { path: vec![name], condition: condition(value.clone()), is_id: false })
    };
    time_range("_after", Condition::After).or_else(|| time_range("_before", Condition::Before))
}
