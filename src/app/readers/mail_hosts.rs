//! Remembers which domains take mail.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::app::clock;
use crate::check::is_reserved;
use crate::doctor::mail_host::{MailHost, mail_host};

/// How long a lookup may take: a visitor waits for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long an answer is believed, in seconds.
const KEPT: i64 = 600;

/// The most answers that are remembered.
const MOST: usize = 10_000;

/// Looks up which domains take mail, each once in ten minutes.
pub(crate) struct MailHosts {
    /// The name server to ask in place of the machine's.
    server: Option<SocketAddr>,
    known: Mutex<HashMap<String, (i64, MailHost)>>,
}

impl MailHosts {
    pub(crate) fn new(server: Option<SocketAddr>) -> Self {
        Self { server, known: Mutex::default() }
    }

    /// Returns whether mail to `domain` goes nowhere. What cannot be found out is no reason to turn anybody away.
    pub(crate) async fn is_dead(&self, domain: &str) -> bool {
        // No name server but one for tests knows the domains of examples.
        if self.server.is_none() && is_reserved(domain) {
            return false;
        }
        let now = clock::now().timestamp();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(domain).copied();
        let host = if let Some((_, host)) = known.filter(|(at, _)| now - at < KEPT) {
            host
        } else {
            let host = mail_host(domain, self.server, PATIENCE).await;
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MOST {
                known.clear();
            }
            if host != MailHost::Unknown {
                known.insert(domain.to_owned(), (now, host));
            }
            host
        };
        matches!(host, MailHost::Missing | MailHost::Refuses)
    }
}
