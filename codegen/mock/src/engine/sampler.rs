//! Generates valid values of types: known values first, then what the rules derive, then the document's examples, then values
//! derived from a seed.

mod objects;

use chrono::{DateTime, TimeDelta, Utc};
use openapi_client_description::{
    Constraints, Description, Field, JsonValue, Type, TypeDefinition, TypeRules, UnionVariant,
};

use crate::engine::clock::{Clock, before, format_time};
use crate::engine::conversion::convert;
use crate::engine::random::random_letters;
pub(crate) use crate::engine::scalar_samples::ID_LENGTH;
use crate::engine::scalar_samples::{sample_number, sample_text};
use openapi_client_description::check::{Direction, TypeChecker, join_path};

/// The nesting from which on optional lists and objects are left out.
const MAX_DEPTH: usize = 7;

/// Generates values.
pub(crate) struct Sampler<'a> {
    description: &'a Description,
    direction: Direction,
    seed: u64,
    clock: Clock,
    /// When the object was made, and the time after which it expires, if a call made it.
    made_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    /// The types around the value.
    parents: Vec<&'a str>,
    /// The objects around the value, as far as they are known.
    outer: Vec<JsonValue>,
    /// The properties that the value has from the objects around it.
    inherited: Vec<(&'a str, JsonValue)>,
}

impl<'a> Sampler<'a> {
    pub(crate) fn new(description: &'a Description, direction: Direction, seed: u64) -> Self {
        let clock = Clock::for_samples();
        let (parents, outer, inherited) = (Vec::new(), Vec::new(), Vec::new());
        let now = clock.started();
        Self { description, direction, seed, clock, made_at: None, now, parents, outer, inherited }
    }

    /// The same with the time of a server. Objects are older than its start, unless it is known when they were made.
    pub(crate) fn with_clock(self, clock: Clock, made_at: Option<DateTime<Utc>>) -> Self {
        let now = made_at.unwrap_or_default().max(clock.started());
        Self { clock, made_at, now, ..self }
    }

    /// A value of a type. Fields that `source` has are taken from it; the others are derived from the seed and `key`.
    pub(crate) fn sample(&mut self, ty: &'a Type, source: Option<&JsonValue>, key: &str) -> JsonValue {
        self.made_at.get_or_insert_with(|| self.clock.time_of(self.seed, key));
        self.sample_type(ty, None, source, key).unwrap_or(JsonValue::Null)
    }

