//! Reads the table of phrases, and finds phrases in a text in one pass.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Every phrase, by section.
const TABLE: &str = include_str!("phrases.txt");

/// Returns the phrases of the section `name`, without comments.
pub(super) fn section(name: &str) -> Vec<&'static str> {
    let mut phrases = Vec::new();
    let mut is_here = false;
    for line in TABLE.lines() {
        match line.strip_prefix('[') {
            Some(heading) => is_here = heading.trim_end_matches(']') == name,
            None if is_here && !line.starts_with('#') => {
                phrases.extend(line.split('|').map(str::trim).filter(|phrase| !phrase.is_empty()));
            }
            None => {}
        }
    }
    phrases
}

/// Returns the headings of the table.
#[cfg(test)]
pub(super) fn headings() -> Vec<&'static str> {
    TABLE.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect()
}

/// Phrases to be found in a text, each with a label.
pub(super) struct Finder<Label> {
    automaton: AhoCorasick,
    /// For each phrase: its label, and whether the word may go on before it and behind it.
    phrases: Vec<(Label, bool, bool)>,
}

impl<Label: Copy> Finder<Label> {
    /// Prepares the phrases of `sections`.
    pub(super) fn new(sections: &[(&str, Label)]) -> Self {
        let mut phrases = Vec::new();
        let mut texts = Vec::new();
        for &(name, label) in sections {
            for phrase in section(name) {
                phrases.push((label, phrase.starts_with('*'), phrase.ends_with('*')));
                texts.push(phrase.trim_matches('*'));
            }
        }
        let automaton = AhoCorasick::new(&texts).expect("some thousand phrases are not too many");
        Self { automaton, phrases }
    }

    /// Returns the labels of the phrases in `text`, which is in lower case, where they are whole words.
    pub(super) fn words<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Label> + 'a {
        let bytes = text.as_bytes();
        self.automaton.find_overlapping_iter(text).filter_map(move |found| {
            let (label, goes_before, goes_on) = self.phrases[found.pattern().as_usize()];
            let before = found.start().checked_sub(1).is_some_and(|at| is_word(bytes[at]));
            let behind = bytes.get(found.end()).is_some_and(|&byte| is_word(byte));
            ((goes_before || !before) && (goes_on || !behind)).then_some(label)
        })
    }

    /// Returns the labels of the phrases in `text`, which is in lower case, wherever they are.
    pub(super) fn anywhere<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Label> + 'a {
        self.automaton.find_overlapping_iter(text).map(|found| self.phrases[found.pattern().as_usize()].0)
    }
}

/// A letter or a digit; every character outside ASCII counts as one.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// What whole messages say, beside the class of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// The subject of a report.
    Subject,
    /// A sentence of a report.
    Undelivered,
    /// It is still being tried.
    Delay,
    /// A command before the recipient was refused.
    BeforeRecipient,
}

static SUBJECTS: LazyLock<Finder<Sign>> = LazyLock::new(|| Finder::new(&[("subjects of reports", Sign::Subject)]));
static SENTENCES: LazyLock<Finder<Sign>> = LazyLock::new(|| {
    Finder::new(&[
        ("sentences of reports", Sign::Undelivered),
        ("delays", Sign::Delay),
        ("before the recipient", Sign::BeforeRecipient),
    ])
});

/// Returns whether `subject`, in lower case, is that of a report.
pub(super) fn is_subject_of_report(subject: &str) -> bool {
    SUBJECTS.anywhere(subject).next().is_some()
}

/// Returns whether `text`, in lower case and with single spaces, has a sentence of `sign` in it.
pub(super) fn says(text: &str, sign: Sign) -> bool {
    SENTENCES.anywhere(text).any(|found| found == sign)
}
