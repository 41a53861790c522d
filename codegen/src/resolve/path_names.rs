//! Names operations without a tag or an id after their paths.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::ident::{split_words, to_singular};
use crate::ir::Verb;

/// The tag of operations whose paths are their names: `/sendMessage`.
const GENERAL: &str = "general";

/// Segments before those of a resource.
const NOISE: [&str; 4] = ["api", "apis", "rest", "rpc"];

/// Verbs with which a path begins that names an operation and not a resource.
const VERBS: [&str; 43] = [
    "add", "approve", "ban", "cancel", "check", "close", "convert", "copy", "create", "delete", "disable",
    "edit", "enable", "execute", "export", "fetch", "find", "forward", "generate", "get", "import", "invoke",
    "leave", "list", "log", "parse", "pin", "ping", "process", "remove", "replace", "run", "save", "search",
    "send", "set", "start", "stop", "submit", "sync", "update", "upload", "validate",
];

/// What the paths of a document have in common.
pub(super) struct PathNames {
    /// How many segments at the start of every path are left out.
    shared: usize,
    /// How many paths begin with each segment after those.
    counts: BTreeMap<String, usize>,
}

impl PathNames {
    pub(super) fn collect<'p>(paths: impl Iterator<Item = &'p str>) -> Self {
        let paths: Vec<Vec<&str>> = paths.map(path_segments).collect();
        let mut names = Self { shared: shared_segments(&paths), counts: BTreeMap::new() };
        for segments in &paths {
            *names.counts.entry(names.first(segments).to_owned()).or_default() += 1;
        }
        names
    }

    /// The segments that tell a path from others.
    fn telling<'s, 'p>(&self, segments: &'s [&'p str]) -> &'s [&'p str] {
        let rest = segments.get(self.shared..).unwrap_or_default();
        let is_noise =
            |segment: &&&str| is_version(segment) || NOISE.contains(&segment.to_lowercase().as_str());
        let noise = rest.iter().take_while(is_noise).count();
        match rest.get(noise..).unwrap_or_default() {
            telling if telling.iter().any(|segment| !is_parameter(segment)) => telling,
            _ if rest.iter().any(|segment| !is_parameter(segment)) => rest,
            _ => segments,
        }
    }

    /// The first segment that names something.
    fn first<'p>(&self, segments: &[&'p str]) -> &'p str {
        self.telling(segments).iter().find(|segment| !is_parameter(segment)).copied().unwrap_or("root")
    }

    /// The resource that a path is about: the tag of an operation that has none.
    pub(super) fn resource(&self, path: &str) -> String {
        let segments = path_segments(path);
        if self.is_call(&segments) { GENERAL.to_owned() } else { self.first(&segments).to_owned() }
    }

    /// Whether a path is the name of an operation, and no other path begins with it.
    fn is_call(&self, segments: &[&str]) -> bool {
        let [only] = self.telling(segments) else { return false };
        let words = split_words(only);
        let is_alone = self.counts.get(*only).is_none_or(|count| *count == 1);
        is_alone && words.first().is_some_and(|verb| VERBS.contains(&verb.as_str()))
    }

    /// The id of an operation that has none: made of the method and the path, or of the path alone if that is a call.
    pub(super) fn derive_id(&self, verb: &Verb, path: &str) -> String {
        let segments = path_segments(path);
        let telling = self.telling(&segments);
        if self.is_call(&segments) { telling.concat() } else { derive_short_id(verb, telling) }
    }
}

/// The number of segments that all paths begin with, if each has a name after them.
fn shared_segments(paths: &[Vec<&str>]) -> usize {
    let Some((first, others)) = paths.split_first().filter(|(_, others)| !others.is_empty()) else {
        return 0;
    };
    let is_shared = |index: &usize| {
        let segment = first.get(*index);
        segment.is_some_and(|segment| !is_parameter(segment))
            && others.iter().all(|other| other.get(*index) == segment)
            && paths.iter().all(|path| path.iter().skip(index + 1).any(|segment| !is_parameter(segment)))
    };
    (0..first.len()).take_while(is_shared).count()
}

/// The segments of a path.
pub(super) fn path_segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}

/// Whether a segment is a version: `v1`, `v2.1`, `v1beta2`, `2024-01`.
fn is_version(segment: &str) -> bool {
    let numbers = segment.strip_prefix(['v', 'V']).unwrap_or(segment);
    let rest = numbers.trim_start_matches(|c: char| c.is_ascii_digit() || ['.', '-', '_'].contains(&c));
    let rest = rest.trim_end_matches(|c: char| c.is_ascii_digit());
    numbers.starts_with(|c: char| c.is_ascii_digit())
        && ["", "alpha", "beta", "rc", "preview"].contains(&rest)
}

