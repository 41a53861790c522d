//! Collects the credentials that operations require, and decides how the client sends each.
//!
//! | security scheme | effect |
//! |---|---|
//! | `http` `bearer`, `oauth2`, `openIdConnect` | `Authorization: Bearer`; the client does not obtain tokens, a token provider can |
//! | `http` `basic` | `Authorization: Basic` with a user name and a password |
//! | any other `http` | `Authorization` with this scheme and the credential as it is |
//! | `apiKey` in `header`, `query`, `cookie` | the credential under this name |
//! | `mutualTLS` | warning; the transport has the certificate, and requests carry no credential for it |
//! | `description` | documents the credential, if there are several |
//! | `bearerFormat`, `flows`, `openIdConnectUrl` | ignored: how a token looks and where it comes from does not change how it is sent |
//! | scopes of a requirement | documented with the operation |
//!
//! A requirement `[]` or `[{}]` is none. A document that declares schemes and requires none of them anywhere most likely forgot to
//! (some programs write `security: []` where nothing was declared): operations that do not decline it carry the first one.

use openapiv3::{APIKeyLocation, Operation as Source, ReferenceOr, SecurityRequirement, SecurityScheme};

use super::Resolver;
use super::encoding::is_token;
use super::webhook::WEBHOOK_PREFIX;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::{Authentication, Credential};

/// What an operation requires: alternatives, each a list of indexes of credentials; an empty list for none.
type Requirement = Vec<Vec<usize>>;

impl Resolver<'_> {
    /// Collects the credentials and the requirements of all operations. The first credential is the API key: the first one that
    /// most operations require.
    pub(super) fn collect_credentials(&mut self) {
        let stated = self.stated_requirements();
        self.requires_schemes = stated.iter().flat_map(|(_, list)| list).any(|all| !all.is_empty());
        for (at, requirements) in stated {
            self.declare_required(&at, requirements);
        }
        if self.api.credentials.is_empty() {
            self.declare_first_scheme();
        }
        if !self.requires_schemes {
            let has_credential = !self.api.credentials.is_empty();
            self.api.security.extend(has_credential.then(|| vec![vec![0]]));
            return;
        }
        let mut counts: Vec<(Requirement, usize)> = Vec::new();
        let document = self.document;
        for source in paths(document).flat_map(|(_, item)| item.iter()).map(|(_, operation)| operation) {
            let Some(requirement) = self.requirement(source).filter(|list| !list.is_empty()) else {
                continue;
            };
            match counts.iter_mut().find(|(other, _)| *other == requirement) {
                Some((_, count)) => *count += 1,
                None => counts.push((requirement, 1)),
            }
        }
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        self.api.security = counts.into_iter().map(|(requirement, _)| requirement).collect();
        self.put_main_credential_first();
    }

    /// The index of what an operation requires; `None` for nothing.
    pub(super) fn requirement_index(&self, source: &Source) -> Option<usize> {
        if !self.requires_schemes {
            return source.security.is_none().then_some(0);
        }
        let requirement = self.requirement(source)?;
        self.api.security.iter().position(|other| *other == requirement)
    }

    fn stated_security<'s>(&'s self, source: &'s Source) -> Option<&'s Vec<SecurityRequirement>> {
        source.security.as_ref().or(self.document.security.as_ref())
    }

    /// All requirements with their pointers: of the document, then of operations.
    fn stated_requirements(&self) -> Vec<(String, Vec<SecurityRequirement>)> {
        let root = self.document.security.iter().map(|list| ("/security".to_owned(), list.clone()));
        let operations = paths(self.document).flat_map(|(path, item)| {
            let list = item.iter().filter_map(|(verb, operation)| Some((verb, operation.security.clone()?)));
            list.map(move |(verb, list)| (pointer::from_segments(["paths", path, verb, "security"]), list))
        });
        root.chain(operations).collect()
    }

    /// Declares the credentials of a list of requirements, and reports those that the client cannot send.
    fn declare_required(&mut self, at: &str, requirements: Vec<SecurityRequirement>) {
        for (index, requirement) in requirements.into_iter().enumerate() {
            let at = format!("{at}/{index}");
            let mut parts: Vec<(String, String)> = Vec::new();
            for name in requirement.keys() {
                let Some(index) = self.declare_credential(name, &at) else { continue };
                let part = self.api.credentials.get(index).map(|own| own.authentication.part());
                let part = part.unwrap_or_default();
                if let Some((other, _)) = parts.iter().find(|(_, taken)| *taken == part) {
                    self.warn(
                        Code::SECURITY_SCHEME,
                        format!("`{other}` and `{name}` are required together, but both are {part}: only `{other}` is sent"),
                        &at,
                        "make alternatives of them with an action in the overlay: an item of `security` for each",
                    );
                } else {
                    parts.push((name.clone(), part));
                }
            }
        }
    }

    /// The index of the credential of a security scheme, if the client can send one. The first time, what prevents that is
    /// reported.
    fn declare_credential(&mut self, name: &str, at: &str) -> Option<usize> {
        if let Some(index) = self.credential_index(name) {
            return Some(index);
        }
        if self.is_mutual_tls(name) || self.unusable_schemes.contains(name) {
            return None;
        }
        let document = self.document;
        let schemes = document.components.as_ref().map(|components| &components.security_schemes);
        let scheme = schemes.and_then(|schemes| schemes.get(name)?.as_item());
        let (why, at) = match scheme.map(convert_scheme) {
            Some(Ok((authentication, description))) => {
                let credential = Credential { name: name.to_owned(), authentication, description };
                self.api.credentials.push(credential);
                return Some(self.api.credentials.len() - 1);
            }
            Some(Err(why)) => (why, pointer::from_segments(["components", "securitySchemes", name])),
            None => ("is not declared under `components.securitySchemes`".to_owned(), at.to_owned()),
        };
        self.unusable_schemes.insert(name.to_owned());
        self.warn(
            Code::SECURITY_SCHEME,
            format!("the security scheme `{name}` {why}; the client sends no credential for it"),
            &at,
            "correct the scheme or its name with an action in the overlay, or send the credential as a header of the client",
        );
        None
    }

    fn declare_first_scheme(&mut self) {
        let document = self.document;
        let schemes = document.components.iter().flat_map(|components| components.security_schemes.keys());
        for name in schemes {
            if self.declare_credential(name, "").is_some() {
                return;
            }
        }
    }

    fn credential_index(&self, name: &str) -> Option<usize> {
        self.api.credentials.iter().position(|credential| credential.name == name)
    }

    /// Lowering leaves out the schemes that the typed document cannot represent.
    fn is_mutual_tls(&self, name: &str) -> bool {
        let components = self.document.components.as_ref();
        let names = components.and_then(|components| components.extensions.get("x-codegen-mutual-tls"));
        names.and_then(|names| names.as_array()).is_some_and(|names| names.iter().any(|other| other == name))
    }

    /// What an operation requires of the credentials that the client can send; `None` if nothing is stated.
    fn requirement(&self, source: &Source) -> Option<Requirement> {
        let mut alternatives: Requirement = Vec::new();
        for requirement in self.stated_security(source)? {
            let mut indexes: Vec<usize> = Vec::new();
            for index in requirement.keys().filter_map(|name| self.credential_index(name)) {
                let part =
                    |index: usize| self.api.credentials.get(index).map(|own| own.authentication.part());
                if !indexes.iter().any(|other| part(*other) == part(index)) {
                    indexes.push(index);
                }
            }
            if !alternatives.contains(&indexes) {
                alternatives.push(indexes);
            }
        }
        if alternatives.iter().all(Vec::is_empty) {
            alternatives.clear();
        }
        Some(alternatives)
    }

    /// Makes the first credential of the most common requirement that of `api_key`.
    fn put_main_credential_first(&mut self) {
        let Some(main) = self.api.security.iter().flatten().flatten().next().copied() else { return };
        if main == 0 || main >= self.api.credentials.len() {
            return;
        }
        let credential = self.api.credentials.remove(main);
        self.api.credentials.insert(0, credential);
        for index in self.api.security.iter_mut().flatten().flatten() {
            match *index {
                old if old == main => *index = 0,
                old if old < main => *index = old + 1,
                _ => {}
            }
        }
    }
}

