//! `send --test`: the issue to a few addresses, by the same letter and courier, outside any delivery.

use std::collections::BTreeMap;

use super::couriers::Carriage;
use super::{Subject, gate};
use crate::cli::{Exit, Failure, Global, keys, talk};
use crate::delivery::courier::Carried;
use crate::delivery::outcome::Outcome;
use crate::delivery::test_letter;
use crate::load;
use crate::message::FrozenLetter;
use crate::model::{EmailAddress, Piece, Subscriber};

/// Stands before the subject.
const MARK: &str = "[test] ";

/// Sends a test mail to `addresses`, or to those of the configuration when there are none. Drafts are welcome.
pub(super) fn run(subject: &Subject, addresses: &[String], global: &Global) -> anyhow::Result<Exit> {
    let mut failed = 0;
    let result = send(subject, addresses, global, |said, is_accepted| {
        failed += usize::from(!is_accepted);
        if !global.quiet {
            talk::tell(&format!("{said}\n"));
        }
    });
    result?;
    Ok(if failed == 0 { Exit::Done } else { Exit::SomeNotReached })
}

/// The same, telling of every recipient what the server said and whether it took the mail.
pub(super) fn send(
    subject: &Subject,
    addresses: &[String],
    global: &Global,
    mut tell: impl FnMut(String, bool),
) -> anyhow::Result<()> {
    let newsletter = &subject.newsletter;
    let people = people(subject, addresses)?;
    let written = subject.written()?;
    gate::mention(subject, written, global)?;
    let mut letter = written.letter.clone();
    letter.subject.0.insert(0, Piece::Literal(MARK.to_owned()));
    let letter = FrozenLetter::freeze(&letter, &newsletter.publication, &Subject::new_stamp()?)?;
    let keys = keys::keys(newsletter)?;
    let carriage = Carriage::ready(newsletter, subject.number, None, global)?;
    let mut message = Vec::new();
    let mut is_kept = false;
    for person in &people {
        letter.compose(person, &keys, &mut message);
        let address = &person.address;
        match carriage.carry_alone(letter.sender(), address, &message) {
            Carried::Outcome(Outcome::Accepted(reply)) => {
                tell(format!("{address}  accepted  {reply}"), true);
                if !is_kept {
                    keep(subject, &letter);
                    is_kept = true;
                }
            }
            Carried::Outcome(outcome) => {
                let reply = outcome.reply().map(ToString::to_string).unwrap_or_default();
                tell(format!("{address}  {}  {reply}", outcome.word()), false);
            }
            Carried::Unable(reason) => return Err(Failure::new(Exit::NotStarted, reason).into()),
        }
    }
    Ok(())
}

/// Keeps the letter for the preview to compare with. The mail is sent: not being able to is worth a word and no more.
fn keep(subject: &Subject, letter: &FrozenLetter) {
    let path = test_letter::path(&subject.newsletter.root, subject.number);
    if let Err(error) = test_letter::keep(&path, letter) {
        talk::tell(&format!("warning: the preview will not know this test mail: {error:#}\n"));
    }
}

/// The people behind the addresses: as the list names them, so that the test shows their names.
fn people(subject: &Subject, addresses: &[String]) -> anyhow::Result<Vec<Subscriber>> {
    let parse = |written: &String| {
        EmailAddress::parse(written)
            .map_err(|error| Failure::new(Exit::Usage, format!("`{written}` is not an address: {error}")))
    };
    let configured = &subject.newsletter.settings.send.test_to;
    let wanted: Vec<EmailAddress> = if addresses.is_empty() {
        configured.clone()
    } else {
        addresses.iter().map(parse).collect::<Result<_, _>>()?
    };
    if wanted.is_empty() {
        let message = "nobody to send a test to";
        return Err(Failure::new(Exit::Usage, message)
            .hint(format!("`{} --test you@example.org`", subject.command()))
            .hint("or set `test_to` under `[send]` in `newsletter.toml`")
            .into());
    }
    // The list may be missing or wrong: a test needs none.
    let audience = load::audience(&subject.newsletter).ok();
    Ok(wanted
        .into_iter()
        .map(|address| {
            let known = audience.as_ref().and_then(|audience| audience.find(&address.key()).ok()?);
            known.unwrap_or(Subscriber { address, fields: BTreeMap::new() })
        })
        .collect())
}
