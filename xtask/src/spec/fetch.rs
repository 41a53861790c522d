//! Fetches a URL over TLS, within limits of size and time.

use std::time::Duration;

use openapi_client_generator::failure::Failure;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Error, Timeout};

/// The largest response, in bytes; the document has about 7 MB.
const MAX_BYTES: u64 = 64 << 20;

const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(120);

/// Fetches a document. Plain HTTP is allowed for a server on this machine only, where nobody can intercept it.
pub(crate) fn fetch_document(url: &str) -> Result<Vec<u8>, Failure> {
    let local = is_local(url);
    if !url.starts_with("https://") && !local {
        return Err(fetch_failure(
            url,
            "insecure",
            "the URL does not begin with `https://`",
            "use an `https` URL",
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
    let response =
        agent.get(url).header("Accept", "application/json, application/yaml, text/yaml, */*;q=0.1").call();
    let bytes = response.and_then(|mut response| {
        if response.status().is_redirection() {
            return Err(Error::TooManyRedirects);
        }
        if response.body().content_length().is_some_and(|length| length > MAX_BYTES) {
            return Err(Error::BodyExceedsLimit(MAX_BYTES));
        }
        response.body_mut().with_config().limit(MAX_BYTES).read_to_vec()
    });
    bytes.map_err(|error| explain_error(url, &error))
}

/// Whether the URL is on this machine.
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

fn explain_error(url: &str, error: &Error) -> Failure {
    let network = "check the network; for a copy of the document on disk, use `--file`";
    let (code, message, help) = match error {
        Error::StatusCode(status) => (
            "status",
            format!("the server responded with status {status}"),
            "check that this is the URL of the document",
        ),
        Error::HostNotFound => ("no-network", "the host name cannot be resolved".to_owned(), network),
        Error::ConnectionFailed => ("no-network", "cannot connect to the host".to_owned(), network),
        Error::Timeout(Timeout::Global | Timeout::RecvBody | Timeout::RecvResponse) => {
            let message = format!("the document did not arrive within {} s", WHOLE.as_secs());
            ("timeout", message, "try again later, or fetch it by other means and use `--file`")
        }
        Error::Timeout(_) => ("no-network", "the host did not respond in time".to_owned(), network),
        Error::BodyExceedsLimit(_) => {
            let message = format!("the response is larger than {} MiB", MAX_BYTES >> 20);
            ("too-long", message, "check that this is the URL of the document")
        }
        Error::TooManyRedirects | Error::RequireHttpsOnly(_) => {
            let message = "the server redirects too often, or to a URL without TLS".to_owned();
            ("redirect", message, "use the URL that it redirects to")
        }
        Error::Io(error) => (
            "no-network",
            format!("the connection failed: {}", openapi_client_generator::failure::describe_io_error(error)),
            network,
        ),
        other => ("fetch", format!("the document cannot be fetched: {other}"), network),
    };
    fetch_failure(url, code, &message, help)
}

fn fetch_failure(url: &str, code: &str, message: &str, help: &str) -> Failure {
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
