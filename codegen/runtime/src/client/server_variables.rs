//! Variables of server URLs: their values, which must not change any other part of the URL.

use crate::{
    client::{core::validate_base_url, service::Environment},
    wire::percent::percent_encode,
};

/// A server whose URL contains variables that the caller can set.
#[derive(Clone, Copy, Debug)]
pub struct ServerTemplate {
    /// The name of the environment.
    pub environment: &'static str,
    /// The index of the server in the environment.
    pub index: usize,
    /// The URL, with the names of the variables in braces.
    pub url: &'static str,
    /// The variables.
    pub variables: &'static [ServerVariable],
}

/// A variable of a server URL.
#[derive(Clone, Copy, Debug)]
pub struct ServerVariable {
    /// The name.
    pub name: &'static str,
    /// The value unless the caller sets another.
    pub default: &'static str,
    /// The values that it may have; empty if it may have any.
    pub values: &'static [&'static str],
}

/// The URL of a server with the values of its variables, or why it cannot have them.
#[derive(Debug)]
pub(crate) struct FilledServer {
    environment: Environment,
    index: usize,
    url: Result<String, String>,
}

/// The part of a URL that a variable stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Scheme,
    Host,
    Port,
    /// A part of one path segment.
    Segment,
    /// Several path segments.
    Path,
    /// Several path segments, and the slash before them.
    Suffix,
    Unknown,
}

impl Part {
    /// The part of a URL between these two texts, where a variable has this default. A default that could not be set, since it
    /// has another part of the URL in it, makes the part unknown.
    fn between(before: &str, after: &str, default: &str) -> Self {
        let part = match before.split_once("://") {
            None if before.is_empty() && after.starts_with("://") => Self::Scheme,
            None => Self::Unknown,
            Some((_, rest)) if rest.contains(['?', '#', '@']) => Self::Unknown,
            Some((_, rest)) if rest.contains('/') && default.contains('/') => Self::Path,
            Some((_, rest)) if rest.contains('/') => Self::Segment,
            Some((_, rest)) if !rest.is_empty() && default.starts_with('/') && is_end(after, &['/']) => {
                Self::Suffix
            }
            Some((_, rest)) if rest.contains(':') => Self::Port,
            // A value behind the end of a name would make it that of another host.
            Some((_, rest)) if is_end(after, &['/', ':']) && !rest.is_empty() && !rest.ends_with('.') => {
                Self::Unknown
            }
            Some(_) => Self::Host,
        };
        if default.is_empty() || part.encode(default).is_ok() { part } else { Self::Unknown }
    }

    /// The value as it is in the URL, or what is allowed.
    fn encode(self, value: &str) -> Result<String, &'static str> {
        let is_valid = match self {
            Self::Scheme => matches!(value, "https" | "http"),
            Self::Host => value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')),
            Self::Port => {
                value.chars().all(|c| c.is_ascii_digit()) && value.parse::<u16>().is_ok_and(|port| port > 0)
            }
            Self::Segment => !value.contains(['/', '\\']),
            Self::Path => !value.contains('\\'),
            Self::Suffix => value.starts_with('/') && !value.contains('\\'),
            Self::Unknown => false,
        };
        match self {
            Self::Segment | Self::Path | Self::Suffix if is_valid => {
                Ok(value.split('/').map(percent_encode).collect::<Vec<_>>().join("/"))
            }
            _ if is_valid => Ok(value.to_owned()),
            Self::Scheme => Err("it is the scheme, so it must be `https` or `http`"),
            Self::Host => Err("it is part of the host, so only letters, digits, `-` and `.` are allowed"),
            Self::Port => Err("it is the port, so it must be a number from 1 to 65535"),
            Self::Segment => Err("it is part of one path segment, so `/` and `\\` are not allowed"),
            Self::Path => Err("it is part of the path, so `\\` is not allowed"),
            Self::Suffix => Err("it is the path, so it must start with `/`, and `\\` is not allowed"),
            Self::Unknown => Err("it is not within the host or the path: use `base_url` instead"),
        }
    }
}

