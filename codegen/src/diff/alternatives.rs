//! Compares the media types that responses and requests have beside the usual one.

use super::change::{Direction, Kind};
use super::found::{At, Found};
use super::impact;
use super::relation::describe_type;
use super::types::found_in_both;
use super::walk::Walker;
use crate::ir::{Alternative, AlternativeBody, Body, Operation};

impl<'a> Walker<'a> {
    /// Each of these media types has a method on the request.
    pub(super) fn compare_alternatives(&mut self, at: &At, old: &'a Operation, new: &'a Operation) {
        let find = |list: &'a [Alternative], wanted: &Alternative| {
            list.iter().find(|other| other.media_type.eq_ignore_ascii_case(&wanted.media_type))
        };
        let (places, direction) = ((old.pointer.as_str(), new.pointer.as_str()), Direction::Response);
        for one in &old.alternatives {
            let media_type = &one.media_type;
            let Some(other) = find(&new.alternatives, one) else {
                let message = format!("its response is no longer offered as `{media_type}`");
                let found = Found::new(Kind::SuccessChanged, message, direction, impact::breaks_both());
                self.record_change(at, found.from(places.0).named(media_type));
                continue;
            };
            let message = match (one.success.ty(), other.success.ty()) {
                (Some(from), Some(to)) => self.compare_types(at, direction, from, to).map(|retyped| {
                    let types = (describe_type(&self.old, from), describe_type(&self.new, to));
                    (
                        format!("its response as `{media_type}` is {} now, no longer {}", types.1, types.0),
                        retyped.new_in_old,
                    )
                }),
                (None, None) => None,
                _ => Some((format!("its response as `{media_type}` is decoded into another type"), false)),
            };
            if let Some((message, read)) = message {
                let impact = impact::type_changed(direction, false, read);
                let found =
                    found_in_both(Kind::SuccessChanged, message, direction, impact, places.0, places.1);
                self.record_change(at, found.named(media_type));
            }
        }
        for other in new.alternatives.iter().filter(|other| find(&old.alternatives, other).is_none()) {
            let message = format!("its response is offered as `{}` as well", other.media_type);
            let found = Found::new(Kind::SuccessChanged, message, direction, impact::compatible());
            self.record_change(at, found.to(places.1).named(&other.media_type));
        }
    }
    /// Each of these media types has a method on the request.
    pub(super) fn compare_other_bodies(
        &mut self,
        at: &At,
        (old, old_body): (&'a Operation, &'a Body),
        (new, new_body): (&'a Operation, &'a Body),
    ) {
        let find = |list: &'a [AlternativeBody], wanted: &AlternativeBody| {
            list.iter().find(|other| other.media_type.eq_ignore_ascii_case(&wanted.media_type))
        };
        let (places, direction) = ((old.pointer.as_str(), new.pointer.as_str()), Direction::Request);
        for one in &old_body.alternatives {
            let media_type = &one.media_type;
            let Some(other) = find(&new_body.alternatives, one) else {
                let message = format!("its request has no body of its own for `{media_type}` any more");
                let found = Found::new(Kind::BodyEncodingChanged, message, direction, impact::breaks_both());
                self.record_change(at, found.from(places.0).named(media_type));
                continue;
            };
            if let (Some(from), Some(to)) = (&one.body.whole, &other.body.whole)
                && let Some(retyped) = self.compare_types(at, direction, from, to)
            {
                let types = (describe_type(&self.old, from), describe_type(&self.new, to));
                let message = format!("its body as `{media_type}` is {} now, no longer {}", types.1, types.0);
                let impact = impact::type_changed(direction, retyped.old_in_new, retyped.new_in_old);
                let found = found_in_both(Kind::Retyped, message, direction, impact, places.0, places.1);
                self.record_change(at, found.named(media_type));
            }
            if one.body.fields != other.body.fields {
                let message = format!("fields of its body as `{media_type}` are encoded in another way");
                let (kind, impact) = (Kind::BodyEncodingChanged, impact::breaks_wire());
                let found = found_in_both(kind, message, direction, impact, places.0, places.1);
                self.record_change(at, found.named(media_type));
            }
        }
        for other in
            new_body.alternatives.iter().filter(|other| find(&old_body.alternatives, other).is_none())
        {
            let message = format!("its request may have another body, as `{}`", other.media_type);
            let found = Found::new(Kind::BodyEncodingChanged, message, direction, impact::compatible());
            self.record_change(at, found.to(places.1).named(&other.media_type));
        }
    }
}
