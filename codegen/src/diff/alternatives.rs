//! Compares the media types that responses have beside the usual one.

use super::change::{Direction, Kind};
use super::found::{At, Found};
use super::impact;
use super::relation::describe_type;
use super::types::found_in_both;
use super::walk::Walker;
use crate::ir::{Alternative, Operation};

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
}
