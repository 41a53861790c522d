//! Turns a value into pairs of a name and text, in the styles of OpenAPI. Queries and forms share these rules:
//!
//! | style | list | object |
//! |---|---|---|
//! | `Form`, `SpaceDelimited`, `PipeDelimited` | one pair, items joined | one pair, keys and values joined |
//! | `FormExplode` | the name for each item | a pair for each key |
//! | `DeepObject`, `Brackets` | `name[]`, in forms `name[0]` | `name[key]` |
//! | `Json` | JSON text | JSON text |
//!
//! OpenAPI does not define how values within lists and objects become pairs. Here their names follow in brackets, and a list of
//! lists or objects has indices, by which the server can tell which pairs are of one item.

use std::borrow::Cow;

use crate::{
    json::{Tree, unquote},
    wire::parameter::QueryStyle,
};

/// Where the pairs are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PairTarget {
    /// A query. `null` is not sent.
    Query,
    /// A form. `null`, which the caller has set to remove a value, is empty text.
    Form,
}

/// Text between joined values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delimiter {
    Comma,
    Space,
    Pipe,
}

/// Receives each pair: the name and the values, of which several are joined.
pub(crate) type PairSink<'a> = dyn FnMut(&str, &[Cow<'_, str>], Delimiter) + 'a;

/// Passes the pairs of a value to the sink. Empty lists and objects have none.
pub(crate) fn for_each_pair(
    name: &str,
    style: QueryStyle,
    value: &Tree,
    target: PairTarget,
    sink: &mut PairSink<'_>,
) {
    let mut writer = PairWriter { target, sink };
    match (value, joining_delimiter(style)) {
        (_, _) if matches!(style, QueryStyle::Json | QueryStyle::Whole) => {
            writer.write(name, value.to_string().into())
        }
        (Tree::Text(_), _) => writer.write_scalar(name, value),
        (Tree::Array(items), Some(delimiter)) => {
            let items: Vec<_> = items.iter().map(joined_text).collect();
            writer.write_joined(name, &items, delimiter);
        }
        (Tree::Object(entries), Some(delimiter)) => {
            let entries = entries.iter().filter(|(_, value)| target == PairTarget::Form || !value.is_null());
            let items: Vec<_> = entries.flat_map(|(key, value)| [unquote(key), joined_text(value)]).collect();
            writer.write_joined(name, &items, delimiter);
        }
        (Tree::Object(entries), None) if style == QueryStyle::FormExplode => {
            entries.iter().for_each(|(key, value)| writer.write_exploded(&unquote(key), value));
        }
        (_, None) if style == QueryStyle::FormExplode => writer.write_exploded(name, value),
        (_, None) => writer.write_deep(name, value),
    }
}

/// The delimiter of a style that joins values.
pub(crate) fn joining_delimiter(style: QueryStyle) -> Option<Delimiter> {
    match style {
        QueryStyle::Form => Some(Delimiter::Comma),
        QueryStyle::SpaceDelimited => Some(Delimiter::Space),
        QueryStyle::PipeDelimited => Some(Delimiter::Pipe),
        QueryStyle::FormExplode
        | QueryStyle::DeepObject
        | QueryStyle::Brackets
        | QueryStyle::Json
        | QueryStyle::Whole => None,
    }
}

/// The name for each item of a list in brackets. A name that ends with brackets already has none added.
pub(crate) fn bracketed_list_name(name: &str) -> Cow<'_, str> {
    if name.ends_with("[]") { name.into() } else { format!("{name}[]").into() }
}

/// A value among joined ones. Those that are lists or objects themselves are JSON text, since no style has a way for them.
pub(crate) fn joined_text(value: &Tree) -> Cow<'_, str> {
    value.as_scalar().unwrap_or_else(|| value.to_string().into())
}

struct PairWriter<'s, 'a> {
    target: PairTarget,
    sink: &'s mut PairSink<'a>,
}

impl PairWriter<'_, '_> {
    fn write(&mut self, name: &str, text: Cow<'_, str>) {
        (self.sink)(name, &[text], Delimiter::Comma);
    }

