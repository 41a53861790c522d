//! How a request proves who sends it: of the schemes that the document declares, the one that its calls ask for.

use openapiv3::{APIKeyLocation, ReferenceOr, SecurityScheme};

use super::Resolver;
use super::escape;
use crate::ir::Authentication;

impl Resolver<'_> {
    /// Takes the first scheme that the client can carry out: those that the document asks for everywhere come first,
    /// then those of single operations, then what else is declared.
    pub(super) fn find_authentication(&mut self) {
        let document = self.document;
        let Some(components) = &document.components else { return };
        let items = document.paths.paths.values().filter_map(ReferenceOr::as_item);
        let own = items.flat_map(|item| item.iter()).filter_map(|(_, operation)| operation.security.as_ref());
        let asked = document.security.iter().chain(own).flatten().flat_map(|requirement| requirement.keys());
        let mut names: Vec<&String> = Vec::new();
        for name in asked.chain(components.security_schemes.keys()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let schemes = names.iter().filter_map(|name| components.security_schemes.get(*name)?.as_item());
        match schemes.filter_map(usable).next() {
            Some(authentication) => self.api.authentication = authentication,
            None => {
                if let Some(name) = names.first() {
                    self.warning(
                        "security-scheme",
                        format!("the client cannot carry out `{name}` or any other scheme by itself; it sends no credential"),
                        &format!("/components/securitySchemes/{}", escape(name)),
                        "send the credential as a header of the client or of a call, or declare another scheme in the overlay",
                    );
                }
            }
        }
    }
}

fn usable(scheme: &SecurityScheme) -> Option<Authentication> {
    match scheme {
        SecurityScheme::HTTP { scheme, .. } if scheme.eq_ignore_ascii_case("basic") => {
            Some(Authentication::Basic)
        }
        SecurityScheme::HTTP { scheme, .. } if scheme.eq_ignore_ascii_case("bearer") => {
            Some(Authentication::Bearer)
        }
        SecurityScheme::HTTP { .. } => None,
        SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIDConnect { .. } => Some(Authentication::Bearer),
        SecurityScheme::APIKey { location, name, .. } => match location {
            APIKeyLocation::Header => Some(Authentication::Header(name.clone())),
            APIKeyLocation::Query => Some(Authentication::Query(name.clone())),
            APIKeyLocation::Cookie => None,
        },
    }
}
