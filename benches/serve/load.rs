//! Many connections that each ask, wait for the answer, and ask again.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What many requests took.
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    /// Sorted.
    pub(crate) latencies: Vec<Duration>,
    /// Answers with another status than the expected one.
    pub(crate) wrong: usize,
}

impl Measured {
    pub(crate) fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.seconds
    }

    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        self.latencies[(self.latencies.len() * percent / 100).min(self.latencies.len() - 1)]
    }
}

/// Sends `requests` over `connections`, each request once, and expects `status`.
pub(crate) fn load(to: SocketAddr, connections: usize, requests: Vec<String>, status: &str) -> Measured {
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let (all, wrong) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
    let expected = format!("HTTP/1.1 {status}");
    let began = Instant::now();
    let workers: Vec<_> = (0..connections)
        .map(|_| {
            let (requests, next, all, wrong) = (requests.clone(), next.clone(), all.clone(), wrong.clone());
            let expected = expected.clone();
            let work = move || {
                let mut connection = Connection::open(to);
                let mut mine = Vec::new();
                while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let asked = Instant::now();
                    let (line, _) = connection.ask(request);
                    mine.push(asked.elapsed());
                    wrong.fetch_add(usize::from(!line.starts_with(&expected)), Ordering::Relaxed);
                }
                all.lock().unwrap().extend(mine);
            };
            thread::Builder::new().stack_size(128 << 10).spawn(work).unwrap()
        })
        .collect();
    for worker in workers {
        worker.join().unwrap();
    }
    let seconds = began.elapsed().as_secs_f64();
    let mut latencies = std::mem::take(&mut *all.lock().unwrap());
    latencies.sort_unstable();
    Measured { seconds, latencies, wrong: wrong.load(Ordering::Relaxed) }
}

/// One connection that is kept.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// Sends `request`; returns the status line and everything else but the date and the value of the cookie.
    pub(crate) fn ask(&mut self, request: &str) -> (String, String) {
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut status, mut rest, mut length) = (String::new(), String::new(), 0);
        self.0.read_line(&mut status).unwrap();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
            if lower.starts_with("set-cookie:") {
                line = line.split_once(';').map_or(String::new(), |(_, rest)| rest.to_owned());
            }
            if !lower.starts_with("date:") {
                rest.push_str(&line);
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        rest.push_str(&String::from_utf8_lossy(&body));
        (status, rest)
    }
}

/// Returns a POST of `body` to `path`, from the network of `client`.
pub(crate) fn post(path: &str, body: &str, headers: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: letter.example.org\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}
