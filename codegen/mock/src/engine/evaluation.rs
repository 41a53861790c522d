//! Evaluates the expressions and conditions of the rules.

use chrono::{DateTime, Utc};
use openapi_client_description::{
    Alternative, Comparison, Condition, Expression, JsonValue, Operand, Scope, Term, ValuePath,
    validate::{is_equal, parse_decimal},
};
use rust_decimal::Decimal;

use crate::engine::clock::format_time;
use crate::engine::store::Store;

/// The decimals of a product.
const DECIMALS: u32 = 2;

/// The values that an expression can use.
#[derive(Clone, Copy)]
pub(crate) struct Values<'v> {
    /// The object that has the property.
    pub(crate) object: &'v JsonValue,
    /// The object around it.
    pub(crate) outer: Option<&'v JsonValue>,
    /// The request.
    pub(crate) request: Option<&'v JsonValue>,
    /// The objects that ids refer to.
    pub(crate) store: Option<&'v Store>,
    pub(crate) now: DateTime<Utc>,
    /// The property with the number of objects that stand for an amount.
    pub(crate) amount: Option<&'v str>,
}

impl Values<'_> {
    /// The first alternative whose values are all there and that is not `null`; else `null` if one is that.
    pub(crate) fn evaluate(&self, expression: &Expression) -> Option<JsonValue> {
        let values = expression.alternatives.iter().filter_map(|alternative| match alternative {
            Alternative::Value(operand) => self.operand(operand),
            Alternative::Sum(terms) => self.sum(terms),
        });
        let mut null = None;
        for value in values {
            if value != JsonValue::Null {
                return Some(value);
            }
            null = Some(value);
        }
        null
    }

    /// Whether a condition holds. A value that is not there counts as `null`.
    pub(crate) fn holds(&self, condition: &Condition) -> bool {
        let value = |expression| self.evaluate(expression).unwrap_or(JsonValue::Null);
        let (left, right) = (value(&condition.left), value(&condition.right));
        let numbers = amount_of(&left, self.amount).zip(amount_of(&right, self.amount));
        match condition.comparison {
            Comparison::Equal | Comparison::Unequal => {
                let equal = numbers.map_or_else(|| is_equal(&left, &right), |(left, right)| left == right);
                equal == (condition.comparison == Comparison::Equal)
            }
            Comparison::Less => numbers.is_some_and(|(left, right)| left < right),
            Comparison::AtLeast => numbers.is_some_and(|(left, right)| left >= right),
        }
    }

    fn operand(&self, operand: &Operand) -> Option<JsonValue> {
        Some(match operand {
            Operand::Number(number) => JsonValue::number(number),
            Operand::Text(text) => JsonValue::string(text),
            Operand::Boolean(value) => JsonValue::Bool(*value),
            Operand::Null => JsonValue::Null,
            Operand::Now => JsonValue::string(format_time(self.now)),
            Operand::Path(path) => return self.path(path),
        })
    }

    fn path(&self, path: &ValuePath) -> Option<JsonValue> {
        let scope = match path.scope {
            Scope::Object => Some(self.object),
            Scope::Outer => self.outer,
            Scope::Request => self.request,
        };
        let mut values = follow(scope?, &path.names)?;
        // Nothing is stated by `null`, which removes what was there.
        if path.scope == Scope::Request && values.contains(&&JsonValue::Null) {
            return None;
        }
        if let Some(linked) = &path.linked {
            let store = self.store?;
            let targets = values.iter().map(|id| follow(store.find(&id.to_text())?, linked));
            values = targets.collect::<Option<Vec<_>>>()?.concat();
            if values.contains(&&JsonValue::Null) {
                return None;
            }
        }
        self.join_values(&values)
    }

    /// The sum of several amounts, or what several values have in common.
    fn join_values(&self, values: &[&JsonValue]) -> Option<JsonValue> {
        let (first, rest) = values.split_first()?;
        if rest.is_empty() {
            return Some((*first).clone());
        }
        let mut amounts = values.iter().map(|value| amount_of(value, self.amount));
        let sum = amounts.try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount?));
        match sum {
            Some(sum) => Some(JsonValue::number(sum.normalize())),
            None => rest.iter().all(|value| value == first).then(|| (*first).clone()),
        }
    }

    fn sum(&self, terms: &[Term]) -> Option<JsonValue> {
        let sum = terms.iter().try_fold(Decimal::ZERO, |sum, term| {
            let product = term.factors.iter().try_fold(Decimal::ONE, |product, factor| {
                let number = match self.operand(factor)? {
                    // What is not set yet counts as nothing.
                    JsonValue::Null => Decimal::ZERO,
                    value => amount_of(&value, self.amount)?,
                };
                product.checked_mul(number)
            })?;
            let product = if term.factors.len() > 1 { product.round_dp(DECIMALS) } else { product };
            sum.checked_add(if term.is_negative { -product } else { product })
        });
        sum.map(|sum| JsonValue::number(sum.normalize()))
    }
}

