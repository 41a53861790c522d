//! Names fields and variants.

use std::borrow::Cow;

use super::scope::Scope;
use super::settle::{Advice, Claim, settle};
use crate::analyze::Facts;
use crate::config::Config;
use crate::diagnostic::{Code, Diagnostics};
use crate::ident::{Spelling, pascal_case, pascal_case_with, snake_case_with, split_words};
use crate::ir::{Api, EnumValue, OpenEnum, Shape, TypeId, UnionVariant};

/// The fields and methods that every model and its builder have.
const RESERVED_FIELDS: [&str; 4] = ["extra_fields", "new", "build", "builder"];

pub(super) fn name_members(
    api: &Api,
    facts: &Facts,
    types: &[String],
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<Vec<String>> {
    let names = api.types.iter().enumerate().map(|(index, def)| {
        if !facts.is_emitted(TypeId(index)) {
            return Vec::new();
        }
        let owner = types.get(index).map_or("", String::as_str);
        let pointer = def.pointers.first().map_or("", String::as_str);
        match &def.shape {
            Shape::Object(object) => {
                let fields = object.fields.iter().map(|field| (field.name.as_str(), field.pointer.as_str()));
                name_fields(fields, owner, &RESERVED_FIELDS, config, diagnostics)
            }
            Shape::OpenEnum(set) => {
                let values = set.values.iter().map(|value| (value.value.as_str(), value_words(value, set)));
                name_values(values, owner, pointer, config, diagnostics)
            }
            Shape::Union(union) => name_variants(&union.variants, owner, config),
            Shape::Alias(_) | Shape::Pending => Vec::new(),
        }
    });
    names.collect()
}

/// Names fields, given with their pointers, in one scope.
pub(super) fn name_fields<'f>(
    fields: impl Iterator<Item = (&'f str, &'f str)>,
    owner: &str,
    reserved: &[&str],
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let renames = &config.names.fields;
    let path = |wire: &str| format!("{owner}.{wire}");
    let claims = fields.map(|(wire, pointer)| {
        let configured = renames.get(&path(wire)).or_else(|| renames.get(wire));
        Claim::new(wire, pointer, configured, snake_case_with)
    });
    let help = |wire: &str| {
        let key = serde_json::Value::from(path(wire));
        format!("choose another name with an entry `{key} = \"name\"` under `[names.fields]`")
    };
    let advice = Advice { code: Code::NAMES_COLLIDE, help: &help };
    settle(&mut Scope::reserving(reserved), &claims.collect::<Vec<_>>(), &advice, diagnostics)
}

/// The words of an enum value: its name in the document, or its value. The name of an integer must not be a number.
fn value_words<'v>(value: &'v EnumValue, set: &OpenEnum) -> Cow<'v, str> {
    match (&value.name, value.value.strip_prefix('-')) {
        (Some(name), _) => Cow::Borrowed(name),
        (None, Some(digits)) if set.is_integer => Cow::Owned(format!("minus {digits}")),
        (None, None) if set.is_integer => Cow::Owned(format!("value {}", value.value)),
        (None, _) => Cow::Borrowed(&value.value),
    }
}

/// Names enum values, given with their words.
fn name_values<'v>(
    values: impl Iterator<Item = (&'v str, Cow<'v, str>)>,
    owner: &str,
    pointer: &str,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let values: Vec<(&str, Cow<'_, str>)> = values.collect();
    // With `GMT+1` among the values, the hyphen of `GMT-1` is a sign too, also where there is no `GMT+14`.
    let is_positive = |(_, words): &(&str, Cow<'_, str>)| {
        let mut pairs = words.chars().zip(words.chars().skip(1)).skip(1);
        pairs.any(|(sign, next)| sign == '+' && next.is_ascii_digit())
    };
    let least = if values.iter().any(is_positive) { Spelling::Signs } else { Spelling::Usual };
    let path = |wire: &str| format!("{owner}.{wire}");
    let convert = |words: &str, spelling: Spelling| match pascal_case_with(words, spelling.max(least)) {
        unknown if unknown == "Unknown" => "UnknownValue".to_owned(),
        name => name,
    };
    let claims = values.iter().map(|(wire, words)| {
        Claim::with_words(wire, words, pointer, config.names.variants.get(&path(wire)), convert)
    });
    let help = |wire: &str| {
        let key = serde_json::Value::from(path(wire));
        format!("choose another name with an entry `{key} = \"Name\"` under `[names.variants]`")
    };
    let advice = Advice { code: Code::VALUES_COLLIDE, help: &help };
    settle(&mut Scope::reserving(&["Unknown"]), &claims.collect::<Vec<_>>(), &advice, diagnostics)
}

/// Names the variants of a union, without the words that all of them share.
fn name_variants(variants: &[UnionVariant], owner: &str, config: &Config) -> Vec<String> {
    let mut scope = Scope::reserving(&["Unknown"]);
    let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
    distinct_parts(&names)
        .into_iter()
        .zip(variants)
        .map(|(short, variant)| {
            let path = format!("{owner}.{}", variant.name);
            let name = config.names.variants.get(&path).cloned().unwrap_or_else(|| pascal_case(&short));
            let name = if name == "Unknown" { "UnknownValue".to_owned() } else { name };
            scope.first_free(&[name], &variant.pointer)
        })
        .collect()
}

/// The words of each name that differ: words that all names share at the start or the end are left out, except for a
/// preposition.
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
    // A number alone is no name either: `status 200`.
    let is_number = |list: &Vec<String>| {
        list.get(start).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    };
    if start > 0 && (first.get(start - 1).is_some_and(preposition) || lists.iter().any(is_number)) {
        start -= 1;
    }
    let end = common(&|list, index| list.len().checked_sub(index + 1).and_then(|at| list.get(at).cloned()));
    let end = end.min(shortest.saturating_sub(start + 1));
    // A preposition alone is no name: `with place` and `without place` keep the noun.
    let is_cut_off =
        |list: &Vec<String>| list.get(start..list.len() - end).unwrap_or_default().iter().all(preposition);
    let end = if lists.iter().any(is_cut_off) { 0 } else { end };
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
        assert_eq!(distinct_parts(&["with place", "without place"]), ["with_place", "without_place"]);
        assert_eq!(distinct_parts(&["Only"]), ["Only"]);
        assert_eq!(distinct_parts(&["status 200", "status default"]), ["status_200", "status_default"]);
    }
}