    /// The rules for the object that is generated.
    fn type_rules(&self) -> Option<&'a TypeRules> {
        self.description.rules.types.get(*self.parents.last()?)
    }

    fn sample_field(
        &mut self,
        name: &str,
        field: &'a Field,
        known: Option<&JsonValue>,
        key: &str,
    ) -> Option<JsonValue> {
        if let Some(constant) = &field.constant {
            return Some(constant.clone());
        }
        let (description, direction) = (self.description, self.direction);
        let is_valid = |value: &JsonValue| TypeChecker::is_valid_field(description, direction, field, value);
        let is_object = known.is_some_and(|known| matches!(known, JsonValue::Object(_)));
        let mut converted = None;
        if let Some(known) = known {
            if !is_object && is_valid(known) {
                return Some(known.clone());
            }
            converted = convert(description, field, known);
            if let Some(value) = converted.as_ref().filter(|value| is_valid(value)) {
                return Some(value.clone());
            }
            if let Some(items) = self.sample_items(field, known, key).filter(is_valid) {
                return Some(items);
            }
        }
        // Objects are completed below.
        let known_object = converted.as_ref().or(known).filter(|known| matches!(known, JsonValue::Object(_)));
        let is_id = matches!(description.definition(field.ty()), Some(TypeDefinition::Identifier(_)));
        let example = field.example.as_ref().filter(|_| known_object.is_none() && !is_id);
        let example = example.filter(|example| is_valid(example));
        if let Some(time) = self.time_of_field(name, field, example).filter(is_valid) {
            return Some(time);
        }
        if let Some(example) = example {
            return Some(example.clone());
        }
        let is_deep = self.parents.len() > MAX_DEPTH && !field.is_required() && self.is_container(field.ty());
        if is_deep && known_object.is_none() {
            return None;
        }
        self.sample_type(field.ty(), Some(&field.constraints), known_object, key)
    }

    /// The time that the rules state for a field, unless its example says that it has none at first. An example of a date and
    /// time is always of another time than that of the object.
    fn time_of_field(&self, name: &str, field: &Field, example: Option<&JsonValue>) -> Option<JsonValue> {
        let ty = self.description.resolve(field.ty());
        let rule = self.type_rules().and_then(|rules| rules.dates.get(name));
        let is_time = rule.is_some() || *ty == Type::DateTime;
        if !is_time || example == Some(&JsonValue::Null) {
            return None;
        }
        let made_at = self.made_at.unwrap_or(self.now);
        let time = match rule {
            Some(after) if *after > 0 => {
                let delta = TimeDelta::try_seconds(*after);
                delta.and_then(|delta| self.now.checked_add_signed(delta)).unwrap_or(self.now)
            }
            Some(ago) => before(made_at, ago.saturating_neg()),
            None => made_at,
        };
        match ty {
            Type::Date => Some(JsonValue::string(time.format("%Y-%m-%d").to_string())),
            Type::DateTime | Type::String => Some(JsonValue::string(format_time(time))),
            _ => None,
        }
    }

    /// A known list whose items are completed.
    fn sample_items(&mut self, field: &'a Field, known: &JsonValue, key: &str) -> Option<JsonValue> {
        let (Type::List(inner), JsonValue::List(items)) = (self.description.resolve(field.ty()), known)
        else {
            return None;
        };
        let constraints = field.constraints.items.as_deref();
        let items = items.iter().enumerate().map(|(index, item)| match item {
            JsonValue::Object(_) => {
                self.sample_type(inner, constraints, Some(item), &format!("{key}[{index}]"))
            }
            item => Some(item.clone()),
        });
        items.collect::<Option<Vec<_>>>().map(JsonValue::List)
    }

    /// Whether values of a type contain other values.
    fn is_container(&self, ty: &Type) -> bool {
        match self.description.resolve(ty) {
            Type::List(_) | Type::Map(_) => true,
            Type::Named(_) => !matches!(
                self.description.definition(ty),
                Some(TypeDefinition::Enum(_) | TypeDefinition::Identifier(_))
            ),
            _ => false,
        }
    }

    /// A value, unless every value of the type contains itself.
    fn sample_type(
        &mut self,
        ty: &'a Type,
        constraints: Option<&'a Constraints>,
        source: Option<&JsonValue>,
        key: &str,
    ) -> Option<JsonValue> {
        if let Some(first) = constraints.and_then(|constraints| constraints.allowed_values.first()) {
            return Some(first.clone());
        }
        Some(match ty {
            Type::Nullable(inner) => {
                self.sample_type(inner, constraints, source, key).unwrap_or(JsonValue::Null)
            }
            Type::Named(name) => return self.sample_named(name, source, key),
            Type::List(inner) => return self.sample_list(inner, constraints, key),
            Type::JsonObject | Type::Map(_) | Type::Json => match source {
                Some(source) if TypeChecker::is_valid(self.description, self.direction, ty, source) => {
                    source.clone()
                }
                _ => return self.sample_map(ty, constraints, key),
            },
            Type::Boolean => JsonValue::Bool(false),
            Type::Integer | Type::Unsigned => {
                JsonValue::number(sample_number(self.seed, constraints, key, true))
            }
            Type::Decimal | Type::Float => {
                JsonValue::number(sample_number(self.seed, constraints, key, false))
            }
            Type::DateTime => JsonValue::string(format_time(self.made_at.unwrap_or(self.now))),
            Type::Date => JsonValue::string(self.made_at.unwrap_or(self.now).format("%Y-%m-%d").to_string()),
            Type::String | Type::Secret | Type::Binary => {
                JsonValue::string(sample_text(self.seed, constraints, key))
            }
        })
    }

    fn sample_named(&mut self, name: &'a str, source: Option<&JsonValue>, key: &str) -> Option<JsonValue> {
        let definition = self.description.types.get(name)?;
        match definition {
            TypeDefinition::Enum(values) => return values.first().map(JsonValue::string),
            TypeDefinition::Alias(field) => return self.sample_field("", field, source, key),
            TypeDefinition::Identifier(prefixes) => {
                let prefix = prefixes.first().map_or("", String::as_str);
                let letters = random_letters(self.seed, key, ID_LENGTH);
                return Some(JsonValue::string(format!("{prefix}{letters}")));
            }
            TypeDefinition::Object(_) | TypeDefinition::Union(_) => {}
        }
        // A value that contains a value of its own type would not end.
        if self.parents.contains(&name) {
            return None;
        }
        self.parents.push(name);
        let value = match definition {
            TypeDefinition::Object(object) => self.sample_object(object, source, key),
            TypeDefinition::Union(variants) => self.sample_union(variants, source, key),
            _ => None,
        };
        self.parents.pop();
        value
    }

    /// A value of the variant that the source has, or of the first variant with a value that ends.
    fn sample_union(
        &mut self,
        variants: &'a [UnionVariant],
        source: Option<&JsonValue>,
        key: &str,
    ) -> Option<JsonValue> {
        let is_one_of = |value: &JsonValue, values: &[String]| {
            value.as_str().is_some_and(|text| values.iter().any(|value| value == text))
        };
        let is_source_variant = |variant: &&UnionVariant, source: &JsonValue| {
            if variant.constants.is_empty() {
                return TypeChecker::is_valid(self.description, self.direction, &variant.ty, source);
            }
            let mut constants = variant.constants.iter();
            constants.all(|(name, values)| source.get(name).is_some_and(|value| is_one_of(value, values)))
        };
        let known =
            source.and_then(|source| variants.iter().find(|variant| is_source_variant(variant, source)));
        known.into_iter().chain(variants).find_map(|variant| {
            let mut value = self.sample_type(&variant.ty, None, source, key)?;
            for (name, values) in &variant.constants {
                let is_set = value.get(name).is_some_and(|value| is_one_of(value, values));
                if let (false, Some(first)) = (is_set, values.first()) {
                    value.set(name, JsonValue::string(first));
                }
            }
            Some(value)
        })
    }

    fn sample_list(
        &mut self,
        inner: &'a Type,
        constraints: Option<&'a Constraints>,
        key: &str,
    ) -> Option<JsonValue> {
        let min = constraints.and_then(|constraints| constraints.min_items).unwrap_or_default();
        let max = constraints.and_then(|constraints| constraints.max_items).unwrap_or(usize::MAX);
        let item_constraints = constraints.and_then(|constraints| constraints.items.as_deref());
        let mut items = Vec::new();
        for index in 0..min.max(1).min(max) {
            match self.sample_type(inner, item_constraints, None, &format!("{key}[{index}]")) {
                Some(item) => items.push(item),
                None if items.len() < min => return None,
                None => break,
            }
        }
        Some(JsonValue::List(items))
    }

    /// An object without known fields: empty, unless it must have properties.
    fn sample_map(
        &mut self,
        ty: &'a Type,
        constraints: Option<&'a Constraints>,
        key: &str,
    ) -> Option<JsonValue> {
        let inner = if let Type::Map(inner) = ty { &**inner } else { &Type::Json };
        let min = constraints.and_then(|constraints| constraints.min_properties).unwrap_or_default();
        let mut properties = Vec::new();
        for index in 1..=min {
            let name = format!("property_{index}");
            let value = self.sample_type(inner, None, None, &join_path(key, &name))?;
            properties.push((name, value));
        }
        Some(JsonValue::Object(properties))
    }
}
