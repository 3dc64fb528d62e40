//! Traces something in a letter back to its place in the issue, the configuration or the style sheet.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::config::Newsletter;
use crate::diagnostic::{Place, SourceFile};
use crate::html::css::variables::Variables;
use crate::html::css::{self, Declaration, StyleRule, StyleSheet};
use crate::issue::LoadedIssue;

/// The fewest words with which a text is searched for.
const BEGINNING: usize = 3;
/// The most words with which a text is searched for, unless all of it is found.
const LONGEST: usize = 12;

/// The files a letter is made of.
pub(super) struct SourcePlaces<'a> {
    loaded: &'a LoadedIssue,
    newsletter: &'a Newsletter,
    style_sheet: Option<&'a Arc<SourceFile>>,
    /// The style sheet, parsed on first use.
    rules: OnceLock<StyleSheet<'a>>,
}

impl<'a> SourcePlaces<'a> {
    pub(super) fn new(
        loaded: &'a LoadedIssue,
        newsletter: &'a Newsletter,
        style_sheet: Option<&'a Arc<SourceFile>>,
    ) -> Self {
        Self { loaded, newsletter, style_sheet, rules: OnceLock::new() }
    }

    /// Returns a range of the issue's file as a place.
    pub(super) fn in_issue(&self, span: Range<usize>) -> Place {
        Place { source: Arc::clone(&self.loaded.source), span }
    }

    /// Finds `words`, or at least their beginning, in the issue's file or else in the configuration; skips comments.
    pub(super) fn of_words(&self, words: &str) -> Option<Place> {
        // A file has line breaks and emphasis where a letter has none.
        let ends: Vec<usize> = words.match_indices(' ').map(|(at, _)| at).take(LONGEST).collect();
        let beginnings = ends.iter().skip(BEGINNING - 1).rev().map(|&end| &words[..end]);
        let mut texts = std::iter::once(words).chain(beginnings);
        texts
            .find_map(|text| find(&self.loaded.source, text).or_else(|| self.in_settings(text)))
            .or_else(|| find_letters(&self.loaded.source, words))
    }

    /// Finds `words` in the configuration.
    pub(super) fn in_settings(&self, words: &str) -> Option<Place> {
        find(&self.newsletter.source, words)
    }

    /// Finds the value of the link to `href`, or the address in prose or configuration.
    pub(super) fn of_link(&self, href: &str) -> Option<Place> {
        let mut items = self.loaded.issue.links().zip(&self.loaded.places.links);
        let item = items
            .find(|(link, _)| link.url.as_deref() == Some(href))
            .map(|(_, places)| self.in_issue(places.url.clone()));
        // The standard adds a slash that authors leave out.
        item.or_else(|| self.of_words(href)).or_else(|| self.of_words(href.strip_suffix('/')?))
    }

    /// Finds the value of the picture at `src`.
    pub(super) fn of_picture(&self, src: &str) -> Option<Place> {
        let mut items = self.loaded.issue.links().zip(&self.loaded.places.links);
        let item = items.find_map(|(link, places)| {
            let image = link.image.as_ref().filter(|image| image.url == src)?;
            places.image.clone().filter(|_| !image.url.is_empty())
        });
        let in_text = || {
            let image = self.loaded.issue.images().find(|image| image.url == src)?;
            match &image.file {
                Some(file) => find(&self.loaded.source, &format!("img/{file}")),
                None => find(&self.loaded.source, src),
            }
        };
        item.map(|span| self.in_issue(span)).or_else(in_text).or_else(|| self.in_settings(src))
    }

    /// Finds `words` in the newsletter's own style sheet.
    pub(super) fn in_sheet(&self, words: &str) -> Option<Place> {
        find(self.style_sheet?, words)
    }

    /// Finds the declaration of the newsletter's own style sheet that became `declaration`. Of several equal ones it takes
    /// the last whose selectors are `meant`, or the last; of a value that is a custom property, its definition.
    pub(super) fn of_declaration(&self, declaration: &Declaration<'_>, meant: impl Fn(&str) -> bool) -> Option<Place> {
        let source = self.style_sheet?;
        let sheet = self.rules.get_or_init(|| css::parse_style_sheet(&source.text));
        let variables = Variables::defined_in(sheet);
        let wanted = plain(declaration.value);
        let all = sheet.rules.iter().flat_map(|rule| rule.declarations.iter().map(move |one| (rule, one)));
        let same = all.filter(|(_, one)| {
            let is_wanted = |value: &str| plain(value) == wanted;
            one.property == declaration.property
                && (is_wanted(one.value) || variables.expand(one.value).is_ok_and(|value| is_wanted(&value)))
        });
        let is_meant = |rule: &StyleRule<'_>| rule.selectors.iter().any(|selector| meant(selector));
        let (_, mut found) = same.max_by_key(|(rule, one)| (is_meant(rule), one.offset))?;
        if plain(found.value) != wanted {
            // The definition of the custom property is what has to change.
            let mut definitions = sheet.rules.iter().flat_map(|rule| &rule.declarations);
            let is_named = |name: &str| found.value.trim() == format!("var({name})");
            found = definitions.find(|one| is_named(&one.property)).unwrap_or(found);
        }
        let length = source.text[found.offset..].find([';', '}', '\n']).unwrap_or(0);
        Some(Place { source: Arc::clone(source), span: found.offset..found.offset + length })
    }
}

/// Returns a value in lower case and without white space.
fn plain(value: &str) -> String {
    value.to_ascii_lowercase().split_whitespace().collect()
}

/// Finds `words` in `source`, case-sensitively and outside comments.
fn find(source: &Arc<SourceFile>, words: &str) -> Option<Place> {
    if words.is_empty() {
        return None;
    }
    let text = source.text.as_str();
    let mut found = text.match_indices(words).map(|(at, _)| at).filter(|&at| {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        !text[line..].trim_start().starts_with('#') || source.path.extension().is_some_and(|kind| kind == "css")
    });
    let start = found.next()?;
    Some(Place { source: Arc::clone(source), span: start..start + words.len() })
}

/// The letters of the beginning of a text that are enough to find it.
const ENOUGH: usize = 16;

/// Finds the beginning of `words` in `source`, whatever white space and marks are between its letters; outside comments.
fn find_letters(source: &Arc<SourceFile>, words: &str) -> Option<Place> {
    let wanted: Vec<char> = words.chars().filter(|character| character.is_alphanumeric()).take(ENOUGH).collect();
    if wanted.len() < ENOUGH {
        return None;
    }
    let lines = source.text.split_inclusive('\n').scan(0, |start, line| {
        let at = *start;
        *start += line.len();
        Some((at, line))
    });
    let written = lines.filter(|(_, line)| !line.trim_start().starts_with('#'));
    let letters: Vec<(usize, char)> = written
        .flat_map(|(start, line)| line.char_indices().map(move |(at, character)| (start + at, character)))
        .filter(|(_, character)| character.is_alphanumeric())
        .collect();
    let found = letters.windows(ENOUGH).find(|window| window.iter().map(|(_, letter)| letter).eq(&wanted))?;
    let (last, letter) = found[ENOUGH - 1];
    Some(Place { source: Arc::clone(source), span: found[0].0..last + letter.len_utf8() })
}
