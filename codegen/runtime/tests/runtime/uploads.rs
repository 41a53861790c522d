//! Uploads over real connections: the requests to the API and to the storage, and the caller's result.

use std::{
    fs,
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use openapi_client_runtime::{
    BoxError, CallOptions, Error, ErrorKind,
    upload::{Content, ContentError, UploadError, UploadStep},
};

use crate::support::{
    api::{KEY, client},
    files::{SIGNATURE, api, created, state, storage, text},
    server::{Server, Step},
};

/// A stream of chunks that ends after the last one, or stays pending.
struct TestStream {
    chunks: Vec<Bytes>,
    ends: bool,
    /// Lets a test see whether the stream was dropped.
    _alive: Arc<()>,
}

impl TestStream {
    fn new(chunks: &[&'static [u8]]) -> Self {
        let chunks = chunks.iter().rev().map(|chunk| Bytes::from_static(chunk)).collect();
        Self { chunks, ends: true, _alive: Arc::new(()) }
    }
}

impl Stream for TestStream {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.chunks.pop() {
            Some(chunk) => Poll::Ready(Some(Ok(chunk))),
            None if self.ends => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

type Reports = Arc<Mutex<Vec<(u64, u64)>>>;

fn reports() -> (Reports, impl FnMut(u64, u64) + Send + 'static) {
    let reports = Reports::default();
    let recorder = Arc::clone(&reports);
    (reports, move |sent, total| recorder.lock().unwrap().push((sent, total)))
}

#[tokio::test]
async fn the_storage_gets_the_bytes_and_only_its_own_headers() {
    let storage = storage([200]);
    let api = api(&storage, &["ready"]);
    let client = client(&api.url());
    let options = CallOptions::new().header("X-Trace", "t");
    let upload = client.upload_file(" a.pdf ", b"abc").folder("f").with_options(options);
    assert!(!format!("{upload:?}").contains("abc"));
    let file = upload.send().await.unwrap();
    assert_eq!((file.id.as_str(), file.state.as_str(), file.size), ("f_1", "ready", Some(3)));
    assert!(file.extra_fields.is_empty());

    let requests = api.requests();
    assert_eq!((requests.len(), requests[0].line.as_str()), (2, "POST /files HTTP/1.1"));
    assert_eq!(requests[0].body, br#"{"name":"a.pdf","folder":"f"}"#);
    assert!(requests[0].key().is_some());
    assert_eq!(
        (requests[1].line.as_str(), requests[1].header("x-trace")),
        ("GET /files/f_1 HTTP/1.1", Some("t"))
    );

    let put = &storage.requests()[0];
    assert_eq!(put.line, format!("PUT /bucket/f_1?sig={SIGNATURE} HTTP/1.1"));
    assert_eq!(put.body, b"abc");
    // These headers are the HTTP client's and contain no secret.
    let is_from_upload = |name: &String| !["host", "accept", "accept-encoding"].contains(&name.as_str());
    let mut headers: Vec<String> = put.headers.iter().map(|(name, _)| name.to_lowercase()).collect();
    headers.retain(is_from_upload);
    headers.sort();
    assert_eq!(headers, ["content-length", "content-type", "x-number", "x-store-meta"]);
    assert_eq!((put.header("content-length"), put.header("x-number")), (Some("3"), Some("7")));
    assert_eq!(put.header("content-type"), Some("application/pdf"));
}

#[tokio::test]
async fn a_file_is_read_in_chunks_and_its_progress_reported() {
    let path = std::env::temp_dir().join(format!("openapi-client-runtime-upload-{}", std::process::id()));
    let content: Vec<u8> = (0..300_000_u32).map(|number| number as u8).collect();
    fs::write(&path, &content).unwrap();
    // The storage closes the first connection after the last byte, so the file is read twice.
    let storage = Server::start([Step::Close, Step::Respond(200, Vec::new(), Vec::new())]);
    let api = api(&storage, &["processing", "ready"]);
    let (reports, report) = reports();
    let client = client(&api.url());
    let upload = client.upload_file("a.pdf", path.as_path()).on_progress(report);
    upload.poll_every(Duration::from_millis(1)).send().await.unwrap();
    let requests = storage.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests.iter().all(|put| put.body == content && put.header("content-length") == Some("300000")));
    let reports = reports.lock().unwrap().clone();
    assert!(reports.len() > 2 && reports.iter().all(|(_, total)| *total == 300_000), "{reports:?}");
    assert!(reports.windows(2).all(|pair| pair[0].0 < pair[1].0), "{reports:?}");
    assert_eq!(reports.last(), Some(&(300_000, 300_000)));
    fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn the_progress_of_bytes_in_memory_is_reported() {
    for length in [0_usize, 200_000] {
        let storage = storage([200]);
        let api = api(&storage, &["ready"]);
        let (reports, report) = reports();
        let upload = client(&api.url()).upload_file("a", vec![1; length]).on_progress(report);
        upload.send().await.unwrap();
        assert_eq!(reports.lock().unwrap().last(), Some(&(length as u64, length as u64)));
        let put = &storage.requests()[0];
        assert_eq!(
            (put.body.len(), put.header("content-length")),
            (length, Some(length.to_string().as_str()))
        );
        assert_eq!(put.header("transfer-encoding"), None);
    }
}

#[tokio::test]
async fn an_empty_stream_becomes_an_empty_file() {
    let storage = storage([200]);
    let api = api(&storage, &["ready"]);
    let content = Content::stream(TestStream::new(&[b""]), 0);
    client(&api.url()).upload_file("a", content).send().await.unwrap();
    assert_eq!(storage.requests()[0].header("content-length"), Some("0"));
}

#[tokio::test]
async fn repeatable_content_is_sent_again() {
    for status in [500, 503, 429, 408] {
        let storage = storage([status, 200]);
        let api = api(&storage, &["ready"]);
        client(&api.url()).upload_file("a", b"abc".to_vec()).send().await.unwrap();
        assert_eq!(storage.requests().len(), 2, "{status}");
        assert!(storage.requests().iter().all(|put| put.body == b"abc"));
    }
    let storage = Server::start([Step::Close, Step::ResetUnread, Step::json(200, "")]);
    let api = api(&storage, &["ready"]);
    let opened = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&opened);
    let open = move || {
        counter.fetch_add(1, Ordering::Relaxed);
        TestStream::new(&[b"ab", b"c"])
    };
    client(&api.url()).upload_file("a", Content::reopened(open, 3)).send().await.unwrap();
    assert_eq!((opened.load(Ordering::Relaxed), storage.started_requests()), (3, 3));
    assert_eq!(storage.requests()[1].body, b"abc");
}

#[tokio::test]
async fn a_stream_is_sent_only_once() {
    for step in [Step::error(500), Step::Close] {
        let storage = Server::start([step]);
        let api = api(&storage, &[]);
        let content = Content::stream(TestStream::new(&[b"ab", b"c"]), 3);
        let error = client(&api.url()).upload_file("a", content).send().await.unwrap_err();
        assert!(matches!(&error, UploadError::Put { file_id, .. } if file_id == "f_1"), "{}", text(&error));
        assert_eq!((storage.requests().len(), storage.requests()[0].body.as_slice()), (1, b"abc".as_slice()));
    }
}

#[tokio::test]
async fn the_storage_rejects_the_bytes() {
    let redirect = Step::json(307, "").with("location", format!("http://elsewhere.invalid/?sig={SIGNATURE}"));
    let forbidden = Step::json(403, &format!("<Error>{SIGNATURE}</Error>")).with("x-echo", SIGNATURE);
    for (step, status, message) in [(forbidden, 403, "has expired"), (redirect, 307, "not followed")] {
        let storage = Server::start([step]);
        let api = api(&storage, &[]);
        let error = client(&api.url()).upload_file("a", b"abc").send().await.unwrap_err();
        let text = text(&error);
        assert!(text.contains(message) && text.contains("f_1"), "{text}");
        assert_eq!((error.step(), error.file_id()), (UploadStep::Put, Some("f_1")));
        assert_eq!(error.call().and_then(Error::status).map(|status| status.as_u16()), Some(status));
        assert_eq!((storage.requests().len(), api.requests().len()), (1, 1));
    }
}

#[tokio::test]
async fn an_unavailable_storage_is_an_error_after_all_attempts() {
    let storage = storage([500, 502, 503]);
    let api = api(&storage, &[]);
    let error = client(&api.url()).upload_file("a", b"abc").send().await.unwrap_err();
    let call = error.call().unwrap();
    assert_eq!((call.attempts(), storage.requests().len(), call.is_retryable()), (3, 3, true));
    assert!(text(&error).contains("temporarily unavailable"));
    let error = Error::from(error);
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Upload, true));
    let source = std::error::Error::source(&error).unwrap().downcast_ref::<UploadError>().unwrap();
    assert_eq!(source.file_id(), Some("f_1"));
}

#[tokio::test]
async fn a_timeout_that_the_storage_reports_is_retried() {
    let xml = format!(
        "<?xml version=\"1.0\"?><Error><Code>RequestTimeout</Code><Message>{SIGNATURE} was idle</Message></Error>"
    );
    let json = format!(r#"{{"error":{{"code":"RequestTimeout","resource":"{SIGNATURE}"}}}}"#);
    let accepted = Step::Respond(200, Vec::new(), Vec::new());
    for body in [&xml, &json] {
        let storage = Server::start([Step::json(400, body), accepted.clone()]);
        let api = api(&storage, &["ready"]);
        client(&api.url()).upload_file("a", b"abc").send().await.unwrap();
        let puts: Vec<Vec<u8>> = storage.requests().into_iter().map(|put| put.body).collect();
        assert_eq!(puts, [b"abc", b"abc"]);
    }
    let storage = Server::start((0..3).map(|_| Step::json(400, &xml).with("x-echo", SIGNATURE)));
    let server = api(&storage, &[]);
    let error = client(&server.url()).upload_file("a", b"abc").send().await.unwrap_err();
    let call = error.call().unwrap();
    assert_eq!((call.attempts(), storage.requests().len(), call.is_retryable()), (3, 3, true));
    assert_eq!((call.kind(), call.status().map(|status| status.as_u16())), (ErrorKind::Timeout, Some(400)));
    assert!(text(&error).contains("in time"), "{}", text(&error));
    // Any other 400 is a rejection, whatever its message says.
    let other =
        xml.replace("<Code>RequestTimeout", "<Code>AccessDenied").replace("was idle", "RequestTimeout");
    let storage = Server::start([Step::json(400, &other)]);
    let server = api(&storage, &[]);
    let error = client(&server.url()).upload_file("a", b"abc").send().await.unwrap_err();
    assert_eq!((storage.requests().len(), error.call().map(Error::kind)), (1, Some(ErrorKind::Api)));
    text(&error);
}

#[tokio::test]
async fn content_of_another_length_is_never_stored() {
    let shorter: &[&'static [u8]] = &[b"ab"];
    let longer: &[&'static [u8]] = &[b"ab", b"cd"];
    let exact_then_more: &[&'static [u8]] = &[b"abc", b"d"];
    for (chunks, length) in [(shorter, 3), (longer, 3), (exact_then_more, 3), (shorter, 0)] {
        let storage = Server::start([]);
        let api = api(&storage, &[]);
        let content = Content::stream(TestStream::new(chunks), length);
        let error = client(&api.url()).upload_file("a", content).send().await.unwrap_err();
        let text = text(&error);
        assert!(matches!(error, UploadError::Content { file_id: Some(_), .. }), "{text}");
        assert_eq!(error.step(), UploadStep::Put);
        assert!(storage.requests().is_empty(), "{chunks:?}");
    }
}

#[tokio::test]
async fn invalid_uploads_fail_before_any_request() {
    let api = Server::start([]);
    let client = client(&api.url());
    for name in ["", " \t"] {
        let error = client.upload_file(name, b"abc").send().await.unwrap_err();
        assert!(text(&error).contains("file name is empty"));
        assert_eq!(error.call().map(Error::kind), Some(ErrorKind::Request));
    }
    let error = client.upload_file("a", PathBuf::from("/missing/file")).send().await.unwrap_err();
    assert!(matches!(error, UploadError::Content { file_id: None, source: ContentError::Unreadable(_) }));
    assert_eq!(error.step(), UploadStep::Create);
    let error = client.upload_file("a", b"abc").content_type("a\nb").send().await.unwrap_err();
    assert_eq!(error.call().map(Error::kind), Some(ErrorKind::Request));
    assert_eq!(api.started_requests(), 0);
}

#[tokio::test]
async fn the_record_is_not_created() {
    let bad = format!(r#"{{"state":"pending","put_url":"https://x.test/{SIGNATURE}"}}"#);
    for (step, message) in [
        (Step::error(403), "It failed."),
        (Step::json(200, &bad), "at `id`: the field is missing"),
        (Step::json(200, r#"{"id":"f_1","state":1}"#), "at `state`: expected a string"),
    ] {
        let api = Server::start([step]);
        let error = client(&api.url()).upload_file("a", b"abc").send().await.unwrap_err();
        assert!(text(&error).contains(message), "{}", text(&error));
        assert_eq!((error.step(), error.file_id(), api.requests().len()), (UploadStep::Create, None, 1));
    }
}

#[tokio::test]
async fn bytes_are_sent_only_for_a_pending_file_with_a_url() {
    let response =
        |state: &str| Step::json(200, &format!(r#"{{"id":"f_1","state":"{state}","put_url":null}}"#));
    let api = Server::start([response("ready"), Step::json(200, &state("ready"))]);
    let file = client(&api.url()).upload_file("a", b"abc").send().await.unwrap();
    assert_eq!((file.state.as_str(), api.requests().len()), ("ready", 2));

    let api = Server::start([response("failed")]);
    let error = client(&api.url()).upload_file("a", b"abc").send().await.unwrap_err();
    assert!(matches!(&error, UploadError::Failed { file_status, .. } if file_status == "failed"));

    let api = Server::start([response("pending")]);
    let error = client(&api.url()).upload_file("a", b"abc").send().await.unwrap_err();
    assert!(matches!(error, UploadError::Put { .. }));
    assert!(text(&error).contains("`put_url`: the URL is missing"), "{}", text(&error));
}

#[tokio::test]
async fn processing_fails() {
    let storage = storage([200]);
    let api = api(&storage, &["processing", "failed"]);
    let upload = client(&api.url()).upload_file("a", b"abc").poll_every(Duration::from_millis(1));
    let error = upload.send().await.unwrap_err();
    assert_eq!((error.step(), error.file_status()), (UploadStep::Poll, Some("failed")));
    assert!(text(&error).contains("start a new upload"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropping_the_future_cancels_the_upload() {
    let storage = Server::start([]);
    let api = api(&storage, &[]);
    let alive = Arc::new(());
    let chunks = vec![Bytes::from_static(b"ab")];
    let content = Content::stream(TestStream { chunks, ends: false, _alive: Arc::clone(&alive) }, 3);
    let (reports, report) = reports();
    let upload = client(&api.url()).upload_file("a", content).on_progress(report).send();
    let mut upload = Box::pin(upload);
    let started = tokio::time::timeout(Duration::from_secs(20), async {
        tokio::select! {
            _ = &mut upload => panic!("expected the upload to be pending"),
            () = async { while reports.lock().unwrap().is_empty() { tokio::task::yield_now().await } } => {}
        }
    });
    started.await.unwrap();
    drop(upload);
    // The connection's task drops the content.
    let dropped = async {
        while Arc::strong_count(&alive) > 1 {
            tokio::task::yield_now().await
        }
    };
    tokio::time::timeout(Duration::from_secs(20), dropped).await.unwrap();
    assert_eq!((storage.requests().len(), api.requests().len()), (0, 1));
}

#[tokio::test]
async fn other_url_schemes_are_rejected() {
    let api = Server::start([Step::json(200, &created("ftp://127.0.0.1"))]);
    let error = client(&api.url()).upload_file("a", b"abc").send().await.unwrap_err();
    assert!(text(&error).contains("must start with https"));
    assert!(api.requests()[0].header("authorization").unwrap().contains(KEY));
}

#[cfg(feature = "blocking")]
#[test]
fn send_blocking_works_without_a_runtime() {
    let storage = storage([200]);
    let api = api(&storage, &["ready", "ready"]);
    let client = client(&api.url());
    let path = std::env::temp_dir().join(format!("openapi-client-runtime-blocking-{}", std::process::id()));
    fs::write(&path, "abc").unwrap();
    let file = client.upload_file("a", path.clone()).send_blocking().unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!((file.id.as_str(), storage.requests()[0].body.as_slice()), ("f_1", b"abc".as_slice()));
    assert_eq!(client.wait_until_ready("f_1").send_blocking().unwrap().state, "ready");
}