fn paths(document: &openapiv3::OpenAPI) -> impl Iterator<Item = (&String, &openapiv3::PathItem)> {
    let items = document.paths.paths.iter().filter(|(path, _)| !path.starts_with(WEBHOOK_PREFIX));
    items.filter_map(|(path, item)| match item {
        ReferenceOr::Item(item) => Some((path, item)),
        ReferenceOr::Reference { .. } => None,
    })
}

/// How the client sends the credential of a scheme, and the description of the scheme; an error says why it cannot.
fn convert_scheme(scheme: &SecurityScheme) -> Result<(Authentication, Option<String>), String> {
    let (authentication, description) = match scheme {
        SecurityScheme::HTTP { scheme, description, .. } => (convert_http(scheme)?, description),
        SecurityScheme::OAuth2 { description, .. } | SecurityScheme::OpenIDConnect { description, .. } => {
            (Authentication::Bearer, description)
        }
        SecurityScheme::APIKey { location, name, description, .. } => {
            let name = name.clone();
            let authentication = match location {
                APIKeyLocation::Query => Authentication::Query(name),
                APIKeyLocation::Header | APIKeyLocation::Cookie if !is_token(&name) => {
                    return Err(format!("has the name `{name}`, which a header or a cookie cannot have"));
                }
                APIKeyLocation::Header => Authentication::Header(name),
                APIKeyLocation::Cookie => Authentication::Cookie(name),
            };
            (authentication, description)
        }
    };
    Ok((authentication, description.clone()))
}

fn convert_http(scheme: &str) -> Result<Authentication, String> {
    match scheme.to_ascii_lowercase().as_str() {
        "basic" => Ok(Authentication::Basic),
        "bearer" => Ok(Authentication::Bearer),
        _ if is_token(scheme) => Ok(Authentication::Http(scheme.to_owned())),
        _ => Err(format!("has the HTTP scheme `{scheme}`, which is not a token (RFC 9110, section 5.6.2)")),
    }
}
