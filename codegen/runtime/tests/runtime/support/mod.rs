//! Shared test support: an API as the generator would emit it, a scripted server, and a scripted transport.

pub(crate) mod api;
pub(crate) mod files;
pub(crate) mod freezing_proxy;
#[cfg(feature = "http2")]
pub(crate) mod http2_server;
pub(crate) mod idempotent_server;
pub(crate) mod scripted_transport;
pub(crate) mod server;
#[cfg(feature = "rustls")]
pub(crate) mod tls_server;
pub(crate) mod tokens;
#[cfg(feature = "tracing")]
pub(crate) mod traces;

/// Waits until a condition holds; fails after 30 s.
pub(crate) async fn wait_until(condition: impl Fn() -> bool, failure: &str) {
    for _ in 0..3000 {
        if condition() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{failure}");
}
