//! Resolves the rules of the mock server against the description: patterns become names, and texts become expressions.
//!
//! What the description does not have is reported with the place of the rule in the configuration.

use std::collections::BTreeMap;

use openapi_client_description::{
    Alternative, Description, Expression, Field, Object, Rules, Scope, Type, TypeRules,
};

use super::rule_effects;
use super::rule_search::{RuleSearch, property_pattern};
use crate::config::{DateRule, Mock, matches_pattern};
use crate::diagnostic::Diagnostics;

/// The rules of the configuration for a description.
pub(super) fn resolve_rules(
    config: &Mock,
    description: &Description,
    diagnostics: &mut Diagnostics,
) -> Rules {
    let mut search =
        RuleSearch { description, inherited: config.inherited.keys().cloned().collect(), diagnostics };
    let mut types: BTreeMap<String, TypeRules> = BTreeMap::new();
    add_dates(&mut search, config, &mut types);
    add_values(&mut search, config, &mut types);
    Rules {
        amount: find_amount(&mut search, config),
        inherited: find_inherited(&mut search, config),
        changed: find_changed(&mut search, config),
        types,
        effects: rule_effects::find_effects(&mut search, config),
        events: rule_effects::find_events(&mut search, config),
    }
}

fn find_amount(search: &mut RuleSearch<'_>, config: &Mock) -> Option<String> {
    let name = config.amount.as_ref()?;
    let is_amount = |object: &&Object| {
        let field = object.fields.get(name);
        field.is_some_and(|field| search.description.resolve(field.ty()).is_number_or_text())
    };
    if !search.objects().any(|(_, object)| is_amount(&object)) {
        search.report_dead(&["amount"], format!("no object has a property `{name}` with a number or a text"));
    }
    Some(name.clone())
}

fn find_inherited(search: &mut RuleSearch<'_>, config: &Mock) -> BTreeMap<String, Vec<String>> {
    let mut inherited = BTreeMap::new();
    for (name, except) in &config.inherited {
        if !search.objects().any(|(_, object)| object.fields.contains_key(name)) {
            search.report_dead(&["inherited", name], format!("no object has a property `{name}`"));
            continue;
        }
        let mut names: Vec<String> = Vec::new();
        for (index, pattern) in except.iter().enumerate() {
            let found: Vec<String> = search.property_names(|name| matches_pattern(pattern, name));
            if found.is_empty() {
                let message = format!("no property is called `{pattern}`");
                search.report_dead(&["inherited", name, &index.to_string()], message);
            }
            names.extend(found);
        }
        names.sort();
        names.dedup();
        inherited.insert(name.clone(), names);
    }
    inherited
}

fn find_changed(search: &mut RuleSearch<'_>, config: &Mock) -> Vec<String> {
    for (index, name) in config.changed.iter().enumerate() {
        let is_time = |object: &Object| {
            let field = object.fields.get(name);
            field.is_some_and(|field| *search.description.resolve(field.ty()) == Type::DateTime)
        };
        if !search.objects().any(|(_, object)| is_time(object)) {
            let message = format!("no object has a property `{name}` with a date and time");
            search.report_dead(&["changed", &index.to_string()], message);
        }
    }
    config.changed.clone()
}

fn add_dates(search: &mut RuleSearch<'_>, config: &Mock, types: &mut BTreeMap<String, TypeRules>) {
    let description = search.description;
    for (index, rule) in config.dates.iter().enumerate() {
        let at = index.to_string();
        let Some(seconds) = find_seconds(search, rule, &at) else { continue };
        for (position, pattern) in rule.properties.iter().enumerate() {
            let mut is_dead = true;
            for (ty, name) in search.matching_properties(pattern) {
                let field = search.find_object(&ty).and_then(|object| object.fields.get(&name));
                let ty_of = field.map(|field| description.resolve(field.ty()));
                if matches!(ty_of, Some(Type::DateTime | Type::Date | Type::String)) {
                    is_dead = false;
                    types.entry(ty).or_default().dates.entry(name).or_insert(seconds);
                }
            }
            if is_dead {
                let message = format!("no property `{pattern}` has a date");
                search.report_dead(&["dates", &at, "properties", &position.to_string()], message);
            }
        }
    }
}

