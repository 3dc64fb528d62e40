//! Fills the settings of a new newsletter with what its curator answered.

use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use toml::Value;

use crate::config::{CONFIG_FILE, Config, STARTER_CONFIG, parse_config};
use crate::diagnostic::{Problems, SourceFile};

/// What can be set when a newsletter is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// The name.
    Name,
    /// The sender.
    From,
    /// Where the web archive is published.
    Site,
    /// The colour of its face.
    Accent,
}

impl Question {
    /// All questions, in the order they are asked.
    pub(crate) const ALL: [Self; 4] = [Self::Name, Self::From, Self::Site, Self::Accent];

    /// Its key in the settings, and the option that answers it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::From => "from",
            Self::Site => "site",
            Self::Accent => "accent",
        }
    }

    /// The example in the settings.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Name => "My Newsletter",
            Self::From => "Your Name <you@letter.example>",
            Self::Site => EXAMPLE_SITE,
            Self::Accent => "#0b5c8f",
        }
    }
}

/// The answers; without one, the example stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answers {
    pub(crate) name: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) site: Option<String>,
    pub(crate) accent: Option<String>,
}

/// Colours of which each is a face: far from each other, and dark enough for white words on flags.
const ACCENTS: [&str; 12] = [
    "#b7410e", "#1f6f54", "#4b3fa8", "#0b5c8f", "#7a2e5d", "#9b1c31", "#56641a", "#0f6b70", "#7b3fa0", "#875309",
    "#2b4a7d", "#b0305c",
];

/// Returns the colour that a newsletter called `name` begins with: always the same, and seldom that of another.
fn own_accent(name: &str) -> &'static str {
    let digest = digest(&SHA256, name.trim().as_bytes());
    ACCENTS[usize::from(digest.as_ref()[0]) % ACCENTS.len()]
}

const EXAMPLE_SITE: &str = "https://www.letter.example/";

/// The beginning of the starter settings, which says what in them is an example.
const PREAMBLE: &str = "\
# The addresses at `letter.example`, the name, the postal address and the first issue are examples. Until you replace
# them all, `newsletter send` mails no one; it only writes to the outbox.
";

/// The same where name, sender and site are the curator's own.
const OWN_PREAMBLE: &str = "\
# The postal address and the first issue are examples. `newsletter send` mails no one while `courier` is \"outbox\"; it only
# writes to the outbox.
";

impl Answers {
    pub(crate) fn of(&self, question: Question) -> Option<&str> {
        match question {
            Question::Name => self.name.as_deref(),
            Question::From => self.from.as_deref(),
            Question::Site => self.site.as_deref(),
            Question::Accent => self.accent.as_deref(),
        }
    }

    /// Sets the answer to `question`.
    pub(crate) fn set(&mut self, question: Question, answer: String) {
        let place = match question {
            Question::Name => &mut self.name,
            Question::From => &mut self.from,
            Question::Site => &mut self.site,
            Question::Accent => &mut self.accent,
        };
        *place = Some(answer);
    }

    /// The answer that is assumed without one: the example, but a colour of its own for a newsletter with a name.
    pub(crate) fn assumed(&self, question: Question) -> &'static str {
        self.derived(question).unwrap_or_else(|| question.example())
    }

    /// The answer that follows from others.
    fn derived(&self, question: Question) -> Option<&'static str> {
        self.name.as_deref().filter(|_| question == Question::Accent).map(own_accent)
    }

    /// The questions without an answer.
    pub(crate) fn open(&self) -> impl Iterator<Item = Question> {
        Question::ALL.into_iter().filter(|question| self.of(*question).is_none())
    }

    /// Reads the answers as `newsletter.toml` would be read.
    ///
    /// Errors with what is wrong with one of them.
    pub(super) fn config(&self) -> Result<Config, Problems> {
        let source = Arc::new(SourceFile::new(CONFIG_FILE, self.with_values()));
        parse_config(&source, Path::new("/"))
    }

    /// The starter settings with the answers as their values.
    fn with_values(&self) -> String {
        let answer = |question| self.of(question).or_else(|| self.derived(question));
        let answered = Question::ALL.into_iter().filter_map(|question| Some((question.key(), answer(question)?)));
        answered.fold(STARTER_CONFIG.to_owned(), |settings, (key, answer)| with_value(&settings, key, answer))
    }

    /// The settings of the new newsletter.
    ///
    /// Errors with what is wrong with an answer.
    pub(super) fn settings(&self) -> Result<String, Problems> {
        let publication = self.config()?.publication;
        let mut settings = self.with_values();
        if self.name.is_some() && self.from.is_some() && self.site.is_some() {
            settings = settings.replace(PREAMBLE, OWN_PREAMBLE);
        }
        let (preamble, tables) = settings.split_at(settings.find("\n[newsletter]").unwrap_or_default());
        let mut tables = tables.to_owned();
        if self.site.is_some() {
            // There is no such page yet, and a link that leads nowhere must not be mailed.
            let page = format!("url    = \"{EXAMPLE_SITE}unsubscribe/{{token}}\"");
            tables = tables.replace(&page, &format!("#url    = \"{}unsubscribe/{{token}}\"", publication.site));
            tables = tables.replace(EXAMPLE_SITE, &publication.site);
            let host = url::Url::parse(&publication.site).ok().and_then(|url| url.host_str().map(str::to_owned));
            tables = tables.replace("www.letter.example", host.as_deref().unwrap_or("www.letter.example"));
        }
        if self.name.is_some() || self.from.is_some() {
            tables = tables.replace("\"my-newsletter.letter.example\"", &format!("\"{}\"", publication.list_id));
            tables = tables.replace("\"my-newsletter\"", &format!("\"{}\"", publication.sender_id));
        }
        if self.name.is_some() {
            let logo = format!("logo_alt = {}", Value::String(publication.name));
            tables = tables.replace("logo_alt = \"My Newsletter\"", &logo);
        }
        if self.from.is_some() {
            let address = publication.from.address.to_string();
            tables = tables.replace("you@letter.example", &address);
            tables = tables.replace("mailto = \"unsubscribe@letter.example\"", &format!("mailto = \"{address}\""));
            tables = tables.replace("letter.example", publication.from.address.domain());
        }
        Ok(format!("{preamble}{tables}"))
    }

    /// The first issue: the links of the sample lead to pages of the newsletter's own site once it has one, since those of
    /// an example lead nowhere.
    pub(super) fn first_issue(&self, sample: &str) -> Result<String, Problems> {
        if self.site.is_none() {
            return Ok(sample.to_owned());
        }
        let site = self.config()?.publication.site;
        let hosts = ["https://example.org/", "https://example.com/", "https://example.net/"];
        Ok(hosts.iter().fold(sample.to_owned(), |issue, host| issue.replace(host, &site)))
    }
}

