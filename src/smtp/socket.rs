//! Wraps a TCP connection with deadlines; another thread can cut it.

use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::failure::loss;
use super::race;
use super::server::{Deadlines, Server};

/// The longest wait of a single system call. Longer waits take several calls, so that the timeouts
/// of a socket are set only near the end of a step, not before every read and write.
const LONGEST_CALL: Duration = Duration::from_secs(1);

/// A TCP connection. It is open as long as this exists.
#[derive(Debug)]
pub(super) struct Socket {
    shared: Arc<Shared>,
    /// The timeouts of the socket; zero until they are first set.
    read_timeout: Duration,
    write_timeout: Duration,
}

#[derive(Debug)]
struct Shared {
    tcp: TcpStream,
    stopped: AtomicBool,
}

/// Cuts a connection from another thread. Does not keep it open.
#[derive(Debug, Clone)]
pub struct StopHandle(Weak<Shared>);

impl StopHandle {
    /// Cuts the connection: the thread that waits on it gets [`super::LossKind::Stopped`] at once.
    pub fn stop(&self) {
        if let Some(shared) = self.0.upgrade() {
            shared.stopped.store(true, Ordering::SeqCst);
            // Fails only on a connection that is already gone.
            let _ = shared.tcp.shutdown(Shutdown::Both);
        }
    }
}

impl Socket {
    /// Connects to the first address of `server` that responds. Tries the one that responded last
    /// time first.
    ///
    /// With `loopback_only`, other addresses are not even tried.
    pub(super) fn connect(server: &Server, loopback_only: bool) -> Result<Self, ConnectError> {
        let Deadlines { connect, stagger, .. } = server.deadlines;
        let deadline = Instant::now() + connect;
        let addresses = resolve(&server.host, server.port, connect).map_err(ConnectError::Unreachable)?;
        if loopback_only && !addresses.iter().all(is_loopback) {
            return Err(ConnectError::NotLoopback);
        }
        let addresses = race::in_order(addresses, server.facts.address());
        let connect = |address: &SocketAddr, time: Duration| {
            TcpStream::connect_timeout(address, time.max(Duration::from_millis(1)))
        };
        let (address, tcp) = race::race(&addresses, stagger, deadline, connect).map_err(ConnectError::Unreachable)?;
        server.facts.record_address(address.ip());
        Self::new(tcp)
    }

    fn new(tcp: TcpStream) -> Result<Self, ConnectError> {
        tcp.set_nodelay(true).map_err(|error| ConnectError::Unreachable(loss(&error).1))?;
        let shared = Arc::new(Shared { tcp, stopped: AtomicBool::new(false) });
        Ok(Self { shared, read_timeout: Duration::ZERO, write_timeout: Duration::ZERO })
    }

    /// A handle that cuts the connection.
    pub(super) fn stop_handle(&self) -> StopHandle {
        StopHandle(Arc::downgrade(&self.shared))
    }

    /// Returns whether it was cut by a [`StopHandle`].
    pub(super) fn was_stopped(&self) -> bool {
        self.shared.stopped.load(Ordering::SeqCst)
    }

    /// Returns the connection for reading and writing up to a point in time, even if bytes arrive
    /// slowly.
    pub(super) fn until(&mut self, deadline: Instant) -> DeadlineSocket<'_> {
        DeadlineSocket {
            tcp: &self.shared.tcp,
            deadline,
            read_timeout: &mut self.read_timeout,
            write_timeout: &mut self.write_timeout,
        }
    }
}

/// The reason a connection failed.
#[derive(Debug)]
pub(super) enum ConnectError {
    /// Describes a host that does not respond.
    Unreachable(String),
    /// The host is not this machine, but has to be.
    NotLoopback,
}

fn is_loopback(address: &SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Looks up the addresses of `host` in a thread of its own: the system's resolver has no deadline.
fn resolve(host: &str, port: u16, wait: Duration) -> Result<Vec<SocketAddr>, String> {
    let (sender, receiver) = mpsc::channel();
    let name = host.to_owned();
    // The thread is abandoned if it takes too long; it holds no resources and ends with the
    // resolver. Sending its result then fails, which does not matter.
    let look_up = move || drop(sender.send((name.as_str(), port).to_socket_addrs().map(Vec::from_iter)));
    let started = thread::Builder::new().spawn(look_up);
    started.map_err(|error| format!("cannot start a thread: {error}"))?;
    match receiver.recv_timeout(wait) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) => {
            // "failed to lookup address information: Name or service not known"
            let text = error.to_string();
            let reason = text.rsplit(": ").next().unwrap_or(&text);
            Err(format!("its name could not be resolved: {reason}"))
        }
        Err(_) => Err(String::from("the lookup of its name timed out")),
    }
}

/// A connection that gives up at a point in time, regardless of progress.
pub(super) struct DeadlineSocket<'a> {
    tcp: &'a TcpStream,
    deadline: Instant,
    read_timeout: &'a mut Duration,
    write_timeout: &'a mut Duration,
}

/// Runs `operation` until it succeeds, fails, or `deadline` has passed; after a signal it is run
/// again. `timeout` is the value that `set_timeout` has set last.
fn until_deadline(
    deadline: Instant,
    timeout: &mut Duration,
    set_timeout: impl Fn(Option<Duration>) -> io::Result<()>,
    mut operation: impl FnMut() -> io::Result<usize>,
) -> io::Result<usize> {
    loop {
        let remaining = deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let wanted = remaining.min(LONGEST_CALL);
        if *timeout != wanted {
            set_timeout(Some(wanted))?;
            *timeout = wanted;
        }
        match operation() {
            // Unix reports an expired socket timeout as `WouldBlock`; the deadline is checked
            // above.
            Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {}
            result => return result,
        }
    }
}

impl Read for DeadlineSocket<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let tcp = self.tcp;
        until_deadline(self.deadline, self.read_timeout, |time| tcp.set_read_timeout(time), || (&*tcp).read(buffer))
    }
}

impl Write for DeadlineSocket<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let tcp = self.tcp;
        until_deadline(self.deadline, self.write_timeout, |time| tcp.set_write_timeout(time), || (&*tcp).write(bytes))
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let tcp = self.tcp;
        until_deadline(
            self.deadline,
            self.write_timeout,
            |time| tcp.set_write_timeout(time),
            || (&*tcp).write_vectored(slices),
        )
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
