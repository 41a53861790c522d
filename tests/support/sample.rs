//! Generates response bodies from the schemas of the document. The same input gives the same value.

use serde_json::Value;

use crate::document::Document;
use crate::json::Json;
use crate::schema::{Kind, read_shape};

/// Which of the allowed values to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Every property is present: examples, each known value of an enum in turn, each variant of a union in turn.
    Full,
    /// Optional properties are missing, nullable ones are `null`, lists are empty, from a depth that grows with each turn.
    Sparse,
    /// What a newer server may send: unknown enum values, variants and properties, numbers that binary floating point
    /// cannot represent, times with offsets and fractions, strings with control and non-ASCII characters.
    Hostile,
}

/// All profiles.
pub const PROFILES: [Profile; 3] = [Profile::Full, Profile::Sparse, Profile::Hostile];

/// A string with characters that have to be escaped, or that a careless encoder breaks.
const TEXT: &str = "é\u{1F600} \"quoted\" \\ back / slash\n\ttab \u{1} \u{2028} null";
const INSTANTS: [&str; 5] = [
    "2023-12-01T05:00:00.401Z",
    "2023-12-01T05:00:00.401123+05:30",
    "2024-02-29T23:59:59-11:00",
    "1969-12-31T23:59:59.000000001Z",
    "2023-12-01T05:00:00.1+00:00",
];
const NUMBERS: [&str; 6] =
    ["0.1", "12345678901234567.89", "10.00", "-0.00000001", "79228162514264337593543950335", "0"];
const INTEGERS: [&str; 4] = ["9007199254740993", "9223372036854775807", "-9223372036854775808", "0"];

/// Generates values of one profile.
#[derive(Debug)]
pub struct Sampler<'a> {
    document: &'a Document,
    profile: Profile,
    turn: usize,
    /// How many turns are needed to use each variant, or each depth, once.
    pub turns: usize,
    /// Properties that keep their constant in every profile, such as the tag that identifies an event.
    pub keep: Vec<String>,
    depth: usize,
    /// Counts generated values, to vary them.
    count: usize,
}

impl<'a> Sampler<'a> {
    /// Creates a sampler. Each turn selects other variants, enum values or depths.
    #[must_use]
    pub fn new(document: &'a Document, profile: Profile, turn: usize) -> Self {
        let turns = if profile == Profile::Hostile { NUMBERS.len() } else { 1 };
        Self { document, profile, turn, turns, keep: Vec::new(), depth: 0, count: turn }
    }

    /// Generates a value of the schema at a pointer.
    pub fn sample(&mut self, pointer: &str) -> Json {
        self.value(pointer, "value")
    }

    /// Whether optional properties are omitted at the current depth.
    fn is_bare(&self) -> bool {
        self.profile == Profile::Sparse && self.depth > self.turn
    }

    fn value(&mut self, pointer: &str, name: &str) -> Json {
        if read_shape(self.document, pointer).nullable && self.is_bare() {
            return Json::Null;
        }
        self.non_null_value(pointer, name)
    }

    /// Generates a value that is not `null`.
    fn non_null_value(&mut self, pointer: &str, name: &str) -> Json {
        let document = self.document;
        match read_shape(document, pointer).kind {
            Kind::Union(variants, tag) => self.union(&variants, tag, name),
            Kind::Object(properties) => self.object(&properties),
            Kind::Free => self.free_object(),
            Kind::Map(_) if self.is_bare() => Json::object::<String>([]),
            Kind::Map(values) => Json::object([("key", self.value(&values, name))]),
            Kind::List(_) if self.is_bare() => Json::List(Vec::new()),
            Kind::List(items) => {
                let count = if self.profile == Profile::Hostile { 2 } else { 1 };
                Json::List((0..count).map(|_| self.value(&items, name)).collect())
            }
            Kind::Enum(values) => match self.profile {
                Profile::Hostile if self.keep.iter().any(|kept| kept == name) => {
                    Json::text(values[self.turn % values.len()])
                }
                Profile::Hostile => Json::text(format!("a {name} of tomorrow: {TEXT}")),
                _ => Json::text(values[self.turn % values.len()]),
            },
            Kind::Constant(_)
                if self.profile == Profile::Hostile && !self.keep.iter().any(|kept| kept == name) =>
            {
                Json::text("tomorrow")
            }
            Kind::Constant(value) => Json::text(value),
            Kind::Scalar(kind, schema) => self.scalar(kind, schema, name),
            Kind::Any => self.free_object(),
        }
    }

