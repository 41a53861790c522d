//! Compares request bodies: whether there is one, its encoding, and its variants.

use super::change::{Direction, Impact, Impacts, Kind};
use super::found::{At, Found};
use super::impact::{self, breaking_if};
use super::matching::match_by_score;
use super::occurrence::Occurrence;
use super::relation::{DEPTH, HALF, accepts_values, describe_type, share_of};
use super::side::describe_call;
use super::types::found_in_both;
use super::walk::Walker;
use crate::ir::{Body, BodyEncoding, BodyVariant, Field, FieldEncoding, Operation};
use crate::names::OperationNames;

const REQUEST: Direction = Direction::Request;

impl<'a> Walker<'a> {
    pub(super) fn compare_bodies(&mut self, label: usize, old: &'a Operation, new: &'a Operation) {
        let at = At::Call(label, describe_call(new));
        let (Some(one), Some(other)) = (&old.body, &new.body) else {
            let found = match (&old.body, &new.body) {
                (None, Some(body)) => {
                    let word = if body.required { "required" } else { "optional" };
                    // A builder without required setters stays as it was, but it sends no body.
                    let needed = body.required && (body.variants.len() > 1 || self.must_set_body(new));
                    let impact = Impacts::new(breaking_if(needed), breaking_if(body.required));
                    Some((Kind::BodyAdded, format!("it has a request body now, which is {word}"), impact))
                }
                (Some(_), None) => Some((
                    Kind::BodyRemoved,
                    "it has no request body any more".to_owned(),
                    impact::breaks_both(),
                )),
                _ => None,
            };
            if let Some((kind, message, impact)) = found {
                self.record_body_change(&at, kind, message, impact, (old, new));
            }
            return;
        };
        if one.required != other.required {
            let (kind, word, impact) = if other.required {
                // The setters of required fields become required.
                let needed = self.must_set_body(new);
                (Kind::BodyMadeRequired, "required", Impacts::new(breaking_if(needed), Impact::Breaking))
            } else {
                (Kind::BodyMadeOptional, "optional", impact::compatible())
            };
            self.record_body_change(&at, kind, format!("its request body is {word} now"), impact, (old, new));
        }
        if (&one.encoding, &one.media) != (&other.encoding, &other.media) {
            let (before, after) = (describe_encoding(one), describe_encoding(other));
            let message = format!("its request body is sent as {after} now, no longer as {before}");
            let more =
                (&one.encoding, &other.encoding) == (&BodyEncoding::Json, &BodyEncoding::JsonOrMultipart);
            let impact =
                if more && one.media == other.media { impact::compatible() } else { impact::breaks_wire() };
            let found = found_in_both(
                Kind::BodyEncodingChanged,
                message,
                REQUEST,
                impact,
                &old.pointer,
                &new.pointer,
            );
            self.record_change(&at, found.values(before, after));
        } else if one.fields != other.fields {
            let all = one.fields.iter().chain(&other.fields);
            let differs =
                |field: &&FieldEncoding| !(one.fields.contains(field) && other.fields.contains(field));
            let mut names: Vec<_> = all.filter(differs).map(|field| format!("`{}`", field.name)).collect();
            names.sort();
            names.dedup();
            let message =
                format!("these fields of its request body are encoded in another way: {}", names.join(", "));
            let impact = impact::breaks_wire();
            let kind = Kind::BodyEncodingChanged;
            self.record_change(
                &at,
                found_in_both(kind, message, REQUEST, impact, &old.pointer, &new.pointer),
            );
        }
        self.compare_body_variants(label, (old, one), (new, other));
        self.compare_other_bodies(&at, (old, one), (new, other));
    }

