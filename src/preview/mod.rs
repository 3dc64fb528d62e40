//! The browser preview: a loopback server that shows exactly the bytes a reader will get, and shows them anew as soon
//! as a file is saved.
//!
//! It takes an issue the way a send does (load, render, freeze, compose) and reads the message back with a parser that is
//! not ours. A thread watches the folder; everything asynchronous stays in here. It reads files and writes none, needs no
//! secret (without the key of `[dkim]` its messages are unsigned), and knows nothing of `delivery`: the letter that was
//! sent and the test mail come from [`Backstage`]. No button sends an issue to its readers.

mod backstage;
mod comparison;
mod difference;
mod door;
mod earlier;
mod errands;
mod findings;
mod folder;
mod frame;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod inbox;
mod known_issue;
mod page;
mod readers;
mod rendered;
mod route;
mod server;
mod studio;
mod view;
mod watch;

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use anyhow::Context;
use tokio::sync::watch as channel;

use self::door::Door;
use self::server::Site;
use self::studio::Studio;
use self::watch::Watch;

use crate::diagnostic::Diagnostic;
use crate::model::IssueNumber;

pub use backstage::{AskLinks, AskedLinks, Backstage, Deliveries, Delivery, KeptLetter, SendTest};
pub use studio::Change;

/// How many ports are tried, the first one included.
const PORTS: u16 = 20;

/// A preview that has its port and has read the newsletter, and answers nobody yet.
pub struct Preview {
    listener: TcpListener,
    studio: Arc<Studio>,
    watch: Watch,
}

impl Preview {
    /// The preview of the newsletter in the folder `root`, on `port` of 127.0.0.1 or the next one that is free, with what
    /// `backstage` lends it.
    ///
    /// A newsletter that is broken can be previewed: the pages say what is wrong with it.
    ///
    /// Errors when there is no free port, or when the system can neither tell of changes nor list folders.
    pub fn open(root: PathBuf, port: u16, backstage: Backstage) -> anyhow::Result<Self> {
        let listener = listen(port)?;
        let mut watch = Watch::new().context("changes of files cannot be watched")?;
        // Watched first and read after, so that no save falls between the two.
        watch.only(&folder::watched_folders(&root, None)).context("changes of files cannot be watched")?;
        let studio = Arc::new(Studio::open(root, backstage));
        watch.only(&studio.watched_folders()).context("changes of files cannot be watched")?;
        Ok(Self { listener, studio, watch })
    }

    /// Where it answers: `http://127.0.0.1:4242/`.
    ///
    /// Errors when the system does not know the port it gave.
    pub fn address(&self) -> io::Result<String> {
        Ok(format!("http://127.0.0.1:{}/", self.listener.local_addr()?.port()))
    }

    /// What is wrong with issue `number`, or with the newsletter as a whole.
    pub fn problems(&self, number: Option<IssueNumber>) -> Vec<Diagnostic> {
        let shown = number.and_then(|number| self.studio.issue(number));
        shown.map_or_else(|| self.studio.problems(), |shown| shown.problems)
    }

    /// Answers until Ctrl-C. `boot` names this run: pages of an earlier one load themselves anew. `token`, known to the pages
    /// alone, must come with every request that sends something. `on_change` hears of every
    /// change of a watched file that is more than a touch.
    ///
    /// Errors when the system takes the listener away.
    pub fn serve(
        self,
        boot: &str,
        token: &str,
        mut on_change: impl FnMut(&Change) + Send + 'static,
    ) -> anyhow::Result<()> {
        let Self { listener, studio, mut watch } = self;
        let door = Door::new(listener.local_addr()?.port());
        let (publish, generation) = channel::channel(studio.generation());
        let site = Site { studio: Arc::clone(&studio), boot: boot.into(), token: token.into(), generation };

        thread::spawn(move || {
            while let Ok(is_new) = watch.only(&studio.watched_folders()) {
                // A folder that is newly watched may have been written to before.
                if !is_new && !watch.wait() {
                    break;
                }
                if let Some(change) = studio.refresh() {
                    publish.send_replace(studio.generation());
                    on_change(&change);
                }
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let ended = runtime.block_on(async {
            listener.set_nonblocking(true)?;
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let server = tokio::spawn(async move { axum::serve(listener, server::router(site, door)).await });
            // Open pages hold their event streams for ever, so nothing is gained by waiting for them.
            tokio::signal::ctrl_c().await?;
            server.abort();
            Ok(())
        });
        runtime.shutdown_background();
        ended
    }
}

/// A listener on `port` or one of the next ones, loopback only.
fn listen(port: u16) -> anyhow::Result<TcpListener> {
    let mut last = port;
    for candidate in (port..=u16::MAX).take(PORTS.into()) {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, candidate)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = candidate,
            other => return other.with_context(|| format!("cannot listen on 127.0.0.1:{candidate}")),
        }
    }
    anyhow::bail!("ports {port} to {last} are all taken")
}
