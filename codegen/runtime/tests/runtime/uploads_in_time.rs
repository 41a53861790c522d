//! Uploads with the clock paused: how long is waited for the storage and for the file.

use std::time::Duration;

use openapi_client_runtime::{
    CallOptions, Error, ErrorKind, StandardRetry,
    upload::{UploadError, UploadStep},
};

use crate::support::{
    api::{Client, builder},
    double::{Double, Outcome},
    files::{created, state, text},
};

fn client(double: &Double) -> Client {
    let policy = StandardRetry::new().initial_backoff(Duration::ZERO);
    builder().transport(double.clone()).retry_policy(policy).timeout(Duration::from_secs(60)).build().unwrap()
}

fn answer(body: String) -> Outcome {
    Outcome::Answer(200, Vec::new(), body)
}

fn pending() -> Outcome {
    answer(created("http://store.invalid").replace("http://", "https://"))
}

fn seconds(double: &Double) -> Vec<u64> {
    double.sent().iter().map(|sent| sent.at.as_secs()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_never_ready() {
    let looks = (0..200).map(|_| answer(state("processing")));
    let double = Double::new([pending(), answer(String::new())].into_iter().chain(looks));
    let error = client(&double).upload_file("a", b"abc").send().await.unwrap_err();
    let UploadError::NotReady { file_id, file_status, waited } = &error else { panic!("{}", text(&error)) };
    assert_eq!((file_id.as_str(), file_status.as_str()), ("f_1", "processing"));
    assert_eq!(*waited, Duration::from_secs(120));
    assert!(text(&error).contains("wait_until_ready"));
    // One look at once, and one after each second.
    assert_eq!(seconds(&double), [0, 0].into_iter().chain(0..=120).collect::<Vec<u64>>());
    assert_eq!(double.sent()[1].method, http::Method::PUT);
    assert_eq!((&double.sent()[1].authorization, &double.sent()[1].key), (&None, &None));

    // The wait is taken up again where it ended.
    let double = Double::new([answer(state("processing")), answer(state("ready"))]);
    let waiting = client(&double).wait_until_ready(error.file_id().unwrap());
    let file = waiting.poll_every(Duration::from_secs(7)).send().await.unwrap();
    assert_eq!((file.state.as_str(), seconds(&double)), ("ready", vec![0, 7]));
    assert!(double.sent()[0].uri.ends_with("/files/f_1"));
}

#[tokio::test(start_paused = true)]
async fn the_waits_can_be_set() {
    let looks = (0..9).map(|_| answer(state("a new\\u001b state")));
    let double = Double::new([pending(), answer(String::new())].into_iter().chain(looks));
    let upload = client(&double).upload_file("a", b"abc");
    let upload = upload.poll_every(Duration::from_secs(4)).wait_at_most(Duration::from_secs(10));
    let error = upload.send().await.unwrap_err();
    assert_eq!(seconds(&double), [0, 0, 0, 4, 8]);
    assert!(!error.to_string().contains('\u{1b}'), "{error}");
    assert_eq!(error.step(), UploadStep::Poll);
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_the_api_is_waited_out() {
    let slow_down = Outcome::Answer(429, vec![("retry-after", "30".to_owned())], String::new());
    let double = Double::new([Outcome::status(503), Outcome::Broken, slow_down, answer(state("ready"))]);
    let once = CallOptions::new().max_attempts(1);
    client(&double).wait_until_ready("f_1").with_options(once.clone()).send().await.unwrap();
    assert_eq!(seconds(&double), [0, 1, 2, 32]);

    let double = Double::new([answer(state("processing")), Outcome::status(503), Outcome::status(500)]);
    let waiting = client(&double).wait_until_ready("f_1").with_options(once.clone());
    let error = waiting.wait_at_most(Duration::from_secs(2)).send().await.unwrap_err();
    assert!(matches!(error, UploadError::Poll { .. }));
    assert_eq!((error.file_status(), error.file_id()), (Some("processing"), Some("f_1")));

    let double = Double::new([Outcome::status(404)]);
    let error = client(&double).wait_until_ready("f_1").send().await.unwrap_err();
    assert!(error.call().is_some_and(Error::is_not_found) && text(&error).contains("wait_until_ready"));
    assert_eq!(double.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_storage_that_does_not_answer() {
    let double = Double::new([pending(), Outcome::Never, Outcome::Never, Outcome::Never]);
    let upload = client(&double).upload_file("a", b"abc").put_timeout(Duration::from_secs(90));
    let error = upload.send().await.unwrap_err();
    assert_eq!(seconds(&double), [0, 0, 90, 180]);
    assert_eq!(error.call().map(Error::kind), Some(ErrorKind::Timeout));
    assert!(text(&error).contains("put_timeout"), "{}", text(&error));
}

#[tokio::test(start_paused = true)]
async fn a_storage_that_asks_to_wait() {
    let busy = |wait: &str| Outcome::Answer(503, vec![("retry-after", wait.to_owned())], String::new());
    let double = Double::new([pending(), busy("20"), answer(String::new()), answer(state("ready"))]);
    client(&double).upload_file("a", b"abc").send().await.unwrap();
    assert_eq!(seconds(&double), [0, 0, 20, 20]);
    let double = Double::new([pending(), busy("3600")]);
    let error = client(&double).upload_file("a", b"abc").send().await.unwrap_err();
    assert_eq!(double.sent().len(), 2);
    assert_eq!(error.call().and_then(Error::retry_after), Some(Duration::from_secs(3600)));
}

#[tokio::test(start_paused = true)]
async fn the_bytes_do_not_travel_in_the_open() {
    let double = Double::new([answer(created("http://store.invalid"))]);
    let client = builder().transport(double.clone()).base_url("https://api.invalid").build().unwrap();
    let error = client.upload_file("a", b"abc").send().await.unwrap_err();
    assert!(text(&error).contains("in the open"));
    assert_eq!(double.sent().len(), 1);
}
