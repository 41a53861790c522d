//! Expressions: how a value follows from other values, in the rules of a description.
//!
//! `subtotal + tax_amount`, `0.03 * amount`, `request.amount or total`, `plan_id -> initial_price`, `'paid'`, `now`.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How a value follows from others: the first of its alternatives whose values are all there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Expression {
    text: String,
    /// At least one.
    pub alternatives: Vec<Alternative>,
}

/// One way in which a value follows from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alternative {
    /// A value as it is.
    Value(Operand),
    /// The sum of amounts.
    Sum(Vec<Term>),
}

/// An amount of a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether it is subtracted.
    pub is_negative: bool,
    /// The values whose product it is.
    pub factors: Vec<Operand>,
}

/// A value that an expression uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// `12.50`
    Number(Decimal),
    /// `'text'`
    Text(String),
    /// `true` or `false`
    Boolean(bool),
    /// `null`
    Null,
    /// `now`: the current time.
    Now,
    /// `total`, `request.amount`, `outer.currency`, `plan_id -> initial_price`
    Path(ValuePath),
}

/// Where a value is. A path through a list stands for the sum of the amounts to which it leads, or for the text that
/// all items have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuePath {
    /// The object in which the path starts.
    pub scope: Scope,
    /// The properties that lead to the value.
    pub names: Vec<String>,
    /// The properties that lead to it in the object whose id that value is.
    pub linked: Option<Vec<String>>,
}

/// The object in which a path starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The object that has the property.
    Object,
    /// The object that contains this object, directly or in a list.
    Outer,
    /// The parameters and the body of the request.
    Request,
}

/// A comparison of two values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    text: String,
    /// The left side.
    pub left: Expression,
    /// How they compare.
    pub comparison: Comparison,
    /// The right side.
    pub right: Expression,
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `>=`
    AtLeast,
}

impl Expression {
    /// The paths to the values that it uses.
    pub fn paths(&self) -> impl Iterator<Item = &ValuePath> {
        self.alternatives.iter().flat_map(Alternative::paths)
    }

    /// The texts that can be its value.
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        self.alternatives.iter().filter_map(|alternative| match alternative {
            Alternative::Value(Operand::Text(text)) => Some(text),
            _ => None,
        })
    }
}

impl Alternative {
    /// The paths to the values that it uses.
    pub fn paths(&self) -> impl Iterator<Item = &ValuePath> {
        let (value, terms) = match self {
            Self::Value(operand) => (Some(operand), &[][..]),
            Self::Sum(terms) => (None, &terms[..]),
        };
        let operands = value.into_iter().chain(terms.iter().flat_map(|term| &term.factors));
        operands.filter_map(|operand| match operand {
            Operand::Path(path) => Some(path),
            _ => None,
        })
    }
}

impl Condition {
    /// The paths to the values that it compares.
    pub fn paths(&self) -> impl Iterator<Item = &ValuePath> {
        self.left.paths().chain(self.right.paths())
    }
}

impl FromStr for Expression {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = split_words(text)?;
        let alternatives = words.split(|word| word == "or").map(parse_alternative);
        Ok(Self { text: text.to_owned(), alternatives: alternatives.collect::<Result<_, _>>()? })
    }
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        for (sign, comparison) in [
            (" != ", Comparison::Unequal),
            (" >= ", Comparison::AtLeast),
            (" = ", Comparison::Equal),
            (" < ", Comparison::Less),
        ] {
            if let Some((left, right)) = text.split_once(sign) {
                let (left, right) = (left.parse()?, right.parse()?);
                return Ok(Self { text: text.to_owned(), left, comparison, right });
            }
        }
        Err("expected two values with `=`, `!=`, `<` or `>=` between them".to_owned())
    }
}

/// Splits at spaces, except in quoted texts.
fn split_words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = match rest.strip_prefix('\'') {
            Some(quoted) => match quoted.find('\'') {
                Some(end) => end + 2,
                None => return Err("the quote `'` is not closed".to_owned()),
            },
            None => rest.find(' ').unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at(end);
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    Ok(words)
}

/// The reader of the words of an alternative.
struct Words<'w>(std::iter::Peekable<std::slice::Iter<'w, String>>);

impl<'w> Words<'w> {
    fn next_is(&mut self, word: &str) -> bool {
        let is_next = self.0.peek().is_some_and(|next| *next == word);
        if is_next {
            self.0.next();
        }
        is_next
    }

