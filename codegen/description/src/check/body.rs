//! Checks the body of a request.

use super::{Direction, TypeChecker, VariantAttempt};
use crate::{
    description::RejectionReason,
    json_value::JsonValue,
    operation::{Body, BodyContent, BodyVariant},
};

impl TypeChecker<'_> {
    /// Checks the decoded body of a request.
    pub fn check_body(&mut self, body: &Body, value: &JsonValue) {
        let variants = match &body.content {
            BodyContent::Value(ty) => return self.check_value(ty, None, value, ""),
            BodyContent::Variants(variants) => variants,
        };
        let attempts = variants.iter().map(|variant| {
            let mut checker = TypeChecker::new(self.description, Direction::Request);
            if matches!(value, JsonValue::Object(_)) {
                checker.check_object(&variant.object, value, "");
            } else {
                let details = format!("expected an object, found {}", value.type_name());
                checker.report(RejectionReason::InvalidParameter, "", details);
            }
            VariantAttempt {
                name: &variant.name,
                is_selected: has_constants(variant, value),
                violations: checker.into_violations(),
            }
        });
        self.report_best_variant(attempts.collect(), "");
    }
}

/// Whether a variant has constants, and the value has all of them.
fn has_constants(variant: &BodyVariant, value: &JsonValue) -> bool {
    let fields = variant.object.fields.iter();
    let mut constants = fields.filter_map(|(name, field)| Some((name, field.constant.as_ref()?))).peekable();
    constants.peek().is_some() && constants.all(|(name, constant)| value.get(name) == Some(constant))
}
