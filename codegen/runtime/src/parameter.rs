//! Values of path, query, header and cookie parameters as text, and the styles of OpenAPI that lay them out.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    encode::push_encoded,
    json::{self, Encode},
};

/// How a list or an object is laid out in a query.
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
    /// `name={"key":"value"}`, encoded
    Json,
}

/// A parameter's value as text, not yet encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter<'a> {
    /// One value.
    Scalar(Cow<'a, str>),
    /// Several values.
    List(Vec<Cow<'a, str>>),
    /// Named values.
    Object(Vec<(Cow<'a, str>, Cow<'a, str>)>),
    /// Any value, as JSON text.
    Json(String),
    /// No value that can be sent, and why.
    Invalid(String),
}

/// A value that can stand in a path, a query, a header or a cookie.
pub trait ToParameter {
    /// The value as text.
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

impl ToParameter for String {
    #[inline]
    fn to_parameter(&self) -> Parameter<'_> {
        Parameter::Scalar(self.as_str().into())
    }
}

macro_rules! by_display {
    ($($type:ty),*) => {$(
        impl ToParameter for $type {
            fn to_parameter(&self) -> Parameter<'_> {
                Parameter::Scalar(self.to_string().into())
            }
        }
    )*};
}

by_display!(bool, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, Decimal, NaiveDate);

impl ToParameter for f64 {
    fn to_parameter(&self) -> Parameter<'_> {
        if self.is_finite() {
            Parameter::Scalar(self.to_string().into())
        } else {
            Parameter::Invalid(format!("{self} is not a number that can be sent"))
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
        list(self.iter().map(ToParameter::to_parameter))
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

fn list<'a>(items: impl Iterator<Item = Parameter<'a>>) -> Parameter<'a> {
    let mut values = Vec::new();
    for item in items {
        match item {
            Parameter::Scalar(value) => values.push(value),
            Parameter::Json(text) => values.push(text.into()),
            Parameter::Invalid(reason) => return Parameter::Invalid(reason),
            Parameter::List(_) | Parameter::Object(_) => {
                return Parameter::Invalid("a list in a list has no form here".to_owned());
            }
        }
    }
    Parameter::List(values)
}

/// A parameter that is an object, or anything else that has a form in JSON only.
#[derive(Debug)]
pub struct JsonParameter<T>(pub T);

impl<T: Encode> ToParameter for JsonParameter<T> {
    fn to_parameter(&self) -> Parameter<'_> {
        match json::to_vec(&self.0).map(String::from_utf8) {
            Ok(Ok(text)) => Parameter::Json(text),
            Ok(Err(error)) => Parameter::Invalid(error.to_string()),
            Err(error) => Parameter::Invalid(error.to_string()),
        }
    }
}

/// A parameter that is JSON text wherever it stands, also in a path, a header or a cookie.
#[derive(Debug)]
pub struct JsonText<T>(pub T);

impl<T: Encode> ToParameter for JsonText<T> {
    fn to_parameter(&self) -> Parameter<'_> {
        match json::to_vec(&self.0).map(String::from_utf8) {
            Ok(Ok(text)) => Parameter::Scalar(text.into()),
            Ok(Err(error)) => Parameter::Invalid(error.to_string()),
            Err(error) => Parameter::Invalid(error.to_string()),
        }
    }
}

