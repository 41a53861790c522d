//! Formats the values of path, query, header and cookie parameters, in the styles of OpenAPI.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    json::{self, Encode},
    secret::Secret,
    wire::percent::append_encoded,
};

/// How a list or an object is formatted in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryStyle {
    /// `name=a,b`
    Form,
    /// `name=a&name=b`
    FormExplode,
    /// `name=a%20b`
    SpaceDelimited,
    /// `name=a%7Cb`
    PipeDelimited,
    /// `name[key]=value`
    DeepObject,
    /// `name[]=a&name[]=b`
    Brackets,
    /// `name={"key":"value"}`, percent-encoded
    Json,
}

/// The value of a parameter as text, before percent-encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter<'a> {
    /// A single value.
    Scalar(Cow<'a, str>),
    /// A list of values.
    List(Vec<Cow<'a, str>>),
    /// Values with names.
    Object(Vec<(Cow<'a, str>, Cow<'a, str>)>),
    /// Any value as JSON text, formatted by the style of the parameter.
    Json(String),
    /// The reason why the value cannot be sent.
    Invalid(String),
}

/// A value that can be a path, query, header or cookie parameter.
pub trait ToParameter {
    /// Formats the value as text.
    fn to_parameter(&self) -> Parameter<'_>;
}

impl<T: ToParameter + ?Sized> ToParameter for &T {
    #[inline]
    fn to_parameter(&self) -> Parameter<'_> {
        (**self).to_parameter()
    }
}

impl ToParameter for str {
    #[inline]
    fn to_parameter(&self) -> Parameter<'_> {
        Parameter::Scalar(self.into())
    }
}

impl ToParameter for Secret {
    #[inline]
    fn to_parameter(&self) -> Parameter<'_> {
        Parameter::Scalar(self.expose().into())
    }
}

impl ToParameter for String {
    #[inline]
    fn to_parameter(&self) -> Parameter<'_> {
        Parameter::Scalar(self.as_str().into())
    }
}

macro_rules! impl_by_display {
    ($($type:ty),*) => {$(
        impl ToParameter for $type {
            fn to_parameter(&self) -> Parameter<'_> {
                Parameter::Scalar(self.to_string().into())
            }
        }
    )*};
}

impl_by_display!(bool, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, Decimal, NaiveDate);

impl ToParameter for f64 {
    fn to_parameter(&self) -> Parameter<'_> {
        if self.is_finite() {
            Parameter::Scalar(self.to_string().into())
        } else {
            Parameter::Invalid(format!("expected a finite number, found {self}"))
        }
    }
}

impl ToParameter for DateTime<FixedOffset> {
    fn to_parameter(&self) -> Parameter<'_> {
        Parameter::Scalar(self.to_rfc3339_opts(SecondsFormat::AutoSi, true).into())
    }
}

impl<T: ToParameter> ToParameter for Vec<T> {
    fn to_parameter(&self) -> Parameter<'_> {
        self.as_slice().to_parameter()
    }
}

impl<T: ToParameter> ToParameter for [T] {
    fn to_parameter(&self) -> Parameter<'_> {
        format_list(self.iter().map(ToParameter::to_parameter))
    }
}

impl<T: ToParameter> ToParameter for Option<T> {
    #[inline]
    fn to_parameter(&self) -> Parameter<'_> {
        self.as_ref().map_or(Parameter::List(Vec::new()), ToParameter::to_parameter)
    }
}

impl ToParameter for Value {
    fn to_parameter(&self) -> Parameter<'_> {
        Parameter::Json(self.to_string())
    }
}

fn format_list<'a>(items: impl Iterator<Item = Parameter<'a>>) -> Parameter<'a> {
    let mut values = Vec::new();
    for item in items {
        match item {
            Parameter::Scalar(value) => values.push(value),
            Parameter::Json(text) => values.push(text.into()),
            Parameter::Invalid(reason) => return Parameter::Invalid(reason),
            Parameter::List(_) | Parameter::Object(_) => {
                return Parameter::Invalid(
                    "a list within a list cannot be formatted as a parameter".to_owned(),
                );
            }
        }
    }
    Parameter::List(values)
}

