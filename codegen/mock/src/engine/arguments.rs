//! A request into its arguments: parameters and body by their names in one object, or everything that is wrong with them.

use http::header::{AUTHORIZATION, COOKIE};

use crate::engine::body::{self, Held};
use crate::engine::check::{Checker, Direction, Finding, below, unknown};
use crate::engine::document::{Body, Content, Document, Form, Operation, Parameter, Place};
use crate::engine::text::{self, Pair};
use crate::engine::tree::Json;
use crate::engine::{Fault, Request};
use openapi_client_runtime::__private::{Authentication, Service};

/// The name of a body that is no object, among the arguments.
const WHOLE: &str = "body";

/// Something wrong, with its place in the request.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    pub(crate) fault: Fault,
    /// `body.items[2].amount`, `query.first`, `header X`.
    pub(crate) place: String,
    /// `items[2].amount`, `first`, `X`.
    pub(crate) name: String,
    pub(crate) reason: String,
}

/// The parts of a request that are read on the way to its arguments.
pub(crate) struct Reader<'a> {
    pub(crate) document: &'a Document,
    pub(crate) service: &'a Service,
    pub(crate) operation: &'a Operation,
    pub(crate) request: &'a Request,
    /// The parameters of the path.
    pub(crate) path: &'a [(String, String)],
}

