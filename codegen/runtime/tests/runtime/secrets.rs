//! No output contains a credential: errors, `Debug` and traces.

use std::{error::Error as _, fmt::Write as _};

use openapi_client_runtime::{BoxError, BoxFuture, CallOptions, Error, Secret, TokenProvider};

use crate::support::{
    api::{KEY, builder},
    files,
    server::{Server, Step},
    traces::collector,
};

struct FixedToken;

impl TokenProvider for FixedToken {
    fn token(&self) -> BoxFuture<'_, Result<Secret, BoxError>> {
        Box::pin(async { Ok(Secret::from(KEY)) })
    }
}

fn print_error(out: &mut String, error: &Error) {
    let _ = writeln!(
        out,
        "{error}\n{error:?}\n{error:#?}\n{:?}\n{:?}",
        error.headers(),
        String::from_utf8_lossy(error.body())
    );
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = writeln!(out, "{cause}\n{cause:?}");
        source = cause.source();
    }
}

#[test]
fn no_output_contains_the_key() {
    // Of all tests, so that the traces of those that run at the same time are checked too.
    let collector = collector();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut out = String::new();
    runtime.block_on(print_everything(&mut out));
    out.push_str(&collector.text());
    for expected in [
        "createPayment",
        "span call",
        "span attempt",
        "url.template",
        "request_id=\"req_7\"",
        "/payments/{id}",
    ] {
        assert!(out.contains(expected), "expected `{expected}` in the output");
    }
    assert!(!out.contains("MARKER"), "{}", out.lines().find(|line| line.contains("MARKER")).unwrap());
}

async fn print_everything(out: &mut String) {
    let echo = format!(r#"{{"error":{{"code":"{KEY}","message":"Invalid API key: {KEY}"}}}}"#);
    let leaks = [
        Step::json(401, &echo).with("x-echo", format!("Bearer {KEY}")),
        Step::Respond(500, Vec::new(), format!("<title>{KEY}</title>").into_bytes()),
        Step::json(302, "").with("location", format!("http://evil.test/?key={KEY}")),
        Step::Raw(format!("HTTP/1.1 200 OK\r\nx-echo: {KEY}\r\ncontent-length: 50\r\n\r\n{{").into_bytes()),
        Step::json(200, &format!(r#"{{"id":["{KEY}"]}}"#)).with("x-echo", KEY).with("x-request-id", "req_7"),
        Step::Close,
        Step::json(400, "{}").with("x-request-id", "req_7"),
    ];
    let server = Server::start(leaks);
    let builder = || builder().base_url(server.url()).max_attempts(1);
    let _ = writeln!(out, "{:?} {:?}", builder(), Secret::from(KEY));
    let client = builder().build().unwrap();
    let options =
        || CallOptions::new().bearer(KEY).header("Authorization", format!("Bearer {KEY}")).query("k", KEY);
    let request = client.pay().note(KEY).with_options(options());
    let _ =
        writeln!(out, "{client:?} {client:#?} {:?} {request:?} {:?}", options(), client.retrieve("1").send());
    for _ in 0..7 {
        print_error(out, &client.pay().send().await.unwrap_err());
    }
    print_error(
        out,
        &client
            .retrieve("1")
            .with_options(CallOptions::new().bearer(format!("{KEY}\n")))
            .send()
            .await
            .unwrap_err(),
    );
    print_error(out, &builder().api_key(format!("{KEY}\n")).build().unwrap_err());
    print_error(out, &builder().base_url(format!("https://{KEY}@host.test")).build().unwrap_err());
    print_error(out, &builder().header("X-Key", format!("{KEY}\n")).build().unwrap_err());
    let unreachable = CallOptions::new().base_url("http://127.0.0.1:1");
    let client = builder().token_provider(FixedToken).build().unwrap();
    print_error(out, &client.pay().with_options(unreachable).send().await.unwrap_err());
    print_upload_errors(out).await;
    let _ = writeln!(out, "{client:?} {:?}", client.pay().send_raw().await);
    let _ = writeln!(out, "{:?}", client.retrieve("1").send().await);
}

/// The URL of a storage is a credential too.
async fn print_upload_errors(out: &mut String) {
    let storage = Server::start([Step::error(500), Step::Close, Step::json(403, files::SIGNATURE)]);
    let api = files::api(&storage, &[]);
    let client = builder().base_url(api.url()).build().unwrap();
    let error = client.upload_file("a", b"abc").send().await.unwrap_err();
    assert_eq!(storage.requests().len(), 3);
    let _ = writeln!(out, "{}", files::text(&error));
    print_error(out, &error.into());
}
