//! The parts of a request that can carry a credential.

use openapi_client_runtime::{__private as rt, CallOptions, ClientBuilder};

use crate::support::{
    api::{KEY, SERVICE},
    server::{Server, Step},
};

macro_rules! client {
    ($name:ident, $credentials:expr) => {
        struct $name(rt::Core);

        impl From<rt::Core> for $name {
            fn from(core: rt::Core) -> Self {
                Self(core)
            }
        }

        impl rt::GeneratedClient for $name {
            const SERVICE: &'static rt::Service = &rt::Service { credentials: $credentials, ..SERVICE };
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

client!(
    Header,
    &[rt::SecurityScheme { name: "key", authentication: rt::Authentication::Header("X-Api-Key") }]
);
client!(Query, &[rt::SecurityScheme { name: "key", authentication: rt::Authentication::Query("api key") }]);
client!(Basic, &[rt::SecurityScheme { name: "key", authentication: rt::Authentication::Basic }]);
client!(Unauthenticated, &[]);

static LIST: rt::Operation = rt::Operation::new("list", rt::Method::Get, "/things");

#[tokio::test]
async fn the_credential_is_sent_as_the_api_requires() {
    let server = Server::start([]);
    let url = server.url();
    Header::call(&url, CallOptions::new()).await.unwrap();
    Query::call(&url, CallOptions::new()).await.unwrap();
    Basic::call(&url, CallOptions::new()).await.unwrap();
    Basic::call(&url, CallOptions::new().bearer("user:pass")).await.unwrap();
    Unauthenticated::call(&url, CallOptions::new()).await.unwrap();
    let requests = server.requests();
    assert_eq!((requests[0].header("x-api-key"), requests[0].target()), (Some(KEY), "/things?a=b"));
    assert_eq!(requests[1].target(), format!("/things?a=b&api%20key={KEY}"));
    assert_eq!(requests[2].header("authorization"), Some("Basic c2tfdGVzdF9NQVJLRVJfNGY5YTo="));
    assert_eq!(requests[3].header("authorization"), Some("Basic dXNlcjpwYXNz"));
    assert_eq!(requests[4].target(), "/things?a=b");
    for index in [1, 4] {
        assert!(requests[index].header("authorization").is_none());
    }
}

#[tokio::test]
async fn errors_do_not_contain_a_credential_of_the_query() {
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