    fn write_joined(&mut self, name: &str, values: &[Cow<'_, str>], delimiter: Delimiter) {
        if !values.is_empty() {
            (self.sink)(name, values, delimiter);
        }
    }

    fn write_scalar(&mut self, name: &str, value: &Tree) {
        if self.target == PairTarget::Form || !value.is_null() {
            self.write(name, joined_text(value));
        }
    }

    /// A list as repeated pairs; what is nested deeper in brackets.
    fn write_exploded(&mut self, name: &str, value: &Tree) {
        match value {
            Tree::Array(items) if items.iter().all(is_scalar) => {
                items.iter().for_each(|item| self.write(name, joined_text(item)));
            }
            _ => self.write_deep(name, value),
        }
    }

    fn write_deep(&mut self, name: &str, value: &Tree) {
        match value {
            Tree::Text(_) => self.write_scalar(name, value),
            Tree::Array(items) if self.target == PairTarget::Query && items.iter().all(is_scalar) => {
                let name = bracketed_list_name(name);
                items.iter().for_each(|item| self.write(&name, joined_text(item)));
            }
            Tree::Array(items) => {
                let name = name.strip_suffix("[]").unwrap_or(name);
                let items = items.iter().enumerate();
                items.for_each(|(index, item)| self.write_deep(&format!("{name}[{index}]"), item));
            }
            Tree::Object(entries) => {
                let entries = entries.iter();
                entries.for_each(|(key, value)| {
                    self.write_deep(&format!("{name}[{}]", unquote(key)), value);
                });
            }
        }
    }
}

fn is_scalar(value: &Tree) -> bool {
    matches!(value, Tree::Text(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(style: QueryStyle, target: PairTarget, json: &str) -> String {
        let mut out = Vec::new();
        for_each_pair("n", style, &Tree::parse(json).unwrap(), target, &mut |name, values, delimiter| {
            let delimiter = match delimiter {
                Delimiter::Comma => ",",
                Delimiter::Space => " ",
                Delimiter::Pipe => "|",
            };
            out.push(format!("{name}={}", values.join(delimiter)));
        });
        out.join("&")
    }

    const OBJECT: &str =
        r#"{"z":1.10,"a":["x",null,"y\n"],"o":{"b":true,"l":[[1],{"k":2}]},"n":null,"e":[],"f":{}}"#;

    #[test]
    fn every_style_has_its_pairs() {
        use PairTarget::{Form, Query};
        let deep_rest = "n[o][b]=true&n[o][l][0][0]=1&n[o][l][1][k]=2";
        for (style, target, expected) in [
            (
                QueryStyle::DeepObject,
                Form,
                format!("n[z]=1.10&n[a][0]=x&n[a][1]=&n[a][2]=y\n&{deep_rest}&n[n]="),
            ),
            (
                QueryStyle::DeepObject,
                Query,
                format!("n[z]=1.10&n[a][]=x&n[a][]=&n[a][]=y\n&{}", deep_rest.replace("[0][0]=1", "[0][]=1")),
            ),
            (
                QueryStyle::FormExplode,
                Form,
                "z=1.10&a=x&a=&a=y\n&o[b]=true&o[l][0][0]=1&o[l][1][k]=2&n=".to_owned(),
            ),
            (
                QueryStyle::PipeDelimited,
                Query,
                r#"n=z|1.10|a|["x",null,"y\n"]|o|{"b":true,"l":[[1],{"k":2}]}|e|[]|f|{}"#.to_owned(),
            ),
            (QueryStyle::Json, Form, format!("n={OBJECT}")),
        ] {
            assert_eq!(pairs(style, target, OBJECT), expected, "{style:?} {target:?}");
        }
        for (style, list) in [
            (QueryStyle::Form, "n=1,\"a"),
            (QueryStyle::SpaceDelimited, "n=1 \"a"),
            (QueryStyle::FormExplode, "n=1&n=\"a"),
            (QueryStyle::DeepObject, "n[0]=1&n[1]=\"a"),
        ] {
            assert_eq!(pairs(style, Form, r#"[1,"\"a"]"#), list, "{style:?}");
            assert_eq!(pairs(style, Form, "[]"), "", "{style:?}");
            assert_eq!(pairs(style, Query, "null"), "", "{style:?}");
            assert_eq!(pairs(style, Form, "null"), "n=", "{style:?}");
        }
        assert_eq!(pairs(QueryStyle::FormExplode, Form, r#"[{"a":1},2]"#), "n[0][a]=1&n[1]=2");
    }
}
