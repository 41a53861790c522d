//! A change of an API and the list of all changes, as plain data.

use std::fmt;

use serde::Serialize;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the table in `diff` explains each")]
pub enum Kind {
    OperationAdded,
    OperationRemoved,
    OperationRenamed,
    OperationMoved,
    OperationRetagged,
    ParameterAdded,
    ParameterRemoved,
    ParameterRenamed,
    StyleChanged,
    FieldAdded,
    FieldRemoved,
    FieldRenamed,
    MadeRequired,
    MadeOptional,
    MadeNullable,
    MadeNonNullable,
    Retyped,
    ConstantChanged,
    DiscriminatorChanged,
    LimitTightened,
    LimitLoosened,
    LimitChanged,
    DefaultChanged,
    BodyAdded,
    BodyRemoved,
    BodyMadeRequired,
    BodyMadeOptional,
    BodyEncodingChanged,
    FormAdded,
    FormRemoved,
    FormRenamed,
    ValueAdded,
    ValueRemoved,
    VariantAdded,
    VariantRemoved,
    VariantRenamed,
    TypeAdded,
    TypeRemoved,
    TypeRenamed,
    SuccessChanged,
    PagesAdded,
    PagesRemoved,
    ErrorAdded,
    ErrorRemoved,
    ErrorRetyped,
    EnvelopeChanged,
    SecurityChanged,
    AuthenticationChanged,
    ServerChanged,
    WebhookAdded,
    WebhookRemoved,
    WebhookRenamed,
    EventChanged,
    Deprecated,
    Undeprecated,
    VersionChanged,
    Documentation,
}

impl Kind {
    /// The key of the changes that are one change at several places.
    pub(super) fn group_key(self, name: Option<&str>, before: Option<&str>, after: Option<&str>) -> String {
        let word = match self {
            Self::FieldRenamed | Self::ParameterRenamed => "renamed".to_owned(),
            // The derived names cannot fail to serialize.
            kind => serde_json::to_value(kind)
                .ok()
                .and_then(|word| word.as_str().map(str::to_owned))
                .unwrap_or_default(),
        };
        match (self, name, before, after) {
            // Each of these stands alone; the kind is what they have in common.
            (
                Self::OperationAdded
                | Self::OperationRemoved
                | Self::WebhookAdded
                | Self::WebhookRemoved
                | Self::TypeAdded
                | Self::TypeRemoved,
                ..,
            ) => word,
            // Here the name tells more than the types.
            (
                Self::FieldAdded
                | Self::FieldRemoved
                | Self::ParameterAdded
                | Self::ParameterRemoved
                | Self::MadeRequired
                | Self::MadeOptional
                | Self::MadeNullable
                | Self::MadeNonNullable,
                Some(name),
                ..,
            ) => format!("{word} {name}"),
            (_, _, Some(before), Some(after)) => format!("{word} {before} -> {after}"),
            (_, Some(name), ..) => format!("{word} {name}"),
            _ => word,
        }
    }

    /// The kind of the same change with the two documents swapped.
    #[must_use]
    pub fn mirror(self) -> Self {
        const PAIRS: [(Kind, Kind); 17] = [
            (Kind::OperationAdded, Kind::OperationRemoved),
            (Kind::ParameterAdded, Kind::ParameterRemoved),
            (Kind::FieldAdded, Kind::FieldRemoved),
            (Kind::MadeRequired, Kind::MadeOptional),
            (Kind::MadeNullable, Kind::MadeNonNullable),
            (Kind::LimitTightened, Kind::LimitLoosened),
            (Kind::BodyAdded, Kind::BodyRemoved),
            (Kind::BodyMadeRequired, Kind::BodyMadeOptional),
            (Kind::FormAdded, Kind::FormRemoved),
            (Kind::ValueAdded, Kind::ValueRemoved),
            (Kind::VariantAdded, Kind::VariantRemoved),
            (Kind::TypeAdded, Kind::TypeRemoved),
            (Kind::PagesAdded, Kind::PagesRemoved),
            (Kind::ErrorAdded, Kind::ErrorRemoved),
            (Kind::WebhookAdded, Kind::WebhookRemoved),
            (Kind::Deprecated, Kind::Undeprecated),
            (Kind::Documentation, Kind::Documentation),
        ];
        let other = PAIRS.iter().find_map(|(one, other)| match self {
            kind if kind == *one => Some(*other),
            kind if kind == *other => Some(*one),
            _ => None,
        });
        other.unwrap_or(self)
    }
}

