//! Records recognised renames in the file of renames, from which the generator makes deprecated aliases.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use openapi_client_generator::failure::Failure;
use whop_codegen::ident::builder_name;

use super::judge::Judged;
use super::names::Renamed;
use crate::input::RENAMES;
use crate::spec::vendor::replace_files;
use crate::workspace::Workspace;

/// The order of the tables of a release.
const TABLES: [&str; 6] = ["tags", "methods", "types", "variants", "setters", "fields"];

/// Adds the renames of a review to the file, and returns its name if that changes it.
pub(super) fn write_renames(judged: &Judged, workspace: &Workspace) -> Result<Option<String>, Failure> {
    let path = workspace.path(RENAMES);
    let existing = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::io("read the file", &path, &error));
        }
        read => read.unwrap_or_default(),
    };
    let Judged { renames, setters, index, version: (_, since), .. } = judged;
    let text = record_renames(&existing, since, &renames.renamed, setters, index);
    if text == existing {
        return Ok(None);
    }
    replace_files(workspace, &[(RENAMES, Some(text.as_bytes()))])?;
    Ok(Some(RENAMES.to_owned()))
}

/// Old names with the new ones, by release and table.
type Releases = BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>;

/// The file of renames with those of a release. Entries are sorted, and old names of renamed items lead to the newest name.
/// `index` is the index of names of the new crate. A file that cannot be parsed is not changed.
pub(super) fn record_renames(
    existing: &str,
    since: &str,
    renamed: &[Renamed],
    setters: &[(String, String)],
    index: &str,
) -> String {
    let Ok(mut releases) = toml::from_str::<Releases>(existing) else { return existing.to_owned() };
    let mut recorder = Recorder { releases: &mut releases, since, index };
    // A tag before its methods, whose entries depend on whether it has another name.
    renamed.iter().for_each(|item| recorder.record_tag(item));
    renamed.iter().for_each(|item| recorder.record(item, renamed));
    for (old, new) in setters {
        recorder.insert("setters", old, new);
    }
    let head = existing.lines().take_while(|line| line.starts_with('#'));
    render_file(&head.collect::<Vec<_>>().join("\n"), &releases)
}

struct Recorder<'a> {
    releases: &'a mut Releases,
    since: &'a str,
    index: &'a str,
}

impl Recorder<'_> {
    fn insert(&mut self, table: &str, old: &str, new: &str) {
        let tables = self.releases.entry(self.since.to_owned()).or_default();
        tables.entry(table.to_owned()).or_default().insert(old.to_owned(), new.to_owned());
    }

    fn has_tag(&self, module: &str) -> bool {
        self.index.contains(&format!("method client.{module}()."))
    }

    /// A tag that is gone and whose methods are elsewhere has the name of the first place.
    fn record_tag(&mut self, item: &Renamed) {
        let (Some((old, _)), Some((new, _))) = (split_method(&item.old), split_method(&item.new)) else {
            return;
        };
        let is_recorded =
            self.releases.get(self.since).and_then(|tables| tables.get("tags")?.get(old)).is_some();
        if old != new && !is_recorded && !self.has_tag(old) {
            self.insert("tags", old, new);
        }
    }

    fn record(&mut self, item: &Renamed, all: &[Renamed]) {
        let Renamed { kind, old, new } = item;
        if let (Some((old_tag, old_name)), Some((new_tag, new_name))) = (split_method(old), split_method(new))
        {
            let tags = self.releases.get(self.since).and_then(|tables| tables.get("tags"));
            let current = tags.and_then(|tags| tags.get(old_tag)).map_or(old_tag, String::as_str);
            match (current == new_tag, old_name == new_name) {
                (true, true) => {}
                (true, false) => self.insert("methods", old, new_name),
                (false, _) => self.insert("methods", old, new),
            }
            return;
        }
        let separator = if kind == "field" { "." } else { "::" };
        let (Some((old_owner, old_name)), Some((new_owner, new_name))) =
            (old.rsplit_once(separator), new.rsplit_once(separator))
        else {
            return;
        };
        let table = match kind.as_str() {
            "operation" | "struct" | "enum" | "union" | "alias" => "types",
            "value" | "variant" | "event" => "variants",
            "field" => "fields",
            _ => return,
        };
        // An alias cannot be in another module, and the one of a builder follows from the method.
        let is_type = table == "types";
        if old_name == new_name || (is_type && old_owner != new_owner) || follows_method(item, all) {
            return;
        }
        self.follow(table, old, new_name);
        self.insert(table, &format!("{new_owner}{separator}{old_name}"), new_name);
        if is_type {
            self.rename_owner(old, new);
        }
    }

    /// Lets entries whose new name is renamed again lead to the newest name.
    fn follow(&mut self, table: &str, path: &str, newest: &str) {
        let tables = self.releases.values_mut().filter_map(|tables| tables.get_mut(table));
        for (old, new) in tables.flatten() {
            let end = old.len() - old.rsplit([':', '.']).next().map_or(0, str::len);
            if format!("{}{new}", old.get(..end).unwrap_or_default()) == path {
                newest.clone_into(new);
            }
        }
    }

    /// Writes the members of a renamed type with its new name.
    fn rename_owner(&mut self, old_owner: &str, new_owner: &str) {
        for table in self.releases.values_mut().flat_map(BTreeMap::values_mut) {
            let is_member =
                |path: &str| path.strip_prefix(old_owner).is_some_and(|rest| rest.starts_with([':', '.']));
            let members: Vec<String> = table.keys().filter(|path| is_member(path)).cloned().collect();
            for member in members {
                if let (Some(new), Some(rest)) = (table.remove(&member), member.strip_prefix(old_owner)) {
                    table.insert(format!("{new_owner}{rest}"), new);
                }
            }
        }
    }
}