/// The time of a rule, in seconds after now, or negative.
fn find_seconds(search: &mut RuleSearch<'_>, rule: &DateRule, at: &str) -> Option<i64> {
    let (key, text, sign) = match (&rule.after, &rule.before) {
        (Some(after), None) => ("after", after, 1),
        (None, Some(before)) => ("before", before, -1),
        _ => {
            search.reject(&["dates", at], "a rule for dates needs either `after` or `before`".to_owned());
            return None;
        }
    };
    let unit = text.chars().last().unwrap_or_default();
    let seconds = match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3_600),
        'd' => Some(86_400),
        _ => None,
    };
    let number =
        text.strip_suffix(unit).and_then(|number| number.parse::<i64>().ok()).filter(|number| *number >= 0);
    let seconds = seconds.zip(number).and_then(|(unit, number)| number.checked_mul(unit));
    if seconds.is_none() {
        let message = format!("`{text}` is not a duration such as `30d`, `12h`, `15m` or `90s`");
        search.reject(&["dates", at, key], message);
    }
    Some(seconds? * sign)
}

fn add_values(search: &mut RuleSearch<'_>, config: &Mock, types: &mut BTreeMap<String, TypeRules>) {
    let mut keys: Vec<(&String, &String)> = config.values.iter().collect();
    // The most specific key is applied last: one with a type, then one without a star, then the longer one.
    keys.sort_by_key(|(key, _)| (property_pattern(key).0.is_some(), !key.contains('*'), key.len()));
    for (key, text) in keys {
        let Some(expression) = search.parse::<Expression>(&["values", key], text) else { continue };
        if let Some(path) =
            expression.paths().find(|path| path.scope == Scope::Request || path.linked.is_some())
        {
            let name = path.names.join(".");
            let message =
                format!("`{key}` cannot follow from `{name}`: only effects know requests and other objects");
            search.reject(&["values", key], message);
            continue;
        }
        let properties = search.matching_properties(key);
        let has_operands =
            |object: &Object| expression.alternatives.iter().any(|alternative| has_own(object, alternative));
        let fitting: Vec<&(String, String)> =
            properties.iter().filter(|(ty, _)| search.find_object(ty).is_some_and(has_operands)).collect();
        if fitting.is_empty() {
            let message = match properties.first() {
                None => format!("no object has the property `{key}`"),
                Some((ty, _)) => {
                    format!("no object with `{key}`, such as `{ty}`, has the properties of `{expression}`")
                }
            };
            search.report_dead(&["values", key], message);
        } else {
            check_alternatives(search, key, &expression, &properties);
            let fields = fitting.iter().filter_map(|(ty, name)| search.find_object(ty)?.fields.get(name));
            let fields: Vec<&Field> = fields.collect();
            search.check_texts(&["values", key], key, &expression, &fields);
        }
        for (ty, name) in fitting {
            types.entry(ty.clone()).or_default().values.insert(name.clone(), expression.clone());
        }
    }
}

/// Whether an object has the properties of its own that an alternative uses.
fn has_own(object: &Object, alternative: &Alternative) -> bool {
    let own = alternative.paths().filter(|path| path.scope == Scope::Object);
    own.filter_map(|path| path.names.first()).all(|name| object.fields.contains_key(name))
}

/// Whether an object is in others which have the properties that an alternative uses of them, as far as such objects are known.
fn has_outer(search: &RuleSearch<'_>, object: &Object, alternative: &Alternative) -> bool {
    let mut paths = alternative.paths().filter(|path| path.scope == Scope::Outer).peekable();
    if paths.peek().is_none() {
        return true;
    }
    let outer = search.outer_objects(object);
    outer.is_empty() || paths.all(|path| search.follow(&outer, &path.names).is_ok())
}

/// Reports the alternatives of an expression that never count, since no object of its properties has what they use.
fn check_alternatives(
    search: &mut RuleSearch<'_>,
    key: &str,
    expression: &Expression,
    properties: &[(String, String)],
) {
    let objects = properties.iter().filter_map(|(ty, _)| search.find_object(ty));
    let objects: Vec<&Object> = objects.collect();
    for alternative in &expression.alternatives {
        let fits = |object: &&Object| has_own(object, alternative) && has_outer(search, object, alternative);
        if !objects.iter().any(fits) {
            let names = alternative.paths().map(|path| {
                let prefix = if path.scope == Scope::Outer { "outer." } else { "" };
                format!("`{prefix}{}`", path.names.join("."))
            });
            let names = names.collect::<Vec<_>>().join(", ");
            let message =
                format!("no object with `{key}` has what an alternative of `{expression}` uses: {names}");
            search.report_dead(&["values", key], message);
        }
    }
}
