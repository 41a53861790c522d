//! Names variants that are objects without a title, a component or a constant, after what tells them apart from the others.

use super::Resolver;
use crate::ir::{Field, Shape, TypeRef, UnionVariant};

/// With more values, a variant is not called after them.
const MAX_VALUES: usize = 3;

/// What can name a variant that is an object.
#[derive(Default)]
struct Properties {
    required: Vec<String>,
    all: Vec<String>,
}

impl Properties {
    fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|other| other == name)
    }

    fn has(&self, name: &str) -> bool {
        self.all.iter().any(|other| other == name)
    }
}

impl Resolver<'_> {
    /// Names objects without a name.
    pub(super) fn name_nameless_objects(&self, variants: &mut [UnionVariant]) {
        let word = TypeRef::JsonObject.word();
        let is_nameless =
            |variant: &UnionVariant| variant.name == word && matches!(variant.ty, TypeRef::Named(_));
        if !variants.iter().any(is_nameless) {
            return;
        }
        let properties: Vec<Properties> =
            variants.iter().map(|variant| self.named_properties(&variant.ty)).collect();
        for (index, variant) in variants.iter_mut().enumerate().filter(|(_, variant)| is_nameless(variant)) {
            let others: Vec<&Properties> = properties
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index)
                .map(|(_, own)| own)
                .collect();
            let name = properties.get(index).and_then(|own| name_by_properties(own, &others));
            if let Some(name) = name.or_else(|| name_by_values(&variant.constants)) {
                variant.name = name;
            }
        }
    }

    /// The properties of an object; none for other types.
    fn named_properties(&self, ty: &TypeRef) -> Properties {
        let TypeRef::Named(id) = ty else { return Properties::default() };
        let Shape::Object(object) = &self.api.get(*id).shape else { return Properties::default() };
        let name = |field: &Field| field.name.clone();
        let required = object.fields.iter().filter(|field| field.required);
        Properties { required: required.map(name).collect(), all: object.fields.iter().map(name).collect() }
    }
}

/// A name after the properties that only this variant requires, has, or lacks: `with word`, `with word and place`,
/// `without place`.
fn name_by_properties(own: &Properties, others: &[&Properties]) -> Option<String> {
    if own.all.is_empty() {
        return None;
    }
    // Of an object that is the only one, a property tells most if it is the only one too.
    if others.iter().all(|other| other.all.is_empty()) {
        let only = |names: &[String]| matches!(names, [_]).then(|| names.first().cloned()).flatten();
        return only(&own.required).or_else(|| only(&own.all)).map(|name| format!("with {name}"));
    }
    let is_required_elsewhere = |name: &str| others.iter().any(|other| other.requires(name));
    let is_elsewhere = |name: &str| others.iter().any(|other| other.has(name));
    let required = own.required.iter().find(|name| !is_required_elsewhere(name));
    if let Some(name) = required.or_else(|| own.all.iter().find(|name| !is_elsewhere(name))) {
        return Some(format!("with {name}"));
    }
    let pairs =
        own.required.iter().enumerate().flat_map(|(index, first)| {
            own.required.iter().skip(index + 1).map(move |second| (first, second))
        });
    let is_unique = |(first, second): &(&String, &String)| {
        !others.iter().any(|other| other.requires(first) && other.requires(second))
    };
    if let Some((first, second)) = pairs.into_iter().find(is_unique) {
        return Some(format!("with {first} and {second}"));
    }
    // What every other object has, and this one has not.
    let common = others.iter().find(|other| !other.all.is_empty())?;
    let is_missing =
        |name: &&String| !own.has(name) && others.iter().all(|other| other.all.is_empty() || other.has(name));
    common.all.iter().find(is_missing).map(|name| format!("without {name}"))
}

/// A name after the values by which the variant is identified: `queued or running`.
fn name_by_values(constants: &[(String, Vec<String>)]) -> Option<String> {
    let (_, values) = constants.iter().find(|(_, values)| values.len() <= MAX_VALUES)?;
    (!values.is_empty()).then(|| values.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn properties(required: &str, optional: &str) -> Properties {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        Properties { required: list(required), all: [list(required), list(optional)].concat() }
    }

    #[test]
    fn properties_that_tell_a_variant_apart_name_it() {
        let cases = [
            // Required here, and elsewhere not.
            ([("plan", "id"), ("id", "plan")], ["with plan", "with id"]),
            // Required in both, and present here only.
            ([("name", "email"), ("name", "phone")], ["with email", "with phone"]),
            // Less than the other.
            ([("word", ""), ("word place", "")], ["without place", "with place"]),
            // Alone among other kinds: only a single property tells what it is.
            ([("key", "radius"), ("", "")], ["with key", ""]),
            ([("id name", ""), ("", "")], ["", ""]),
        ];
        for (variants, expected) in cases {
            let [one, other] = variants.map(|(required, optional)| properties(required, optional));
            let names = [name_by_properties(&one, &[&other]), name_by_properties(&other, &[&one])];
            assert_eq!(names.map(Option::unwrap_or_default), expected, "{variants:?}");
        }
        let both = properties("email phone", "");
        let others = [properties("email", "phone"), properties("phone", "email")];
        assert_eq!(
            name_by_properties(&both, &others.iter().collect::<Vec<_>>()).as_deref(),
            Some("with email and phone")
        );
    }
}
