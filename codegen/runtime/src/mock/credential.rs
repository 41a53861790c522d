//! The credential that a request carries, by the API's way of carrying it. It is compared and never printed.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;

use super::recorded::Recorded;
use crate::service::Authentication;

/// The credential, as a client was given it; `None` if there is none.
pub(crate) fn of(authentication: Authentication, raw: &Recorded) -> Option<String> {
    let scheme = |name: &str| {
        let (scheme, rest) = raw.header(AUTHORIZATION.as_str())?.split_once(' ')?;
        scheme.eq_ignore_ascii_case(name).then(|| rest.trim())
    };
    let credential = match authentication {
        Authentication::Bearer => scheme("Bearer")?.to_owned(),
        Authentication::Basic => {
            let pair = String::from_utf8(STANDARD.decode(scheme("Basic")?).ok()?).ok()?;
            // A key without a colon goes with an empty password.
            pair.strip_suffix(':').unwrap_or(&pair).to_owned()
        }
        Authentication::Header(name) => raw.header(name)?.to_owned(),
        Authentication::Query(name) => {
            let pairs = raw.query.as_deref()?.split('&');
            let value = pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1;
            percent_decode_str(value).decode_utf8().ok()?.into_owned()
        }
        Authentication::None => return None,
    };
    Some(credential).filter(|credential| !credential.is_empty())
}
