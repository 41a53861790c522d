//! A successful upload, and one that the storage rejects.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::json;
use whop::mock::{Server, files};
use whop::models::{FileVisibility, UploadStatus};
use whop::upload::{Content, UploadError, UploadStep};

/// A request to the storage.
type StorageRequest = (Method, Uri, HeaderMap, Bytes);

/// A storage that sends a fixed status and records its requests.
#[derive(Clone, Default)]
struct Storage {
    status: StatusCode,
    requests: Arc<Mutex<Vec<StorageRequest>>>,
}

async fn store(
    State(storage): State<Storage>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    storage.requests.lock().unwrap().push((method, uri, headers, body));
    storage.status
}

/// Starts the mock server and a storage that sends this status.
async fn start_servers(status: StatusCode) -> (Server, Storage) {
    let storage = Storage { status, ..Storage::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new().fallback(store).with_state(storage.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });

    let server = Server::start().await;
    let example = serde_json::to_value(server.example(files::retrieve)).unwrap();
    let record = |status: &str| {
        let mut record = example.clone();
        let fields = json!({ "id": "file_1", "content_type": null, "filename": "a.pdf", "size": null,
            "upload_status": status, "url": null, "visibility": "public" });
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        record
    };
    let mut pending = record("pending");
    pending["upload_url"] = format!("http://{address}/bucket/file_1?signature=s").into();
    pending["upload_headers"] = json!({ "x-store": "1" });
    server.when(files::create).then_return_json(pending);
    server.when(files::retrieve).matching(|call| call.id == "file_1").then_return_json(record("ready"));
    (server, storage)
}

#[tokio::test]
async fn bytes_are_uploaded() {
    let (server, storage) = start_servers(StatusCode::OK).await;
    let client = server.client();
    let upload = client.files().upload("a.pdf", b"%PDF").visibility(FileVisibility::Public);
    let file = upload.send().await.unwrap();
    assert_eq!((file.id.as_str(), file.upload_status), ("file_1", UploadStatus::Ready));

    let lines: Vec<String> =
        server.requests().iter().map(|request| format!("{} {}", request.method, request.path)).collect();
    assert_eq!(lines, ["POST /api/v1/files", "GET /api/v1/files/file_1"]);
    assert_eq!(*server.requests()[0].body, *br#"{"filename":"a.pdf","visibility":"public"}"#);
    let requests = std::mem::take(&mut *storage.requests.lock().unwrap());
    let [(method, uri, headers, body)] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!((method.as_str(), uri.to_string().as_str()), ("PUT", "/bucket/file_1?signature=s"));
    assert_eq!(**body, *b"%PDF");
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!((header("x-store"), header("content-length")), (Some("1"), Some("4")));
    for absent in ["authorization", "idempotency-key", "api-version-date", "user-agent"] {
        assert_eq!(header(absent), None, "{absent}");
    }
    let waiting = client.files().wait_until_ready(file.id);
    assert_eq!(waiting.send().await.unwrap().upload_status, UploadStatus::Ready);
    server.verify().unwrap();
}

#[tokio::test]
async fn a_rejected_upload_converts_into_an_error() {
    async fn upload(client: &whop::Client) -> whop::Result<()> {
        client.files().upload("a.pdf", Content::from(vec![1, 2, 3])).send().await?;
        Ok(())
    }
    let (server, _) = start_servers(StatusCode::FORBIDDEN).await;
    let error = upload(&server.client()).await.unwrap_err();
    assert_eq!(error.kind(), whop::ErrorKind::Upload);
    let source = std::error::Error::source(&error).unwrap().downcast_ref::<UploadError>().unwrap();
    assert_eq!((source.step(), source.file_id()), (UploadStep::Put, Some("file_1")));
    assert!(!format!("{error:?}").contains("signature=s"), "{error:?}");
}
