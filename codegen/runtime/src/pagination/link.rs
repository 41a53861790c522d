//! Reads the header `Link` (RFC 8288).

use http::{HeaderMap, header::LINK};

/// The target of the first link with this relation.
pub(super) fn find_link(headers: &HeaderMap, relation: &str) -> Option<String> {
    let values = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(parse_links)
        .find(|(_, relations)| {
            relations.split_ascii_whitespace().any(|other| other.eq_ignore_ascii_case(relation))
        })
        .map(|(target, _)| target.to_owned())
}

/// The links of one header line, each with its relations. A line that breaks off ends there.
fn parse_links(mut rest: &str) -> Vec<(&str, String)> {
    let mut links = Vec::new();
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, after)) = after.split_once('>') else { break };
        let (parameters, next) = split_parameters(after);
        let relation = parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case("rel"));
        links.push((target.trim(), relation.map(|(_, value)| value.clone()).unwrap_or_default()));
        rest = next;
    }
    links
}

/// The parameters of a link, and what follows its comma. A comma and a semicolon in quotes belong to the value.
fn split_parameters(text: &str) -> (Vec<(String, String)>, &str) {
    let mut parameters = Vec::new();
    let (mut part, mut is_quoted, mut is_escaped) = (String::new(), false, false);
    let mut end = text.len();
    for (index, character) in text.char_indices() {
        match character {
            _ if is_escaped => {
                part.push(character);
                is_escaped = false;
            }
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => parameters.push(std::mem::take(&mut part)),
            ',' if !is_quoted => {
                end = index;
                break;
            }
            other => part.push(other),
        }
    }
    parameters.push(part);
    let pairs = parameters.iter().filter_map(|part| part.split_once('='));
    let pairs = pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect();
    (pairs, text.get(end..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(lines: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(LINK, http::HeaderValue::from_static(line));
        }
        find_link(&headers, "next")
    }

    #[test]
    fn links_of_rfc_8288_are_found() {
        for (lines, expected) in [
            (
                &["<https://a.test/x?page=2>; rel=\"next\", <https://a.test/x?page=9>; rel=\"last\""][..],
                "https://a.test/x?page=2",
            ),
            (&["</x?page=9>; rel=last, </x?page=2>;REL=Next"], "/x?page=2"),
            (&["</x?a=1,2;3>; title=\"a, <b>; rel=\\\"next\"; rel=\"prev next\""], "/x?a=1,2;3"),
            (&["</x>; rel=prev", "<?page=2>; rel=next"], "?page=2"),
        ] {
            assert_eq!(next(lines).as_deref(), Some(expected), "{lines:?}");
        }
        for line in ["", "</x>; rel=prev", "</x; rel=next", "</x>; title=\"rel=next\"", "rel=next"] {
            assert_eq!(next(&[line]), None, "{line}");
        }
    }
}
