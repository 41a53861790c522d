//! Opens a TCP connection to a host with several addresses.

use std::{
    future::poll_fn,
    io,
    net::{IpAddr, SocketAddr},
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
};

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, lookup_host};

/// How long one address is tried alone (RFC 8305, section 8).
const HEAD_START: Duration = Duration::from_millis(250);

/// After this time without an acknowledgement of what was written, the system gives a connection up.
#[cfg(any(target_os = "android", target_os = "linux"))]
const USER_TIMEOUT: Duration = Duration::from_secs(30);

/// How many checks of TCP may fail.
#[cfg(any(target_vendor = "apple", target_os = "android", target_os = "linux", windows))]
const KEEP_ALIVE_RETRIES: u32 = 3;

type Attempt = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

/// Connects to the first address that accepts. The host may be an IPv6 address in brackets.
pub(super) async fn dial(host: &str, port: u16, keep_alive: Option<Duration>) -> io::Result<TcpStream> {
    let host = strip_brackets(host);
    let addresses = match host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => alternate(lookup_host((host, port)).await?.collect()),
    };
    let stream = connect_first(addresses).await?;
    configure(&stream, keep_alive);
    Ok(stream)
}

/// A host as it is without a URL, in which an IPv6 address has brackets.
pub(super) fn strip_brackets(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// Tries the addresses in this order, and the next one after a failure or after a head start.
async fn connect_first(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut addresses = addresses.into_iter();
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    loop {
        match addresses.next() {
            Some(address) => attempts.push(Box::pin(TcpStream::connect(address))),
            None if attempts.is_empty() => return Err(failure),
            None => {}
        }
        let is_last = addresses.len() == 0;
        let mut head_start = pin!(tokio::time::sleep(HEAD_START));
        let finished = poll_fn(|cx| {
            for place in 0..attempts.len() {
                if let Poll::Ready(result) = attempts[place].as_mut().poll(cx) {
                    drop(attempts.swap_remove(place));
                    return Poll::Ready(Some(result));
                }
            }
            if is_last { Poll::Pending } else { head_start.as_mut().poll(cx).map(|()| None) }
        });
        match finished.await {
            Some(Ok(stream)) => return Ok(stream),
            Some(Err(error)) => failure = error,
            None => {}
        }
    }
}

/// Alternates between the families of addresses, beginning with the first: one of them may lead nowhere.
fn alternate(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let is_first_ipv4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (first, second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv4() == is_first_ipv4);
    let mut ordered = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    loop {
        let pair = (first.next(), second.next());
        if pair == (None, None) {
            return ordered;
        }
        ordered.extend(pair.0);
        ordered.extend(pair.1);
    }
}

/// Sets the options of a connection. One that the system does not know is no reason to fail.
fn configure(stream: &TcpStream, keep_alive: Option<Duration>) {
    let _ = stream.set_nodelay(true);
    let socket = SockRef::from(stream);
    if let Some(interval) = keep_alive {
        let options = TcpKeepalive::new().with_time(interval);
        #[cfg(any(target_vendor = "apple", target_os = "android", target_os = "linux", windows))]
        let options = options.with_interval(interval).with_retries(KEEP_ALIVE_RETRIES);
        let _ = socket.set_tcp_keepalive(&options);
    }
    #[cfg(any(target_os = "android", target_os = "linux"))]
    let _ = socket.set_tcp_user_timeout(Some(USER_TIMEOUT));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_of_both_families_alternate() {
        let [a, b, c, d] = ["[::1]:1", "[::2]:1", "10.0.0.1:1", "10.0.0.2:1"].map(address);
        assert_eq!(alternate(vec![a, b, c, d]), [a, c, b, d]);
        assert_eq!(alternate(vec![c, d, a]), [c, a, d]);
        assert_eq!(alternate(Vec::new()), []);
    }

    #[tokio::test]
    async fn an_address_that_refuses_leaves_the_next_one() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        assert_eq!(connect_first(vec![closed, open]).await.unwrap().peer_addr().unwrap(), open);
        let error = connect_first(vec![closed]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(connect_first(Vec::new()).await.unwrap_err().kind(), io::ErrorKind::NotFound);
        let stream = dial("127.0.0.1", open.port(), Some(Duration::from_secs(7))).await.unwrap();
        assert!(stream.nodelay().unwrap() && SockRef::from(&stream).keepalive().unwrap());
    }
}
