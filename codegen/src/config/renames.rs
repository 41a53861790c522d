//! The file of renames: Rust names that an update changed, with the release that changed them.
//!
//! ```toml
//! ["0.2.0".types]
//! "pets::models::Cat" = "Pet"
//! ```
//!
//! Each entry is `"old" = "new"`. The old name is written as in `names.txt`; the new one is its last part. A member, such as a
//! variant or a setter, is written with the current name of its owner.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::position_at;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Position};

/// All renames whose old names are still supported.
#[derive(Debug, Clone, Default)]
pub struct Renames {
    /// The entries, in the order of the file's keys.
    pub entries: Vec<Rename>,
}

/// An entry of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// What was renamed.
    pub kind: RenameKind,
    /// The release that renamed it.
    pub since: String,
    /// The old name.
    pub old: String,
    /// The last part of the new name.
    pub new: String,
    /// The place in the file.
    pub position: Position,
}

/// What was renamed: the name of a table in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RenameKind {
    /// A tag, by its module: `cats = "pets"`.
    Tag,
    /// A method: `"client.pets().fetch()"`, `"pets::api::pets::Create.with_id()"`, `"pets::webhooks::Event.owner()"`.
    Method,
    /// A type: `"pets::models::Cat"`, `"pets::ids::CatId"`, `"pets::api::pets::Fetch"`.
    Type,
    /// A value of an enum, a variant of a union, or an event: `"pets::models::State::Sold"`.
    Variant,
    /// A setter: `"pets::api::pets::List.owner"`, or `owner` in all builders that have the new setter.
    Setter,
    /// A field of a struct: `"pets::models::Pet.owner"`.
    Field,
}

type Table = BTreeMap<Spanned<String>, Spanned<String>>;

/// The renames of a release.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Release {
    tags: Table,
    methods: Table,
    types: Table,
    variants: Table,
    setters: Table,
    fields: Table,
}

impl Release {
    fn tables(self) -> [(RenameKind, Table); 6] {
        [
            (RenameKind::Tag, self.tags),
            (RenameKind::Method, self.methods),
            (RenameKind::Type, self.types),
            (RenameKind::Variant, self.variants),
            (RenameKind::Setter, self.setters),
            (RenameKind::Field, self.fields),
        ]
    }
}

impl Renames {
    /// Parses the file for a crate of this version. Renames of releases before the previous incompatible one are left out, with a
    /// warning. Returns `None`, and reports why, if the file is not valid.
    pub fn parse(name: &str, text: &str, version: &str, diagnostics: &mut Diagnostics) -> Option<Self> {
        let releases: BTreeMap<Spanned<String>, Release> = match toml::from_str(text) {
            Ok(releases) => releases,
            Err(error) => {
                let position = position_at(name, text, error.span().map_or(0, |span| span.start));
                let help =
                    "the file has tables such as `[\"0.2.0\".types]`: see codegen/src/config/renames.rs";
                diagnostics.push(invalid(error.message().to_owned(), position).help(help));
                return None;
            }
        };
        let current = parse_version(version);
        let mut entries = Vec::new();
        let mut is_valid = true;
        for (release, tables) in releases {
            let position = position_at(name, text, release.span().start);
            let since = release.into_inner();
            let Some(parsed) = parse_version(&since) else {
                let message = format!("`{since}` is not a version of three numbers");
                diagnostics.push(invalid(message, position).help("write it as `0.2.0`"));
                is_valid = false;
                continue;
            };
            if current.is_some_and(|current| count_releases(parsed, current) > 1) {
                let message =
                    format!("the names from before {since} are not supported by {version} any more");
                let warning = Diagnostic::warning(Code::EXPIRED_RENAMES, message);
                let help = format!("delete the tables of {since}");
                diagnostics.push(warning.at_place(Place::Position(position)).help(help));
                continue;
            }
            let tables = tables.tables().into_iter();
            let renames = tables.flat_map(|(kind, table)| table.into_iter().map(move |row| (kind, row)));
            entries.extend(renames.map(|(kind, (old, new))| Rename {
                kind,
                since: since.clone(),
                position: position_at(name, text, old.span().start),
                old: old.into_inner(),
                new: new.into_inner(),
            }));
        }
        is_valid.then_some(Self { entries })
    }
}

fn invalid(message: String, position: Position) -> Diagnostic {
    Diagnostic::error(Code::RENAME, message).at_place(Place::Position(position))
}

/// A version of three numbers. What follows a hyphen does not count.
fn parse_version(text: &str) -> Option<[u64; 3]> {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<u64> = core.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    numbers.try_into().ok()
}

/// How many incompatible releases lie between two versions: minor ones before 1.0, major ones from then on. None for a release
/// that is still to come.
fn count_releases(old: [u64; 3], new: [u64; 3]) -> u64 {
    match (old, new) {
        ([0, old, _], [0, new, _]) => new.saturating_sub(old),
        ([old, ..], [new, ..]) => new.saturating_sub(old),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, version: &str) -> (Option<Renames>, String) {
        let mut diagnostics = Diagnostics::default();
        let renames = Renames::parse("renames.toml", text, version, &mut diagnostics);
        let messages = diagnostics.iter().map(|message| match &message.place {
            Place::Position(position) => format!("{}: {}", position.line, message.message),
            _ => message.message.clone(),
        });
        (renames, messages.collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn entries_have_their_release_and_place() {
        let text = "# Names.\n[\"0.2.0\".setters]\nowner = \"keeper\"\n\n[\"0.2.0\".types]\n\"a::models::Cat\" = \"Pet\"\n";
        let (renames, messages) = parse(text, "0.2.1");
        assert_eq!(messages, "");
        let entries = renames.unwrap_or_default().entries;
        let told: Vec<_> = entries
            .iter()
            .map(|entry| (entry.kind, entry.old.as_str(), entry.new.as_str(), entry.position.line))
            .collect();
        assert_eq!(
            told,
            [(RenameKind::Type, "a::models::Cat", "Pet", 6), (RenameKind::Setter, "owner", "keeper", 3)]
        );
        assert!(entries.iter().all(|entry| entry.since == "0.2.0"));
    }

    #[test]
    fn renames_are_kept_for_one_incompatible_release() {
        for (since, version, kept) in [
            ("0.2.0", "0.2.0", true),
            ("0.2.0", "0.3.7", true),
            ("0.2.0", "0.4.0", false),
            ("0.9.0", "1.0.0", true),
            ("1.4.0", "2.0.0", true),
            ("1.4.0", "3.0.0", false),
            ("0.3.0", "0.2.9", true),
            ("0.2.0", "next", true),
        ] {
            let text = format!("[\"{since}\".setters]\nowner = \"keeper\"\n");
            let (renames, messages) = parse(&text, version);
            assert_eq!(!renames.unwrap_or_default().entries.is_empty(), kept, "{since} in {version}");
            assert_eq!(messages.is_empty(), kept, "{messages}");
        }
    }

    #[test]
    fn mistakes_are_errors_with_their_line() {
        for (text, message) in [
            ("[\"0.2\".types]\n", "1: `0.2` is not a version of three numbers"),
            ("[\"0.2.0\".kinds]\n", "1: unknown field `kinds`"),
            ("[\"0.2.0\".types]\na = 1\n", "2: invalid type: integer `1`"),
        ] {
            let (renames, messages) = parse(text, "0.2.0");
            assert!(renames.is_none() && messages.starts_with(message), "{text}: {messages}");
        }
    }
}
