//! A TCP connection with deadlines, that another thread can cut.

use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::failure::LossKind;

/// The longest a single system call waits. Longer waits are several of them, so that the timeouts of a socket need to
/// be set only near the end of a step, not before every read and write.
const LONGEST_CALL: Duration = Duration::from_secs(1);

/// A TCP connection. Only this keeps it open.
#[derive(Debug)]
pub(super) struct Socket {
    shared: Arc<Shared>,
    /// What the socket's timeouts are set to; zero before they were set for the first time.
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
    /// Cuts the connection: whoever waits on it gets [`super::LossKind::Stopped`] at once.
    pub fn stop(&self) {
        if let Some(shared) = self.0.upgrade() {
            shared.stopped.store(true, Ordering::SeqCst);
            // Fails only on a connection that is gone already.
            let _ = shared.tcp.shutdown(Shutdown::Both);
        }
    }
}

impl Socket {
    /// Connects to the first address of `host` that answers.
    ///
    /// Each address gets its share of the time left. With `loopback_only`, others are not even tried.
    pub(super) fn connect(host: &str, port: u16, loopback_only: bool, wait: Duration) -> Result<Self, ConnectError> {
        let deadline = Instant::now() + wait;
        let addresses = resolve(host, port, wait).map_err(ConnectError::Unreachable)?;
        if loopback_only && !addresses.iter().all(is_loopback) {
            return Err(ConnectError::NotLoopback);
        }
        let mut failures = Vec::new();
        for (tried, address) in addresses.iter().enumerate() {
            let share = deadline.saturating_duration_since(Instant::now())
                / u32::try_from(addresses.len() - tried).unwrap_or(1);
            match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
                Ok(tcp) => return Self::new(tcp),
                Err(error) => failures.push(format!("{} ({})", loss(&error).1, address.ip())),
            }
        }
        Err(ConnectError::Unreachable(failures.join(", ")))
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

    /// Whether somebody cut it.
    pub(super) fn was_stopped(&self) -> bool {
        self.shared.stopped.load(Ordering::SeqCst)
    }

    /// The connection, for reading and writing up to a point in time: however slowly bytes drip, it ends.
    pub(super) fn until(&mut self, deadline: Instant) -> Until<'_> {
        Until {
            tcp: &self.shared.tcp,
            deadline,
            read_timeout: &mut self.read_timeout,
            write_timeout: &mut self.write_timeout,
        }
    }
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum ConnectError {
    /// Nobody there, in words.
    Unreachable(String),
    /// The host is not this machine, and it has to be.
    NotLoopback,
}

fn is_loopback(address: &SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// The addresses of `host`, looked up in a thread of its own: the system's resolver has no deadline.
fn resolve(host: &str, port: u16, wait: Duration) -> Result<Vec<SocketAddr>, String> {
    let (sender, receiver) = mpsc::channel();
    let name = host.to_owned();
    // Left behind when it takes too long; it holds nothing and ends when the resolver does. Its answer, then, has no
    // taker, and that is no failure.
    let look_up = move || drop(sender.send((name.as_str(), port).to_socket_addrs().map(Vec::from_iter)));
    thread::Builder::new().spawn(look_up).map_err(|error| error.to_string())?;
    match receiver.recv_timeout(wait) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) => {
            // "failed to lookup address information: Name or service not known"
            let text = error.to_string();
            let reason = text.rsplit(": ").next().unwrap_or(&text);
            Err(format!("its name cannot be resolved: {reason}"))
        }
        Err(_) => Err(String::from("looking up its name took too long")),
    }
}

/// What an I/O error means: for a caller, and for people.
pub(super) fn loss(error: &io::Error) -> (LossKind, String) {
    match error.kind() {
        io::ErrorKind::TimedOut => (LossKind::TimedOut, String::from("no answer in time")),
        io::ErrorKind::UnexpectedEof => (LossKind::Closed, String::from("the server closed the connection")),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            (LossKind::Closed, String::from("the server cut the connection"))
        }
        io::ErrorKind::ConnectionRefused => (LossKind::Network, String::from("connection refused")),
        _ => (LossKind::Network, error.to_string()),
    }
}

/// A connection that gives up at a point in time, whatever was read or written until then.
pub(super) struct Until<'a> {
    tcp: &'a TcpStream,
    deadline: Instant,
    read_timeout: &'a mut Duration,
    write_timeout: &'a mut Duration,
}

/// Runs `operation` until it succeeds or fails or `deadline` has passed; a signal interrupts it, but does not end it.
/// `timeout` is what `set_timeout` has set last.
fn patiently(
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
            // The second is how Unix says that the timeout of a socket passed; whether the deadline did is looked at above.
            Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {}
            result => return result,
        }
    }
}

impl Read for Until<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let tcp = self.tcp;
        patiently(self.deadline, self.read_timeout, |time| tcp.set_read_timeout(time), || (&*tcp).read(buffer))
    }
}

impl Write for Until<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let tcp = self.tcp;
        patiently(self.deadline, self.write_timeout, |time| tcp.set_write_timeout(time), || (&*tcp).write(bytes))
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let tcp = self.tcp;
        patiently(
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
