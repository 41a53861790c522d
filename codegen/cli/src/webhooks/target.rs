//! Where events are forwarded to.

use std::net::IpAddr;

use clap::{Arg, ArgAction, ArgMatches};
use http::Uri;

use crate::{error::CliError, text::clean_line};

/// The URL of a consumer.
#[derive(Clone, Debug)]
pub(super) struct ForwardTarget(Uri);

impl ForwardTarget {
    /// The flags that choose a target.
    pub(super) fn flags(is_required: bool) -> [Arg; 2] {
        [
            Arg::new("forward-to")
                .long("forward-to")
                .value_name("URL")
                .required(is_required)
                .help("The URL of the consumer, such as http://localhost:3000/webhooks"),
            Arg::new("allow-remote")
                .long("allow-remote")
                .action(ArgAction::SetTrue)
                .help("Allow a URL of another machine, which then receives the data of customers"),
        ]
    }

    /// The target that the flags choose.
    pub(super) fn read(matches: &ArgMatches) -> Result<Option<Self>, CliError> {
        let url = matches.get_one::<String>("forward-to");
        url.map(|url| Self::parse(url, matches.get_flag("allow-remote"))).transpose()
    }

    fn parse(url: &str, allows_remote: bool) -> Result<Self, CliError> {
        let shown = clean_line(url, 200);
        let invalid = |why: &str| {
            CliError::usage(format!("--forward-to: {why}"))
                .hint("write the URL of the consumer, such as http://localhost:3000/webhooks")
        };
        let uri: Uri = url.parse().map_err(|_| invalid(&format!("`{shown}` is not a URL")))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(invalid(&format!("`{shown}` does not begin with http:// or https://")));
        }
        let Some(authority) = uri.authority() else { return Err(invalid("the URL has no host")) };
        if authority.as_str().contains('@') {
            return Err(invalid(
                "the URL contains a user name or password, which would be in the history of the shell",
            ));
        }
        if url.contains('#') {
            return Err(invalid("a URL to send to has no fragment (`#…`)"));
        }
        if !allows_remote && !is_loopback(authority.host()) {
            let host = clean_line(authority.host(), 100);
            return Err(CliError::usage(format!("--forward-to: `{host}` is not this machine")).hint(
                "events contain data of customers; with --allow-remote they are sent there all the same",
            ));
        }
        Ok(Self(uri))
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.0
    }
}

/// Whether a host is this machine, whatever the network says.
fn is_loopback(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match address.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_a_target_unless_others_are_allowed() {
        for url in [
            "http://localhost:3000/hooks?from=api",
            "http://LOCALHOST",
            "http://127.0.0.1:1/",
            "https://127.8.9.1/",
            "http://[::1]:80/",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert!(ForwardTarget::parse(url, false).is_ok(), "{url}");
        }
        for url in [
            "http://10.0.0.1/",
            "http://shop.example/",
            "http://localhost.evil.test/",
            "http://0.0.0.0/",
            "http://[::]/",
            "http://127.0.0.1.evil.test/",
        ] {
            let error = ForwardTarget::parse(url, false).unwrap_err();
            assert!(error.hint.unwrap().contains("--allow-remote"), "{url}");
            assert!(ForwardTarget::parse(url, true).is_ok(), "{url}");
        }
    }

    #[test]
    fn only_urls_of_http_are_targets() {
        for url in [
            "",
            "localhost:3000",
            "/webhooks",
            "ftp://localhost/",
            "file:///etc/passwd",
            "http://",
            "http://user:password@localhost/",
            "http://localhost/#top",
            "http://local host/",
        ] {
            let error = ForwardTarget::parse(url, true).unwrap_err();
            assert!(error.message.starts_with("--forward-to: ") && error.hint.is_some(), "{url}");
            assert!(!error.message.contains("password@"), "{}", error.message);
        }
    }
}