    fn operand(&mut self) -> Result<Operand, String> {
        let Some(word) = self.0.next() else { return Err("expected a value at the end".to_owned()) };
        if let Some(text) = word.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
            return Ok(Operand::Text(text.to_owned()));
        }
        Ok(match word.as_str() {
            "true" => Operand::Boolean(true),
            "false" => Operand::Boolean(false),
            "null" => Operand::Null,
            "now" => Operand::Now,
            word => match word.parse() {
                Ok(number) => Operand::Number(number),
                Err(_) => Operand::Path(self.path(word)?),
            },
        })
    }

    fn path(&mut self, word: &str) -> Result<ValuePath, String> {
        let (scope, names) = match word.split_once('.') {
            Some(("request", rest)) => (Scope::Request, rest),
            Some(("outer", rest)) => (Scope::Outer, rest),
            _ => (Scope::Object, word),
        };
        let linked = if self.next_is("->") { Some(self.linked_names()?) } else { None };
        Ok(ValuePath { scope, names: split_names(names)?, linked })
    }

    fn linked_names(&mut self) -> Result<Vec<String>, String> {
        match self.0.next() {
            Some(names) => split_names(names),
            None => Err("expected a property after `->`".to_owned()),
        }
    }

    fn term(&mut self, is_negative: bool) -> Result<Term, String> {
        let mut factors = vec![self.operand()?];
        while self.next_is("*") {
            factors.push(self.operand()?);
        }
        Ok(Term { is_negative, factors })
    }
}

fn split_names(path: &'_ str) -> Result<Vec<String>, String> {
    let is_name = |name: &str| {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '@');
        !name.is_empty() && name.chars().all(is_part) && name.chars().any(char::is_alphanumeric)
    };
    let names: Vec<String> = path.split('.').map(str::to_owned).collect();
    match names.iter().all(|name| is_name(name)) {
        true => Ok(names),
        false => Err(format!("`{path}` is not a property")),
    }
}

fn parse_alternative(words: &[String]) -> Result<Alternative, String> {
    let mut words = Words(words.iter().peekable());
    let is_negative = words.next_is("-");
    let mut terms = vec![words.term(is_negative)?];
    while let Some(sign) = words.0.next() {
        terms.push(match sign.as_str() {
            "+" => words.term(false)?,
            "-" => words.term(true)?,
            other => return Err(format!("expected `+`, `-`, `*` or `or`, found `{other}`")),
        });
    }
    if let [Term { is_negative: false, factors }] = terms.as_slice()
        && let [operand] = factors.as_slice()
    {
        return Ok(Alternative::Value(operand.clone()));
    }
    Ok(Alternative::Sum(terms))
}

/// Implements the conversions that serde uses, and `Display`.
macro_rules! read_from_text {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.text
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }
    )+};
}

read_from_text!(Expression, Condition);

#[cfg(test)]
mod tests {
    use super::*;

    fn path(scope: Scope, names: &[&str], linked: Option<&str>) -> Operand {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Operand::Path(ValuePath { scope, names, linked: linked.map(|name| vec![name.to_owned()]) })
    }

    #[test]
    fn an_expression_is_read_word_by_word() {
        let expression: Expression =
            "request.plan.price or plan_id -> price or 'a or b' or null".parse().unwrap();
        assert_eq!(
            expression.alternatives,
            [
                Alternative::Value(path(Scope::Request, &["plan", "price"], None)),
                Alternative::Value(path(Scope::Object, &["plan_id"], Some("price"))),
                Alternative::Value(Operand::Text("a or b".to_owned())),
                Alternative::Value(Operand::Null),
            ]
        );
        let expression: Expression = "- 0.25 * outer.amount + fee - 1".parse().unwrap();
        let term = |is_negative, factors: &[Operand]| Term { is_negative, factors: factors.to_vec() };
        let amount = path(Scope::Outer, &["amount"], None);
        assert_eq!(
            expression.alternatives,
            [Alternative::Sum(vec![
                term(true, &[Operand::Number(Decimal::new(25, 2)), amount]),
                term(false, &[path(Scope::Object, &["fee"], None)]),
                term(true, &[Operand::Number(Decimal::ONE)]),
            ])]
        );
        assert_eq!(expression.paths().count(), 2);
        assert_eq!(expression.to_string(), "- 0.25 * outer.amount + fee - 1");
        let json = serde_json::to_string(&expression).unwrap();
        assert_eq!(serde_json::from_str::<Expression>(&json).unwrap(), expression);
    }

    #[test]
    fn a_condition_compares_two_expressions() {
        for (text, comparison) in [
            ("a < b + 1", Comparison::Less),
            ("a >= 3", Comparison::AtLeast),
            ("a = 'x'", Comparison::Equal),
            ("a != null", Comparison::Unequal),
        ] {
            let condition: Condition = text.parse().unwrap();
            assert_eq!((condition.comparison, condition.to_string()), (comparison, text.to_owned()));
            assert!(condition.paths().count() >= 1);
        }
        assert!("a".parse::<Condition>().unwrap_err().contains("`<`"));
    }

    #[test]
    fn a_mistake_has_a_message() {
        for (text, message) in [
            ("", "expected a value at the end"),
            ("a +", "expected a value at the end"),
            ("a or", "expected a value at the end"),
            ("a b", "expected `+`, `-`, `*` or `or`, found `b`"),
            ("'a", "the quote `'` is not closed"),
            ("a ->", "expected a property after `->`"),
            ("a..b", "`a..b` is not a property"),
            ("a / b", "expected `+`, `-`, `*` or `or`, found `/`"),
        ] {
            assert_eq!(text.parse::<Expression>().unwrap_err(), message, "{text}");
        }
    }
}
