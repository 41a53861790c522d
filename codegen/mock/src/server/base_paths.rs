//! Maps the servers of an API to paths on the one port of the mock: each server gets a base path of its own.

use std::fmt;

use openapi_client_runtime::__private::Service;

/// The base path of each server of the API, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BasePaths(Vec<String>);

impl BasePaths {
    /// Takes the paths from the server URLs of the API; `first_path` replaces the path of the first server.
    ///
    /// Two servers may have the same path and differ by host only. The path of the later one is then prefixed with
    /// its host, so that requests can still be told apart.
    pub(crate) fn new(service: &Service, first_path: Option<&str>) -> Self {
        let servers = service.environments.first().map(|environment| environment.servers).unwrap_or_default();
        let mut base_paths: Vec<String> = Vec::new();
        for server in servers {
            let uri = server.parse::<http::Uri>().unwrap_or_default();
            let path = match first_path.filter(|_| base_paths.is_empty()) {
                Some(first_path) => first_path,
                None => uri.path(),
            };
            let path = match path.trim_matches('/') {
                "" => String::new(),
                path => format!("/{path}"),
            };
            let is_taken = base_paths.contains(&path);
            base_paths.push(if is_taken {
                format!("/{}{path}", uri.host().unwrap_or("server"))
            } else {
                path
            });
        }
        if base_paths.is_empty() {
            base_paths.push(String::new());
        }
        Self(base_paths)
    }

    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        self.0.get(index).map(String::as_str)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Removes the longest matching base path from a path; `None` if no base path matches.
    pub(crate) fn strip_base<'a>(&self, path: &'a str) -> Option<&'a str> {
        let strip = |base: &String| path.strip_prefix(base.as_str()).filter(|rest| rest.starts_with('/'));
        self.0.iter().filter_map(strip).min_by_key(|rest| rest.len())
    }
}

/// Lists the base paths for messages: `` `/api/v1` or `/files` ``.
impl fmt::Display for BasePaths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, base) in self.0.iter().enumerate() {
            let separator = if index > 0 { " or " } else { "" };
            let base = if base.is_empty() { "/" } else { base };
            write!(f, "{separator}`{base}`")?;
        }
        Ok(())
    }
}
