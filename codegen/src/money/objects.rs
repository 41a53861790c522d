//! Finds the objects that are an amount with its currency.

use super::{MoneyObject, Search, find_field};
use crate::analyze::Presence;
use crate::config::MoneyObjectConfig;
use crate::ir::{Object, TypeId, TypeRef};

/// The type of an entry. The value for an amount is made of the properties that the entry names, so no other may be required.
pub(super) fn find_object(
    search: &mut Search<'_>,
    index: usize,
    entry: &MoneyObjectConfig,
) -> Option<(TypeId, MoneyObject)> {
    let found = search.objects().find(|(id, _)| search.names.ty(*id) == entry.name);
    let Some((id, object)) = found else {
        let message = format!("no object is called `{}`", entry.name);
        search.report_dead(format!("/money/objects/{index}/name"), message);
        return None;
    };
    let amount = find_property(search, (index, entry), (id, object), ("amount", &entry.amount));
    let currency = find_property(search, (index, entry), (id, object), ("currency", &entry.currency));
    let mut decimals = Vec::new();
    for name in &entry.decimals {
        decimals.push(find_property(search, (index, entry), (id, object), ("decimals", name))?);
    }
    let (amount, currency) = (amount?, currency?);
    let is_written = |at: usize| at == amount || at == currency || decimals.contains(&at);
    let needs_value = |at: usize| search.presence(id, at) == Some(Presence::Required) && !is_written(at);
    if let Some(other) = (0..object.fields.len()).find(|at| needs_value(*at)) {
        let name = object.fields.get(other).map_or("", |field| &field.name);
        let message =
            format!("`{}` requires the property `{name}`, which an amount does not have", entry.name);
        let help = "delete the entry, and match its amount by an entry of `[[money.amounts]]`";
        search.reject(format!("/money/objects/{index}/name"), message, help);
        return None;
    }
    Some((id, MoneyObject { amount, currency, decimals }))
}

/// The index of the property that a key of an entry names, if it has a type that the key needs.
fn find_property(
    search: &mut Search<'_>,
    (index, entry): (usize, &MoneyObjectConfig),
    (id, object): (TypeId, &Object),
    (key, name): (&str, &str),
) -> Option<usize> {
    let pointer = format!("/money/objects/{index}/{key}");
    let Some(at) = find_field(&object.fields, name) else {
        search.report_dead(pointer, format!("`{}` has no property `{name}`", entry.name));
        return None;
    };
    let ty = object.fields.get(at).map(|field| &field.ty);
    let (is_kind, kind): (bool, &str) = match key {
        "amount" => (ty.is_some_and(|ty| search.is_amount(ty)), "a number or a string"),
        "currency" => (ty.is_some_and(|ty| search.is_code(ty)), "a string"),
        _ => (
            ty.is_some_and(|ty| {
                let ty = search.follow_aliases(ty);
                matches!(ty, TypeRef::Integer | TypeRef::Unsigned | TypeRef::Decimal)
            }),
            "a number that is not `null`",
        ),
    };
    let problem = if !is_kind {
        format!("not {kind}")
    } else if search.presence(id, at) != Some(Presence::Required) {
        "not required".to_owned()
    } else {
        return Some(at);
    };
    let message = format!("the property `{name}` of `{}` is {problem}", entry.name);
    search.reject(pointer, message, "name another property, or delete the entry");
    None
}
