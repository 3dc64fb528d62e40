//! Many connections that each ask, wait for the answer, and ask again, on one thread: the processors are for the server.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::task::LocalSet;

/// What many requests took.
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    /// Sorted.
    pub(crate) latencies: Vec<Duration>,
    /// Answers with another status than the expected one.
    pub(crate) wrong: usize,
    /// Requests of scanners that were answered meanwhile.
    pub(crate) scanned: usize,
}

impl Measured {
    pub(crate) fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.seconds
    }

    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        self.latencies[(self.latencies.len() * percent / 100).min(self.latencies.len() - 1)]
    }
}

/// Scanners that visit `requests` again and again, over so many connections, each `pause` after the last answer.
#[derive(Default)]
pub(crate) struct Scanners {
    pub(crate) connections: usize,
    pub(crate) requests: Vec<String>,
    pub(crate) pause: Duration,
}

/// Sends `requests` over `connections`, each request once, and expects `status`; meanwhile `scanners` look.
pub(crate) fn load(
    to: SocketAddr,
    connections: usize,
    requests: Vec<String>,
    status: &str,
    scanners: Scanners,
) -> Measured {
    let (requests, next) = (Rc::new(requests), Rc::new(Cell::new(0)));
    let (latencies, wrong) = (Rc::new(RefCell::new(Vec::with_capacity(requests.len()))), Rc::new(Cell::new(0)));
    let (scanned, done) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
    let visits = Rc::new(scanners.requests);
    let expected = format!("HTTP/1.1 {status}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let tasks = LocalSet::new();
    let seconds = tasks.block_on(&runtime, async {
        for scanner in 0..scanners.connections {
            let (visits, scanned, done) = (visits.clone(), scanned.clone(), done.clone());
            tokio::task::spawn_local(async move {
                let stream = TcpStream::connect(to).await.unwrap();
                let mut buffer = Vec::new();
                for number in scanner.. {
                    let answer = ask(&stream, &visits[number % visits.len()], &mut buffer).await;
                    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                    if done.get() {
                        return;
                    }
                    scanned.set(scanned.get() + 1);
                    tokio::time::sleep(scanners.pause).await;
                }
            });
        }
        let mut streams = Vec::new();
        for _ in 0..connections {
            streams.push(TcpStream::connect(to).await.unwrap());
        }
        let began = Instant::now();
        let mut workers: Vec<Pin<Box<dyn Future<Output = ()>>>> = Vec::new();
        for stream in streams {
            let (requests, next, expected) = (requests.clone(), next.clone(), expected.clone());
            let (latencies, wrong) = (latencies.clone(), wrong.clone());
            let work = tokio::task::spawn_local(async move {
                stream.set_nodelay(true).unwrap();
                let mut buffer = Vec::new();
                while let Some(request) = requests.get(next.replace(next.get() + 1)) {
                    let asked = Instant::now();
                    let is_right = ask(&stream, request, &mut buffer).await.starts_with(&expected);
                    latencies.borrow_mut().push(asked.elapsed());
                    wrong.set(wrong.get() + usize::from(!is_right));
                }
            });
            workers.push(Box::pin(async { work.await.unwrap() }));
        }
        for worker in workers {
            worker.await;
        }
        done.set(true);
        began.elapsed().as_secs_f64()
    });
    drop(tasks);
    let mut latencies = std::mem::take(&mut *latencies.borrow_mut());
    latencies.sort_unstable();
    Measured { seconds, latencies, wrong: wrong.get(), scanned: scanned.get() }
}

/// Sends `request`; returns the answer, which must have a length.
async fn ask<'a>(stream: &TcpStream, request: &str, buffer: &'a mut Vec<u8>) -> std::borrow::Cow<'a, str> {
    let mut rest = request.as_bytes();
    while !rest.is_empty() {
        stream.writable().await.unwrap();
        match stream.try_write(rest) {
            Ok(written) => rest = &rest[written..],
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    buffer.clear();
    while !is_whole(buffer) {
        let mut block = [0; 4096];
        stream.readable().await.unwrap();
        match stream.try_read(&mut block) {
            Ok(0) => panic!("the server hung up after {:?}", String::from_utf8_lossy(buffer)),
            Ok(read) => buffer.extend_from_slice(&block[..read]),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    String::from_utf8_lossy(buffer)
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    answer.len() >= end + 4 + length.unwrap().trim().parse::<usize>().unwrap()
}

/// One connection that is kept.
pub(crate) struct Connection(BufReader<std::net::TcpStream>);

impl Connection {
    pub(crate) fn open(to: SocketAddr) -> Self {
        let stream = std::net::TcpStream::connect(to).unwrap();
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

/// Returns a POST of `body` to `path`, with more `headers`.
pub(crate) fn post(path: &str, body: &str, headers: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: letter.example.org\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

/// Returns a visit to `path`.
pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: letter.example.org\r\n\r\n")
}
