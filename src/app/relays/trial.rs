//! Tries the mail servers before a send is confirmed: connects, authenticates, and compares the size limit.

use super::configured::Relays;
use crate::app::clock;
use crate::app::failure::{Failure, FailureKind};
use crate::delivery::Courier;
use crate::delivery::refusal::{is_sending_limit, retry_after};
use crate::format;
use crate::ledger::Reply;
use crate::smtp::{Connection, Server};

/// A problem with one relay that does not keep the send from starting.
pub(crate) enum RelayNotice<'a> {
    /// The server offers authentication, and no user is configured.
    LoginUnused { relay: &'a str },
    /// This one of several servers cannot be used now.
    Unavailable { relay: &'a str, failure: Failure },
}

impl Relays {
    /// Connects to each mail server, authenticates, asks for its size limit and quits. Sends no envelope. Servers that
    /// cannot be used are only reported as long as another one can.
    ///
    /// Errors when no relay takes a message of `largest` bytes.
    pub(crate) fn try_out(&self, largest: usize, mut notify: impl FnMut(RelayNotice<'_>)) -> anyhow::Result<()> {
        let mut failures = Vec::new();
        for relay in &self.all {
            let Courier::Smtp { server, .. } = &relay.courier else { continue };
            match try_out(server, largest) {
                Ok(true) => notify(RelayNotice::LoginUnused { relay: &relay.name }),
                Ok(false) => {}
                Err(failure) => failures.push((relay, failure)),
            }
        }
        if failures.len() == self.all.len() {
            let (_, first) = failures.swap_remove(0);
            return Err(first.into());
        }
        for (relay, failure) in failures {
            notify(RelayNotice::Unavailable { relay: &relay.name, failure });
        }
        Ok(())
    }
}

/// Returns whether the server offers authentication that is not used.
fn try_out(server: &Server, largest: usize) -> Result<bool, Failure> {
    let connection = Connection::open(server).map_err(|error| {
        let reply = error.reply().map(|reply| Reply::from(reply.clone()));
        if let Some(reply) = reply.filter(is_sending_limit) {
            let until = clock::now() + retry_after(&reply);
            let message = format!(
                "`{server}` accepts no more until {} UTC: the server said `{reply}`; nothing was sent",
                until.format("%F %T")
            );
            return Failure::stopped(message);
        }
        let kind = if error.is_temporary() { FailureKind::Stopped } else { FailureKind::NotStarted };
        let failure = Failure::new(kind, format!("{error}; nothing was sent"));
        match error.help() {
            Some(help) => failure.hint(help),
            None => failure,
        }
    })?;
    let limit = connection.capabilities().size_limit();
    let unused_login = server.credentials.is_none() && !connection.capabilities().mechanisms().is_empty();
    connection.quit();
    if let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok())
        && limit < largest
    {
        let message = format!(
            "`{server}` accepts messages of up to {}, but this one has {}; nothing was sent",
            format::size(limit),
            format::size(largest)
        );
        return Err(Failure::content(message).hint("shorten the issue"));
    }
    Ok(unused_login)
}