    fn compare_body_variants(
        &mut self,
        label: usize,
        (old, old_body): (&'a Operation, &'a Body),
        (new, new_body): (&'a Operation, &'a Body),
    ) {
        let at = At::Call(label, format!("body of {}", describe_call(new)));
        match (&old_body.whole, &new_body.whole) {
            (Some(one), Some(other)) => {
                if let Some(retyped) = self.compare_types(&at, REQUEST, one, other) {
                    let (before, after) = (describe_type(&self.old, one), describe_type(&self.new, other));
                    let message = format!("it is {after} now, no longer {before}");
                    let impact = impact::type_changed(REQUEST, retyped.old_in_new, retyped.new_in_old);
                    let found =
                        found_in_both(Kind::Retyped, message, REQUEST, impact, &old.pointer, &new.pointer);
                    self.record_change(&at, found.values(before, after));
                }
                let details =
                    ((&old_body.details, old.pointer.as_str()), (&new_body.details, new.pointer.as_str()));
                self.record_details(&at, ("it", None), REQUEST, details.0, details.1);
                return;
            }
            (None, None) => {}
            _ => {
                let message =
                    "one document has a body that is set as a whole, the other one with separate fields"
                        .to_owned();
                let impact = impact::breaks_both();
                self.record_change(
                    &at,
                    found_in_both(Kind::Retyped, message, REQUEST, impact, &old.pointer, &new.pointer),
                );
                return;
            }
        }
        let (one, other) = (old_body.variants.as_slice(), new_body.variants.as_slice());
        // A single variant has no name; with several, the caller chooses one first.
        if (one.len() == 1) != (other.len() == 1) {
            let message = format!("it has {} now, no longer {}", count(other.len()), count(one.len()));
            let impact = impact::breaks_rust();
            let found = found_in_both(Kind::Retyped, message, REQUEST, impact, &old.pointer, &new.pointer);
            self.record_change(&at, found.values(count(one.len()), count(other.len())));
        }
        let pairs = match_by_score(self.score_body_variants(one, other));
        for (from, to) in &pairs {
            self.compare_body_variant(label, (old, one, *from), (new, other, *to));
        }
        for (_, form) in other.iter().enumerate().filter(|(place, _)| pairs.iter().all(|(_, to)| to != place))
        {
            let message = format!("the variant `{}` is new", form.name);
            let found = Found::new(Kind::FormAdded, message, REQUEST, impact::compatible());
            self.record_change(&at, found.to(&form.pointer).named(&form.name));
        }
        for (_, form) in
            one.iter().enumerate().filter(|(place, _)| pairs.iter().all(|(from, _)| from != place))
        {
            let message = format!("the variant `{}` is gone", form.name);
            // Another variant may accept what this one sends.
            let accepted = other.iter().any(|twin| self.accepts_variant(twin, form));
            let impact = Impacts::new(Impact::Breaking, breaking_if(!accepted));
            let found = Found::new(Kind::FormRemoved, message, REQUEST, impact);
            self.record_change(&at, found.from(&form.pointer).named(&form.name));
        }
    }

