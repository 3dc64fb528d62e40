//! Where something in a letter comes from: the place in the issue, the configuration or the style sheet.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Place, SourceFile};
use crate::load::{LoadedIssue, Newsletter};
use crate::markup::css::{self, Declaration, Sheet, StyleRule};

/// Words of a text that are enough to find it again.
const BEGINNING: usize = 3;
/// Words of a text that are looked for at most, but for all of them.
const LONGEST: usize = 12;

/// The files a letter is made of.
pub(super) struct Origins<'a> {
    loaded: &'a LoadedIssue,
    newsletter: &'a Newsletter,
    style_sheet: Option<&'a Arc<SourceFile>>,
    /// The style sheet taken apart, once somebody asks.
    rules: OnceCell<Sheet<'a>>,
}

impl<'a> Origins<'a> {
    pub(super) fn new(
        loaded: &'a LoadedIssue,
        newsletter: &'a Newsletter,
        style_sheet: Option<&'a Arc<SourceFile>>,
    ) -> Self {
        Self { loaded, newsletter, style_sheet, rules: OnceCell::new() }
    }

    /// A range of the issue's file.
    pub(super) fn in_issue(&self, span: Range<usize>) -> Place {
        Place { source: Arc::clone(&self.loaded.source), span }
    }

    /// Where the issue's file, or else the configuration, says `words` or at least begins to; comments do not count.
    pub(super) fn of_words(&self, words: &str) -> Option<Place> {
        // A file breaks its lines, and stresses words, where a letter does not.
        let ends: Vec<usize> = words.match_indices(' ').map(|(at, _)| at).take(LONGEST).collect();
        let beginnings = ends.iter().skip(BEGINNING - 1).rev().map(|&end| &words[..end]);
        let mut texts = std::iter::once(words).chain(beginnings);
        texts.find_map(|text| find(&self.loaded.source, text).or_else(|| self.in_settings(text)))
    }

    /// Where the configuration says `words`.
    pub(super) fn in_settings(&self, words: &str) -> Option<Place> {
        find(&self.newsletter.source, words)
    }

    /// The value of the link that goes to `href`, or where prose or configuration say it.
    pub(super) fn of_link(&self, href: &str) -> Option<Place> {
        let mut items = self.loaded.issue.links().zip(&self.loaded.places.links);
        let item = items.find(|(link, _)| link.url == href).map(|(_, places)| self.in_issue(places.url.clone()));
        // People leave out the slash the standard adds.
        item.or_else(|| self.of_words(href)).or_else(|| self.of_words(href.strip_suffix('/')?))
    }

    /// The value of the picture at `src`.
    pub(super) fn of_picture(&self, src: &str) -> Option<Place> {
        let mut items = self.loaded.issue.links().zip(&self.loaded.places.links);
        let item = items.find_map(|(link, places)| {
            let image = link.image.as_ref().filter(|image| image.url == src)?;
            places.image.clone().filter(|_| !image.url.is_empty())
        });
        item.map(|span| self.in_issue(span)).or_else(|| self.in_settings(src))
    }

    /// Where the newsletter's own style sheet says `words`.
    pub(super) fn in_sheet(&self, words: &str) -> Option<Place> {
        find(self.style_sheet?, words)
    }

    /// The declaration of the newsletter's own style sheet that became `declaration`: of several alike the last of those
    /// whose selectors are `meant`, or the last; the definition, where it is all a custom property.
    pub(super) fn of_declaration(&self, declaration: &Declaration<'_>, meant: impl Fn(&str) -> bool) -> Option<Place> {
        let source = self.style_sheet?;
        let sheet = self.rules.get_or_init(|| css::sheet(&source.text));
        let wanted = plain(declaration.value);
        let all = sheet.rules.iter().flat_map(|rule| rule.declarations.iter().map(move |one| (rule, one)));
        let same = all.filter(|(_, one)| {
            one.property == declaration.property
                && (plain(one.value) == wanted || plain(&expanded(sheet, one.value)) == wanted)
        });
        let is_meant = |rule: &StyleRule<'_>| rule.selectors.iter().any(|selector| meant(selector));
        let (_, mut found) = same.max_by_key(|(rule, one)| (is_meant(rule), one.start))?;
        if plain(found.value) != wanted {
            // Said in a custom property: that is where to change it.
            let mut definitions = sheet.rules.iter().flat_map(|rule| &rule.declarations);
            let is_named = |name: &str| found.value.trim() == format!("var({name})");
            found = definitions.find(|one| is_named(&one.property)).unwrap_or(found);
        }
        let length = source.text[found.start..].find([';', '}', '\n']).unwrap_or(0);
        Some(Place { source: Arc::clone(source), span: found.start..found.start + length })
    }
}

/// A value without what does not matter.
fn plain(value: &str) -> String {
    value.to_ascii_lowercase().split_whitespace().collect()
}

/// A value with its custom properties replaced by what `sheet` says they are.
fn expanded(sheet: &Sheet<'_>, value: &str) -> String {
    let mut value = value.to_owned();
    // As deep as the renderer follows them.
    for _ in 0..8 {
        let Some(start) = value.find("var(") else { break };
        let Some(end) = value[start..].find(')').map(|length| start + length) else { break };
        let name = value[start + 4..end].split(',').next().unwrap_or_default().trim();
        let all = sheet.rules.iter().flat_map(|rule| &rule.declarations);
        let meant = all.filter(|one| one.property == name).map(|one| one.value).next().unwrap_or_default().to_owned();
        value.replace_range(start..=end, &meant);
    }
    value
}

/// Where `source` says `words` outside its comments, capitals as they are.
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
