//! Token sources with a paused clock: how often a token is minted, and what callers get.

use std::time::{Duration, SystemTime};

use openapi_client_runtime::{
    Error, ErrorKind, StandardRetry,
    token_source::{IssuedToken, TokenSource},
};
use tokio::time::{Instant, advance, sleep, timeout};

use crate::support::{
    api::{Client, builder},
    scripted_transport::{Reply, ScriptedTransport},
    tokens::{SECRET, issued},
};

fn client(transport: &ScriptedTransport) -> Client {
    let policy = StandardRetry::new().initial_backoff(Duration::ZERO);
    let builder = builder().transport(transport.clone()).retry_policy(policy);
    builder.max_attempts(1).timeout(Duration::from_secs(60)).build().unwrap()
}

fn source(transport: &ScriptedTransport) -> TokenSource {
    client(transport).token_source(["orders:read"], |create| create.account("a_1"))
}

fn token_name(token: &IssuedToken) -> &str {
    token.token.expose().trim_start_matches(SECRET).trim_start_matches('_')
}

/// Gets the cached token and asserts that this takes no time.
async fn cached_token(source: &TokenSource) -> String {
    let started_at = Instant::now();
    let token = source.get().await.unwrap();
    assert_eq!(started_at.elapsed(), Duration::ZERO);
    token_name(&token).to_owned()
}

/// Lets spawned tasks run.
async fn run_spawned_tasks() {
    sleep(Duration::from_millis(1)).await;
}

fn minting_error(error: &Error) -> &Error {
    std::error::Error::source(error).unwrap().downcast_ref::<std::sync::Arc<Error>>().unwrap()
}

#[tokio::test(start_paused = true)]
async fn concurrent_callers_share_one_call() {
    let transport = ScriptedTransport::new([issued("a", 0).after(2)]);
    let source = source(&transport);
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let source = source.clone();
            tokio::spawn(async move { source.get().await })
        })
        .collect();
    for task in tasks {
        let token = task.await.unwrap().unwrap();
        assert_eq!(
            (token_name(&token), token.expires_at.to_rfc3339()),
            ("a", "2026-11-20T13:00:00+00:00".to_owned())
        );
    }
    assert_eq!(transport.sent().len(), 1);
    let sent = &transport.sent()[0];
    assert_eq!(sent.body, br#"{"account":"a_1","scopes":["orders:read"]}"#);
    assert!(sent.key.is_some());
    assert!(!format!("{source:?} {:?}", source.get().await).contains("MARKER"));
}

#[tokio::test(start_paused = true)]
async fn a_token_is_refreshed_in_the_background() {
    let transport = ScriptedTransport::new([issued("a", 0), issued("b", 58).after(30)]);
    let source = source(&transport);
    let token = source.get().await.unwrap();
    assert_eq!(token.expires_in(), Duration::from_secs(3599));
    advance(Duration::from_secs(3600 - 301)).await;
    assert_eq!(cached_token(&source).await, "a");
    run_spawned_tasks().await;
    assert_eq!(transport.sent().len(), 1, "expected no refresh before the margin");
    advance(Duration::from_secs(180)).await;
    for _ in 0..10 {
        assert_eq!(cached_token(&source).await, "a");
        run_spawned_tasks().await;
    }
    assert_eq!(transport.sent().len(), 2, "expected one refresh");
    sleep(Duration::from_secs(31)).await;
    assert_eq!((cached_token(&source).await.as_str(), transport.sent().len()), ("b", 2));
}

#[tokio::test(start_paused = true)]
async fn the_margin_can_be_set() {
    let transport = ScriptedTransport::new([issued("a", 0), issued("b", 31)]);
    let source = source(&transport).margin(Duration::from_secs(3600));
    assert_eq!(token_name(&source.get().await.unwrap()), "a");
    // The margin is cut to half of the lifetime.
    advance(Duration::from_secs(1790)).await;
    assert_eq!(cached_token(&source).await, "a");
    run_spawned_tasks().await;
    assert_eq!(transport.sent().len(), 1);
    advance(Duration::from_secs(500)).await;
    assert_eq!(cached_token(&source).await, "a");
    run_spawned_tasks().await;
    assert_eq!(cached_token(&source).await, "b");
}

