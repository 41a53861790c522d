//! Takes secrets out of forms and multipart bodies, which were given as a whole.

use crate::text::decode_form_text;

/// The body with `mask` in place of the values of secret fields, and the names of these. `None` if the body has none, or is of
/// another kind.
pub(super) fn mask_fields(
    media_type: &str,
    content: &[u8],
    mask: &str,
    is_secret: impl Fn(&str) -> bool,
) -> Option<(Vec<u8>, Vec<String>)> {
    let mut parts = media_type.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let mut removed = Vec::new();
    let masked = match kind.as_str() {
        "application/x-www-form-urlencoded" => {
            mask_form(&String::from_utf8_lossy(content), mask, is_secret, &mut removed).into_bytes()
        }
        "multipart/form-data" => {
            let is_boundary =
                |part: &&str| part.get(..9).is_some_and(|name| name.eq_ignore_ascii_case("boundary="));
            let boundary = parts.find(is_boundary)?.get(9..)?.trim_matches('"');
            mask_multipart(content, &format!("--{boundary}"), mask, is_secret, &mut removed)
        }
        _ => return None,
    };
    (!removed.is_empty()).then_some((masked, removed))
}

fn mask_form(text: &str, mask: &str, is_secret: impl Fn(&str) -> bool, removed: &mut Vec<String>) -> String {
    let pairs = text.split('&').map(|pair| {
        let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = decode_form_text(name);
        if !is_secret(&decoded) {
            return pair.to_owned();
        }
        removed.push(decoded);
        format!("{name}={mask}")
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn mask_multipart(
    content: &[u8],
    delimiter: &str,
    mask: &str,
    is_secret: impl Fn(&str) -> bool,
    removed: &mut Vec<String>,
) -> Vec<u8> {
    let mut masked = Vec::with_capacity(content.len());
    let mut rest = content;
    while !rest.is_empty() {
        // The end of a part is the next delimiter after its own.
        let own = if rest.starts_with(delimiter.as_bytes()) { delimiter.len() } else { 0 };
        let end = find(rest.get(own..).unwrap_or_default(), delimiter.as_bytes());
        let (part, after) = rest.split_at(end.map_or(rest.len(), |end| own + end));
        let head =
            [&b"\r\n\r\n"[..], b"\n\n"].iter().filter_map(|gap| Some(find(part, gap)? + gap.len())).min();
        let head = head.map(|end| part.split_at(end).0);
        match head.and_then(|head| Some((head, find_name(head)?))).filter(|(_, name)| is_secret(name)) {
            Some((head, name)) => {
                removed.push(name);
                masked.extend_from_slice(head);
                masked.extend_from_slice(mask.as_bytes());
                masked.extend_from_slice(b"\r\n");
            }
            None => masked.extend_from_slice(part),
        }
        rest = after;
    }
    masked
}

/// The name of a field in the head of its part.
fn find_name(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head).into_owned();
    let is_disposition = |line: &&str| line.to_ascii_lowercase().starts_with("content-disposition:");
    let line = text.lines().find(is_disposition)?;
    let value = line.split(';').map(str::trim).find_map(|part| part.strip_prefix("name="))?;
    Some(value.trim_matches('"').to_owned())
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len().max(1)).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mask(media_type: &str, content: &str) -> Option<(String, Vec<String>)> {
        let (content, names) =
            mask_fields(media_type, content.as_bytes(), "***", |name| name.contains("pass"))?;
        Some((String::from_utf8(content).unwrap(), names))
    }

    #[test]
    fn secret_fields_of_forms_are_masked() {
        let form = "application/x-www-form-urlencoded; charset=utf-8";
        let masked = mask(form, "a=1&pass=hidden&user%5Bpass%5D=hidden&b=pass").unwrap();
        assert_eq!(masked.0, "a=1&pass=***&user%5Bpass%5D=***&b=pass");
        assert_eq!(masked.1, ["pass", "user[pass]"]);
        assert_eq!(mask(form, "a=1"), None);
        assert_eq!(mask("text/plain", "pass=1"), None);
    }

    #[test]
    fn secret_parts_are_masked() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"pass\"; filename=\"a\"\r\nA: b\r\n\r\nhid\r\n\r\nden\r\n\
                    --x\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n--x--\r\n";
        let (masked, names) = mask("multipart/form-data; Boundary=\"x\"", body).unwrap();
        assert_eq!(masked, body.replace("hid\r\n\r\nden", "***"));
        assert_eq!(names, ["pass"]);
        assert_eq!(mask("multipart/form-data", body), None);
    }

    proptest! {
        #[test]
        fn other_fields_stay_as_they_are(before in "[a-z=&%+]{0,20}", secret in "[A-Z0-9]{8,20}") {
            let masked = mask("application/x-www-form-urlencoded", &format!("{before}&pass={secret}")).unwrap().0;
            prop_assert!(!masked.contains(&secret));
            let expected = format!("{}&pass=***", before);
            prop_assert!(before.contains("pass") || masked == expected);
        }
    }
}
