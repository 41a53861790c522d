//! Values by a schema of the document, made the same every time, to answer with.

use serde_json::Value;

use crate::document::Document;
use crate::json::Json;
use crate::schema::{Kind, shape};

/// Which of the values that a schema allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Everything there: examples, the known values of enums in turn, each variant of a union in turn.
    Full,
    /// As little as may be: `null`, absence and empty lists, from a depth on that goes down in turn.
    Sparse,
    /// What a server of tomorrow, or an awkward one of today, may send: unknown values, variants and members, numbers
    /// that no binary floating point holds, times with offsets and fractions, text with anything in it.
    Hostile,
}

/// All manners.
pub const MANNERS: [Manner; 3] = [Manner::Full, Manner::Sparse, Manner::Hostile];

/// What a text may hold.
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

/// Makes values of one manner.
#[derive(Debug)]
pub struct Sampler<'a> {
    document: &'a Document,
    manner: Manner,
    turn: usize,
    /// How many turns it takes to have each variant, or each depth, once.
    pub turns: usize,
    /// Members that keep their value whatever the manner: those by which an event is known.
    pub keep: Vec<String>,
    depth: usize,
    made: usize,
}

impl<'a> Sampler<'a> {
    /// The sampler of a turn.
    #[must_use]
    pub fn new(document: &'a Document, manner: Manner, turn: usize) -> Self {
        let turns = if manner == Manner::Hostile { NUMBERS.len() } else { 1 };
        Self { document, manner, turn, turns, keep: Vec::new(), depth: 0, made: turn }
    }

    /// A value of the schema at a pointer.
    pub fn sample(&mut self, pointer: &str) -> Json {
        self.value(pointer, "value")
    }

    /// Whether this is a place to leave out what may be left out.
    fn bare(&self) -> bool {
        self.manner == Manner::Sparse && self.depth > self.turn
    }

    fn value(&mut self, pointer: &str, name: &str) -> Json {
        if shape(self.document, pointer).nullable && self.bare() {
            return Json::Null;
        }
        self.present(pointer, name)
    }

    /// A value that is not `null`.
    fn present(&mut self, pointer: &str, name: &str) -> Json {
        let document = self.document;
        match shape(document, pointer).kind {
            Kind::Union(variants, tag) => self.union(&variants, tag, name),
            Kind::Object(members) => self.object(&members),
            Kind::Free => self.free(),
            Kind::List(_) if self.bare() => Json::List(Vec::new()),
            Kind::List(items) => {
                let count = if self.manner == Manner::Hostile { 2 } else { 1 };
                Json::List((0..count).map(|_| self.value(&items, name)).collect())
            }
            Kind::Enum(values) => match self.manner {
                Manner::Hostile => Json::text(format!("a {name} of tomorrow: {TEXT}")),
                _ => Json::text(values[self.turn % values.len()]),
            },
            Kind::Constant(_)
                if self.manner == Manner::Hostile && !self.keep.iter().any(|kept| kept == name) =>
            {
                Json::text("tomorrow")
            }
            Kind::Constant(value) => Json::text(value),
            Kind::Scalar(kind, schema) => self.scalar(kind, schema, name),
            Kind::Any => self.free(),
        }
    }

    fn union(&mut self, variants: &[String], tag: Option<&str>, name: &str) -> Json {
        self.turns = self.turns.max(variants.len() + 1);
        // One turn more than there are variants: the one that nobody knows yet.
        let place = self.turn % (variants.len() + 1);
        let Some(variant) = variants.get(place) else {
            if self.manner != Manner::Hostile {
                return self.present(&variants[0], name);
            }
            let own = Json::object([("b", Json::number("0.5")), ("a", Json::List(vec![Json::Null]))]);
            return Json::object([(tag.unwrap_or("kind_of_tomorrow"), Json::text("tomorrow")), ("own", own)]);
        };
        let kept = self.keep.len();
        self.keep.extend(tag.map(str::to_owned));
        let value = self.present(variant, name);
        self.keep.truncate(kept);
        value
    }

    fn object(&mut self, members: &[(&str, String, bool)]) -> Json {
        self.depth += 1;
        if self.manner == Manner::Sparse {
            self.turns = self.turns.max(self.depth + 1);
        }
        let bare = self.bare();
        let present = members.iter().filter(|(_, _, required)| *required || !bare);
        let mut own: Vec<(String, Json)> =
            present.map(|(name, pointer, _)| ((*name).to_owned(), self.value(pointer, name))).collect();
        if self.manner == Manner::Hostile {
            own.push(("a member of tomorrow".to_owned(), tomorrow()));
            own.push(("zz".to_owned(), Json::Null));
        }
        self.depth -= 1;
        Json::object(own)
    }

    /// An object of which the document says nothing. Numbers here are such as free JSON holds.
    fn free(&mut self) -> Json {
        match self.manner {
            Manner::Sparse if self.bare() => Json::object::<String>([]),
            _ => Json::of(&serde_json::json!({
                "text": TEXT, "": "no name", "nested": { "list": [1, -2, 0.1, 116.60802475319143, true, null, []], "empty": {} },
                "beyond 53 bits": 9_007_199_254_740_993_i64,
            })),
        }
    }

    fn scalar(&mut self, kind: &str, schema: &Value, name: &str) -> Json {
        self.made += 1;
        let hostile = self.manner == Manner::Hostile;
        let example = schema.get("example").filter(|example| !example.is_null() && !hostile);
        let bound = |name: &str| schema.get(name).and_then(Value::as_i64);
        let pick = |all: &[&str]| all[self.made % all.len()].to_owned();
        match kind {
            "string" if schema.get("format").and_then(Value::as_str) == Some("date-time") => {
                Json::text(example.and_then(Value::as_str).map_or_else(|| pick(&INSTANTS), str::to_owned))
            }
            "string" if hostile => Json::text(format!("{name} {TEXT}")),
            "string" => {
                let limit =
                    bound("maxLength").and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
                let text = example.and_then(Value::as_str).unwrap_or(name);
                Json::text(text.chars().take(limit).collect::<String>())
            }
            "integer" | "number" if let Some(example) = example => Json::number(example.to_string()),
            "integer" | "number"
                if !hostile && (bound("minimum").is_some() || bound("maximum").is_some()) =>
            {
                Json::number(bound("minimum").or(bound("maximum")).unwrap_or_default().to_string())
            }
            "integer" if hostile => Json::number(pick(&INTEGERS)),
            "integer" => Json::number("42"),
            "number" => Json::number(pick(&NUMBERS)),
            _ => Json::Bool(self.made.is_multiple_of(2)),
        }
    }
}

/// What no version of the document knows; it is kept as text, digit by digit.
fn tomorrow() -> Json {
    Json::object([
        ("exact", Json::number("12345678901234567890.1234567890123456789")),
        ("large", Json::number("1e400")),
        ("text", Json::text(TEXT)),
        ("list", Json::List(vec![Json::Null, Json::Bool(false), Json::object::<String>([])])),
    ])
}
