//! The connections to one server: idle ones of HTTP/1.1, and the one of HTTP/2.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::Poll,
    time::Duration,
};

use http::{
    HeaderValue, Uri,
    uri::{Authority, Scheme},
};
use tokio::{
    runtime::Handle,
    sync::Notify,
    task::AbortHandle,
    time::{Instant, sleep},
};

use super::{
    connect::Connector,
    failure::Failure,
    http_version::{Http1, Lease, Sender, Shared},
    proxy::Route,
};
use crate::{
    clock,
    wire::body::{BoxError, BoxFuture},
};

/// After this time without a request, a connection is closed.
const MAX_IDLE: Duration = Duration::from_secs(90);

/// A server, which URIs name by their scheme and authority.
pub(super) struct Server {
    scheme: Scheme,
    authority: Authority,
    /// The value of the header `Host`.
    pub(super) host: HeaderValue,
    pub(super) route: Route,
    idle: Mutex<Idle>,
    /// Tells those that connect that another connection is free.
    freed: Notify,
    /// Held while connecting with HTTP/2 only, so that all wait for the same connection.
    connecting: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Idle {
    /// The one used last is at the end.
    http1: Vec<(Http1, Instant)>,
    http2: Option<(Shared, Instant)>,
    /// The task that closes the connections that are not used.
    watcher: Option<AbortHandle>,
}

impl Server {
    pub(super) fn new(uri: &Uri, connector: &Connector) -> Result<Self, BoxError> {
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err("the URL of a request needs a scheme and a host".into());
        };
        let default_port = default_port(*scheme == Scheme::HTTPS);
        let port = authority.port_u16().filter(|port| *port != default_port);
        let host =
            port.map_or_else(|| authority.host().to_owned(), |port| format!("{}:{port}", authority.host()));
        Ok(Self {
            scheme: scheme.clone(),
            authority: authority.clone(),
            host: HeaderValue::try_from(host)?,
            route: connector.find_route(uri)?,
            idle: Mutex::default(),
            freed: Notify::new(),
            connecting: tokio::sync::Mutex::new(()),
        })
    }

    pub(super) fn has_origin(&self, uri: &Uri) -> bool {
        uri.scheme() == Some(&self.scheme) && uri.authority() == Some(&self.authority)
    }

    pub(super) fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    pub(super) fn authority(&self) -> &Authority {
        &self.authority
    }

