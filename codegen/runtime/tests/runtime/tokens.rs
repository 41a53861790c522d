//! Sources of tokens, with the clock paused: how often a token is minted, and what those that ask get.

use std::time::{Duration, SystemTime};

use openapi_client_runtime::{
    Error, ErrorKind, StandardRetry,
    token_source::{IssuedToken, TokenSource},
};
use tokio::time::{Instant, advance, sleep, timeout};

use crate::support::{
    api::{Client, builder},
    double::{Double, Outcome},
    tokens::{SECRET, issued},
};

fn client(double: &Double) -> Client {
    let policy = StandardRetry::new().initial_backoff(Duration::ZERO);
    let builder = builder().transport(double.clone()).retry_policy(policy);
    builder.max_attempts(1).timeout(Duration::from_secs(60)).build().unwrap()
}

fn source(double: &Double) -> TokenSource {
    client(double).token_source(["orders:read"], |create| create.account("a_1"))
}

fn name(token: &IssuedToken) -> &str {
    token.token.expose().trim_start_matches(SECRET).trim_start_matches('_')
}

/// The token that is given out now, which has to be at once.
async fn now(source: &TokenSource) -> String {
    let begun = Instant::now();
    let token = source.get().await.unwrap();
    assert_eq!(begun.elapsed(), Duration::ZERO);
    name(&token).to_owned()
}

/// Lets what was begun go on.
async fn settle() {
    sleep(Duration::from_millis(1)).await;
}

