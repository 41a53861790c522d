//! Reads a request: its parameters and body by name in one object, or everything that is wrong with them.

use http::header::{AUTHORIZATION, COOKIE};
use openapi_client_description::{
    Body, BodyContent, Description, JsonValue, Location, Operation, Parameter, RejectionReason, Style, Type,
    check::{Direction, TypeChecker, Violation, describe_type, describe_unknown, join_path},
};
use openapi_client_runtime::__private::{Authentication, Service};

use crate::engine::page_rules::{POSITION, has_page_urls};
use crate::engine::pagination::NAMES;
use crate::engine::parameter_values::{Pair, parse_named, parse_pairs, parse_simple};
use crate::engine::path_template::{is_pair, split_query};
use crate::engine::protocol::{Arguments, Options, Request};
use crate::engine::request_body::{DecodedBody, decode_body, find_alternative};

/// The name of a body without known fields among the arguments.
const WHOLE_BODY: &str = "body";

/// A violation with its place in the request.
#[derive(Clone, Debug)]
pub(crate) struct LocatedViolation {
    pub(crate) reason: RejectionReason,
    /// Such as `body.items[2].amount`, `query.first`, `header X`.
    pub(crate) location: String,
    /// The same without the part of the request: `items[2].amount`, `first`, `X`.
    pub(crate) name: String,
    pub(crate) details: String,
}

/// Reads the request of an operation.
pub(crate) struct RequestReader<'a> {
    pub(crate) description: &'a Description,
    pub(crate) service: &'a Service,
    pub(crate) options: &'a Options,
    pub(crate) operation: &'a Operation,
    pub(crate) request: &'a Request,
    /// The decoded parameters of the path.
    pub(crate) path: &'a [(String, String)],
}

