//! Generates valid values of types: known values first, then the document's examples, then values derived from a seed.

use openapi_client_description::{
    Constraints, Description, Field, JsonValue, Object, Type, TypeDefinition, UnionVariant,
};
use rust_decimal::Decimal;

use crate::engine::number_range::nearest_number;
use crate::engine::random::{random_letters, random_number};
use crate::engine::type_checker::{Direction, TypeChecker, join_path};

/// The nesting from which on optional lists and objects are left out.
const MAX_DEPTH: usize = 7;

/// The number of letters and digits in an identifier after its prefix.
pub(crate) const ID_LENGTH: usize = 14;

/// The month of all generated dates.
const MONTH: &str = "2026-01";

/// Generates values.
pub(crate) struct Sampler<'a> {
    description: &'a Description,
    direction: Direction,
    seed: u64,
    /// The types around the value.
    parents: Vec<&'a str>,
}

impl<'a> Sampler<'a> {
    pub(crate) fn new(description: &'a Description, direction: Direction, seed: u64) -> Self {
        Self { description, direction, seed, parents: Vec::new() }
    }

    /// A value of a type. Fields that `source` has are taken from it; the others are derived from the seed and `key`.
    pub(crate) fn sample(&mut self, ty: &'a Type, source: Option<&JsonValue>, key: &str) -> JsonValue {
        self.sample_type(ty, None, source, key).unwrap_or(JsonValue::Null)
    }

    /// A value of an object type.
    pub(crate) fn sample_object(
        &mut self,
        object: &'a Object,
        source: Option<&JsonValue>,
        key: &str,
    ) -> Option<JsonValue> {
        let mut values = Vec::with_capacity(object.fields.len());
        let direction = self.direction;
        let optional = |name: &str| object.fields.get(name).is_some_and(|field| !field.is_required());
        for (name, field) in object.fields.iter().filter(|(_, field)| direction.includes(field)) {
            let known = source.and_then(|source| self.find_known(name, field, source));
            match self.sample_field(field, known.as_ref(), &join_path(key, name)) {
                Some(value) => values.push((name.clone(), value)),
                None if field.is_required() => return None,
                None => {}
            }
        }
        let max = object.constraints.max_properties.unwrap_or(usize::MAX);
        while values.len() > max
            && let Some(last) = values.iter().rposition(|(name, _)| optional(name))
        {
            values.remove(last);
        }
        Some(JsonValue::Object(values))
    }

    /// What a source knows about a field: its value, an object with its id, or the id of an object.
    fn find_known(&self, name: &str, field: &Field, source: &JsonValue) -> Option<JsonValue> {
        if let Some(value) = source.get(name) {
            return Some(value.clone());
        }
        if self.description.object(field.ty()).is_some_and(|object| object.fields.contains_key("id")) {
            let id = source.get(&format!("{name}_id")).filter(|id| id.as_str().is_some())?;
            return Some(JsonValue::Object(vec![("id".to_owned(), id.clone())]));
        }
        source.get(name.strip_suffix("_id")?)?.get("id").cloned()
    }

    fn sample_field(&mut self, field: &'a Field, known: Option<&JsonValue>, key: &str) -> Option<JsonValue> {
        if let Some(constant) = &field.constant {
            return Some(constant.clone());
        }
        let is_valid =
            |value: &JsonValue| TypeChecker::is_valid_field(self.description, self.direction, field, value);
        // Objects are completed below.
        let (known_object, known) = known.map_or((None, None), |known| match known {
            JsonValue::Object(_) => (Some(known), None),
            _ => (None, Some(known)),
        });
        let is_id = matches!(self.description.definition(field.ty()), Some(TypeDefinition::Identifier(_)));
        let example = field.example.as_ref().filter(|_| known_object.is_none() && !is_id);
        if let Some(value) = known.into_iter().chain(example).find(|value| is_valid(value)) {
            return Some(value.clone());
        }
        let is_deep = self.parents.len() > MAX_DEPTH && !field.is_required() && self.is_container(field.ty());
        if is_deep && known_object.is_none() {
            return None;
        }
        self.sample_type(field.ty(), Some(&field.constraints), known_object, key)
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
            Type::Integer | Type::Unsigned => JsonValue::number(self.sample_number(constraints, key, true)),
            Type::Decimal | Type::Float => JsonValue::number(self.sample_number(constraints, key, false)),
            Type::DateTime => JsonValue::string(self.sample_date_time(key)),
            Type::Date => JsonValue::string(format!("{MONTH}-{:02}", 1 + random_number(self.seed, key) % 28)),
            Type::String | Type::Secret | Type::Binary => {
                JsonValue::string(self.sample_text(constraints, key))
            }
        })
    }

    fn sample_named(&mut self, name: &'a str, source: Option<&JsonValue>, key: &str) -> Option<JsonValue> {
        let definition = self.description.types.get(name)?;
        match definition {
            TypeDefinition::Enum(values) => return values.first().map(JsonValue::string),
            TypeDefinition::Alias(field) => return self.sample_field(field, source, key),
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

    fn sample_number(&self, constraints: Option<&Constraints>, key: &str, is_integer: bool) -> Decimal {
        let cents = i64::try_from(random_number(self.seed, key) % 9_000).unwrap_or_default() + 1_000;
        let number = if is_integer { Decimal::from(cents / 100) } else { Decimal::new(cents, 2) };
        constraints.map_or(number.normalize(), |constraints| nearest_number(constraints, number, is_integer))
    }

    fn sample_date_time(&self, key: &str) -> String {
        let random = random_number(self.seed, key);
        let (day, hour, minute) = (1 + random % 28, random / 28 % 24, random / 672 % 60);
        format!("{MONTH}-{day:02}T{hour:02}:{minute:02}:00Z")
    }

    /// Text of the format, or as the name of the field suggests.
    fn sample_text(&self, constraints: Option<&Constraints>, key: &str) -> String {
        let name = key.rsplit('.').next().unwrap_or_default().split('[').next().unwrap_or_default();
        let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let name = if name.is_empty() { "text".to_owned() } else { name };
        let code = random_letters(self.seed, key, 6).to_lowercase();
        let ends_with = |end: &str| name == end || name.ends_with(&format!("_{end}"));
        let text = match constraints.and_then(|constraints| constraints.format.as_deref()).unwrap_or_default()
        {
            "email" | "idn-email" => format!("{code}@example.com"),
            "uri" | "url" | "iri" | "uri-reference" => format!("https://example.com/{code}"),
            "hostname" | "idn-hostname" => format!("{code}.example.com"),
            "ipv4" => "192.0.2.1".to_owned(),
            "ipv6" => "2001:db8::1".to_owned(),
            "time" => "09:30:00Z".to_owned(),
            "duration" => "P1D".to_owned(),
            "byte" => "AAAA".to_owned(),
            "uuid" => self.sample_uuid(key),
            _ if ends_with("id") => random_letters(self.seed, key, ID_LENGTH),
            _ if ends_with("email") => format!("{code}@example.com"),
            _ if ends_with("url") || ends_with("uri") => format!("https://example.com/{code}"),
            _ => format!("{} {code}", name.replace('_', " ")),
        };
        let (min, max) =
            constraints.map_or((None, None), |constraints| (constraints.min_length, constraints.max_length));
        let text: String = text.chars().take(max.unwrap_or(usize::MAX)).collect();
        let missing = min.unwrap_or_default().saturating_sub(text.chars().count());
        text + &"x".repeat(missing)
    }

    fn sample_uuid(&self, key: &str) -> String {
        let hex = format!("{:016x}{:016x}", random_number(self.seed, key), random_number(!self.seed, key));
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
    }
}