/// A parameter of a structured type, formatted by the style of the parameter.
#[derive(Debug)]
pub struct JsonParameter<T>(pub T);

impl<T: Encode> ToParameter for JsonParameter<T> {
    fn to_parameter(&self) -> Parameter<'_> {
        to_json_text(&self.0).map_or_else(Parameter::Invalid, Parameter::Json)
    }
}

/// A parameter whose value is JSON text in every location: path, query, header and cookie.
#[derive(Debug)]
pub struct JsonText<T>(pub T);

impl<T: Encode> ToParameter for JsonText<T> {
    fn to_parameter(&self) -> Parameter<'_> {
        to_json_text(&self.0).map_or_else(Parameter::Invalid, |text| Parameter::Scalar(text.into()))
    }
}

fn to_json_text(value: &impl Encode) -> Result<String, String> {
    let json = json::to_vec(value).map_err(|error| error.to_string())?;
    String::from_utf8(json).map_err(|error| error.to_string())
}

/// Formats a value for a path, a header or a cookie: items, names and values are separated by commas (style `simple`).
pub(crate) fn format_simple(parameter: Parameter<'_>) -> Result<Cow<'_, str>, String> {
    match parameter {
        Parameter::Scalar(value) => Ok(value),
        Parameter::List(values) => Ok(values.join(",").into()),
        Parameter::Object(pairs) => Ok(flatten_pairs(&pairs).join(",").into()),
        Parameter::Json(text) => match parse_json(&text)? {
            Parameter::Json(_) => Ok(text.into()),
            other => format_simple(other).map(|value| value.into_owned().into()),
        },
        Parameter::Invalid(reason) => Err(reason),
    }
}

/// Appends the value to a query as one or more pairs `&name=value`, depending on the style.
pub(crate) fn append_query(
    out: &mut String,
    name: &str,
    style: QueryStyle,
    value: Parameter<'_>,
) -> Result<(), String> {
    let (style, value) = match value {
        Parameter::Invalid(reason) => return Err(reason),
        Parameter::Json(text) if style == QueryStyle::Json => {
            append_pair(out, name, &text);
            return Ok(());
        }
        Parameter::Json(text) if style == QueryStyle::DeepObject => {
            let value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            append_deep(out, name.to_owned(), &value);
            return Ok(());
        }
        Parameter::Json(text) => (style, parse_json(&text)?),
        other => (style, other),
    };
    match value {
        Parameter::Scalar(value) => append_pair(out, name, &value),
        Parameter::List(values) if values.is_empty() => {}
        Parameter::List(values) => match style {
            QueryStyle::FormExplode => values.iter().for_each(|value| append_pair(out, name, value)),
            QueryStyle::Brackets | QueryStyle::DeepObject => {
                let name = format!("{name}[]");
                values.iter().for_each(|value| append_pair(out, &name, value));
            }
            QueryStyle::Json => {
                append_pair(out, name, &Value::from_iter(values.iter().map(|value| &**value)).to_string())
            }
            QueryStyle::Form => append_joined(out, name, ",", values.iter()),
            QueryStyle::SpaceDelimited => append_joined(out, name, "%20", values.iter()),
            QueryStyle::PipeDelimited => append_joined(out, name, "%7C", values.iter()),
        },
        Parameter::Object(pairs) => match style {
            QueryStyle::FormExplode => pairs.iter().for_each(|(key, value)| append_pair(out, key, value)),
            QueryStyle::DeepObject | QueryStyle::Brackets => {
                pairs.iter().for_each(|(key, value)| append_pair(out, &format!("{name}[{key}]"), value));
            }
            QueryStyle::Json => {
                let object = Value::from_iter(pairs.iter().map(|(key, value)| (&**key, &**value)));
                append_pair(out, name, &object.to_string());
            }
            QueryStyle::Form => append_joined(out, name, ",", flatten_pairs(&pairs).iter()),
            QueryStyle::SpaceDelimited => append_joined(out, name, "%20", flatten_pairs(&pairs).iter()),
            QueryStyle::PipeDelimited => append_joined(out, name, "%7C", flatten_pairs(&pairs).iter()),
        },
        Parameter::Json(text) => append_pair(out, name, &text),
        Parameter::Invalid(reason) => return Err(reason),
    }
    Ok(())
}

/// Appends `&name=value`.
pub(crate) fn append_pair(out: &mut String, name: &str, value: &str) {
    out.push('&');
    append_encoded(out, name);
    out.push('=');
    append_encoded(out, value);
}

fn append_joined<'a>(
    out: &mut String,
    name: &str,
    delimiter: &str,
    values: impl Iterator<Item = &'a Cow<'a, str>>,
) {
    out.push('&');
    append_encoded(out, name);
    out.push('=');
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push_str(delimiter);
        }
        append_encoded(out, value);
    }
}

