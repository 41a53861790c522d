//! The properties of a response beside its list, and those that say something about its pages.

use super::Resolver;
use crate::ir::{Path, TypeRef};

/// The depth to which properties are searched.
const MAX_DEPTH: usize = 3;

/// A property of a response that is not an object.
pub(super) struct Member {
    pub(super) path: Path,
    /// The names of the path in lower case, with letters and digits only.
    pub(super) names: Vec<String>,
    pub(super) ty: TypeRef,
    /// Whether the document says that the value is a URL.
    pub(super) is_url: bool,
}

impl Member {
    pub(super) fn name(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self.ty, TypeRef::String | TypeRef::Id(_) | TypeRef::Json | TypeRef::Secret)
    }

    /// Whether the value is the address of a page.
    pub(super) fn is_link(&self) -> bool {
        self.is_url
            || matches!(self.names.as_slice(), [.., links, next] if links == "links" && next == "next")
    }

    /// Whether the value is about another page than the next one.
    pub(super) fn is_about_another(&self) -> bool {
        let others = ["prev", "before", "first", "current", "self", "start"];
        self.names.iter().any(|name| others.iter().any(|other| name.starts_with(other)))
    }
}

/// The properties of a response beside its list.
pub(super) struct Members(pub(super) Vec<Member>);

impl Members {
    /// The properties of a response beside the list at `list`, those nearest to the top first.
    pub(super) fn collect(resolver: &Resolver<'_>, ty: &TypeRef, list: &[String]) -> Self {
        let mut members = Vec::new();
        collect_into(&mut members, resolver, ty, &mut Vec::new());
        members.retain(|member| member.path != list);
        members.sort_by_key(|member| member.path.len());
        Self(members)
    }

    /// The path of the first boolean with one of these names.
    pub(super) fn flag(&self, names: &[&str]) -> Option<Path> {
        self.find(names, |member| member.ty == TypeRef::Boolean)
    }

    /// The path of the first integer with one of these names.
    pub(super) fn integer(&self, names: &[&str]) -> Option<Path> {
        self.find(names, |member| {
            matches!(member.ty, TypeRef::Integer | TypeRef::Unsigned | TypeRef::Decimal)
        })
    }

    fn find(&self, names: &[&str], is_match: impl Fn(&Member) -> bool) -> Option<Path> {
        let mut members = self.0.iter().filter(|member| is_match(member));
        members.find(|member| names.contains(&member.name())).map(|member| member.path.clone())
    }
}

fn collect_into(members: &mut Vec<Member>, resolver: &Resolver<'_>, ty: &TypeRef, path: &mut Path) {
    let Some(object) = resolver.object_of(ty).filter(|_| path.len() < MAX_DEPTH) else { return };
    for field in &object.fields {
        path.push(field.name.clone());
        let ty = field.ty.split_null().0;
        if resolver.object_of(ty).is_some() {
            collect_into(members, resolver, ty, path);
        } else {
            let format = field.details.constraints.format.as_deref();
            members.push(Member {
                path: path.clone(),
                names: path.iter().map(|name| normalize(name)).collect(),
                ty: ty.clone(),
                is_url: format.is_some_and(|format| format.starts_with("ur")),
            });
        }
        path.pop();
    }
}

/// A name in lower case, with letters and digits only.
pub(super) fn normalize(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
