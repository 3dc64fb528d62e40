//! What is about to happen, in a few lines.

use std::fmt::Write;

use super::couriers::Carriage;
use super::recipients::Recipients;
use super::subject::{Subject, Written};
use crate::cli::wording;

/// HTML beyond this is cut by Gmail, with the way out in the part that is cut.
const GMAIL_CUTS_AT: usize = 102 * 1024;

/// Issue, recipients and courier of a first send.
///
/// Errors when the list cannot be read.
pub(super) fn of(
    subject: &Subject,
    written: &Written,
    recipients: &Recipients,
    carriage: &Carriage,
) -> anyhow::Result<String> {
    let newsletter = &subject.newsletter;
    let list = &newsletter.settings.subscribers;
    let list = list.strip_prefix(&newsletter.root).unwrap_or(list);
    let mut text = issue(subject, written);
    writeln!(text, "\nRecipients · {}", list.display()).expect("writing to a string");
    if let Some(line) = recipients.left_out_line() {
        writeln!(text, "  {line}").expect("writing to a string");
    }
    let verb = if recipients.count() == 1 { "gets" } else { "get" };
    writeln!(text, "  {} {verb} it: {}", wording::people(recipients.count()), recipients.some()?)
        .expect("writing to a string");
    Ok(text + "\n" + &delivery(subject, carriage, recipients.count()))
}

/// The issue, as an inbox shows it.
pub(super) fn issue(subject: &Subject, written: &Written) -> String {
    let issue = &written.loaded.issue;
    let from = &subject.newsletter.publication.from;
    let from = match &from.name {
        Some(name) => format!("{name} <{}>", from.address),
        None => from.address.to_string(),
    };
    let (title, line) = (&issue.title, written.letter.subject.plain());
    let html = written.letter.html.plain().len();
    let gmail = if html > GMAIL_CUTS_AT { ": Gmail cuts it at 102 KB" } else { "" };
    let mut text = format!("Issue {} · {title}\n  from       {from}\n  subject    {line}\n", issue.number);
    if !issue.preheader.is_empty() {
        writeln!(text, "  preheader  {}", issue.preheader).expect("writing to a string");
    }
    let plain = wording::size(written.letter.text.plain().len());
    writeln!(text, "  size       html {}{gmail} · text {plain}", wording::size(html)).expect("writing to a string");
    text
}

/// `Delivery · smtp.example.org:587, STARTTLS, 4 connections, 10/s, about 2 min`, and who signs.
pub(super) fn delivery(subject: &Subject, carriage: &Carriage, recipients: u64) -> String {
    let time = Some(carriage.time_for(recipients)).filter(|time| time.as_secs() >= 10);
    let time = time.map(|time| format!(", about {}", wording::duration(time))).unwrap_or_default();
    let relays = carriage.described(&subject.newsletter).join("\n           ");
    let signing = subject.newsletter.settings.dkim.as_ref();
    let signing = signing.map(|dkim| format!("Signing  · DKIM {}, selector {}\n", dkim.domain, dkim.selector));
    format!("Delivery · {relays}{time}\n{}", signing.unwrap_or_default())
}
