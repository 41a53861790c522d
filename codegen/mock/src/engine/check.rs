//! Values against their types: everything that is wrong, each fault with its place. It knows no HTTP.

use chrono::{DateTime, NaiveDate};

use crate::engine::Fault;
use crate::engine::document::{Document, Member, Object, Shape, Type, Variant};
use crate::engine::limits::{Limits, decimal, same};
use crate::engine::tree::Json;

/// The deepest value that is looked into: types that hold themselves end here.
const DEPTH: usize = 200;

/// The longest text that a message repeats.
const SHOWN: usize = 60;

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Answer,
}

impl Direction {
    /// Whether a member goes the other way only.
    pub(crate) fn other_way(self, member: &Member) -> bool {
        match self {
            Self::Request => member.read_only,
            Self::Answer => member.write_only,
        }
    }
}

/// Something wrong in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) fault: Fault,
    /// Where, within its part of the request: `items[2].amount`.
    pub(crate) place: String,
    /// What is wrong and what to do.
    pub(crate) reason: String,
}

/// Looks for what is wrong with values.
pub(crate) struct Checker<'a> {
    document: &'a Document,
    direction: Direction,
    found: Vec<Finding>,
    depth: usize,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(document: &'a Document, direction: Direction) -> Self {
        Self { document, direction, found: Vec::new(), depth: 0 }
    }

    /// Everything that was found.
    pub(crate) fn found(self) -> Vec<Finding> {
        self.found
    }

    /// Whether a value may stand where a member does.
    pub(crate) fn fits(document: &'a Document, direction: Direction, member: &Member, value: &Json) -> bool {
        let mut checker = Self::new(document, direction);
        checker.member(member, value, "");
        checker.found.is_empty()
    }

    /// Whether a value is of a type.
    pub(crate) fn is(document: &'a Document, direction: Direction, ty: &Type, value: &Json) -> bool {
        let mut checker = Self::new(document, direction);
        checker.value(ty, None, value, "");
        checker.found.is_empty()
    }

    pub(crate) fn tell(&mut self, fault: Fault, place: &str, reason: String) {
        self.found.push(Finding { fault, place: place.to_owned(), reason });
    }

    fn invalid(&mut self, place: &str, reason: String) {
        self.tell(Fault::InvalidParameter, place, reason);
    }

    /// The value of a member, its constant and limits included.
    pub(crate) fn member(&mut self, member: &Member, value: &Json, place: &str) {
        let before = self.found.len();
        self.value(&member.ty, Some(&member.limits), value, place);
        let constant = member.constant.as_ref().filter(|constant| !same(constant, value));
        if let (Some(constant), true) = (constant, self.found.len() == before && *value != Json::Null) {
            self.invalid(place, format!("must be {constant}, is {}", shown(value)));
        }
    }

    pub(crate) fn value(&mut self, ty: &Type, limits: Option<&Limits>, value: &Json, place: &str) {
        if self.depth > DEPTH {
            return;
        }
        self.depth += 1;
        let before = self.found.len();
        self.typed(ty, limits, value, place);
        if let (Some(limits), true) = (limits, self.found.len() == before)
            && let Some(reason) = limits.broken(value)
        {
            self.invalid(place, reason);
        }
        self.depth -= 1;
    }

    fn typed(&mut self, ty: &Type, limits: Option<&Limits>, value: &Json, place: &str) {
        match (ty, value) {
            (Type::Json, _) | (Type::Nullable(_), Json::Null) => {}
            (Type::Nullable(inner), _) => self.typed(inner, limits, value, place),
            (Type::Named(index), _) => self.named(*index, value, place),
            (Type::String | Type::Secret | Type::Id(_) | Type::Binary, Json::String(_))
            | (Type::Boolean, Json::Bool(_))
            | (Type::Object, Json::Object(_)) => {}
            (Type::Integer, Json::Number(text)) => self.integer(text, place),
            (Type::Decimal, Json::Number(text)) => {
                if decimal(value).is_none() {
                    self.invalid(place, format!("must be a number of at most 28 digits, is {}", cut(text)));
                }
            }
            (Type::Float, Json::Number(_)) => {}
            (Type::DateTime, Json::String(text)) => {
                if DateTime::parse_from_rfc3339(text).is_err() {
                    let form = "must be a date and time such as 2026-01-31T09:30:00Z";
                    self.invalid(place, format!("{form}, is {}", shown(value)));
                }
            }
            (Type::Date, Json::String(text)) => {
                if NaiveDate::parse_from_str(text, "%Y-%m-%d").is_err() {
                    self.invalid(place, format!("must be a date such as 2026-01-31, is {}", shown(value)));
                }
            }
            (Type::List(inner), Json::List(items)) => {
                let limits = limits.and_then(|limits| limits.items.as_deref());
                for (index, item) in items.iter().enumerate() {
                    self.value(inner, limits, item, &format!("{place}[{index}]"));
                }
            }
            (Type::Map(inner), Json::Object(members)) => {
                for (name, value) in members {
                    self.value(inner, None, value, &below(place, name));
                }
            }
            _ => self.invalid(place, format!("must be {}, is {}", self.kind(ty), value.kind())),
        }
    }

    fn integer(&mut self, text: &str, place: &str) {
        let number = decimal(&Json::number(text));
        let digits = text.strip_prefix('-').unwrap_or(text);
        match number {
            _ if text.parse::<i64>().is_ok() => {}
            // Of so many digits that no number here holds it.
            None if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                self.invalid(place, format!("must be an integer of 64 bits, is {}", cut(text)));
            }
            Some(number) if number.is_integer() && i64::try_from(number).is_ok() => {}
            Some(number) if number.is_integer() => {
                self.invalid(place, format!("must be an integer of 64 bits, is {}", cut(text)));
            }
            _ => self.invalid(place, format!("must be an integer, is {}", cut(text))),
        }
    }

    fn named(&mut self, index: usize, value: &Json, place: &str) {
        let document = self.document;
        match (document.types.get(index), value) {
            (None, _) => {}
            (Some(Shape::Alias(member)), _) => self.member(member, value, place),
            (Some(Shape::Enum(values)), Json::String(text)) => {
                if !values.contains(text) {
                    self.invalid(place, format!("must be one of {}, is {}", choices(values), shown(value)));
                }
            }
            (Some(Shape::Enum(values)), _) => {
                self.invalid(place, format!("must be one of {}, is {}", choices(values), value.kind()));
            }
            (Some(Shape::Object(object)), Json::Object(_)) => self.object(object, value, place),
            (Some(Shape::Object(_)), _) => {
                self.invalid(place, format!("must be an object, is {}", value.kind()));
            }
            (Some(Shape::Union(variants)), _) => self.union(variants, value, place),
        }
    }

    /// The members of an object: each that is there, each that is not, and each that the document does not name.
    pub(crate) fn object(&mut self, object: &Object, value: &Json, place: &str) {
        for (name, value) in value.members() {
            let place = below(place, name);
            match object.get(name) {
                Some(member) if self.direction == Direction::Request && member.read_only => {
                    self.tell(
                        Fault::UnknownParameter,
                        &place,
                        "only the server sets it; leave it out".to_owned(),
                    );
                }
                Some(member) => self.member(member, value, &place),
                None if object.open || self.direction == Direction::Answer => {}
                None => {
                    let names = object.members.iter().map(|member| member.name.as_str());
                    let reason = unknown("the document names no such member", name, names);
                    self.tell(Fault::UnknownParameter, &place, reason);
                }
            }
        }
        for member in object.members.iter().filter(|member| member.required) {
            if !self.direction.other_way(member) && value.get(&member.name).is_none() {
                let reason = format!("is missing; it must be {}", self.kind(&member.ty));
                self.tell(Fault::MissingParameter, &below(place, &member.name), reason);
            }
        }
    }

    fn union(&mut self, variants: &'a [Variant], value: &Json, place: &str) {
        let attempts = variants.iter().map(|variant| {
            let mut checker = Self { found: Vec::new(), ..*self };
            checker.constants(variant, value, place);
            // What tells the variants apart counts more than what is wrong inside one.
            let told = checker.found.is_empty() && !variant.constants.is_empty();
            checker.value(&variant.ty, None, value, place);
            (variant, told, checker.found)
        });
        self.closest(attempts.collect(), place, |variant| &variant.name);
    }

    /// The one of several forms that fits, or what keeps the closest one from fitting.
    pub(crate) fn closest<T>(
        &mut self,
        attempts: Vec<(T, bool, Vec<Finding>)>,
        place: &str,
        name: impl Fn(&T) -> &str,
    ) {
        let several = attempts.len() > 1;
        let best = attempts.into_iter().min_by_key(|(_, told, found)| {
            // A value of another kind altogether is further away than one with faults inside.
            let here = found.iter().filter(|finding| finding.place == place).count();
            (!found.is_empty(), !told, here, found.len())
        });
        let Some((variant, _, found)) = best else { return };
        let name = name(&variant);
        self.found.extend(found.into_iter().map(|finding| {
            let told = several && !name.is_empty();
            let reason = if told {
                format!("{} (of its forms, `{name}` comes closest)", finding.reason)
            } else {
                finding.reason
            };
            Finding { reason, ..finding }
        }));
    }

    fn constants(&mut self, variant: &Variant, value: &Json, place: &str) {
        for (name, values) in &variant.constants {
            match value.get(name) {
                Some(Json::String(text)) if values.contains(text) => {}
                Some(other) => {
                    let reason = format!("must be one of {}, is {}", choices(values), shown(other));
                    self.invalid(&below(place, name), reason);
                }
                None => {
                    let reason = format!("is missing; it must be one of {}", choices(values));
                    self.tell(Fault::MissingParameter, &below(place, name), reason);
                }
            }
        }
    }

    /// A type in the words of messages.
    pub(crate) fn kind(&self, ty: &Type) -> String {
        let text = match ty {
            Type::String | Type::Secret | Type::Id(_) | Type::Binary => "a string",
            Type::Integer => "an integer",
            Type::Decimal | Type::Float => "a number",
            Type::Boolean => "a boolean",
            Type::DateTime => "a date and time such as 2026-01-31T09:30:00Z",
            Type::Date => "a date such as 2026-01-31",
            Type::Json => "any JSON",
            Type::Object | Type::Map(_) => "an object",
            Type::List(_) => "a list",
            Type::Nullable(inner) => return format!("{} or null", self.kind(inner)),
            Type::Named(index) => match self.document.types.get(*index) {
                Some(Shape::Alias(member)) => return self.kind(&member.ty),
                Some(Shape::Enum(values)) => return format!("one of {}", choices(values)),
                Some(Shape::Union(variants)) => {
                    let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
                    return format!("one of the forms {}", names.join(", "));
                }
                Some(Shape::Object(_)) | None => "an object",
            },
        };
        text.to_owned()
    }
}

