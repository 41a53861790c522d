//! The delays between attempts: backoff, `Retry-After` and rate limits, with a paused clock.

use std::time::Duration;

use openapi_client_runtime::{CallOptions, ClientBuilder, Outcome, StandardRetry};
use tokio::time::Instant;

use crate::support::{
    api::{Client, KEY, SERVICE},
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
async fn delays_grow_exponentially_with_jitter_above_a_floor() {
    let transport = ScriptedTransport::new(vec![Reply::Refused; 8]);
    let client = builder(&transport).max_attempts(8).build().unwrap();
    let error = client.pay().send().await;
    assert!(error.is_err());
    let sent = transport.sent();
    assert_eq!(sent.len(), 8);
    for (index, pair) in sent.windows(2).enumerate() {
        let bound = 0.5 * f64::from(1 << index.min(4));
        let delay = seconds(pair[1].at - pair[0].at);
        assert!((bound / 4.0..=bound + 0.002).contains(&delay), "{index}: {delay} s");
    }
    // However the dice fall, three attempts at a server that does not say when to come back are not over at once.
    for header in [None, Some(("retry-after", "0")), Some(("retry-after", "Fri, 20 Nov 2020 12:00:00 GMT"))] {
        for seed in 0..50 {
            let transport = ScriptedTransport::new(vec![error_response(429, header, "No."); 3]);
            let policy = StandardRetry::new().seed(seed);
            let client = self::builder(&transport).retry_policy(policy).build().unwrap();
            assert_eq!(client.pay().send().await.unwrap_err().attempts(), 3);
            assert!(transport.sent()[2].at >= Duration::from_millis(250), "{:?}", transport.sent()[2].at);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn absurd_delays_fail_at_once_and_are_in_the_error() {
    for (value, delay) in [
        ("31536000", 31_536_000.0),
        ("99999999999", 99_999_999_999.0),
        ("99999999999999999999999999", 999_999_999_999.0),
        ("18446744073709551615.999999999999999999", 999_999_999_999.0),
        ("86401", 86_401.0),
    ] {
        for status in [409, 429, 503] {
            for total in [Some(Duration::from_secs(120)), Some(Duration::MAX), None] {
                let transport =
                    ScriptedTransport::new([error_response(status, Some(("retry-after", value)), "")]);
                let client = builder(&transport).total_timeout(total).build().unwrap();
                let start = Instant::now();
                let error = client.pay().send().await.unwrap_err();
                assert_eq!((start.elapsed(), error.attempts()), (Duration::ZERO, 1), "{value}");
                assert_eq!(error.retry_after().map(seconds), Some(delay));
                assert!(
                    error.is_retryable() && error.to_string().contains(&format!("retry after {delay} s"))
                );
            }
        }
    }
    for value in ["-1", "NaN", "-99999999999999999999999", "1e400", "soon"] {
        let transport = ScriptedTransport::new([error_response(429, Some(("retry-after", value)), "")]);
        client(&transport).pay().send().await.unwrap();
        assert!(transport.sent()[1].at <= Duration::from_millis(502), "{value}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_with_a_delay_uses_up_neither_attempts_nor_budget() {
    let limited = || error_response(429, Some(("retry-after", "1")), "");
    let transport = ScriptedTransport::new(vec![limited(); 20]);
    let client = builder(&transport).retry_budget(0).build().unwrap();
    let response = client.pay().send_raw().await.unwrap();
    assert_eq!(response.attempts, 21);

    // The number of these retries has a limit of its own, beyond which they count.
    let transport = ScriptedTransport::new(vec![limited(); 20]);
    let client = builder(&transport).max_rate_limit_retries(4).build().unwrap();
    let error = client.pay().send().await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (7, Outcome::NotProcessed));

    // One attempt means one request.
    for limit in [0, 100] {
        let transport = ScriptedTransport::new(vec![limited(); 2]);
        let client = builder(&transport).max_attempts(1).max_rate_limit_retries(limit).build().unwrap();
        assert_eq!(client.pay().send().await.unwrap_err().attempts(), 1);
    }

    // The total timeout ends the waiting.
    let transport = ScriptedTransport::new(vec![limited(); 200]);
    let start = Instant::now();
    let error = builder(&transport).build().unwrap().pay().send().await.unwrap_err();
    assert!(start.elapsed() <= Duration::from_secs(120) && error.is_rate_limited(), "{error}");
    assert!((80..=107).contains(&error.attempts()), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_policy_without_statuses_retries_those_of_the_api() {
    for status in SERVICE.retry.statuses {
        let transport = ScriptedTransport::new([Reply::status(*status)]);
        let policy = StandardRetry::new().max_backoff(Duration::from_secs(1));
        let client = builder(&transport).retry_policy(policy).build().unwrap();
        assert_eq!(client.pay().send_raw().await.unwrap().attempts, 2, "{status}");
    }
    let transport = ScriptedTransport::new([Reply::status(599)]);
    assert_eq!(client(&transport).pay().send().await.unwrap_err().attempts(), 1);
}
