//! Timeouts, token refresh, hooks and the retry budget, with a paused clock.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use openapi_client_runtime::{
    Attempt, AttemptEnd, BoxError, BoxFuture, CallOptions, ClientBuilder, Decision, ErrorKind, Failure,
    Hooks, Outcome, RetryPolicy, Secret, StandardRetry, TokenProvider,
};
use tokio::time::Instant;

use crate::support::{
    api::{Client, KEY},
    scripted_transport::{Reply, ScriptedTransport},
};

fn builder(transport: &ScriptedTransport) -> ClientBuilder<Client> {
    ClientBuilder::new().api_key(KEY).transport(transport.clone()).retry_policy(StandardRetry::new().seed(7))
}

fn client(transport: &ScriptedTransport) -> Client {
    builder(transport).build().unwrap()
}

fn error_response(status: u16, header: Option<(&'static str, &str)>, message: &str) -> Reply {
    let headers = header.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    Reply::Response(status, headers, format!(r#"{{"error":{{"message":"{message}"}}}}"#))
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

#[tokio::test(start_paused = true)]
async fn the_total_timeout_limits_a_call_to_a_hanging_server() {
    let transport = ScriptedTransport::new(vec![Reply::Never; 9]);
    let start = Instant::now();
    let error = client(&transport).pay().send().await.unwrap_err();
    assert!((119.0..=120.01).contains(&seconds(start.elapsed())), "{:?}", start.elapsed());
    assert_eq!((error.kind(), error.attempts(), error.outcome()), (ErrorKind::Timeout, 2, Outcome::Unknown));
    assert!(error.to_string().contains("total timeout"), "{error}");

    let transport = ScriptedTransport::new(vec![Reply::Never; 9]);
    let start = Instant::now();
    let options = CallOptions::new().timeout(Duration::from_secs(5)).without_idempotency_key();
    let error = client(&transport).pay().with_options(options).send().await.unwrap_err();
    assert_eq!((seconds(start.elapsed()).round(), error.attempts()), (5.0, 1));
    assert!(error.is_timeout() && error.idempotency_key().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_slow_response_within_the_timeout_succeeds() {
    let transport = ScriptedTransport::new([Reply::LateResponse(Duration::from_secs(59))]);
    client(&transport).pay().send().await.unwrap();
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_later_rejection_keeps_the_unknown_outcome_of_an_earlier_attempt() {
    let transport = ScriptedTransport::new([Reply::Broken, error_response(422, None, "No.")]);
    let error = client(&transport).pay().send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.outcome()), (422, Outcome::Unknown));
    let key = error.idempotency_key().unwrap();
    assert!(error.to_string().contains(key), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_budget_limits_retries_during_an_outage() {
    let transport = ScriptedTransport::new(vec![Reply::status(500); 10_000]);
    let client = builder(&transport)
        .retry_policy(StandardRetry::new().initial_backoff(Duration::ZERO))
        .build()
        .unwrap();
    for _ in 0..1000 {
        assert!(client.retrieve("pay_1").send().await.is_err());
    }
    assert_eq!(transport.sent().len(), 1050, "expected one attempt per call, plus 50 retries");

    let transport = ScriptedTransport::new(vec![Reply::status(500); 10_000]);
    let client = builder(&transport).retry_budget(None).build().unwrap();
    for _ in 0..100 {
        assert!(client.retrieve("pay_1").send().await.is_err());
    }
    assert_eq!(transport.sent().len(), 300);
}

#[tokio::test(start_paused = true)]
async fn options_of_a_call_override_the_client() {
    let transport = ScriptedTransport::new(vec![Reply::status(500); 3]);
    let client = client(&transport);
    let once = CallOptions::new().max_attempts(1);
    assert_eq!(client.pay().with_options(once).send().await.unwrap_err().attempts(), 1);
    #[derive(Debug)]
    struct Never;
    impl RetryPolicy for Never {
        fn decide(&self, _: &Failure<'_>) -> Decision {
            Decision::Stop
        }
    }
    let never = CallOptions::new().retry_policy(Never);
    assert_eq!(client.pay().with_options(never).send().await.unwrap_err().attempts(), 1);
    let options = CallOptions::new()
        .idempotency_key("order-17")
        .bearer("other")
        .api_version("2026-07-20")
        .base_url("https://other.test/v2/")
        .query("expand", "a&b")
        .body_field("new", serde_json::json!({"x": 1}))
        .max_attempts(2);
    client.pay().with_options(options).send().await.unwrap();
    let sent = transport.sent().pop().unwrap();
    assert_eq!(sent.key.as_deref(), Some("order-17"));
    assert_eq!(sent.authorization.as_deref(), Some("Bearer other"));
    assert_eq!(sent.uri, "https://other.test/v2/payments?expand=a%26b");
    assert_eq!(String::from_utf8(sent.body).unwrap(), r#"{"amount":10.10,"currency":"usd","new":{"x":1}}"#);
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_asked_only_if_a_retry_is_safe_and_useful() {
    #[derive(Debug, Default)]
    struct AlwaysRetry(Arc<AtomicU32>);
    impl RetryPolicy for AlwaysRetry {
        fn decide(&self, _: &Failure<'_>) -> Decision {
            self.0.fetch_add(1, Ordering::Relaxed);
            Decision::RetryAfter(Duration::ZERO)
        }
    }
    let transport = ScriptedTransport::new([Reply::Broken, Reply::ok()]);
    let decisions = Arc::default();
    let client = builder(&transport)
        .without_idempotency_keys()
        .retry_policy(AlwaysRetry(Arc::clone(&decisions)))
        .build()
        .unwrap();
    assert!(client.pay().send().await.is_err());
    assert_eq!((transport.sent().len(), decisions.load(Ordering::Relaxed)), (1, 0));

    // A retry of these statuses has the same result.
    for status in [400, 401, 403, 404, 409, 410, 422, 307] {
        let transport = ScriptedTransport::new([Reply::status(status), Reply::ok()]);
        let client = builder(&transport).retry_policy(AlwaysRetry(Arc::clone(&decisions))).build().unwrap();
        let error = client.pay().send().await.unwrap_err();
        assert!(!error.is_retryable(), "{error}");
        assert_eq!((transport.sent().len(), decisions.load(Ordering::Relaxed)), (1, 0), "{status}");
    }
}

#[derive(Default)]
struct Tokens {
    issued: AtomicU32,
    /// Whether `refresh` returns the same token again.
    is_stuck: bool,
    fails: bool,
}

impl TokenProvider for Tokens {
    fn token(&self) -> BoxFuture<'_, Result<Secret, BoxError>> {
        Box::pin(async {
            if self.fails {
                return Err("the refresh token was revoked".into());
            }
            Ok(Secret::from(format!("token-{}", self.issued.load(Ordering::Relaxed))))
        })
    }

    fn refresh(&self, rejected: Secret) -> BoxFuture<'_, Result<Secret, BoxError>> {
        Box::pin(async move {
            if !self.is_stuck && rejected.expose() == format!("token-{}", self.issued.load(Ordering::Relaxed))
            {
                self.issued.fetch_add(1, Ordering::Relaxed);
            }
            self.token().await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_rejected_token_is_refreshed_once() {
    // Even without an idempotency key: the server did not process a request that it rejected with 401.
    let with = |tokens: Tokens, replies: Vec<Reply>| {
        let transport = ScriptedTransport::new(replies);
        (
            builder(&transport)
                .token_provider(tokens)
                .max_attempts(1)
                .without_idempotency_keys()
                .build()
                .unwrap(),
            transport,
        )
    };
    let (client, transport) = with(Tokens::default(), vec![Reply::status(401)]);
    client.pay().send().await.unwrap();
    let tokens: Vec<_> = transport.sent().into_iter().map(|sent| sent.authorization.unwrap()).collect();
    assert_eq!(tokens, ["Bearer token-0", "Bearer token-1"]);

    let (client, transport) = with(Tokens::default(), vec![Reply::status(401); 9]);
    assert!(client.pay().send().await.unwrap_err().is_unauthorized());
    assert_eq!(transport.sent().len(), 2);

    let (client, transport) =
        with(Tokens { is_stuck: true, ..Tokens::default() }, vec![Reply::status(401); 9]);
    assert!(client.pay().send().await.unwrap_err().is_unauthorized());
    assert_eq!(transport.sent().len(), 1, "expected no retry with the same token");

    // The rejection that a server stored under an idempotency key does not depend on the token.
    let stored = Reply::Response(401, vec![("idempotent-replayed", "true".to_owned())], String::new());
    let transport = ScriptedTransport::new([stored]);
    let client = builder(&transport).token_provider(Tokens::default()).build().unwrap();
    assert!(client.pay().send().await.unwrap_err().replayed());
    assert_eq!(transport.sent().len(), 1);

    let (client, transport) = with(Tokens { fails: true, ..Tokens::default() }, Vec::new());
    let error = client.pay().send().await.unwrap_err();
    assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::Token, 0));
    assert!(error.to_string().contains("revoked"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn hooks_see_every_attempt() {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<String>>>);
    impl Hooks for Log {
        fn before_attempt(&self, attempt: &Attempt<'_>) {
            let line = format!(
                "{} {} {} {}",
                attempt.operation,
                attempt.method.as_str(),
                attempt.path,
                attempt.number
            );
            self.0.lock().unwrap().push(line);
        }
        fn after_attempt(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
            let status = end.status.map(|status| status.as_u16());
            let line = format!(
                "{} {status:?} {:?} retry {}",
                attempt.number,
                end.request_id,
                end.retry_in.is_some()
            );
            self.0.lock().unwrap().push(line);
        }
    }
    let log = Log::default();
    let ok = Reply::Response(200, vec![("x-request-id", "req_2".to_owned())], r#"{"id":"p"}"#.to_owned());
    let transport = ScriptedTransport::new([Reply::Refused, ok]);
    let client = builder(&transport).hooks(log.clone()).build().unwrap();
    let response = client.update("pay_1").send_raw().await.unwrap();
    assert_eq!((response.request_id.as_deref(), response.attempts), (Some("req_2"), 2));
    assert_eq!(
        *log.0.lock().unwrap(),
        [
            "updatePayment PATCH /payments/{id} 1",
            "1 None None retry true",
            "updatePayment PATCH /payments/{id} 2",
            "2 Some(200) Some(\"req_2\") retry false",
        ]
    );
}

#[test]
fn a_runtime_without_timers_is_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let transport = ScriptedTransport::new([]);
        for _ in 0..2 {
            let error = client(&transport).pay().send().await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0));
            assert!(error.to_string().contains("`enable_time`"), "{error}");
        }
        assert!(transport.sent().is_empty());
    });
    // Another runtime on the same thread is judged by itself.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { client(&ScriptedTransport::new([])).pay().send().await.unwrap() });
}

#[test]
fn a_call_without_a_runtime_is_an_error() {
    let mut call = Box::pin(std::future::IntoFuture::into_future({
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let transport = runtime.block_on(async { ScriptedTransport::new([]) });
        client(&transport).pay().send()
    }));
    let waker = std::task::Waker::noop();
    let polled = call.as_mut().poll(&mut std::task::Context::from_waker(waker));
    let std::task::Poll::Ready(Err(error)) = polled else { panic!("expected an error") };
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}
