//! Determines what the words of a mail server are about.

use std::sync::LazyLock;

use super::phrases::Finder;

/// A topic of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// A mailbox that does not exist.
    NoSuchUser,
    /// A domain that does not exist, or accepts no mail.
    NoSuchDomain,
    /// A full mailbox.
    Full,
    /// A mailbox that is closed or not in use.
    Disabled,
    /// A queue that gave up, a server out of reach.
    Late,
    /// Sender, content, reputation, authentication, size or rate.
    Policy,
    /// A group: somebody may be there, and takes no mail from this sender.
    Restricted,
}

/// The topics of one text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Topics(u8);

impl Topics {
    pub(super) fn has(self, topic: Topic) -> bool {
        self.0 & (1 << topic as u8) != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn add(&mut self, topics: impl Iterator<Item = Topic>) {
        for topic in topics {
            self.0 |= 1 << topic as u8;
        }
    }
}

static WORDS: LazyLock<Finder<Topic>> = LazyLock::new(|| {
    Finder::new(&[
        ("no such user", Topic::NoSuchUser),
        ("no such domain", Topic::NoSuchDomain),
        ("full", Topic::Full),
        ("disabled", Topic::Disabled),
        ("late", Topic::Late),
        ("policy", Topic::Policy),
        ("restricted", Topic::Restricted),
    ])
});
static LINKS: LazyLock<Finder<Topic>> = LazyLock::new(|| {
    Finder::new(&[
        ("no such user in links", Topic::NoSuchUser),
        ("no such domain in links", Topic::NoSuchDomain),
        ("full in links", Topic::Full),
        ("disabled in links", Topic::Disabled),
        ("policy in links", Topic::Policy),
        ("restricted in links", Topic::Restricted),
    ])
});

/// Returns the topics of `text`.
pub(super) fn topics(text: &str) -> Topics {
    let mut words = String::with_capacity(text.len());
    let mut links = String::new();
    for token in text.split_whitespace() {
        let low = token.to_lowercase().replace('’', "'");
        let bare = low.trim_matches(|c: char| !c.is_alphanumeric());
        if bare.contains("://") || bare.starts_with("www.") || !bare.contains('@') && is_host(bare) {
            links.push_str(&low);
            links.push(' ');
        } else if !bare.contains('@') {
            let is_quote = |c: char| matches!(c, '"' | '<' | '>' | '`' | '*' | '“' | '”' | '«' | '»');
            words.extend(low.trim_matches('\'').chars().filter(|&c| !is_quote(c)));
            words.push(' ');
        }
    }
    // IronPort says this of every refusal, with the refusal behind it; the other is the name of a table of Postfix.
    let words = words.replace("unknown address error", "").replace("in relay recipient table", "");
    let mut topics = Topics::default();
    topics.add(WORDS.words(&words));
    topics.add(LINKS.anywhere(&links));
    topics
}

/// `mx.example.org`, `mx.example.org[192.0.2.1]:25`: labels with dots between them, and letters behind the last.
fn is_host(token: &str) -> bool {
    let token = token.split(['[', ':', '/', ';']).next().unwrap_or_default();
    let Some((_, last)) = token.rsplit_once('.') else { return false };
    token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
        && last.bytes().take_while(u8::is_ascii_alphabetic).count() >= 2
        && !token.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::returned::phrases::{headings, section};

    #[test]
    fn addresses_links_and_host_names_are_no_words() {
        assert!(topics("550 User <spam-policy@full.example.org> unknown").has(Topic::NoSuchUser));
        for text in [
            "550 <mailbox-full@example.org>: hello",
            "host spam.blocked.example.org[192.0.2.1] said: hello",
            "see https://example.org/user-unknown",
        ] {
            assert!(topics(text).is_empty(), "{text}");
        }
        assert!(topics("550 see https://www.spamhaus.org/query/ip/192.0.2.1").has(Topic::Policy));
    }

    #[test]
    fn a_phrase_is_found_as_whole_words_only() {
        assert!(topics("550 rejected by SPF").has(Topic::Policy));
        assert!(topics("550 spfx").is_empty());
        assert!(topics("550 该用户不存在。").has(Topic::NoSuchUser));
        let said = topics("550 5.1.1 Recipient address rejected: User unknown in relay recipient table");
        assert!(said.has(Topic::NoSuchUser) && !said.has(Topic::Policy));
    }

    #[test]
    fn every_section_of_the_table_is_used_and_no_phrase_stands_twice_in_one() {
        let used = [
            "no such user",
            "no such domain",
            "full",
            "disabled",
            "late",
            "policy",
            "restricted",
            "policy in links",
            "no such user in links",
            "full in links",
            "disabled in links",
            "no such domain in links",
            "restricted in links",
            "before the recipient",
            "subjects of reports",
            "sentences of reports",
            "delays",
            "unsubscribe",
            "subscribe",
            "confirm",
            "not me",
            "absence",
            "before a recipient",
            "before another address",
        ];
        assert_eq!(headings(), used);
        for heading in used {
            let mut phrases = section(heading);
            assert!(!phrases.is_empty(), "[{heading}] is empty");
            phrases.sort_unstable();
            let twice: Vec<_> = phrases.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
            assert!(twice.is_empty(), "[{heading}] has these twice: {twice:?}");
            for phrase in phrases {
                assert_eq!(phrase, phrase.to_lowercase(), "phrases are searched in lower case");
            }
        }
    }
}
