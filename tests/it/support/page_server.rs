//! Runs a web server on loopback without TLS that answers as the test says and records the
//! requests.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a path answers: everything from the status line on.
type Pages = dyn Fn(&str, &str) -> String + Send + Sync;

/// A running server. Its threads end with the test's process.
pub(crate) struct PageServer {
    pub(crate) address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<String>>,
    now: AtomicUsize,
    most: AtomicUsize,
}

impl PageServer {
    /// Starts one that answers `pages(method, path)`; an empty answer is silence until the client goes.
    pub(crate) fn start(pages: impl Fn(&str, &str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let (pages, shared): (Arc<Pages>, _) = (Arc::new(pages), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (pages, seen) = (Arc::clone(&pages), Arc::clone(&shared));
                thread::spawn(move || answer(stream, &*pages, &seen));
            }
        });
        Self { address, seen }
    }

    /// The requests so far, in order, without their `Host`.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// The most that were under way at a time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }
}

fn answer(mut stream: TcpStream, pages: &Pages, seen: &Seen) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let fields: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    let now = seen.now.fetch_add(1, Ordering::SeqCst) + 1;
    seen.most.fetch_max(now, Ordering::SeqCst);
    let request = std::iter::once(&first).chain(fields.iter().filter(|field| !field.starts_with("host:")));
    seen.requests.lock().unwrap().push(request.map(String::as_str).collect::<Vec<_>>().join("\n"));
    let mut words = first.split(' ');
    let page = pages(words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if page.is_empty() {
        // Until the other side closes.
        lines.for_each(drop);
    }
    // Before the answer is heard: who asks next is not beside this one.
    seen.now.fetch_sub(1, Ordering::SeqCst);
    // Who asked may be gone.
    let _ = stream.write_all(page.as_bytes());
}

/// An answer without a body.
pub(crate) fn status(code: u16) -> String {
    format!("HTTP/1.1 {code} Said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

/// A redirect.
pub(crate) fn redirect(code: u16, to: &str) -> String {
    format!("HTTP/1.1 {code} Said\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}
