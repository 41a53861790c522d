//! The resources that were created, changed and deleted, by the path of their collection and in the order of creation.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use openapi_client_description::JsonValue;

use crate::engine::upload_slots::UploadSlots;

/// The number of bytes up to which a text may be an id.
const MAX_ID_LENGTH: usize = 128;

/// A resource.
#[derive(Clone, Debug)]
pub(crate) struct StoredResource {
    pub(crate) id: String,
    /// Everything that is known about it, in the fields of any operation.
    pub(crate) value: JsonValue,
    /// What clients have sent about it; everything else is generated.
    pub(crate) sent: JsonValue,
    /// The position in lists, greatest first: created resources come before generated ones.
    pub(crate) sequence: i64,
    pub(crate) visibility: Visibility,
}

/// The lists that contain a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// All lists whose filters match it.
    Everywhere,
    /// The list with these filters, for which it was generated.
    OnlyFor(String),
    /// No list: it was only requested by its id.
    Hidden,
}

/// The resources of one collection, such as `/things` or `/owners/o_1/things`.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    resources: Vec<StoredResource>,
    deleted: BTreeSet<String>,
    /// The filters of lists for which resources were generated.
    generated_lists: BTreeSet<String>,
    created_count: i64,
    generated_count: i64,
}

/// All collections by path.
#[derive(Debug, Default)]
pub(crate) struct Store {
    collections: BTreeMap<String, Collection>,
    /// The number of resources created in all collections.
    pub(crate) created_count: u64,
    /// The number of minted tokens.
    pub(crate) token_count: u64,
    pub(crate) upload_slots: UploadSlots,
    /// The texts in the responses so far, among which are the ids.
    stated_texts: BTreeSet<String>,
    /// When the objects were made that the server made, by the keys of their samples.
    pub(crate) made_at: BTreeMap<String, DateTime<Utc>>,
    /// The id of the object that was created or changed last, by the path of its collection.
    latest: BTreeMap<String, String>,
}

impl Store {
    pub(crate) fn collection(&mut self, path: &str) -> &mut Collection {
        self.collections.entry(path.to_owned()).or_default()
    }

    /// The resource with an id, in any collection.
    pub(crate) fn find(&self, id: &str) -> Option<&JsonValue> {
        let mut resources = self.collections.values().filter_map(|collection| collection.get(id));
        resources.next().map(|resource| &resource.value)
    }

    /// Records that a resource was created or changed.
    pub(crate) fn record_change(&mut self, path: &str, id: &str) {
        self.latest.insert(path.to_owned(), id.to_owned());
    }

    /// The resource of a collection that was created or changed last, unless it was deleted.
    #[cfg(feature = "webhooks")]
    pub(crate) fn find_latest(&self, path: &str) -> Option<&StoredResource> {
        self.collections.get(path)?.get(self.latest.get(path)?)
    }

