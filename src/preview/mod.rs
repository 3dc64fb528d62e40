//! Serves the newsletter to the author's browser, on loopback only, and updates the pages whenever a
//! file is saved.
//!
//! An issue takes the same steps as in a send (load, render, freeze, compose), and the message is read
//! back by a parser that is not ours, so the pages show the bytes a subscriber receives. One thread
//! watches the folder, and each page compares the files with those it was rendered from; all asynchronous code of the program is in this module. The preview writes no
//! files and needs no secrets: without the `[dkim]` key its messages are unsigned. Whatever involves
//! delivery or the web comes from [`PreviewServices`]. No button sends an issue to its subscribers.

mod action_log;
mod actions;
mod archive_cache;
mod archive_links;
mod archive_page;
mod archive_preview;
mod baselines;
mod changes;
mod client_verdicts;
mod compare_page;
mod diff;
mod finding_rows;
mod frame;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod inbox_line;
mod issue_cache;
mod links_page;
mod next_step;
mod origin_guard;
mod pages;
mod picture;
mod poller;
mod refresher;
mod rendered_letter;
mod responses;
mod route;
mod server;
mod server_state;
mod services;
mod snapshot;
mod subscribers;
mod view;
mod watch;
mod watched_paths;
mod workspace;

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::watch as channel;

use self::origin_guard::OriginGuard;
use self::refresher::Refresher;
use self::server_state::ServerState;
use self::watch::FolderWatch;
use self::watched_paths::watched_folders;
use self::workspace::Workspace;
use crate::diagnostic::Diagnostic;
use crate::http::{self, ConnectionLimits};
use crate::message::dkim::DkimSigner;
use crate::model::IssueNumber;

pub use services::{DeliveryProgress, LinkCheck, PreviewServices, TestMail, TestReply, WaitingLink, WaitingLinks};
pub use workspace::Reload;

/// The longest a connection may be idle, take to send a header, or not read a response.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The most connections, unless the process has a low limit on open files.
const MAX_CONNECTIONS: usize = 256;

/// The ports to try, including the requested one.
const PORTS: u16 = 20;

/// A preview that has read the newsletter and bound its port, but serves no requests yet.
pub struct Preview {
    listener: TcpListener,
    workspace: Arc<Workspace>,
    watch: FolderWatch,
}

impl Preview {
    /// Reads the newsletter in the folder `root` and binds `port` of 127.0.0.1, or the next free one. Messages are signed
    /// if there is a `dkim` key.
    ///
    /// A newsletter with errors can be previewed; the pages list them.
    ///
    /// Errors when no port is free, or when the system can neither report changes nor list folders.
    pub fn open(
        root: PathBuf,
        port: u16,
        dkim: Option<DkimSigner>,
        services: Box<dyn PreviewServices>,
    ) -> anyhow::Result<Self> {
        let listener = listen(port)?;
        let mut watch = FolderWatch::new().context("cannot watch the newsletter's files for changes")?;
        // Watch before reading, so that no save is missed between the two.
        watch.watch_only(&watched_folders(&root, None)).context("cannot watch the newsletter's files for changes")?;
        let workspace = Arc::new(Workspace::open(root, dkim, services));
        watch.watch_only(&workspace.watched_folders()).context("cannot watch the newsletter's files for changes")?;
        Ok(Self { listener, workspace, watch })
    }

    /// The URL of the start page, such as `http://127.0.0.1:4242/`.
    ///
    /// Errors when the system cannot report the bound port.
    pub fn address(&self) -> io::Result<String> {
        Ok(format!("http://127.0.0.1:{}/", self.listener.local_addr()?.port()))
    }

    /// The problems of issue `number`, or else those of the newsletter as a whole.
    pub fn problems(&self, number: Option<IssueNumber>) -> Vec<Diagnostic> {
        let latest = number.and_then(|number| self.workspace.issue(number));
        latest.map_or_else(|| self.workspace.problems(), |latest| latest.problems)
    }

    /// Serves requests until Ctrl-C. `instance_id` identifies this run, so that pages of an earlier run reload themselves.
    /// Requests that have an effect must carry `token`, which only the pages know. `on_change` is called whenever the
    /// content of a watched file has changed.
    ///
    /// Errors when the listener fails.
    pub fn serve(
        self,
        instance_id: &str,
        token: &str,
        mut on_change: impl FnMut(&Reload) + Send + 'static,
    ) -> anyhow::Result<()> {
        let Self { listener, workspace, mut watch } = self;
        let origin_guard = OriginGuard::new(listener.local_addr()?.port());
        let (publish, generation) = channel::channel(workspace.generation());
        let (reloads, reported) = mpsc::channel();
        let refresher = Refresher { workspace: Arc::clone(&workspace), generation: Arc::new(publish), reloads };
        let state = ServerState {
            workspace: Arc::clone(&workspace),
            instance_id: instance_id.into(),
            token: token.into(),
            generation,
            refresher: refresher.clone(),
        };

        let watching = thread::Builder::new().spawn(move || {
            while let Ok(is_new) = watch.watch_only(&workspace.watched_folders()) {
                // A newly watched folder may have been written to before.
                if !is_new && !watch.wait() {
                    break;
                }
                refresher.refresh();
            }
        });
        let reporting = thread::Builder::new().spawn(move || reported.iter().for_each(|reload| on_change(&reload)));
        watching.and(reporting).context("cannot start a thread: a limit on memory or processes may be reached")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let ended = runtime.block_on(async {
            listener.set_nonblocking(true)?;
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let limits = ConnectionLimits::for_this_process(IDLE_TIMEOUT, MAX_CONNECTIONS);
            let (_until_the_end, stop) = channel::channel(false);
            let server = tokio::spawn(http::serve(listener, server::router(state, origin_guard), limits, stop));
            // Open pages never close their event streams, so there is no point in waiting for them.
            tokio::signal::ctrl_c().await?;
            server.abort();
            Ok(())
        });
        runtime.shutdown_background();
        ended
    }
}

/// Binds `port` or one of the next ones, on loopback only.
fn listen(port: u16) -> anyhow::Result<TcpListener> {
    let mut last = port;
    for candidate in (port..=u16::MAX).take(PORTS.into()) {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, candidate)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = candidate,
            other => return other.with_context(|| format!("cannot listen on 127.0.0.1:{candidate}")),
        }
    }
    anyhow::bail!("ports {port} to {last} are all in use; pass another with `--port`")
}