/// The place of a member.
pub(crate) fn below(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

/// The words for a name that the document does not know, with one that may be meant.
pub(crate) fn unknown<'n>(words: &str, name: &str, names: impl Iterator<Item = &'n str>) -> String {
    let near = names.map(|known| (distance(name, known), known)).min();
    match near.filter(|(distance, known)| *distance <= 2 && *distance < known.chars().count()) {
        Some((_, known)) => format!("{words}; leave it out, or is `{known}` meant?"),
        None => format!("{words}; leave it out"),
    }
}

/// How many characters have to change to make one name of another (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, own) in one.chars().enumerate() {
        let mut corner = line;
        let mut left = line + 1;
        for (cell, c) in row.iter_mut().skip(1).zip(&other) {
            let above = *cell;
            let value = (corner + usize::from(own != *c)).min(above + 1).min(left + 1);
            corner = above;
            left = value;
            *cell = value;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

fn choices(values: &[String]) -> String {
    let shown: Vec<String> = values.iter().take(20).map(|value| format!("`{value}`")).collect();
    let more = values.len().saturating_sub(20);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

/// A value as messages repeat it: cut short, and of one line.
fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => format!("`{}`", cut(text)),
        Json::Number(text) => cut(text),
        Json::Bool(value) => value.to_string(),
        other => other.kind().to_owned(),
    }
}

fn cut(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    if text.chars().count() > SHOWN { format!("{clean}…") } else { clean }
}