#[tokio::test(start_paused = true)]
async fn dropping_a_caller_does_not_cancel_the_call() {
    let transport = ScriptedTransport::new([issued("a", 0).after(5)]);
    let source = source(&transport);
    assert!(timeout(Duration::from_secs(1), source.get()).await.is_err());
    let started_at = Instant::now();
    assert_eq!(token_name(&source.get().await.unwrap()), "a");
    assert_eq!((started_at.elapsed(), transport.sent().len()), (Duration::from_secs(4), 1));

    // The call completes even without callers.
    let transport = ScriptedTransport::new([issued("a", 0).after(5)]);
    let source = self::source(&transport);
    assert!(timeout(Duration::from_secs(1), source.get()).await.is_err());
    sleep(Duration::from_secs(5)).await;
    assert_eq!((cached_token(&source).await.as_str(), transport.sent().len()), ("a", 1));
}

#[tokio::test(start_paused = true)]
async fn a_failed_refresh_is_not_an_error_until_the_token_expires() {
    let failures = (0..1000).map(|_| Reply::status(503));
    let transport = ScriptedTransport::new([issued("a", 0)].into_iter().chain(failures));
    let source = source(&transport);
    source.get().await.unwrap();
    advance(Duration::from_secs(3300)).await;
    let started_at = Instant::now();
    let mut successes = 0;
    let error = loop {
        match source.get().await {
            Ok(token) => assert_eq!(token_name(&token), "a"),
            Err(error) => break error,
        }
        successes += 1;
        sleep(Duration::from_secs(1)).await;
    };
    assert!(
        (295..=300).contains(&successes) && started_at.elapsed() < Duration::from_secs(301),
        "{successes}"
    );
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Token, true));
    assert_eq!(minting_error(&error).status().map(|status| status.as_u16()), Some(503));
    let text = format!("{error} {error:?} {source:?}");
    assert!(text.contains("It failed.") && !text.contains("MARKER"), "{text}");
    // The server sent no `Retry-After`: the wait is the source's own backoff.
    assert!(text.contains("(backoff ") && !text.contains("retry after"), "{text}");
    // With a backoff of up to 1, 2, 4, … 60 seconds there are about ten attempts, far fewer than callers.
    let attempts = transport.sent().len();
    assert!((6..60).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn without_a_token_callers_get_the_error_until_the_retry_succeeds() {
    let transport = ScriptedTransport::new([
        Reply::Response(429, vec![("retry-after", "20".to_owned())], String::new()).after(1),
        issued("a", 0),
    ]);
    let source = source(&transport);
    let (one, other) = tokio::join!(source.get(), source.get());
    for error in [one.unwrap_err(), other.unwrap_err(), source.get().await.unwrap_err()] {
        assert_eq!(error.retry_after(), Some(Duration::from_secs(20)), "{error}");
        assert!(minting_error(&error).is_rate_limited());
    }
    assert_eq!(transport.sent().len(), 1, "expected no attempt during the backoff");
    advance(Duration::from_secs(20)).await;
    assert_eq!(token_name(&source.get().await.unwrap()), "a");
}

#[tokio::test(start_paused = true)]
async fn callers_wait_for_a_new_token_after_the_expiry() {
    let transport = ScriptedTransport::new([issued("a", 0), issued("b", 120).after(3)]);
    let source = source(&transport);
    source.get().await.unwrap();
    advance(Duration::from_secs(7200)).await;
    let started_at = Instant::now();
    assert_eq!(token_name(&source.get().await.unwrap()), "b");
    assert_eq!(started_at.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn undecodable_responses_are_errors() {
    for (body, message) in [
        (
            format!(r#"{{"token":1,"expires_at":"2026-11-20T13:00:00Z","x":"{SECRET}"}}"#),
            "at `token`: expected a token",
        ),
        (r#"{"token":"","expires_at":"2026-11-20T13:00:00Z"}"#.to_owned(), "at `token`: expected a token"),
        (format!(r#"{{"token":"{SECRET}","expires_at":"soon"}}"#), "at `expires_at`: expected a date"),
        (format!(r#"{{"token":"{SECRET}","expires_at":"2026-11-20T12:00:01Z"}}"#), "already expired"),
    ] {
        let date = vec![("date", "Fri, 20 Nov 2026 12:00:00 GMT".to_owned())];
        let transport = ScriptedTransport::new([Reply::Response(200, date, body)]);
        let error = source(&transport).get().await.unwrap_err();
        let cause = minting_error(&error);
        assert!(error.to_string().contains(message), "{error}");
        assert!(!format!("{error:?} {cause:?} {:?}", cause.body()).contains("MARKER"), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_date_header_the_local_clock_is_used() {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
    let body = r#"{"token":"t","expires_at":"1970-01-01T00:20:00Z"}"#;
    let transport = ScriptedTransport::new([Reply::Response(200, Vec::new(), body.to_owned())]);
    let source = source(&transport).clock(move || at);
    assert_eq!(source.get().await.unwrap().expires_in(), Duration::from_secs(199));
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_of_scopes_is_rejected() {
    let transport = ScriptedTransport::new([]);
    let source = client(&transport).token_source(Vec::<String>::new(), |create| create.account("a_1"));
    let error = source.get().await.unwrap_err();
    assert_eq!(minting_error(&error).kind(), ErrorKind::Request);
    assert!(error.to_string().contains("list of scopes is empty"), "{error}");
    assert!(transport.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_client_uses_the_source_as_its_credential() {
    let minting = ScriptedTransport::new([issued("a", 0), issued("b", 0)]);
    let calling = ScriptedTransport::new([Reply::ok(), Reply::status(401)]);
    let client = builder().transport(calling.clone()).token_provider(source(&minting)).build().unwrap();
    client.retrieve("1").send().await.unwrap();
    client.retrieve("1").send().await.unwrap();
    let sent: Vec<String> = calling.sent().into_iter().filter_map(|sent| sent.authorization).collect();
    assert_eq!(sent, ["a", "a", "b"].map(|name| format!("Bearer {SECRET}_{name}")));
}

#[tokio::test(start_paused = true)]
async fn the_least_recently_used_source_is_evicted() {
    let transport = ScriptedTransport::new(["a", "b", "c", "a2", "b2"].map(|name| issued(name, 0)));
    let sources = client(&transport).token_sources(["x"], |create, account: &String| create.account(account));
    let sources = sources.capacity(2);
    for (key, expected) in [("1", "a"), ("2", "b"), ("1", "a"), ("3", "c"), ("1", "a"), ("2", "a2")] {
        assert_eq!(token_name(&sources.get(key).await.unwrap()), expected, "{key}");
    }
    let bodies: Vec<String> =
        transport.sent().iter().map(|sent| String::from_utf8_lossy(&sent.body).into_owned()).collect();
    assert_eq!(bodies[2], r#"{"account":"3","scopes":["x"]}"#);
    assert!(format!("{sources:?}").contains("sources: 2"), "{sources:?}");
}

#[tokio::test(start_paused = true)]
async fn a_source_survives_the_shutdown_of_its_runtime() {
    let transport = ScriptedTransport::new([Reply::Never, issued("a", 0)]);
    let source = source(&transport);
    let other = source.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { assert!(timeout(Duration::from_millis(20), other.get()).await.is_err()) });
    })
    .join()
    .unwrap();
    // The shutdown cancelled the call. That counts as a failure, which a short backoff follows.
    let token = timeout(Duration::from_secs(20), async {
        loop {
            match source.get().await {
                Ok(token) => break token,
                Err(error) => assert!(error.to_string().contains("was cancelled"), "{error}"),
            }
            sleep(Duration::from_millis(100)).await;
        }
    });
    assert_eq!(token_name(&token.await.unwrap()), "a");
}

#[test]
fn without_a_runtime_the_error_is_config() {
    let transport = ScriptedTransport::new([]);
    let source = source(&transport);
    for _ in 0..2 {
        let mut future = std::pin::pin!(source.get());
        let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(Err(error)) = future.as_mut().poll(context) else {
            panic!("expected an error")
        };
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    assert!(transport.sent().is_empty());
}

#[cfg(feature = "blocking")]
#[test]
fn get_blocking_works_without_a_runtime() {
    use crate::support::server::{Server, Step};
    let body = r#"{"token":"t","expires_at":"2126-11-20T12:00:00Z"}"#;
    let server = Server::start([Step::json(200, body)]);
    let client = builder().base_url(server.url()).build().unwrap();
    let source = client.token_source(["x"], |create| create);
    assert_eq!(source.get_blocking().unwrap().token.expose(), "t");
    assert_eq!(source.get_blocking().unwrap().token.expose(), "t");
    assert_eq!(server.requests().len(), 1);
}
