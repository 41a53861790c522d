//! Proxies that are reached over TLS themselves.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::support::{
    api::{KEY, builder},
    server::{Server, encode_response},
    tls_server::{ROOT, TlsServer, configure_server},
};

type Heads = Arc<Mutex<Vec<String>>>;

/// Starts a proxy with TLS that offers HTTP/2, which no client may choose. It opens tunnels, responds to other requests itself, and
/// keeps the heads of both.
async fn start_tls_proxy() -> (String, Heads) {
    let mut config = configure_server();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://user:pass@{}", listener.local_addr().unwrap());
    let heads = Heads::default();
    let shared = Arc::clone(&heads);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (acceptor, heads) = (acceptor.clone(), Arc::clone(&shared));
            tokio::spawn(async move {
                // A client that does not trust the certificate makes no connection.
                if let Ok(stream) = acceptor.accept(socket).await {
                    serve(stream, &heads).await;
                }
            });
        }
    });
    (url, heads)
}

async fn serve(mut client: TlsStream<TcpStream>, heads: &Heads) {
    assert_ne!(client.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    heads.lock().unwrap().push(head.clone());
    if let Some(target) = head.strip_prefix("CONNECT ") {
        let mut server = TcpStream::connect(target.split(' ').next().unwrap()).await.unwrap();
        client.write_all(b"HTTP/1.1 200 ok\r\n\r\n").await.unwrap();
        // Either side may end without a word.
        let _ = copy_bidirectional(&mut client, &mut server).await;
    } else {
        let json = [("content-type", "application/json".to_owned()), ("connection", "close".to_owned())];
        client.write_all(&encode_response(200, &json, br#"{"id":"pay_1"}"#)).await.unwrap();
        client.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn a_tunnel_is_opened_within_the_tls_of_the_proxy() {
    let (server, (proxy, heads)) = (TlsServer::start(), start_tls_proxy().await);
    let client = builder().base_url(&server.url).root_certificate(ROOT).proxy(proxy).build().unwrap();
    client.pay().send().await.unwrap();
    client.pay().send().await.unwrap();
    let heads = heads.lock().unwrap();
    assert_eq!(heads.len(), 1);
    let target = server.url.trim_start_matches("https://");
    assert!(heads[0].starts_with(&format!("CONNECT {target} HTTP/1.1\r\n")), "{heads:?}");
    assert!(heads[0].contains("Basic dXNlcjpwYXNz") && !heads[0].contains(KEY), "{heads:?}");
}

#[tokio::test]
async fn requests_without_tls_pass_the_tls_of_the_proxy() {
    let (server, (proxy, heads)) = (Server::start([]), start_tls_proxy().await);
    let client = builder().base_url(server.url()).root_certificate(ROOT).proxy(proxy).build().unwrap();
    client.pay().send().await.unwrap();
    assert!(heads.lock().unwrap()[0].starts_with(&format!("POST {}/payments HTTP/1.1\r\n", server.url())));
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_proxy_whose_certificate_is_not_trusted_gets_no_request() {
    let (server, (proxy, heads)) = (Server::start([]), start_tls_proxy().await);
    let error =
        builder().base_url(server.url()).proxy(proxy).build().unwrap().pay().send().await.unwrap_err();
    assert_eq!(error.outcome(), openapi_client_runtime::Outcome::NotProcessed, "{error}");
    let text = format!("{error} {error:?}");
    assert!(!text.contains("pass@") && !text.contains("dXNlcjpwYXNz"), "{text}");
    assert!(heads.lock().unwrap().is_empty() && server.requests().is_empty());
}
