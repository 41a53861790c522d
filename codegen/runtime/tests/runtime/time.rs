//! Delays, timeouts, token refresh and the retry budget, with a paused clock.

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
async fn the_delay_of_the_server_is_honored() {
    for (response, delay) in [
        (error_response(429, Some(("retry-after", "12")), ""), 12.0),
        (error_response(429, Some(("retry-after-ms", "2500")), ""), 2.5),
        (error_response(429, None, "Try again in 7 seconds."), 7.0),
        (error_response(503, Some(("retry-after", "3")), ""), 3.0),
    ] {
        let transport = ScriptedTransport::new([response]);
        client(&transport).pay().send().await.unwrap();
        let sent = transport.sent();
        let actual = seconds(sent[1].at);
        assert!((delay..delay + 0.5).contains(&actual), "expected {delay} s, found {actual} s");
        assert_eq!((&sent[0].key, &sent[0].body), (&sent[1].key, &sent[1].body));
    }
}

#[tokio::test(start_paused = true)]
async fn a_date_is_relative_to_the_clock_of_the_server() {
    let date = |seconds| format!("Fri, 20 Nov 2020 12:00:{seconds} GMT");
    let headers = vec![("date", date("00")), ("retry-after", date("09"))];
    let transport = ScriptedTransport::new([Reply::Response(503, headers, String::new())]);
    client(&transport).pay().send().await.unwrap();
    assert!((9.0..9.5).contains(&seconds(transport.sent()[1].at)));
}

#[tokio::test(start_paused = true)]
async fn a_delay_beyond_the_total_timeout_fails_immediately() {
    let transport = ScriptedTransport::new([error_response(429, Some(("retry-after", "30")), "Slow down.")]);
    let start = Instant::now();
    let options = CallOptions::new().total_timeout(Duration::from_secs(20));
    let error = client(&transport).pay().with_options(options).send().await.unwrap_err();
    assert_eq!((start.elapsed(), error.retry_after()), (Duration::ZERO, Some(Duration::from_secs(30))));
    assert!(error.is_rate_limited() && error.is_retryable());
    assert_eq!((error.attempts(), transport.sent().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn delays_grow_exponentially_with_full_jitter() {
    let transport = ScriptedTransport::new(vec![Reply::Refused; 8]);
    let client = builder(&transport).max_attempts(8).build().unwrap();
    let error = client.pay().send().await;
    assert!(error.is_err());
    let sent = transport.sent();
    assert_eq!(sent.len(), 8);
    for (index, pair) in sent.windows(2).enumerate() {
        let bound = 0.5 * f64::from(1 << index.min(4));
        assert!(seconds(pair[1].at - pair[0].at) <= bound + 0.002, "{index}");
    }
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
        .base_url("http://other.test/v2/")
        .query("expand", "a&b")
        .body_field("new", serde_json::json!({"x": 1}))
        .max_attempts(2);
    client.pay().with_options(options).send().await.unwrap();
    let sent = transport.sent().pop().unwrap();
    assert_eq!(sent.key.as_deref(), Some("order-17"));
    assert_eq!(sent.authorization.as_deref(), Some("Bearer other"));
    assert_eq!(sent.uri, "http://other.test/v2/payments?expand=a%26b");
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