impl RequestReader<'_> {
    /// The arguments, or all violations: of the credential first, then of the version, the parameters and the body.
    pub(crate) fn read(&self) -> Result<Arguments, Vec<LocatedViolation>> {
        let mut violations = Vec::new();
        let mut arguments = Vec::new();
        let mut pairs = parse_pairs(self.request.query.as_deref().unwrap_or_default());
        if self.options.credentials && !self.operation.unauthenticated {
            violations.extend(self.check_credentials(&pairs));
        }
        for fixed in parse_pairs(split_query(&self.operation.path).1) {
            pairs.iter_mut().filter(|pair| is_pair(&fixed, pair)).for_each(|pair| pair.used = true);
        }
        for scheme in self.service.credentials {
            if let Authentication::Query(name) = scheme.authentication {
                pairs.iter_mut().filter(|pair| pair.name == name).for_each(|pair| pair.used = true);
            }
        }
        if has_page_urls(self.operation) {
            pairs.iter_mut().filter(|pair| pair.name == POSITION).for_each(|pair| pair.used = true);
        }
        violations.extend(self.check_version());
        for parameter in self.parameters() {
            match self.parse_parameter(parameter, &mut pairs) {
                Some(value) => {
                    let mut checker = self.type_checker();
                    checker.check_field(parameter.field, &value, "");
                    self.check_page_size(parameter, &value, &mut checker);
                    let found = checker.into_violations().into_iter();
                    violations.extend(found.map(|violation| locate_in_parameter(parameter, violation)));
                    arguments.push((parameter.request_name().to_owned(), value));
                }
                None if parameter.field.is_required() => {
                    let expected = describe_type(self.description, parameter.field.ty());
                    let details = format!("missing; expected {expected}");
                    let violation = root_violation(RejectionReason::MissingParameter, details);
                    violations.push(locate_in_parameter(parameter, violation));
                }
                None => {}
            }
        }
        violations.extend(self.check_unused(&pairs));
        match self.read_body() {
            Ok(fields) => arguments.extend(fields),
            Err(found) => violations.extend(found.into_iter().map(locate_in_body)),
        }
        if violations.is_empty() { Ok(JsonValue::Object(arguments)) } else { Err(violations) }
    }

    /// The parameters; last the exploded objects, which have pairs of other names, and of these last the maps, which have every
    /// pair of the query that no other parameter has.
    fn parameters(&self) -> Vec<Parameter<'_>> {
        let mut parameters: Vec<_> = self.operation.parameters.iter().collect();
        parameters.sort_by_key(|parameter| {
            let ty = parameter.field.ty();
            let is_exploded =
                parameter.location == Location::Query && parameter.style() == Style::FormExploded;
            let is_map = matches!(self.description.resolve(ty), Type::JsonObject | Type::Map(_));
            let is_object = self.description.object(ty).is_some();
            u8::from(is_exploded && (is_map || is_object)) + u8::from(is_exploded && is_map)
        });
        parameters
    }

    /// Checks the number of items that a request asks for.
    fn check_page_size(&self, parameter: Parameter<'_>, value: &JsonValue, checker: &mut TypeChecker<'_>) {
        let paging = self.operation.paging.as_ref();
        let is_size = match paging.and_then(|paging| paging.size.as_ref()) {
            Some(size) => size.parameter == parameter.name,
            None => self.operation.paginated && [NAMES.first, NAMES.last].contains(&parameter.name),
        };
        let minimum = self.description.pages.min_size;
        if let Some(size) = value.as_number::<i64>().filter(|size| is_size && *size < i64::from(minimum)) {
            let details = format!("expected at least {minimum}, found {size}");
            checker.report(RejectionReason::InvalidParameter, "", details);
        }
    }

    fn type_checker(&self) -> TypeChecker<'_> {
        TypeChecker::new(self.description, Direction::Request)
    }

    /// Checks that the request has all credentials of one alternative of what the operation requires. Any value is accepted: a
    /// mock has no accounts.
    fn check_credentials(&self, pairs: &[Pair]) -> Option<LocatedViolation> {
        let alternatives = self.service.security.get(self.operation.security).copied().unwrap_or_default();
        let schemes = |alternative: &'static [usize]| {
            alternative.iter().filter_map(|index| self.service.credentials.get(*index))
        };
        let missing = |alternative: &'static [usize]| {
            schemes(alternative).find(|scheme| !self.has_credential(scheme.authentication, pairs))
        };
        if alternatives.iter().any(|alternative| missing(alternative).is_none()) {
            return None;
        }
        let scheme = missing(alternatives.first()?)?;
        let (part, name, expected) = match scheme.authentication {
            Authentication::Bearer => ("header", "Authorization", "`Bearer` and an API key".to_owned()),
            Authentication::Basic => ("header", "Authorization", "`Basic` and an API key".to_owned()),
            Authentication::Http(name) => ("header", "Authorization", format!("`{name}` and a credential")),
            Authentication::Header(name) => ("header", name, "an API key".to_owned()),
            Authentication::Query(name) => ("query", name, "an API key".to_owned()),
            Authentication::Cookie(name) => ("cookie", name, "an API key".to_owned()),
        };
        let remedy = match self.service.credentials {
            [_] => "set the client's API key".to_owned(),
            _ => format!("set the client's credential `{}`", scheme.name),
        };
        Some(LocatedViolation {
            reason: RejectionReason::MissingCredential,
            location: format!("{part} {name}"),
            name: name.to_owned(),
            details: format!("missing or malformed; expected {expected}: {remedy}"),
        })
    }

    fn has_credential(&self, authentication: Authentication, pairs: &[Pair]) -> bool {
        let header = |name: &str| self.request.headers.get(name).and_then(|value| value.to_str().ok());
        let has_scheme = |scheme: &str| {
            let value = header(AUTHORIZATION.as_str()).unwrap_or_default();
            let (name, credential) = value.split_once(' ').unwrap_or((value, ""));
            name.eq_ignore_ascii_case(scheme) && !credential.trim().is_empty()
        };
        match authentication {
            Authentication::Bearer => has_scheme("Bearer"),
            Authentication::Basic => has_scheme("Basic"),
            Authentication::Http(scheme) => has_scheme(scheme),
            Authentication::Header(name) => header(name).is_some_and(|key| !key.is_empty()),
            Authentication::Query(name) => {
                pairs.iter().any(|pair| pair.name == name && !pair.value.is_empty())
            }
            Authentication::Cookie(name) => {
                let cookies = header(COOKIE.as_str()).unwrap_or_default().split(';');
                let mut pairs = cookies.filter_map(|pair| pair.split_once('='));
                pairs.any(|(key, value)| key.trim() == name && !value.trim().is_empty())
            }
        }
    }

    /// Rejects versions that the description does not know, or all but its own.
    fn check_version(&self) -> Option<LocatedViolation> {
        let (name, version) = self.service.version_header?;
        let given = self.request.headers.get(name)?.to_str().unwrap_or_default();
        let known = &self.description.versions;
        let is_known = known.iter().any(|known| known == given);
        if given == version || is_known && !self.options.strict_version {
            return None;
        }
        let described = format!("this crate's document describes the version {version}");
        let details = match known.as_slice() {
            _ if is_known => format!("{described}, and this server accepts no other"),
            [] => described,
            known => format!("{described}, and the known versions are {}", known.join(", ")),
        };
        Some(LocatedViolation {
            reason: RejectionReason::UnsupportedVersion,
            location: format!("header {name}"),
            name: given.to_owned(),
            details,
        })
    }

    fn parse_parameter(&self, parameter: Parameter<'_>, pairs: &mut [Pair]) -> Option<JsonValue> {
        let (name, ty) = (parameter.name, parameter.field.ty());
        let simple = |text: &str| parse_simple(self.description, ty, parameter.style(), text);
        match parameter.location {
            Location::Path => self.path.iter().find(|(other, _)| other == name).map(|(_, text)| simple(text)),
            Location::Query => parse_named(self.description, ty, parameter.style(), name, pairs),
            Location::Header => {
                // Lines of the same header are one list (RFC 9110, section 5.3).
                let values = self.request.headers.get_all(name).iter();
                let values: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
                (!values.is_empty()).then(|| simple(&values.join(",")))
            }
            Location::Cookie => {
                let mut cookies = self.cookies(parameter);
                if parameter.style() == Style::FormExploded {
                    return parse_named(self.description, ty, Style::FormExploded, name, &mut cookies);
                }
                cookies.iter().find(|cookie| cookie.name == name).map(|cookie| simple(&cookie.value))
            }
        }
    }

    /// The cookies that may belong to a parameter: all that are not credentials or other parameters.
    fn cookies(&self, parameter: Parameter<'_>) -> Vec<Pair> {
        let lines = self.request.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let cookies =
            pairs.map(|(name, value)| Pair { name: decode(name), value: decode(value), used: false });
        let is_other = |cookie: &Pair| {
            let mut schemes = self.service.credentials.iter();
            let is_own = |scheme| matches!(scheme, Authentication::Cookie(name) if name == cookie.name);
            let is_credential = schemes.any(|scheme| is_own(scheme.authentication));
            is_credential || self.operation.parameters.cookie.contains_key(&cookie.name)
        };
        cookies.filter(|cookie| cookie.name == parameter.name || !is_other(cookie)).collect()
    }

    /// Reports the unused pairs of the query: unknown and repeated parameters.
    fn check_unused(&self, pairs: &[Pair]) -> Vec<LocatedViolation> {
        let known = &self.operation.parameters.query;
        let unused = pairs.iter().filter(|pair| !pair.used);
        let violations = unused.map(|pair| {
            let (reason, details) = if known.contains_key(&pair.name) {
                (RejectionReason::InvalidParameter, "given twice; give it once".to_owned())
            } else {
                let known = known.keys().map(String::as_str);
                let details = describe_unknown("the document has no such parameter", &pair.name, known);
                (RejectionReason::UnknownParameter, details)
            };
            let location = format!("query.{}", pair.name);
            LocatedViolation { reason, location, name: pair.name.clone(), details }
        });
        violations.collect()
    }

    /// The fields of the body as arguments.
    fn read_body(&self) -> Result<Vec<(String, JsonValue)>, Vec<Violation>> {
        let bytes = &self.request.body;
        let Some(body) = &self.operation.body else {
            let is_empty = bytes.is_empty() || bytes.as_ref() == b"{}";
            let details = "this operation has no request body; send none".to_owned();
            let violation = root_violation(RejectionReason::UnknownParameter, details);
            return if is_empty { Ok(Vec::new()) } else { Err(vec![violation]) };
        };
        let headers = &self.request.headers;
        let alternative = find_alternative(body, headers);
        let body = alternative.unwrap_or(body);
        let decoded = decode_body(self.description, body, headers, bytes);
        match decoded.map_err(|violation| vec![violation])? {
            DecodedBody::Empty if body.required => Err(vec![missing_body(body)]),
            DecodedBody::Empty | DecodedBody::Raw => Ok(Vec::new()),
            DecodedBody::Value(value) => {
                let violations = self.check_body(body, &value);
                if !violations.is_empty() {
                    return Err(violations);
                }
                Ok(match (alternative, &body.content, value) {
                    // No field of the usual body has this name.
                    (Some(other), _, value) => vec![(other.media_type.clone().unwrap_or_default(), value)],
                    (None, BodyContent::Variants(_), JsonValue::Object(fields)) => fields,
                    (None, _, value) => vec![(WHOLE_BODY.to_owned(), value)],
                })
            }
        }
    }

    fn check_body(&self, body: &Body, value: &JsonValue) -> Vec<Violation> {
        let mut checker = self.type_checker();
        checker.check_body(body, value);
        checker.into_violations()
    }
}

