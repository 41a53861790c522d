//! Percent-encodes path segments, query names and query values (RFC 3986).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything except the unreserved characters of RFC 3986, section 2.3, so that a value cannot end its segment or its
/// parameter.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What `allowReserved` of OpenAPI leaves of these. What ends or separates the pairs of a query stays encoded, so that a value
/// cannot add a parameter.
const SEPARATORS: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'[')
    .remove(b']')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// Whether reserved characters of a value are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reserved {
    /// All of them.
    Encode,
    /// Only those that separate pairs: `&`, `#`, `+` and `%`.
    Keep,
}

/// Appends a percent-encoded value.
pub(crate) fn append_encoded(out: &mut String, value: &str, reserved: Reserved) {
    let set = if reserved == Reserved::Keep { SEPARATORS } else { RESERVED };
    out.extend(utf8_percent_encode(value, set));
}

/// Percent-encodes a value.
pub fn percent_encode(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

/// Appends a path template with its parameters replaced by encoded values.
///
/// Fails if a value is missing, or if a segment becomes empty, `.` or `..`: servers remove such segments (RFC 3986,
/// section 5.2.4), and the request would reach another resource.
pub(crate) fn render_path(
    out: &mut String,
    template: &str,
    values: &[(&'static str, String)],
) -> Result<(), String> {
    for segment in template.split('/').skip(1) {
        out.push('/');
        let start = out.len();
        let mut rest = segment;
        let mut parameter = None;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            out.push_str(before);
            match values.iter().find(|(other, _)| *other == name) {
                Some((_, value)) => out.push_str(value),
                None => return Err(format!("the path parameter `{name}` is not set")),
            }
            parameter = Some(name);
            rest = after;
        }
        out.push_str(rest);
        if let (Some(name), Some(rendered)) = (parameter, out.get(start..))
            && matches!(rendered, "" | "." | "..")
        {
            let value = if rendered.is_empty() { "empty".to_owned() } else { format!("`{rendered}`") };
            return Err(format!(
                "the path parameter `{name}` must not be {value}: the path would identify another resource"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(template: &str, value: &str) -> Result<String, String> {
        let mut out = String::new();
        render_path(&mut out, template, &[("id", percent_encode(value))]).map(|()| out)
    }

    #[test]
    fn a_value_stays_in_its_segment() {
        for (value, expected) in [
            ("thing_1", "/things/thing_1/void"),
            ("thing_1/refund?x=", "/things/thing_1%2Frefund%3Fx%3D/void"),
            ("../owners/me", "/things/..%2Fowners%2Fme/void"),
            ("%2e%2e", "/things/%252e%252e/void"),
            ("a\r\nHost: evil", "/things/a%0D%0AHost%3A%20evil/void"),
            ("é\u{202e}", "/things/%C3%A9%E2%80%AE/void"),
            ("...", "/things/.../void"),
        ] {
            assert_eq!(path("/things/{id}/void", value).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn values_that_identify_another_resource_are_rejected() {
        for value in ["", ".", ".."] {
            let reason = path("/things/{id}", value).unwrap_err();
            assert!(reason.contains("`id`"), "{reason}");
        }
        assert!(path("/things/{id}{id}", ".").is_err(), "two dots are the parent segment");
        assert!(path("/things/{other}", "x").unwrap_err().contains("`other`"));
        assert_eq!(path("/things/.well-known/{id}", "x").as_deref(), Ok("/things/.well-known/x"));
    }
}
