//! Talks to systemd: takes the socket it listens on, and tells it what the server does.

use std::env;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixDatagram;

use anyhow::{Context, bail};

/// Returns the socket that systemd passes (`sd_listen_fds(3)`), or else one at `listen`.
///
/// Errors when the address is taken.
pub(super) fn listener(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    if let Some(passed) = listenfd::ListenFd::from_env().take_tcp_listener(0).context("the socket that was passed")? {
        return Ok(passed);
    }
    match TcpListener::bind(listen) {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "{listen} is taken: another `newsletter serve` may be running; `newsletter serve --listen IP:PORT` takes another address"
        ),
        Err(error) => bail!("cannot listen on {listen}: {error}"),
    }
}

/// Sends `state`, such as `READY=1`, to the service manager, if there is one that waits for it (`sd_notify(3)`).
pub(super) fn notify(state: &str) {
    let Some(path) = env::var_os("NOTIFY_SOCKET") else { return };
    let Ok(socket) = UnixDatagram::unbound() else { return };
    let bytes = path.as_encoded_bytes();
    #[cfg(target_os = "linux")]
    if let Some(name) = bytes.strip_prefix(b"@") {
        use std::os::linux::net::SocketAddrExt;
        if let Ok(address) = std::os::unix::net::SocketAddr::from_abstract_name(name) {
            let _ = socket.send_to_addr(state.as_bytes(), &address);
        }
        return;
    }
    let _ = bytes;
    // Without a manager that listens, nobody is waiting.
    let _ = socket.send_to(state.as_bytes(), path);
}