    fn union(&mut self, variants: &[String], tag: Option<&str>, name: &str) -> Json {
        let tag = tag.or_else(|| self.find_tag(variants));
        self.turns = self.turns.max(variants.len() + 1);
        // One turn more than there are variants: the last one generates an unknown variant.
        let index = self.turn % (variants.len() + 1);
        let Some(variant) = variants.get(index) else {
            if self.profile != Profile::Hostile {
                return self.non_null_value(&variants[0], name);
            }
            let unknown = Json::object([("b", Json::number("0.5")), ("a", Json::List(vec![Json::Null]))]);
            return Json::object([
                (tag.unwrap_or("kind_of_tomorrow"), Json::text("tomorrow")),
                ("own", unknown),
            ]);
        };
        let kept = self.keep.len();
        self.keep.extend(tag.map(str::to_owned));
        let value = self.non_null_value(variant, name);
        self.keep.truncate(kept);
        value
    }

    /// The property that tells the variants of a union apart: it has one value in each.
    fn find_tag(&self, variants: &[String]) -> Option<&'a str> {
        let document = self.document;
        let only_value = |variant: &String, name: &str| match read_shape(document, variant).kind {
            Kind::Object(properties) => {
                let property = properties.into_iter().find(|(other, ..)| *other == name)?;
                read_shape(document, &property.1).kind.only_value().map(str::to_owned)
            }
            _ => None,
        };
        let Kind::Object(properties) = read_shape(document, variants.first()?).kind else { return None };
        let names = properties.into_iter().map(|(name, ..)| name);
        let mut tags = names.filter(|name| {
            let values: Option<std::collections::BTreeSet<String>> =
                variants.iter().map(|variant| only_value(variant, name)).collect();
            values.is_some_and(|values| values.len() == variants.len())
        });
        tags.next()
    }

    fn object(&mut self, properties: &[(&str, String, bool)]) -> Json {
        self.depth += 1;
        if self.profile == Profile::Sparse {
            self.turns = self.turns.max(self.depth + 1);
        }
        let bare = self.is_bare();
        let present = properties.iter().filter(|(_, _, required)| *required || !bare);
        let mut entries: Vec<(String, Json)> =
            present.map(|(name, pointer, _)| ((*name).to_owned(), self.value(pointer, name))).collect();
        if self.profile == Profile::Hostile {
            entries.push(("a property of tomorrow".to_owned(), unknown_value()));
            entries.push(("zz".to_owned(), Json::Null));
        }
        self.depth -= 1;
        Json::object(entries)
    }

    /// An object with properties that the document does not describe. Its numbers fit into `f64` or `i64`, since untyped
    /// JSON does not keep more digits.
    fn free_object(&mut self) -> Json {
        match self.profile {
            Profile::Sparse if self.is_bare() => Json::object::<String>([]),
            _ => Json::from_value(&serde_json::json!({
                "text": TEXT, "": "no name", "nested": { "list": [1, -2, 0.1, 116.60802475319143, true, null, []], "empty": {} },
                "beyond 53 bits": 9_007_199_254_740_993_i64,
            })),
        }
    }

    fn scalar(&mut self, kind: &str, schema: &Value, name: &str) -> Json {
        self.count += 1;
        let hostile = self.profile == Profile::Hostile;
        let example = schema.get("example").filter(|example| !example.is_null() && !hostile);
        let limit = |name: &str| schema.get(name).and_then(Value::as_i64);
        let format = schema.get("format").and_then(Value::as_str);
        let pick = |values: &[&str]| values[self.count % values.len()].to_owned();
        match kind {
            "string" if matches!(format, Some("date-time" | "date_time")) => {
                Json::text(example.and_then(Value::as_str).map_or_else(|| pick(&INSTANTS), str::to_owned))
            }
            "string" if format == Some("date") => {
                Json::text(example.map_or("2024-02-29", |text| text.as_str().unwrap_or_default()))
            }
            "string" if hostile => Json::text(format!("{name} {TEXT}")),
            "string" => {
                let max_length =
                    limit("maxLength").and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX);
                let text = match (example.and_then(Value::as_str), format) {
                    (Some(example), _) => example,
                    (None, Some("email")) => "a@example.com",
                    (None, Some("uri")) => "https://example.com",
                    (None, _) => name,
                };
                Json::text(text.chars().take(max_length).collect::<String>())
            }
            "integer" | "number" if let Some(example) = example => Json::number(example.to_string()),
            "integer" | "number"
                if !hostile && (limit("minimum").is_some() || limit("maximum").is_some()) =>
            {
                Json::number(limit("minimum").or(limit("maximum")).unwrap_or_default().to_string())
            }
            "integer" if hostile => Json::number(pick(&INTEGERS)),
            "integer" => Json::number("42"),
            "number" => Json::number(pick(&NUMBERS)),
            _ => Json::Bool(self.count.is_multiple_of(2)),
        }
    }
}

/// The value of an unknown property. The client keeps it as JSON text, so numbers of any size must survive.
fn unknown_value() -> Json {
    Json::object([
        ("exact", Json::number("12345678901234567890.1234567890123456789")),
        ("large", Json::number("1e400")),
        ("text", Json::text(TEXT)),
        ("list", Json::List(vec![Json::Null, Json::Bool(false), Json::object::<String>([])])),
    ])
}
