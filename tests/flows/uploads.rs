//! A file from bytes to `ready`, and a refusal of the storage.

use std::net::SocketAddr;

use whop::models::{FileVisibility, UploadStatuses};
use whop::upload::{Content, UploadError, UploadStep};
use whop_tests::wire::{Reply, Request};

use crate::{Bench, reply};

fn record(status: &str, more: &str) -> String {
    format!(
        r#"{{"id":"file_1","content_type":null,"filename":"a.pdf","size":null,"upload_status":"{status}","url":null,
            "visibility":"public"{more}}}"#
    )
}

/// Plays the API, with a storage that answers with this status.
fn answer(stored: u16) -> impl Fn(SocketAddr, &Request) -> Reply + Send + Sync {
    move |address, request| match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/api/v1/files") => {
            let more = format!(
                r#","upload_url":"http://{address}/bucket/file_1?signature=s","upload_headers":{{"x-store":"1"}}"#
            );
            reply(200, record("pending", &more))
        }
        ("GET", "/api/v1/files/file_1") => reply(200, record("ready", "")),
        ("PUT", "/bucket/file_1") => reply(stored, ""),
        other => reply(500, format!("{other:?}")),
    }
}

#[tokio::test]
async fn bytes_become_a_file() {
    let bench = Bench::new(answer(200)).await;
    let upload = bench.client.files().upload("a.pdf", b"%PDF").visibility(FileVisibility::Public);
    let file = upload.send().await.unwrap();
    assert_eq!((file.id.as_str(), file.upload_status), ("file_1", UploadStatuses::Ready));

    let requests = bench.requests();
    let lines: Vec<String> =
        requests.iter().map(|request| format!("{} {}", request.method, request.path)).collect();
    assert_eq!(lines, ["POST /api/v1/files", "PUT /bucket/file_1", "GET /api/v1/files/file_1"]);
    assert_eq!(requests[0].body, br#"{"filename":"a.pdf","visibility":"public"}"#);
    let put = &requests[1];
    assert_eq!((put.body.as_slice(), put.query.as_str()), (b"%PDF".as_slice(), "signature=s"));
    assert_eq!((put.header("x-store"), put.header("content-length")), (Some("1"), Some("4")));
    for absent in ["authorization", "idempotency-key", "api-version-date", "user-agent"] {
        assert_eq!(put.header(absent), None, "{absent}");
    }
    let waiting = bench.client.files().wait_until_ready(file.id);
    assert_eq!(waiting.send().await.unwrap().upload_status, UploadStatuses::Ready);
}

#[tokio::test]
async fn a_refusal_of_the_storage_is_an_error_like_any_other() {
    async fn upload(client: &whop::Client) -> whop::Result<()> {
        client.files().upload("a.pdf", Content::from(vec![1, 2, 3])).send().await?;
        Ok(())
    }
    let bench = Bench::new(answer(403)).await;
    let error = upload(&bench.client).await.unwrap_err();
    assert_eq!(error.kind(), whop::ErrorKind::Upload);
    let source = std::error::Error::source(&error).unwrap().downcast_ref::<UploadError>().unwrap();
    assert_eq!((source.step(), source.file_id()), (UploadStep::Put, Some("file_1")));
    assert!(!format!("{error:?}").contains("signature=s"), "{error:?}");
}