fn failure(error: &Error) -> &Error {
    std::error::Error::source(error).unwrap().downcast_ref::<std::sync::Arc<Error>>().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_hundred_share_one_call() {
    let double = Double::new([issued("a", 0).after(2)]);
    let source = source(&double);
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let source = source.clone();
            tokio::spawn(async move { source.get().await })
        })
        .collect();
    for task in tasks {
        let token = task.await.unwrap().unwrap();
        assert_eq!(
            (name(&token), token.expires_at.to_rfc3339()),
            ("a", "2026-11-20T13:00:00+00:00".to_owned())
        );
    }
    assert_eq!(double.sent().len(), 1);
    let sent = &double.sent()[0];
    assert_eq!(sent.body, br#"{"account":"a_1","scopes":["orders:read"]}"#);
    assert!(sent.key.is_some());
    assert!(!format!("{source:?} {:?}", source.get().await).contains("MARKER"));
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_while_it_is_given_out() {
    let double = Double::new([issued("a", 0), issued("b", 58).after(30)]);
    let source = source(&double);
    let token = source.get().await.unwrap();
    assert_eq!(token.expires_in(), Duration::from_secs(3599));
    advance(Duration::from_secs(3600 - 301)).await;
    assert_eq!(now(&source).await, "a");
    settle().await;
    assert_eq!(double.sent().len(), 1, "it is not renewed before its margin");
    advance(Duration::from_secs(180)).await;
    for _ in 0..10 {
        assert_eq!(now(&source).await, "a");
        settle().await;
    }
    assert_eq!(double.sent().len(), 2, "one renews it");
    sleep(Duration::from_secs(31)).await;
    assert_eq!((now(&source).await.as_str(), double.sent().len()), ("b", 2));
}

#[tokio::test(start_paused = true)]
async fn the_margin_can_be_set() {
    let double = Double::new([issued("a", 0), issued("b", 31)]);
    let source = source(&double).margin(Duration::from_secs(3600));
    assert_eq!(name(&source.get().await.unwrap()), "a");
    // Half of a life is used in any case.
    advance(Duration::from_secs(1790)).await;
    assert_eq!(now(&source).await, "a");
    settle().await;
    assert_eq!(double.sent().len(), 1);
    advance(Duration::from_secs(500)).await;
    assert_eq!(now(&source).await, "a");
    settle().await;
    assert_eq!(now(&source).await, "b");
}

#[tokio::test(start_paused = true)]
async fn who_is_dropped_ends_no_call() {
    let double = Double::new([issued("a", 0).after(5)]);
    let source = source(&double);
    assert!(timeout(Duration::from_secs(1), source.get()).await.is_err());
    let begun = Instant::now();
    assert_eq!(name(&source.get().await.unwrap()), "a");
    assert_eq!((begun.elapsed(), double.sent().len()), (Duration::from_secs(4), 1));

    // Nobody waits any more, and the token comes all the same.
    let double = Double::new([issued("a", 0).after(5)]);
    let source = self::source(&double);
    assert!(timeout(Duration::from_secs(1), source.get()).await.is_err());
    sleep(Duration::from_secs(5)).await;
    assert_eq!((now(&source).await.as_str(), double.sent().len()), ("a", 1));
}

#[tokio::test(start_paused = true)]
async fn a_failure_to_renew_is_no_error_while_the_token_lasts() {
    let failures = (0..1000).map(|_| Outcome::status(503));
    let double = Double::new([issued("a", 0)].into_iter().chain(failures));
    let source = source(&double);
    source.get().await.unwrap();
    advance(Duration::from_secs(3300)).await;
    let begun = Instant::now();
    let mut given = 0;
    let error = loop {
        match source.get().await {
            Ok(token) => assert_eq!(name(&token), "a"),
            Err(error) => break error,
        }
        given += 1;
        sleep(Duration::from_secs(1)).await;
    };
    assert!((295..=300).contains(&given) && begun.elapsed() < Duration::from_secs(301), "{given}");
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Token, true));
    assert_eq!(failure(&error).status().map(|status| status.as_u16()), Some(503));
    let text = format!("{error} {error:?} {source:?}");
    assert!(text.contains("It failed.") && !text.contains("MARKER"), "{text}");
    // With waits of up to 1, 2, 4, … 60 seconds there are some ten attempts, not one for each that asked.
    let attempts = double.sent().len();
    assert!((6..60).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn a_source_without_a_token_says_why_and_recovers() {
    let double = Double::new([
        Outcome::Answer(429, vec![("retry-after", "20".to_owned())], String::new()).after(1),
        issued("a", 0),
    ]);
    let source = source(&double);
    let (one, other) = tokio::join!(source.get(), source.get());
    for error in [one.unwrap_err(), other.unwrap_err(), source.get().await.unwrap_err()] {
        assert_eq!(error.retry_after(), Some(Duration::from_secs(20)), "{error}");
        assert!(failure(&error).is_rate_limited());
    }
    assert_eq!(double.sent().len(), 1, "nobody asks again before it is time");
    advance(Duration::from_secs(20)).await;
    assert_eq!(name(&source.get().await.unwrap()), "a");
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_waited_for() {
    let double = Double::new([issued("a", 0), issued("b", 120).after(3)]);
    let source = source(&double);
    source.get().await.unwrap();
    advance(Duration::from_secs(7200)).await;
    let begun = Instant::now();
    assert_eq!(name(&source.get().await.unwrap()), "b");
    assert_eq!(begun.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn answers_of_no_use_are_failures() {
    for (body, words) in [
        (
            format!(r#"{{"token":1,"expires_at":"2026-11-20T13:00:00Z","x":"{SECRET}"}}"#),
            "`token` is no token",
        ),
        (r#"{"token":"","expires_at":"2026-11-20T13:00:00Z"}"#.to_owned(), "`token` is no token"),
        (format!(r#"{{"token":"{SECRET}","expires_at":"soon"}}"#), "`expires_at` is no date"),
        (format!(r#"{{"token":"{SECRET}","expires_at":"2026-11-20T12:00:01Z"}}"#), "over already"),
    ] {
        let date = vec![("date", "Fri, 20 Nov 2026 12:00:00 GMT".to_owned())];
        let double = Double::new([Outcome::Answer(200, date, body)]);
        let error = source(&double).get().await.unwrap_err();
        let cause = failure(&error);
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error:?} {cause:?} {:?}", cause.body()).contains("MARKER"), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_date_the_local_clock_decides() {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
    let body = r#"{"token":"t","expires_at":"1970-01-01T00:20:00Z"}"#;
    let double = Double::new([Outcome::Answer(200, Vec::new(), body.to_owned())]);
    let source = source(&double).clock(move || at);
    assert_eq!(source.get().await.unwrap().expires_in(), Duration::from_secs(199));
}

#[tokio::test(start_paused = true)]
async fn what_a_token_is_for_has_to_be_said() {
    let double = Double::new([]);
    let source = client(&double).token_source(Vec::<String>::new(), |create| create.account("a_1"));
    let error = source.get().await.unwrap_err();
    assert_eq!(failure(&error).kind(), ErrorKind::Request);
    assert!(error.to_string().contains("what the token may be used for"), "{error}");
    assert!(double.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_client_calls_with_the_token() {
    let minting = Double::new([issued("a", 0), issued("b", 0)]);
    let calling = Double::new([Outcome::ok(), Outcome::status(401)]);
    let client = builder().transport(calling.clone()).token_provider(source(&minting)).build().unwrap();
    client.retrieve("1").send().await.unwrap();
    client.retrieve("1").send().await.unwrap();
    let sent: Vec<String> = calling.sent().into_iter().filter_map(|sent| sent.authorization).collect();
    assert_eq!(sent, ["a", "a", "b"].map(|name| format!("Bearer {SECRET}_{name}")));
}

#[tokio::test(start_paused = true)]
async fn each_key_has_a_source_as_long_as_it_is_used() {
    let double = Double::new(["a", "b", "c", "a2", "b2"].map(|name| issued(name, 0)));
    let sources = client(&double).token_sources(["x"], |create, account: &String| create.account(account));
    let sources = sources.capacity(2);
    for (key, expected) in [("1", "a"), ("2", "b"), ("1", "a"), ("3", "c"), ("1", "a"), ("2", "a2")] {
        assert_eq!(name(&sources.get(key).await.unwrap()), expected, "{key}");
    }
    let bodies: Vec<String> =
        double.sent().iter().map(|sent| String::from_utf8_lossy(&sent.body).into_owned()).collect();
    assert_eq!(bodies[2], r#"{"account":"3","scopes":["x"]}"#);
    assert!(format!("{sources:?}").contains("sources: 2"), "{sources:?}");
}

#[tokio::test(start_paused = true)]
async fn a_runtime_that_ends_leaves_the_source_usable() {
    let double = Double::new([Outcome::Never, issued("a", 0)]);
    let source = source(&double);
    let other = source.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { assert!(timeout(Duration::from_millis(20), other.get()).await.is_err()) });
    })
    .join()
    .unwrap();
    // The call went down with its runtime; that counts as a failure, after which there is a short wait.
    let token = timeout(Duration::from_secs(20), async {
        loop {
            match source.get().await {
                Ok(token) => break token,
                Err(error) => assert!(error.to_string().contains("broken off"), "{error}"),
            }
            sleep(Duration::from_millis(100)).await;
        }
    });
    assert_eq!(name(&token.await.unwrap()), "a");
}

#[test]
fn outside_of_a_runtime_there_is_an_error() {
    let double = Double::new([]);
    let source = source(&double);
    for _ in 0..2 {
        let mut asking = std::pin::pin!(source.get());
        let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(Err(error)) = asking.as_mut().poll(context) else { panic!("no error") };
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    assert!(double.sent().is_empty());
}

#[cfg(feature = "blocking")]
#[test]
fn tokens_without_a_runtime() {
    use crate::support::server::{Server, Step};
    let body = r#"{"token":"t","expires_at":"2126-11-20T12:00:00Z"}"#;
    let server = Server::start([Step::json(200, body)]);
    let client = builder().base_url(server.url()).build().unwrap();
    let source = client.token_source(["x"], |create| create);
    assert_eq!(source.get_blocking().unwrap().token.expose(), "t");
    assert_eq!(source.get_blocking().unwrap().token.expose(), "t");
    assert_eq!(server.seen().len(), 1);
}
