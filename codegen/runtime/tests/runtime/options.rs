//! What a call sends and keeps of its options, and of the tokens that a provider returns.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use openapi_client_runtime::{BoxError, BoxFuture, CallOptions, Error, ErrorKind, Secret, TokenProvider};

use crate::support::{
    api::{KEY, builder, client},
    server::{Server, Step},
};

fn targets(server: &Server) -> Vec<String> {
    server.requests().iter().map(|request| request.target().to_owned()).collect()
}

#[tokio::test]
async fn a_parameter_of_the_options_is_sent_as_often_as_it_is_added() {
    let empty = r#"{"data":[],"page_info":{"has_next_page":false,"has_previous_page":false}}"#;
    let server = Server::start((0..5).map(|_| Step::json(200, empty)));
    let client = client(&server.url());
    let expand = || CallOptions::new().query("expand[]", "a b").query("x", "1").query("expand[]", "c");
    client.list().with_options(expand()).send().await.unwrap();
    client.list().search("s").with_options(expand()).send().await.unwrap();
    // Only the parameter of the operation is replaced, and options that are merged later replace earlier ones.
    let search = CallOptions::new().query("search", "1").query("search", "2");
    client.list().search("s").first(7).with_options(search).send().await.unwrap();
    let later = CallOptions::new().query("x", "2");
    client.list().with_options(expand()).with_options(later).send().await.unwrap();
    client
        .list()
        .with_options(CallOptions::new().header("X-A", "1").header("x-a", "2"))
        .send()
        .await
        .unwrap();
    let expected = [
        "/payments?expand%5B%5D=a%20b&x=1&expand%5B%5D=c",
        "/payments?search=s&expand%5B%5D=a%20b&x=1&expand%5B%5D=c",
        "/payments?first=7&search=1&search=2",
        "/payments?expand%5B%5D=a%20b&expand%5B%5D=c&x=2",
        "/payments",
    ];
    assert_eq!(targets(&server), expected);
    let requests = server.requests();
    let headers: Vec<_> = requests[4].headers.iter().filter(|(name, _)| name == "x-a").collect();
    assert_eq!(headers, [&("x-a".to_owned(), "2".to_owned())]);
}

fn print(error: &Error) -> String {
    let mut text =
        format!("{error} {error:?} {:?} {}", error.headers(), String::from_utf8_lossy(error.body()));
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!("{cause} {cause:?}"));
        source = cause.source();
    }
    text
}