impl Reader<'_> {
    /// The arguments, or what is wrong: the credential first, then the version, parameters and the body.
    pub(crate) fn read(&self, credentials: bool) -> Result<Json, Vec<Located>> {
        let mut faults = Vec::new();
        let mut arguments = Vec::new();
        let query = self.request.query.as_deref().unwrap_or_default();
        let mut pairs = text::pairs(query);
        if credentials && !self.operation.public {
            faults.extend(self.credential(&mut pairs));
        } else if let Authentication::Query(name) = self.service.authentication {
            pairs.iter_mut().filter(|pair| pair.name == name).for_each(|pair| pair.used = true);
        }
        faults.extend(self.version());
        for parameter in &self.operation.parameters {
            match self.parameter(parameter, &mut pairs) {
                Some(value) => {
                    let mut checker = Checker::new(self.document, Direction::Request);
                    checker.member(&parameter.member, &value, "");
                    faults.extend(checker.found().into_iter().map(|finding| at(parameter, finding)));
                    arguments.push((parameter.key.clone(), value));
                }
                None if parameter.member.required => {
                    let kind = Checker::new(self.document, Direction::Request).kind(&parameter.member.ty);
                    let reason = format!("is missing; it must be {kind}");
                    let finding = Finding { fault: Fault::MissingParameter, place: String::new(), reason };
                    faults.push(at(parameter, finding));
                }
                None => {}
            }
        }
        faults.extend(self.left(&pairs));
        match self.body() {
            Ok(members) => arguments.extend(members),
            Err(found) => faults.extend(found),
        }
        if faults.is_empty() { Ok(Json::Object(arguments)) } else { Err(faults) }
    }

    /// What is wrong with the credential. Which one it is says nothing here: a mock has no accounts.
    fn credential(&self, pairs: &mut [Pair]) -> Option<Located> {
        let header = |name: &str| self.request.headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = |scheme: &str| {
            let value = header(AUTHORIZATION.as_str()).unwrap_or_default();
            let (own, rest) = value.split_once(' ').unwrap_or((value, ""));
            own.eq_ignore_ascii_case(scheme) && !rest.trim().is_empty()
        };
        let (there, place, name) = match self.service.authentication {
            Authentication::None => return None,
            Authentication::Bearer => (scheme("Bearer"), "header", "Authorization"),
            Authentication::Basic => (scheme("Basic"), "header", "Authorization"),
            Authentication::Header(name) => (header(name).is_some_and(|key| !key.is_empty()), "header", name),
            Authentication::Query(name) => {
                let pair = pairs.iter_mut().find(|pair| pair.name == name && !pair.value.is_empty());
                let there = pair.map(|pair| pair.used = true).is_some();
                (there, "query", name)
            }
        };
        let reason = match self.service.authentication {
            Authentication::Bearer => "is missing, or is no `Bearer` with a key; set the client's key",
            Authentication::Basic => "is missing, or is no `Basic` with a key; set the client's key",
            _ => "is missing; set the client's key",
        };
        (!there).then(|| Located {
            fault: Fault::MissingCredential,
            place: format!("{place} {name}"),
            name: name.to_owned(),
            reason: reason.to_owned(),
        })
    }

    /// The document describes one version; answers in the shapes of another would be wrong.
    fn version(&self) -> Option<Located> {
        let (name, version) = self.service.version_header?;
        let given = self.request.headers.get(name)?.to_str().unwrap_or_default();
        (given != version).then(|| Located {
            fault: Fault::UnsupportedVersion,
            place: format!("header {name}"),
            name: given.to_owned(),
            reason: format!("the document of this crate describes {version}"),
        })
    }

    fn parameter(&self, parameter: &Parameter, pairs: &mut [Pair]) -> Option<Json> {
        let (name, ty) = (parameter.member.name.as_str(), &parameter.member.ty);
        let simple = |text: &str| text::simple(self.document, ty, parameter.style, text);
        match parameter.place {
            Place::Path => self.path.iter().find(|(own, _)| own == name).map(|(_, text)| simple(text)),
            Place::Query => text::named(self.document, ty, parameter.style, name, pairs),
            Place::Header => {
                let mut values =
                    self.request.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
                let first = values.next()?.to_owned();
                let all = values.fold(first, |all, next| format!("{all},{next}"));
                Some(simple(&all))
            }
            Place::Cookie => {
                let cookies =
                    self.request.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
                let mut cookies =
                    cookies.flat_map(|line| line.split(';')).filter_map(|one| one.trim().split_once('='));
                let (_, value) = cookies.find(|(own, _)| *own == name)?;
                let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
                Some(simple(&value))
            }
        }
    }

    /// What is left of the query: names that the document does not know, and second values.
    fn left(&self, pairs: &[Pair]) -> Vec<Located> {
        let known = || {
            let query = self.operation.parameters.iter().filter(|parameter| parameter.place == Place::Query);
            query.map(|parameter| parameter.member.name.as_str())
        };
        let left = pairs.iter().filter(|pair| !pair.used);
        left.map(|pair| {
            let again = known().any(|name| name == pair.name);
            let reason = if again {
                "stands twice; give it once".to_owned()
            } else {
                unknown("the document names no such parameter", &pair.name, known())
            };
            let fault = if again { Fault::InvalidParameter } else { Fault::UnknownParameter };
            Located { fault, place: format!("query.{}", pair.name), name: pair.name.clone(), reason }
        })
        .collect()
    }

    /// The members of the body as arguments.
    fn body(&self) -> Result<Vec<(String, Json)>, Vec<Located>> {
        let bytes = &self.request.body;
        let Some(body) = &self.operation.body else {
            let empty = bytes.is_empty() || bytes.as_ref() == b"{}";
            let reason = "this operation takes no body; send none".to_owned();
            let finding = Finding { fault: Fault::UnknownParameter, place: String::new(), reason };
            return if empty { Ok(Vec::new()) } else { Err(vec![in_body(finding)]) };
        };
        let held = body::read(self.document, body, &self.request.headers, bytes);
        match held.map_err(|finding| vec![in_body(finding)])? {
            Held::Nothing if body.required => Err(vec![in_body(self.no_body(body))]),
            Held::Nothing | Held::Raw => Ok(Vec::new()),
            Held::Value(value) => {
                let found = self.checked(body, &value);
                if !found.is_empty() {
                    return Err(found.into_iter().map(in_body).collect());
                }
                Ok(match (&body.content, value) {
                    (Content::Forms(_), Json::Object(members)) => members,
                    (_, value) => vec![(WHOLE.to_owned(), value)],
                })
            }
        }
    }

    fn checked(&self, body: &Body, value: &Json) -> Vec<Finding> {
        let mut checker = Checker::new(self.document, Direction::Request);
        match &body.content {
            Content::Whole(ty) => checker.value(ty, None, value, ""),
            Content::Forms(forms) => {
                let attempts = forms.iter().map(|form| {
                    let mut checker = Checker::new(self.document, Direction::Request);
                    match value {
                        Json::Object(_) => checker.object(&form.object, value, ""),
                        other => {
                            let reason = format!("must be an object, is {}", other.kind());
                            checker.tell(Fault::InvalidParameter, "", reason);
                        }
                    }
                    let found = checker.found();
                    (form, self.told(form, value), found)
                });
                checker.closest(attempts.collect(), "", |form| &form.name);
            }
        }
        checker.found()
    }

    /// Whether the constants of a form are all there.
    fn told(&self, form: &Form, value: &Json) -> bool {
        let mut constants = form.object.members.iter().filter(|member| member.constant.is_some()).peekable();
        constants.peek().is_some()
            && constants.all(|member| {
                value.get(&member.name).is_some_and(|own| Some(own) == member.constant.as_ref())
            })
    }

    fn no_body(&self, body: &Body) -> Finding {
        let needed = match &body.content {
            Content::Forms(forms) => forms.first().map_or(Vec::new(), |form| {
                let needed = form.object.members.iter().filter(|member| member.required && !member.read_only);
                needed.map(|member| format!("`{}`", member.name)).collect()
            }),
            Content::Whole(_) => Vec::new(),
        };
        let with = if needed.is_empty() { String::new() } else { format!(", with {}", needed.join(", ")) };
        Finding {
            fault: Fault::MissingParameter,
            place: String::new(),
            reason: format!("is missing; this operation takes one{with}"),
        }
    }
}

fn at(parameter: &Parameter, finding: Finding) -> Located {
    let name = match finding.place.as_str() {
        "" => parameter.member.name.clone(),
        inner if inner.starts_with('[') => format!("{}{inner}", parameter.member.name),
        inner => below(&parameter.member.name, inner),
    };
    let gap = if matches!(parameter.place, Place::Header | Place::Cookie) { ' ' } else { '.' };
    let place = format!("{}{gap}{name}", parameter.place.word());
    Located { fault: finding.fault, place, name, reason: finding.reason }
}

fn in_body(finding: Finding) -> Located {
    let place = if finding.place.starts_with('[') {
        format!("body{}", finding.place)
    } else if finding.place.is_empty() {
        "body".to_owned()
    } else {
        format!("body.{}", finding.place)
    };
    let name = if finding.place.is_empty() { WHOLE.to_owned() } else { finding.place };
    Located { fault: finding.fault, place, name, reason: finding.reason }
}
