//! Uploads with a paused clock: the waits for the storage and for the file.

use std::time::Duration;

use openapi_client_runtime::{
    CallOptions, Error, ErrorKind, StandardRetry,
    upload::{UploadError, UploadStep},
};

use crate::support::{
    api::{Client, builder},
    files::{created, state, text},
    scripted_transport::{Reply, ScriptedTransport},
};

fn client(transport: &ScriptedTransport) -> Client {
    let policy = StandardRetry::new().initial_backoff(Duration::ZERO);
    builder()
        .transport(transport.clone())
        .retry_policy(policy)
        .timeout(Duration::from_secs(60))
        .build()
        .unwrap()
}

fn response(body: String) -> Reply {
    Reply::Response(200, Vec::new(), body)
}

fn pending() -> Reply {
    response(created("http://store.invalid").replace("http://", "https://"))
}

fn seconds(transport: &ScriptedTransport) -> Vec<u64> {
    transport.sent().iter().map(|sent| sent.at.as_secs()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_not_ready_in_time() {
    let statuses = (0..200).map(|_| response(state("processing")));
    let transport = ScriptedTransport::new([pending(), response(String::new())].into_iter().chain(statuses));
    let error = client(&transport).upload_file("a", b"abc").send().await.unwrap_err();
    let UploadError::NotReady { file_id, file_status, waited } = &error else { panic!("{}", text(&error)) };
    assert_eq!((file_id.as_str(), file_status.as_str()), ("f_1", "processing"));
    assert_eq!(*waited, Duration::from_secs(120));
    assert!(text(&error).contains("wait_until_ready"));
    // The first status request is sent at once, the others once per second.
    assert_eq!(seconds(&transport), [0, 0].into_iter().chain(0..=120).collect::<Vec<u64>>());
    assert_eq!(transport.sent()[1].method, http::Method::PUT);
    assert_eq!((&transport.sent()[1].authorization, &transport.sent()[1].key), (&None, &None));

    // The wait can be continued with the file's id.
    let transport = ScriptedTransport::new([response(state("processing")), response(state("ready"))]);
    let waiting = client(&transport).wait_until_ready(error.file_id().unwrap());
    let file = waiting.poll_every(Duration::from_secs(7)).send().await.unwrap();
    assert_eq!((file.state.as_str(), seconds(&transport)), ("ready", vec![0, 7]));
    assert!(transport.sent()[0].uri.ends_with("/files/f_1"));
}

#[tokio::test(start_paused = true)]
async fn the_interval_and_the_timeout_can_be_set() {
    let statuses = (0..9).map(|_| response(state("a new\\u001b state")));
    let transport = ScriptedTransport::new([pending(), response(String::new())].into_iter().chain(statuses));
    let upload = client(&transport).upload_file("a", b"abc");
    let upload = upload.poll_every(Duration::from_secs(4)).wait_at_most(Duration::from_secs(10));
    let error = upload.send().await.unwrap_err();
    assert_eq!(seconds(&transport), [0, 0, 0, 4, 8]);
    assert!(!error.to_string().contains('\u{1b}'), "{error}");
    assert_eq!(error.step(), UploadStep::Poll);
}

#[tokio::test(start_paused = true)]
async fn polling_continues_during_an_outage_of_the_api() {
    let slow_down = Reply::Response(429, vec![("retry-after", "30".to_owned())], String::new());
    let transport =
        ScriptedTransport::new([Reply::status(503), Reply::Broken, slow_down, response(state("ready"))]);
    let one_attempt = CallOptions::new().max_attempts(1);
    client(&transport).wait_until_ready("f_1").with_options(one_attempt.clone()).send().await.unwrap();
    assert_eq!(seconds(&transport), [0, 1, 2, 32]);

    let transport =
        ScriptedTransport::new([response(state("processing")), Reply::status(503), Reply::status(500)]);
    let waiting = client(&transport).wait_until_ready("f_1").with_options(one_attempt.clone());
    let error = waiting.wait_at_most(Duration::from_secs(2)).send().await.unwrap_err();
    assert!(matches!(error, UploadError::Poll { .. }));
    assert_eq!((error.file_status(), error.file_id()), (Some("processing"), Some("f_1")));

    let transport = ScriptedTransport::new([Reply::status(404)]);
    let error = client(&transport).wait_until_ready("f_1").send().await.unwrap_err();
    assert!(error.call().is_some_and(Error::is_not_found) && text(&error).contains("wait_until_ready"));
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_storage_that_does_not_respond() {
    let transport = ScriptedTransport::new([pending(), Reply::Never, Reply::Never, Reply::Never]);
    let upload = client(&transport).upload_file("a", b"abc").put_timeout(Duration::from_secs(90));
    let error = upload.send().await.unwrap_err();
    assert_eq!(seconds(&transport), [0, 0, 90, 180]);
    assert_eq!(error.call().map(Error::kind), Some(ErrorKind::Timeout));
    assert!(text(&error).contains("put_timeout"), "{}", text(&error));
}

#[tokio::test(start_paused = true)]
async fn the_retry_after_of_the_storage_is_respected() {
    let busy = |wait: &str| Reply::Response(503, vec![("retry-after", wait.to_owned())], String::new());
    let transport =
        ScriptedTransport::new([pending(), busy("20"), response(String::new()), response(state("ready"))]);
    client(&transport).upload_file("a", b"abc").send().await.unwrap();
    assert_eq!(seconds(&transport), [0, 0, 20, 20]);
    let transport = ScriptedTransport::new([pending(), busy("3600")]);
    let error = client(&transport).upload_file("a", b"abc").send().await.unwrap_err();
    assert_eq!(transport.sent().len(), 2);
    assert_eq!(error.call().and_then(Error::retry_after), Some(Duration::from_secs(3600)));
}

#[tokio::test(start_paused = true)]
async fn an_http_url_is_rejected_if_the_api_uses_https() {
    let transport = ScriptedTransport::new([response(created("http://store.invalid"))]);
    let client = builder().transport(transport.clone()).base_url("https://api.invalid").build().unwrap();
    let error = client.upload_file("a", b"abc").send().await.unwrap_err();
    assert!(text(&error).contains("unencrypted"));
    assert_eq!(transport.sent().len(), 1);
}