    /// Records the ids in a response. Any string may be one, a number only if its name says so.
    pub(crate) fn record_stated(&mut self, value: &JsonValue) {
        match value {
            JsonValue::String(text) if text.len() <= MAX_ID_LENGTH => {
                self.stated_texts.insert(text.clone());
            }
            JsonValue::List(items) => items.iter().for_each(|item| self.record_stated(item)),
            JsonValue::Object(properties) => {
                for (name, value) in properties {
                    let is_id =
                        name.eq_ignore_ascii_case("id") || name.ends_with("_id") || name.ends_with("Id");
                    match value {
                        JsonValue::Number(number) if is_id => {
                            self.stated_texts.insert(number.clone());
                        }
                        _ => self.record_stated(value),
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether an earlier response had this id.
    pub(crate) fn has_stated(&self, id: &str) -> bool {
        self.stated_texts.contains(id)
    }
}

impl Collection {
    pub(crate) fn get(&self, id: &str) -> Option<&StoredResource> {
        self.resources.iter().find(|resource| resource.id == id)
    }

    pub(crate) fn is_deleted(&self, id: &str) -> bool {
        self.deleted.contains(id)
    }

    /// Whether a call created one of the resources.
    pub(crate) fn has_created(&self) -> bool {
        self.created_count > 0
    }

    /// Adds a resource or replaces the value of the one with this id.
    pub(crate) fn put(&mut self, id: &str, value: JsonValue, visibility: Visibility) {
        self.deleted.remove(id);
        if let Some(resource) = self.resources.iter_mut().find(|resource| resource.id == id) {
            resource.value = value;
            if visibility == Visibility::Everywhere && resource.visibility == Visibility::Hidden {
                // Lists have it from now on, as the newest.
                self.created_count += 1;
                resource.sequence = self.created_count;
                resource.visibility = visibility;
            }
            return;
        }
        let sequence = if visibility == Visibility::Everywhere {
            self.created_count += 1;
            self.created_count
        } else {
            self.generated_count += 1;
            -self.generated_count
        };
        let sent = JsonValue::empty_object();
        self.resources.push(StoredResource { id: id.to_owned(), value, sent, sequence, visibility });
    }

    /// Records what a client has sent about a resource.
    pub(crate) fn record_sent(&mut self, id: &str, sent: &JsonValue) {
        if let Some(resource) = self.resources.iter_mut().find(|resource| resource.id == id) {
            merge(&mut resource.sent, sent);
        }
    }

    pub(crate) fn delete(&mut self, id: &str) {
        self.resources.retain(|resource| resource.id != id);
        self.deleted.insert(id.to_owned());
    }

    /// Whether the list with these filters is requested for the first time.
    pub(crate) fn is_first_request(&mut self, filters: &str) -> bool {
        self.generated_lists.insert(filters.to_owned())
    }

    /// The resources of a list, the newest first.
    pub(crate) fn list(
        &self,
        filters: &str,
        matches: impl Fn(&StoredResource) -> bool,
    ) -> Vec<StoredResource> {
        let is_listed = |resource: &&StoredResource| match &resource.visibility {
            Visibility::Everywhere => matches(resource),
            Visibility::OnlyFor(other) => other == filters,
            Visibility::Hidden => false,
        };
        let mut resources: Vec<StoredResource> = self.resources.iter().filter(is_listed).cloned().collect();
        resources.sort_by_key(|resource| std::cmp::Reverse(resource.sequence));
        resources
    }
}

/// Merges a change into a value: objects field by field, everything else as a whole. `owner_id` also changes `owner.id`.
pub(crate) fn merge(value: &mut JsonValue, change: &JsonValue) {
    for (name, new) in change.properties() {
        let changed_owner = name.strip_suffix("_id").filter(|stem| {
            let id = value.get(stem).and_then(|owner| owner.get("id"));
            id.is_some_and(|id| id != new)
        });
        if let Some(stem) = changed_owner {
            // The other fields belong to the previous owner.
            value.set(stem, JsonValue::Object(vec![("id".to_owned(), new.clone())]));
        }
        match (value.get(name), new) {
            (Some(old @ JsonValue::Object(_)), JsonValue::Object(_)) => {
                let mut merged = old.clone();
                merge(&mut merged, new);
                value.set(name, merged);
            }
            _ => value.set(name, new.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> JsonValue {
        JsonValue::parse(text).unwrap()
    }

    #[test]
    fn a_change_is_merged_field_by_field() {
        let mut value = json(r#"{"a":1,"b":{"c":1,"d":2},"owner":{"id":"o_1","name":"x"},"e":[1]}"#);
        merge(&mut value, &json(r#"{"a":null,"b":{"c":3},"owner_id":"o_2","e":[]}"#));
        let expected = r#"{"a":null,"b":{"c":3,"d":2},"owner":{"id":"o_2"},"e":[],"owner_id":"o_2"}"#;
        assert_eq!(value.to_string(), expected);
    }

    #[test]
    fn a_hidden_resource_becomes_the_newest_of_the_lists() {
        let mut collection = Collection::default();
        collection.put("hidden", json("{}"), Visibility::Hidden);
        collection.put("generated", json("{}"), Visibility::OnlyFor("all".to_owned()));
        collection.put("a", json("{}"), Visibility::Everywhere);
        let put_and_list = |collection: &mut Collection, id: &str| {
            collection.put(id, json("{}"), Visibility::Everywhere);
            collection.list("all", |_| true).into_iter().map(|resource| resource.id).collect::<Vec<_>>()
        };
        assert_eq!(put_and_list(&mut collection, "hidden"), ["hidden", "a", "generated"]);
        assert_eq!(put_and_list(&mut collection, "b"), ["b", "hidden", "a", "generated"]);
        // A change leaves the position as it is.
        assert_eq!(put_and_list(&mut collection, "hidden"), ["b", "hidden", "a", "generated"]);
    }

    #[test]
    fn lists_start_with_the_newest_and_omit_deleted_resources() {
        let mut collection = Collection::default();
        collection.put("m", json("{}"), Visibility::OnlyFor("all".to_owned()));
        collection.put("a", json("{}"), Visibility::Everywhere);
        collection.put("b", json("{}"), Visibility::Everywhere);
        collection.put("hidden", json("{}"), Visibility::Hidden);
        let ids = |collection: &Collection, filters| {
            collection.list(filters, |_| true).into_iter().map(|resource| resource.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&collection, "all"), ["b", "a", "m"]);
        assert_eq!(ids(&collection, "other"), ["b", "a"]);
        collection.delete("b");
        assert!(collection.is_deleted("b") && collection.get("b").is_none());
        assert_eq!(ids(&collection, "all"), ["a", "m"]);
        assert!(collection.is_first_request("x") && !collection.is_first_request("x"));
    }
}
