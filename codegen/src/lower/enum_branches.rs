//! Merges branches of a union that list values, such as one `const` with a description per value, into one `enum` per type.

use super::constants::{DESCRIPTIONS, NAMES, to_integer, value_key};
use super::context::LowerContext;
use super::keywords::is_annotation;
use crate::document::pointer;
use serde_json::{Map, Value};

/// Merges the branches of a union that are enums. A union of one enum becomes that enum.
pub(super) fn merge_enums(map: &mut Map<String, Value>, at: &str, cx: &mut LowerContext<'_>) {
    let key = match (map.contains_key("oneOf"), map.contains_key("anyOf")) {
        (true, false) => "oneOf",
        (false, true) => "anyOf",
        _ => return,
    };
    let is_alone = map.keys().all(|name| name == key || name == "format" || is_annotation(name));
    let Some(Value::Array(branches)) = map.get_mut(key) else {
        return;
    };
    if !is_alone || branches.len() < 2 || !branches.iter().any(is_plain_enum) {
        return;
    }
    let place = pointer::join(at, key);
    let groups = group_branches(std::mem::take(branches));
    if let [group] = groups.as_slice()
        && group.name.is_some()
    {
        let merged = group.merge();
        map.shift_remove(key);
        cx.record_move(&pointer::join(at, "enum"), &place);
        map.extend(merged);
        return;
    }
    for (index, group) in groups.iter().enumerate().filter(|(index, group)| *index != group.first) {
        cx.record_move(&format!("{place}/{index}"), &format!("{place}/{}", group.first));
    }
    let are_enums = groups.iter().all(|group| group.name.is_some());
    *branches = groups.into_iter().map(|group| group.into_branch(are_enums)).collect();
}

/// A branch, or several enums of one type.
struct Group {
    /// The type of the enums; none for another branch.
    name: Option<String>,
    /// The index of the first branch.
    first: usize,
    branches: Vec<Value>,
}

fn group_branches(branches: Vec<Value>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let has_fraction = branches.iter().any(|branch| is_plain_enum(branch) && branch["type"] == "number");
    for (first, branch) in branches.into_iter().enumerate() {
        let name = is_plain_enum(&branch).then(|| match branch.get("type").and_then(Value::as_str) {
            Some("integer") if has_fraction => "number".to_owned(),
            name => name.unwrap_or_default().to_owned(),
        });
        match groups.iter_mut().find(|group| group.name.is_some() && group.name == name) {
            Some(group) => group.branches.push(branch),
            None => groups.push(Group { name, first, branches: vec![branch] }),
        }
    }
    groups
}

impl Group {
    /// One branch of a union. If all others are enums too, the texts of one value are those of the value: more values may follow,
    /// and must not rename the variant.
    fn into_branch(mut self, are_enums: bool) -> Value {
        if self.name.is_none() {
            return self.branches.pop().unwrap_or_default();
        }
        let mut merged = self.merge();
        if let ([Value::Object(only)], Some(Value::Array(values))) =
            (self.branches.as_slice(), merged.get("enum"))
            && (values.len() > 1 || !are_enums)
        {
            // The texts of the only branch are those of the variant.
            let (has_one_value, is_integer) = (values.len() == 1, self.name.as_deref() == Some("integer"));
            let texts = only.iter().filter(|(key, _)| is_annotation(key) && *key != "x-codegen-const");
            if has_one_value && !only.contains_key(DESCRIPTIONS) {
                merged.shift_remove(DESCRIPTIONS);
            }
            if has_one_value && !is_integer && !only.contains_key(NAMES) {
                merged.shift_remove(NAMES);
            }
            merged.extend(texts.map(|(key, value)| (key.clone(), value.clone())));
        }
        describe_values(&mut merged);
        Value::Object(merged)
    }

    /// The `enum` of all values, with the texts of the branches that have one value.
    fn merge(&self) -> Map<String, Value> {
        let mut values: Vec<Value> = Vec::new();
        let (mut names, mut descriptions) = (Map::new(), Map::new());
        for branch in &self.branches {
            let own = branch.get("enum").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let (title, text) = (branch.get("title"), branch.get("description"));
            if let [value] = own {
                // The text of a string names it already.
                let title_names = title.filter(|_| !value.is_string());
                names.extend(title_names.map(|title| (value_key(value), title.clone())));
                let text = text.or_else(|| title.filter(|_| value.is_string()));
                descriptions.extend(text.map(|text| (value_key(value), text.clone())));
            }
            for (target, texts) in [(NAMES, &mut names), (DESCRIPTIONS, &mut descriptions)] {
                let own = branch.get(target).and_then(Value::as_object).into_iter().flatten();
                texts.extend(own.map(|(value, text)| (value.clone(), text.clone())));
            }
            for value in own {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
        }
        let mut merged = Map::new();
        let name = self.name.iter().filter(|name| !name.is_empty());
        merged.extend(name.map(|name| ("type".to_owned(), name.as_str().into())));
        merged.insert("enum".to_owned(), Value::Array(values));
        for (target, texts) in [(NAMES, names), (DESCRIPTIONS, descriptions)] {
            if !texts.is_empty() {
                merged.insert(target.to_owned(), Value::Object(texts));
            }
        }
        merged
    }
}

/// Adds the values to the description of a branch whose type has no enum: booleans, and numbers that are not integers.
fn describe_values(branch: &mut Map<String, Value>) {
    let Some(Value::Array(values)) = branch.get("enum") else { return };
    let both = values.len() == 2 && values.iter().all(Value::is_boolean);
    let is_integer = |value: &Value| to_integer(value).is_some();
    if values.iter().any(Value::is_string) || values.iter().all(is_integer) {
        return;
    }
    let text = |key: &str, value: &Value| branch.get(key)?.get(value_key(value))?.as_str();
    let has_texts = values.iter().any(|value| text(NAMES, value).or(text(DESCRIPTIONS, value)).is_some());
    if both && !has_texts {
        return;
    }
    let described = values.iter().map(|value| {
        let texts = [text(NAMES, value), text(DESCRIPTIONS, value)];
        let texts: Vec<&str> =
            texts.into_iter().flatten().map(|text| text.trim().trim_end_matches('.')).collect();
        let texts = if texts.is_empty() { String::new() } else { format!(" ({})", texts.join(": ")) };
        format!("`{value}`{texts}")
    });
    let described: Vec<String> = described.collect();
    let words = if values.len() == 1 { "Always" } else { "One of" };
    let sentence = format!("{words} {}.", described.join(", "));
    let text = match branch.get("description").and_then(Value::as_str) {
        Some(text) => format!("{}\n\n{sentence}", text.trim_end()),
        None => sentence,
    };
    branch.insert("description".to_owned(), text.into());
}

fn is_plain_enum(branch: &Value) -> bool {
    branch.as_object().is_some_and(|branch| {
        branch.contains_key("enum")
            && branch.keys().all(|key| key == "enum" || key == "type" || is_annotation(key))
    })
}
