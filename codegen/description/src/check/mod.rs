//! Validates values against their types and reports every violation with its path.

mod body;
mod messages;

use chrono::{DateTime, NaiveDate};

use self::messages::{cut, list_choices, show};
pub use self::messages::{describe_type, describe_unknown, edit_distance, join_path, suggest};
use crate::{
    constraints::Constraints,
    description::{Description, RejectionReason},
    field::Field,
    json_value::JsonValue,
    type_definition::{Object, TypeDefinition, UnionVariant},
    validate::{find_violation, is_equal, parse_decimal, parse_number},
    value_type::Type,
};

/// The maximum depth of validation, which ends recursive aliases.
const MAX_DEPTH: usize = 200;

/// Whether a value is sent in a request or in a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// In a request.
    Request,
    /// In a response.
    Response,
}

impl Direction {
    /// Whether values in this direction can have a field.
    #[must_use]
    pub fn includes(self, field: &Field) -> bool {
        match self {
            Self::Request => !field.read_only,
            Self::Response => !field.write_only,
        }
    }
}

/// Something wrong in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The kind of what is wrong.
    pub reason: RejectionReason,
    /// The path within the parameter or body, such as `items[2].amount`.
    pub path: String,
    /// What is wrong and what to do.
    pub details: String,
}

/// Collects the violations of values.
#[derive(Debug)]
pub struct TypeChecker<'a> {
    description: &'a Description,
    direction: Direction,
    violations: Vec<Violation>,
    depth: usize,
}

impl<'a> TypeChecker<'a> {
    /// A checker without violations.
    #[must_use]
    pub fn new(description: &'a Description, direction: Direction) -> Self {
        Self { description, direction, violations: Vec::new(), depth: 0 }
    }

    /// What was wrong in the values that were checked.
    #[must_use]
    pub fn into_violations(self) -> Vec<Violation> {
        self.violations
    }

    /// Whether a value is valid for a field.
    #[must_use]
    pub fn is_valid_field(
        description: &'a Description,
        direction: Direction,
        field: &Field,
        value: &JsonValue,
    ) -> bool {
        let mut checker = Self::new(description, direction);
        checker.check_field(field, value, "");
        checker.violations.is_empty()
    }

    /// Whether a value is valid for a type.
    #[must_use]
    pub fn is_valid(
        description: &'a Description,
        direction: Direction,
        ty: &Type,
        value: &JsonValue,
    ) -> bool {
        let mut checker = Self::new(description, direction);
        checker.check_value(ty, None, value, "");
        checker.violations.is_empty()
    }

    /// Adds a violation.
    pub fn report(&mut self, reason: RejectionReason, path: &str, details: String) {
        self.violations.push(Violation { reason, path: path.to_owned(), details });
    }

    fn report_invalid(&mut self, path: &str, details: String) {
        self.report(RejectionReason::InvalidParameter, path, details);
    }

    /// Checks the value of a field, including its constant and constraints.
    pub fn check_field(&mut self, field: &Field, value: &JsonValue, path: &str) {
        let before = self.violations.len();
        self.check_value(field.ty(), Some(&field.constraints), value, path);
        let constant = field.constant.as_ref().filter(|constant| !is_equal(constant, value));
        if let (Some(constant), true) =
            (constant, self.violations.len() == before && *value != JsonValue::Null)
        {
            self.report_invalid(path, format!("expected {constant}, found {}", show(value)));
        }
    }

    /// Checks a value with constraints of its field.
    pub fn check_value(
        &mut self,
        ty: &Type,
        constraints: Option<&Constraints>,
        value: &JsonValue,
        path: &str,
    ) {
        if self.depth > MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let before = self.violations.len();
        self.check_type(ty, constraints, value, path);
        if self.violations.len() == before {
            self.check_constraints(constraints, value, path);
        }
        self.depth -= 1;
    }

    fn check_constraints(&mut self, constraints: Option<&Constraints>, value: &JsonValue, path: &str) {
        if let Some(details) = constraints.and_then(|constraints| find_violation(constraints, value)) {
            self.report_invalid(path, details);
        }
    }

