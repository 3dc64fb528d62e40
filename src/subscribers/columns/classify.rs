//! Decides whether a column determines who gets mail, is only a field, or is unclear.
//!
//! The danger is a column that determines who gets mail under an unexpected heading, in any
//! language, with any values. Mailing a person who refused is the worst this program can do; an
//! unnecessary question costs a line in `newsletter.toml`. So there are three tests in a row, each
//! wider than the one before:
//!
//! 1. headings that services are known to export (see [`known_headings`](super::known_headings)),
//! 2. headings about subscribing or unsubscribing, by stems in some thirty languages (see [`stems`]),
//! 3. values: words of refusal, and all values that could be a state, because they are dates, flags
//!    or a few distinct words.
//!
//! Only a column that passes all three is accepted as a field without a question.

use crate::subscribers::columns::column::Dialect;
use crate::subscribers::columns::headings::Heading;
use crate::subscribers::columns::known_headings::KnownHeading;
use crate::subscribers::columns::service::Service;
use crate::subscribers::columns::stats::{ColumnStats, ColumnValue};
use crate::subscribers::skip_reason::SkipReason;
use crate::subscribers::vocabulary::shape::Shape;
use crate::subscribers::vocabulary::status_words::StatusWord;
use crate::subscribers::vocabulary::stems::Topic;
use crate::subscribers::vocabulary::{buttondown, shape, stems};

/// The meaning of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::subscribers) enum ColumnMeaning {
    Status(Dialect),
    WantsMail(SkipReason),
    ExcludesIfSet(SkipReason),
    /// A time; without one the subscriber has not subscribed.
    SubscribedAt,
    Field,
    /// The user has to state the meaning.
    NeedsAnswer,
}

/// Returns the meaning of a column from its `heading` and its values. `may_be_state` is false for a
/// column that a letter shows.
pub(in crate::subscribers) fn classify(
    heading: &Heading,
    stats: &ColumnStats,
    service: Option<Service>,
    may_be_state: bool,
) -> ColumnMeaning {
    let column = Candidate { heading, stats, service, may_be_state };
    if stats.filled == 0 && !matches!(heading.known, Some(KnownHeading::Status | KnownHeading::ExcludesIfSet(_))) {
        return ColumnMeaning::Field;
    }
    column.by_name().unwrap_or_else(|| column.by_subject())
}

struct Candidate<'a> {
    heading: &'a Heading,
    stats: &'a ColumnStats,
    service: Option<Service>,
    may_be_state: bool,
}