/// Says what is wrong with `answer`, as the settings would, and what to write; `None` if nothing is.
pub(crate) fn wrong_answer(question: Question, answer: &str) -> Option<(String, Option<String>)> {
    let mut answers = Answers::default();
    answers.set(question, answer.to_owned());
    let problem = answers.config().err()?.0.into_iter().next()?;
    Some((problem.message, problem.help))
}

/// Returns `settings` with `value` as the value of `key`, which may be commented out.
fn with_value(settings: &str, key: &str, value: &str) -> String {
    let line = |line: &str| {
        let set = line.strip_prefix('#').unwrap_or(line);
        match set.split_once('=') {
            Some((before, _)) if before.trim_end() == key => {
                format!("{before}= {}\n", Value::String(value.to_owned()))
            }
            _ => format!("{line}\n"),
        }
    };
    settings.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates::colour::{FlagColours, INK, flag_colours, hex};

    #[test]
    fn without_answers_the_settings_are_the_starters() {
        assert_eq!(Answers::default().settings().unwrap(), STARTER_CONFIG);
        let config = Answers::default().config().unwrap().publication;
        let from = format!("{} <{}>", config.from.name.unwrap(), config.from.address);
        assert_eq!([config.name.as_str(), &from, &config.site], Question::ALL.map(Question::example)[..3]);
        assert!(STARTER_CONFIG.contains(PREAMBLE));
        assert!(STARTER_CONFIG.contains(&format!("#accent   = \"{}\"", Question::Accent.example())));
    }

    #[test]
    fn answers_are_in_the_settings_and_the_examples_beside_them_follow() {
        let answers = Answers {
            name: Some("Kettles \"and\" Tea".to_owned()),
            from: Some("Mina Berg <mina@kettle.dev>".to_owned()),
            site: Some("https://letters.kettle.dev".to_owned()),
            accent: Some("#B7410E".to_owned()),
        };
        let settings = answers.settings().unwrap();
        assert!(!settings.contains("letter.example"), "{settings}");
        for line in [
            "name        = 'Kettles \"and\" Tea'",
            "from = \"Mina Berg <mina@kettle.dev>\"",
            "site = \"https://letters.kettle.dev\"",
            "accent   = \"#B7410E\"",
            "#logo_alt = 'Kettles \"and\" Tea'",
            "#url    = \"https://letters.kettle.dev/unsubscribe/{token}\"",
            "mailto = \"mina@kettle.dev\"",
            "test_to = [\"mina@kettle.dev\"]",
            "address = \"My Newsletter, Example Street 1, 12345 Example\"",
            "#list_id   = \"kettles-and-tea.kettle.dev\"",
        ] {
            assert!(settings.lines().any(|other| other == line), "{line}\n{settings}");
        }
        let source = Arc::new(SourceFile::new(CONFIG_FILE, settings));
        assert_eq!(parse_config(&source, Path::new("/")).unwrap().publication.name, "Kettles \"and\" Tea");
    }

    #[test]
    fn a_newsletter_with_a_name_has_a_colour_of_its_own() {
        let accent_of = |name: &str| {
            let answers = Answers { name: Some(name.to_owned()), ..Answers::default() };
            let settings = answers.settings().unwrap();
            settings.lines().find(|line| line.starts_with("accent")).map(str::to_owned)
        };
        let accents = ["Kettles", "Slow Gardens", "Running Code"].map(|name| accent_of(name).unwrap());
        let lines = ["#56641a", "#0b5c8f", "#1f6f54"].map(|accent| format!("accent   = \"{accent}\""));
        assert_eq!(accents, lines);
        for accent in ACCENTS {
            let answers = Answers { accent: Some(accent.to_owned()), ..Answers::default() };
            let flag = answers.config().unwrap().publication.theme.flag;
            let FlagColours { plate, words, .. } = flag_colours(flag, INK);
            assert_eq!((hex(plate), hex(words)), (accent.to_owned(), "#ffffff".to_owned()));
        }
    }

    #[test]
    fn a_wrong_answer_is_told_as_the_settings_tell_it() {
        let wrong = |question, answer| wrong_answer(question, answer).map(|(message, _)| message);
        assert_eq!(wrong(Question::From, "mina"), Some("`mina` is not an address: it has no `@`".to_owned()));
        assert_eq!(wrong(Question::Accent, "rust"), Some("`rust` is not a colour".to_owned()));
        assert_eq!(wrong(Question::Name, " "), Some("`name` is empty".to_owned()));
        assert!(wrong(Question::Site, "letters").is_some());
        assert_eq!(wrong(Question::Site, "https://letters.kettle.dev"), None);
    }
}
