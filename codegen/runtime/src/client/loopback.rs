//! Whether a base URL is safe for credentials.

use std::net::{IpAddr, Ipv6Addr};

use http::{Uri, uri::Scheme};

/// Whether requests to this URL pass a network unencrypted: it has the scheme `http`, and its host is not this machine.
pub(crate) fn is_unencrypted(url: &str) -> bool {
    if url.starts_with("https://") {
        return false;
    }
    let Ok(uri) = url.parse::<Uri>() else { return false };
    uri.scheme() == Some(&Scheme::HTTP) && !uri.host().is_some_and(is_loopback)
}

/// Whether a host is this machine: a loopback address, or `localhost` and names below it (RFC 6761, section 6.3).
fn is_loopback(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = address.parse::<IpAddr>() {
        return match address {
            IpAddr::V4(address) => address.is_loopback(),
            IpAddr::V6(address) => {
                address == Ipv6Addr::LOCALHOST
                    || address.to_ipv4_mapped().is_some_and(|address| address.is_loopback())
            }
        };
    }
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_reached_without_encryption() {
        for safe in [
            "https://api.test",
            "HTTPS://api.test",
            "http://127.0.0.1:8080/v1",
            "http://127.9.8.7",
            "http://[::1]:80",
            "http://[::ffff:127.0.0.1]",
            "http://localhost:3000",
            "http://LOCALHOST",
            "http://localhost.",
            "http://shop.localhost",
        ] {
            assert!(!is_unencrypted(safe), "{safe}");
        }
        for unsafe_url in [
            "http://api.test",
            "HTTP://api.test",
            "http://10.0.0.1",
            "http://128.0.0.1",
            "http://0.0.0.0",
            "http://[::]",
            "http://[fe80::1]",
            "http://localhost.evil.test",
            "http://notlocalhost",
            "http://127.0.0.1.evil.test",
        ] {
            assert!(is_unencrypted(unsafe_url), "{unsafe_url}");
        }
    }
}