/// What a method does to the resource of a path.
fn action_of<'v>(verb: &'v Verb, segments: &[&str]) -> Cow<'v, str> {
    let is_single = segments.last().is_some_and(|last| is_parameter(last));
    Cow::Borrowed(match verb {
        Verb::Get if is_single => "retrieve",
        Verb::Get => "list",
        Verb::Post => "create",
        Verb::Put => "replace",
        Verb::Patch => "update",
        Verb::Delete => "delete",
        Verb::Head => "head",
        Verb::Options => "options",
        Verb::Trace => "trace",
        Verb::Query => "query",
        Verb::Other(name) => return Cow::Owned(name.to_lowercase()),
    })
}

/// An id made of the method and the names in a path, of which those before a parameter are about one of many:
/// `retrieve team member` for `/teams/{id}/members/{number}`. Two paths may have the same.
fn derive_short_id(verb: &Verb, segments: &[&str]) -> String {
    let next = segments.iter().skip(1).map(Some).chain([None]);
    let names = segments.iter().zip(next).filter(|(segment, _)| !is_parameter(segment));
    let names = names.map(|(segment, next)| match next.filter(|next| is_parameter(next)) {
        Some(_) => to_singular(segment),
        None => (*segment).to_owned(),
    });
    std::iter::once(action_of(verb, segments).into_owned()).chain(names).collect::<Vec<_>>().join(" ")
}

/// An id made of the method and all segments of a path.
pub(super) fn derive_id(verb: &Verb, segments: &[&str]) -> String {
    let last = segments.len().saturating_sub(1);
    let words = segments.iter().enumerate().filter_map(|(index, segment)| {
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            // "retrieve" implies the last parameter; earlier ones distinguish operations on similar paths.
            Some(_) if index == last => None,
            Some(name) => Some(format!("by {name}")),
            None => Some((*segment).to_owned()),
        }
    });
    std::iter::once(action_of(verb, segments).into_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resources(paths: &[&str]) -> Vec<String> {
        let owned: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        let names = PathNames::collect(owned.iter().map(String::as_str));
        paths.iter().map(|path| names.resource(path)).collect()
    }

    #[test]
    fn the_resource_comes_after_versions_and_what_all_paths_share() {
        assert_eq!(resources(&["/v1/charges", "/v1/customers/{id}"]), ["charges", "customers"]);
        assert_eq!(resources(&["/v1/users", "/v2/users", "/health"]), ["users", "users", "health"]);
        assert_eq!(resources(&["/api/2024-01/a/{id}", "/api/v2beta1/b"]), ["a", "b"]);
        assert_eq!(resources(&["/shop/orders", "/shop/carts/{id}"]), ["orders", "carts"]);
        assert_eq!(resources(&["/users", "/users/{id}"]), ["users", "users"]);
        assert_eq!(resources(&["/{tenant}/users", "/{tenant}/teams"]), ["users", "teams"]);
        assert_eq!(resources(&["/v1", "/", "/{id}"]), ["v1", "root", "root"]);
    }

    #[test]
    fn ids_name_one_of_many_before_a_parameter() {
        let names = PathNames::collect(["/v1/teams/{id}/members/{number}", "/v1/a"].into_iter());
        let id = |verb, path| names.derive_id(&verb, path);
        assert_eq!(id(Verb::Get, "/v1/teams/{id}/members/{number}"), "retrieve team member");
        assert_eq!(id(Verb::Get, "/v1/teams/{id}/members"), "list team members");
        assert_eq!(id(Verb::Delete, "/v1/teams/{id}"), "delete team");
        assert_eq!(id(Verb::Post, "/v1/line-items/{id}/{kind}"), "create line-item");
        assert_eq!(derive_id(&Verb::Get, &["a", "{b}", "c"]), "list a by b c");
    }

    #[test]
    fn paths_that_are_calls_are_one_resource() {
        let paths = ["/bot/sendMessage", "/bot/getMe", "/bot/status"];
        assert_eq!(resources(&paths), ["general", "general", "status"]);
        assert_eq!(resources(&["/search", "/search/{id}"]), ["search", "search"]);
        let owned = paths.map(str::to_owned);
        let names = PathNames::collect(owned.iter().map(String::as_str));
        assert_eq!(names.derive_id(&Verb::Post, paths[0]), "sendMessage");
        assert_eq!(names.derive_id(&Verb::Get, "/bot/status"), "list status");
    }
}
