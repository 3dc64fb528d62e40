//! Holds the texts that letters and the archive add to the author's own.

use std::collections::BTreeMap;

/// The separators between names of months: commas of any script.
pub const MONTH_SEPARATORS: [char; 4] = [',', '،', '、', '，'];

/// One of these texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// Which issue it is.
    Issue,
    /// The author's name.
    Writer,
    /// Whom it went to.
    SentTo,
    /// Why, unless the newsletter says it: half a sentence or one of its own.
    Reason,
    /// The unsubscribe link.
    Unsubscribe,
    /// The letter's page.
    Online,
    /// The archive.
    AllIssues,
    /// The flag of the lead; may be empty.
    Start,
    /// How long all links take together, in minutes.
    AboutMinutes,
    /// The same, when it is an hour.
    AboutAnHour,
    /// The same, in hours.
    AboutHours,
    /// Asked of whoever did not subscribe.
    Forwarded,
    /// A mail to somebody else.
    Friend,
    /// Somebody paid for it.
    Sponsored,
    /// The sponsor's name, right behind that.
    Sponsor,
    /// The end of a sponsored block, in the text part.
    SponsoredEnd,
    /// A kind of link.
    Article,
    /// A kind of link.
    Video,
    /// A kind of link.
    Audio,
    /// A kind of link.
    Paper,
    /// A kind of link.
    Pdf,
    /// A kind of link.
    Tool,
    /// A kind of link.
    Podcast,
    /// A picture in a text, in the text part.
    Picture,
    /// How long it takes.
    Read,
    /// How long it takes.
    Watch,
    /// How long it takes.
    Listen,
    /// Pages: the way in.
    Subscribe,
    /// Pages: the way in, where it is an address.
    SubscribeByMail,
    /// Pages: a feed.
    AtomFeed,
    /// Pages: a feed.
    JsonFeed,
    /// Pages: the issue before.
    Previous,
    /// Pages: the issue after.
    Next,
    /// Pages, for who hears them: what those two are.
    OtherIssues,
    /// Pages: how many links there are, when there is one.
    OneLink,
    /// Pages: how many links there are.
    Links,
    /// Pages: what stands there before the first issue.
    NoIssues,
    /// The form of a date.
    Date,
    /// The names of the twelve months, with commas between them.
    Months,
    /// The ten digits, from zero.
    Digits,
}

impl Word {
    /// Every word with the name configurations call it by, and in English.
    pub const ALL: [(Self, &'static str, &'static str); 40] = [
        (Self::Issue, "issue", "Issue {number}"),
        (Self::Writer, "writer", "{newsletter} is written by {name}."),
        (Self::SentTo, "sent_to", "You get this letter at {address}"),
        (Self::Reason, "reason", "because you subscribed at {site}"),
        (Self::Unsubscribe, "unsubscribe", "Unsubscribe"),
        (Self::Online, "online", "Read online"),
        (Self::AllIssues, "all_issues", "All issues"),
        (Self::Start, "start", "Start here"),
        (Self::AboutMinutes, "about_minutes", "about {count} minutes"),
        (Self::AboutAnHour, "about_an_hour", "about an hour"),
        (Self::AboutHours, "about_hours", "about {count} hours"),
        (Self::Forwarded, "forwarded", "Forwarded this?"),
        (Self::Friend, "friend", "Send to a friend"),
        (Self::Sponsored, "sponsored", "Sponsored"),
        (Self::Sponsor, "sponsor", "by {name}"),
        (Self::SponsoredEnd, "sponsored_end", "End of sponsored part"),
        (Self::Article, "article", "Article"),
        (Self::Video, "video", "Video"),
        (Self::Audio, "audio", "Audio"),
        (Self::Paper, "paper", "Paper"),
        (Self::Pdf, "pdf", "PDF"),
        (Self::Tool, "tool", "Tool"),
        (Self::Podcast, "podcast", "Podcast"),
        (Self::Picture, "picture", "Picture"),
        (Self::Read, "read", "{minutes} min"),
        (Self::Watch, "watch", "{minutes} min"),
        (Self::Listen, "listen", "{minutes} min"),
        (Self::Subscribe, "subscribe", "Subscribe"),
        (Self::SubscribeByMail, "subscribe_by_mail", "Subscribe by mail"),
        (Self::AtomFeed, "atom_feed", "Atom feed"),
        (Self::JsonFeed, "json_feed", "JSON feed"),
        (Self::Previous, "previous", "Previous"),
        (Self::Next, "next", "Next"),
        (Self::OtherIssues, "other_issues", "Other issues"),
        (Self::OneLink, "one_link", "{count} link"),
        (Self::Links, "links", "{count} links"),
        (Self::NoIssues, "no_issues", "The first issue is being written."),
        (Self::Date, "date", "{day} {month} {year}"),
        (
            Self::Months,
            "months",
            "January, February, March, April, May, June, July, August, September, October, November, December",
        ),
        (Self::Digits, "digits", "0123456789"),
    ];

    /// In English.
    fn english(self) -> &'static str {
        Self::ALL.iter().find(|(word, ..)| *word == self).map_or("", |(.., english)| english)
    }

    /// The name in braces that is replaced in it: `number`.
    pub fn gaps(self) -> impl Iterator<Item = &'static str> {
        self.english().split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
    }
}

/// The texts of a newsletter: English, except for those it replaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    own: BTreeMap<Word, String>,
}

impl Words {
    /// English, but for `own`.
    pub fn new(own: BTreeMap<Word, String>) -> Self {
        Self { own }
    }

    /// Returns the text of `word`.
    pub fn of(&self, word: Word) -> &str {
        self.own.get(&word).map_or(word.english(), String::as_str)
    }

    /// Whether the newsletter replaces `word`.
    pub fn replaces(&self, word: Word) -> bool {
        self.own.contains_key(&word)
    }

    /// Returns `text` with its ASCII digits written as the newsletter writes digits.
    pub fn with_digits(&self, text: &str) -> String {
        let Some(digits) = self.own.get(&Word::Digits) else { return text.to_owned() };
        let own = |digit: char| digits.chars().nth(digit.to_digit(10)? as usize);
        text.chars().map(|letter| own(letter).unwrap_or(letter)).collect()
    }

    /// The same, with values in its gaps.
    pub fn filled(&self, word: Word, values: &[(&str, &str)]) -> String {
        let mut text = String::new();
        let mut rest = self.of(word);
        // One after the other: what a value says in braces is its own.
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            rest = after;
            let value =
                values.iter().find_map(|(gap, value)| Some((value, after.strip_prefix(gap)?.strip_prefix('}')?)));
            match value {
                Some((value, after)) => {
                    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
                    text.push_str(&if is_number { self.with_digits(value) } else { (*value).to_owned() });
                    rest = after;
                }
                None => text.push('{'),
            }
        }
        text + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_once() {
        let own = BTreeMap::from([(Word::Writer, "{name} {writes} {newsletter} {".to_owned())]);
        let words = Words::new(own);
        assert_eq!(words.filled(Word::Writer, &[("newsletter", "{name}"), ("name", "Ada")]), "Ada {writes} {name} {");
        assert_eq!(words.filled(Word::Read, &[("minutes", "9")]), "9 min");
        assert_eq!(Word::Writer.gaps().collect::<Vec<_>>(), ["newsletter", "name"]);
    }

    #[test]
    fn every_word_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = Word::ALL.iter().map(|(_, name, _)| *name).collect();
        assert_eq!(names.len(), Word::ALL.len());
    }
}
