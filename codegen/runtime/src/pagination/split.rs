//! Splits the body of a page into its items and the rest.

use std::borrow::Cow;

use serde::de::Error;
use serde_json::value::RawValue;

use crate::json::{Decode, ExtraFields, RawFields, add_to_path, decode_variant, from_str, quote};

/// The parts of a page.
pub(super) struct Parts<T, I> {
    pub(super) data: Vec<T>,
    pub(super) page_info: I,
    pub(super) extra_fields: ExtraFields,
}

/// Decodes a page whose items are at `path`; the object that has them is the page information without them, and the fields of
/// the objects around it are further fields.
pub(super) fn decode_parts<T: Decode, I: Decode, E: Error>(
    text: &str,
    path: &[&str],
) -> Result<Parts<T, I>, E> {
    let (list, info, others) = match split_body(text, path) {
        Some(split) => split,
        // Not an object: the page information says what it expects.
        None => (None, text.to_owned(), Vec::new()),
    };
    // This text is no part of the page, so it keeps what the types of its fields cannot hold by itself.
    let page_info = from_str(&info).or_else(|_| decode_variant::<I, E>(&info)).map_err(|error| {
        add_to_path(error, &path.split_last().map_or(String::new(), |(_, outer)| outer.join(".")))
    })?;
    // A page without items may lack the list.
    let data = match list.as_deref() {
        None | Some("null") => Vec::new(),
        Some(list) => decode_variant(list).map_err(|error: E| add_to_path(error, &path.join(".")))?,
    };
    let mut extra_fields = ExtraFields::new();
    for (name, text) in others {
        extra_fields.insert_raw(name, RawValue::from_string(text).map_err(E::custom)?);
    }
    Ok(Parts { data, page_info, extra_fields })
}

/// The JSON text of the list, of the object around it without the list, and the fields around that object.
type Split<'a> = (Option<Cow<'a, str>>, String, Vec<(String, String)>);

fn split_body<'a>(text: &'a str, path: &[&str]) -> Option<Split<'a>> {
    let Some((name, rest)) = path.split_first() else {
        return Some((Some(Cow::Borrowed(text.trim())), "null".to_owned(), Vec::new()));
    };
    let fields = RawFields::parse(text)?;
    // Borrowed, so that the list is still a part of the text: what its items cannot hold is found by its place there.
    let inner = fields.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
    let others = fields.0.into_iter().filter(|(other, _)| other != name);
    let others: Vec<(String, String)> = others.map(|(name, value)| (name, value.into_owned())).collect();
    if rest.is_empty() {
        let info: Vec<String> =
            others.iter().map(|(name, value)| format!("{}:{value}", quote(name))).collect();
        return Some((inner, format!("{{{}}}", info.join(",")), Vec::new()));
    }
    let (list, info, mut deeper) = match inner? {
        Cow::Borrowed(inner) => split_body(inner, rest)?,
        Cow::Owned(inner) => {
            let (list, info, deeper) = split_body(&inner, rest)?;
            (list.map(|list| Cow::Owned(list.into_owned())), info, deeper)
        }
    };
    deeper.extend(others);
    Some((list, info, deeper))
}

#[cfg(test)]
mod tests {
    use crate::{
        Page,
        json::{ExtraFields, from_str},
    };

    #[derive(Debug, PartialEq)]
    struct Item {
        size: i64,
        when: Option<chrono::DateTime<chrono::FixedOffset>>,
        extra_fields: ExtraFields,
    }
    crate::__model!(Item { size: required("size"), when: optional("when") });

    #[derive(Debug, PartialEq)]
    struct Info {
        count: i64,
        extra_fields: ExtraFields,
    }
    crate::__model!(Info { count: required("count") });
    crate::__page_info!(Info: "page"."items");

    #[test]
    fn items_and_page_information_keep_texts() {
        let item = r#"{"size":1e30,"when":""}"#;
        let text = format!(r#"{{"page":{{"count":1e20,"items":[{item},{item}]}},"more":1}}"#);
        let page: Page<Item, Info> = from_str(&text).unwrap();
        assert_eq!((page.page_info.count, page.extra_fields.len()), (i64::MAX, 1));
        assert_eq!(page.page_info.extra_fields.get_raw("count"), Some("1e20"));
        for item in &page.data {
            assert_eq!(
                (item.size, item.when, item.extra_fields.get_raw("when")),
                (i64::MAX, None, Some("\"\""))
            );
            assert_eq!(item.extra_fields.get_raw("size"), Some("1e30"));
        }
        assert_eq!(page.data.len(), 2);
    }
}
