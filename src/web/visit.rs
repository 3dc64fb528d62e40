//! A page, asked for along its redirects.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ureq::tls::TlsConfig;
use url::Url;

use super::answer::{Answer, Ending, Hop};
use super::names::{Reach, Resolve};
use super::request::{Method, Reply, ask};

/// Redirects that are followed.
const HOPS: usize = 5;

/// Who asks for pages.
pub struct Visitor<'a> {
    names: &'a dyn Resolve,
    reach: Reach,
    tls: TlsConfig,
    patience: Duration,
    /// A turn at each host: one question at a time.
    turns: Mutex<HashMap<String, Arc<Mutex<()>>>>,
}

impl<'a> Visitor<'a> {
    /// Somebody who knows hosts by `names`, goes as far as `reach`, believes `tls` and gives each question so much time.
    pub fn new(names: &'a dyn Resolve, reach: Reach, tls: TlsConfig, patience: Duration) -> Self {
        Self { names, reach, tls, patience, turns: Mutex::default() }
    }

    /// Asks for the page at `address`, at `asked` (seconds since 1970).
    pub fn visit(&self, address: &Url, asked: i64) -> Answer {
        let mut hops: Vec<Hop> = Vec::new();
        let ending = self.follow(address, &mut hops);
        let mut with_tls = false;
        if address.scheme() == "http" && hops.is_empty() && matches!(ending, Ending::Status(200..=299)) {
            let mut secure = address.clone();
            // The two schemes share their kind: the change cannot fail.
            let _ = secure.set_scheme("https");
            with_tls = matches!(self.question(&secure), Ok(Reply { status: 200..=299, .. }));
        }
        Answer { asked, hops, ending, with_tls }
    }

    /// Asks for `address` and wherever it leads, which is written to `hops`.
    fn follow(&self, address: &Url, hops: &mut Vec<Hop>) -> Ending {
        let mut here = address.clone();
        loop {
            let reply = match self.question(&here) {
                Ok(reply) => reply,
                Err(ending) => return ending,
            };
            let (301 | 302 | 303 | 307 | 308, Some(location)) = (reply.status, reply.location) else {
                return Ending::Status(reply.status);
            };
            let Ok(next) = here.join(&location) else { return Ending::Astray(location) };
            // A page with TLS that leads to one without gives readers away.
            if here.scheme() == "https" && next.scheme() == "http" {
                return Ending::Astray(next.into());
            }
            if hops.len() == HOPS {
                return Ending::RunsInCircles;
            }
            hops.push(Hop { status: reply.status, to: next.to_string() });
            here = next;
        }
    }

    /// Asks one server once: for what stands before the page and, where that does not say that it is there, for the page.
    fn question(&self, url: &Url) -> Result<Reply, Ending> {
        let is_web = matches!(url.scheme(), "http" | "https");
        if !is_web || url.port().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(Ending::Astray(url.to_string()));
        }
        let addresses = self.reach.addresses(url, self.names)?;
        let turn = self.turn(url.host_str().unwrap_or_default());
        let _mine = turn.lock().unwrap_or_else(PoisonError::into_inner);
        match ask(Method::Head, url, &addresses, &self.tls, self.patience) {
            Ok(reply) if reply.status < 400 => Ok(reply),
            // Nobody there, or nobody to be trusted: `GET` would find nobody else.
            Err(ending @ (Ending::NoConnection(_) | Ending::NoTls(_) | Ending::TooSlow)) => Err(ending),
            _ => ask(Method::Get, url, &addresses, &self.tls, self.patience),
        }
    }

    fn turn(&self, host: &str) -> Arc<Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(host.to_owned()).or_default())
    }
}
