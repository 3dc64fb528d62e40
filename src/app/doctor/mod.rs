//! Looks for everything that can keep mail from arriving, before it is sent.

mod courier;
mod local;
mod network;

use std::net::SocketAddr;

use super::clock;
use super::relays::LineSink;
use crate::config::Newsletter;
use crate::doctor::{Diagnosis, Level, dns, machine};
use crate::fetch::PAGE_TIMEOUT;
use local::LocalState;

pub(super) use local::disk;
pub(super) use network::{dns_records, served_url, server_for_readers, unsubscribe_page};

/// How far to look.
pub(crate) struct Reach {
    /// Whether mail server, DNS and web pages are asked.
    pub(crate) network: bool,
    /// The name server to ask in place of the machine's.
    pub(crate) resolver: Option<SocketAddr>,
    /// Receives the conversation with the mail server.
    pub(crate) conversation: Option<LineSink>,
}

/// Examines the newsletter and passes the findings to `report`, as soon as some are known.
///
/// Errors when the system gives no sockets, and when `report` does.
pub(crate) fn examine(
    newsletter: &Newsletter,
    reach: &Reach,
    report: &mut dyn FnMut(Vec<Diagnosis>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let local = LocalState::read(newsletter);
    report(local.findings(newsletter))?;
    let mut hints = local.hints;
    if reach.network {
        report(courier::findings(newsletter, reach.conversation))?;
        report(dns_records(newsletter, local.dkim_record, reach.resolver, dns::TIMEOUT)?)?;
        let (page, time) = unsubscribe_page(newsletter, PAGE_TIMEOUT);
        hints.web = time;
        let one_click = network::one_click(newsletter, &page, PAGE_TIMEOUT);
        let served = server_for_readers(newsletter, PAGE_TIMEOUT);
        let answers = served.as_ref().is_some_and(|served| served.level == Level::Ok);
        let form = answers.then(|| network::form_for_readers(newsletter, PAGE_TIMEOUT)).flatten();
        report(std::iter::once(page).chain(one_click).chain(served).chain(form).collect())?;
    }
    report(vec![machine::clock(clock::now(), &hints)])
}