/// The URLs of the servers whose variables have these values, by name. The values must be those of the selected environment;
/// others may have other rules.
pub(crate) fn fill_servers(
    templates: &[ServerTemplate],
    environments: &[Environment],
    selected: Environment,
    values: &[(String, String)],
) -> Result<Vec<FilledServer>, String> {
    for (name, _) in values {
        let with_variable =
            |template: &&ServerTemplate| template.variables.iter().any(|own| own.name == name);
        let mut with_variable = templates.iter().filter(with_variable).map(|template| template.environment);
        let Some(first) = with_variable.next() else { return Err(unknown_variable(name, templates)) };
        let is_stated = environments.contains(&selected);
        if is_stated && first != selected.name && with_variable.all(|other| other != selected.name) {
            return Err(format!(
                "the server variable `{name}` has no effect: the environment `{}` does not have it",
                selected.name
            ));
        }
    }
    let mut filled = Vec::new();
    for template in templates {
        let is_set = |variable: &ServerVariable| values.iter().any(|(name, _)| variable.name == name);
        let named = environments.iter().find(|environment| environment.name == template.environment);
        if let Some(environment) = named.filter(|_| template.variables.iter().any(is_set)) {
            let url = template.fill(values);
            if let (Err(why), true) = (&url, *environment == selected) {
                return Err(why.clone());
            }
            filled.push(FilledServer { environment: *environment, index: template.index, url });
        }
    }
    Ok(filled)
}

/// The URL of a server of the environment.
///
/// # Errors
/// If the environment has no such server, or one whose variables cannot have the values.
pub(crate) fn find_server(
    filled: &[FilledServer],
    environment: Environment,
    index: usize,
) -> Result<&str, String> {
    let own = filled.iter().find(|server| server.index == index && server.environment == environment);
    match own {
        Some(server) => server.url.as_deref().map_err(Clone::clone),
        None => {
            let url = environment.servers.get(index).copied();
            url.ok_or_else(|| format!("the environment `{}` has no server {index}", environment.name))
        }
    }
}

/// Whether the text after a variable is outside the part that the variable is in.
fn is_end(after: &str, delimiters: &[char]) -> bool {
    after.is_empty() || after.starts_with(delimiters)
}

fn unknown_variable(name: &str, templates: &[ServerTemplate]) -> String {
    let mut known: Vec<&str> = Vec::new();
    for variable in templates.iter().flat_map(|template| template.variables) {
        if !known.contains(&variable.name) {
            known.push(variable.name);
        }
    }
    let known: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    format!("unknown server variable `{}`; the servers have: {known}", name.escape_debug())
}

impl ServerTemplate {
    /// The URL with these values, and the defaults of other variables.
    fn fill(&self, values: &[(String, String)]) -> Result<String, String> {
        let mut url = String::new();
        let mut rest = self.url;
        // The variables that the caller sets, for the error about what they are together.
        let mut set = Vec::new();
        while let Some((before, name, after)) = split_placeholder(rest) {
            url.push_str(before);
            let position = self.url.len() - after.len() - name.len() - 2;
            let own = self.variables.iter().find(|variable| variable.name == name);
            let value = values.iter().rev().find(|(other, _)| other == name);
            match (own, value) {
                (Some(own), Some((_, value))) => {
                    let part =
                        Part::between(self.url.get(..position).unwrap_or_default(), after, own.default);
                    url.push_str(&own.encode(value, part)?);
                    set.push(name);
                }
                (Some(own), None) => url.push_str(own.default),
                (None, _) => {
                    url.push_str(self.url.get(position..self.url.len() - after.len()).unwrap_or_default())
                }
            }
            rest = after;
        }
        url.push_str(rest);
        match validate_filled(&url) {
            Ok(url) => Ok(url.to_owned()),
            Err(why) => {
                Err(format!("the server variables `{}` make the URL `{url}`, which {why}", set.join("`, `")))
            }
        }
    }
}