/// The direction in which the changed value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// To the server.
    Request,
    /// From the server: in responses and events.
    Response,
    /// Both directions, or the operation as a whole.
    Both,
}

impl fmt::Display for Direction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Both => "both",
        })
    }
}

/// What a change means to one who depends on what was. The worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// Something that worked no longer does.
    Breaking,
    /// Everything that worked still does.
    Compatible,
    /// Only the words have changed.
    Documentation,
}

impl fmt::Display for Impact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Breaking => "breaking",
            Self::Compatible => "compatible",
            Self::Documentation => "documentation",
        })
    }
}

/// What a change means to the two who depend on the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Impacts {
    /// To a program that compiles with the crate of the old document and is to compile with that of the new one.
    pub rust: Impact,
    /// To a program that was built with the crate of the old document and calls a server of the new one.
    pub wire: Impact,
}

impl Impacts {
    /// Combines an impact on Rust and one on the wire.
    #[must_use]
    pub fn new(rust: Impact, wire: Impact) -> Self {
        Self { rust, wire }
    }

    /// The worse of the two.
    #[must_use]
    pub fn worst(self) -> Impact {
        self.rust.min(self.wire)
    }

    /// The worse of each.
    #[must_use]
    pub(super) fn combine(self, other: Self) -> Self {
        Self { rust: self.rust.min(other.rust), wire: self.wire.min(other.wire) }
    }
}

/// A place in one of the two documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The JSON Pointer as the file has it.
    pub pointer: String,
    /// The file as shown in messages; an overlay's where the overlay added the node.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What happened.
    pub kind: Kind,
    /// To what: an operation, a type, an event.
    pub subject: String,
    /// The change as a sentence, without the subject.
    pub message: String,
    /// What changed within the subject: a property, a parameter, an enum value, a variant, an event.
    pub name: Option<String>,
    /// What it was: a type, a name, a limit with its value. Empty for what is new.
    pub before: Option<String>,
    /// What it is now. Empty for what is gone.
    pub after: Option<String>,
    /// Equal for changes that are one change at several places, such as `renamed company -> account`.
    pub group: String,
    /// The direction in which it travels.
    pub direction: Direction,
    /// Its impact.
    pub impact: Impacts,
    /// Its location in the old document.
    pub old: Option<Location>,
    /// Its location in the new document.
    pub new: Option<Location>,
    /// The operations and events that it affects, in document order.
    pub operations: Vec<String>,
}

impl Change {
    /// The old and the new place of a part that was renamed or moved; `None` for every other kind of change.
    #[must_use]
    pub fn moved_places(&self) -> Option<(&Location, &Location)> {
        let is_move = matches!(
            self.kind,
            Kind::TypeRenamed
                | Kind::OperationRenamed
                | Kind::OperationMoved
                | Kind::FieldRenamed
                | Kind::ParameterRenamed
                | Kind::WebhookRenamed
        );
        self.old.as_ref().zip(self.new.as_ref()).filter(|_| is_move)
    }
}

/// A part of a document that cannot be read and is left out of the comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Where it is.
    pub location: Location,
    /// What is wrong with it.
    pub message: String,
}

/// The required version bump of the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing changed, or documentation only.
    Patch,
    /// Something was added.
    Minor,
    /// A program may no longer compile.
    Major,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// Everything that differs between two documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The changes: the worst first, then in the order of the documents.
    pub changes: Vec<Change>,
    /// What was left out of the old document, then of the new one.
    pub unread: Vec<Unread>,
}

impl Diff {
    /// Whether nothing differs, documentation included.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many changes have this as their worst impact.
    #[must_use]
    pub fn count(&self, impact: Impact) -> usize {
        self.changes.iter().filter(|change| change.impact.worst() == impact).count()
    }

    /// The required version bump of the crate. Only Rust breakage decides it: wire breakage is fixed by a compatible release,
    /// which every user should get.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let worst = self.changes.iter().map(|change| change.impact.rust).min();
        match worst {
            Some(Impact::Breaking) => Verdict::Major,
            Some(Impact::Compatible) => Verdict::Minor,
            // A moved path needs a new release, but no change in programs.
            _ => Verdict::Patch,
        }
    }
}
