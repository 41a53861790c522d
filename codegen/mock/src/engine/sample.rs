//! Valid values out of types: what is known of a value first, the document's example next, then one made from a seed. It
//! knows no operation.

use rust_decimal::Decimal;

use crate::engine::chance::{letters, number};
use crate::engine::check::{Checker, Direction, below};
use crate::engine::document::{Document, Member, Object, Shape, Type, Variant};
use crate::engine::limits::Limits;
use crate::engine::tree::Json;

/// From this depth on, objects and lists that may be absent are.
const DEPTH: usize = 7;

/// Letters and digits of an identifier after its prefix.
pub(crate) const ID_LENGTH: usize = 14;

/// The month in which everything happens.
const MONTH: &str = "2026-01";

/// Makes values.
pub(crate) struct Sampler<'a> {
    document: &'a Document,
    direction: Direction,
    seed: u64,
    /// The types inside which the value stands.
    open: Vec<usize>,
}

impl<'a> Sampler<'a> {
    pub(crate) fn new(document: &'a Document, direction: Direction, seed: u64) -> Self {
        Self { document, direction, seed, open: Vec::new() }
    }

    /// A value of a type. `source` is an object whose members are taken where the type has them; `place` is where all else
    /// is made from.
    pub(crate) fn value(&mut self, ty: &Type, source: Option<&Json>, place: &str) -> Json {
        self.typed(ty, None, source, place).unwrap_or(Json::Null)
    }

    /// A value of an object with these members.
    pub(crate) fn object(&mut self, object: &Object, source: Option<&Json>, place: &str) -> Option<Json> {
        let mut members = Vec::with_capacity(object.members.len());
        let direction = self.direction;
        for member in object.members.iter().filter(|member| !direction.other_way(member)) {
            let known = source.and_then(|source| self.known(member, source));
            match self.member(member, known.as_ref(), &below(place, &member.name)) {
                Some(value) => members.push((member.name.clone(), value)),
                None if member.required => return None,
                None => {}
            }
        }
        Some(Json::Object(members))
    }

    /// What a source knows of a member: the member itself, or an object by its id, or the id of an object.
    fn known(&self, member: &Member, source: &Json) -> Option<Json> {
        if let Some(value) = source.get(&member.name) {
            return Some(value.clone());
        }
        let has_id = |ty: &Type| self.document.object(ty).is_some_and(|object| object.get("id").is_some());
        if has_id(&member.ty) {
            let id = source.get(&format!("{}_id", member.name)).filter(|id| id.as_str().is_some())?;
            return Some(Json::Object(vec![("id".to_owned(), id.clone())]));
        }
        source.get(member.name.strip_suffix("_id")?)?.get("id").cloned()
    }

    fn member(&mut self, member: &Member, known: Option<&Json>, place: &str) -> Option<Json> {
        if let Some(constant) = &member.constant {
            return Some(constant.clone());
        }
        if let Some(known) = known {
            let whole = !matches!(known, Json::Object(_));
            if whole && Checker::fits(self.document, self.direction, member, known) {
                return Some(known.clone());
            }
        }
        let known = known.filter(|known| matches!(known, Json::Object(_)));
        let id = matches!(self.document.plain(&member.ty), Type::Id(_));
        let example = member.example.as_ref().filter(|_| known.is_none() && !id);
        if let Some(example) = example.filter(|own| Checker::fits(self.document, self.direction, member, own))
        {
            return Some(example.clone());
        }
        let deep = self.open.len() > DEPTH && !member.required && self.holds(&member.ty);
        if deep && known.is_none() {
            return None;
        }
        self.typed(&member.ty, Some(&member.limits), known, place)
    }

    /// Whether values of a type hold others.
    fn holds(&self, ty: &Type) -> bool {
        match self.document.plain(ty) {
            Type::List(_) | Type::Map(_) => true,
            Type::Named(_) => !matches!(self.document.shape(ty), Some(Shape::Enum(_))),
            _ => false,
        }
    }

    /// A value, unless none ends.
    fn typed(
        &mut self,
        ty: &Type,
        limits: Option<&Limits>,
        source: Option<&Json>,
        place: &str,
    ) -> Option<Json> {
        if let Some(first) = limits.and_then(|limits| limits.one_of.first()) {
            return Some(first.clone());
        }
        Some(match ty {
            Type::Nullable(inner) => self.typed(inner, limits, source, place).unwrap_or(Json::Null),
            Type::Named(index) => return self.named(*index, source, place),
            Type::List(inner) => return self.list(inner, limits, place),
            Type::Object | Type::Map(_) | Type::Json => match source {
                Some(source) if Checker::is(self.document, self.direction, ty, source) => source.clone(),
                _ => Json::Object(Vec::new()),
            },
            Type::Boolean => Json::Bool(false),
            Type::Integer => Json::number(self.number(limits, place, true)),
            Type::Decimal | Type::Float => Json::number(self.number(limits, place, false)),
            Type::DateTime => Json::text(self.instant(place)),
            Type::Date => Json::text(format!("{MONTH}-{:02}", 1 + number(self.seed, place) % 28)),
            Type::Id(kind) => {
                let prefix = self.document.ids.get(*kind).map_or("", String::as_str);
                Json::text(format!("{prefix}{}", letters(self.seed, place, ID_LENGTH)))
            }
            Type::String | Type::Secret | Type::Binary => Json::text(self.text(limits, place)),
        })
    }

