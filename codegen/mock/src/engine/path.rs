//! Templates of paths: which path fits, and what its parameters hold. It knows no operation.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A path with parameters in braces, such as `/things/{id}/close`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    /// As the document writes it.
    pub(crate) text: String,
    segments: Vec<Vec<Piece>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Fixed(String),
    Parameter(String),
}

impl Template {
    pub(crate) fn of(text: &str) -> Self {
        Self { text: text.to_owned(), segments: segments(text).map(pieces).collect() }
    }

    /// The parameters of a path that fits, decoded.
    pub(crate) fn matches(&self, path: &str) -> Option<Vec<(String, String)>> {
        let given: Vec<&str> = segments(path).collect();
        if given.len() != self.segments.len() {
            return None;
        }
        let mut found = Vec::new();
        for (pieces, given) in self.segments.iter().zip(given) {
            fit(pieces, given, &mut found)?;
        }
        Some(found)
    }

    /// How many parameters it has; of two templates that fit, the one with fewer is meant.
    pub(crate) fn parameters(&self) -> usize {
        self.segments.iter().flatten().filter(|piece| matches!(piece, Piece::Parameter(_))).count()
    }

    /// The path with its parameters filled in by what they are called.
    pub(crate) fn filled(&self, mut value: impl FnMut(&str) -> String) -> String {
        let mut text = String::new();
        for pieces in &self.segments {
            text.push('/');
            for piece in pieces {
                match piece {
                    Piece::Fixed(fixed) => text.push_str(fixed),
                    Piece::Parameter(name) => text.push_str(&value(name)),
                }
            }
        }
        text
    }

    /// The template of what holds this, and the parameter by which this is found in it: `/things` and `id` of `/things/{id}`.
    pub(crate) fn item(&self) -> Option<(Self, &str)> {
        match self.segments.split_last() {
            Some((last, before)) => match last.as_slice() {
                [Piece::Parameter(name)] => Some((Self::joined(before), name)),
                _ => None,
            },
            None => None,
        }
    }

    /// The template without its last segment, if that is fixed: `/things/{id}` of `/things/{id}/close`.
    pub(crate) fn above(&self) -> Option<Self> {
        match self.segments.split_last() {
            Some((last, before)) if last.iter().all(|piece| matches!(piece, Piece::Fixed(_))) => {
                Some(Self::joined(before))
            }
            _ => None,
        }
    }

    /// The last segment, if it is fixed.
    pub(crate) fn last(&self) -> Option<&str> {
        match self.segments.last().map(Vec::as_slice) {
            Some([Piece::Fixed(text)]) => Some(text),
            _ => None,
        }
    }

    /// Whether both fit the same paths, whatever their parameters are called.
    pub(crate) fn alike(&self, other: &Self) -> bool {
        let same = |(one, other): (&Piece, &Piece)| match (one, other) {
            (Piece::Fixed(one), Piece::Fixed(other)) => one == other,
            (Piece::Parameter(_), Piece::Parameter(_)) => true,
            _ => false,
        };
        self.segments.len() == other.segments.len()
            && self
                .segments
                .iter()
                .zip(&other.segments)
                .all(|(one, other)| one.len() == other.len() && one.iter().zip(other).all(same))
    }

    fn joined(segments: &[Vec<Piece>]) -> Self {
        let mut all = Self { text: String::new(), segments: segments.to_vec() };
        all.text = all.filled(|name| format!("{{{name}}}"));
        all
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn pieces(segment: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        if !before.is_empty() {
            pieces.push(Piece::Fixed(before.to_owned()));
        }
        pieces.push(Piece::Parameter(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Fixed(rest.to_owned()));
    }
    pieces
}

/// One segment. A parameter ends where the fixed text after it begins.
fn fit(pieces: &[Piece], given: &str, found: &mut Vec<(String, String)>) -> Option<()> {
    let mut rest = given;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            // Clients may encode more than they must.
            Piece::Fixed(text) => match rest.strip_prefix(text.as_str()) {
                Some(after) => rest = after,
                None if pieces.len() == 1 && decoded(rest)? == *text => rest = "",
                None => return None,
            },
            Piece::Parameter(name) => {
                let end = match pieces.get(index + 1) {
                    Some(Piece::Fixed(text)) => rest.find(text.as_str())?,
                    _ => rest.len(),
                };
                let (value, after) = rest.split_at_checked(end)?;
                if value.is_empty() {
                    return None;
                }
                found.push((name.clone(), decoded(value)?.into_owned()));
                rest = after;
            }
        }
    }
    rest.is_empty().then_some(())
}

fn decoded(text: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(text).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(template: &str, path: &str) -> Option<Vec<(String, String)>> {
        Template::of(template).matches(path)
    }

    #[test]
    fn paths_fit_their_templates() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(matched("/things/{id}", "/things/a%2Fb"), Some(vec![pair("id", "a/b")]));
        assert_eq!(
            matched("/things/{id}.{kind}", "/things/a.json"),
            Some(vec![pair("id", "a"), pair("kind", "json")])
        );
        assert_eq!(matched("/t/;id={id}/x", "/t/;id=7/x"), Some(vec![pair("id", "7")]));
        assert_eq!(matched("/", "/"), Some(Vec::new()));
        assert_eq!(matched("/a-b", "/a%2Db"), Some(Vec::new()));
        for path in ["/things", "/things/", "/things/a/b", "/thing/a", "/things/%ff"] {
            assert_eq!(matched("/things/{id}", path), None, "{path}");
        }
    }

    #[test]
    fn a_template_knows_what_holds_it() {
        let verb = Template::of("/things/{id}/close");
        let item = verb.above().unwrap();
        assert!(item.alike(&Template::of("/things/{thing_id}")));
        let (all, name) = item.item().unwrap();
        assert_eq!((all.text.as_str(), name), ("/things", "id"));
        assert_eq!(item.filled(|name| format!("<{name}>")), "/things/<id>");
        assert!(all.item().is_none());
        assert!(item.above().is_none());
    }
}
