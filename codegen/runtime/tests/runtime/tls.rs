//! TLS is set up when the first certificate is verified, with the roots of the system and those of the application.

use std::process::Command;

use openapi_client_runtime::{ErrorKind, Outcome};

use crate::support::{
    api::builder,
    server::Server,
    tls_server::{CLIENT, ROOT, TlsServer},
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
fn start_tunnel_proxy() -> (String, std::sync::Arc<std::sync::Mutex<Vec<String>>>) {
    use std::io::{Read, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://user:pass@{}", listener.local_addr().unwrap());
    let heads = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let shared = std::sync::Arc::clone(&heads);
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
