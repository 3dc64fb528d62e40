//! Limits the connections of browsers in number and idle time. A page of another site, or another program on
//! this machine, can open any number of them and send nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustix::process::{Resource, getrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

/// The longest a connection may be idle, take to send a header, or not read a response.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The most connections, unless the process has a low limit on open files.
const MAX_CONNECTIONS: usize = 256;

/// The delay after a failed `accept`: the process may be out of files for a moment.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);

/// The limits of connections.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionLimits {
    /// The longest time without progress.
    pub(super) idle_timeout: Duration,
    /// The most open connections; more wait to be accepted.
    pub(super) max_connections: usize,
}

impl ConnectionLimits {
    /// The limits for this process: connections take at most half of the files it may open.
    pub(super) fn for_this_process() -> Self {
        let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        Self { idle_timeout: IDLE_TIMEOUT, max_connections: max_connections(files) }
    }
}

/// The most connections of a process that may open `files` files.
fn max_connections(files: u64) -> usize {
    usize::try_from(files / 2).unwrap_or(MAX_CONNECTIONS).clamp(1, MAX_CONNECTIONS)
}

/// Serves every connection to `listener` with `router`. Never returns.
pub(super) async fn serve(listener: TcpListener, router: Router, limits: ConnectionLimits) {
    let slots = Arc::new(Semaphore::new(limits.max_connections));
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
            continue;
        };
        let router = router.clone();
        tokio::spawn(async move {
            serve_connection(stream, router, limits.idle_timeout).await;
            drop(slot);
        });
    }
}

async fn serve_connection(stream: TcpStream, router: Router, idle: Duration) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(idle));
    // A closed connection is not an error.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(idle)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(router))
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
            runtime.block_on(async { serve(TcpListener::from_std(listener).unwrap(), router, limits).await });
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
        assert_eq!([0, 1, 20, 64, 1024, u64::MAX].map(max_connections), [1, 1, 10, 32, 256, 256]);
        assert!((1..=256).contains(&ConnectionLimits::for_this_process().max_connections));
    }
}