    fn check_type(&mut self, ty: &Type, constraints: Option<&Constraints>, value: &JsonValue, path: &str) {
        match (ty, value) {
            (Type::Json, _) | (Type::Nullable(_), JsonValue::Null) => {}
            (Type::Nullable(inner), _) => self.check_type(inner, constraints, value, path),
            (Type::Named(name), _) => self.check_named(name, value, path),
            (Type::String | Type::Secret | Type::Binary, JsonValue::String(_))
            | (Type::Boolean, JsonValue::Bool(_))
            | (Type::Float, JsonValue::Number(_))
            | (Type::JsonObject, JsonValue::Object(_)) => {}
            (Type::Integer, JsonValue::Number(text)) => self.check_integer(text, path, false),
            (Type::Unsigned, JsonValue::Number(text)) => self.check_integer(text, path, true),
            (Type::Decimal, JsonValue::Number(text)) => {
                if parse_number(value).is_none() {
                    let found = cut(text);
                    self.report_invalid(
                        path,
                        format!("expected a number of at most 28 digits, found {found}"),
                    );
                }
            }
            (Type::DateTime, JsonValue::String(text)) => {
                if DateTime::parse_from_rfc3339(text).is_err() {
                    self.report_unexpected(ty, show(value), path);
                }
            }
            (Type::Date, JsonValue::String(text)) => {
                if NaiveDate::parse_from_str(text, "%Y-%m-%d").is_err() {
                    self.report_unexpected(ty, show(value), path);
                }
            }
            (Type::List(inner), JsonValue::List(items)) => {
                let constraints = constraints.and_then(|constraints| constraints.items.as_deref());
                for (index, item) in items.iter().enumerate() {
                    self.check_value(inner, constraints, item, &format!("{path}[{index}]"));
                }
            }
            (Type::Map(inner), JsonValue::Object(properties)) => {
                for (name, value) in properties {
                    self.check_value(inner, None, value, &join_path(path, name));
                }
            }
            _ => self.report_unexpected(ty, value.type_name().to_owned(), path),
        }
    }

    fn report_unexpected(&mut self, ty: &Type, found: String, path: &str) {
        let expected = describe_type(self.description, ty);
        self.report_invalid(path, format!("expected {expected}, found {found}"));
    }

