//! Formats values as cookies, and joins cookies into the one header that a request may have (RFC 6265, section 5.4).

use crate::wire::{
    parameter::{Parameter, QueryStyle, append_query, parse_json},
    percent::Reserved,
};

/// How a value becomes cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieStyle {
    /// `name=a,b`, with percent-encoded values
    Form,
    /// `name=a; name=b` and `key=value; other=value`, with percent-encoded names and values
    FormExplode,
    /// The same as [`Form`](Self::Form) without percent-encoding.
    Unencoded,
    /// The same as [`FormExplode`](Self::FormExplode) without percent-encoding.
    UnencodedExplode,
}

/// The cookies of a value; none for an empty list or object. No value can become another cookie.
pub(crate) fn format_cookies(name: &str, style: CookieStyle, value: Parameter<'_>) -> Result<String, String> {
    let style = match style {
        CookieStyle::Form => QueryStyle::Form,
        CookieStyle::FormExplode => QueryStyle::FormExplode,
        CookieStyle::Unencoded | CookieStyle::UnencodedExplode => {
            return format_unencoded(name, style == CookieStyle::UnencodedExplode, value);
        }
    };
    check_name(name)?;
    let is_object = matches!(&value, Parameter::Json(text) if text.trim_start().starts_with('{'));
    let has_own_name = style == QueryStyle::Form || !is_object;
    let mut pairs = String::new();
    append_query(&mut pairs, name, style, Reserved::Encode, value)?;
    // Percent-encoding leaves only the delimiters of the pairs themselves.
    let pairs = pairs.split('&').filter(|pair| !pair.is_empty()).map(|pair| match pair.split_once('=') {
        // The name is that of the API, as it is.
        Some((_, value)) if has_own_name => Ok(format!("{name}={value}")),
        Some(("", _)) | None => Err("a cookie must have a name".to_owned()),
        Some(_) => Ok(pair.to_owned()),
    });
    Ok(pairs.collect::<Result<Vec<_>, _>>()?.join("; "))
}

fn format_unencoded(name: &str, explode: bool, value: Parameter<'_>) -> Result<String, String> {
    let pairs = match parse_json(value)? {
        Parameter::Scalar(value) => vec![cookie_pair(name, &[&value])?],
        Parameter::List(values) if explode => {
            values.iter().map(|value| cookie_pair(name, &[value])).collect::<Result<_, _>>()?
        }
        Parameter::Object(pairs) if explode => {
            pairs.iter().map(|(key, value)| cookie_pair(key, &[value])).collect::<Result<_, _>>()?
        }
        Parameter::List(values) if !values.is_empty() => {
            vec![cookie_pair(name, &values.iter().map(AsRef::as_ref).collect::<Vec<_>>())?]
        }
        Parameter::Object(pairs) if !pairs.is_empty() => {
            let parts: Vec<&str> =
                pairs.iter().flat_map(|(key, value)| [key.as_ref(), value.as_ref()]).collect();
            vec![cookie_pair(name, &parts)?]
        }
        _ => Vec::new(),
    };
    Ok(pairs.join("; "))
}

/// A cookie with the characters that RFC 6265 allows (section 4.1.1).
fn cookie_pair(name: &str, values: &[&str]) -> Result<String, String> {
    check_name(name)?;
    match values.iter().find(|value| !value.bytes().all(is_octet)) {
        Some(_) => Err("a cookie that is not encoded must not contain white space, control characters, letters beyond ASCII, \
                        `\"`, `,`, `;` or `\\`"
            .to_owned()),
        None => Ok(format!("{name}={}", values.join(","))),
    }
}

/// Whether a byte may be in the value of a cookie without being encoded.
fn is_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)
}

fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() || !name.bytes().all(|byte| is_octet(byte) && byte != b'=') {
        return Err(format!("no cookie can have the name `{}`", name.escape_debug()));
    }
    Ok(())
}