    fn named(&mut self, index: usize, source: Option<&Json>, place: &str) -> Option<Json> {
        let document = self.document;
        match document.types.get(index)? {
            Shape::Enum(values) => values.first().map(Json::text),
            Shape::Alias(member) => self.member(member, source, place),
            Shape::Object(object) => {
                // A value that holds one of its own type never ends.
                if self.open.contains(&index) {
                    return None;
                }
                self.open.push(index);
                let value = self.object(object, source, place);
                self.open.pop();
                value
            }
            Shape::Union(variants) => {
                if self.open.contains(&index) {
                    return None;
                }
                self.open.push(index);
                let value = self.union(variants, source, place);
                self.open.pop();
                value
            }
        }
    }

    /// The variant that a source is of, or else the first that ends.
    fn union(&mut self, variants: &[Variant], source: Option<&Json>, place: &str) -> Option<Json> {
        let told = |variant: &&Variant, source: &Json| {
            let holds = |(name, values): &(String, Vec<String>)| {
                source
                    .get(name)
                    .and_then(Json::as_str)
                    .is_some_and(|own| values.iter().any(|value| value == own))
            };
            if variant.constants.is_empty() {
                Checker::is(self.document, self.direction, &variant.ty, source)
            } else {
                variant.constants.iter().all(holds)
            }
        };
        let same = source.and_then(|source| variants.iter().find(|variant| told(variant, source)));
        let mut order = same.into_iter().chain(variants);
        order.find_map(|variant| {
            let mut value = self.typed(&variant.ty, None, source, place)?;
            for (name, values) in &variant.constants {
                if let (None, Some(first)) = (value.get(name).filter(|own| of(own, values)), values.first()) {
                    value.set(name, Json::text(first));
                }
            }
            Some(value)
        })
    }

    fn list(&mut self, inner: &Type, limits: Option<&Limits>, place: &str) -> Option<Json> {
        let least = limits.and_then(|limits| limits.min_items).unwrap_or_default();
        let most = limits.and_then(|limits| limits.max_items).unwrap_or(usize::MAX);
        let own = limits.and_then(|limits| limits.items.as_deref());
        let mut items = Vec::new();
        for index in 0..least.max(1).min(most) {
            match self.typed(inner, own, None, &format!("{place}[{index}]")) {
                Some(item) => items.push(item),
                None if items.len() < least => return None,
                None => break,
            }
        }
        Some(Json::List(items))
    }

    fn number(&self, limits: Option<&Limits>, place: &str, whole: bool) -> Decimal {
        let chance = i64::try_from(number(self.seed, place) % 9_000).unwrap_or_default() + 1_000;
        let made = if whole { Decimal::from(chance / 100) } else { Decimal::new(chance, 2) };
        limits.map_or(made.normalize(), |limits| limits.near(made, whole))
    }

    fn instant(&self, place: &str) -> String {
        let chance = number(self.seed, place);
        let (day, hour, minute) = (1 + chance % 28, chance / 28 % 24, chance / 672 % 60);
        format!("{MONTH}-{day:02}T{hour:02}:{minute:02}:00Z")
    }

    /// Text by its format, or by what its member is called.
    fn text(&self, limits: Option<&Limits>, place: &str) -> String {
        let name = place.rsplit('.').next().unwrap_or_default().split('[').next().unwrap_or_default();
        let word: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let word = if word.is_empty() { "text".to_owned() } else { word };
        let code = letters(self.seed, place, 6).to_lowercase();
        let format = limits.and_then(|limits| limits.format.as_deref()).unwrap_or_default();
        let ends = |end: &str| word == end || word.ends_with(&format!("_{end}"));
        let text = match format {
            "email" | "idn-email" => format!("{code}@example.com"),
            "uri" | "url" | "iri" | "uri-reference" => format!("https://example.com/{code}"),
            "hostname" | "idn-hostname" => format!("{code}.example.com"),
            "ipv4" => "192.0.2.1".to_owned(),
            "ipv6" => "2001:db8::1".to_owned(),
            "time" => "09:30:00Z".to_owned(),
            "duration" => "P1D".to_owned(),
            "byte" => "AAAA".to_owned(),
            "uuid" => {
                let hex = format!("{:016x}{:016x}", number(self.seed, place), number(!self.seed, place));
                let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
                format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
            }
            _ if ends("id") => letters(self.seed, place, ID_LENGTH),
            _ if ends("email") => format!("{code}@example.com"),
            _ if ends("url") || ends("uri") => format!("https://example.com/{code}"),
            _ => format!("{} {code}", word.replace('_', " ")),
        };
        let (least, most) = limits.map_or((None, None), |limits| (limits.min_length, limits.max_length));
        let text: String = text.chars().take(most.unwrap_or(usize::MAX)).collect();
        let missing = least.unwrap_or_default().saturating_sub(text.chars().count());
        text + &"x".repeat(missing)
    }
}

fn of(value: &Json, values: &[String]) -> bool {
    value.as_str().is_some_and(|own| values.iter().any(|value| value == own))
}
