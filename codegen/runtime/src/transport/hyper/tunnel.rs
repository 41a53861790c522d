//! A tunnel through a proxy (RFC 9110, section 9.3.6).

use http::HeaderValue;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::wire::body::BoxError;

/// The longest head of a response of a proxy.
const MAX_HEAD: usize = 8 * 1024;

/// Asks the proxy at the other end of the connection for a tunnel to this host and port.
pub(super) async fn open_tunnel<S>(
    stream: &mut S,
    target: &str,
    authorization: Option<&HeaderValue>,
) -> Result<(), BoxError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
    if let Some(authorization) = authorization {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await?;
    let mut head = Vec::new();
    // TLS begins with a message of the client, so the proxy sends nothing after the head.
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= MAX_HEAD {
            return Err("the proxy did not respond with HTTP".into());
        }
        if stream.read_buf(&mut head).await? == 0 {
            return Err("the proxy closed the connection instead of opening a tunnel".into());
        }
    }
    check_status(&head)
}

fn check_status(head: &[u8]) -> Result<(), BoxError> {
    let code = head.strip_prefix(b"HTTP/1.").and_then(|rest| rest.get(2..5));
    let code = code.and_then(|code| std::str::from_utf8(code).ok()).and_then(|code| code.parse::<u16>().ok());
    match code {
        Some(200..300) => Ok(()),
        Some(407) => Err("the proxy needs a user name and a password, or others (407)".into()),
        Some(code) => Err(format!("the proxy opens no tunnel (status {code})").into()),
        None => Err("the proxy did not respond with HTTP".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn open(response: &[u8], authorization: Option<&HeaderValue>) -> (Result<(), String>, String) {
        let (mut client, mut proxy) = tokio::io::duplex(64 * 1024);
        proxy.write_all(response).await.unwrap();
        proxy.shutdown().await.unwrap();
        let result = open_tunnel(&mut client, "api.test:443", authorization).await;
        drop(client);
        let mut request = String::new();
        proxy.read_to_string(&mut request).await.unwrap();
        (result.map_err(|error| error.to_string()), request)
    }

    #[tokio::test]
    async fn a_tunnel_needs_a_status_of_success() {
        let (result, request) = open(b"HTTP/1.1 200 Connection established\r\nVia: a\r\n\r\n", None).await;
        assert_eq!(result, Ok(()));
        assert_eq!(request, "CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n\r\n");
        let key = HeaderValue::from_static("Basic MARKER");
        let (result, request) = open(b"HTTP/1.0 407 no\r\n\r\n", Some(&key)).await;
        assert!(request.ends_with("\r\nProxy-Authorization: Basic MARKER\r\n\r\n"), "{request}");
        assert!(result.is_err_and(|text| text.contains("407") && !text.contains("MARKER")));
        for (response, part) in [
            (&b"HTTP/1.1 502 Bad\r\n\r\n"[..], "502"),
            (b"HTTP/1.1 200 ok\r\n", "closed"),
            (b"", "closed"),
            (b"SSH-2.0-x\r\n\r\n", "HTTP"),
            (&[b'a'; 9000], "HTTP"),
        ] {
            let (result, _) = open(response, None).await;
            assert!(result.as_ref().is_err_and(|text| text.contains(part)), "{result:?}");
        }
    }
}
