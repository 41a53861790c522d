//! `tower` layers around the transport.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use openapi_client_runtime::{
    Body, BoxError, BoxFuture, CallOptions, ErrorKind, Outcome, ServiceTransport, Transport, TransportError,
    TransportService,
};
use tower::{ServiceExt, layer::layer_fn, service_fn};

use crate::support::{
    api::builder,
    scripted_transport::{Reply, ScriptedTransport},
    server::{Server, Step},
};

type Log = Arc<Mutex<Vec<String>>>;

fn without_key() -> CallOptions {
    CallOptions::new().without_idempotency_key()
}

#[tokio::test]
async fn layers_see_every_attempt_in_order() {
    let server = Server::start([Step::error(500)]);
    let log: Log = Arc::default();
    // Notes its name and the path of each request.
    let logged = |name: &'static str| {
        let log = Arc::clone(&log);
        layer_fn(move |inner: TransportService| {
            let log = Arc::clone(&log);
            inner.map_request(move |request: http::Request<Body>| {
                log.lock().unwrap().push(format!("{name} {}", request.uri().path()));
                request
            })
        })
    };
    let client = builder().base_url(server.url()).layer(logged("inner")).layer(logged("outer"));
    client.build().unwrap().pay().send().await.unwrap();
    let attempt = ["outer /payments", "inner /payments"];
    assert_eq!(*log.lock().unwrap(), [attempt, attempt].concat());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn errors_of_a_layer_are_classified() {
    // A layer that fails the first request in this way, instead of sending it.
    let call = |fail: fn() -> BoxError| async move {
        let transport = ScriptedTransport::new([]);
        let failed = Arc::new(Mutex::new(false));
        let layer = layer_fn(move |inner: TransportService| {
            let failed = Arc::clone(&failed);
            service_fn(move |request: http::Request<Body>| {
                let is_first = !std::mem::replace(&mut *failed.lock().unwrap(), true);
                let inner = inner.clone();
                let call: BoxFuture<'static, Result<http::Response<Body>, BoxError>> = Box::pin(async move {
                    if is_first { Err(fail()) } else { Ok(inner.oneshot(request).await?) }
                });
                call
            })
        });
        let client =
            builder().base_url("https://api.test").transport(transport).layer(layer).build().unwrap();
        client.pay().with_options(without_key()).send_raw().await
    };
    let error = call(|| "the cache failed".into()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, Outcome::Unknown), "{error}");
    let error = call(|| TransportError::after_sending("reset").timed_out().into()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::Unknown), "{error}");
    assert_eq!(call(|| TransportError::before_sending("no route").into()).await.unwrap().attempts, 2);
    assert_eq!(call(|| TransportError::refused("busy").into()).await.unwrap().attempts, 1);
}

#[tokio::test]
async fn a_timeout_of_a_layer_before_sending_is_retried_without_a_key() {
    #[derive(Debug)]
    struct Queue;
    impl Transport for Queue {
        fn send(
            &self,
            request: http::Request<Body>,
        ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
            openapi_client_runtime::SendState::from_request(&request).track();
            Box::pin(std::future::pending())
        }
    }
    let timeout = layer_fn(|inner: TransportService| {
        service_fn(move |request| {
            let response = inner.clone().oneshot(request);
            async move { Ok::<_, BoxError>(tokio::time::timeout(Duration::from_millis(50), response).await??) }
        })
    });
    let client = builder().base_url("https://api.test").transport(Queue).layer(timeout).build().unwrap();
    let error = client.pay().with_options(without_key()).send().await.unwrap_err();
    assert_eq!((error.attempts(), error.outcome()), (3, Outcome::NotProcessed), "{error}");
}

#[tokio::test]
async fn any_service_is_a_transport() {
    let service = service_fn(|_: http::Request<Body>| async {
        Ok::<_, BoxError>(http::Response::new(Body::from(r#"{"id":"pay_1"}"#)))
    });
    let transport = ServiceTransport::new(service);
    let client = builder().base_url("https://api.test").transport(transport).build().unwrap();
    client.pay().send().await.unwrap();

    let service = TransportService::new(ScriptedTransport::new([Reply::status(404)]));
    let response = service.oneshot(http::Request::new(Body::empty())).await.unwrap();
    assert_eq!(response.status(), 404);
}
