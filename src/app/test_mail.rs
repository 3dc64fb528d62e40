//! A test mail: the issue to a few addresses, with the letter and the courier of a send, outside any delivery.

use std::collections::BTreeMap;
use std::path::Path;

use super::failure::Failure;
use super::keys;
use super::prepare::new_stamp;
use super::previous_key::PreviousKey;
use super::relays::{LineSink, RelayOverrides, Relays};
use super::send::{self, IssueToSend};
use crate::config;
use crate::delivery::outcome::Outcome;
use crate::diagnostic::Diagnostic;
use crate::ledger::test_letter;
use crate::message::FrozenLetter;
use crate::model::{EmailAddress, IssueNumber, Piece, Subscriber};
use crate::subscribers;

/// Comes before the subject of a test mail.
pub(crate) const MARK: &str = "[test] ";

/// How to send a test mail.
#[derive(Debug, Default)]
pub(crate) struct TestOptions<'a> {
    /// The recipients; without any, those of the configuration.
    pub(crate) addresses: &'a [String],
    pub(crate) allow_new_key: bool,
    /// Receives the conversation with the mail server.
    pub(crate) conversation: Option<LineSink>,
}

/// The reports of a test mail under way.
pub(crate) enum TestNotice<'a> {
    /// Problems of the issue.
    Problems(&'a [Diagnostic]),
    /// The server's reply for one recipient.
    Reply { address: &'a EmailAddress, word: &'static str, reply: String, is_accepted: bool },
    /// The preview will not be able to compare with this test mail.
    NotKept(String),
}

/// Sends a test mail of `issue`, which may be a draft.
///
/// Errors when there is no recipient, when the issue has no file, and when the courier does not work.
pub(crate) fn send_test(
    issue: &IssueToSend,
    options: &TestOptions<'_>,
    notify: &mut dyn FnMut(TestNotice<'_>),
) -> anyhow::Result<()> {
    let newsletter = &issue.newsletter;
    let recipients = recipients(issue, options.addresses)?;
    let prepared = issue.prepared()?;
    let found = send::findings(issue, prepared)?;
    if !found.is_empty() {
        notify(TestNotice::Problems(&found));
    }
    let mut letter = prepared.letter.clone();
    letter.subject.0.insert(0, Piece::Literal(MARK.to_owned()));
    let letter = FrozenLetter::freeze(&letter, &newsletter.publication, &new_stamp()?)?;
    let previous_key = PreviousKey::find(newsletter, options.allow_new_key)?;
    let keys = keys::for_test(newsletter, previous_key.as_ref(), options.allow_new_key)?;
    let relays = Relays::ready(newsletter, issue.number, &RelayOverrides::default(), options.conversation)?;
    let mut message = Vec::new();
    let mut is_kept = false;
    for recipient in &recipients {
        letter.compose(recipient, &keys, &mut message);
        let address = &recipient.address;
        let outcome = relays.deliver_test_mail(&letter.sender_for(address, &keys.tokens), address, &message);
        let outcome = outcome.map_err(|error| Failure::not_started(error.to_string()))?;
        let is_accepted = matches!(outcome, Outcome::Accepted(_));
        let word = outcome.word();
        let reply = outcome.into_reply().map(|reply| reply.to_string()).unwrap_or_default();
        notify(TestNotice::Reply { address, word, reply, is_accepted });
        if is_accepted && !is_kept {
            // The mail is sent: a letter that cannot be kept is only reported.
            let path = test_letter::path(&newsletter.root, issue.number);
            if let Err(error) = test_letter::keep(&path, &letter) {
                notify(TestNotice::NotKept(format!("{error:#}")));
            }
            is_kept = true;
        }
    }
    Ok(())
}

/// Returns the letter of the last test mail of `issue` that a server accepted; `None` before the first.
///
/// Errors when it cannot be read.
pub(crate) fn last_letter(root: &Path, issue: IssueNumber) -> anyhow::Result<Option<FrozenLetter>> {
    test_letter::read(&test_letter::path(root, issue))
}

/// Returns the recipients as the list has them, so that the test shows their names.
fn recipients(issue: &IssueToSend, addresses: &[String]) -> anyhow::Result<Vec<Subscriber>> {
    let parse = |written: &String| {
        EmailAddress::parse(written).map_err(|error| Failure::usage(format!("`{written}` is not an address: {error}")))
    };
    let configured = &issue.newsletter.settings.send.test_to;
    let wanted: Vec<EmailAddress> = if addresses.is_empty() {
        configured.clone()
    } else {
        addresses.iter().map(parse).collect::<Result<_, _>>()?
    };
    if wanted.is_empty() {
        return Err(Failure::usage("no recipient for the test mail")
            .hint(format!("`{} --test you@example.org`", issue.command()))
            .hint("or set `test_to` under `[send]` in `newsletter.toml`")
            .into());
    }
    if addresses.is_empty() {
        refuse_example(issue)?;
    }
    // A test does not need the list, which may be missing or wrong.
    let audience = subscribers::audience(&issue.newsletter, &issue.shown_columns()).ok();
    Ok(wanted
        .into_iter()
        .map(|address| {
            let listed = audience.as_ref().and_then(|audience| audience.find(&address.key()).ok()?);
            listed.unwrap_or(Subscriber { address, fields: BTreeMap::new() })
        })
        .collect())
}

/// Refuses to mail the `test_to` that `newsletter init` wrote: it belongs to no reader.
fn refuse_example(issue: &IssueToSend) -> Result<(), Failure> {
    let settings = &issue.newsletter.settings;
    let examples = config::starter_config().map(|starter| starter.settings.send.test_to.as_slice()).unwrap_or_default();
    let is_mailed = !matches!(settings.courier, config::CourierSettings::Outbox(_));
    let example = settings.send.test_to.iter().find(|address| is_mailed && examples.contains(address));
    example.map_or(Ok(()), |example| {
        let message = format!("`{example}` in `test_to` is still the example from `newsletter init`");
        Err(Failure::content(message)
            .hint("write your own address into `test_to` under `[send]` in `newsletter.toml`")
            .hint(format!("or `{} --test you@your.domain`", issue.command())))
    })
}
