//! Selects the credentials of a request: those of one alternative of what its operation requires.

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{AUTHORIZATION, COOKIE},
};

use crate::{
    client::core::Shared,
    client::credential::{Credential, CredentialPart, credential_part, encode_basic, validate_credential},
    client::operation::{Operation, Security},
    client::options::CallOptions,
    client::service::{Authentication, SecurityScheme, Service},
    error::{Error, ErrorKind},
    secret::Secret,
    wire::cookies::cookie_pairs,
    wire::headers::Headers,
};

/// A short list, nearly always of one value, which costs no allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Few<T> {
    first: Option<T>,
    rest: Vec<T>,
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self { first: None, rest: Vec::new() }
    }
}

impl<T> Few<T> {
    pub(crate) fn push(&mut self, value: T) {
        match &self.first {
            None => self.first = Some(value),
            Some(_) => self.rest.push(value),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.first.iter().chain(&self.rest)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none()
    }
}

/// A credential of the client.
#[derive(Clone)]
pub(crate) struct ClientCredential {
    pub(crate) credential: Credential,
    /// The header that carries the credential, if the credential is fixed and a header carries it.
    pub(crate) header: Option<(HeaderName, HeaderValue)>,
}

/// A credential of a request.
pub(crate) struct Selected {
    pub(crate) authentication: Authentication,
    pub(crate) credential: Credential,
    /// The header that carries the credential, if it is known before the attempts.
    pub(crate) header: Option<(HeaderName, HeaderValue)>,
}

/// The credentials of a request.
#[derive(Default)]
pub(crate) struct Selection {
    pub(crate) credentials: Few<Selected>,
    /// Whether the caller set a header, a query parameter or a cookie that is a credential of the operation.
    pub(crate) is_supplied: bool,
}

impl Selection {
    /// Whether a provider has to be asked for a credential before each attempt.
    pub(crate) fn is_provided(&self) -> bool {
        self.credentials.iter().any(|selected| matches!(selected.credential, Credential::Provided(_)))
    }

    /// Adds what else a response may repeat of the credentials: the parts of a pair of user name and password.
    pub(crate) fn collect_secrets(&self, secrets: &mut Vec<Secret>) {
        for selected in self.credentials.iter() {
            if let (Authentication::Basic, Credential::Fixed(pair)) =
                (selected.authentication, &selected.credential)
            {
                secrets.push(encode_basic(pair.expose()).into());
                secrets.extend(pair.expose().split_once(':').map(|(_, password)| password.into()));
            }
        }
    }
}

/// What a request has of its own, which replaces credentials of the client.
pub(crate) struct Supplied<'a> {
    pub(crate) options: &'a CallOptions,
    pub(crate) headers: &'a Headers,
    /// Whether the request sets a query parameter.
    pub(crate) has_query: &'a dyn Fn(&str) -> bool,
}

impl Supplied<'_> {
    fn contains(&self, authentication: Authentication) -> bool {
        match authentication {
            Authentication::Bearer | Authentication::Basic | Authentication::Http(_) => {
                self.headers.contains(&AUTHORIZATION)
            }
            Authentication::Header(name) => self.headers.contains_name(name),
            Authentication::Query(name) => (self.has_query)(name),
            Authentication::Cookie(name) => {
                let cookies = self.headers.get(&COOKIE).and_then(|value| value.to_str().ok());
                cookies.is_some_and(|cookies| cookie_pairs(cookies).any(|(other, _)| other == name))
            }
        }
    }
}

/// Selects the first alternative of which all credentials are set, and prefers those that the call sets itself.
pub(crate) fn select_credentials(
    shared: &Shared,
    operation: &Operation,
    supplied: &Supplied<'_>,
) -> Result<Selection, Error> {
    let service = shared.service;
    let overrides = find_overrides(service, operation, supplied.options)?;
    let overriding = |index: usize| overrides.iter().find(|(other, _)| *other == index);
    let is_supplied = |index: usize| {
        service.credentials.get(index).is_some_and(|scheme| supplied.contains(scheme.authentication))
    };
    let of_client = |index: usize| shared.credentials.get(index).filter(|own| !own.credential.is_none());
    let of_call = |index: &usize| overriding(*index).is_some() || is_supplied(*index);
    let is_set = |index: &usize| of_client(*index).is_some() || of_call(index);
    let complete = || {
        let alternatives = alternatives(service, operation.security);
        alternatives.filter(|alternative| !alternative.is_empty() && alternative.iter().all(is_set))
    };
    let mut selection = Selection::default();
    let chosen = complete().find(|alternative| alternative.iter().any(of_call)).or_else(|| complete().next());
    let Some(chosen) = chosen else {
        let mut required = alternatives(service, operation.security);
        let is_optional = required.clone().next().is_none() || required.any(<[usize]>::is_empty);
        if shared.needs_credential && !is_optional {
            return Err(missing_credential(shared, operation));
        }
        for (index, secret) in &overrides {
            select(&mut selection, service, *index, &Credential::Fixed((*secret).clone()), None);
        }
        return Ok(selection);
    };
    for &index in chosen {
        if let Some((_, secret)) = overriding(index) {
            select(&mut selection, service, index, &Credential::Fixed((*secret).clone()), None);
        } else if is_supplied(index) {
            selection.is_supplied = true;
        } else if let Some(own) = of_client(index) {
            select(&mut selection, service, index, &own.credential, own.header.as_ref());
        }
    }
    Ok(selection)
}