/// The tag and the name of a method: `client.tag().name()`.
fn split_method(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("client.")?.strip_suffix("()")?.split_once("().")
}

/// Whether the item is the builder of a renamed method, whose alias the generator derives.
fn follows_method(item: &Renamed, all: &[Renamed]) -> bool {
    item.kind == "operation"
        && all
            .iter()
            .filter_map(|other| split_method(&other.old))
            .any(|(tag, name)| item.old.ends_with(&format!("::api::{tag}::{}", builder_name(name))))
}

fn render_file(head: &str, releases: &Releases) -> String {
    let mut text = if head.is_empty() { String::new() } else { format!("{head}\n") };
    for (release, tables) in releases {
        for table in TABLES {
            let Some(entries) = tables.get(table).filter(|entries| !entries.is_empty()) else { continue };
            let gap = if text.is_empty() { "" } else { "\n" };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{gap}[{}.{table}]", quote_text(release));
            for (old, new) in entries {
                let is_bare = old.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                let key = if is_bare { old.clone() } else { quote_text(old) };
                let _ = writeln!(text, "{key} = {}", quote_text(new));
            }
        }
    }
    text
}

fn quote_text(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::names::Renamed;
    use super::record_renames;

    const INDEX: &str =
        "method client.pets().fetch() <- \"fetchPet\"\nmethod client.owners().list() <- \"listOwners\"\n";

    fn renamed(kind: &str, old: &str, new: &str) -> Renamed {
        Renamed { kind: kind.to_owned(), old: old.to_owned(), new: new.to_owned() }
    }

    #[test]
    fn each_kind_has_a_table_and_recurring_renames_are_one_entry() {
        let items = [
            renamed("operation", "a::api::cats::Retrieve", "a::api::pets::Fetch"),
            renamed("method", "client.cats().retrieve()", "client.pets().fetch()"),
            renamed("method", "client.cats().list()", "client.pets().list()"),
            renamed("method", "client.owners().pets()", "client.pets().list_of_owner()"),
            renamed("struct", "a::models::Cat", "a::models::Pet"),
            renamed("struct", "a::models::Lost", "a::webhooks::Lost"),
            renamed("value", "a::models::State::Sold", "a::models::State::Gone"),
            renamed("field", "a::models::Pet.kind", "a::models::Pet.r#type"),
        ];
        let setters = [("owner_id".to_owned(), "keeper_id".to_owned())];
        let text = record_renames("# Names.\n", "0.2.0", &items, &setters, INDEX);
        assert_eq!(
            text,
            "# Names.\n\n[\"0.2.0\".tags]\ncats = \"pets\"\n\n[\"0.2.0\".methods]\n\"client.cats().retrieve()\" = \
             \"fetch\"\n\"client.owners().pets()\" = \"client.pets().list_of_owner()\"\n\n[\"0.2.0\".types]\n\"a::models::Cat\" = \
             \"Pet\"\n\n[\"0.2.0\".variants]\n\"a::models::State::Sold\" = \"Gone\"\n\n[\"0.2.0\".setters]\nowner_id = \
             \"keeper_id\"\n\n[\"0.2.0\".fields]\n\"a::models::Pet.kind\" = \"r#type\"\n"
        );
        // A second run finds what the first one wrote.
        assert_eq!(record_renames(&text, "0.2.0", &items, &setters, INDEX), text);
    }

    #[test]
    fn old_names_lead_to_the_newest() {
        let before = "[\"0.2.0\".types]\n\"a::models::Cat\" = \"Pet\"\n\n[\"0.2.0\".variants]\n\"a::models::Pet::Sold\" = \"Gone\"\n";
        let items = [renamed("struct", "a::models::Pet", "a::models::Animal")];
        assert_eq!(
            record_renames(before, "0.3.0", &items, &[], INDEX),
            "[\"0.2.0\".types]\n\"a::models::Cat\" = \"Animal\"\n\n[\"0.2.0\".variants]\n\"a::models::Animal::Sold\" = \
             \"Gone\"\n\n[\"0.3.0\".types]\n\"a::models::Pet\" = \"Animal\"\n"
        );
    }

    #[test]
    fn a_file_that_cannot_be_parsed_stays() {
        let items = [renamed("struct", "a::models::Pet", "a::models::Animal")];
        assert_eq!(record_renames("[broken", "0.3.0", &items, &[], INDEX), "[broken");
        assert_eq!(record_renames("", "0.3.0", &[], &[], INDEX), "");
    }
}
