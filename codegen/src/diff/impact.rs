//! What each change of a member means, by the way it travels. The table itself stands in the documentation of `diff`.

use super::change::Impact::{self, Breaking, Compatible};
use super::change::{Direction, Impacts, Kind};

/// Whether a member must be there and whether it may be `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Presence {
    pub(super) required: bool,
    pub(super) nullable: bool,
}

impl Presence {
    /// How many `Option`s stand around the type of a struct's field.
    fn options(self) -> u8 {
        u8::from(!self.required) + u8::from(self.nullable)
    }
}

/// The impacts in both directions: the worse of the two.
fn both(impact: impl Fn(Direction) -> Impacts, direction: Direction) -> Impacts {
    match direction {
        Direction::Both => impact(Direction::Request).and(impact(Direction::Response)),
        one => impact(one),
    }
}

fn breaks(yes: bool) -> Impact {
    if yes { Breaking } else { Compatible }
}

/// A member that is new. `set` is whether a caller must give it: it is required, and no constant.
pub(super) fn added(direction: Direction, required: bool, set: bool) -> Impacts {
    both(
        |direction| match direction {
            Direction::Request => Impacts::new(breaks(set), breaks(required)),
            _ => Impacts::new(Compatible, Compatible),
        },
        direction,
    )
}

/// A member that is gone. A server may ignore what it no longer knows, but then it does not do what was asked.
pub(super) fn removed(direction: Direction, required: bool) -> Impacts {
    both(
        |direction| match direction {
            Direction::Request => Impacts::new(Breaking, Breaking),
            _ => Impacts::new(Breaking, breaks(required)),
        },
        direction,
    )
}

/// A member whose presence is another one: what one of the two changes, required or nullable, means.
pub(super) fn presence(kind: Kind, direction: Direction, old: Presence, new: Presence) -> Impacts {
    // A field of a struct changes its type unless one `Option` stands for the other.
    let rust = breaks(old.options() != new.options());
    both(
        |direction| match (direction, kind) {
            (Direction::Request, Kind::MadeRequired | Kind::MadeNonNullable) => {
                Impacts::new(Breaking, Breaking)
            }
            // The setter stays, and takes all that it took.
            (Direction::Request, _) => Impacts::new(Compatible, Compatible),
            (_, Kind::MadeOptional) => Impacts::new(rust, Breaking),
            // `null` is read as absence by a member that may be absent.
            (_, Kind::MadeNullable) => Impacts::new(rust, breaks(old.required)),
            (_, _) => Impacts::new(rust, Compatible),
        },
        direction,
    )
}

/// A member of another type: whether the one side's values are all values of the other.
pub(super) fn retyped(direction: Direction, old_in_new: bool, new_in_old: bool) -> Impacts {
    both(
        |direction| match direction {
            Direction::Request => Impacts::new(Breaking, breaks(!old_in_new)),
            _ => Impacts::new(Breaking, breaks(!new_in_old)),
        },
        direction,
    )
}

/// A known value or variant that is gone. Enums and unions keep what they do not know, so an answer without it harms nobody.
pub(super) fn choice_removed(direction: Direction) -> Impacts {
    both(
        |direction| match direction {
            Direction::Request => Impacts::new(Breaking, Breaking),
            _ => Impacts::new(Breaking, Compatible),
        },
        direction,
    )
}

/// A required member with one value has no setter; one that gets or loses that value loses or gets its setter.
pub(super) fn constant(direction: Direction, old: bool, new: bool) -> Impacts {
    both(
        |direction| match (direction, old, new) {
            (Direction::Request, true, false) => Impacts::new(Breaking, Compatible),
            (Direction::Request, false, true) => Impacts::new(Breaking, Breaking),
            (Direction::Request, ..) => Impacts::new(Compatible, Breaking),
            _ => Impacts::new(Compatible, Compatible),
        },
        direction,
    )
}

/// Harmless to both.
pub(super) fn compatible() -> Impacts {
    Impacts::new(Compatible, Compatible)
}

/// Harmful to both.
pub(super) fn breaking() -> Impacts {
    Impacts::new(Breaking, Breaking)
}

/// Harmful to programs that are compiled again, and to nobody else.
pub(super) fn renames() -> Impacts {
    Impacts::new(Breaking, Compatible)
}

/// Harmful to programs that stay as they are; an update of the crate mends it.
pub(super) fn moves() -> Impacts {
    Impacts::new(Compatible, Breaking)
}

/// Words.
pub(super) fn words() -> Impacts {
    Impacts::new(Impact::Documentation, Impact::Documentation)
}
