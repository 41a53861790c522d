//! Where the servers of an API stand on the one port of the mock: each below a path of its own.

use std::fmt;

use openapi_client_runtime::__private::Service;

/// The base path of each server, without its last slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BasePaths(Vec<String>);

impl BasePaths {
    /// The API's own paths, `first` in the place of the first server's. Where two servers have the same path and differ by
    /// host only, the host of the later one stands before its path.
    pub(crate) fn new(service: &Service, first: Option<&str>) -> Self {
        let servers = service.environments.first().map(|environment| environment.servers).unwrap_or_default();
        let mut bases: Vec<String> = Vec::new();
        for server in servers {
            let uri = server.parse::<http::Uri>().unwrap_or_default();
            let own = match first.filter(|_| bases.is_empty()) {
                Some(first) => first,
                None => uri.path(),
            };
            let path = match own.trim_matches('/') {
                "" => String::new(),
                path => format!("/{path}"),
            };
            let taken = bases.contains(&path);
            bases.push(if taken { format!("/{}{path}", uri.host().unwrap_or("server")) } else { path });
        }
        if bases.is_empty() {
            bases.push(String::new());
        }
        Self(bases)
    }

    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        self.0.get(index).map(String::as_str)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// What stands below the longest base that fits a path.
    pub(crate) fn below<'a>(&self, path: &'a str) -> Option<&'a str> {
        let below = |base: &String| path.strip_prefix(base.as_str()).filter(|rest| rest.starts_with('/'));
        self.0.iter().filter_map(below).min_by_key(|rest| rest.len())
    }
}

impl fmt::Display for BasePaths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, base) in self.0.iter().enumerate() {
            let or = if index > 0 { " or " } else { "" };
            let base = if base.is_empty() { "/" } else { base };
            write!(f, "{or}`{base}`")?;
        }
        Ok(())
    }
}