/// The values to which a path leads: one, or one for each item of the lists on the way.
fn follow<'j>(value: &'j JsonValue, names: &[String]) -> Option<Vec<&'j JsonValue>> {
    let Some((name, rest)) = names.split_first() else { return Some(vec![value]) };
    match value {
        JsonValue::List(items) => {
            let found = items.iter().map(|item| follow(item, names));
            Some(found.collect::<Option<Vec<_>>>()?.concat())
        }
        value => follow(value.get(name)?, rest),
    }
}

/// The number of an amount, whether it is a number, a text, or an object that has it as a property.
pub(crate) fn amount_of(value: &JsonValue, property: Option<&str>) -> Option<Decimal> {
    match value {
        JsonValue::Number(text) | JsonValue::String(text) => parse_decimal(text),
        JsonValue::Object(_) => match value.get(property?)? {
            JsonValue::Object(_) => None,
            value => amount_of(value, None),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::store::Visibility;

    fn json(text: &str) -> JsonValue {
        JsonValue::parse(text).unwrap()
    }

    #[test]
    fn an_expression_takes_the_first_alternative_that_is_there() {
        let mut store = Store::default();
        store.collection("/plans").put(
            "plan_1",
            json(r#"{"price":{"value":"7.50"},"note":null}"#),
            Visibility::Hidden,
        );
        let object = json(r#"{"plan_id":"plan_1","total":{"value":"12.50"},"paid":null,"tax":"2"}"#);
        let outer = json(r#"{"currency":"eur"}"#);
        let request = json(
            r#"{"amount":3,"note":null,"none":[],"items":[{"price":1.5,"plan":"plan_1"},{"price":{"value":"2"},"plan":"plan_1"}]}"#,
        );
        let values = Values {
            object: &object,
            outer: Some(&outer),
            request: Some(&request),
            store: Some(&store),
            now: DateTime::<Utc>::UNIX_EPOCH,
            amount: Some("value"),
        };
        for (expression, expected) in [
            ("request.amount", Some("3")),
            ("request.note or total", Some(r#"{"value":"12.50"}"#)),
            ("missing or outer.currency", Some("\"eur\"")),
            ("plan_id -> price", Some(r#"{"value":"7.50"}"#)),
            ("plan_id -> note or 'none'", Some("\"none\"")),
            ("total + tax - request.amount", Some("11.5")),
            ("paid + request.amount", Some("3")),
            ("request.items.price", Some("3.5")),
            ("request.items.plan -> price", Some("15")),
            ("2 * request.items.price", Some("7")),
            ("request.items.plan", Some("\"plan_1\"")),
            ("request.items.quantity or request.none.price or 'none'", Some("\"none\"")),
            ("- 0.03 * total", Some("-0.38")),
            ("tax * total + 1", Some("26")),
            ("total + missing or 0", Some("0")),
            ("paid or tax", Some("\"2\"")),
            ("paid or missing", Some("null")),
            ("missing", None),
            ("plan_id + 1", None),
            ("now", Some("\"1970-01-01T00:00:00Z\"")),
            ("null", Some("null")),
            ("true", Some("true")),
        ] {
            let value = values.evaluate(&expression.parse().unwrap()).map(|value| value.to_string());
            assert_eq!(value.as_deref(), expected, "{expression}");
        }
        for (condition, expected) in [
            ("total >= 12.5", true),
            ("total < tax", false),
            ("paid = null", true),
            ("missing != null", false),
            ("plan_id = 'plan_1'", true),
            ("plan_id < 1", false),
        ] {
            assert_eq!(values.holds(&condition.parse().unwrap()), expected, "{condition}");
        }
    }
}
