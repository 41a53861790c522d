//! The impact of each change of a field, by direction. The documentation of `diff` has the table.

use super::change::Impact::{self, Breaking, Compatible};
use super::change::{Direction, Impacts, Kind};
use crate::analyze::Setter;

/// Whether a field is required and whether it is nullable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MemberPresence {
    pub(super) required: bool,
    pub(super) nullable: bool,
    /// How many `Option`s wrap its type in a struct.
    pub(super) options: u8,
}

/// The impact in one direction, or the worse of both.
fn combine_directions(impact: impl Fn(Direction) -> Impacts, direction: Direction) -> Impacts {
    match direction {
        Direction::Both => impact(Direction::Request).combine(impact(Direction::Response)),
        one => impact(one),
    }
}

pub(super) fn breaking_if(yes: bool) -> Impact {
    if yes { Breaking } else { Compatible }
}

/// A new field. `set`: the caller must set it, since it is required and not a constant.
pub(super) fn field_added(direction: Direction, required: bool, set: bool) -> Impacts {
    combine_directions(
        |direction| match direction {
            Direction::Request => Impacts::new(breaking_if(set), breaking_if(required)),
            _ => Impacts::new(Compatible, Compatible),
        },
        direction,
    )
}

/// A removed field. `set`: it has a setter. A server may ignore it in a request, but then it does not do what the caller requested.
pub(super) fn field_removed(direction: Direction, required: bool, set: bool) -> Impacts {
    combine_directions(
        |direction| match direction {
            Direction::Request => Impacts::new(breaking_if(set), Breaking),
            _ => Impacts::new(Breaking, breaking_if(required)),
        },
        direction,
    )
}

/// A field that changed whether it is required or nullable, and whether the caller had to set it and has to set it now.
pub(super) fn presence_changed(
    kind: Kind,
    direction: Direction,
    old: MemberPresence,
    new: MemberPresence,
    (had_to_set, must_set): (bool, bool),
) -> Impacts {
    // The type of a struct's field changes unless the number of `Option`s stays.
    let rust = breaking_if(old.options != new.options);
    combine_directions(
        |direction| match (direction, kind) {
            // In an optional body, every setter is optional.
            (Direction::Request, Kind::MadeRequired) => {
                Impacts::new(breaking_if(must_set && !had_to_set), Breaking)
            }
            (Direction::Request, Kind::MadeNonNullable) => Impacts::new(Breaking, Breaking),
            // The setter stays and accepts every value that it accepted.
            (Direction::Request, _) => Impacts::new(Compatible, Compatible),
            (_, Kind::MadeOptional) => Impacts::new(rust, Breaking),
            // An optional field decodes `null` as absent.
            (_, Kind::MadeNullable) => Impacts::new(rust, breaking_if(old.required)),
            (_, _) => Impacts::new(rust, Compatible),
        },
        direction,
    )
}

/// A field with another type. The flags say whether all values of one type are values of the other.
pub(super) fn type_changed(direction: Direction, old_in_new: bool, new_in_old: bool) -> Impacts {
    combine_directions(
        |direction| match direction {
            Direction::Request => Impacts::new(Breaking, breaking_if(!old_in_new)),
            _ => Impacts::new(Breaking, breaking_if(!new_in_old)),
        },
        direction,
    )
}

/// A removed enum value or variant. Enums and unions keep unknown values, so responses stay decodable.
pub(super) fn choice_removed(direction: Direction) -> Impacts {
    combine_directions(
        |direction| match direction {
            Direction::Request => Impacts::new(Breaking, Breaking),
            _ => Impacts::new(Breaking, Compatible),
        },
        direction,
    )
}

/// A required field with one value has no setter, and the setter of an optional one has no argument: a field that gains or loses the
/// constant loses or gains them.
pub(super) fn constant_changed(
    direction: Direction,
    (was, is): (bool, bool),
    (old, new): (Setter, Setter),
) -> Impacts {
    let rust = match (old, new) {
        (Setter::Fixed, Setter::Fixed) => Compatible,
        (Setter::Fixed, new) => breaking_if(new.is_required()),
        (_, Setter::Fixed) => Breaking,
        (old, new) => breaking_if((old == Setter::OnlyValue) != (new == Setter::OnlyValue)),
    };
    combine_directions(
        |direction| match direction {
            Direction::Request => Impacts::new(rust, breaking_if(is || !was)),
            _ => Impacts::new(Compatible, Compatible),
        },
        direction,
    )
}

/// A limit that accepts fewer values, or other values. The crate checks no limits, so only a server can refuse a value.
pub(super) fn limit_narrowed(direction: Direction) -> Impacts {
    combine_directions(
        |direction| Impacts::new(Compatible, breaking_if(direction == Direction::Request)),
        direction,
    )
}

/// Breaks neither Rust nor the wire.
pub(super) fn compatible() -> Impacts {
    Impacts::new(Compatible, Compatible)
}

/// Breaks both Rust and the wire.
pub(super) fn breaks_both() -> Impacts {
    Impacts::new(Breaking, Breaking)
}

/// Breaks programs that are compiled against the new crate.
pub(super) fn breaks_rust() -> Impacts {
    Impacts::new(Breaking, Compatible)
}

/// Breaks running programs; updating the crate fixes them.
pub(super) fn breaks_wire() -> Impacts {
    Impacts::new(Compatible, Breaking)
}

/// Changes documentation only.
pub(super) fn documentation_only() -> Impacts {
    Impacts::new(Impact::Documentation, Impact::Documentation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optional_field_of_responses_may_become_nullable() {
        let presence = |nullable, options| MemberPresence { required: false, nullable, options };
        for (direction, options, rust) in [
            (Direction::Response, 1, Compatible),
            (Direction::Request, 2, Compatible),
            // The field of a type that requests use is an `Option` of an `Option` then.
            (Direction::Both, 2, Breaking),
            (Direction::Response, 2, Breaking),
        ] {
            let (old, new) = (presence(false, 1), presence(true, options));
            let impacts = presence_changed(Kind::MadeNullable, direction, old, new, (false, true));
            assert_eq!(impacts, Impacts::new(rust, Compatible), "{direction:?}");
        }
    }
}
