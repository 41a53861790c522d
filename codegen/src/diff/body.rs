//! Bodies against bodies: whether there is one, how it is written, and its forms.

use super::change::{Direction, Impacts, Kind};
use super::impact;
use super::relation::word;
use super::side::call;
use super::types::found;
use super::walk::{At, Found, Walker};
use crate::ir::{Body, BodyVariant, Operation};

const REQUEST: Direction = Direction::Request;

impl<'a> Walker<'a> {
    pub(super) fn body(&mut self, label: usize, old: &'a Operation, new: &'a Operation) {
        let at = At::Call(label, call(new));
        let (Some(one), Some(other)) = (&old.body, &new.body) else {
            let found = match (&old.body, &new.body) {
                (None, Some(body)) => {
                    // A builder without required members is what it was.
                    let needed = body.variants.len() != 1
                        || body.variants.iter().flat_map(|form| &form.fields).any(|field| field.required);
                    let needed = needed && body.required;
                    let (word, impact) = if needed {
                        ("required", impact::breaking())
                    } else {
                        ("optional", impact::compatible())
                    };
                    Some((Kind::BodyAdded, format!("it takes a body now, which is {word}"), impact))
                }
                (Some(_), None) => {
                    Some((Kind::BodyRemoved, "it takes no body any more".to_owned(), impact::breaking()))
                }
                _ => None,
            };
            if let Some((kind, message, impact)) = found {
                self.whole(&at, kind, message, impact, (old, new));
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
            self.whole(&at, kind, format!("its body is {word} now"), impact, (old, new));
        }
        if (&one.encoding, &one.media) != (&other.encoding, &other.media) {
            let message = "its body is encoded in another way".to_owned();
            self.whole(&at, Kind::BodyEncodingChanged, message, impact::moves(), (old, new));
        }
        self.forms(label, (old, one), (new, other));
    }

    fn forms(
        &mut self,
        label: usize,
        (old, one): (&'a Operation, &'a Body),
        (new, other): (&'a Operation, &'a Body),
    ) {
        let at = At::Call(label, format!("body of {}", call(new)));
        match (&one.whole, &other.whole) {
            (Some(one), Some(other)) => {
                if let Some(retyped) = self.compare(REQUEST, one, other) {
                    let message =
                        format!("it is {} now, no longer {}", word(&self.new, other), word(&self.old, one));
                    let impact = impact::retyped(REQUEST, retyped.old_in_new, retyped.new_in_old);
                    self.record(
                        &at,
                        found(Kind::Retyped, message, REQUEST, impact, &old.pointer, &new.pointer),
                    );
                }
                return;
            }
            (None, None) => {}
            _ => {
                let message = "it is set as a whole on one side, member by member on the other".to_owned();
                let impact = impact::breaking();
                self.record(&at, found(Kind::Retyped, message, REQUEST, impact, &old.pointer, &new.pointer));
                return;
            }
        }
        // One form has no name; with several, the caller chooses one first.
        if let ([from], [to]) = (one.variants.as_slice(), other.variants.as_slice()) {
            self.form(label, new, from, to);
            return;
        }
        if one.variants.len().min(other.variants.len()) == 1 {
            let message =
                format!("it has {} forms now, no longer {}", other.variants.len(), one.variants.len());
            let impact = impact::breaking();
            self.record(&at, found(Kind::Retyped, message, REQUEST, impact, &old.pointer, &new.pointer));
            return;
        }
        for form in &other.variants {
            match one.variants.iter().find(|twin| twin.name == form.name) {
                Some(twin) => self.form(label, new, twin, form),
                None => {
                    let message = format!("the form `{}` is new", form.name);
                    let (kind, impact) = (Kind::FormAdded, impact::compatible());
                    let new = Some(form.pointer.as_str());
                    self.record(&at, Found { kind, message, direction: REQUEST, impact, old: None, new });
                }
            }
        }
        for form in
            one.variants.iter().filter(|form| !other.variants.iter().any(|twin| twin.name == form.name))
        {
            let message = format!("the form `{}` is gone", form.name);
            let (kind, impact) = (Kind::FormRemoved, impact::breaking());
            let old = Some(form.pointer.as_str());
            self.record(&at, Found { kind, message, direction: REQUEST, impact, old, new: None });
        }
    }

    /// The members of a form are setters. They may come from a component that other bodies take in as well.
    fn form(&mut self, label: usize, new: &Operation, from: &'a BodyVariant, to: &'a BodyVariant) {
        let owners = self.old.owner(&from.fields).zip(self.new.owner(&to.fields));
        let mut at = At::Call(label, format!("body of {}", call(new)));
        if let Some((one, other)) = owners {
            self.pair(one, other);
            if self.old.name(one).is_some() && self.new.name(other).is_some() {
                at = At::Type(one, other);
                self.type_head(REQUEST, one, other);
            }
        }
        self.fields(&at, REQUEST, &from.fields, &to.fields);
    }

    fn whole(
        &mut self,
        at: &At,
        kind: Kind,
        message: String,
        impact: Impacts,
        (old, new): (&Operation, &Operation),
    ) {
        self.record(at, found(kind, message, REQUEST, impact, &old.pointer, &new.pointer));
    }
}
