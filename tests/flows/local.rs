//! Uploads and token sources against the mock server alone, without stubs: it acts as the storage and mints valid tokens.

use std::time::Duration;

use whop::ids::AccountId;
use whop::mock::{self, Server};
use whop::models::{FileVisibility, UploadStatus};
use whop::upload::UploadError;

#[tokio::test]
async fn a_file_is_uploaded() {
    let server = Server::start().await;
    let client = server.client();
    let upload = client.files().upload("a.pdf", b"%PDF").visibility(FileVisibility::Public);
    let file = upload.content_type("application/pdf").send().await.unwrap();
    assert_eq!((&file.upload_status, file.size), (&UploadStatus::Ready, Some(4)));
    assert_eq!((file.filename.as_deref(), &file.visibility), (Some("a.pdf"), &FileVisibility::Public));
    assert!(file.url.is_some());

    let requests = server.requests();
    let put = requests.iter().find(|request| request.method == "PUT").unwrap();
    assert_eq!((&put.body[..], put.header("content-type")), (b"%PDF".as_slice(), Some("application/pdf")));
    for absent in ["authorization", "idempotency-key", "api-version-date"] {
        assert_eq!(put.header(absent), None, "{absent}");
    }
    server.verify().unwrap();
}

#[tokio::test]
async fn a_file_without_its_bytes_is_pending() {
    let server = Server::start().await;
    let client = server.client();
    let record = client.files().create().filename("a.pdf").send().await.unwrap();
    let file = client.files().retrieve(&record.id).send().await.unwrap();
    assert_eq!((file.upload_status, file.size, file.url), (UploadStatus::Pending, None, None));
    assert!(!format!("{record:?}").contains("signature"), "{record:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_can_be_continued() {
    let server = Server::start().await;
    let client = server.client();
    let mut file = server.example(mock::files::retrieve);
    file.upload_status = UploadStatus::Processing;
    server.when(mock::files::retrieve).then_return(file).times(4).then_respond_by_default();
    let upload = client.files().upload("a.pdf", b"%PDF").wait_at_most(Duration::from_secs(3));
    let error = upload.send().await.unwrap_err();
    let UploadError::NotReady { file_id, .. } = &error else { panic!("{error:?}") };
    let file = client.files().wait_until_ready(file_id).send().await.unwrap();
    assert_eq!(file.upload_status, UploadStatus::Ready);
    server.verify().unwrap();
}

#[tokio::test]
async fn tokens_are_valid_from_now_on() {
    let server = Server::start().await;
    let tokens = server
        .client()
        .access_tokens()
        .sources(["company:balance:read"], |request, id: &AccountId| request.account_id(id.clone()));
    let first = tokens.get("biz_1").await.unwrap();
    assert!(first.expires_in() > Duration::from_secs(3_500), "{first:?}");
    assert_eq!(tokens.get("biz_1").await.unwrap().token.expose(), first.token.expose());
    assert_ne!(tokens.get("biz_2").await.unwrap().token.expose(), first.token.expose());
    assert_eq!(first.token.expose().split('.').count(), 3);
    let calls = server.calls(mock::access_tokens::create);
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].request.account_id.clone().flatten().unwrap(), "biz_1");
}
