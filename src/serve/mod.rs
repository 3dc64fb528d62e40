//! Serves readers who come and go: forms to subscribe, links to confirm, links to unsubscribe. Runs behind a reverse
//! proxy or alone on a port, and answers a change only when it is durable.
//!
//! One thread speaks HTTP. Two others have a ledger each: one looks up, one changes, many changes with one commit. A
//! fourth sends mail and does what is due by the hour. Nothing is logged about people.

mod archive;
mod client;
mod form;
mod ledger_threads;
mod numbers;
mod reply;
mod route;
mod server;
mod sign_up;
mod system;
mod topics;
mod unit;
mod upkeep;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use self::ledger_threads::LedgerThreads;
use self::numbers::Numbers;
use self::route::Paths;
use self::server::Server;
use crate::app::failure::Failure;
use crate::app::open_ledger;
use crate::app::readers::{Doors, MailHosts, Mailer, ReaderKeys};
use crate::config::Newsletter;
use crate::http::{self, ConnectionLimits};
use crate::templates::reader;

pub(crate) use unit::unit;

/// How long a connection may be silent, or take to send a header.
const IDLE: Duration = Duration::from_secs(10);

/// The most connections at once.
const CONNECTIONS: usize = 2048;

/// How long requests that have begun may take to end after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// What the command line says.
pub(crate) struct ServeOptions {
    /// In place of `listen` under `[serve]`.
    pub(crate) listen: Option<SocketAddr>,
    /// Whether readers can sign up.
    pub(crate) can_subscribe: bool,
    /// The name server that tells which domains take mail, in place of the machine's.
    pub(crate) resolver: Option<SocketAddr>,
    /// Whether there is a line for each request.
    pub(crate) logs_requests: bool,
}

/// A server that has bound its port and opened the ledger, but answers no requests yet.
pub(crate) struct Serve {
    newsletter: Newsletter,
    options: ServeOptions,
    url: String,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    keys: ReaderKeys,
    mailer: Option<Mailer>,
}

impl Serve {
    /// Opens what is needed.
    ///
    /// Errors when links do not lead here, the ledger or the key cannot be used, mail could not be sent, or the port is
    /// taken.
    pub(crate) fn open(newsletter: Newsletter, options: ServeOptions) -> anyhow::Result<Self> {
        let url = url(&newsletter)?;
        // Reports a ledger that cannot be used before anything listens, and makes the first one.
        drop(open_ledger::to_write(&newsletter)?);
        let keys = ReaderKeys::fetch(&newsletter)?;
        let mailer = if options.can_subscribe {
            Some(Mailer::ready(&newsletter, &keys, Doors::Web(url.clone()))?)
        } else {
            None
        };
        let listen = options.listen.unwrap_or(newsletter.settings.serve.listen);
        let listener = system::listener(listen)?;
        let metrics = newsletter.settings.serve.metrics.map(system::listener).transpose()?;
        Ok(Self { newsletter, options, url, listener, metrics, keys, mailer })
    }

    /// Returns where it listens.
    ///
    /// Errors when the system cannot tell.
    pub(crate) fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Returns where readers find it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Answers requests until SIGTERM or SIGINT; then finishes those that have begun, and returns when everything
    /// answered is durable. `report` gets warnings and, if they are wanted, a line for each request.
    ///
    /// Errors when a thread or the listener fails.
    pub(crate) fn run(self, report: impl Fn(&str) + Send + Sync + Clone + 'static) -> anyhow::Result<()> {
        let Self { newsletter, options, url, listener, metrics, keys, mailer } = self;
        let to_write = open_ledger::to_write(&newsletter)?;
        let to_read = open_ledger::to_read(&newsletter)?.context("the ledger is gone")?;
        let failed = report.clone();
        let failed = move |error: &anyhow::Error| failed(&format!("warning: {error:#}"));
        let (ledger, threads) = LedgerThreads::start(to_write, to_read, &keys, failed)?;
        let settings = newsletter.settings.serve.clone();
        let waiting = Arc::new(AtomicU64::new(0));
        let server = Arc::new(Server {
            style: reader::style_sheet(&newsletter.publication),
            paths: Paths::new(&url, newsletter.publication.unsubscribe.url.as_ref()),
            archive: settings.archive.then(|| newsletter.settings.archive_folder.clone()),
            publication: newsletter.publication.clone(),
            settings,
            url,
            keys: keys.clone(),
            ledger,
            can_subscribe: options.can_subscribe,
            mail_hosts: MailHosts::new(options.resolver),
            limit: std::sync::Mutex::default(),
            numbers: Numbers::default(),
            waiting: Arc::clone(&waiting),
            log: options.logs_requests.then(|| Box::new(report.clone()) as server::Log),
        });
        let (stop, stopped) = watch::channel(false);
        let upkeep = upkeep::Upkeep { newsletter, keys, mailer, waiting, stopped: stopped.clone() };
        let upkeep = thread::Builder::new().name("upkeep".to_owned()).spawn(move || upkeep.run(&report))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let ended = runtime.block_on(answer(listener, metrics, &server, (stop, stopped)));
        drop(runtime);
        drop(server);
        // The threads end when nobody can ask any more; what was asked is committed.
        for thread in threads {
            let _ = thread.join();
        }
        let _ = upkeep.join();
        ended
    }
}

async fn answer(
    listener: TcpListener,
    metrics: Option<TcpListener>,
    server: &Arc<Server>,
    (stop, stopped): (watch::Sender<bool>, watch::Receiver<bool>),
) -> anyhow::Result<()> {
    let limits = ConnectionLimits::for_this_process(IDLE, CONNECTIONS);
    let listen = |listener: TcpListener| {
        listener.set_nonblocking(true)?;
        tokio::net::TcpListener::from_std(listener)
    };
    if let Some(metrics) = metrics {
        let few = ConnectionLimits { max_connections: 8, ..limits };
        tokio::spawn(http::serve(listen(metrics)?, server::numbers_router(Arc::clone(server)), few, stopped.clone()));
    }
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let serving = tokio::spawn(http::serve(listen(listener)?, server::router(Arc::clone(server)), limits, stopped));
    system::notify("READY=1");
    // Whichever comes first.
    std::future::poll_fn(|context| {
        if terminate.poll_recv(context).is_ready() || interrupt.poll_recv(context).is_ready() {
            return std::task::Poll::Ready(());
        }
        std::task::Poll::Pending
    })
    .await;
    system::notify("STOPPING=1");
    let _ = stop.send(true);
    let _ = tokio::time::timeout(GRACE, serving).await;
    Ok(())
}

/// Returns where readers find the server.
///
/// Errors when no link in a letter leads there.
pub(crate) fn url(newsletter: &Newsletter) -> anyhow::Result<String> {
    if newsletter.publication.unsubscribe.url.is_none() {
        let failure = Failure::content("there is no `url` under `[unsubscribe]`: no letter has a link that leads here");
        return Err(failure.hint("add `url = \"https://letter.example.org/u/{token}\"`").into());
    }
    newsletter
        .settings
        .serve
        .url
        .clone()
        .context("the address of the pages cannot be derived; set `url` under `[serve]`")
}
