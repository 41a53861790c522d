//! Joins cookies into the one header `Cookie` that a request may have (RFC 6265, section 5.4).

/// The names and values of the cookies in a header.
pub(crate) fn cookie_pairs(header: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = header.split(';').map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Adds cookies to those of a header. They replace those of the same name.
pub(crate) fn join_cookies(earlier: &str, later: &str) -> String {
    let kept = earlier.split(';').map(str::trim).filter(|pair| {
        let name = pair.split('=').next();
        !pair.is_empty() && cookie_pairs(later).all(|(other, _)| Some(other) != name)
    });
    let later = later.trim().trim_end_matches(';');
    kept.chain(Some(later).filter(|later| !later.is_empty())).collect::<Vec<_>>().join("; ")
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
}
