//! Selects how the client authenticates, among the security schemes of the document.

use openapiv3::{APIKeyLocation, ReferenceOr, SecurityScheme};

use super::Resolver;
use crate::diagnostic::Code;
use crate::document::pointer;
use crate::ir::Authentication;

impl Resolver<'_> {
    /// Selects the first scheme that the client supports: first those required for the whole document, then those of single
    /// operations, then those that are only declared.
    pub(super) fn select_authentication(&mut self) {
        let document = self.document;
        let Some(components) = &document.components else { return };
        let items = document.paths.paths.values().filter_map(ReferenceOr::as_item);
        let operations = items.flat_map(|item| item.iter()).map(|(_, operation)| operation);
        let requirements = document.security.iter().chain(operations.filter_map(|o| o.security.as_ref()));
        let required = requirements.flatten().flat_map(|requirement| requirement.keys());
        let mut names: Vec<&String> = Vec::new();
        for name in required.chain(components.security_schemes.keys()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let mut schemes = names.iter().filter_map(|name| components.security_schemes.get(*name)?.as_item());
        if let Some(authentication) = schemes.find_map(convert_scheme) {
            self.api.authentication = authentication;
        } else if let Some(name) = names.first() {
            self.warn(
                Code::SECURITY_SCHEME,
                format!("the security scheme `{name}` is unsupported, and so are all others; the client sends no credential"),
                &pointer::from_segments(["components", "securitySchemes", name]),
                "send the credential as a header of the client or of a call, or declare another scheme in the overlay",
            );
        }
    }
}

/// The scheme as the client supports it, if it does.
fn convert_scheme(scheme: &SecurityScheme) -> Option<Authentication> {
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
