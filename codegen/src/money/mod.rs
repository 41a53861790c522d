//! Finds the amounts of money in the named model, from the rules of the configuration.

mod amounts;
mod objects;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::analyze::{Facts, Presence};
use crate::config::{Config, dead_entry, invalid_entry};
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Field, Object, Shape, TypeId, TypeRef};
use crate::names::Names;

/// The amounts of a model.
#[derive(Debug, Default)]
pub struct Amounts {
    /// Objects that are an amount with its currency.
    pub objects: BTreeMap<TypeId, MoneyObject>,
    /// The fields with an amount, of each type, in document order.
    pub fields: BTreeMap<TypeId, Vec<MoneyField>>,
}

/// An object that is an amount with its currency: the indices of its fields.
#[derive(Debug)]
pub struct MoneyObject {
    /// The amount.
    pub amount: usize,
    /// The code of the currency.
    pub currency: usize,
    /// The numbers of decimals.
    pub decimals: Vec<usize>,
}

/// A field with an amount.
#[derive(Debug)]
pub struct MoneyField {
    /// Its index.
    pub field: usize,
    /// Its currency.
    pub currency: MoneyCurrency,
}

/// Where the currency of an amount is.
#[derive(Debug)]
pub enum MoneyCurrency {
    /// In the object that is the value of the field.
    Object,
    /// In the field with this index.
    Field(usize),
    /// It is always this one.
    Code(String),
}

/// Finds the amounts. An entry of the configuration that matches no property is an error.
pub(crate) fn find_amounts(
    api: &Api,
    facts: &Facts,
    names: &Names,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Amounts {
    let mut amounts = Amounts::default();
    let Some(config) = &config.money else { return amounts };
    let mut search = Search { api, facts, names, diagnostics };
    for (index, entry) in config.objects.iter().enumerate() {
        let Some((id, object)) = objects::find_object(&mut search, index, entry) else { continue };
        if amounts.objects.insert(id, object).is_some() {
            let message = format!("`{}` has an entry of `[[money.objects]]` already", entry.name);
            search.reject(format!("/money/objects/{index}/name"), message, "delete one of the entries");
        }
    }
    amounts.fields = amounts::find_fields(&mut search, config, &amounts.objects);
    amounts
}

/// What the search reads.
struct Search<'a> {
    api: &'a Api,
    facts: &'a Facts,
    names: &'a Names,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Search<'a> {
    /// The objects that become structs, with their ids.
    fn objects(&self) -> impl Iterator<Item = (TypeId, &'a Object)> + use<'a> {
        let (api, facts) = (self.api, self.facts);
        let ids = (0..api.types.len()).map(TypeId).filter(|id| facts.is_emitted(*id));
        ids.filter_map(|id| match &api.get(id).shape {
            Shape::Object(object) => Some((id, object)),
            _ => None,
        })
    }

    /// Whether a field of a type holds its value without a box.
    fn is_unboxed(&self, id: TypeId, index: usize) -> bool {
        !self.facts.boxed.contains(&(id, index)) && !self.facts.erased.contains(&(id, index))
    }

    fn presence(&self, id: TypeId, index: usize) -> Option<Presence> {
        self.facts.fields_of(id).get(index).map(|facts| facts.presence)
    }

    /// The type behind aliases. An alias of a type with `null` stays as it is, since the fields of that type are no plain values.
    fn follow_aliases<'t>(&self, ty: &'t TypeRef) -> &'t TypeRef
    where
        'a: 't,
    {
        match ty {
            TypeRef::Named(id) => match &self.api.get(*id).shape {
                Shape::Alias(target) if !target.split_null().1 => self.follow_aliases(target),
                _ => ty,
            },
            _ => ty,
        }
    }

    /// Whether values of a type are amounts without a currency: exact numbers, or strings.
    fn is_amount(&self, ty: &TypeRef) -> bool {
        matches!(self.follow_aliases(ty.split_null().0), TypeRef::Decimal | TypeRef::String)
    }

    /// Whether values of a type are codes: strings, or values of a set of strings.
    fn is_code(&self, ty: &TypeRef) -> bool {
        match ty.split_null().0 {
            TypeRef::String => true,
            TypeRef::Named(id) => match &self.api.get(*id).shape {
                Shape::OpenEnum(set) => !set.is_integer,
                Shape::Alias(ty) => self.is_code(ty),
                _ => false,
            },
            _ => false,
        }
    }

    /// Reports that an entry of the configuration matches nothing.
    fn report_dead(&mut self, pointer: String, message: String) {
        self.diagnostics.push_misfit(dead_entry(pointer, message));
    }

    /// Reports that an entry names something of the wrong type.
    fn reject(&mut self, pointer: String, message: String, help: &str) {
        self.diagnostics.push(invalid_entry(pointer, message, help));
    }
}

/// The index of a property.
fn find_field(fields: &[Field], name: &str) -> Option<usize> {
    fields.iter().position(|field| field.name == name)
}
