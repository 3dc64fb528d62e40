//! Runs the quick checks of `doctor` before a first send, and requests the pages and pictures that the letter links to.
//! Findings are only warnings: the send goes on.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use url::Url;

use super::context::SendContext;
use super::observer::{Notice, SendObserver};
use crate::app::clock;
use crate::app::doctor::{disk, dns_records, served_url, server_for_readers, unsubscribe_page};
use crate::app::prepare::PreparedIssue;
use crate::check::is_reserved;
use crate::config::Newsletter;
use crate::doctor::machine::Hints;
use crate::doctor::{Diagnosis, machine, readers};
use crate::fetch::{self, PageFailure, PageResponse};
use crate::ledger::Ledger;
use crate::message::MessageKeys;
use crate::message::dkim::KeyRecord;
use crate::model::{CourierKind, OrnamentPicture};

/// The time limit of all checks together.
const PATIENCE: Duration = Duration::from_secs(3);

/// The answer to one question.
struct Answer {
    findings: Vec<Diagnosis>,
    /// The time of the web server.
    time: Option<DateTime<Utc>>,
}

impl From<Diagnosis> for Answer {
    fn from(finding: Diagnosis) -> Self {
        Self { findings: vec![finding], time: None }
    }
}

/// A question to a server: its subject, and the function that asks it.
type Question = (&'static str, Box<dyn FnOnce() -> Answer + Send>);

/// Runs the checks and reports them, unless the letters go to a folder.
pub(super) fn check(
    context: &SendContext<'_>,
    prepared: &PreparedIssue,
    recipients: u64,
    last_delivery: Option<DateTime<Utc>>,
    observer: &mut dyn SendObserver,
) {
    if context.relays.kind() == CourierKind::Outbox || !context.options.preflight {
        return;
    }
    let newsletter = &context.issue.newsletter;
    let mut questions = pages(newsletter, prepared);
    let dns = dns(newsletter, &context.keys, context.options.resolver);
    // A newsletter whose sender is an example too is itself a sample or a test.
    let unasked_page = dns.as_ref().and_then(|_| example_page(newsletter));
    questions.splice(0..0, dns);
    let remote = !questions.is_empty();
    let (mut findings, time) = ask(questions, Instant::now() + PATIENCE);
    findings.extend(unasked_page);
    let hints = Hints { newest_issue: Some(prepared.loaded.issue.date), last_delivery, web: time };
    findings.push(machine::clock(clock::now(), &hints));
    findings.extend(disk(newsletter, recipients));
    observer.notify(Notice::Preflight { findings, remote });
}

/// Returns when the last delivery in `ledger` began.
pub(super) fn last_delivery(ledger: &mut (dyn Ledger + 'static)) -> Option<DateTime<Utc>> {
    ledger.summaries().ok()?.iter().map(|delivery| delivery.started).max()
}

/// Asks all questions at once and returns the answers that came in before `deadline`, in the order of the questions.
fn ask(questions: Vec<Question>, deadline: Instant) -> (Vec<Diagnosis>, Option<DateTime<Utc>>) {
    let (sender, receiver) = mpsc::channel();
    let mut answers: Vec<(&'static str, Option<Answer>)> = Vec::new();
    for (index, (subject, question)) in questions.into_iter().enumerate() {
        let sender = sender.clone();
        // A late thread ends by itself: its requests have deadlines of their own.
        let asked = thread::Builder::new().spawn(move || sender.send((index, question())));
        answers.push((subject, asked.err().map(|error| unasked(subject, &error.to_string()).into())));
    }
    drop(sender);
    while let Ok((index, answer)) = receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        answers[index].1 = Some(answer);
    }
    let mut time = None;
    let findings = answers.into_iter().flat_map(|(subject, answer)| {
        let answer = answer.unwrap_or_else(|| unasked(subject, "no answer within 3 s").into());
        time = time.or(answer.time);
        answer.findings
    });
    (findings.collect(), time)
}

/// Returns the warning that `subject` could not be checked.
fn unasked(subject: &'static str, why: &str) -> Diagnosis {
    Diagnosis::warning(subject, why, "`newsletter doctor` waits longer")
}

/// Asks DNS about the sender, unless its domain is reserved for examples.
fn dns(newsletter: &Newsletter, keys: &MessageKeys, resolver: Option<SocketAddr>) -> Option<Question> {
    let newsletter = newsletter.clone();
    if resolver.is_none() && is_reserved(newsletter.publication.from.address.domain()) {
        return None;
    }
    let record = keys.dkim.as_ref().and_then(|signer| signer.key().record().ok());
    let record = record.and_then(|record| KeyRecord::parse(&record).ok());
    let question = move || match dns_records(&newsletter, record, resolver, PATIENCE) {
        Ok(findings) => Answer { findings, time: None },
        Err(error) => unasked("DNS", &format!("{error:#}")).into(),
    };
    Some(("DNS", Box::new(question)))
}

/// Returns the warning about an unsubscribe page that no server can have, and that is therefore not asked for.
fn example_page(newsletter: &Newsletter) -> Option<Diagnosis> {
    let (before, _) = newsletter.publication.unsubscribe.url.as_ref()?;
    let host = Url::parse(before).ok()?.host_str()?.to_owned();
    (!is_asked(before)).then(|| readers::example_unsubscribe_page(&host))
}

/// Asks for the unsubscribe page, the issue on the web, and one of its pictures.
fn pages(newsletter: &Newsletter, prepared: &PreparedIssue) -> Vec<Question> {
    let (publication, issue) = (&newsletter.publication, &prepared.loaded.issue);
    let mut questions: Vec<Question> = Vec::new();
    if publication.unsubscribe.url.as_ref().is_some_and(|(before, _)| is_asked(before)) {
        let newsletter = newsletter.clone();
        let question = move || {
            let (finding, time) = unsubscribe_page(&newsletter, PATIENCE);
            Answer { findings: vec![finding], time }
        };
        questions.push((readers::UNSUBSCRIBE_PAGE, Box::new(question)));
    }
    if served_url(newsletter).is_some_and(is_asked) {
        let newsletter = newsletter.clone();
        let question =
            move || Answer { findings: server_for_readers(&newsletter, PATIENCE).into_iter().collect(), time: None };
        questions.push((readers::SERVE, Box::new(question)));
    }
    let page = publication.page(&issue.path());
    let pictures = issue.images().map(|image| image.url.clone());
    let band = OrnamentPicture::above_letter(issue, publication).map(|band| publication.page(&band.path()));
    let picture = pictures.chain(band).chain(publication.logo.iter().map(|logo| logo.url.clone())).next();
    let asked: [(&'static str, Option<String>, JudgeReply); 2] =
        [(readers::READ_ONLINE, Some(page), readers::read_online), (readers::PICTURE, picture, readers::picture)];
    for (name, url, finding) in asked {
        if let Some(url) = url.filter(|url| is_asked(url)) {
            let question = move || {
                let reply = fetch::get_page(&url, PATIENCE);
                let time = reply.as_ref().ok().and_then(|reply| reply.date);
                Answer { findings: vec![finding(&url, &reply)], time }
            };
            questions.push((name, Box::new(question)));
        }
    }
    questions
}

/// Turns the reply of the page at an address into a finding.
type JudgeReply = fn(&str, &Result<PageResponse, PageFailure>) -> Diagnosis;

/// Whether a server can exist at `url`. This machine's own names need no DNS.
fn is_asked(url: &str) -> bool {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| host == "localhost" || !is_reserved(&host))
}
