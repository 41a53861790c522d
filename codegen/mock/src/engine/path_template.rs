//! Path templates such as `/things/{id}/close`: matching paths and filling in parameters.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::engine::parameter_values::{Pair, parse_pairs};

/// A path with parameters in braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathTemplate {
    segments: Vec<Vec<Piece>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Parameter(String),
}

impl PathTemplate {
    pub(crate) fn parse(text: &str) -> Self {
        Self { segments: split_segments(text).map(parse_segment).collect() }
    }

    /// The decoded parameters of a path, if the path matches.
    pub(crate) fn match_path(&self, path: &str) -> Option<Vec<(String, String)>> {
        let given: Vec<&str> = split_segments(path).collect();
        if given.len() != self.segments.len() {
            return None;
        }
        let mut parameters = Vec::new();
        for (pieces, given) in self.segments.iter().zip(given) {
            match_segment(pieces, given, &mut parameters)?;
        }
        Some(parameters)
    }

    /// The number of parameters. If several templates match a path, the one with the fewest parameters applies.
    pub(crate) fn parameter_count(&self) -> usize {
        self.segments.iter().flatten().filter(|piece| matches!(piece, Piece::Parameter(_))).count()
    }

    /// The path with values for its parameters.
    pub(crate) fn fill(&self, mut value: impl FnMut(&str) -> String) -> String {
        let mut text = String::new();
        for pieces in &self.segments {
            text.push('/');
            for piece in pieces {
                match piece {
                    Piece::Literal(literal) => text.push_str(literal),
                    Piece::Parameter(name) => text.push_str(&value(name)),
                }
            }
        }
        text
    }

    /// The template of the collection and the parameter that selects an item of it: `/things` and `id` for `/things/{id}`.
    pub(crate) fn split_item(&self) -> Option<(Self, &str)> {
        let (last, parent) = self.segments.split_last()?;
        match last.as_slice() {
            [Piece::Parameter(name)] => Some((Self { segments: parent.to_vec() }, name)),
            _ => None,
        }
    }

    /// The template without its last segment, if that is a literal: `/things/{id}` for `/things/{id}/close`.
    pub(crate) fn parent(&self) -> Option<Self> {
        let (last, parent) = self.segments.split_last()?;
        let is_literal = last.iter().all(|piece| matches!(piece, Piece::Literal(_)));
        is_literal.then(|| Self { segments: parent.to_vec() })
    }

    /// Whether both match the same paths, whatever the names of their parameters.
    pub(crate) fn is_equivalent(&self, other: &Self) -> bool {
        let same_piece = |(left, right): (&Piece, &Piece)| match (left, right) {
            (Piece::Literal(left), Piece::Literal(right)) => left == right,
            (Piece::Parameter(_), Piece::Parameter(_)) => true,
            _ => false,
        };
        let same_segment = |(left, right): (&Vec<Piece>, &Vec<Piece>)| {
            left.len() == right.len() && left.iter().zip(right).all(same_piece)
        };
        self.segments.len() == other.segments.len()
            && self.segments.iter().zip(&other.segments).all(same_segment)
    }
}

/// Splits a path from its query.
pub(crate) fn split_query(path: &str) -> (&str, &str) {
    path.split_once('?').unwrap_or((path, ""))
}

/// Whether a query has all pairs of another, which belongs to a template: `action=Start`.
pub(crate) fn has_pairs(query: &str, required: &str) -> bool {
    let given = parse_pairs(query);
    parse_pairs(required).iter().all(|pair| given.iter().any(|other| is_pair(pair, other)))
}

/// Whether a pair of a query is the same as one of a template, in which a parameter stands for any value.
pub(crate) fn is_pair(required: &Pair, given: &Pair) -> bool {
    let is_parameter = required.value.starts_with('{') && required.value.ends_with('}');
    required.name == given.name && (is_parameter || required.value == given.value)
}

fn split_segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn parse_segment(segment: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        if !before.is_empty() {
            pieces.push(Piece::Literal(before.to_owned()));
        }
        pieces.push(Piece::Parameter(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    pieces
}

/// Matches one segment. A parameter ends where the literal after it begins.
fn match_segment(pieces: &[Piece], given: &str, parameters: &mut Vec<(String, String)>) -> Option<()> {
    let mut rest = given;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(text) => match rest.strip_prefix(text.as_str()) {
                Some(after) => rest = after,
                // A client can percent-encode characters that need no encoding.
                None if pieces.len() == 1 && decode(rest)? == *text => rest = "",
                None => return None,
            },
            Piece::Parameter(name) => {
                let end = match pieces.get(index + 1) {
                    Some(Piece::Literal(text)) => rest.find(text.as_str())?,
                    _ => rest.len(),
                };
                let (value, after) = rest.split_at_checked(end)?;
                if value.is_empty() {
                    return None;
                }
                parameters.push((name.clone(), decode(value)?.into_owned()));
                rest = after;
            }
        }
    }
    rest.is_empty().then_some(())
}

fn decode(text: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(text).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn match_path(template: &str, path: &str) -> Option<Vec<(String, String)>> {
        PathTemplate::parse(template).match_path(path)
    }

    #[test]
    fn paths_match_their_templates() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(match_path("/things/{id}", "/things/a%2Fb"), Some(vec![pair("id", "a/b")]));
        assert_eq!(
            match_path("/things/{id}.{kind}", "/things/a.json"),
            Some(vec![pair("id", "a"), pair("kind", "json")])
        );
        assert_eq!(match_path("/t/;id={id}/x", "/t/;id=7/x"), Some(vec![pair("id", "7")]));
        assert_eq!(match_path("/", "/"), Some(Vec::new()));
        assert_eq!(match_path("/a-b", "/a%2Db"), Some(Vec::new()));
        for path in ["/things", "/things/", "/things/a/b", "/thing/a", "/things/%ff"] {
            assert_eq!(match_path("/things/{id}", path), None, "{path}");
        }
    }

    #[test]
    fn a_template_splits_into_collection_and_item() {
        let action = PathTemplate::parse("/things/{id}/close");
        let item = action.parent().unwrap();
        assert!(item.is_equivalent(&PathTemplate::parse("/things/{thing_id}")));
        let (collection, name) = item.split_item().unwrap();
        assert_eq!((&collection, name), (&PathTemplate::parse("/things"), "id"));
        assert_eq!(item.fill(|name| format!("<{name}>")), "/things/<id>");
        assert!(collection.split_item().is_none());
        assert!(item.parent().is_none());
    }
}
