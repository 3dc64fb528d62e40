//! The answers of a curator before a newsletter is created, and the settings with them as values.

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

pub(super) const EXAMPLE_SITE: &str = "https://www.letter.example/";

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
        let source = Arc::new(SourceFile::new(CONFIG_FILE, self.with_values(STARTER_CONFIG)));
        parse_config(&source, Path::new("/"))
    }

    /// The `settings` with the answers as their values.
    pub(super) fn with_values(&self, settings: &str) -> String {
        let answer = |question| self.of(question).or_else(|| self.derived(question));
        let answered = Question::ALL.into_iter().filter_map(|question| Some((question.key(), answer(question)?)));
        answered.fold(settings.to_owned(), |settings, (key, answer)| with_value(&settings, key, answer))
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