/// The value as one text, for a path, a header or a cookie: lists and objects with commas (style `simple`).
pub(crate) fn simple(parameter: Parameter<'_>) -> Result<Cow<'_, str>, String> {
    match parameter {
        Parameter::Scalar(value) => Ok(value),
        Parameter::List(values) => Ok(values.join(",").into()),
        Parameter::Object(pairs) => Ok(flat(&pairs).join(",").into()),
        Parameter::Json(text) => match parsed(&text)? {
            Parameter::Json(_) => Ok(text.into()),
            other => simple(other).map(|value| value.into_owned().into()),
        },
        Parameter::Invalid(reason) => Err(reason),
    }
}

/// Appends the value to a query as `&name=value`, as often as the style wants.
pub(crate) fn push_query(
    out: &mut String,
    name: &str,
    style: QueryStyle,
    value: Parameter<'_>,
) -> Result<(), String> {
    let (style, value) = match value {
        Parameter::Invalid(reason) => return Err(reason),
        Parameter::Json(text) if style == QueryStyle::Json => {
            push_pair(out, name, &text);
            return Ok(());
        }
        Parameter::Json(text) if style == QueryStyle::DeepObject => {
            let value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            push_deep(out, name.to_owned(), &value);
            return Ok(());
        }
        Parameter::Json(text) => (style, parsed(&text)?.into_owned()),
        other => (style, other),
    };
    match value {
        Parameter::Scalar(value) => push_pair(out, name, &value),
        Parameter::List(values) if values.is_empty() => {}
        Parameter::List(values) => match style {
            QueryStyle::FormExplode => values.iter().for_each(|value| push_pair(out, name, value)),
            QueryStyle::Brackets | QueryStyle::DeepObject => {
                let name = format!("{name}[]");
                values.iter().for_each(|value| push_pair(out, &name, value));
            }
            QueryStyle::Json => {
                push_pair(out, name, &Value::from_iter(values.iter().map(|value| &**value)).to_string())
            }
            QueryStyle::Form => push_joined(out, name, ",", values.iter()),
            QueryStyle::SpaceDelimited => push_joined(out, name, "%20", values.iter()),
            QueryStyle::PipeDelimited => push_joined(out, name, "%7C", values.iter()),
        },
        Parameter::Object(pairs) => match style {
            QueryStyle::FormExplode => pairs.iter().for_each(|(key, value)| push_pair(out, key, value)),
            QueryStyle::DeepObject | QueryStyle::Brackets => {
                pairs.iter().for_each(|(key, value)| push_pair(out, &format!("{name}[{key}]"), value));
            }
            QueryStyle::Json => {
                let object = Value::from_iter(pairs.iter().map(|(key, value)| (&**key, &**value)));
                push_pair(out, name, &object.to_string());
            }
            QueryStyle::Form => push_joined(out, name, ",", flat(&pairs).iter()),
            QueryStyle::SpaceDelimited => push_joined(out, name, "%20", flat(&pairs).iter()),
            QueryStyle::PipeDelimited => push_joined(out, name, "%7C", flat(&pairs).iter()),
        },
        Parameter::Json(text) => push_pair(out, name, &text),
        Parameter::Invalid(reason) => return Err(reason),
    }
    Ok(())
}

/// Appends `&name=value`.
pub(crate) fn push_pair(out: &mut String, name: &str, value: &str) {
    out.push('&');
    push_encoded(out, name);
    out.push('=');
    push_encoded(out, value);
}

fn push_joined<'a>(
    out: &mut String,
    name: &str,
    delimiter: &str,
    values: impl Iterator<Item = &'a Cow<'a, str>>,
) {
    out.push('&');
    push_encoded(out, name);
    out.push('=');
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push_str(delimiter);
        }
        push_encoded(out, value);
    }
}

fn push_deep(out: &mut String, name: String, value: &Value) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| push_deep(out, format!("{name}[{key}]"), value));
        }
        Value::Array(items) => items.iter().for_each(|item| push_deep(out, format!("{name}[]"), item)),
        scalar => push_pair(out, &name, &text_of(scalar)),
    }
}

fn flat<'a>(pairs: &[(Cow<'a, str>, Cow<'a, str>)]) -> Vec<Cow<'a, str>> {
    pairs.iter().flat_map(|(key, value)| [key.clone(), value.clone()]).collect()
}

/// The text of a JSON value outside of JSON: strings lose their quotes, null is empty.
pub(crate) fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Null => "".into(),
        other => other.to_string().into(),
    }
}

impl Parameter<'_> {
    fn into_owned(self) -> Parameter<'static> {
        let own = |value: Cow<'_, str>| Cow::Owned(value.into_owned());
        match self {
            Self::Scalar(value) => Parameter::Scalar(own(value)),
            Self::List(values) => Parameter::List(values.into_iter().map(own).collect()),
            Self::Object(pairs) => {
                Parameter::Object(pairs.into_iter().map(|(key, value)| (own(key), own(value))).collect())
            }
            Self::Json(text) => Parameter::Json(text),
            Self::Invalid(reason) => Parameter::Invalid(reason),
        }
    }
}

/// JSON text as a scalar, a list or an object of scalars; deeper values stay JSON text.
fn parsed(text: &str) -> Result<Parameter<'static>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(match value {
        Value::Object(members) => Parameter::Object(
            members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.clone().into(), text_of(value).into_owned().into()))
                .collect(),
        ),
        Value::Array(items) => {
            Parameter::List(items.iter().map(|item| text_of(item).into_owned().into()).collect())
        }
        scalar => Parameter::Scalar(text_of(&scalar).into_owned().into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(style: QueryStyle, value: impl ToParameter) -> String {
        let mut out = String::new();
        push_query(&mut out, "n", style, value.to_parameter()).unwrap();
        out
    }

    #[test]
    fn lists_take_every_style() {
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
    fn objects_take_every_style() {
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
    fn numbers_that_are_none_are_refused() {
        let mut out = String::new();
        assert!(push_query(&mut out, "n", QueryStyle::Form, f64::NAN.to_parameter()).is_err());
        assert!(push_query(&mut out, "n", QueryStyle::Form, vec![f64::INFINITY].to_parameter()).is_err());
        assert_eq!(out, "");
    }
}