#[tokio::test]
async fn secrets_of_the_options_are_removed_from_errors() {
    let secrets = [
        "header_MARKER",
        "cookie_MARKER",
        "query/MARKER",
        "field_MARKER",
        "nested_MARKER",
        "bearer_MARKER",
        "key_MARKER",
        "x_MARKER_1",
    ];
    let options = || {
        CallOptions::new()
            .header("X-Session-Token", secrets[0])
            .header("Cookie", format!("a=1; session=\"{}\"", secrets[1]))
            .query("access_token", secrets[2])
            .body_field("password", secrets[3])
            .body_field("card", serde_json::json!({"pin": secrets[4]}))
            .header("Authorization", format!("Bearer {}", secrets[5]))
            .secret_header("X-Partner", secrets[6])
            .secret_query("partner", secrets[7])
            .secret_body_field("partner", secrets[7])
    };
    let echo = secrets.join(" ");
    let json =
        format!(r#"{{"error":{{"code":"c","message":"It failed. {echo}, query\/MARKER query%2FMARKER"}}}}"#);
    let server = Server::start([
        Step::json(400, &json).with("x-echo", &echo).with("x-request-id", secrets[0]),
        Step::json(200, &format!(r#"{{"id":["{echo}"]}}"#)).with("x-echo", &echo),
        Step::json(200, &format!(r#"{{"id":{{"{}":1}}}}"#, secrets[3])),
    ]);
    let client = builder().base_url(server.url()).max_attempts(1).build().unwrap();
    assert!(!format!("{:?}", options()).contains("MARKER"));
    for _ in 0..3 {
        let error = client.pay().with_options(options()).send().await.unwrap_err();
        assert!(!print(&error).contains("MARKER"), "{}", print(&error));
    }
    assert_eq!(server.requests()[0].header("x-partner"), Some(secrets[6]));
    assert!(String::from_utf8_lossy(&server.requests()[0].body).contains(r#""partner":"x_MARKER_1""#));
}

#[tokio::test]
async fn short_secrets_and_other_options_leave_the_response_alone() {
    let text = r#"{"error":{"code":"k","message":"The key k is not ok: 1234 trace_12345678"}}"#;
    let server = Server::start((0..2).map(|_| Step::json(400, text).with("x-echo", "k 1234")));
    let options =
        CallOptions::new().bearer("k").body_field("pin", "1234").header("X-Trace", "trace_12345678");
    for options in [options, CallOptions::new().bearer("1234")] {
        let error = client(&server.url()).pay().with_options(options).send().await.unwrap_err();
        assert_eq!(error.body(), text.as_bytes());
        assert_eq!((error.code(), error.headers()["x-echo"].to_str().unwrap()), (Some("k"), "k 1234"));
        assert!(error.to_string().contains("The key k is not ok"), "{error}");
    }
}

#[tokio::test]
async fn an_error_keeps_the_first_mebibyte_of_a_body() {
    let long = format!("{}{KEY}{}", "x".repeat(1024 * 1024 - 5), "y".repeat(1024 * 1024));
    let server = Server::start([Step::json(400, &long), Step::json(200, &long), Step::json(400, "x")]);
    let client = client(&server.url());
    for kind in [ErrorKind::Api, ErrorKind::Decode] {
        let error = client.retrieve("1").send().await.unwrap_err();
        assert_eq!((error.kind(), error.body().len()), (kind, 1024 * 1024 - 5));
        assert!(error.body().iter().all(|byte| *byte == b'x'));
        assert!(format!("{error:?}").contains("cut to 1048571 bytes"), "{error:?}");
        assert!(error.to_string().contains("body cut to"), "{error}");
    }
    let error = client.retrieve("1").send().await.unwrap_err();
    assert!(error.body() == b"x" && !error.to_string().contains("cut"), "{error}");
}

/// Returns `token_old_0` until it is asked for another one, when the server has received this many requests.
struct Tokens {
    server: Arc<Server>,
    requests: usize,
    refreshes: Arc<AtomicUsize>,
}

impl TokenProvider for Tokens {
    fn token(&self) -> BoxFuture<'_, Result<Secret, BoxError>> {
        Box::pin(async { Ok("token_old_0".into()) })
    }

    fn refresh(&self, rejected: Secret) -> BoxFuture<'_, Result<Secret, BoxError>> {
        assert_eq!(rejected.expose(), "token_old_0");
        let number = self.refreshes.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            while self.server.requests().len() < self.requests {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Ok(format!("token_new_{number}").into())
        })
    }
}

#[tokio::test]
async fn calls_that_are_refused_with_one_token_share_a_refresh() {
    const CALLS: usize = 50;
    let server = Arc::new(Server::start((0..CALLS).map(|_| Step::error(401))));
    let refreshes = Arc::default();
    let provider = Tokens { server: Arc::clone(&server), requests: CALLS, refreshes: Arc::clone(&refreshes) };
    let client = builder().base_url(server.url()).timeout(Duration::from_secs(60)).token_provider(provider);
    let client = client.build().unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..CALLS {
        let call = client.pay();
        calls.spawn(async move { call.send().await.map(|payment| payment.id) });
    }
    for result in calls.join_all().await {
        assert_eq!(result.unwrap(), "pay_1");
    }
    assert_eq!(refreshes.load(Ordering::SeqCst), 1);
    let requests = server.requests();
    let count = |token: &str| requests.iter().filter(|r| r.header("authorization") == Some(token)).count();
    assert_eq!((count("Bearer token_old_0"), count("Bearer token_new_0")), (CALLS, CALLS));
}

/// Always returns this token.
struct Always(&'static str);

impl TokenProvider for Always {
    fn token(&self) -> BoxFuture<'_, Result<Secret, BoxError>> {
        Box::pin(async { Ok(self.0.into()) })
    }
}

#[tokio::test]
async fn a_blank_credential_is_never_sent() {
    let server = Server::start([]);
    for blank in ["", " ", "\n", "\u{feff}"] {
        let refused = builder().base_url(server.url()).token_provider(Always(blank)).build().unwrap();
        assert_eq!(refused.pay().send().await.unwrap_err().kind(), ErrorKind::Config, "{blank:?}");
        let error = builder().api_key(blank).build().unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.to_string().contains("blank"), "{error}");
        let options = CallOptions::new().bearer(blank);
        let error = client(&server.url()).pay().with_options(options).send().await.unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.to_string().contains("blank"), "{error}");
    }
    assert!(server.requests().is_empty());
}