/// The names and values of the cookies in a header.
pub(crate) fn cookie_pairs(header: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = header.split(';').map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Adds cookies to those of a header. They replace those of the same name.
pub(crate) fn join_cookies(earlier: &str, later: &str) -> String {
    let earlier = remove_cookies(earlier, later);
    let later = later.trim().trim_end_matches(';');
    let both = [earlier.as_str(), later];
    both.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

/// The cookies of a header without those that have the names of these others.
pub(crate) fn remove_cookies(header: &str, others: &str) -> String {
    let kept = header.split(';').map(str::trim).filter(|pair| {
        let name = pair.split('=').next();
        !pair.is_empty() && cookie_pairs(others).all(|(other, _)| Some(other) != name)
    });
    kept.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_cookies_are_added_or_replace_earlier_ones() {
        for (earlier, later, expected) in [
            ("", "a=1", "a=1"),
            ("a=1", "", "a=1"),
            ("a=1", "b=2; c=3", "a=1; b=2; c=3"),
            ("a=1; b=2;", "a=3", "b=2; a=3"),
            ("a=1=2;b", "b=4;", "a=1=2; b=4"),
            ("ab=1", "a=2", "ab=1; a=2"),
        ] {
            assert_eq!(join_cookies(earlier, later), expected, "{earlier} + {later}");
        }
    }

    #[test]
    fn values_become_cookies() {
        use crate::wire::parameter::ToParameter;
        for style in [CookieStyle::Form, CookieStyle::FormExplode] {
            assert_eq!(format_cookies("$a!b", style, "x y".to_parameter()).unwrap(), "$a!b=x%20y");
            assert!(format_cookies("a=b", style, "x".to_parameter()).is_err());
        }
        let (list, object) = (vec!["a;b=c", "d,\r\n"], serde_json::json!({"k k": "v;", "n": null, "x": 1}));
        let none: &[&str] = &[];
        for (style, of_list, of_object, of_scalar) in [
            (CookieStyle::Form, "n=a%3Bb%3Dc,d%2C%0D%0A", "n=k%20k,v%3B,x,1", "n=s%20"),
            (CookieStyle::FormExplode, "n=a%3Bb%3Dc; n=d%2C%0D%0A", "k%20k=v%3B; x=1", "n=s%20"),
        ] {
            let format = |value| format_cookies("n", style, value).unwrap();
            assert_eq!(format(list.to_parameter()), of_list, "{style:?}");
            assert_eq!(format(object.to_parameter()), of_object, "{style:?}");
            assert_eq!(format("s ".to_parameter()), of_scalar, "{style:?}");
            assert_eq!(format(none.to_parameter()), "", "{style:?}");
        }
        let object = serde_json::json!({"k": "%20=", "x": 1});
        for (style, of_list, of_object) in [
            (CookieStyle::Unencoded, "n=a,b", "n=k,%20=,x,1"),
            (CookieStyle::UnencodedExplode, "n=a; n=b", "k=%20=; x=1"),
        ] {
            let format = |value: &dyn ToParameter| format_cookies("n", style, value.to_parameter());
            assert_eq!(format(&vec!["a", "b"]).unwrap(), of_list, "{style:?}");
            assert_eq!(format(&object).unwrap(), of_object, "{style:?}");
            assert_eq!(format(&"s").unwrap(), "n=s", "{style:?}");
            assert_eq!(format(&Vec::<String>::new()).unwrap(), "", "{style:?}");
            for invalid in ["a;b=c", "a,b", "a b", "a\r\n", "é", "\"", "\\"] {
                assert!(format(&invalid).is_err(), "{invalid}");
                assert!(format(&vec![invalid]).is_err(), "{invalid}");
                assert!(format(&serde_json::json!({ "k": invalid })).is_err(), "{invalid}");
            }
        }
        for key in ["", "a=b", "a;b"] {
            let object = serde_json::json!({key: "v"});
            assert!(
                format_cookies("n", CookieStyle::UnencodedExplode, object.to_parameter()).is_err(),
                "{key}"
            );
        }
        let object = serde_json::json!({"": "v"});
        assert!(format_cookies("n", CookieStyle::FormExplode, object.to_parameter()).is_err());
    }
}