    pub(super) fn is_tls(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    pub(super) fn port(&self) -> u16 {
        self.authority.port_u16().unwrap_or(default_port(self.is_tls()))
    }

    pub(super) fn has_connections(&self) -> bool {
        let idle = self.lock();
        !idle.http1.is_empty() || idle.http2.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection: a free one, or the one of HTTP/2, or a new one; whichever there is first.
    pub(super) async fn lease(self: &Arc<Self>, connector: &Arc<Connector>) -> Result<Lease, Failure> {
        if let Some(lease) = self.take() {
            return Ok(lease);
        }
        let _turn = if connector.speaks_http2_only() { Some(self.connecting.lock().await) } else { None };
        let mut freed = pin!(self.freed.notified());
        freed.as_mut().enable();
        // Looked for again, because one may have become free before those are told that wait from here on.
        if let Some(lease) = self.take() {
            return Ok(lease);
        }
        let mut connection = connector.connect(Arc::clone(self));
        let (lease, connected) = poll_fn(|cx| {
            if let Poll::Ready(sender) = connection.as_mut().poll(cx) {
                return Poll::Ready((None, Some(sender)));
            }
            while freed.as_mut().poll(cx).is_ready() {
                freed.set(self.freed.notified());
                freed.as_mut().enable();
                if let Some(lease) = self.take() {
                    return Poll::Ready((Some(lease), None));
                }
            }
            Poll::Pending
        })
        .await;
        match (lease, connected) {
            (_, Some(sender)) => Ok(Lease::new(Arc::clone(self), self.share(sender?), false)),
            (Some(lease), None) => {
                // The next requests will need it, unless they share the one of HTTP/2.
                if !lease.is_shared() {
                    let server = Arc::clone(self);
                    clock::spawn(Box::pin(async move {
                        if let Ok(Sender::Http1(sender)) = connection.await.map(|sender| server.share(sender))
                        {
                            server.free(sender);
                        }
                    }));
                }
                Ok(lease)
            }
            // One of both is always there.
            (None, None) => Err(Failure::NotSent("no connection".into())),
        }
    }

    /// A connection that is there.
    fn take(self: &Arc<Self>) -> Option<Lease> {
        let now = Instant::now();
        let mut idle = self.lock();
        if let Some((shared, used)) = &mut idle.http2 {
            if shared.is_open() {
                *used = now;
                return Some(Lease::new(Arc::clone(self), Sender::Http2(shared.clone()), true));
            }
            idle.http2 = None;
        }
        while let Some((sender, since)) = idle.http1.pop() {
            if now.saturating_duration_since(since) >= MAX_IDLE {
                // All others have been idle for longer.
                idle.http1.clear();
            } else if sender.is_ready() {
                return Some(Lease::new(Arc::clone(self), Sender::Http1(sender), true));
            }
        }
        None
    }

    /// Lets all requests use a new connection of HTTP/2, or that of another request that was faster.
    fn share(self: &Arc<Self>, sender: Sender) -> Sender {
        let Sender::Http2(shared) = sender else { return sender };
        let mut idle = self.lock();
        if let Some((other, used)) = &mut idle.http2
            && other.is_open()
        {
            *used = Instant::now();
            return Sender::Http2(other.clone());
        }
        idle.http2 = Some((shared.clone(), Instant::now()));
        self.watch(&mut idle);
        drop(idle);
        self.freed.notify_waiters();
        Sender::Http2(shared)
    }

    /// Forgets the connection of HTTP/2, which took no request.
    #[cfg(feature = "http2")]
    pub(super) fn discard_shared(&self) {
        self.lock().http2 = None;
    }

    /// Takes back a connection of HTTP/1.1.
    fn free(self: &Arc<Self>, sender: Http1) {
        if sender.is_closed() {
            return;
        }
        let mut idle = self.lock();
        idle.http1.push((sender, Instant::now()));
        self.watch(&mut idle);
        drop(idle);
        self.freed.notify_waiters();
    }

    /// Starts the task that closes connections which are not used.
    fn watch(self: &Arc<Self>, idle: &mut Idle) {
        // The last one may have ended with its runtime.
        if idle.watcher.as_ref().is_some_and(|watcher| !watcher.is_finished()) {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            let watcher: BoxFuture<'_, ()> = Box::pin(close_unused(Arc::downgrade(self)));
            idle.watcher = Some(runtime.spawn(watcher).abort_handle());
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let idle = self.idle.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(watcher) = idle.watcher.take() {
            watcher.abort();
        }
    }
}

pub(super) fn default_port(is_tls: bool) -> u16 {
    if is_tls { 443 } else { 80 }
}

/// Closes connections that are not used, until there is none.
async fn close_unused(server: Weak<Server>) {
    loop {
        sleep(MAX_IDLE).await;
        let Some(server) = server.upgrade() else { return };
        let now = Instant::now();
        let is_used = |used: Instant| now.saturating_duration_since(used) < MAX_IDLE;
        let mut idle = server.lock();
        idle.http1.retain(|(sender, since)| is_used(*since) && !sender.is_closed());
        idle.http2 = idle.http2.take().filter(|(shared, used)| is_used(*used) && shared.is_open());
        if idle.http1.is_empty() && idle.http2.is_none() {
            idle.watcher = None;
            return;
        }
    }
}

/// Gives a connection of HTTP/1.1 back when it is dropped, once the connection has finished its response.
pub(super) struct Returning(Option<(Arc<Server>, Http1)>);

impl Returning {
    pub(super) fn new(server: Arc<Server>, sender: Http1) -> Self {
        Self(Some((server, sender)))
    }
}

impl Drop for Returning {
    fn drop(&mut self) {
        let Some((server, mut sender)) = self.0.take() else { return };
        if sender.is_ready() {
            server.free(sender);
        } else if !sender.is_closed() && clock::has_runtime() {
            clock::spawn(Box::pin(async move {
                if sender.ready().await.is_ok() {
                    server.free(sender);
                }
            }));
        }
    }
}
