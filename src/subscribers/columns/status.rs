//! Decides from the status cell of a row whether it may get mail.

use crate::subscribers::columns::column::{Column, Dialect};
use crate::subscribers::columns::own_export;
use crate::subscribers::skip_reason::SkipReason;
use crate::subscribers::vocabulary::status_words::StatusWord;
use crate::subscribers::vocabulary::{buttondown, status_words};

/// The words for a status that the help for an unknown one offers.
const WORDS: [&str; 5] = ["active", "pending", "unsubscribed", "bounced", "complained"];

/// An unknown word.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::subscribers) struct UnknownWord;

/// The words to offer for a `column` that decides.
pub(in crate::subscribers) fn words(column: &Column) -> &'static [&'static str] {
    if matches!(column, Column::WantsMail(_)) { &["true", "false"] } else { &WORDS }
}

/// Returns the reason why `cell` of a deciding `column` excludes the row from mail, if it does.
pub(in crate::subscribers) fn reason(column: &Column, cell: &str) -> Result<Option<SkipReason>, UnknownWord> {
    let said = status_words::status_word(cell);
    let is_nothing = cell.is_empty() || said == Some(StatusWord::Empty);
    Ok(match column {
        Column::Status(dialect) => return of_status(*dialect, cell),
        Column::WantsMail(reason) => match said {
            Some(StatusWord::Yes | StatusWord::Subscribed) => None,
            Some(StatusWord::No) => Some(*reason),
            Some(StatusWord::Excluded(reason)) => Some(reason),
            Some(StatusWord::Empty) | None => return Err(UnknownWord),
        },
        Column::ExcludesIfSet(reason) => (!is_nothing && said != Some(StatusWord::No)).then_some(*reason),
        Column::SubscribedAt => is_nothing.then_some(SkipReason::Pending),
        Column::Email | Column::Configured | Column::Field { .. } | Column::Unnamed | Column::Kept => None,
    })
}

fn of_status(dialect: Dialect, cell: &str) -> Result<Option<SkipReason>, UnknownWord> {
    match (dialect, cell) {
        (Dialect::Words, "") | (Dialect::NewsletterPlugin, "C" | "c") | (Dialect::Own, own_export::ACTIVE) => {
            return Ok(None);
        }
        (Dialect::Own, word) => return own_export::reason(word).map(Some).ok_or(UnknownWord),
        (Dialect::Buttondown, word) => {
            if let Some(said) = buttondown::subscriber_type(word) {
                return of_words(Some(said));
            }
        }
        (Dialect::NewsletterPlugin, "S" | "s") => return Ok(Some(SkipReason::Pending)),
        (Dialect::NewsletterPlugin, "U" | "u") => return Ok(Some(SkipReason::Unsubscribed)),
        (Dialect::NewsletterPlugin, "B" | "b") => return Ok(Some(SkipReason::Bounced)),
        (Dialect::NewsletterPlugin, "P" | "p") => return Ok(Some(SkipReason::Complained)),
        _ => {}
    }
    of_words(status_words::status_word(cell))
}

fn of_words(said: Option<StatusWord>) -> Result<Option<SkipReason>, UnknownWord> {
    match said {
        Some(StatusWord::Subscribed) => Ok(None),
        Some(StatusWord::Excluded(reason)) => Ok(Some(reason)),
        _ => Err(UnknownWord),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_offered_are_known_and_mean_what_they_say() {
        let meaning =
            |word| of_status(Dialect::Words, word).unwrap().map_or("active".to_owned(), |reason| reason.to_string());
        assert_eq!(WORDS.map(meaning), WORDS);
    }
}