    /// The pairs of variants that may be one, with a score: by their fields, then by their constants, and last by their names.
    fn score_body_variants(&self, old: &[BodyVariant], new: &[BodyVariant]) -> Vec<(f64, usize, usize)> {
        let single = old.len() == 1 || new.len() == 1;
        let mut scores = Vec::new();
        for (from, one) in old.iter().enumerate() {
            for (to, other) in new.iter().enumerate() {
                let is_common = |field: &&Field| {
                    other
                        .fields
                        .iter()
                        .any(|twin| field.name == twin.name || self.renames.contains(&field.name, &twin.name))
                };
                let names: Vec<&str> = one.fields.iter().map(|field| field.name.as_str()).collect();
                let common: Vec<&str> =
                    one.fields.iter().filter(is_common).map(|field| field.name.as_str()).collect();
                // The same divisor as for types: the longer list.
                let longer = if names.len() >= other.fields.len() {
                    names
                } else {
                    other.fields.iter().map(|field| field.name.as_str()).collect()
                };
                let content = share_of(common.len(), longer.len());
                let named = f64::from(u8::from(one.name == other.name));
                let constants = |form: &'_ BodyVariant| -> Vec<(String, serde_json::Value)> {
                    let fields = form.fields.iter();
                    fields.filter_map(|field| Some((field.name.clone(), field.constant.clone()?))).collect()
                };
                let (before, after) = (constants(one), constants(other));
                let constant = f64::from(u8::from(!before.is_empty() && before == after));
                if single || content >= HALF || named > 0.0 || constant > 0.0 {
                    scores.push((2.0 * content + constant + named / 2.0, from, to));
                }
            }
        }
        scores
    }

    /// Whether a variant accepts everything that an older one sends.
    fn accepts_variant(&self, new: &BodyVariant, old: &BodyVariant) -> bool {
        let filled = new
            .fields
            .iter()
            .filter(|field| field.required && !field.read_only)
            .all(|field| old.fields.iter().any(|twin| twin.name == field.name && twin.required));
        let known = old.fields.iter().filter(|field| !field.read_only).all(|field| {
            new.fields.iter().any(|twin| {
                let fixed = twin.constant.is_none() || twin.constant == field.constant;
                let types = ((&self.new, &twin.ty), (&self.old, &field.ty));
                twin.name == field.name && fixed && accepts_values(types.0, types.1, false, DEPTH)
            })
        });
        filled && known
    }

    /// Whether the caller has to call any setter of the body.
    fn must_set_body(&self, operation: &Operation) -> bool {
        self.new.request_facts(operation).is_some_and(|facts| {
            let all = facts.variants.iter().flatten().chain(&facts.whole_body);
            all.into_iter().any(|setter| setter.is_required())
        })
    }

    /// The fields of a variant are setters. They may come from a component that other bodies share.
    fn compare_body_variant(
        &mut self,
        label: usize,
        (old, all_old, from): (&'a Operation, &'a [BodyVariant], usize),
        (new, all_new, to): (&'a Operation, &'a [BodyVariant], usize),
    ) {
        let (Some(one), Some(other)) = (all_old.get(from), all_new.get(to)) else { return };
        let owners = self.old.find_owner(&one.fields).zip(self.new.find_owner(&other.fields));
        let body = At::Call(label, format!("body of {}", describe_call(new)));
        let mut at = body.clone();
        if let Some((one, other)) = owners {
            self.mark_paired(one, other);
            self.occurrence = self.find_occurrence(one, other);
            if self.old.component_name(one).is_some() && self.new.component_name(other).is_some() {
                at = At::Type(one, other);
                self.add_caller(label, one, other);
                self.compare_type_heads(REQUEST, one, other);
            }
        }
        let method = |names: Option<&'a OperationNames>, index: usize| {
            names.and_then(|names| names.variants.get(index)).map_or("", |names| names.method.as_str())
        };
        let names = (method(self.old.operation_names(old), from), method(self.new.operation_names(new), to));
        if names.0 != names.1 && all_old.len() > 1 && all_new.len() > 1 {
            let message = format!("the variant `{}` is called `{}` now", one.name, other.name);
            let found = Found::new(Kind::FormRenamed, message, REQUEST, impact::breaks_rust());
            self.record_change(&body, found.at(&one.pointer, &other.pointer).values(&one.name, &other.name));
        }
        let details = ((&one.details, one.pointer.as_str()), (&other.details, other.pointer.as_str()));
        self.record_details(&at, ("it", None), REQUEST, details.0, details.1);
        self.compare_fields(&at, REQUEST, self.old.body_members(old, from), self.new.body_members(new, to));
        self.occurrence = Occurrence::default();
    }

    fn record_body_change(
        &mut self,
        at: &At,
        kind: Kind,
        message: String,
        impact: Impacts,
        (old, new): (&Operation, &Operation),
    ) {
        self.record_change(at, found_in_both(kind, message, REQUEST, impact, &old.pointer, &new.pointer));
    }
}

fn count(variants: usize) -> String {
    if variants == 1 { "one variant".to_owned() } else { format!("{variants} variants") }
}

fn describe_encoding(body: &Body) -> String {
    match (&body.encoding, &body.media) {
        (BodyEncoding::JsonOrMultipart, Some(media)) => format!("{media} or a multipart form"),
        (_, Some(media)) | (BodyEncoding::Raw(media), None) => media.clone(),
        (BodyEncoding::Json, None) => "JSON".to_owned(),
        (BodyEncoding::Form, None) => "a form".to_owned(),
        (BodyEncoding::Multipart, None) => "a multipart form".to_owned(),
        (BodyEncoding::JsonOrMultipart, None) => "JSON or a multipart form".to_owned(),
    }
}
