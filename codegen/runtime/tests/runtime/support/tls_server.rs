//! An HTTPS server with a certificate that only the test root signed.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};

use super::server::encode_response;

/// The root certificate.
pub(crate) const ROOT: &str = include_str!("../fixtures/ca.pem");
/// The certificate and the key of a client, signed by the root.
pub(crate) const CLIENT: &str = include_str!("../fixtures/client.pem");
const SERVER: &[u8] = include_bytes!("../fixtures/server.pem");

pub(crate) struct TlsServer {
    pub(crate) url: String,
    /// The number of certificates that the client of each request presented.
    pub(crate) presented: Arc<Mutex<Vec<usize>>>,
}

impl TlsServer {
    /// Starts a server that responds to every request with a payment and asks for a certificate of the client.
    pub(crate) fn start() -> Self {
        let config = Arc::new(configure_server());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let presented = Arc::default();
        let shared = Arc::clone(&presented);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, presented) = (Arc::clone(&config), Arc::clone(&shared));
                thread::spawn(move || {
                    let connection = ServerConnection::new(config).unwrap();
                    serve(StreamOwned::new(connection, stream), &presented)
                });
            }
        });
        Self { url, presented }
    }
}

/// The configuration of a server that asks for a certificate of the client.
pub(crate) fn configure_server() -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ROOT.as_bytes()).unwrap()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::clone(&provider));
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.allow_unauthenticated().build().unwrap())
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(SERVER).unwrap()],
            PrivateKeyDer::from_pem_slice(SERVER).unwrap(),
        )
        .unwrap()
}

fn serve(
    mut stream: StreamOwned<ServerConnection, std::net::TcpStream>,
    presented: &Mutex<Vec<usize>>,
) -> std::io::Result<()> {
    loop {
        let mut head = Vec::new();
        let mut byte = [0; 1];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let text = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut body)?;
        presented.lock().unwrap().push(stream.conn.peer_certificates().map_or(0, <[_]>::len));
        let json = [("content-type", "application/json".to_owned())];
        stream.write_all(&encode_response(200, &json, br#"{"id":"pay_1"}"#))?;
    }
}
