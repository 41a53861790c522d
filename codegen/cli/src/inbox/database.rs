//! Which database the inbox is in. Its password is never on the command line, where other programs and the history of the shell
//! see it.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};

use crate::{
    error::{CliError, Exit},
    private_file::read_private,
    program::App,
    session::Session,
};

/// The flags that choose a database.
pub(super) fn database_flags(app: &App) -> [Arg; 3] {
    let variable = variable_name(app);
    [
        Arg::new("database").long("database").value_name("URL").global(true).help(format!(
            "The URL of the database without a password: sqlite://shop.db or postgres://user@host/shop; with a password, set it \
             in the variable {variable} instead"
        )),
        Arg::new("database-file")
            .long("database-file")
            .value_name("FILE")
            .global(true)
            .value_parser(value_parser!(PathBuf))
            .conflicts_with("database")
            .help("A file with the URL, which only its owner can read"),
        Arg::new("prefix").long("prefix").value_name("NAME").global(true).help(
            "The beginning of the names of the tables, if the service has another than the default",
        ),
    ]
}

/// The environment variable with the URL.
fn variable_name(app: &App) -> String {
    format!(
        "{}_INBOX_URL",
        app.settings.name.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_")
    )
}

/// The URL of the database: of the flag, else of the file, else of the variable.
pub(super) fn find_database(session: &Session<'_>, matches: &ArgMatches) -> Result<String, CliError> {
    let variable = variable_name(session.app);
    if let Some(url) = matches.get_one::<String>("database") {
        if has_password(url) {
            return Err(CliError::usage(
                "--database: the URL contains a password, which others can see here",
            )
            .hint(format!("set the variable {variable}, or write the URL into a file for --database-file")));
        }
        return check_exists(url.clone());
    }
    if let Some(path) = matches.get_one::<PathBuf>("database-file") {
        let missing = || CliError::usage(format!("--database-file: there is no file `{}`", path.display()));
        return check_exists(read_private(path)?.ok_or_else(missing)?.trim().to_owned());
    }
    let url = session.io.variable(&variable).map(str::to_owned);
    let missing = || {
        CliError::usage("which database is the inbox in?")
            .hint(format!("add --database sqlite://shop.db, or set the variable {variable}"))
    };
    check_exists(url.ok_or_else(missing)?)
}

/// Whether a URL has a password, before its host or as a parameter.
fn has_password(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    if scheme.starts_with("sqlite") {
        return false;
    }
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.contains(':') || query.split('&').any(|pair| pair.starts_with("password="))
}

/// A file of SQLite has to exist: the inbox would create a new one for a name that is misspelt.
fn check_exists(url: String) -> Result<String, CliError> {
    let Some(path) = url.strip_prefix("sqlite:") else { return Ok(url) };
    let path = path.strip_prefix("//").unwrap_or(path).split('?').next().unwrap_or_default();
    if Path::new(path).is_file() {
        return Ok(url);
    }
    Err(CliError::new(Exit::NotFound, format!("there is no database `{path}`")).hint(
        "a path after `sqlite://` is relative to the current folder; `sqlite:///` begins an absolute one",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_urls_are_found() {
        for url in [
            "postgres://user:secret@host/shop",
            "postgres://user:sec@ret@host/shop",
            "postgres://host/shop?sslmode=require&password=secret",
            "postgresql://:secret@host",
        ] {
            assert!(has_password(url), "{url}");
        }
        for url in ["postgres://user@host:5432/shop", "postgres://host/shop", "sqlite://a:b@c.db", "shop.db"]
        {
            assert!(!has_password(url), "{url}");
        }
    }
}
