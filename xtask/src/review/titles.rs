//! The headings of changes, and their descriptions as parts of a line.

use whop_codegen::diff::{Change, Kind};

/// A heading that changes of several kinds share. The order is that of the review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heading {
    Version,
    Api,
    Security,
    OperationsRemoved,
    OperationsMoved,
    EventsChanged,
    FieldsRenamed,
    FieldsRemoved,
    FieldsRetyped,
    Presence,
    Values,
    TypesRenamed,
    Bodies,
    Responses,
    Limits,
    OperationsAdded,
    EventsAdded,
    FieldsAdded,
    Deprecations,
    Other,
    Documentation,
}

impl Heading {
    /// The heading as text.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Version => "Version of the API",
            Self::Api => "Server, credential and error envelope",
            Self::Security => "Security of operations",
            Self::OperationsRemoved => "Operations removed",
            Self::OperationsMoved => "Operations renamed or moved",
            Self::EventsChanged => "Events removed or renamed",
            Self::FieldsRenamed => "Fields and parameters renamed",
            Self::FieldsRemoved => "Fields and parameters removed",
            Self::FieldsRetyped => "Types of fields and parameters changed",
            Self::Presence => "Fields made required, optional, nullable or non-nullable",
            Self::Values => "Enum values and variants",
            Self::TypesRenamed => "Components renamed, removed or added",
            Self::Bodies => "Request bodies",
            Self::Responses => "Responses and errors",
            Self::Limits => "Limits, defaults and styles",
            Self::OperationsAdded => "Operations added",
            Self::EventsAdded => "Events added",
            Self::FieldsAdded => "Fields and parameters added",
            Self::Deprecations => "Deprecations",
            Self::Other => "Other changes",
            Self::Documentation => "Documentation",
        }
    }

    /// The heading as a part of an anchor.
    pub(super) fn slug(self) -> String {
        let words = self.title().to_lowercase();
        words
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("-")
    }
}

/// The heading of a kind.
pub(super) fn heading_of_kind(kind: Kind) -> Heading {
    match kind {
        Kind::VersionChanged => Heading::Version,
        Kind::AuthenticationChanged | Kind::ServerChanged | Kind::EnvelopeChanged => Heading::Api,
        Kind::SecurityChanged => Heading::Security,
        Kind::OperationRemoved => Heading::OperationsRemoved,
        Kind::OperationRenamed | Kind::OperationMoved | Kind::OperationRetagged => Heading::OperationsMoved,
        Kind::WebhookRemoved | Kind::WebhookRenamed | Kind::EventChanged => Heading::EventsChanged,
        Kind::FieldRenamed | Kind::ParameterRenamed => Heading::FieldsRenamed,
        Kind::FieldRemoved | Kind::ParameterRemoved => Heading::FieldsRemoved,
        Kind::Retyped | Kind::ConstantChanged | Kind::DiscriminatorChanged => Heading::FieldsRetyped,
        Kind::MadeRequired | Kind::MadeOptional | Kind::MadeNullable | Kind::MadeNonNullable => {
            Heading::Presence
        }
        Kind::ValueAdded
        | Kind::ValueRemoved
        | Kind::VariantAdded
        | Kind::VariantRemoved
        | Kind::VariantRenamed => Heading::Values,
        Kind::TypeAdded | Kind::TypeRemoved | Kind::TypeRenamed => Heading::TypesRenamed,
        Kind::BodyAdded
        | Kind::BodyRemoved
        | Kind::BodyMadeRequired
        | Kind::BodyMadeOptional
        | Kind::BodyEncodingChanged
        | Kind::FormAdded
        | Kind::FormRemoved
        | Kind::FormRenamed => Heading::Bodies,
        Kind::SuccessChanged
        | Kind::PagesAdded
        | Kind::PagesRemoved
        | Kind::ErrorAdded
        | Kind::ErrorRemoved
        | Kind::ErrorRetyped => Heading::Responses,
        Kind::LimitTightened
        | Kind::LimitLoosened
        | Kind::LimitChanged
        | Kind::DefaultChanged
        | Kind::StyleChanged => Heading::Limits,
        Kind::OperationAdded => Heading::OperationsAdded,
        Kind::WebhookAdded => Heading::EventsAdded,
        Kind::FieldAdded | Kind::ParameterAdded => Heading::FieldsAdded,
        Kind::Deprecated | Kind::Undeprecated => Heading::Deprecations,
        Kind::Documentation => Heading::Documentation,
        #[allow(
            unreachable_patterns,
            reason = "a kind that the comparison learns needs no heading of its own at once"
        )]
        _ => Heading::Other,
    }
}

