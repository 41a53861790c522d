//! Reads what a document says about its API as a whole, for the documentation of the crate.

use openapiv3::OpenAPI;

use crate::ir::About;

/// What the document says about the API besides its name and description.
pub(super) fn read_about(document: &OpenAPI) -> About {
    let info = &document.info;
    let (contact, license) =
        (info.contact.clone().unwrap_or_default(), info.license.clone().unwrap_or_default());
    let name = Some(license.name).filter(|name| !name.is_empty());
    About {
        external_docs: document.external_docs.as_ref().map(Into::into),
        terms_of_service: info.terms_of_service.clone(),
        contact: [contact.name, contact.url, contact.email],
        license: [name, license.url],
    }
}
