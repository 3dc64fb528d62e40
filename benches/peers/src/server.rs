//! The servers that are sent to: each started afresh for one run, on a free port of 127.0.0.1.

use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use wait4::Wait4;

use crate::machine::is_root;
use crate::postfix::Postfix;

/// How late the replies of a far server are.
pub(crate) const ROUND_TRIP: Duration = Duration::from_millis(20);

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(10);

/// The kinds of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Our sink: answers at once.
    Fast,
    /// The same, for senders with several messages in flight on a connection.
    FastChunking,
    /// Our sink, a [`ROUND_TRIP`] away, offering PIPELINING only.
    Far,
    /// Our sink, a [`ROUND_TRIP`] away, offering CHUNKING too.
    FarChunking,
    /// Postfix's `smtp-sink`, which reads a character at a time.
    Stock,
    /// Postfix itself: queues to disk, then discards.
    Postfix,
}

/// A server that listens.
pub(crate) struct Server {
    /// Where.
    pub(crate) port: u16,
    program: Program,
}

enum Program {
    Sink { child: Child, stdout: BufReader<ChildStdout> },
    SmtpSink(Child),
    Postfix(Postfix),
}

/// What a server has to say after a run.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Received {
    /// How many messages it took; `smtp-sink` does not tell.
    pub(crate) messages: Option<u64>,
    /// Its user and system time; not known of Postfix, which is many processes.
    pub(crate) cpu: Option<Duration>,
    /// When the first MAIL command came; only our sink tells.
    pub(crate) first_mail: Option<SystemTime>,
    /// When the last message was taken; only our sink tells.
    pub(crate) last_message: Option<SystemTime>,
}

impl Server {
    /// Starts a server. `more` are further options of our sink.
    pub(crate) fn start(kind: Kind, sink: &Path, more: &[&str]) -> anyhow::Result<Self> {
        let delay = ROUND_TRIP.as_millis().to_string();
        match kind {
            Kind::Fast | Kind::FastChunking => Self::sink(sink, more),
            Kind::Far => Self::sink(sink, &[&["--no-chunking", "--delay", &delay], more].concat()),
            Kind::FarChunking => Self::sink(sink, &[&["--delay", &delay], more].concat()),
            Kind::Stock => Self::smtp_sink(),
            Kind::Postfix => {
                let port = free_port()?;
                let postfix = Postfix::start(port)?;
                wait_until_listening(port)?;
                Ok(Self { port, program: Program::Postfix(postfix) })
            }
        }
    }

    fn sink(binary: &Path, options: &[&str]) -> anyhow::Result<Self> {
        let mut child = Command::new(binary)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("`{}`", binary.display()))?;
        let mut stdout = BufReader::new(child.stdout.take().context("the sink has no stdout")?);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let port = value(&line, "port").context("the sink names no port")?;
        Ok(Self { port, program: Program::Sink { child, stdout } })
    }

    fn smtp_sink() -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new("smtp-sink");
        if is_root()? {
            command.args(["-u", "nobody"]);
        }
        command.args([format!("127.0.0.1:{port}"), "1000".to_owned()]).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().context("`smtp-sink`, which Debian has in the package postfix")?;
        wait_until_listening(port)?;
        Ok(Self { port, program: Program::SmtpSink(child) })
    }

    /// Ends it. `expected` messages are waited for where a server takes them later than it acknowledges them.
    pub(crate) fn stop(self, expected: u64) -> anyhow::Result<Received> {
        match self.program {
            Program::Sink { mut child, mut stdout } => {
                drop(child.stdin.take());
                let mut report = String::new();
                stdout.read_to_string(&mut report)?;
                let usage = child.wait4()?.rusage;
                let time = |name| {
                    let seconds: Option<f64> = report.lines().find_map(|line| value(line, name));
                    seconds.map(|seconds| UNIX_EPOCH + Duration::from_secs_f64(seconds))
                };
                Ok(Received {
                    messages: report.lines().find_map(|line| value(line, "messages")),
                    cpu: Some(usage.utime + usage.stime),
                    first_mail: time("first_mail"),
                    last_message: time("last_message"),
                })
            }
            Program::SmtpSink(mut child) => {
                child.kill()?;
                let usage = child.wait4()?.rusage;
                Ok(Received { cpu: Some(usage.utime + usage.stime), ..Received::default() })
            }
            Program::Postfix(postfix) => {
                Ok(Received { messages: Some(postfix.stop(expected)?), ..Received::default() })
            }
        }
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn wait_until_listening(port: u16) -> anyhow::Result<()> {
    let started = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if started.elapsed() > START {
            bail!("nothing listens on port {port}");
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// The value of a line `name value`.
fn value<T: std::str::FromStr>(line: &str, name: &str) -> Option<T> {
    let (found, value) = line.trim_end().split_once(' ')?;
    (found == name).then(|| value.parse().ok())?
}