fn select(
    selection: &mut Selection,
    service: &Service,
    index: usize,
    credential: &Credential,
    header: Option<&(HeaderName, HeaderValue)>,
) {
    if let Some(scheme) = service.credentials.get(index) {
        let (credential, header) = (credential.clone(), header.cloned());
        selection.credentials.push(Selected { authentication: scheme.authentication, credential, header });
    }
}

/// The credentials that the options of a call set, by their index.
fn find_overrides<'a>(
    service: &Service,
    operation: &Operation,
    options: &'a CallOptions,
) -> Result<Vec<(usize, &'a Secret)>, Error> {
    let mut overrides = Vec::new();
    for (name, secret) in &options.credentials {
        let index = service.find_credential(name).map_err(|text| Error::new(ErrorKind::Config, text))?;
        overrides.push((index, secret));
    }
    if let Some(secret) = &options.credential {
        overrides.push((replaced_credential(service, operation), secret));
    }
    for (index, secret) in &overrides {
        validate_credential(service, *index, secret)?;
    }
    Ok(overrides)
}

/// The index of the credential that [`CallOptions::bearer`] replaces: the bearer token of the operation, otherwise its first
/// credential, otherwise that of [`ClientBuilder::api_key`](crate::ClientBuilder::api_key).
fn replaced_credential(service: &Service, operation: &Operation) -> usize {
    let mut required = alternatives(service, operation.security).flatten().copied();
    let is_bearer = |index: &usize| {
        let scheme = service.credentials.get(*index);
        scheme.is_some_and(|scheme| scheme.authentication == Authentication::Bearer)
    };
    required.clone().find(is_bearer).or_else(|| required.next()).unwrap_or_default()
}

/// The alternatives of what an operation requires.
fn alternatives(service: &Service, security: Security) -> impl Iterator<Item = &'static [usize]> + Clone {
    let requirements: &'static [&'static [&'static [usize]]] = match security {
        Security::None => &[],
        Security::Required(index) => service.security.get(index..=index).unwrap_or_default(),
        Security::Any => service.security,
    };
    requirements.iter().flat_map(|alternatives| alternatives.iter().copied())
}

fn missing_credential(shared: &Shared, operation: &Operation) -> Error {
    let (service, variables) = (shared.service, shared.credential_variables);
    let name = |index: &usize| credential_name(service, variables, *index);
    let texts = alternatives(service, operation.security)
        .map(|alternative| alternative.iter().filter_map(name).collect::<Vec<_>>().join(" and "));
    let mut alternatives: Vec<String> = Vec::new();
    for text in texts {
        if !alternatives.contains(&text) {
            alternatives.push(text);
        }
    }
    let variables = if variables.is_empty() { "" } else { "set these environment variables, or " };
    let text = format!(
        "the operation needs a credential that is not set: {}; {variables}call `credential` on the client builder or on the \
         options of the call",
        alternatives.join(", or ")
    );
    Error::new(ErrorKind::Config, text)
}

/// The error of a client without any credential. `variables` are those of all credentials, if there are several.
pub(crate) fn no_credential(service: &Service, variables: &[&str]) -> String {
    let others = service.credentials.get(1..).unwrap_or_default();
    let of_call = if others.is_empty() { "bearer" } else { "credential" };
    let mut text = format!(
        "no API key: set the environment variable {} and use `from_env`, or call `api_key`; if each call sets its own \
         (`CallOptions::{of_call}`), call `without_credentials`",
        service.api_key_variable
    );
    if !others.is_empty() {
        let names = (1..=others.len()).filter_map(|index| credential_name(service, variables, index));
        text.push_str("; or set another with `credential`: ");
        text.push_str(&names.collect::<Vec<_>>().join(", "));
    }
    text
}

/// The name of a credential, and its environment variable if there are any.
fn credential_name(service: &Service, variables: &[&str], index: usize) -> Option<String> {
    let name = service.credentials.get(index)?.name;
    let variable = variables.get(index).map(|variable| format!(" ({variable})"));
    Some(format!("`{name}`{}", variable.unwrap_or_default()))
}

/// Whether headers of every request carry a credential of the API.
pub(crate) fn has_credential_header(service: &Service, headers: &HeaderMap) -> bool {
    let carries = |scheme: &SecurityScheme| match scheme.authentication {
        Authentication::Bearer | Authentication::Basic | Authentication::Http(_) => {
            headers.contains_key(AUTHORIZATION)
        }
        Authentication::Header(name) => headers.contains_key(name),
        Authentication::Cookie(name) => {
            let cookies = headers.get(COOKIE).and_then(|value| value.to_str().ok());
            cookies.is_some_and(|cookies| cookie_pairs(cookies).any(|(other, _)| other == name))
        }
        Authentication::Query(_) => false,
    };
    service.credentials.iter().any(carries)
}

/// Validates the credentials, and makes the headers of those that are fixed.
pub(crate) fn prepare_credentials(
    service: &Service,
    credentials: Vec<Credential>,
) -> Result<Vec<ClientCredential>, Error> {
    let credentials = credentials.into_iter().enumerate().map(|(index, credential)| {
        let mut header = None;
        if let Credential::Fixed(secret) = &credential {
            validate_credential(service, index, secret)?;
            let scheme = service.credentials.get(index);
            if let Some(CredentialPart::Header(name, value)) =
                scheme.map(|scheme| credential_part(scheme.authentication, secret)).transpose()?
            {
                header = Some((name, value));
            }
        }
        Ok(ClientCredential { credential, header })
    });
    credentials.collect()
}
