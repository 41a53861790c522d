//! The uploads of the small API, written by hand as the generator would emit them.

use openapi_client_runtime::{__private as rt, upload::UploadError};

use super::{
    api::Client,
    server::{Server, Step},
};

/// A secret part of the storage URL in all tests. No output may contain it.
pub(crate) const SIGNATURE: &str = "SIGNATURE_MARKER_7b1e";

/// A file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) size: Option<i64>,
    pub(crate) extra_fields: openapi_client_runtime::json::ExtraFields,
}
rt::model!(File { id: required("id"), state: required("state"), size: optional("size") });

static CREATE: rt::Operation =
    rt::Operation::new("createFile", rt::Method::Post, "/files").body(rt::BodyEncoding::Json);
static RETRIEVE: rt::Operation = rt::Operation::new("retrieveFile", rt::Method::Get, "/files/{file_id}");

static UPLOAD: rt::UploadFlow = rt::UploadFlow {
    create: &CREATE,
    retrieve: &RETRIEVE,
    parameter: "file_id",
    filename: "name",
    id: "id",
    status: "state",
    url: "put_url",
    headers: Some("put_headers"),
    ready: "ready",
    failed: "failed",
    poll_every_ms: 1_000,
    wait_at_most_ms: 120_000,
    put_timeout_ms: 600_000,
};

/// An upload.
pub(crate) struct Upload(rt::UploadBuilder);

impl Upload {
    pub(crate) fn folder(self, folder: impl Into<String>) -> Self {
        Self(self.0.body("folder", folder.into()))
    }
}

rt::upload!(Upload => File);

impl Client {
    pub(crate) fn upload_file(&self, filename: impl Into<String>, content: impl Into<rt::Content>) -> Upload {
        Upload(rt::UploadBuilder::new(&self.0, &UPLOAD, filename.into(), content.into()))
    }

    pub(crate) fn wait_until_ready(&self, id: impl Into<String>) -> rt::WaitUntilReady<File> {
        rt::WaitUntilReady::new(&self.0, &UPLOAD, id.into())
    }
}

/// The response that creates a file, with an upload URL of this storage.
pub(crate) fn created(storage: &str) -> String {
    format!(
        r#"{{"id":"f_1","state":"pending","put_url":"{storage}/bucket/f_1?sig={SIGNATURE}",
            "put_headers":{{"Content-Type":"application/pdf","x-store-meta":"a","x-none":null,"x-number":7}}}}"#
    )
}

/// The response with a file in this state.
pub(crate) fn state(state: &str) -> String {
    format!(r#"{{"id":"f_1","state":"{state}","size":3}}"#)
}

/// Starts an API that creates a file and then returns it in these states.
pub(crate) fn api(storage: &Server, states: &[&str]) -> Server {
    let steps = states.iter().map(|name| Step::json(200, &state(name)));
    Server::start([Step::json(200, &created(&storage.url()))].into_iter().chain(steps))
}

/// Starts a storage that responds with these statuses.
pub(crate) fn storage(steps: impl IntoIterator<Item = u16>) -> Server {
    Server::start(steps.into_iter().map(|status| Step::Respond(status, Vec::new(), Vec::new())))
}

/// The text of an error with all its sources. Fails if it contains a secret.
pub(crate) fn text(error: &UploadError) -> String {
    let mut text = format!("{error}\n{error:?}\n");
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        text.push_str(&format!("{error}\n{error:?}\n"));
        cause = error.source();
    }
    if let Some(call) = error.call() {
        text.push_str(&format!("{:?}\n{}", call.headers(), String::from_utf8_lossy(call.body())));
    }
    for secret in [SIGNATURE, super::api::KEY] {
        assert!(!text.contains(secret), "{text}");
    }
    text
}
