//! Diagnoses what others publish about the sender: DNS records and the unsubscribe page.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use crate::config::Newsletter;
use crate::doctor::{Diagnosis, dns, readers, records};
use crate::fetch;
use crate::message::dkim::KeyRecord;

/// The token in the address of the unsubscribe page that is asked for. It belongs to no subscriber.
const SAMPLE_TOKEN: &str = "newsletter-doctor";

/// Looks up the sender in DNS; each name may take as long as `patience`.
///
/// Errors when the system gives no sockets.
pub(in crate::app) fn dns_records(
    newsletter: &Newsletter,
    key: Option<KeyRecord>,
    resolver: Option<SocketAddr>,
    patience: Duration,
) -> anyhow::Result<Vec<Diagnosis>> {
    let publication = &newsletter.publication;
    let signature = newsletter.settings.dkim.as_ref().map(|dkim| records::SigningIdentity {
        domain: &dkim.domain,
        selector: &dkim.selector,
        key,
    });
    let sender = records::MailIdentity {
        from: publication.from.address.domain(),
        envelope: publication.envelope_sender.domain(),
        signature,
    };
    Ok(records::diagnose(&sender, &dns::look_up(records::names(&sender), resolver, patience)?))
}

/// Fetches the unsubscribe page within `patience`; the second value is the time of its server.
pub(in crate::app) fn unsubscribe_page(
    newsletter: &Newsletter,
    patience: Duration,
) -> (Diagnosis, Option<DateTime<Utc>>) {
    let url = newsletter.publication.unsubscribe.url.as_ref();
    let url = url.map(|(before, after)| format!("{before}{SAMPLE_TOKEN}{after}"));
    let host = url.as_deref().and_then(|url| Url::parse(url).ok()?.host_str().map(str::to_owned)).unwrap_or_default();
    let reply = url.as_deref().map(|url| fetch::get_page(url, patience));
    let time = reply.as_ref().and_then(|reply| reply.as_ref().ok()?.date);
    (readers::unsubscribe_page(&host, reply.as_ref()), time)
}