/// What changes of one group have in common. `first` is one of them.
pub(super) fn describe_common(first: &Change, all: &[&Change]) -> String {
    let name = first.name.as_deref().filter(|_| all.iter().all(|change| change.name == first.name));
    let values = first.before.as_deref().zip(first.after.as_deref());
    let values = values.filter(|_| {
        all.iter().all(|change| (&change.before, &change.after) == (&first.before, &first.after))
    });
    let what = name.map_or_else(|| "several fields".to_owned(), |name| format!("`{name}`"));
    match first.kind {
        Kind::FieldRemoved | Kind::ParameterRemoved => format!("{what} is gone"),
        Kind::FieldAdded | Kind::ParameterAdded => format!("{what} is new"),
        Kind::MadeRequired => format!("{what} is required now"),
        Kind::MadeOptional => format!("{what} is optional now"),
        Kind::MadeNullable => format!("{what} may be null now"),
        Kind::MadeNonNullable => format!("{what} is never null now"),
        Kind::ValueAdded => format!("the value {what} is new"),
        Kind::ValueRemoved => format!("the value {what} is gone"),
        Kind::Documentation => {
            name.map_or_else(|| "operations and types".to_owned(), |name| format!("`{name}`"))
        }
        Kind::FieldRenamed | Kind::ParameterRenamed => values
            .map_or_else(|| first.message.clone(), |(before, after)| format!("`{before}` is now `{after}`")),
        _ if all.iter().all(|change| change.message == first.message) => first.message.clone(),
        _ => match values {
            Some((before, after)) => format!("{before} is now {after}"),
            None => first.message.clone(),
        },
    }
}

/// A change, without its subject, among others of the same heading.
pub(super) fn describe_briefly(change: &Change) -> String {
    let name = change.name.as_deref().map(|name| format!("`{name}`"));
    match (change.kind, name) {
        (Kind::OperationAdded | Kind::OperationRemoved, _) => change.subject.clone(),
        (Kind::OperationRenamed, _) => describe_values(change),
        (Kind::OperationMoved | Kind::OperationRetagged | Kind::SecurityChanged, _)
            if change.subject.contains('/') =>
        {
            format!("{}: {}", change.subject, change.message)
        }
        (
            Kind::WebhookAdded
            | Kind::WebhookRemoved
            | Kind::FieldAdded
            | Kind::FieldRemoved
            | Kind::ParameterAdded
            | Kind::ParameterRemoved
            | Kind::TypeAdded
            | Kind::TypeRemoved,
            Some(name),
        ) => name,
        (Kind::MadeRequired, Some(name)) => format!("{name} is required now"),
        (Kind::MadeOptional, Some(name)) => format!("{name} is optional now"),
        (Kind::MadeNullable, Some(name)) => format!("{name} may be null now"),
        (Kind::MadeNonNullable, Some(name)) => format!("{name} is never null now"),
        (Kind::ValueAdded | Kind::VariantAdded, Some(name)) => format!("{name} is new"),
        (Kind::ValueRemoved | Kind::VariantRemoved, Some(name)) => format!("{name} is gone"),
        (Kind::Retyped, Some(name)) => match (&change.before, &change.after) {
            (Some(before), Some(after)) => format!("{name}: {before} is now {after}"),
            _ => change.message.clone(),
        },
        (
            Kind::TypeRenamed
            | Kind::FieldRenamed
            | Kind::ParameterRenamed
            | Kind::FormRenamed
            | Kind::VariantRenamed,
            _,
        ) => describe_values(change),
        _ => change.message.clone(),
    }
}

/// The old and the new name.
fn describe_values(change: &Change) -> String {
    // An inline type has no name.
    match (change.before.as_deref(), change.after.as_deref()) {
        (Some(before), Some("inline")) => format!("`{before}` is inline now"),
        (Some("inline"), Some(after)) => format!("an inline type is now `{after}`"),
        (Some(before), Some(after)) => format!("`{before}` is now `{after}`"),
        _ => change.message.clone(),
    }
}

/// What rare changes are listed under: the subject, or for whole operations, events and components what they belong to.
pub(super) fn resource_of_subject(change: &Change) -> String {
    let before = |text: &str, end: char| text.split(end).next().unwrap_or_default().to_owned();
    match change.kind {
        Kind::OperationAdded
        | Kind::OperationRemoved
        | Kind::OperationRenamed
        | Kind::OperationMoved
        | Kind::OperationRetagged
        | Kind::SecurityChanged => {
            let path = change.subject.split_once('/').map(|(_, path)| before(path, '/'));
            path.map_or_else(|| change.subject.clone(), |path| format!("/{path}"))
        }
        Kind::WebhookAdded | Kind::WebhookRemoved => match &change.name {
            Some(name) => format!("`{}`", before(name, '.')),
            None => change.subject.clone(),
        },
        Kind::TypeAdded | Kind::TypeRemoved | Kind::TypeRenamed => match change.kind {
            Kind::TypeAdded => "added".to_owned(),
            Kind::TypeRemoved => "removed".to_owned(),
            _ => "renamed".to_owned(),
        },
        _ => change.subject.clone(),
    }
}