/// The text before the first name in braces, the name, and the text after it.
fn split_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

impl ServerVariable {
    fn encode(&self, value: &str, part: Part) -> Result<String, String> {
        let refuse = |why: &str| {
            Err(format!("the server variable `{}` must not be `{}`: {why}", self.name, value.escape_debug()))
        };
        if !self.values.is_empty() && !self.values.contains(&value) {
            return refuse(&format!("the API has the values `{}`", self.values.join("`, `")));
        }
        if value.is_empty() && !self.default.is_empty() {
            return refuse("it needs a value");
        }
        part.encode(value).or_else(refuse)
    }
}

/// Validates what values are together: each of them alone may be a part of a host name or path segment.
fn validate_filled(url: &str) -> Result<&str, &'static str> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.split(':').next().unwrap_or_default();
    if host.split('.').any(str::is_empty) {
        return Err("has an empty label in its host");
    }
    if path
        .split('/')
        .any(|segment| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."))
    {
        return Err("has `.` or `..` as a path segment");
    }
    validate_base_url(url).map_err(|_| "is not a complete URL of a server")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: &[&str] = &[];

    const fn variable(name: &'static str, default: &'static str) -> ServerVariable {
        ServerVariable { name, default, values: ANY }
    }

    const VARIABLES: &[ServerVariable] = &[
        variable("scheme", "https"),
        variable("tenant", "demo"),
        variable("suffix", ""),
        variable("port", "443"),
        variable("base", "v1"),
        variable("kind", "x"),
        ServerVariable { name: "region", default: "eu", values: &["eu", "us"] },
    ];

    fn fill(url: &'static str, values: &[(&str, &str)]) -> Result<String, String> {
        let template = ServerTemplate { environment: "default", index: 0, url, variables: VARIABLES };
        let values: Vec<_> =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        template.fill(&values)
    }

    const URL: &str = "{scheme}://{tenant}.{region}{suffix}.a.test:{port}/{base}/{kind}s/";

    #[test]
    fn a_path_behind_the_host_is_no_part_of_it() {
        const OWN: &[ServerVariable] =
            &[variable("path", "/v1"), variable("end", ""), variable("host", "a.test:80")];
        let fill = |url: &'static str, name: &str, value: &str| {
            let template = ServerTemplate { environment: "default", index: 0, url, variables: OWN };
            template.fill(&[(name.to_owned(), value.to_owned())])
        };
        for url in ["https://a.test{path}", "https://a.test:443{path}"] {
            let base = url.trim_end_matches("{path}");
            assert_eq!(fill(url, "path", "/v2/b c"), Ok(format!("{base}/v2/b%20c")));
            for value in [".evil.test", "1", "@evil.test", "v2", "/../x", "/a\\b", ""] {
                assert!(fill(url, "path", value).is_err(), "{value}");
            }
        }
        assert!(fill("https://a.test{end}", "end", ".evil.test").is_err());
        assert!(fill("https://a.test{end}:443", "end", "b").is_err());
        assert!(fill("https://{host}/x", "host", "b.test").unwrap_err().contains("base_url"));
        assert_eq!(fill("https://a{end}.test", "end", "-b").as_deref(), Ok("https://a-b.test"));
    }

    #[test]
    fn values_replace_their_part_of_the_url() {
        assert_eq!(fill(URL, &[]).as_deref(), Ok("https://demo.eu.a.test:443/v1/xs"));
        let values = [
            ("tenant", "acme"),
            ("base", "v 2?#%2F@é"),
            ("suffix", ".b"),
            ("region", "us"),
            ("port", "8443"),
        ];
        let expected = "https://acme.us.b.a.test:8443/v%202%3F%23%252F%40%C3%A9/xs";
        assert_eq!(fill(URL, &values).as_deref(), Ok(expected));
        assert_eq!(
            fill(URL, &[("scheme", "http"), ("tenant", "a.b")]).as_deref(),
            Ok("http://a.b.eu.a.test:443/v1/xs")
        );
        // The last value counts, and a value is not a template.
        assert_eq!(
            fill("https://a.test/{base}", &[("base", "a"), ("base", "{kind}")]).as_deref(),
            Ok("https://a.test/%7Bkind%7D")
        );
    }

    #[test]
    fn values_cannot_change_another_part() {
        for (name, value, why) in [
            ("scheme", "ftp", "`https` or `http`"),
            ("scheme", "https://evil.test/", "`https` or `http`"),
            ("tenant", "", "needs a value"),
            ("tenant", "evil.test/", "letters, digits"),
            ("tenant", "evil.test#", "letters, digits"),
            ("tenant", "evil.test?", "letters, digits"),
            ("tenant", "evil.test\\", "letters, digits"),
            ("tenant", "user@evil", "letters, digits"),
            ("tenant", "user:pw", "letters, digits"),
            ("tenant", "evil\r\nHost: x", "letters, digits"),
            ("tenant", "évil", "letters, digits"),
            ("tenant", "%2e", "letters, digits"),
            ("tenant", ".", "empty label"),
            ("tenant", "a..b", "empty label"),
            ("port", "0", "number from 1 to 65535"),
            ("port", "70000", "number from 1 to 65535"),
            ("port", "+80", "number from 1 to 65535"),
            ("port", "80/evil", "number from 1 to 65535"),
            ("port", "80@evil.test", "number from 1 to 65535"),
            ("base", "a/b", "one path segment"),
            ("base", "..\\b", "one path segment"),
            ("base", "..", "path segment"),
            ("base", ".", "path segment"),
            ("base", "", "needs a value"),
            ("region", "ap", "`eu`, `us`"),
        ] {
            let error = fill(URL, &[(name, value)]).unwrap_err();
            assert!(error.contains(why) && error.contains(&format!("`{name}`")), "{value}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
        let both = [("base", "."), ("kind", ".")];
        assert!(fill("https://a.test/{base}{kind}", &both).is_err());
        // Only the whole URL, or what is no part of a base URL.
        for url in ["{base}/v1", "https://a.test/?q={base}", "https://{base}@a.test", "https://u@{base}"] {
            assert!(fill(url, &[("base", "https")]).is_err(), "{url}");
        }
    }

    #[test]
    fn variables_belong_to_environments() {
        const LIVE: Environment =
            Environment { name: "live", servers: &["https://demo.a.test", "https://b.test"] };
        const TEST: Environment = Environment { name: "test", servers: &["https://test.a.test"] };
        let templates = [ServerTemplate {
            environment: "live",
            index: 0,
            url: "https://{tenant}.a.test",
            variables: VARIABLES,
        }];
        let set = |selected: Environment, name: &str| {
            fill_servers(&templates, &[LIVE, TEST], selected, &[(name.to_owned(), "acme".to_owned())])
        };
        let filled = set(LIVE, "tenant").unwrap();
        assert_eq!(find_server(&filled, LIVE, 0).as_deref(), Ok("https://acme.a.test"));
        assert_eq!(find_server(&filled, LIVE, 1).as_deref(), Ok("https://b.test"));
        assert!(find_server(&filled, LIVE, 2).is_err());
        assert_eq!(find_server(&filled, TEST, 0).as_deref(), Ok("https://test.a.test"));
        // An environment of the caller's own with the same name has its own servers.
        let own = Environment { name: "live", servers: &["https://own.test"] };
        assert_eq!(find_server(&filled, own, 0).as_deref(), Ok("https://own.test"));
        assert!(set(own, "tenant").is_ok());
        assert!(set(TEST, "tenant").unwrap_err().contains("`test` does not have it"));
        assert!(set(LIVE, "x").unwrap_err().contains("the servers have: `scheme`, `tenant`"));
    }
}
