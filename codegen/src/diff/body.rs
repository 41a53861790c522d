//! Compares request bodies: whether there is one, its encoding, and its variants.

use super::change::{Direction, Impacts, Kind};
use super::impact;
use super::relation::describe_type;
use super::side::describe_call;
use super::types::found_in_both;
use super::walk::{At, Found, Walker};
use crate::ir::{Body, BodyVariant, Operation};

const REQUEST: Direction = Direction::Request;

impl<'a> Walker<'a> {
    pub(super) fn compare_bodies(&mut self, label: usize, old: &'a Operation, new: &'a Operation) {
        let at = At::Call(label, describe_call(new));
        let (Some(one), Some(other)) = (&old.body, &new.body) else {
            let found = match (&old.body, &new.body) {
                (None, Some(body)) => {
                    // A builder without required fields stays as it was.
                    let needed = body.variants.len() != 1
                        || body.variants.iter().flat_map(|form| &form.fields).any(|field| field.required);
                    let needed = needed && body.required;
                    let (word, impact) = if needed {
                        ("required", impact::breaks_both())
                    } else {
                        ("optional", impact::compatible())
                    };
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
                (
                    Kind::BodyMadeRequired,
                    "required",
                    Impacts::new(super::Impact::Compatible, super::Impact::Breaking),
                )
            } else {
                (Kind::BodyMadeOptional, "optional", impact::compatible())
            };
            self.record_body_change(&at, kind, format!("its request body is {word} now"), impact, (old, new));
        }
        if (&one.encoding, &one.media) != (&other.encoding, &other.media) {
            let message = "its request body has another encoding".to_owned();
            self.record_body_change(
                &at,
                Kind::BodyEncodingChanged,
                message,
                impact::breaks_wire(),
                (old, new),
            );
        }
        self.compare_body_variants(label, (old, one), (new, other));
    }

    fn compare_body_variants(
        &mut self,
        label: usize,
        (old, one): (&'a Operation, &'a Body),
        (new, other): (&'a Operation, &'a Body),
    ) {
        let at = At::Call(label, format!("body of {}", describe_call(new)));
        match (&one.whole, &other.whole) {
            (Some(one), Some(other)) => {
                if let Some(retyped) = self.compare_types(REQUEST, one, other) {
                    let message = format!(
                        "it is {} now, no longer {}",
                        describe_type(&self.new, other),
                        describe_type(&self.old, one)
                    );
                    let impact = impact::type_changed(REQUEST, retyped.old_in_new, retyped.new_in_old);
                    self.record_change(
                        &at,
                        found_in_both(Kind::Retyped, message, REQUEST, impact, &old.pointer, &new.pointer),
                    );
                }
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
        // A single variant has no name; with several, the caller chooses one first.
        if let ([from], [to]) = (one.variants.as_slice(), other.variants.as_slice()) {
            self.compare_body_variant(label, new, from, to);
            return;
        }
        if one.variants.len().min(other.variants.len()) == 1 {
            let message =
                format!("it has {} variants now, no longer {}", other.variants.len(), one.variants.len());
            let impact = impact::breaks_both();
            self.record_change(
                &at,
                found_in_both(Kind::Retyped, message, REQUEST, impact, &old.pointer, &new.pointer),
            );
            return;
        }
        for form in &other.variants {
            match one.variants.iter().find(|twin| twin.name == form.name) {
                Some(twin) => self.compare_body_variant(label, new, twin, form),
                None => {
                    let message = format!("the variant `{}` is new", form.name);
                    let (kind, impact) = (Kind::FormAdded, impact::compatible());
                    let new = form.pointer.as_str();
                    self.record_change(
                        &at,
                        Found::new(kind, message, REQUEST, impact).to(new).named(&form.name),
                    );
                }
            }
        }
        for form in
            one.variants.iter().filter(|form| !other.variants.iter().any(|twin| twin.name == form.name))
        {
            let message = format!("the variant `{}` is gone", form.name);
            let (kind, impact) = (Kind::FormRemoved, impact::breaks_both());
            let old = form.pointer.as_str();
            self.record_change(&at, Found::new(kind, message, REQUEST, impact).from(old).named(&form.name));
        }
    }

    /// The fields of a variant are setters. They may come from a component that other bodies share.
    fn compare_body_variant(
        &mut self,
        label: usize,
        new: &Operation,
        from: &'a BodyVariant,
        to: &'a BodyVariant,
    ) {
        let owners = self.old.find_owner(&from.fields).zip(self.new.find_owner(&to.fields));
        let mut at = At::Call(label, format!("body of {}", describe_call(new)));
        if let Some((one, other)) = owners {
            self.mark_paired(one, other);
            if self.old.component_name(one).is_some() && self.new.component_name(other).is_some() {
                at = At::Type(one, other);
                self.compare_type_heads(REQUEST, one, other);
            }
        }
        self.compare_fields(&at, REQUEST, &from.fields, &to.fields);
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
