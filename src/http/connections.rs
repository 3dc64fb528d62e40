//! Limits the connections of browsers in number and idle time. Anybody who reaches the server can open any number of
//! them and send nothing.

use std::future::Future;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustix::process::{Resource, getrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;

/// The delay after a failed `accept`: the process may be out of files for a moment.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);

/// The limits of connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConnectionLimits {
    /// The longest time without progress.
    pub(crate) idle_timeout: Duration,
    /// The most open connections; more wait to be accepted.
    pub(crate) max_connections: usize,
}

impl ConnectionLimits {
    /// The limits for this process: connections take at most half of the files it may open.
    pub(crate) fn for_this_process(idle_timeout: Duration, most: usize) -> Self {
        let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        Self { idle_timeout, max_connections: max_connections(files, most) }
    }
}

/// The most connections of a process that may open `files` files, and wants `most`.
fn max_connections(files: u64, most: usize) -> usize {
    usize::try_from(files / 2).unwrap_or(most).clamp(1, most)
}

/// The address a request came from: that of the proxy where there is one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Serves every connection to `listener` with `router`, whose requests have the extension [`Peer`], until `stop` is
/// sent or dropped. Then accepts no more, and returns when every request that has begun is answered.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    stop: watch::Receiver<bool>,
) {
    let slots = Arc::new(Semaphore::new(limits.max_connections));
    let mut stopped = pin!(stopped(stop.clone()));
    loop {
        let accepted = {
            let mut next = pin!(next_connection(&listener, &slots));
            std::future::poll_fn(|context| match stopped.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(None),
                Poll::Pending => next.as_mut().poll(context).map(Some),
            })
            .await
        };
        let Some((stream, peer, slot)) = accepted else { break };
        let router = router.clone().layer(Extension(Peer(peer)));
        let stop = stop.clone();
        tokio::spawn(async move {
            serve_connection(stream, router, limits.idle_timeout, stop).await;
            drop(slot);
        });
    }
    drop(listener);
    let all = u32::try_from(limits.max_connections).unwrap_or(u32::MAX);
    drop(slots.acquire_many(all).await);
}

async fn next_connection(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, IpAddr, Option<OwnedSemaphorePermit>) {
    // Never closed.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer.ip(), slot),
            Err(_) => tokio::time::sleep(ACCEPT_RETRY_DELAY).await,
        }
    }
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn serve_connection(stream: TcpStream, router: Router, idle: Duration, stop: watch::Receiver<bool>) {
    // An answer is one write; waiting for more of it would cost a reader 40 ms.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(idle));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(idle)
            .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(router))
    );
    let mut stopped = pin!(stopped(stop));
    let mut is_stopping = false;
    std::future::poll_fn(|context| {
        if !is_stopping && stopped.as_mut().poll(context).is_ready() {
            is_stopping = true;
            connection.as_mut().graceful_shutdown();
        }
        // A closed connection is not an error.
        connection.as_mut().poll(context).map(drop)
    })
    .await;
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read, Write};
    use std::net::{Ipv4Addr, SocketAddr, TcpStream};

    use axum::body::Body;

    use super::*;

    /// Far longer than anything here takes.
    const NEVER: Duration = Duration::from_hours(1);
    const SOON: Duration = Duration::from_millis(50);

    /// A server with `limits` on a thread of its own, which ends with the process.
    fn served(limits: ConnectionLimits) -> SocketAddr {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let large = || async { Body::from(vec![b'a'; 64 << 20]) };
            let router = Router::new().route("/large", axum::routing::get(large)).fallback(|| async { "hello" });
            let (_never, stop) = watch::channel(false);
            runtime.block_on(async { serve(TcpListener::from_std(listener).unwrap(), router, limits, stop).await });
        });
        address
    }

    fn connected(address: SocketAddr, say: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(say.as_bytes()).unwrap();
        stream
    }

    /// Reads `stream` until it is closed.
    fn heard(mut stream: TcpStream) -> String {
        let mut bytes = Vec::new();
        match stream.read_to_end(&mut bytes) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
        String::from_utf8(bytes).unwrap()
    }

    const HELLO: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    #[test]
    fn an_idle_connection_and_an_unfinished_header_are_closed() {
        let address = served(ConnectionLimits { idle_timeout: SOON, max_connections: 8 });
        for (say, expected) in [
            ("", ""),
            ("GET", ""),
            ("GET / HTTP/1.1\r\n", ""),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: a", ""),
            (HELLO, "HTTP/1.1 200 OK"),
            (&format!("{HELLO}GET / HTTP/1.1\r\nHost:"), "HTTP/1.1 200 OK"),
            (&HELLO.repeat(3), "HTTP/1.1 200 OK"),
        ] {
            let heard = heard(connected(address, say));
            assert!(heard.starts_with(expected) && (heard.is_empty() == expected.is_empty()), "{say:?}: {heard:?}");
            assert_eq!(heard.matches("hello").count(), say.matches("\r\n\r\n").count(), "{say:?}");
        }
    }

    #[test]
    fn a_connection_that_reads_no_response_is_closed() {
        let address = served(ConnectionLimits { idle_timeout: SOON, max_connections: 1 });
        let stuck = connected(address, &HELLO.replace("/ ", "/large "));
        // The only place is free again before the first has read anything.
        assert!(heard(connected(address, HELLO)).ends_with("hello"));
        assert!(heard(stuck).len() < 64 << 20);
    }

    #[test]
    fn connections_beyond_the_limit_wait() {
        let address = served(ConnectionLimits { idle_timeout: NEVER, max_connections: 2 });
        let (first, second) = (connected(address, HELLO), connected(address, HELLO));
        let closing = HELLO.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
        let third = connected(address, &closing);
        third.set_read_timeout(Some(SOON)).unwrap();
        assert_eq!((&third).read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock, "it is not accepted yet");
        third.set_read_timeout(None).unwrap();
        drop(first);
        assert!(heard(third).ends_with("hello"));
        drop(second);
    }

    #[test]
    fn connections_take_at_most_half_of_the_files() {
        assert_eq!([0, 1, 20, 64, 1024, u64::MAX].map(|files| max_connections(files, 256)), [1, 1, 10, 32, 256, 256]);
        assert!((1..=256).contains(&ConnectionLimits::for_this_process(SOON, 256).max_connections));
    }
}
