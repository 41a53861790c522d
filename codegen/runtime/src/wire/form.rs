//! Encodes the fields of a request as a form (`application/x-www-form-urlencoded`).

use std::borrow::Cow;

use crate::{
    json::{Tree, unquote},
    wire::{
        entry_buffer::EntryBuffer,
        field_encoding::FieldEncoding,
        parameter::{QueryStyle, append_values},
        percent::Reserved,
        styled_pairs::{PairTarget, for_each_pair},
    },
};

/// The fields of a form with their values, in the order in which they are sent.
pub(crate) type FormFields = Vec<(String, Tree)>;

/// The fields of a form: the properties of a body that was set as a whole, and the fields that were set one by one.
///
/// Fails if the whole body is not an object, which has no names for its values.
pub(crate) fn form_fields(whole: Option<&[u8]>, fields: &EntryBuffer) -> Result<FormFields, String> {
    let mut form = match whole.map(parse).transpose()? {
        None => FormFields::new(),
        Some(Tree::Object(entries)) => {
            entries.into_iter().map(|(key, value)| (unquote(&key).into_owned(), value)).collect()
        }
        Some(Tree::Text(text)) if text == "null" => FormFields::new(),
        Some(_) => {
            return Err("the body of a form must be an object, whose properties are its fields".to_owned());
        }
    };
    for (name, json) in fields.values() {
        form.retain(|(other, _)| other != name);
        form.push((name.to_owned(), parse(json)?));
    }
    Ok(form)
}

/// A body that is a text: a form that the caller has encoded.
pub(crate) fn encoded_text(whole: Option<&[u8]>) -> Result<Option<Vec<u8>>, String> {
    let whole = whole.map(parse).transpose()?.filter(Tree::is_string);
    Ok(whole.as_ref().and_then(Tree::as_scalar).map(|text| text.into_owned().into_bytes()))
}

fn parse(json: &[u8]) -> Result<Tree, String> {
    let text = std::str::from_utf8(json).map_err(|error| error.to_string())?;
    Tree::parse(text).map_err(|error| error.to_string())
}

/// The style of a field for which the document names none: a list repeats the name, the keys of an object are in brackets.
///
/// By OpenAPI, the default is `form` with `explode`, which would send the keys of an object without the name of the object, so
/// that two objects, or an object and the form, could not have the same key.
pub(crate) fn default_style(value: &Tree) -> QueryStyle {
    if matches!(value, Tree::Object(_)) { QueryStyle::DeepObject } else { QueryStyle::FormExplode }
}

