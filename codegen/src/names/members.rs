//! Names of fields and variants.

use super::scope::Scope;
use crate::analyze::Facts;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ident::{pascal_case, snake_case, split_words};
use crate::ir::{Api, Shape, TypeId, UnionVariant};

/// Names that every model and its builder have already.
const TAKEN: [&str; 4] = ["extra_fields", "new", "build", "builder"];

const FIELD_HELP: &str =
    "give one of them another name: an entry `\"Type.property\" = \"name\"` under `[names.fields]`";

pub(super) fn members(
    api: &Api,
    facts: &Facts,
    types: &[String],
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<Vec<String>> {
    let all = api.types.iter().enumerate().map(|(index, def)| {
        if !facts.is_emitted(TypeId(index)) {
            return Vec::new();
        }
        let owner = types.get(index).map_or("", String::as_str);
        let pointer = def.pointers.first().map_or("", String::as_str);
        match &def.shape {
            Shape::Object(object) => {
                let fields = object.fields.iter().map(|field| (field.name.as_str(), field.pointer.as_str()));
                self::fields(fields, owner, &TAKEN, config, diagnostics)
            }
            Shape::StringEnum(set) => {
                let values = set.values.iter().map(|value| value.value.as_str());
                self::values(values, owner, pointer, config, diagnostics)
            }
            Shape::Union(union) => variants(&union.variants, owner, config),
            Shape::Alias(_) | Shape::Pending => Vec::new(),
        }
    });
    all.collect()
}

/// Names of members, each with its place, in one scope.
pub(super) fn fields<'f>(
    fields: impl Iterator<Item = (&'f str, &'f str)>,
    owner: &str,
    taken: &[&str],
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let mut scope = Scope::reserving(taken);
    let renames = &config.names.fields;
    fields
        .map(|(wire, pointer)| {
            let place = format!("{owner}.{wire}");
            let renamed = renames.get(&place).or_else(|| renames.get(wire)).cloned();
            let name = renamed.unwrap_or_else(|| snake_case(wire));
            scope.claim(name, wire, pointer, FIELD_HELP, diagnostics)
        })
        .collect()
}

/// Names of enum values. Values that fall together are told apart by number, and said so.
fn values<'v>(
    values: impl Iterator<Item = &'v str>,
    owner: &str,
    pointer: &str,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let mut scope = Scope::reserving(&["Unknown"]);
    values
        .map(|wire| {
            let place = format!("{owner}.{wire}");
            let name = config.names.variants.get(&place).cloned().unwrap_or_else(|| pascal_case(wire));
            if name == "Unknown" {
                return scope.first_free(&["UnknownValue".to_owned()], pointer);
            }
            let clash = !scope.is_free(&name);
            let found = scope.first_free(&[name], pointer);
            if clash {
                diagnostics.push(
                    Diagnostic::warning("values-collide", format!("the value `{wire}` is called `{found}`"))
                        .at(pointer)
                        .help(format!("an entry `\"{place}\" = \"Name\"` under `[names.variants]` gives it a better name")),
                );
            }
            found
        })
        .collect()
}

/// Names of a union's variants, without the words that all of them share.
fn variants(variants: &[UnionVariant], owner: &str, config: &Config) -> Vec<String> {
    let mut scope = Scope::reserving(&["Unknown"]);
    let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
    distinct_parts(&names)
        .into_iter()
        .zip(variants)
        .map(|(short, variant)| {
            let place = format!("{owner}.{}", variant.name);
            let name = config.names.variants.get(&place).cloned().unwrap_or_else(|| pascal_case(&short));
            let name = if name == "Unknown" { "UnknownValue".to_owned() } else { name };
            scope.first_free(&[name], &variant.pointer)
        })
        .collect()
}

/// The words that tell names apart: common ones at the start and the end are left out, but a preposition stays.
pub(super) fn distinct_parts(names: &[&str]) -> Vec<String> {
    let lists: Vec<Vec<String>> = names.iter().map(|name| split_words(name)).collect();
    let Some(first) = lists.first().filter(|_| lists.len() > 1) else {
        return names.iter().map(|name| (*name).to_owned()).collect();
    };
    let shortest = lists.iter().map(Vec::len).min().unwrap_or_default();
    let common = |at: &dyn Fn(&Vec<String>, usize) -> Option<String>| {
        (0..shortest.saturating_sub(1))
            .take_while(|index| lists.iter().all(|list| at(list, *index) == at(first, *index)))
            .count()
    };
    let mut start = common(&|list, index| list.get(index).cloned());
    let preposition =
        |word: &String| ["with", "by", "for", "from", "of", "to", "without"].contains(&word.as_str());
    if start > 0 && first.get(start - 1).is_some_and(preposition) {
        start -= 1;
    }
    let end = common(&|list, index| list.len().checked_sub(index + 1).and_then(|at| list.get(at).cloned()));
    let end = end.min(shortest.saturating_sub(start + 1));
    lists.iter().map(|list| list.get(start..list.len() - end).unwrap_or_default().join("_")).collect()
}

#[cfg(test)]
mod tests {
    use super::distinct_parts;

    #[test]
    fn shared_words_are_left_out() {
        assert_eq!(
            distinct_parts(&["CreateOrderInputWithBox", "CreateOrderInputWithBoxId"]),
            ["with_box", "with_box_id"]
        );
        assert_eq!(distinct_parts(&["RoundParcel", "SmallSquareParcel"]), ["round", "small_square"]);
        assert_eq!(distinct_parts(&["Cat", "Dog"]), ["cat", "dog"]);
        assert_eq!(distinct_parts(&["Only"]), ["Only"]);
    }
}
