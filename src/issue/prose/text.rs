//! Reads the text between markup: slots and addresses in it, and characters that no text may have.

use std::borrow::Cow;
use std::ops::Range;

use super::bare_address::{self, AddressEnd, BareAddress};
use super::mask::{MASK_LENGTH, mask_places, unmask};
use crate::diagnostic::Problem;
use crate::issue::slots::{self, Part};
use crate::issue::web_address;
use crate::model::Inline;
use crate::toml::{Lines, name_of_forbidden};

/// The form given to addresses without markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BareAddresses {
    /// Links.
    Links,
    /// Text like any other.
    Text,
}

/// The content of a text.
#[derive(Default)]
pub(super) struct ReadText {
    pub(super) inlines: Vec<Inline>,
    pub(super) errors: Vec<(Range<usize>, Problem)>,
    pub(super) warnings: Vec<(Range<usize>, Problem)>,
}

/// Reads `text`, which the parser made of `written`, which begins at byte `start`.
pub(super) fn read(text: &str, written: &str, start: usize, addresses: BareAddresses) -> ReadText {
    // Text with entities or backslashes is shorter than its Markdown; then all of it is the place.
    let is_exact = written == text;
    let masks = mask_places(text);
    let mut read = ReadText::default();
    // A text with an entity for a private-use character has no masks.
    let unmasked = if mask_places(written).is_empty() { Cow::Borrowed(text) } else { unmask(text) };
    if !is_exact && let Some(problem) = forbidden_entity(&unmasked) {
        read.errors.push((start..start + written.len(), problem));
        return read;
    }
    let text = unmasked;
    let masked = |at: usize| start + at + masks.partition_point(|mask| *mask < at) * (MASK_LENGTH - 1);
    let place_of =
        |part: Range<usize>| if is_exact { masked(part.start)..masked(part.end) } else { start..start + written.len() };
    for part in slots::split_at_slots(&text) {
        match part {
            Part::Text(words) => {
                let first = words.as_ptr().addr() - text.as_ptr().addr();
                read.words(words, addresses, |part| place_of(first + part.start..first + part.end));
            }
            Part::Slot(slot) => read.inlines.push(Inline::Slot(slot)),
            Part::Invalid(place, problem) => read.errors.push((place_of(place), problem)),
        }
    }
    read
}

/// Returns the problem with a character that the loader refuses as it is, and that an entity such as `&#27;` brought in.
/// Lost letters (`&#146;`, `&#xfffd;`) and overrides of direction are left to rules, which explain them.
fn forbidden_entity(text: &str) -> Option<Problem> {
    let is_of_rule = |character: char| matches!(character, '\u{80}'..='\u{9f}' | '\u{fffd}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let forbidden = |character| Some((character, name_of_forbidden(character, Lines::Many)?));
    let (character, name) = text.chars().filter(|character| !is_of_rule(*character)).find_map(forbidden)?;
    Some(Problem::new(format!("an entity for the {name} U+{:04X}", u32::from(character))).help("delete it"))
}

impl ReadText {
    /// Adds text without slots.
    fn words(&mut self, words: &str, addresses: BareAddresses, place_of: impl Fn(Range<usize>) -> Range<usize>) {
        let addresses = match addresses {
            BareAddresses::Links => bare_address::find(words),
            BareAddresses::Text => Vec::new(),
        };
        let mut done = 0;
        for BareAddress { place, url, end } in addresses {
            match web_address::clickable_url(&url) {
                Ok(url) => {
                    self.plain(&words[done..place.start]);
                    let text = vec![Inline::Text(words[place.clone()].to_owned())];
                    self.inlines.push(Inline::Link { url, text });
                    done = place.end;
                }
                Err(problem) => self.errors.push((place_of(place.clone()), problem)),
            }
            let doubt = match end {
                AddressEnd::Certain => continue,
                AddressEnd::Guessed => Problem::new("words follow this address without a space; it may end too early")
                    .help("put it between `<` and `>`"),
                AddressEnd::Shortened => {
                    Problem::new("an ellipsis follows this address, which may have been shortened")
                        .help("write the whole address, or put a space before the ellipsis")
                }
            };
            self.warnings.push((place_of(place), doubt));
        }
        self.plain(&words[done..]);
    }

    fn plain(&mut self, words: &str) {
        if !words.is_empty() {
            self.inlines.push(Inline::Text(words.to_owned()));
        }
    }
}
