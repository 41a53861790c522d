//! What responses state about deprecated operations reaches the caller, the hooks and the traces.

use std::sync::{Arc, Mutex};

use openapi_client_runtime::{DeprecatedSince, DeprecationNotice};

use crate::support::{
    api::{KEY, builder},
    server::{Server, Step},
};

type Notices = Arc<Mutex<Vec<String>>>;

fn collect(notices: &Notices) -> impl Fn(&DeprecationNotice<'_>) + Send + Sync + use<> {
    let notices = Arc::clone(notices);
    move |notice| notices.lock().unwrap().push(notice.to_string())
}

fn deprecated(step: Step) -> Step {
    step.with("deprecation", "@1688169599")
        .with("sunset", "Sat, 31 Dec 2033 23:59:59 GMT")
        .with("link", "<http://other.invalid/v2>; rel=\"successor-version\"")
}

const NOTICE: &str = "deprecated as of 2023-06-30T23:59:59Z; expected to stop working at 2033-12-31T23:59:59Z; \
                      successor: http://other.invalid/v2";

#[tokio::test]
async fn the_response_and_the_error_state_it() {
    let server =
        Server::start([deprecated(Step::ok()), deprecated(Step::error(410)), Step::ok(), Step::error(400)]);
    let client = builder().base_url(server.url()).build().unwrap();
    let response = client.retrieve("1").send_raw().await.unwrap();
    let deprecation = response.deprecation().unwrap();
    assert!(
        matches!(deprecation.since, Some(DeprecatedSince::Date(date)) if date.timestamp() == 1_688_169_599)
    );
    assert_eq!(deprecation.sunset.unwrap().to_rfc3339(), "2033-12-31T23:59:59+00:00");
    assert_eq!(deprecation.successor.as_deref(), Some("http://other.invalid/v2"));
    let error = client.retrieve("1").send().await.unwrap_err();
    assert_eq!(error.deprecation().as_ref(), Some(&deprecation));
    assert_eq!(client.retrieve("1").send_raw().await.unwrap().deprecation(), None);
    assert_eq!(client.retrieve("1").send().await.unwrap_err().deprecation(), None);
}

#[tokio::test]
async fn the_callback_is_called_for_each_response_and_nothing_is_followed() {
    let notices = Notices::default();
    let steps = [
        deprecated(Step::error(503)),
        deprecated(Step::ok()),
        Step::ok(),
        deprecated(Step::ok()).with("x", "y"),
    ];
    let server = Server::start(steps);
    let client = builder().base_url(server.url()).on_deprecation(collect(&notices)).build().unwrap();
    client.retrieve("1").send().await.unwrap();
    client.retrieve("1").send().await.unwrap();
    client.pay().send().await.unwrap();
    let retrieve = format!("retrievePayment (GET /payments/{{id}}): {NOTICE}");
    let create = format!("createPayment (POST /payments): {NOTICE}");
    assert_eq!(*notices.lock().unwrap(), [retrieve.clone(), retrieve, create]);
    // The link leads to another host: no more requests than those of the script.
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn malformed_headers_and_the_credential_are_not_passed_on() {
    let notices = Notices::default();
    let malformed =
        Step::ok().with("deprecation", "soon").with("sunset", "never").with("link", "nowhere; rel=x");
    let link = format!("<http://other.invalid/?key={KEY}>; rel=successor-version");
    let server = Server::start([
        malformed,
        Step::ok().with("deprecation", "true").with("link", &link),
        Step::ok().with("link", link),
    ]);
    let client = builder().base_url(server.url()).on_deprecation(collect(&notices)).build().unwrap();
    for _ in 0..3 {
        client.retrieve("1").send().await.unwrap();
    }
    assert_eq!(*notices.lock().unwrap(), ["retrievePayment (GET /payments/{id}): deprecated"]);
}

#[cfg(feature = "tracing")]
#[test]
fn one_warning_is_emitted_per_operation_and_client() {
    use crate::support::traces::collector;

    // Other tests emit the same warnings, about another successor.
    const SUCCESSOR: &str = "http://successor-of-the-warnings.invalid/v2";
    let collector = collector();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let link = format!("<{SUCCESSOR}>; rel=successor-version");
    let server = Server::start((0..7).map(|_| Step::ok().with("deprecation", "true").with("link", &link)));
    let client = || builder().base_url(server.url()).build().unwrap();
    runtime.block_on(async {
        let first = client();
        for client in [first.clone(), first, client()] {
            client.retrieve("1").send().await.unwrap();
            client.retrieve("2").send().await.unwrap();
        }
        client().pay().send().await.unwrap();
    });
    let text = collector.text();
    let warnings: Vec<&str> = text.lines().filter(|line| line.contains(SUCCESSOR)).collect();
    let count = |words: &str| warnings.iter().filter(|line| line.contains(words)).count();
    assert_eq!(count("operation=\"retrievePayment\""), 2, "{warnings:#?}");
    assert_eq!(count("operation=\"createPayment\""), 1, "{warnings:#?}");
    assert_eq!(count("deprecated operation: deprecated; successor: "), 3, "{warnings:#?}");
    assert!(warnings.len() == 3 && warnings.iter().all(|line| line.starts_with("WARN ")), "{warnings:#?}");
}
