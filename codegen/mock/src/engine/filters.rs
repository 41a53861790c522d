//! The filters of a list: which of its parameters say what a thing must be like, and whether a thing is.

use chrono::DateTime;

use crate::engine::check::{Checker, Direction};
use crate::engine::document::{Document, Member, Object, Operation, Place, Type};
use crate::engine::limits::same;
use crate::engine::pages::NAMES;
use crate::engine::tree::Json;

/// The filters that a call asks for.
#[derive(Debug)]
pub(crate) struct Filters(Vec<Filter>);

#[derive(Debug)]
struct Filter {
    /// The path to the member: `owner`, `id` for `owner_id`.
    path: Vec<String>,
    /// The values it may have, or one end of a range.
    wanted: Wanted,
    /// Whether they are identifiers, such as the owner's.
    ids: bool,
}

#[derive(Debug)]
enum Wanted {
    OneOf(Vec<Json>),
    After(Json),
    Before(Json),
}

impl Filters {
    /// The parameters of the query that speak of members of the things, with a value that such a member may have.
    pub(crate) fn of(
        document: &Document,
        operation: &Operation,
        thing: Option<&Object>,
        arguments: &Json,
    ) -> Self {
        let paging = [NAMES.first, NAMES.after, NAMES.last, NAMES.before];
        let query = operation.parameters.iter().filter(|parameter| parameter.place == Place::Query);
        let asked = query.filter(|parameter| !paging.contains(&parameter.member.name.as_str()));
        let filters = asked.filter_map(|parameter| {
            let value = arguments.get(&parameter.key)?;
            filter(document, thing?, &parameter.member.name, value)
        });
        Self(filters.collect())
    }

    /// The filters as text: lists with the same ones are one list.
    pub(crate) fn text(&self) -> String {
        self.0.iter().map(|filter| format!("{} {:?};", filter.path.join("."), filter.wanted)).collect()
    }

    /// Whether a thing is as they want it. Whose it is counts only if somebody has said so: an owner that was made up is
    /// nobody's wish.
    pub(crate) fn pass(&self, thing: &Json, said: &Json) -> bool {
        self.0.iter().all(|filter| {
            let known = if filter.ids { said } else { thing };
            filter.value(known).is_none_or(|value| filter.wanted.fits(value))
        })
    }

    /// A thing that is as they want it, as far as they say.
    pub(crate) fn source(&self) -> Json {
        let mut source = Json::Object(Vec::new());
        for filter in &self.0 {
            let value = match &filter.wanted {
                Wanted::OneOf(values) => values.first(),
                Wanted::After(value) | Wanted::Before(value) => Some(value),
            };
            let (Some(value), Some((first, rest))) = (value, filter.path.split_first()) else { continue };
            let value = rest
                .iter()
                .rev()
                .fold(value.clone(), |value, name| Json::Object(vec![(name.clone(), value)]));
            source.set(first, value);
        }
        source
    }
}

impl Filter {
    /// The value of the member that it speaks of.
    fn value<'j>(&self, thing: &'j Json) -> Option<&'j Json> {
        let whole = self.path.iter().try_fold(thing, |value, name| value.get(name));
        // What was created by the id of its owner may hold just that.
        whole.or_else(|| thing.get(&self.path.join("_")))
    }
}

impl Wanted {
    fn fits(&self, value: &Json) -> bool {
        let time = |value: &Json| value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        match self {
            Self::OneOf(wanted) => match value {
                Json::List(items) => items.iter().any(|item| wanted.iter().any(|one| same(one, item))),
                value => wanted.iter().any(|one| same(one, value)),
            },
            Self::After(bound) => time(value).zip(time(bound)).is_none_or(|(value, bound)| value >= bound),
            Self::Before(bound) => time(value).zip(time(bound)).is_none_or(|(value, bound)| value <= bound),
        }
    }
}

fn filter(document: &Document, thing: &Object, name: &str, value: &Json) -> Option<Filter> {
    let values = || match value {
        Json::List(items) => items.clone(),
        value => vec![value.clone()],
    };
    let may = |member: &Member, value: &Json| {
        let items = Json::List(vec![value.clone()]);
        Checker::fits(document, Direction::Answer, member, value)
            || Checker::fits(document, Direction::Answer, member, &items)
    };
    let may_all = |member: &Member| values().iter().all(|value| may(member, value));
    let one = |path: &[&str], ids: bool| {
        let path = path.iter().map(|name| (*name).to_owned()).collect();
        Some(Filter { path, wanted: Wanted::OneOf(values()), ids })
    };
    // `states` asks for things whose `state` is one of several.
    let singular = || name.strip_suffix("es").into_iter().chain(name.strip_suffix('s'));
    for own in std::iter::once(name).chain(singular()) {
        if let Some(member) = thing.get(own).filter(|member| may_all(member)) {
            let ids = own.ends_with("_id") || matches!(document.plain(&member.ty), Type::Id(_));
            return one(&[own], ids);
        }
        let owner = own.strip_suffix("_id").and_then(|stem| Some((stem, thing.get(stem)?)));
        if let Some((stem, member)) = owner
            && document.object(&member.ty).and_then(|owner| owner.get("id")).is_some_and(may_all)
        {
            return one(&[stem, "id"], true);
        }
    }
    let range = |end: &str, wanted: fn(Json) -> Wanted| {
        let at = format!("{}_at", name.strip_suffix(end)?);
        thing.get(&at).filter(|member| may(member, value))?;
        Some(Filter { path: vec![at], wanted: wanted(value.clone()), ids: false })
    };
    range("_after", Wanted::After).or_else(|| range("_before", Wanted::Before))
}
