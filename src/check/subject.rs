//! What a rule may look at: the issue, its letter and its messages, read once for all rules.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;

use super::document::Document;
use super::mime::Entity;
use super::origin::Origins;
use super::outside::{SpamScore, outgoing};
use super::paint::{Paint, Scheme, paint};
use super::sample::Sample;
use super::selector::Selector;
use super::{Case, KnownLinks};
use crate::diagnostic::{Place, SourceFile};
use crate::load::{IssuePlaces, LinkPlaces, Settings};
use crate::markup::css::{self, Declaration, Sheet};
use crate::model::{self, Issue, Publication};
use crate::web::Answer;

/// What a rule may look at.
pub(super) struct Subject<'a> {
    case: &'a Case<'a>,
    /// The messages of the two sample readers; the first has a name.
    pub(super) samples: &'a [Sample; 2],
    /// Their bytes taken apart, in the same order.
    pub(super) messages: [Entity<'a>; 2],
    /// The first reader's HTML part, taken apart.
    pub(super) document: Document<'a>,
    /// The style sheets in it.
    pub(super) sheets: Vec<Sheet<'a>>,
    light: OnceCell<Vec<Paint>>,
    dark: OnceCell<Vec<Paint>>,
    origins: Origins<'a>,
}

/// A link in the HTML part.
pub(super) struct Anchor<'s> {
    /// Its element.
    pub(super) element: usize,
    /// Where it goes.
    pub(super) href: &'s str,
}

/// A declaration that is in the letter: in a `style` attribute or in a sheet.
pub(super) struct Used<'s, 'a> {
    /// The declaration.
    pub(super) declaration: &'s Declaration<'a>,
    /// The element it styles, when it stands in a `style` attribute.
    pub(super) element: Option<usize>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(case: &'a Case<'a>, samples: &'a [Sample; 2]) -> Self {
        let document = Document::read(&samples[0].reading.html);
        let sheets = document.sheets.iter().map(|text| css::sheet(text)).collect();
        Self {
            case,
            samples,
            messages: [Entity::read(&samples[0].text), Entity::read(&samples[1].text)],
            document,
            sheets,
            light: OnceCell::new(),
            dark: OnceCell::new(),
            origins: Origins::new(case.loaded, case.newsletter, case.style_sheet),
        }
    }

    /// The issue.
    pub(super) fn issue(&self) -> &'a Issue {
        &self.case.loaded.issue
    }

    /// The newsletter.
    pub(super) fn publication(&self) -> &'a Publication {
        &self.case.newsletter.publication
    }

    /// How it is sent.
    pub(super) fn settings(&self) -> &'a Settings {
        &self.case.newsletter.settings
    }

    /// The links of all issues.
    pub(super) fn known_links(&self) -> &'a KnownLinks {
        self.case.known_links
    }

    /// The file of the issue.
    pub(super) fn source(&self) -> &'a SourceFile {
        &self.case.loaded.source
    }

    /// What the template of new issues says where each has words of its own.
    pub(super) fn template_words(&self) -> &'a BTreeSet<String> {
        self.case.template_words
    }

    /// How many bytes the picture `file` in `issues/img` has.
    pub(super) fn weight(&self, file: &str) -> Option<u64> {
        (self.case.weigh)(file)
    }

    /// The addresses of the issue that were asked for, as it has them, with what became of that; none without a network.
    pub(super) fn answers(&self) -> Vec<(&'a str, &'a Answer)> {
        let Some(answers) = self.case.outside.answers else { return Vec::new() };
        let asked = outgoing(self.issue()).into_iter();
        asked.filter_map(|one| Some((one.written, answers.get(one.page.as_str())?))).collect()
    }

    /// What `SpamAssassin` makes of the first reader's message, when it was asked.
    pub(super) fn spam(&self) -> Option<&'a SpamScore> {
        self.case.outside.spam
    }

    /// When the issue is looked at.
    pub(super) fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.case.now
    }

    /// The first reader's HTML.
    pub(super) fn html(&self) -> &'a str {
        &self.samples[0].reading.html
    }

    /// The first reader's text part.
    pub(super) fn text(&self) -> &'a str {
        &self.samples[0].reading.text
    }

    /// The first reader's subject line.
    pub(super) fn subject_line(&self) -> &'a str {
        &self.samples[0].reading.subject
    }

    /// The links of the issue with their places.
    pub(super) fn items(&self) -> impl Iterator<Item = (&'a model::Link, &'a LinkPlaces)> {
        self.issue().links().zip(&self.case.loaded.places.links)
    }

    /// The links in the HTML part, in order.
    pub(super) fn anchors(&self) -> impl Iterator<Item = Anchor<'_>> {
        let named = self.document.elements.iter().enumerate().filter(|(_, element)| element.is(&["a"]));
        named.filter_map(|(element, tag)| Some(Anchor { element, href: tag.attribute("href")? }))
    }

    /// How every element looks on paper.
    pub(super) fn light(&self) -> &[Paint] {
        self.light.get_or_init(|| paint(&self.document, &self.sheets, Scheme::Light))
    }

    /// How every element looks where the device is set to dark and the letter's own dark rules hold.
    pub(super) fn dark(&self) -> &[Paint] {
        self.dark.get_or_init(|| paint(&self.document, &self.sheets, Scheme::Dark))
    }

    /// Every declaration in the letter.
    pub(super) fn declarations(&self) -> impl Iterator<Item = Used<'_, 'a>> {
        let inline = self.document.elements.iter().enumerate().flat_map(|(index, element)| {
            element.style.iter().map(move |declaration| Used { declaration, element: Some(index) })
        });
        let in_sheets = self
            .sheets
            .iter()
            .flat_map(|sheet| &sheet.rules)
            .flat_map(|rule| rule.declarations.iter().map(|declaration| Used { declaration, element: None }));
        inline.chain(in_sheets)
    }

    /// Where the values of the issue stand in its file.
    pub(super) fn places(&self) -> &'a IssuePlaces {
        &self.case.loaded.places
    }

    /// The place of one of them.
    pub(super) fn in_issue(&self, span: &Range<usize>) -> Place {
        self.origins.in_issue(span.clone())
    }

    /// Where files say `words`: the issue's first, then `newsletter.toml`.
    pub(super) fn place_of(&self, words: &str) -> Option<Place> {
        self.origins.of_words(words)
    }

    /// Where the link that goes to `href` comes from.
    pub(super) fn place_of_link(&self, href: &str) -> Option<Place> {
        self.origins.of_link(href)
    }

    /// Where the picture at `src` comes from.
    pub(super) fn place_of_picture(&self, src: &str) -> Option<Place> {
        self.origins.of_picture(src)
    }

    /// Where the newsletter's own style sheet says `declaration`, which styles `element` if it is in its attribute.
    pub(super) fn place_of_style(
        &self,
        declaration: &Declaration<'_>,
        element: impl Into<Option<usize>>,
    ) -> Option<Place> {
        let element = element.into();
        self.origins.of_declaration(declaration, |selector| {
            element.is_some_and(|element| {
                Selector::read(selector).is_some_and(|selector| selector.matches(&self.document, element))
            })
        })
    }

    /// Where the newsletter's own style sheet says `words`.
    pub(super) fn place_in_sheet(&self, words: &str) -> Option<Place> {
        self.origins.in_sheet(words)
    }

    /// Where `newsletter.toml` says `words`.
    pub(super) fn place_in_settings(&self, words: &str) -> Option<Place> {
        self.origins.in_settings(words)
    }
}
