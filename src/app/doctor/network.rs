//! Diagnoses what others publish about the sender: DNS records and the unsubscribe page.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use crate::config::Newsletter;
use crate::doctor::{Diagnosis, Level, dns, readers, records};
use crate::fetch;
use crate::message::dkim::KeyRecord;

/// The token in the address of the unsubscribe page that is asked for. It belongs to no subscriber.
const SAMPLE_TOKEN: &str = "newsletter-doctor";

/// The same for `newsletter serve`, which looks a proper token up in the ledger.
const TOKEN_OF_NOBODY: &str = "AAAAAAAAAAAAAAAAAAAAAA";

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
    let (url, host) = test_link(newsletter);
    let reply = url.as_deref().map(|url| fetch::get_page(url, patience));
    let time = reply.as_ref().and_then(|reply| reply.as_ref().ok()?.date);
    (readers::unsubscribe_page(&host, reply.as_ref(), newsletter.settings.serve.is_configured), time)
}

/// Unsubscribes nobody by one click. Nothing to say about a page that does not answer a GET, nor, unless it is one of
/// `newsletter serve`, about one that is in order.
pub(super) fn one_click(newsletter: &Newsletter, page: &Diagnosis, patience: Duration) -> Option<Diagnosis> {
    let (url, host) = test_link(newsletter);
    let url = url.filter(|_| page.level != Level::Problem)?;
    let found = readers::one_click(&host, &fetch::post_one_click(&url, patience));
    Some(found).filter(|found| found.level != Level::Ok || newsletter.settings.serve.is_configured)
}

/// Asks `newsletter serve` for its health, where readers reach it; `None` without `[serve]`.
pub(in crate::app) fn server_for_readers(newsletter: &Newsletter, patience: Duration) -> Option<Diagnosis> {
    let url = served_url(newsletter)?;
    Some(readers::served(&host_of(url), &fetch::get_page(&format!("{url}health"), patience)))
}

/// Asks for the form to subscribe. To be called when the server answers.
pub(super) fn form_for_readers(newsletter: &Newsletter, patience: Duration) -> Option<Diagnosis> {
    let url = served_url(newsletter)?;
    Some(readers::served_form(&host_of(url), &fetch::get_page(&format!("{url}subscribe"), patience)))
}

/// Returns where readers find the server, if it is configured.
pub(in crate::app) fn served_url(newsletter: &Newsletter) -> Option<&str> {
    let serve = &newsletter.settings.serve;
    serve.url.as_deref().filter(|_| serve.is_configured && newsletter.publication.unsubscribe.url.is_some())
}

fn host_of(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// Returns the unsubscribe link of nobody, and its host.
fn test_link(newsletter: &Newsletter) -> (Option<String>, String) {
    let token = if newsletter.settings.serve.is_configured { TOKEN_OF_NOBODY } else { SAMPLE_TOKEN };
    let url = newsletter.publication.unsubscribe.url.as_ref();
    let url = url.map(|(before, after)| format!("{before}{token}{after}"));
    let host = url.as_deref().map(host_of).unwrap_or_default();
    (url, host)
}
