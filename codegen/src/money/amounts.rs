//! Finds the fields with an amount.

use std::collections::{BTreeMap, BTreeSet};

use super::{MoneyCurrency, MoneyField, MoneyObject, Search, find_field};
use crate::config::{MoneyAmounts, MoneyConfig};
use crate::ir::{Object, TypeId, TypeRef};

/// The entries and their patterns that match an amount, by their indices.
#[derive(Default)]
struct Used {
    properties: BTreeSet<(usize, usize)>,
    except: BTreeSet<(usize, usize)>,
}

/// The fields of each type: those whose value is an object with an amount, and those that an entry matches.
pub(super) fn find_fields(
    search: &mut Search<'_>,
    config: &MoneyConfig,
    objects: &BTreeMap<TypeId, MoneyObject>,
) -> BTreeMap<TypeId, Vec<MoneyField>> {
    let mut used = Used::default();
    let mut found = BTreeMap::new();
    for (id, object) in search.objects().filter(|(id, _)| !objects.contains_key(id)) {
        let fields = object.fields.iter().enumerate().filter(|(index, _)| search.is_unboxed(id, *index));
        let fields: Vec<MoneyField> = fields
            .filter_map(|(index, field)| {
                let currency = match search.follow_aliases(field.ty.split_null().0) {
                    TypeRef::Named(id) if objects.contains_key(id) => MoneyCurrency::Object,
                    ty if search.is_amount(ty) => {
                        find_currency(search, &config.amounts, (id, object, index), &mut used)?
                    }
                    _ => return None,
                };
                Some(MoneyField { field: index, currency })
            })
            .collect();
        if !fields.is_empty() {
            found.insert(id, fields);
        }
    }
    report_entries(search, config, &used);
    found
}

/// The currency of a field by the first entry that matches it. Notes the patterns that count in `used`.
fn find_currency(
    search: &Search<'_>,
    entries: &[MoneyAmounts],
    (id, object, index): (TypeId, &Object, usize),
    used: &mut Used,
) -> Option<MoneyCurrency> {
    let field = object.fields.get(index)?;
    entries.iter().enumerate().find_map(|(entry, rule)| {
        let (ty, property) = (search.names.ty(id), field.name.as_str());
        let pattern = rule.find_property(ty, property)?;
        if let Some(exception) = rule.find_exception(ty, property) {
            used.except.insert((entry, exception));
            return None;
        }
        let currency = match (&rule.currency, &rule.code) {
            (Some(currency), _) => {
                let at = find_field(&object.fields, currency).filter(|at| *at != index)?;
                let is_code = search.is_code(&object.fields.get(at)?.ty) && search.is_unboxed(id, at);
                is_code.then_some(MoneyCurrency::Field(at))?
            }
            (None, code) => MoneyCurrency::Code(code.clone()?),
        };
        used.properties.insert((entry, pattern));
        Some(currency)
    })
}

/// Reports entries that are not complete, and patterns that match no amount.
fn report_entries(search: &mut Search<'_>, config: &MoneyConfig, used: &Used) {
    for (entry, rule) in config.amounts.iter().enumerate() {
        if rule.currency.is_some() == rule.code.is_some() {
            let message = "an entry of `[[money.amounts]]` has either a `currency` or a `code`".to_owned();
            let help = "name the property with the code in `currency`, or state the code in `code`";
            search.reject(format!("/money/amounts/{entry}"), message, help);
            continue;
        }
        if let Some(code) = rule.code.as_ref().filter(|code| !is_currency_code(code)) {
            let message = format!("`{code}` is not the code of a currency");
            let help = "use a code such as `usd`, of 1 to 16 ASCII characters without spaces";
            search.reject(format!("/money/amounts/{entry}/code"), message, help);
        }
        let unused =
            rule.properties.iter().enumerate().filter(|(at, _)| !used.properties.contains(&(entry, *at)));
        for (at, pattern) in unused {
            let beside = match &rule.currency {
                Some(currency) => format!(" beside a string `{currency}`"),
                None => String::new(),
            };
            let message = format!("no number or string is called `{pattern}`{beside}");
            search.report_dead(format!("/money/amounts/{entry}/properties/{at}"), message);
        }
        let unused = rule.except.iter().enumerate().filter(|(at, _)| !used.except.contains(&(entry, *at)));
        for (at, pattern) in unused {
            let message = format!("the exception `{pattern}` is none: the entry matches no such property");
            search.report_dead(format!("/money/amounts/{entry}/except/{at}"), message);
        }
    }
}

/// Whether the runtime's type for currencies accepts a code.
fn is_currency_code(code: &str) -> bool {
    (1..=16).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic())
}
