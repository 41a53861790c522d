//! TLS is set up when the first certificate is verified, with the roots of the system and those of the application.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use openapi_client_runtime::{ErrorKind, Outcome};

use crate::support::{
    api::builder,
    server::Server,
    tls_server::{CLIENT, ROOT, TlsServer, configure_server},
};

/// Set in the process without certificates.
const CHILD: &str = "OPENAPI_CLIENT_TEST_CHILD";

/// Runs the test of this name in a process that finds no root certificates.
fn run_without_certificates(test: &str) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "1")
        .env("SSL_CERT_FILE", "/nonexistent/certificates.pem")
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_container_without_certificates_is_no_obstacle_to_local_servers() {
    if std::env::var_os(CHILD).is_none() {
        return run_without_certificates(
            "tls::a_container_without_certificates_is_no_obstacle_to_local_servers",
        );
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = Server::start([]);
        builder().base_url(server.url()).build().unwrap().pay().send().await.unwrap();
        builder().build().unwrap();

        let server = TlsServer::start();
        let client = builder().base_url(&server.url).build().unwrap();
        let error = client.pay().send().await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::NotProcessed), "{error}");
        let error = error.to_string();
        assert!(error.contains("ca-certificates") && error.contains("SSL_CERT_FILE"), "{error}");

        let error = builder().load_certificates().build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("ca-certificates"), "{error}");

        // The certificates of the application suffice.
        let client = builder().base_url(&server.url).root_certificate(ROOT).build().unwrap();
        client.pay().send().await.unwrap();
        builder().root_certificate(ROOT).load_certificates().build().unwrap();
    });
}

#[tokio::test]
async fn an_added_root_certificate_is_trusted() {
    let server = TlsServer::start();
    // A root of its own suffices where the system has none, and is added where it has some.
    let client = builder().base_url(&server.url).root_certificate(ROOT).build().unwrap();
    client.pay().send().await.unwrap();
    client.pay().send().await.unwrap();
    let error = builder().base_url(&server.url).build().unwrap().pay().send().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::NotProcessed), "{error}");
    assert_eq!(*server.presented.lock().unwrap(), [0, 0]);
}

#[tokio::test]
async fn a_client_presents_its_certificate() {
    let server = TlsServer::start();
    let client =
        builder().base_url(&server.url).root_certificate(ROOT).client_identity(CLIENT).build().unwrap();
    client.pay().send().await.unwrap();
    assert_eq!(*server.presented.lock().unwrap(), [1]);
}

#[test]
fn invalid_certificates_are_rejected_without_being_printed() {
    let key_only = &CLIENT[CLIENT.find("-----BEGIN PRIVATE KEY").unwrap()..];
    let certificate_only = &CLIENT[..CLIENT.len() - key_only.len()];
    let broken = ROOT.replace("MII", "MIJ");
    for (builder, name) in [
        (builder().root_certificate(""), "`root_certificate`"),
        (builder().root_certificate("nothing"), "`root_certificate`"),
        (builder().root_certificate(broken.as_str()), "`root_certificate`"),
        (builder().client_identity(""), "`client_identity`"),
        (builder().client_identity(key_only), "`client_identity`"),
        (builder().client_identity(certificate_only), "`client_identity`"),
    ] {
        let settings = format!("{builder:?}");
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        let text = format!("{settings} {error} {error:?}");
        assert!(text.contains(name), "{text}");
        assert!(!text.contains(key_only.lines().nth(1).unwrap()), "{text}");
    }
}

/// A proxy that opens tunnels, and the heads of the requests for them.
fn start_tunnel_proxy() -> (String, Arc<std::sync::Mutex<Vec<String>>>) {
    use std::io::{Read, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://user:pass@{}", listener.local_addr().unwrap());
    let heads = Arc::new(std::sync::Mutex::new(Vec::new()));
    let shared = Arc::clone(&heads);
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let (mut head, mut byte) = (Vec::new(), [0; 1]);
            while !head.ends_with(b"\r\n\r\n") {
                client.read_exact(&mut byte).unwrap();
                head.push(byte[0]);
            }
            let head = String::from_utf8(head).unwrap();
            let target = head.split(' ').nth(1).unwrap().to_owned();
            shared.lock().unwrap().push(head);
            let mut server = std::net::TcpStream::connect(target).unwrap();
            client.write_all(b"HTTP/1.1 200 ok\r\n\r\n").unwrap();
            let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            std::thread::spawn(move || std::io::copy(&mut server, &mut client));
        }
    });
    (url, heads)
}

#[tokio::test]
async fn requests_with_tls_pass_the_proxy_in_a_tunnel() {
    let (server, (proxy, heads)) = (TlsServer::start(), start_tunnel_proxy());
    let client = builder().base_url(&server.url).root_certificate(ROOT).proxy(proxy).build().unwrap();
    client.pay().send().await.unwrap();
    client.pay().send().await.unwrap();
    let heads = heads.lock().unwrap();
    assert_eq!(heads.len(), 1);
    let target = server.url.trim_start_matches("https://");
    assert!(heads[0].starts_with(&format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n")), "{heads:?}");
    assert!(heads[0].contains("roxy-") && heads[0].contains("Basic dXNlcjpwYXNz"), "{heads:?}");
    // The tunnel hides the key from the proxy.
    assert!(!heads[0].contains(crate::support::api::KEY), "{heads:?}");
}

/// Starts a server that speaks HTTP/2 if the client offers it, and counts its connections and the requests over HTTP/2.
#[cfg(feature = "http2")]
async fn start_http2_server() -> (String, Arc<[AtomicUsize; 2]>) {
    let mut config = configure_server();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let counts = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let shared = Arc::clone(&counts);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (acceptor, counts) = (acceptor.clone(), Arc::clone(&shared));
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(socket).await else { return };
                if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
                    return;
                }
                counts[0].fetch_add(1, Ordering::Relaxed);
                let Ok(mut connection) = h2::server::handshake(stream).await else { return };
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    assert!(!request.headers().contains_key("host"));
                    assert!(
                        request.uri().authority().is_some_and(|host| host.as_str().starts_with("127.0.0.1:"))
                    );
                    counts[1].fetch_add(1, Ordering::Relaxed);
                    let mut body = respond.send_response(http::Response::new(()), false).unwrap();
                    body.send_data(bytes::Bytes::from_static(b"{\"id\":\"pay_1\"}"), true).unwrap();
                }
            });
        }
    });
    (url, counts)
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn http2_is_chosen_in_the_handshake() {
    let (url, counts) = start_http2_server().await;
    let client = builder().base_url(&url).root_certificate(ROOT).build().unwrap();
    client.pay().send().await.unwrap();
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(client.pay().send())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(counts.each_ref().map(|count| count.load(Ordering::Relaxed)), [1, 51]);

    // A burst on a new client may make several connections, and all calls succeed.
    let client = builder().base_url(&url).root_certificate(ROOT).build().unwrap();
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(client.pay().send())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(counts[1].load(Ordering::Relaxed), 101);
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn http2_is_chosen_within_a_tunnel() {
    let ((url, counts), (proxy, heads)) = (start_http2_server().await, start_tunnel_proxy());
    let client = builder().base_url(&url).root_certificate(ROOT).proxy(proxy).build().unwrap();
    client.pay().send().await.unwrap();
    client.pay().send().await.unwrap();
    assert_eq!(counts.each_ref().map(|count| count.load(Ordering::Relaxed)), [1, 2]);
    assert_eq!(heads.lock().unwrap().len(), 1);
}
