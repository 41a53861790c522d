//! The effects of overlays on a document that they were not written for.

use std::collections::BTreeSet;

use whop_codegen::diff::{Kind, diff};
use whop_codegen::document::Source;
use whop_codegen::model::Model;

use super::diff::{Companions, read_model};
use crate::failure::Failure;

/// The effects of the actions.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// The fields that actions create: an action that describes a removed field brings it back, without a type.
    pub(crate) made: BTreeSet<String>,
}

/// Applies the overlays to a document; `plain` is the model without them.
pub(crate) fn overlay_effects(
    document: &Source,
    companions: &Companions,
    plain: &Model,
) -> Result<Effects, Failure> {
    if companions.overlays.is_empty() {
        return Ok(Effects::default());
    }
    let with = read_model(document.clone(), companions)?;
    let made = diff(plain, &with).changes.into_iter().filter_map(|change| {
        let place = change.new?;
        let member = matches!(change.kind, Kind::FieldAdded | Kind::ParameterAdded);
        let by_overlay = member && companions.overlays.iter().any(|overlay| overlay.name == place.file);
        // The line is that of an overlay, which may differ from one commit to the next.
        by_overlay.then(|| format!("{}: {}", change.subject, change.message))
    });
    Ok(Effects { made: made.collect() })
}