fn missing_body(body: &Body) -> Violation {
    let required: Vec<String> = match &body.content {
        BodyContent::Variants(variants) => {
            let fields = variants.first().into_iter().flat_map(|variant| &variant.object.fields);
            let required = fields.filter(|(_, field)| field.is_required() && !field.read_only);
            required.map(|(name, _)| format!("`{name}`")).collect()
        }
        BodyContent::Value(_) => Vec::new(),
    };
    let with = if required.is_empty() { String::new() } else { format!(" with {}", required.join(", ")) };
    root_violation(RejectionReason::MissingParameter, format!("missing; expected a body{with}"))
}

fn root_violation(reason: RejectionReason, details: String) -> Violation {
    Violation { reason, path: String::new(), details }
}

fn locate_in_parameter(parameter: Parameter<'_>, violation: Violation) -> LocatedViolation {
    let name = match violation.path.as_str() {
        "" => parameter.name.to_owned(),
        path if path.starts_with('[') => format!("{}{path}", parameter.name),
        path => join_path(parameter.name, path),
    };
    let separator = if matches!(parameter.location, Location::Header | Location::Cookie) { ' ' } else { '.' };
    let location = format!("{}{separator}{name}", parameter.location.as_str());
    LocatedViolation { reason: violation.reason, location, name, details: violation.details }
}

fn locate_in_body(violation: Violation) -> LocatedViolation {
    let Violation { reason, path, details } = violation;
    let location = match path.as_str() {
        "" => WHOLE_BODY.to_owned(),
        path if path.starts_with('[') => format!("{WHOLE_BODY}{path}"),
        path => format!("{WHOLE_BODY}.{path}"),
    };
    let name = if path.is_empty() { WHOLE_BODY.to_owned() } else { path };
    LocatedViolation { reason, location, name, details }
}
