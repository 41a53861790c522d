//! What values must keep to besides their type: ranges, lengths, counts, sets. It knows no place.

use rust_decimal::Decimal;

use crate::engine::tree::Json;

/// The limits of a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    minimum: Option<Decimal>,
    above: Option<Decimal>,
    maximum: Option<Decimal>,
    below: Option<Decimal>,
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
    pub(crate) min_items: Option<usize>,
    pub(crate) max_items: Option<usize>,
    pub(crate) format: Option<String>,
    pub(crate) one_of: Vec<Json>,
    pub(crate) items: Option<Box<Limits>>,
}

impl Limits {
    pub(crate) fn read(json: &Json) -> Self {
        if json.members().is_empty() {
            return Self::default();
        }
        let number = |name: &str| json.get(name).and_then(decimal);
        let size = |name: &str| json.get(name).and_then(Json::as_number);
        Self {
            minimum: number("minimum"),
            above: number("above"),
            maximum: number("maximum"),
            below: number("below"),
            min_length: size("min_length"),
            max_length: size("max_length"),
            min_items: size("min_items"),
            max_items: size("max_items"),
            format: json.get("format").and_then(Json::as_str).map(str::to_owned),
            one_of: json.get("one_of").map(Json::items).unwrap_or_default().to_vec(),
            items: json.get("items").map(|items| Box::new(Self::read(items))),
        }
    }

    /// What is wrong with a value that is of the right type.
    pub(crate) fn broken(&self, value: &Json) -> Option<String> {
        if !self.one_of.is_empty() && !self.one_of.iter().any(|one| same(one, value)) {
            let all: Vec<String> = self.one_of.iter().map(ToString::to_string).collect();
            return Some(format!("must be one of {}, is {value}", all.join(", ")));
        }
        match value {
            Json::Number(text) => self.number(decimal(value)?, text),
            Json::String(text) => {
                size(text.chars().count(), self.min_length, self.max_length, "character", "is", " long")
            }
            Json::List(items) => size(items.len(), self.min_items, self.max_items, "item", "has", ""),
            _ => None,
        }
    }

    fn number(&self, number: Decimal, text: &str) -> Option<String> {
        let broken = |words: &str, bound: Option<Decimal>, outside: fn(&Decimal, &Decimal) -> bool| {
            let bound = bound.filter(|bound| outside(&number, bound))?;
            Some(format!("must be {words} {bound}, is {text}"))
        };
        broken("at least", self.minimum, |number, bound| number < bound)
            .or_else(|| broken("more than", self.above, |number, bound| number <= bound))
            .or_else(|| broken("at most", self.maximum, |number, bound| number > bound))
            .or_else(|| broken("less than", self.below, |number, bound| number >= bound))
    }

    /// The nearest number inside, a whole one if asked for.
    pub(crate) fn near(&self, number: Decimal, whole: bool) -> Decimal {
        let step = if whole { Decimal::ONE } else { Decimal::new(1, 2) };
        let low = [self.minimum, self.above.map(|above| above + step)].into_iter().flatten().max();
        let high = [self.maximum, self.below.map(|below| below - step)].into_iter().flatten().min();
        let low = low.map(|low| if whole { low.ceil() } else { low });
        let high = high.map(|high| if whole { high.floor() } else { high });
        let number = low.map_or(number, |low| number.max(low));
        let number = high.map_or(number, |high| number.min(high));
        // A narrow range: its middle.
        let number = match (self.above, self.below) {
            (Some(above), Some(below)) if !whole && (number <= above || number >= below) => {
                (above + below) / Decimal::TWO
            }
            _ => number,
        };
        number.normalize()
    }
}

fn size(
    count: usize,
    least: Option<usize>,
    most: Option<usize>,
    unit: &str,
    verb: &str,
    after: &str,
) -> Option<String> {
    let several = |number: usize| if number == 1 { "" } else { "s" };
    let told = |word: &str, bound: usize| {
        let has = if verb == "is" { "be" } else { "have" };
        format!("must {has} at {word} {bound} {unit}{}{after}, {verb} {count}", several(bound))
    };
    let short = least.filter(|least| count < *least).map(|least| told("least", least));
    short.or_else(|| most.filter(|most| count > *most).map(|most| told("most", most)))
}

/// A number, exactly, if it is within 28 digits.
pub(crate) fn decimal(value: &Json) -> Option<Decimal> {
    let Json::Number(text) = value else { return None };
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}

/// Whether two values are equal; numbers are by their value, not by their digits.
pub(crate) fn same(one: &Json, other: &Json) -> bool {
    match (decimal(one), decimal(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(limits: &str, value: &str) -> Option<String> {
        Limits::read(&Json::parse(limits).unwrap()).broken(&Json::parse(value).unwrap())
    }

    #[test]
    fn what_is_outside_is_told() {
        for (limits, value, told) in [
            (r#"{"minimum":1}"#, "0.999", "must be at least 1, is 0.999"),
            (r#"{"above":0}"#, "0", "must be more than 0, is 0"),
            (r#"{"maximum":10.5}"#, "1e2", "must be at most 10.5, is 1e2"),
            (r#"{"below":3}"#, "3.0", "must be less than 3, is 3.0"),
            (r#"{"min_length":1}"#, r#""""#, "must be at least 1 character long, is 0"),
            (r#"{"max_length":2}"#, r#""äöü""#, "must be at most 2 characters long, is 3"),
            (r#"{"max_items":1}"#, "[1,2]", "must have at most 1 item, has 2"),
            (r#"{"one_of":[1,2]}"#, "3", "must be one of 1, 2, is 3"),
        ] {
            assert_eq!(broken(limits, value).as_deref(), Some(told), "{limits} {value}");
        }
        for (limits, value) in [
            (r#"{"minimum":1,"maximum":1}"#, "1.0"),
            (r#"{"max_length":3}"#, r#""äöü""#),
            (r#"{"one_of":[1,2]}"#, "2.0"),
            (r#"{"minimum":1}"#, r#""text""#),
        ] {
            assert_eq!(broken(limits, value), None, "{limits} {value}");
        }
    }

    #[test]
    fn numbers_are_brought_inside() {
        let near = |limits: &str, number: i64, whole: bool| {
            Limits::read(&Json::parse(limits).unwrap()).near(Decimal::from(number), whole).to_string()
        };
        assert_eq!(near("{}", 7, true), "7");
        assert_eq!(near(r#"{"minimum":10}"#, 7, true), "10");
        assert_eq!(near(r#"{"above":10}"#, 7, true), "11");
        assert_eq!(near(r#"{"below":0.5}"#, 7, false), "0.49");
        assert_eq!(near(r#"{"above":0,"below":0.001}"#, 7, false), "0.0005");
        assert_eq!(near(r#"{"minimum":1.5,"maximum":2.5}"#, 9, true), "2");
    }
}