fn append_deep(out: &mut String, name: String, value: &Value) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| append_deep(out, format!("{name}[{key}]"), value));
        }
        Value::Array(items) => items.iter().for_each(|item| append_deep(out, format!("{name}[]"), item)),
        scalar => append_pair(out, &name, &scalar_text(scalar)),
    }
}

fn flatten_pairs<'a>(pairs: &[(Cow<'a, str>, Cow<'a, str>)]) -> Vec<Cow<'a, str>> {
    pairs.iter().flat_map(|(key, value)| [key.clone(), value.clone()]).collect()
}

/// A JSON value as a parameter: a string without quotes, other values as JSON text, `null` as empty text.
pub(crate) fn scalar_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Null => "".into(),
        other => other.to_string().into(),
    }
}

/// Parses JSON text as a scalar, a list or an object; values nested deeper stay JSON text.
fn parse_json(text: &str) -> Result<Parameter<'static>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(match value {
        Value::Object(fields) => Parameter::Object(
            fields
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.clone().into(), scalar_text(value).into_owned().into()))
                .collect(),
        ),
        Value::Array(items) => {
            Parameter::List(items.iter().map(|item| scalar_text(item).into_owned().into()).collect())
        }
        scalar => Parameter::Scalar(scalar_text(&scalar).into_owned().into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(style: QueryStyle, value: impl ToParameter) -> String {
        let mut out = String::new();
        append_query(&mut out, "n", style, value.to_parameter()).unwrap();
        out
    }

    #[test]
    fn formats_a_list_in_every_style() {
        let list = vec!["a", "b,c"];
        assert_eq!(query(QueryStyle::Form, &list), "&n=a,b%2Cc");
        assert_eq!(query(QueryStyle::FormExplode, &list), "&n=a&n=b%2Cc");
        assert_eq!(query(QueryStyle::SpaceDelimited, &list), "&n=a%20b%2Cc");
        assert_eq!(query(QueryStyle::PipeDelimited, &list), "&n=a%7Cb%2Cc");
        assert_eq!(query(QueryStyle::Brackets, &list), "&n%5B%5D=a&n%5B%5D=b%2Cc");
        assert_eq!(query(QueryStyle::Json, &list), "&n=%5B%22a%22%2C%22b%2Cc%22%5D");
        assert_eq!(query(QueryStyle::Form, Vec::<String>::new()), "");
    }

    #[test]
    fn formats_an_object_in_every_style() {
        let object = serde_json::json!({"a": 1, "b": {"c": true}, "d": null});
        assert_eq!(query(QueryStyle::DeepObject, &object), "&n%5Ba%5D=1&n%5Bb%5D%5Bc%5D=true");
        assert_eq!(query(QueryStyle::FormExplode, &object), "&a=1&b=%7B%22c%22%3Atrue%7D");
        assert_eq!(query(QueryStyle::Json, serde_json::json!({"a": "&"})), "&n=%7B%22a%22%3A%22%26%22%7D");
    }

    #[test]
    fn a_value_cannot_add_a_parameter() {
        assert_eq!(
            query(QueryStyle::FormExplode, "1&owner_id=owner_2#\r\n"),
            "&n=1%26owner_id%3Downer_2%23%0D%0A"
        );
    }

    #[test]
    fn numbers_that_are_not_finite_are_rejected() {
        let mut out = String::new();
        assert!(append_query(&mut out, "n", QueryStyle::Form, f64::NAN.to_parameter()).is_err());
        assert!(append_query(&mut out, "n", QueryStyle::Form, vec![f64::INFINITY].to_parameter()).is_err());
        assert_eq!(out, "");
    }
}
