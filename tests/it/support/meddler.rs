//! Stands between a newsletter and its server like some firewalls: removes offers and passes
//! everything on in small pieces.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

/// Bytes passed on at once.
const CRUMB: usize = 7;

/// A running meddler. Its threads end with the connections they hold.
pub(crate) struct Meddler {
    /// Where it listens on the loopback.
    pub(crate) port: u16,
}

impl Meddler {
    /// Starts one before the server at `port`.
    pub(crate) fn before(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let own = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for client in listener.incoming().map(Result::unwrap) {
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return };
                let (to_client, to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || pass_on(client, to_server, |_| ()));
                thread::spawn(move || pass_on(server, to_client, cross_out));
            }
        });
        Self { port: own }
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, change: impl Fn(&mut [u8])) {
    let _ = to.set_nodelay(true);
    let mut buffer = [0; 4096];
    // Whoever breaks off first ends it for both.
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        change(&mut buffer[..count]);
        for crumb in buffer[..count].chunks(CRUMB) {
            if to.write_all(crumb).is_err() {
                return;
            }
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Write);
}

/// `250-PIPELINING` becomes `250-XXXXXXXXXX`.
fn cross_out(bytes: &mut [u8]) {
    for offer in [&b"PIPELINING"[..], b"ENHANCEDSTATUSCODES"] {
        while let Some(at) = bytes.windows(offer.len()).position(|window| window == offer) {
            bytes[at..at + offer.len()].fill(b'X');
        }
    }
}
