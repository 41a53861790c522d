//! Configures TLS: rustls with ring and the root certificates of the operating system, which are loaded when the first
//! certificate of a server has to be verified.

use std::{
    error::Error as StdError,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _},
};
use rustls_platform_verifier::Verifier;

use crate::{transport::connection::ConnectionSettings, wire::body::BoxError};

/// Builds a configuration with an explicit provider: installing one for the process is the choice of the application.
pub(super) fn client_config(settings: &ConnectionSettings) -> Result<ClientConfig, BoxError> {
    let provider = Arc::new(ring::default_provider());
    let roots = parse_certificates(&settings.root_certificates)?;
    let verifier = LazyVerifier::new(roots, Arc::clone(&provider));
    if settings.loads_certificates_early {
        verifier.load()?;
    }
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &settings.identity {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let (chain, key) = parse_identity(pem.expose().as_bytes())?;
            builder.with_client_auth_cert(chain, key).map_err(|_| INVALID_IDENTITY)?
        }
    };
    config.alpn_protocols = if cfg!(feature = "http2") {
        vec![b"h2".to_vec(), b"http/1.1".to_vec()]
    } else {
        vec![b"http/1.1".to_vec()]
    };
    Ok(config)
}

/// Does not name the cause, whose text could contain the key.
const INVALID_IDENTITY: &str =
    "`client_identity` needs a certificate and its private key in PEM format (PKCS #8, PKCS #1 or SEC 1)";

fn parse_certificates(bundles: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, BoxError> {
    let mut roots = Vec::new();
    for pem in bundles {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate =
                certificate.map_err(|error| format!("`root_certificate` is not in PEM format: {error}"))?;
            // Checked here, because the verifier reports it only at the first connection.
            rustls::RootCertStore::empty()
                .add(certificate.clone())
                .map_err(|error| format!("`root_certificate` is not valid: {error}"))?;
            roots.push(certificate);
        }
        if roots.len() == before {
            return Err("`root_certificate` contains no certificate in PEM format".into());
        }
    }
    Ok(roots)
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn parse_identity(pem: &[u8]) -> Result<Identity, BoxError> {
    let chain: Vec<_> =
        CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| INVALID_IDENTITY)?;
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| INVALID_IDENTITY)?;
    if chain.is_empty() { Err(INVALID_IDENTITY.into()) } else { Ok((chain, key)) }
}

/// The verifier of the platform, made when the first certificate is verified: it then reads the root certificates, which
/// a client of a local server does not need and a container may not have.
struct LazyVerifier {
    /// The roots besides those of the system.
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    verifier: OnceLock<Arc<Verifier>>,
}

impl LazyVerifier {
    fn new(roots: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Self {
        Self { roots, provider, verifier: OnceLock::new() }
    }

    fn load(&self) -> Result<&Arc<Verifier>, Error> {
        if let Some(verifier) = self.verifier.get() {
            return Ok(verifier);
        }
        let verifier =
            if self.roots.is_empty() { self.load_of_system()? } else { Arc::new(self.load_with_roots()?) };
        Ok(self.verifier.get_or_init(|| verifier))
    }

    /// The verifier that all clients of the process share. A failure is not kept: the certificates may be installed later.
    fn load_of_system(&self) -> Result<Arc<Verifier>, Error> {
        static SHARED: Mutex<Option<Arc<Verifier>>> = Mutex::new(None);
        // Locked while the files are read, so that they are read once.
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(verifier) = &*shared {
            return Ok(Arc::clone(verifier));
        }
        let verifier = Verifier::new(Arc::clone(&self.provider)).map_err(|source| no_roots(&source))?;
        Ok(Arc::clone(shared.insert(Arc::new(verifier))))
    }

    #[cfg(not(target_os = "android"))]
    fn load_with_roots(&self) -> Result<Verifier, Error> {
        Verifier::new_with_extra_roots(self.roots.iter().cloned(), Arc::clone(&self.provider))
    }

    #[cfg(target_os = "android")]
    fn load_with_roots(&self) -> Result<Verifier, Error> {
        Err(Error::General("`root_certificate` is not available on Android".to_owned()))
    }
}

impl ServerCertVerifier for LazyVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.load()?.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.load()?.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.load()?.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl fmt::Debug for LazyVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyVerifier")
            .field("is_loaded", &self.verifier.get().is_some())
            .finish_non_exhaustive()
    }
}

fn no_roots(source: &Error) -> Error {
    Error::Other(OtherError(Arc::new(NoRoots(source.to_string()))))
}

/// The root certificates cannot be loaded.
#[derive(Debug)]
struct NoRoots(String);

impl fmt::Display for NoRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remedy = if cfg!(any(target_vendor = "apple", windows, target_os = "android")) {
            ""
        } else {
            ": install the package ca-certificates, or set SSL_CERT_FILE to a file with certificates in PEM format"
        };
        write!(
            f,
            "cannot verify the server, because the system has no root certificates ({}){remedy}",
            self.0
        )
    }
}

impl StdError for NoRoots {}