/// Encodes fields as `application/x-www-form-urlencoded`. `null` is empty text, which removes a value at the server.
pub(crate) fn encode_form(fields: &FormFields, table: &[FieldEncoding]) -> Vec<u8> {
    let mut out = String::new();
    for (name, value) in fields {
        let encoding = FieldEncoding::find(table, name);
        let style = encoding.and_then(|encoding| encoding.style).unwrap_or_else(|| default_style(value));
        let keep = encoding.is_some_and(|encoding| encoding.allow_reserved);
        let reserved = if keep { Reserved::Keep } else { Reserved::Encode };
        for_each_pair(
            name,
            style,
            value,
            PairTarget::Form,
            &mut |name, values: &[Cow<'_, str>], delimiter| {
                append_values(&mut out, name, values, delimiter, reserved);
            },
        );
    }
    out.split_off(out.len().min(1)).into_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TABLE: [FieldEncoding; 3] = [
        FieldEncoding::new("expand").style(QueryStyle::DeepObject),
        FieldEncoding::new("codes").style(QueryStyle::Form).allow_reserved(),
        FieldEncoding::new("settings").style(QueryStyle::Json),
    ];

    fn form(json: &str) -> String {
        let fields = form_fields(Some(json.as_bytes()), &EntryBuffer::default()).unwrap();
        String::from_utf8(encode_form(&fields, &TABLE)).unwrap()
    }

    #[test]
    fn encodes_a_form() {
        assert_eq!(
            form(r#"{"a":"x & \"y\"","b":0.10,"c":null,"d":[1,2],"e\"\r\n":{"f":true}}"#),
            "a=x%20%26%20%22y%22&b=0.10&c=&d=1&d=2&e%22%0D%0A%5Bf%5D=true"
        );
        assert_eq!(form("{}"), "");
        assert_eq!(form("null"), "");
    }

    #[test]
    fn the_table_decides_on_its_fields() {
        assert_eq!(form(r#"{"expand":["a","b"]}"#), "expand%5B0%5D=a&expand%5B1%5D=b");
        assert_eq!(form(r#"{"codes":["a/b","c"],"other":["d"]}"#), "codes=a/b,c&other=d");
        assert_eq!(form(r#"{"settings":{"dark":true}}"#), "settings=%7B%22dark%22%3Atrue%7D");
    }

    #[test]
    fn fields_set_one_by_one_are_added_to_a_whole_body() {
        let mut more = EntryBuffer::default();
        more.begin_field("b".into()).extend_from_slice(b"3");
        let fields = form_fields(Some(br#"{"b":1,"a":2}"#), &more).unwrap();
        assert_eq!(encode_form(&fields, &[]), b"a=2&b=3");
    }

    #[test]
    fn a_body_without_names_is_rejected_unless_it_is_text() {
        for whole in ["[1]", "1", "true"] {
            assert!(form_fields(Some(whole.as_bytes()), &EntryBuffer::default()).is_err(), "{whole}");
            assert_eq!(encoded_text(Some(whole.as_bytes())), Ok(None));
        }
        assert_eq!(encoded_text(Some(br#""a=1&b=\u00e9""#)), Ok(Some("a=1&b=é".into())));
    }

    /// A decoder that shares no code with the encoder: the values of a form by the keys of their brackets.
    fn decode(form: &str) -> Vec<(Vec<String>, String)> {
        let text = |text: &str| {
            let mut bytes = Vec::new();
            let mut rest = text.as_bytes();
            while let Some((first, others)) = rest.split_first() {
                if let (b'%', Some((digits, after))) = (first, others.split_at_checked(2)) {
                    bytes.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
                    rest = after;
                } else {
                    bytes.push(*first);
                    rest = others;
                }
            }
            String::from_utf8(bytes).unwrap()
        };
        let pairs = form.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap();
                let name = text(name);
                (name.replace(']', "").split('[').map(str::to_owned).collect(), text(value))
            })
            .collect()
    }

    /// The scalars of a value by their keys.
    fn leaves(path: &[String], value: &serde_json::Value, out: &mut Vec<(Vec<String>, String)>) {
        use serde_json::Value;
        let step = |key: String| [path, &[key]].concat();
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(key, value)| leaves(&step(key.clone()), value, out));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.for_each(|(index, value)| leaves(&step(index.to_string()), value, out));
            }
            Value::String(text) => out.push((path.to_vec(), text.clone())),
            Value::Null => out.push((path.to_vec(), String::new())),
            other => out.push((path.to_vec(), other.to_string())),
        }
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value;
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from),
        ];
        scalar.prop_recursive(4, 24, 4, |inner| {
            let key = "[^\\[\\]]{1,6}";
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(key, inner, 0..4).prop_map(Value::from_iter),
            ]
        })
    }

    proptest! {
        /// Every scalar of a tree arrives under its keys, whatever it contains.
        #[test]
        fn a_form_in_brackets_can_be_decoded(value in json()) {
            const DEEP: [FieldEncoding; 1] = [FieldEncoding::new("n").style(QueryStyle::DeepObject)];
            let body = serde_json::json!({ "n": value }).to_string();
            let fields = form_fields(Some(body.as_bytes()), &EntryBuffer::default()).unwrap();
            let form = String::from_utf8(encode_form(&fields, &DEEP)).unwrap();
            let mut expected = Vec::new();
            leaves(&["n".to_owned()], &value, &mut expected);
            prop_assert_eq!(decode(&form), expected);
        }
    }
}
