//! An SMTP server that takes every message and throws it away, fast: what a sender reaches when nothing holds it back.
//!
//! It acknowledges what it read at once, which spares clients without `TCP_NODELAY` the stall they have with other servers.
//! Listens on 127.0.0.1, says `port N` on stdout, serves one thread a connection, and ends when its stdin does or the
//! wanted number of messages is there; then it prints what it saw. No TLS, no AUTH, no limits: for benchmarks and tests
//! on this machine only.

mod messages;
mod replies;
mod session;

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;

use messages::Messages;
use session::{Extensions, Session};

/// Take mail on 127.0.0.1 and throw it away
#[derive(Debug, Parser)]
struct Options {
    /// Port to listen on; 0 for any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Let every reply arrive so many milliseconds late, as at the end of a long line
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay: u64,
    /// Do not offer CHUNKING (RFC 3030)
    #[arg(long)]
    no_chunking: bool,
    /// Do not offer PIPELINING (RFC 2920)
    #[arg(long)]
    no_pipelining: bool,
    /// Write messages to this folder, which must exist: `0001.eml` and so on
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// How many messages to keep
    #[arg(long, value_name = "N", default_value_t = 20)]
    keep_first: usize,
    /// Append the recipient of every message to this file before it is acknowledged
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// End after so many messages
    #[arg(long, value_name = "N")]
    stop_after: Option<u64>,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).with_context(|| format!("port {}", options.port))?;
    let (end, ended) = mpsc::channel();
    let messages = Messages::new(options.keep, options.keep_first, options.journal.as_deref())?;
    let messages = Arc::new(match options.stop_after {
        Some(count) => messages.stop_after(count, end.clone()),
        None => messages,
    });
    let mut stdout = io::stdout();
    writeln!(stdout, "port {}", listener.local_addr()?.port())?;
    stdout.flush()?;

    let delay = Duration::from_millis(options.delay);
    let offered = Extensions { pipelining: !options.no_pipelining, chunking: !options.no_chunking };
    let served = Arc::clone(&messages);
    thread::spawn(move || accept(&listener, &served, offered, delay));
    thread::spawn(move || wait_for_end_of_stdin(&end));
    let _ = ended.recv();
    write!(stdout, "{}", messages.report())?;
    stdout.flush()?;
    Ok(())
}

fn accept(listener: &TcpListener, messages: &Arc<Messages>, offered: Extensions, delay: Duration) {
    for stream in listener.incoming().flatten() {
        let messages = Arc::clone(messages);
        thread::spawn(move || {
            // A client that goes away in the middle is its own affair: what it finished is counted.
            let _ = Session::new(stream, &messages, offered, delay).and_then(Session::serve);
        });
    }
}

fn wait_for_end_of_stdin(end: &Sender<()>) {
    let _ = io::stdin().read_to_end(&mut Vec::new());
    let _ = end.send(());
}
