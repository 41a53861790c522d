//! How unions are decoded in the current text: what they report, and how many bytes they decode again.

use std::cell::Cell;

use crate::json::{
    decode_error::DecodeError,
    keeping,
    recovery_rules::{is_fillable, is_unreadable},
};

thread_local! {
    /// How unions are decoded in the current text.
    static RULES: Cell<Rules> = const { Cell::new(Rules::LENIENT) };
}

#[derive(Clone, Copy)]
struct Rules {
    /// Whether a variant that lacks a field is an error, which can then be filled, instead of an unknown variant.
    is_strict: bool,
    /// Whether a value that its type cannot hold is an error, after which the field keeps its text.
    keeps_fields: bool,
    /// Whether the outermost union reports why its value is not the variant that was meant.
    reports_outermost: bool,
    /// The bytes that may still be decoded as another variant: unions within unions would double the work at each level.
    budget: usize,
    /// The same for variants that are decoded again because a type cannot hold a value.
    budget_of_texts: usize,
}

/// The bytes that are decoded again, in relation to the text of a union that is not within another.
const MOST_REPEATED: usize = 8;

impl Rules {
    const LENIENT: Self = Self {
        is_strict: false,
        keeps_fields: false,
        reports_outermost: false,
        budget: 0,
        budget_of_texts: 0,
    };

    fn reports(self, error: &serde_json::Error) -> bool {
        (self.is_strict || self.keeps_fields) && {
            let error = DecodeError::without_position("", error);
            (self.is_strict && is_fillable(&error)) || (self.keeps_fields && is_unreadable(&error))
        }
    }
}

/// While it exists, unions report fields that are missing in the variant that was meant.
#[must_use]
pub(crate) struct StrictUnions(Rules);

impl StrictUnions {
    /// Makes unions strict, or not.
    pub(crate) fn set(is_strict: bool) -> Self {
        Self::replace(|before| Rules { is_strict, ..before })
    }

    /// Makes the outermost union report why its value is unknown.
    #[cfg(feature = "webhooks")]
    pub(crate) fn report_outermost() -> Self {
        Self::replace(|before| Rules { reports_outermost: true, ..before })
    }

    /// Makes unions report values that their types cannot hold, or not.
    pub(crate) fn keep_fields(keeps_fields: bool) -> Self {
        Self::replace(|before| Rules { keeps_fields, ..before })
    }

    fn replace(change: impl Fn(Rules) -> Rules) -> Self {
        let before = RULES.get();
        RULES.set(change(before));
        Self(before)
    }
}

impl Drop for StrictUnions {
    fn drop(&mut self) {
        RULES.set(self.0);
    }
}

/// Whether a union reports the error of the variant that was meant, instead of an unknown variant.
pub(super) fn is_reported(error: &serde_json::Error, is_root: bool) -> bool {
    let rules = RULES.get();
    (is_root && rules.reports_outermost) || rules.reports(error)
}

/// Whether texts are kept, and the error is about a value whose text a field of the variant can keep. Takes the bytes for it from
/// the budget.
pub(super) fn can_keep_fields(error: &serde_json::Error, bytes: usize) -> bool {
    if !keeping::may_replace() || !is_unreadable(&DecodeError::without_position("", error)) {
        return false;
    }
    let rules = RULES.get();
    let rest = rules.budget_of_texts.checked_sub(bytes);
    RULES.set(Rules { budget_of_texts: rest.unwrap_or_default(), ..rules });
    rest.is_some()
}

/// Sets the budget for a union that is not within another.
pub(super) fn start_budget(bytes: usize) {
    let budget = bytes.saturating_mul(MOST_REPEATED);
    RULES.set(Rules { budget, budget_of_texts: budget, ..RULES.get() });
}

/// Takes bytes from the budget; false if it is spent.
pub(super) fn spend(bytes: usize) -> bool {
    let rules = RULES.get();
    let Some(budget) = rules.budget.checked_sub(bytes) else { return false };
    RULES.set(Rules { budget, ..rules });
    true
}
