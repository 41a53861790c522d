//! Percent-encodes what a path has besides its parameters, so that it can be sent as it is.

/// Encodes the characters of a path template that a URL cannot have (RFC 3986, section 3.3), except in names of parameters.
/// What is encoded already stays, and so does a query, which begins with a question mark.
pub(super) fn encode_literals(template: &str) -> String {
    let mut encoded = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(first) = rest.chars().next() {
        let parameter = rest.find('}').filter(|_| first == '{').and_then(|end| rest.get(..=end));
        let length = match parameter {
            Some(parameter) => {
                encoded.push_str(parameter);
                parameter.len()
            }
            None => {
                encode(first, is_escape(rest), &mut encoded);
                first.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    encoded
}

fn is_escape(text: &str) -> bool {
    let digits = text.strip_prefix('%').and_then(|rest| rest.get(..2));
    digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn encode(character: char, is_escape: bool, encoded: &mut String) {
    let is_literal = character.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?".contains(character);
    if is_literal || is_escape {
        encoded.push(character);
    } else {
        let mut bytes = [0; 4];
        let bytes = character.encode_utf8(&mut bytes).bytes();
        encoded.extend(bytes.map(|byte| format!("%{byte:02X}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_url_cannot_have_is_encoded() {
        for (template, expected) in [
            ("/a b/ä/%41/{x}", "/a%20b/%C3%A4/%41/{x}"),
            ("/rpc?action=Start&to={to}", "/rpc?action=Start&to={to}"),
            ("/100%/#a/\"<>\\^`|", "/100%25/%23a/%22%3C%3E%5C%5E%60%7C"),
            ("/{größe}/{a b}.{c}/", "/{größe}/{a b}.{c}/"),
            ("/{open/}", "/{open/}"),
            ("/open}/{", "/open%7D/%7B"),
            ("/users/@me/a:b;c=d,e", "/users/@me/a:b;c=d,e"),
            ("/", "/"),
            ("/%e4%", "/%e4%25"),
        ] {
            assert_eq!(encode_literals(template), expected);
        }
    }
}
