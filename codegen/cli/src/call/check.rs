//! Checks a call against the description before anything is sent.

use openapi_client_description::{
    BodyContent, Description, Encoding, JsonValue, Parameter,
    check::{Direction, TypeChecker, describe_type, describe_unknown, join_path},
};

use super::operation_call::Call;

/// Something wrong in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The path of the value, such as `plan.initial_price` and `items[2].amount`; `body` for the body as a whole.
    pub(crate) path: String,
    /// What is wrong and what to do.
    pub(crate) reason: String,
}

/// The name of a body as a whole.
pub(crate) const WHOLE_BODY: &str = "body";

impl Call {
    /// Everything that is wrong with the arguments, in the order of the document.
    pub(crate) fn check(&self) -> Result<(), Vec<Problem>> {
        let mut problems = self.check_parameters();
        problems.extend(self.check_body());
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn description(&self) -> &'static Description {
        &self.loaded.description
    }

    fn check_parameters(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for parameter in self.loaded.operation.parameters.iter() {
            let name = parameter.request_name();
            match self.arguments.get(name) {
                Some(value) => problems.extend(self.check_parameter(parameter, value)),
                None if parameter.field.is_required() && parameter.field.constant.is_none() => {
                    let expected = describe_type(self.description(), parameter.field.ty());
                    problems.push(Problem {
                        path: name.to_owned(),
                        reason: format!("missing; expected {expected}"),
                    });
                }
                None => {}
            }
        }
        problems
    }

    fn check_parameter(&self, parameter: Parameter<'_>, value: &JsonValue) -> Vec<Problem> {
        let mut checker = TypeChecker::new(self.description(), Direction::Request);
        checker.check_field(parameter.field, value, "");
        let found = checker.into_violations().into_iter();
        let name = parameter.request_name();
        found
            .map(|violation| Problem { path: join(name, &violation.path), reason: violation.details })
            .collect()
    }

    /// The names of arguments that neither the parameters nor the body have.
    fn check_names(&self) -> Vec<Problem> {
        let known: Vec<&str> =
            self.loaded.operation.parameters.iter().map(|parameter| parameter.request_name()).collect();
        let unknown = self.arguments.keys().filter(|name| !known.contains(&name.as_str()));
        let problems = unknown.map(|name| {
            let reason = describe_unknown("there is no such argument", name, known.iter().copied());
            Problem { path: name.clone(), reason }
        });
        problems.collect()
    }

    fn check_body(&self) -> Vec<Problem> {
        let problem = |reason: String| vec![Problem { path: WHOLE_BODY.to_owned(), reason }];
        let Some(body) = &self.loaded.operation.body else {
            if self.body.is_some() || self.raw_body.is_some() {
                return problem("this operation has no body; leave it out".to_owned());
            }
            return self.check_names();
        };
        if body.encoding == Encoding::Raw || self.raw_body.is_some() {
            let is_missing = body.required && self.raw_body.is_none();
            let reason = "missing; expected the content of the body, as a file with `--body @FILE`";
            return if is_missing { problem(reason.to_owned()) } else { self.check_names() };
        }
        let value = self.body_value();
        if let (BodyContent::Value(_), None) = (&body.content, &value) {
            let mut problems = self.check_names();
            if body.required {
                problems.push(Problem {
                    path: WHOLE_BODY.to_owned(),
                    reason: "missing; expected a JSON value with `--body`".to_owned(),
                });
            }
            return problems;
        }
        let value = match value {
            Some(value) => value,
            None if body.required => JsonValue::empty_object(),
            None => return Vec::new(),
        };
        let mut checker = TypeChecker::new(self.description(), Direction::Request);
        checker.check_body(body, &value);
        let found = checker.into_violations().into_iter();
        let problems = found.map(|violation| Problem {
            path: match violation.path.as_str() {
                "" => WHOLE_BODY.to_owned(),
                path if path.starts_with('[') => format!("{WHOLE_BODY}{path}"),
                path => path.to_owned(),
            },
            reason: violation.details,
        });
        problems.collect()
    }

    /// The body as it is sent: `body` with the fields among the arguments, and the values with which requests start. `None` if
    /// there is nothing to send.
    pub(super) fn body_value(&self) -> Option<JsonValue> {
        let operation = &self.loaded.operation;
        let body = operation.body.as_ref()?;
        let fields: Vec<(&String, &JsonValue)> =
            self.arguments.iter().filter(|(name, _)| !self.is_parameter(name)).collect();
        let mut value = match &self.body {
            Some(value) => value.clone(),
            None if fields.is_empty() && !body.required => return None,
            None if matches!(body.content, BodyContent::Value(_)) && fields.is_empty() => return None,
            None => JsonValue::empty_object(),
        };
        for (name, field) in fields {
            value.set(name, field.clone());
        }
        if let BodyContent::Variants(variants) = &body.content
            && let [only] = variants.as_slice()
        {
            for (name, field) in &only.object.fields {
                let constant = field
                    .constant
                    .as_ref()
                    .filter(|_| field.is_required() && body.required && !field.read_only);
                if let Some(initial) =
                    constant.or(field.initial.as_ref()).filter(|_| value.get(name).is_none())
                {
                    value.set(name, initial.clone());
                }
            }
            sort_fields(&mut value, only.object.fields.keys());
        } else if let BodyContent::Variants(variants) = &body.content {
            sort_fields(&mut value, variants.iter().flat_map(|variant| variant.object.fields.keys()));
        }
        Some(value)
    }

    /// Whether an argument is a parameter and not a field of the body.
    pub(super) fn is_parameter(&self, name: &str) -> bool {
        self.loaded.operation.parameters.iter().any(|parameter| parameter.request_name() == name)
    }
}

/// Brings the properties of an object in the order of the document; others stay behind them.
fn sort_fields<'a>(value: &mut JsonValue, order: impl Iterator<Item = &'a String>) {
    let JsonValue::Object(properties) = value else { return };
    let order: Vec<&String> = order.collect();
    properties.sort_by_key(|(name, _)| order.iter().position(|other| *other == name).unwrap_or(usize::MAX));
}

/// The path of a value within an argument.
fn join(name: &str, path: &str) -> String {
    if path.starts_with('[') {
        format!("{name}{path}")
    } else if path.is_empty() {
        name.to_owned()
    } else {
        join_path(name, path)
    }
}
