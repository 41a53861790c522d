//! Formats the values of path, query, header and cookie parameters, in the styles of OpenAPI.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    json::{self, Encode, Tree, quote, unquote},
    secret::Secret,
    wire::percent::{Reserved, append_encoded},
    wire::styled_pairs::{
        Delimiter, PairTarget, bracketed_list_name, for_each_pair, joined_text, joining_delimiter,
    },
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
    /// The value is the whole query: JSON text, or a string as it is, percent-encoded.
    Whole,
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
#[doc(hidden)]
pub trait ToParameter {
    /// Formats the value as text.
    fn to_parameter(&self) -> Parameter<'_>;
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

/// Parses JSON text as a scalar, a list or an object; values nested deeper stay JSON text.
pub(crate) fn parse_json(parameter: Parameter<'_>) -> Result<Parameter<'_>, String> {
    let text = match parameter {
        Parameter::Json(text) => text,
        Parameter::Invalid(reason) => return Err(reason),
        other => return Ok(other),
    };
    let owned = |value: &Tree| Cow::Owned(joined_text(value).into_owned());
    Ok(match parse_tree(&text)? {
        Tree::Object(entries) => {
            let entries = entries.iter().filter(|(_, value)| !value.is_null());
            Parameter::Object(
                entries.map(|(key, value)| (unquote(key).into_owned().into(), owned(value))).collect(),
            )
        }
        Tree::Array(items) => Parameter::List(items.iter().map(owned).collect()),
        scalar => Parameter::Scalar(owned(&scalar)),
    })
}

fn parse_tree(text: &str) -> Result<Tree, String> {
    Tree::parse(text).map_err(|error| error.to_string())
}

/// Appends the value to a query as one or more pairs `&name=value`, depending on the style.
pub(crate) fn append_query(
    out: &mut String,
    name: &str,
    style: QueryStyle,
    reserved: Reserved,
    value: Parameter<'_>,
) -> Result<(), String> {
    if style == QueryStyle::Whole {
        out.push('&');
        append_encoded(out, &whole_text(value)?, reserved);
        return Ok(());
    }
    match value {
        Parameter::Invalid(reason) => return Err(reason),
        Parameter::Scalar(value) => append_values(out, name, &[value], Delimiter::Comma, reserved),
        Parameter::Json(text) => {
            let mut sink = |name: &str, values: &[Cow<'_, str>], delimiter| {
                append_values(out, name, values, delimiter, reserved);
            };
            for_each_pair(name, style, &parse_tree(&text)?, PairTarget::Query, &mut sink);
        }
        Parameter::Object(_) => {
            return Err("an object is passed as JSON".to_owned());
        }
        Parameter::List(values) if values.is_empty() => {}
        Parameter::List(values) => match (joining_delimiter(style), style) {
            (Some(delimiter), _) => append_values(out, name, &values, delimiter, reserved),
            (None, QueryStyle::Json | QueryStyle::Whole) => {
                let text = render_list(&values);
                append_values(out, name, &[text.into()], Delimiter::Comma, reserved);
            }
            (None, _) => {
                let in_brackets = matches!(style, QueryStyle::Brackets | QueryStyle::DeepObject);
                let name = if in_brackets { bracketed_list_name(name) } else { name.into() };
                for value in values {
                    append_values(out, &name, &[value], Delimiter::Comma, reserved);
                }
            }
        },
    }
    Ok(())
}

/// A list of texts as JSON.
fn render_list(values: &[Cow<'_, str>]) -> String {
    let values: Vec<String> = values.iter().map(|value| quote(value)).collect();
    format!("[{}]", values.join(","))
}

/// The text of a whole query.
fn whole_text(value: Parameter<'_>) -> Result<String, String> {
    match value {
        Parameter::Json(text) => match text.parse().map_err(|error: serde_json::Error| error.to_string())? {
            Value::String(text) => Ok(text),
            _ => Ok(text),
        },
        Parameter::List(values) => Ok(render_list(&values)),
        other => crate::wire::simple_style::format_simple(other).map(Cow::into_owned),
    }
}

/// Appends `&name=value`.
pub(crate) fn append_pair(out: &mut String, name: &str, value: &str) {
    append_values(out, name, &[value.into()], Delimiter::Comma, Reserved::Encode);
}

/// Appends `&name=value,value`.
pub(crate) fn append_values(
    out: &mut String,
    name: &str,
    values: &[Cow<'_, str>],
    delimiter: Delimiter,
    reserved: Reserved,
) {
    let delimiter = match delimiter {
        Delimiter::Comma => ",",
        Delimiter::Space => "%20",
        Delimiter::Pipe => "%7C",
    };
    out.push('&');
    append_encoded(out, name, Reserved::Encode);
    out.push('=');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push_str(delimiter);
        }
        append_encoded(out, value, reserved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(style: QueryStyle, value: impl ToParameter) -> String {
        let mut out = String::new();
        append_query(&mut out, "n", style, Reserved::Encode, value.to_parameter()).unwrap();
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
        let object =
            serde_json::json!({"a": 1, "b": {"c": true}, "d": null, "l": ["x", "y"], "o": [{"k": 1.5}]});
        assert_eq!(
            query(QueryStyle::DeepObject, &object),
            "&n%5Ba%5D=1&n%5Bb%5D%5Bc%5D=true&n%5Bl%5D%5B%5D=x&n%5Bl%5D%5B%5D=y&n%5Bo%5D%5B0%5D%5Bk%5D=1.5"
        );
        assert_eq!(query(QueryStyle::FormExplode, &object), "&a=1&b%5Bc%5D=true&l=x&l=y&o%5B0%5D%5Bk%5D=1.5");
        assert_eq!(query(QueryStyle::Json, serde_json::json!({"a": "&"})), "&n=%7B%22a%22%3A%22%26%22%7D");
        assert_eq!(
            query(QueryStyle::PipeDelimited, serde_json::json!({"a": "|", "b": 2})),
            "&n=a%7C%7C%7Cb%7C2"
        );
    }

    #[test]
    fn a_name_in_brackets_keeps_its_brackets() {
        let mut out = String::new();
        let list = vec!["a", "b"];
        append_query(&mut out, "n[]", QueryStyle::DeepObject, Reserved::Encode, list.to_parameter()).unwrap();
        assert_eq!(out, "&n%5B%5D=a&n%5B%5D=b");
    }

    #[test]
    fn reserved_characters_are_kept_if_the_document_allows_it() {
        let mut out = String::new();
        let value = "a/b?c=[d];e@f:g,h!$'()*&i#j+k%l m";
        append_query(&mut out, "n", QueryStyle::Form, Reserved::Keep, value.to_parameter()).unwrap();
        assert_eq!(out, "&n=a/b?c=[d];e@f:g,h!$'()*%26i%23j%2Bk%25l%20m");
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
        assert!(
            append_query(&mut out, "n", QueryStyle::Form, Reserved::Encode, f64::NAN.to_parameter()).is_err()
        );
        assert!(
            append_query(
                &mut out,
                "n",
                QueryStyle::Form,
                Reserved::Encode,
                vec![f64::INFINITY].to_parameter()
            )
            .is_err()
        );
        assert_eq!(out, "");
    }
}
