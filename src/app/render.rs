//! One part of an issue, or the message one subscriber gets, as a send would make it.

use std::collections::BTreeMap;
use std::path::Path;

use super::failure::Failure;
use super::keys;
use super::prepare::sample_letter;
use super::readers::{sample_mail, sample_message};
use super::sent_issues::is_sent;
use crate::config::Newsletter;
use crate::issue::LoadedIssue;
use crate::message::{MessageKeys, ParsedMessage};
use crate::model::{EmailAddress, ReaderLetter, Subscriber};
use crate::subscribers;

/// The part of a message to render.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Html,
    Text,
    /// The complete message.
    Message,
}

/// Renders `part` of the issue or of the letter to one reader that `word` names for the subscriber with this `address`, or for a sample reader, as if
/// it were sent at midnight (UTC) of its date.
///
/// Errors when the issue or a key cannot be read.
pub(crate) fn render(
    newsletter: &Newsletter,
    word: &str,
    directory: &Path,
    address: Option<&str>,
    part: Part,
) -> anyhow::Result<Vec<u8>> {
    if let Some(letter) = ReaderLetter::from_word(word) {
        return to_reader(newsletter, letter, part);
    }
    let loaded = newsletter.issue(word, directory, is_sent(newsletter))?;
    let recipient = recipient(address, newsletter, &loaded)?;
    // Only the complete message shows a signature: a part needs no key for it.
    let dkim = if part == Part::Message { keys::signer(newsletter)? } else { None };
    let keys = MessageKeys { tokens: keys::token_key_to_show(newsletter)?, dkim };
    let frozen = sample_letter(newsletter, &loaded.issue)?;
    let mut message = Vec::new();
    frozen.compose(&recipient, &keys, &mut message);
    // The parts are read back from the message, so that what is rendered is what is sent.
    Ok(match part {
        Part::Message => message,
        Part::Text => ParsedMessage::parse(message)?.text.into_bytes(),
        Part::Html => ParsedMessage::parse(message)?.html.into_bytes(),
    })
}

/// Renders `part` of a letter to one reader.
fn to_reader(newsletter: &Newsletter, letter: ReaderLetter, part: Part) -> anyhow::Result<Vec<u8>> {
    Ok(match part {
        Part::Message => sample_message(newsletter, letter)?,
        Part::Text => sample_mail(newsletter, letter)?.text.into_bytes(),
        Part::Html => sample_mail(newsletter, letter)?.html.into_bytes(),
    })
}

/// Returns the subscriber with this address, and one without fields for an address that is not on the list.
fn recipient(address: Option<&str>, newsletter: &Newsletter, loaded: &LoadedIssue) -> anyhow::Result<Subscriber> {
    let Some(written) = address else {
        let address = EmailAddress::parse("reader@example.com").expect("an address");
        return Ok(Subscriber { address, fields: BTreeMap::new() });
    };
    let address = EmailAddress::parse(written)
        .map_err(|error| Failure::usage(format!("`{written}` is not an address: {error}")))?;
    let key = address.key();
    let shown = subscribers::shown_columns(newsletter, [loaded]);
    let listed = subscribers::audience(newsletter, &shown).and_then(|audience| audience.find(&key)).ok().flatten();
    Ok(listed.unwrap_or(Subscriber { address, fields: BTreeMap::new() }))
}
