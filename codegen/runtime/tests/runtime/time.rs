//! Waits, timeouts, tokens and budgets, with the clock paused.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use openapi_client_runtime::{
    Attempt, AttemptEnd, BoxError, BoxFuture, CallOptions, ClientBuilder, Decision, ErrorKind, Failure,
    Hooks, Outcome as Done, RetryPolicy, Secret, StandardRetry, TokenProvider,
};
use tokio::time::Instant;

use crate::support::{
    api::{Client, KEY},
    double::{Double, Outcome},
};

fn builder(double: &Double) -> ClientBuilder<Client> {
    ClientBuilder::new().api_key(KEY).transport(double.clone()).retry_policy(StandardRetry::new().seed(7))
}

fn client(double: &Double) -> Client {
    builder(double).build().unwrap()
}

fn answer(status: u16, header: Option<(&'static str, &str)>, message: &str) -> Outcome {
    let headers = header.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    Outcome::Answer(status, headers, format!(r#"{{"error":{{"message":"{message}"}}}}"#))
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

#[tokio::test(start_paused = true)]
async fn the_servers_wait_is_kept() {
    for (refusal, wait) in [
        (answer(429, Some(("retry-after", "12")), ""), 12.0),
        (answer(429, Some(("retry-after-ms", "2500")), ""), 2.5),
        (answer(429, None, "Try again in 7 seconds."), 7.0),
        (answer(503, Some(("retry-after", "3")), ""), 3.0),
    ] {
        let double = Double::new([refusal]);
        client(&double).pay().send().await.unwrap();
        let sent = double.sent();
        let waited = seconds(sent[1].at);
        assert!((wait..wait + 0.5).contains(&waited), "{waited} for {wait}");
        assert_eq!((&sent[0].key, &sent[0].body), (&sent[1].key, &sent[1].body));
    }
}

#[tokio::test(start_paused = true)]
async fn a_date_is_measured_on_the_servers_clock() {
    let date = |seconds| format!("Fri, 20 Nov 2020 12:00:{seconds} GMT");
    let headers = vec![("date", date("00")), ("retry-after", date("09"))];
    let double = Double::new([Outcome::Answer(503, headers, String::new())]);
    client(&double).pay().send().await.unwrap();
    assert!((9.0..9.5).contains(&seconds(double.sent()[1].at)));
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_calls_time_is_not_begun() {
    let double = Double::new([answer(429, Some(("retry-after", "30")), "Slow down.")]);
    let start = Instant::now();
    let options = CallOptions::new().total_timeout(Duration::from_secs(20));
    let error = client(&double).pay().with_options(options).send().await.unwrap_err();
    assert_eq!((start.elapsed(), error.retry_after()), (Duration::ZERO, Some(Duration::from_secs(30))));
    assert!(error.is_rate_limited() && error.is_retryable());
    assert_eq!((error.attempts(), double.sent().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn waits_grow_with_full_jitter() {
    let double = Double::new(vec![Outcome::Refused; 8]);
    let client = builder(&double).max_attempts(8).build().unwrap();
    let error = client.pay().send().await;
    assert!(error.is_err());
    let sent = double.sent();
    assert_eq!(sent.len(), 8);
    for (index, pair) in sent.windows(2).enumerate() {
        let bound = 0.5 * f64::from(1 << index.min(4));
        assert!(seconds(pair[1].at - pair[0].at) <= bound + 0.002, "{index}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hanging_server_holds_a_caller_for_the_calls_time_only() {
    let double = Double::new(vec![Outcome::Never; 9]);
    let start = Instant::now();
    let error = client(&double).pay().send().await.unwrap_err();
    assert!((119.0..=120.01).contains(&seconds(start.elapsed())), "{:?}", start.elapsed());
    assert_eq!((error.kind(), error.attempts(), error.outcome()), (ErrorKind::Timeout, 2, Done::Unknown));
    assert!(error.to_string().contains("is up"), "{error}");

    let double = Double::new(vec![Outcome::Never; 9]);
    let start = Instant::now();
    let options = CallOptions::new().timeout(Duration::from_secs(5)).no_idempotency_key();
    let error = client(&double).pay().with_options(options).send().await.unwrap_err();
    assert_eq!((seconds(start.elapsed()).round(), error.attempts()), (5.0, 1));
    assert!(error.is_timeout() && error.idempotency_key().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_within_the_time_is_an_answer() {
    let double = Double::new([Outcome::Late(Duration::from_secs(59))]);
    client(&double).pay().send().await.unwrap();
    assert_eq!(double.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_does_not_undo_an_earlier_attempt() {
    let double = Double::new([Outcome::Broken, answer(422, None, "No.")]);
    let error = client(&double).pay().send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.outcome()), (422, Done::Unknown));
    let key = error.idempotency_key().unwrap();
    assert!(error.to_string().contains(key), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_not_answered_with_a_storm() {
    let double = Double::new(vec![Outcome::status(500); 10_000]);
    let client =
        builder(&double).retry_policy(StandardRetry::new().initial_backoff(Duration::ZERO)).build().unwrap();
    for _ in 0..1000 {
        assert!(client.retrieve("pay_1").send().await.is_err());
    }
    assert_eq!(double.sent().len(), 1050, "each call once, and the budget");

    let double = Double::new(vec![Outcome::status(500); 10_000]);
    let client = builder(&double).retry_budget(None).build().unwrap();
    for _ in 0..100 {
        assert!(client.retrieve("pay_1").send().await.is_err());
    }
    assert_eq!(double.sent().len(), 300);
}

#[tokio::test(start_paused = true)]
async fn options_of_a_call_replace_the_clients() {
    let double = Double::new(vec![Outcome::status(500); 3]);
    let client = client(&double);
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
    let sent = double.sent().pop().unwrap();
    assert_eq!(sent.key.as_deref(), Some("order-17"));
    assert_eq!(sent.authorization.as_deref(), Some("Bearer other"));
    assert_eq!(sent.uri, "http://other.test/v2/payments?expand=a%26b");
    assert_eq!(String::from_utf8(sent.body).unwrap(), r#"{"amount":10.10,"currency":"usd","new":{"x":1}}"#);
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_not_asked_where_a_repeat_could_pay_twice() {
    #[derive(Debug, Default)]
    struct Eager(Arc<AtomicU32>);
    impl RetryPolicy for Eager {
        fn decide(&self, _: &Failure<'_>) -> Decision {
            self.0.fetch_add(1, Ordering::Relaxed);
            Decision::After(Duration::ZERO)
        }
    }
    let double = Double::new([Outcome::Broken, Outcome::ok()]);
    let asked = Arc::default();
    let client =
        builder(&double).without_idempotency_keys().retry_policy(Eager(Arc::clone(&asked))).build().unwrap();
    assert!(client.pay().send().await.is_err());
    assert_eq!((double.sent().len(), asked.load(Ordering::Relaxed)), (1, 0));

    // Nor where a repeat cannot help: a conflict stays one until somebody looks at it.
    for status in [400, 401, 403, 404, 409, 410, 422, 307] {
        let double = Double::new([Outcome::status(status), Outcome::ok()]);
        let client = builder(&double).retry_policy(Eager(Arc::clone(&asked))).build().unwrap();
        let error = client.pay().send().await.unwrap_err();
        assert!(!error.is_retryable(), "{error}");
        assert_eq!((double.sent().len(), asked.load(Ordering::Relaxed)), (1, 0), "{status}");
    }
}

#[derive(Default)]
struct Tokens {
    issued: AtomicU32,
    /// Whether `refresh` gives another token.
    stuck: bool,
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
            if !self.stuck && rejected.expose() == format!("token-{}", self.issued.load(Ordering::Relaxed)) {
                self.issued.fetch_add(1, Ordering::Relaxed);
            }
            self.token().await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_renewed_once() {
    // Even without a key: a request refused for its credential was not carried out.
    let with = |tokens: Tokens, outcomes: Vec<Outcome>| {
        let double = Double::new(outcomes);
        (
            builder(&double)
                .token_provider(tokens)
                .max_attempts(1)
                .without_idempotency_keys()
                .build()
                .unwrap(),
            double,
        )
    };
    let (client, double) = with(Tokens::default(), vec![Outcome::status(401)]);
    client.pay().send().await.unwrap();
    let tokens: Vec<_> = double.sent().into_iter().map(|sent| sent.authorization.unwrap()).collect();
    assert_eq!(tokens, ["Bearer token-0", "Bearer token-1"]);

    let (client, double) = with(Tokens::default(), vec![Outcome::status(401); 9]);
    assert!(client.pay().send().await.unwrap_err().is_unauthorized());
    assert_eq!(double.sent().len(), 2);

    let (client, double) = with(Tokens { stuck: true, ..Tokens::default() }, vec![Outcome::status(401); 9]);
    assert!(client.pay().send().await.unwrap_err().is_unauthorized());
    assert_eq!(double.sent().len(), 1, "the same token again is refused again");

    let (client, double) = with(Tokens { fails: true, ..Tokens::default() }, Vec::new());
    let error = client.pay().send().await.unwrap_err();
    assert_eq!((error.kind(), double.sent().len()), (ErrorKind::Token, 0));
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
                "{} {status:?} {:?} again {}",
                attempt.number,
                end.request_id,
                end.retry_in.is_some()
            );
            self.0.lock().unwrap().push(line);
        }
    }
    let log = Log::default();
    let ok = Outcome::Answer(200, vec![("x-request-id", "req_2".to_owned())], r#"{"id":"p"}"#.to_owned());
    let double = Double::new([Outcome::Refused, ok]);
    let client = builder(&double).hooks(log.clone()).build().unwrap();
    let answer = client.update("pay_1").send_raw().await.unwrap();
    assert_eq!((answer.request_id.as_deref(), answer.attempts), (Some("req_2"), 2));
    assert_eq!(
        *log.0.lock().unwrap(),
        [
            "updatePayment PATCH /payments/{id} 1",
            "1 None None again true",
            "updatePayment PATCH /payments/{id} 2",
            "2 Some(200) Some(\"req_2\") again false",
        ]
    );
}

#[test]
fn without_a_runtime_there_is_an_error() {
    let mut call = Box::pin(std::future::IntoFuture::into_future({
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let double = runtime.block_on(async { Double::new([]) });
        client(&double).pay().send()
    }));
    let waker = std::task::Waker::noop();
    let polled = call.as_mut().poll(&mut std::task::Context::from_waker(waker));
    let std::task::Poll::Ready(Err(error)) = polled else { panic!("not ready") };
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}
