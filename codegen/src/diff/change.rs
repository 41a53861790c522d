//! One change of an API, and what a whole list of them amounts to. Plain data.

use std::fmt;

use serde::Serialize;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it, and the table in `diff` says what each means to a caller")]
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
    BodyAdded,
    BodyRemoved,
    BodyMadeRequired,
    BodyMadeOptional,
    BodyEncodingChanged,
    FormAdded,
    FormRemoved,
    ValueAdded,
    ValueRemoved,
    VariantAdded,
    VariantRemoved,
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
    Documentation,
}

impl Kind {
    /// What the change is called when the two documents change places.
    #[must_use]
    pub fn mirror(self) -> Self {
        const PAIRS: [(Kind, Kind); 16] = [
            (Kind::OperationAdded, Kind::OperationRemoved),
            (Kind::ParameterAdded, Kind::ParameterRemoved),
            (Kind::FieldAdded, Kind::FieldRemoved),
            (Kind::MadeRequired, Kind::MadeOptional),
            (Kind::MadeNullable, Kind::MadeNonNullable),
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

/// Which way the changed thing travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// To the server.
    Request,
    /// From the server: in answers and events.
    Response,
    /// Both ways, or the call as a whole.
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
    /// Both at once.
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
    pub(super) fn and(self, other: Self) -> Self {
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
    /// The whole change in words, without the subject.
    pub message: String,
    /// Which way it travels.
    pub direction: Direction,
    /// What it means.
    pub impact: Impacts,
    /// Where it stands in the old document.
    pub old: Option<Location>,
    /// Where it stands in the new one.
    pub new: Option<Location>,
    /// The calls and events that it reaches, in document order.
    pub operations: Vec<String>,
}

/// By how much the version of the crate must grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing changed, or words only.
    Patch,
    /// Something was added.
    Minor,
    /// Some program no longer compiles.
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
}

impl Diff {
    /// Whether the two documents describe the same API in the same words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many changes mean this, at worst.
    #[must_use]
    pub fn count(&self, impact: Impact) -> usize {
        self.changes.iter().filter(|change| change.impact.worst() == impact).count()
    }

    /// By how much the version of the crate must grow. What breaks on the wire alone is mended by an update of the crate,
    /// which must reach everyone: it does not make the update a major one.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let worst = self.changes.iter().map(|change| change.impact.rust).min();
        match worst {
            Some(Impact::Breaking) => Verdict::Major,
            Some(Impact::Compatible) => Verdict::Minor,
            // A path that moved asks for a new release, and no program for a change.
            _ => Verdict::Patch,
        }
    }
}