impl Candidate<'_> {
    /// Returns whether every non-empty cell is a value that `fits`; dates are not.
    fn all(&self, fits: impl Fn(Option<StatusWord>) -> bool) -> bool {
        self.stats.dates == 0 && !self.stats.has_more && self.stats.words().all(|value| fits(value.status_word))
    }

    fn any(&self, said: StatusWord) -> bool {
        self.stats.words().any(|value| value.status_word == Some(said))
    }

    /// Returns the meaning of a column with a known heading.
    fn by_name(&self) -> Option<ColumnMeaning> {
        let stats = self.stats;
        if self.heading.joined == "type" || self.heading.joined == "subscribertype" {
            let is_type = |value: &ColumnValue| buttondown::subscriber_type(&value.text).is_some();
            if stats.filled > 0 && self.all(|_| true) && stats.words().all(is_type) {
                return Some(ColumnMeaning::Status(Dialect::Buttondown));
            }
        }
        if self.service.is_some_and(|service| service.knows(&self.heading.joined)) && stats.refusal.is_none() {
            return Some(ColumnMeaning::Field);
        }
        let meaning = match self.heading.known? {
            KnownHeading::Email | KnownHeading::Name(_) => ColumnMeaning::Field,
            KnownHeading::Status if self.service == Some(Service::NewsletterPlugin) => {
                ColumnMeaning::Status(Dialect::NewsletterPlugin)
            }
            KnownHeading::Status => ColumnMeaning::Status(Dialect::Words),
            KnownHeading::WantsMail(reason) if self.all(|said| said.is_some()) => ColumnMeaning::WantsMail(reason),
            // MailerLite records the day of every subscription.
            KnownHeading::WantsMail(_) => {
                field_unless(stats.empty > 0 || stats.dates < stats.filled || stats.refusal.is_some())
            }
            // "Unsubscribed: subscribed".
            KnownHeading::ExcludesIfSet(_) if self.any(StatusWord::Subscribed) => ColumnMeaning::NeedsAnswer,
            KnownHeading::ExcludesIfSet(reason) => ColumnMeaning::ExcludesIfSet(reason),
            KnownHeading::SubscribedAt if stats.dates < stats.filled || stats.refusal.is_some() => {
                ColumnMeaning::NeedsAnswer
            }
            KnownHeading::SubscribedAt if stats.empty == 0 || self.service == Some(Service::Mailchimp) => {
                ColumnMeaning::Field
            }
            KnownHeading::SubscribedAt if self.service == Some(Service::Mailcoach) => ColumnMeaning::SubscribedAt,
            KnownHeading::SubscribedAt => ColumnMeaning::NeedsAnswer,
            KnownHeading::Time if self.is_times() => ColumnMeaning::Field,
            KnownHeading::Count if self.is_numbers() => ColumnMeaning::Field,
            KnownHeading::Time | KnownHeading::Count => return None,
            KnownHeading::Unrelated => field_unless(stats.explicit_refusal.is_some() || self.is_flags()),
            KnownHeading::FreeText => field_unless(stats.refusal.is_some()),
        };
        Some(meaning)
    }

    fn is_numbers(&self) -> bool {
        let is_count = |value: &ColumnValue| value.shape == Shape::Number || value.text.ends_with('%');
        self.stats.dates == 0 && self.stats.refusal.is_none() && self.stats.words().all(is_count)
    }

    /// Returns whether it has yes in some rows and no in others.
    fn is_flags(&self) -> bool {
        let is_no = |value: &ColumnValue| matches!(value.status_word, Some(StatusWord::No | StatusWord::Excluded(_)));
        let known = |said| {
            matches!(said, Some(StatusWord::Yes | StatusWord::No | StatusWord::Subscribed | StatusWord::Excluded(_)))
        };
        self.all(known) && self.stats.words().any(is_no) && !self.stats.words().all(is_no)
    }

    /// Returns whether it contains only times and numbers.
    fn is_times(&self) -> bool {
        // A year or a number of seconds; a flag is shorter.
        let is_number = |value: &&ColumnValue| value.shape == Shape::Number && value.text.len() >= 4;
        let numbers = self.stats.words().filter(is_number).map(|value| value.count).sum::<u64>();
        self.stats.refusal.is_none() && self.stats.dates + numbers + self.stats.technical >= self.stats.filled
    }

    /// Returns the meaning according to the topic of its heading.
    fn by_subject(&self) -> ColumnMeaning {
        let stats = self.stats;
        match stems::topic(&self.heading.words) {
            Some(Topic::Left(_)) if self.any(StatusWord::Subscribed) => ColumnMeaning::NeedsAnswer,
            Some(Topic::Left(reason)) => ColumnMeaning::ExcludesIfSet(reason),
            Some(Topic::PossiblyLeft) => field_unless(!self.all(|said| said == Some(StatusWord::No))),
            Some(Topic::Subscription) if self.is_status() => ColumnMeaning::Status(Dialect::Words),
            Some(Topic::Subscription) => field_unless(
                stats.refusal.is_some()
                    || stats.refusing_sentence.is_some()
                    || !self.is_no_state()
                    || self.is_prose() && self.kinds() <= FEW,
            ),
            None => field_unless(
                stats.refusal.is_some() || self.may_be_state && (self.looks_like_state() || self.is_remarked()),
            ),
        }
    }

    /// Returns whether each of its words refers to a status, so that nothing else can be meant.
    fn is_status(&self) -> bool {
        self.stats.empty == 0
            && self.all(|said| matches!(said, Some(StatusWord::Subscribed | StatusWord::Excluded(_))))
            && stems::is_about_mail(&self.heading.words)
    }

    /// Returns whether its values cannot be states under any heading: regions, addresses,
    /// sentences.
    fn is_no_state(&self) -> bool {
        let stats = self.stats;
        stats.technical == stats.filled || self.is_prose() || self.is_regions()
    }

    /// Returns whether it has mostly sentences, all of them distinct.
    fn is_prose(&self) -> bool {
        let stats = self.stats;
        stats.prose * 2 > stats.filled && (stats.has_more || stats.filled < 2 * self.kinds())
    }

    /// Returns whether a few cells are sentences and most are empty, as in a column of reasons for
    /// unsubscribing with an unknown heading.
    fn is_remarked(&self) -> bool {
        let stats = self.stats;
        self.is_prose() && stats.filled * RARE <= stats.filled + stats.empty
    }

    fn kinds(&self) -> u64 {
        self.stats.words().count() as u64
    }

    fn is_regions(&self) -> bool {
        let texts = self.stats.words().map(|value| value.text.as_str());
        !self.stats.has_more && self.stats.dates == 0 && shape::are_regions(&texts)
    }

    /// Returns whether its values could be states under a neutral heading: dates, flags, a few
    /// words or codes.
    fn looks_like_state(&self) -> bool {
        let stats = self.stats;
        if self.is_no_state() || self.is_numbering() {
            return false;
        }
        let kinds = self.kinds();
        let most = stats.words().map(|value| value.count).max().unwrap_or(0);
        if stats.has_more {
            return most * 2 >= stats.filled || stats.dates * 2 >= stats.filled;
        }
        kinds <= FEW || (stats.filled - stats.dates) >= 2 * kinds || stats.dates > 0
    }

    /// Returns whether it numbers the rows, with a distinct number in each.
    fn is_numbering(&self) -> bool {
        let stats = self.stats;
        let numbers = |value: &ColumnValue| value.count == 1 && value.text.len() >= 3 && value.shape == Shape::Number;
        stats.dates == 0 && stats.empty == 0 && stats.filled >= 3 && stats.words().all(numbers)
    }
}

/// The number of distinct values up to which they may be states although none occurs twice.
const FEW: u64 = 5;

/// In a column of remarks, at most one row in this many has a value.
const RARE: u64 = 5;

fn field_unless(is_asked: bool) -> ColumnMeaning {
    if is_asked { ColumnMeaning::NeedsAnswer } else { ColumnMeaning::Field }
}