    fn check_integer(&mut self, text: &str, path: &str, is_unsigned: bool) {
        let fits =
            |number| if is_unsigned { u64::try_from(number).is_ok() } else { i64::try_from(number).is_ok() };
        let parses = if is_unsigned { text.parse::<u64>().is_ok() } else { text.parse::<i64>().is_ok() };
        let expected = if is_unsigned { "an unsigned integer of 64 bits" } else { "an integer of 64 bits" };
        let is_integer = |text: &str| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
        };
        let expected = match parse_decimal(text) {
            _ if parses => return,
            Some(number) if number.is_integer() && fits(number) => return,
            Some(number) if number.is_integer() => expected,
            // More digits than a decimal can hold.
            None if is_integer(text) => expected,
            _ => "an integer",
        };
        self.report_invalid(path, format!("expected {expected}, found {}", cut(text)));
    }

    fn check_named(&mut self, name: &str, value: &JsonValue, path: &str) {
        let description = self.description;
        match (description.types.get(name), value) {
            (None, _) => {}
            (Some(TypeDefinition::Alias(field)), _) => self.check_field(field, value, path),
            (Some(TypeDefinition::Identifier(_)), JsonValue::String(_)) => {}
            (Some(TypeDefinition::Identifier(_)), _) => {
                self.report_invalid(path, format!("expected a string, found {}", value.type_name()));
            }
            (Some(TypeDefinition::Enum(values)), JsonValue::String(text)) => {
                if !values.contains(text) {
                    let expected = list_choices(values);
                    let meant = suggest(text, values.iter().map(String::as_str));
                    self.report_invalid(
                        path,
                        format!("expected one of {expected}, found {}{meant}", show(value)),
                    );
                }
            }
            (Some(TypeDefinition::Enum(values)), _) => {
                let expected = list_choices(values);
                self.report_invalid(path, format!("expected one of {expected}, found {}", value.type_name()));
            }
            (Some(TypeDefinition::Object(object)), JsonValue::Object(_)) => {
                self.check_object(object, value, path);
            }
            (Some(TypeDefinition::Object(_)), _) => {
                self.report_invalid(path, format!("expected an object, found {}", value.type_name()));
            }
            (Some(TypeDefinition::Union(variants)), _) => self.check_union(variants, value, path),
        }
    }

    /// Checks the fields of an object: present ones, missing ones and unknown ones.
    pub fn check_object(&mut self, object: &Object, value: &JsonValue, path: &str) {
        for (name, value) in value.properties() {
            let path = join_path(path, name);
            match object.fields.get(name) {
                Some(field) if self.direction == Direction::Request && field.read_only => {
                    let details = "only the server sets it; leave it out".to_owned();
                    self.report(RejectionReason::UnknownParameter, &path, details);
                }
                Some(field) => self.check_field(field, value, &path),
                None if object.open || self.direction == Direction::Response => {}
                None => {
                    let names = object.fields.keys().map(String::as_str);
                    let details = describe_unknown("the document has no such field", name, names);
                    self.report(RejectionReason::UnknownParameter, &path, details);
                }
            }
        }
        for (name, field) in object.fields.iter().filter(|(_, field)| field.is_required()) {
            if self.direction.includes(field) && value.get(name).is_none() {
                let details = format!("missing; expected {}", describe_type(self.description, field.ty()));
                self.report(RejectionReason::MissingParameter, &join_path(path, name), details);
            }
        }
        self.check_constraints(Some(&object.constraints), value, path);
    }

    fn check_union(&mut self, variants: &'a [UnionVariant], value: &JsonValue, path: &str) {
        let attempts = variants.iter().map(|variant| {
            let mut checker = Self { violations: Vec::new(), ..*self };
            checker.check_constants(variant, value, path);
            // The fields that select a variant count more than what is wrong inside of it.
            let is_selected = checker.violations.is_empty() && !variant.constants.is_empty();
            checker.check_value(&variant.ty, None, value, path);
            VariantAttempt { name: &variant.name, is_selected, violations: checker.violations }
        });
        self.report_best_variant(attempts.collect(), path);
    }

    /// Accepts the value if one of the variants does; otherwise reports the violations of the variant that matches best.
    fn report_best_variant(&mut self, attempts: Vec<VariantAttempt<'_>>, path: &str) {
        let has_alternatives = attempts.len() > 1;
        let best = attempts.into_iter().min_by_key(|attempt| {
            let violations = &attempt.violations;
            // A value of another JSON type matches less than an object with violations inside.
            let at_root = violations.iter().filter(|violation| violation.path == path).count();
            (!violations.is_empty(), !attempt.is_selected, at_root, violations.len())
        });
        let Some(VariantAttempt { name, violations, .. }) = best else { return };
        self.violations.extend(violations.into_iter().map(|violation| {
            if has_alternatives && !name.is_empty() {
                let details = format!("{} (closest variant: `{name}`)", violation.details);
                Violation { details, ..violation }
            } else {
                violation
            }
        }));
    }

    fn check_constants(&mut self, variant: &UnionVariant, value: &JsonValue, path: &str) {
        for (name, values) in &variant.constants {
            let expected = list_choices(values);
            match value.get(name) {
                Some(JsonValue::String(text)) if values.contains(text) => {}
                Some(other) => {
                    let details = format!("expected one of {expected}, found {}", show(other));
                    self.report_invalid(&join_path(path, name), details);
                }
                None => {
                    let details = format!("missing; expected one of {expected}");
                    self.report(RejectionReason::MissingParameter, &join_path(path, name), details);
                }
            }
        }
    }
}

/// The result of checking a value against a variant.
#[derive(Debug)]
struct VariantAttempt<'a> {
    name: &'a str,
    /// Whether all constants of the variant are present.
    is_selected: bool,
    violations: Vec<Violation>,
}
