//! Every place where a credential can go.

use openapi_client_runtime::{__private as rt, CallOptions, ClientBuilder};

use crate::support::{
    api::{KEY, SERVICE},
    server::{Server, Step},
};

macro_rules! client {
    ($name:ident, $authentication:expr) => {
        struct $name(rt::Core);

        impl From<rt::Core> for $name {
            fn from(core: rt::Core) -> Self {
                Self(core)
            }
        }

        impl rt::Generated for $name {
            const SERVICE: &'static rt::Service = &rt::Service { authentication: $authentication, ..SERVICE };
        }

        impl $name {
            async fn call(url: &str, options: CallOptions) -> Result<rt::Response<rt::Text>, rt::Error> {
                let builder = ClientBuilder::<Self>::new().api_key(KEY).base_url(url).max_attempts(2);
                let request: rt::Builder<()> = rt::Builder::new(&builder.build()?.0, &LIST);
                let request: rt::Builder<()> = request.query("a", "b");
                request.with_options(options).send_raw().await
            }
        }
    };
}

client!(Header, rt::Authentication::Header("X-Api-Key"));
client!(Query, rt::Authentication::Query("api key"));
client!(Basic, rt::Authentication::Basic);
client!(Open, rt::Authentication::None);

static LIST: rt::Operation = rt::Operation::new("list", rt::Method::Get, "/things");

#[tokio::test]
async fn a_credential_goes_where_the_api_wants_it() {
    let server = Server::start([]);
    let url = server.url();
    Header::call(&url, CallOptions::new()).await.unwrap();
    Query::call(&url, CallOptions::new()).await.unwrap();
    Basic::call(&url, CallOptions::new()).await.unwrap();
    Basic::call(&url, CallOptions::new().bearer("user:pass")).await.unwrap();
    Open::call(&url, CallOptions::new()).await.unwrap();
    let seen = server.seen();
    assert_eq!((seen[0].header("x-api-key"), seen[0].target()), (Some(KEY), "/things?a=b"));
    assert_eq!(seen[1].target(), format!("/things?a=b&api%20key={KEY}"));
    assert_eq!(seen[2].header("authorization"), Some("Basic c2tfdGVzdF9NQVJLRVJfNGY5YTo="));
    assert_eq!(seen[3].header("authorization"), Some("Basic dXNlcjpwYXNz"));
    assert_eq!(seen[4].target(), "/things?a=b");
    for index in [1, 4] {
        assert!(seen[index].header("authorization").is_none());
    }
}

#[tokio::test]
async fn a_credential_in_the_query_is_not_printed() {
    let server = Server::start([Step::error(404), Step::Close, Step::Close]);
    for url in [server.url(), server.url(), "http://127.0.0.1:1".to_owned()] {
        let error = Query::call(&url, CallOptions::new()).await.unwrap_err();
        let mut printed = format!("{error} {error:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            printed.push_str(&format!("{cause} {cause:?}"));
            source = cause.source();
        }
        assert!(!printed.contains("MARKER"), "{printed}");
    }
}

#[tokio::test]
async fn a_client_of_ones_own_carries_the_requests() {
    let server = Server::start([]);
    let own = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
    let own = own.tls_backend_preconfigured(no_roots());
    let client = crate::support::api::builder().base_url(server.url()).http_client(own.build().unwrap());
    client.build().unwrap().pay().send().await.unwrap();
    assert_eq!(server.seen().len(), 1);
}

/// A client of one's own needs a provider of its own where rustls comes without one.
#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
pub(crate) fn no_roots() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}
