//! An address to the bytes behind it: over TLS, within limits of size and time, and with a reason if there are none.

use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Error, Timeout};

use crate::failure::Failure;

/// No more than this is taken; the document has some 7 MB.
const MAX_BYTES: u64 = 64 << 20;

const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(120);

/// Fetches a document. Plain HTTP is for a server on this machine only, which no one can stand between.
pub(crate) fn fetch(url: &str) -> Result<Vec<u8>, Failure> {
    let local = is_local(url);
    if !url.starts_with("https://") && !local {
        return Err(fault(
            url,
            "insecure",
            "the address does not begin with `https://`",
            "give one that does",
        ));
    }
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = Agent::config_builder()
        .https_only(!local)
        // From this machine nothing leads elsewhere.
        .max_redirects(if local { 0 } else { 5 })
        .tls_config(tls)
        .timeout_connect(Some(CONNECT))
        .timeout_global(Some(WHOLE))
        .user_agent("whop-rs xtask");
    let config = if local { config.proxy(None) } else { config };
    let agent: Agent = config.build().into();
    let answer =
        agent.get(url).header("Accept", "application/json, application/yaml, text/yaml, */*;q=0.1").call();
    let bytes = answer.and_then(|mut answer| {
        if answer.status().is_redirection() {
            return Err(Error::TooManyRedirects);
        }
        if answer.body().content_length().is_some_and(|length| length > MAX_BYTES) {
            return Err(Error::BodyExceedsLimit(MAX_BYTES));
        }
        answer.body_mut().with_config().limit(MAX_BYTES).read_to_vec()
    });
    bytes.map_err(|error| explained(url, &error))
}

/// Whether the address is one of this machine.
fn is_local(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // What stands before an `@` is no host, and a host that hides behind one is none of ours.
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

fn explained(url: &str, error: &Error) -> Failure {
    let network = "is there a network? With a copy of the document on disk, use `--file`";
    let (code, message, help) = match error {
        Error::StatusCode(status) => (
            "status",
            format!("the server answers with status {status}"),
            "is this the address of the document?",
        ),
        Error::HostNotFound => ("no-network", "the host has no address".to_owned(), network),
        Error::ConnectionFailed => ("no-network", "there is no connection to the host".to_owned(), network),
        Error::Timeout(Timeout::Global | Timeout::RecvBody | Timeout::RecvResponse) => {
            let message = format!("the document did not arrive within {} s", WHOLE.as_secs());
            ("timeout", message, "try again later, or fetch it by other means and use `--file`")
        }
        Error::Timeout(_) => ("no-network", "the host does not answer in time".to_owned(), network),
        Error::BodyExceedsLimit(_) => {
            let message = format!("the answer is longer than {} MiB", MAX_BYTES >> 20);
            ("too-long", message, "is this the address of the document?")
        }
        Error::TooManyRedirects | Error::RequireHttpsOnly(_) => {
            let message = "the server leads elsewhere, too often or without TLS".to_owned();
            ("redirect", message, "give the address that it leads to")
        }
        Error::Io(error) => {
            ("no-network", format!("the connection failed: {}", crate::failure::reason(error)), network)
        }
        other => ("fetch", format!("the document cannot be fetched: {other}"), network),
    };
    fault(url, code, &message, help)
}

fn fault(url: &str, code: &str, message: &str, help: &str) -> Failure {
    let visible = |text: &str| text.chars().filter(|c| !c.is_control()).take(300).collect::<String>();
    Failure::new(format!(
        "error[{code}]: {}\n --> {}\n = help: {help}\n\n1 error",
        visible(message),
        visible(url)
    ))
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_this_machine_is_local() {
        for (url, local) in [
            ("http://127.0.0.1:80/x", true),
            ("http://localhost/x", true),
            ("http://[::1]:8080", true),
            ("http://127.0.0.1.example.com/", false),
            ("http://localhost:1@example.com/", false),
            ("http://localhost@example.com/", false),
            ("http://example.com/?localhost", false),
            ("https://localhost/", false),
        ] {
            assert_eq!(is_local(url), local, "{url}");
        }
    }
}
