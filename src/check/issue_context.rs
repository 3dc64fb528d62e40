//! The view that rules about an issue get: the issue, its letter and its messages, parsed once for all rules.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use super::author_notes::TextPosition;
use super::earlier_links::EarlierLinks;
use super::input::CheckInput;
use super::outgoing_links::outgoing_links;
use super::raw_message::Entity;
use super::sample_messages::SampleMessage;
use super::source_places::SourcePlaces;
use super::spam_score::SpamScore;
use crate::config::Settings;
use crate::diagnostic::{Place, SourceFile};
use crate::fetch::FetchResult;
use crate::html::computed_style::{ColourScheme, ComputedStyle, computed_styles};
use crate::html::css::{self, Declaration, StyleSheet};
use crate::html::document::Document;
use crate::html::selector::Selector;
use crate::issue::{IssuePlaces, LinkPlaces, ReaderTexts};
use crate::model::{self, Image, Issue, Publication};
use crate::pictures::Examination;

/// An issue as rules see it.
pub(super) struct IssueContext<'a> {
    input: &'a CheckInput<'a>,
    /// The messages of the two sample readers; the first has a name.
    pub(super) samples: &'a [SampleMessage; 2],
    /// The header fields and parts of the first reader's message, undecoded.
    pub(super) message: Entity<'a>,
    /// The first reader's HTML part, parsed.
    pub(super) document: Document<'a>,
    /// The style sheets in it.
    pub(super) style_sheets: Vec<StyleSheet<'a>>,
    light_styles: OnceLock<Vec<ComputedStyle>>,
    dark_styles: OnceLock<Vec<ComputedStyle>>,
    own_pictures: OnceLock<Vec<OwnPicture<'a>>>,
    reader_texts: OnceLock<ReaderTexts<'a>>,
    source_places: SourcePlaces<'a>,
}

/// A picture of the newsletter's own.
pub(super) struct OwnPicture<'a> {
    /// The picture.
    pub(super) image: &'a Image,
    /// Its name in `issues/img`.
    pub(super) file: &'a str,
    /// The place of its name in the issue.
    pub(super) place: Option<Place>,
    /// The content of its file.
    pub(super) examination: Examination,
}

/// A link in the HTML part.
pub(super) struct Anchor<'s> {
    /// The index of its element.
    pub(super) element: usize,
    /// Its target.
    pub(super) href: &'s str,
}

/// A declaration of the letter, in a `style` attribute or in a sheet.
pub(super) struct UsedDeclaration<'s, 'a> {
    /// The declaration.
    pub(super) declaration: &'s Declaration<'a>,
    /// The element whose `style` attribute has it, if one does.
    pub(super) element: Option<usize>,
}

/// Elements whose text is not prose.
const NOT_PROSE: [&str; 3] = ["code", "pre", "title"];

/// Elements whose text is the name of something.
const NAMES: [&str; 7] = ["a", "h1", "h2", "h3", "h4", "h5", "h6"];

impl<'a> IssueContext<'a> {
    pub(super) fn new(input: &'a CheckInput<'a>, samples: &'a [SampleMessage; 2]) -> Self {
        let document = Document::parse(&samples[0].reading.html);
        let style_sheets = document.style_sheets.iter().map(|text| css::parse_style_sheet(text)).collect();
        Self {
            input,
            samples,
            message: Entity::read(&samples[0].text),
            document,
            style_sheets,
            light_styles: OnceLock::new(),
            dark_styles: OnceLock::new(),
            own_pictures: OnceLock::new(),
            reader_texts: OnceLock::new(),
            source_places: SourcePlaces::new(input.loaded, input.newsletter, input.style_sheet),
        }
    }

    /// Returns the issue.
    pub(super) fn issue(&self) -> &'a Issue {
        &self.input.loaded.issue
    }

    /// Returns the newsletter.
    pub(super) fn publication(&self) -> &'a Publication {
        &self.input.newsletter.publication
    }

    /// Returns how it is sent.
    pub(super) fn settings(&self) -> &'a Settings {
        &self.input.newsletter.settings
    }

    /// Returns the links of the other issues.
    pub(super) fn earlier_links(&self) -> &'a EarlierLinks {
        self.input.earlier_links
    }

    /// Returns whether two earlier issues have the link to `href` too.
    pub(super) fn is_standing(&self, href: &str) -> bool {
        self.earlier_links().is_standing(self.issue().number, href)
    }

    /// Returns the file of the issue.
    pub(super) fn source(&self) -> &'a SourceFile {
        &self.input.loaded.source
    }

    /// Returns the texts of its file that readers see.
    pub(super) fn reader_texts(&self) -> &ReaderTexts<'a> {
        self.reader_texts.get_or_init(|| ReaderTexts::of(self.source()))
    }

    /// Returns the folders of the web archive that letters of the issue link to, if it was sent.
    pub(super) fn sent_pages(&self) -> &'a BTreeSet<String> {
        self.input.sent_pages
    }

    /// Returns the placeholder texts of the template for new issues.
    pub(super) fn template_texts(&self) -> &'a BTreeSet<String> {
        self.input.template_texts
    }

    /// Returns the columns of the subscriber list, if it is here and can be read.
    pub(super) fn columns(&self) -> Option<BTreeSet<String>> {
        (self.input.columns)()
    }

    /// Returns the newsletter's own pictures in the issue, each with its place and what is in its file.
    pub(super) fn own_pictures(&self) -> &[OwnPicture<'a>] {
        self.own_pictures.get_or_init(|| {
            let own = self.issue().images().filter_map(|image| {
                let file = image.file.as_deref()?;
                let examination = (self.input.examine)(file)?;
                Some(OwnPicture { image, file, place: self.place_of_picture(&image.url), examination })
            });
            own.collect()
        })
    }

    /// Returns the addresses of the issue that were requested, as it writes them, each with the result.
    pub(super) fn fetched_links(&self) -> Vec<(&'a str, &'a FetchResult)> {
        let Some(fetched) = self.input.external.fetched else { return Vec::new() };
        let links = outgoing_links(self.issue()).into_iter();
        links.filter_map(|link| Some((link.written, fetched.get(link.page.as_str())?))).collect()
    }

    /// Returns `SpamAssassin`'s score of the first reader's message, if it was asked for one.
    pub(super) fn spam_score(&self) -> Option<&'a SpamScore> {
        self.input.external.spam_score
    }

    /// Returns the time of the check.
    pub(super) fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.input.now
    }

    /// Returns the first reader's HTML part.
    pub(super) fn html(&self) -> &'a str {
        &self.samples[0].reading.html
    }

    /// Returns the first reader's text part.
    pub(super) fn text(&self) -> &'a str {
        &self.samples[0].reading.text
    }

    /// Returns the first reader's subject line.
    pub(super) fn subject_line(&self) -> &'a str {
        &self.samples[0].reading.subject
    }

    /// Returns the links of the issue with their places.
    pub(super) fn links(&self) -> impl Iterator<Item = (&'a model::Link, &'a LinkPlaces)> {
        self.issue().links().zip(&self.input.loaded.places.links)
    }

    /// Returns the links in the HTML part, in order.
    pub(super) fn anchors(&self) -> impl Iterator<Item = Anchor<'_>> {
        let named = self.document.elements.iter().enumerate().filter(|(_, element)| element.is(&["a"]));
        named.filter_map(|(element, tag)| Some(Anchor { element, href: tag.attribute("href")? }))
    }

    /// Returns the texts of the HTML part, without code and without the title.
    pub(super) fn prose_texts(&self) -> impl Iterator<Item = &str> {
        let prose = self.document.texts.iter().filter(|text| !self.is_within(text.element, &NOT_PROSE));
        prose.map(|text| text.content.as_ref())
    }

    /// Returns these texts with their positions.
    pub(super) fn positioned_texts(&self) -> impl Iterator<Item = (&str, TextPosition)> {
        let mut last = None;
        let prose = self.document.texts.iter().filter(|text| !self.is_within(text.element, &NOT_PROSE));
        prose.filter(|text| !text.content.trim().is_empty()).map(move |text| {
            let block = std::iter::once(text.element)
                .chain(self.document.ancestors(text.element))
                .find(|&index| self.document.elements[index].is(&["p", "li", "td", "th", "blockquote", "div"]));
            let is_first = last != Some(block);
            last = Some(block);
            let position = if self.is_within(text.element, &NAMES) {
                TextPosition::Name
            } else if is_first {
                TextPosition::Start
            } else {
                TextPosition::Middle
            };
            (text.content.as_ref(), position)
        })
    }

    /// Returns whether `element` is one of the elements called `names`, or in one.
    fn is_within(&self, element: usize, names: &[&str]) -> bool {
        let mut outwards = std::iter::once(element).chain(self.document.ancestors(element));
        outwards.any(|index| self.document.elements[index].is(names))
    }

    /// Returns the look of every element in light mode.
    pub(super) fn light_styles(&self) -> &[ComputedStyle] {
        self.light_styles.get_or_init(|| computed_styles(&self.document, &self.style_sheets, ColourScheme::Light))
    }

    /// Returns the look of every element in dark mode, where the client follows the letter's own dark rules.
    pub(super) fn dark_styles(&self) -> &[ComputedStyle] {
        self.dark_styles.get_or_init(|| computed_styles(&self.document, &self.style_sheets, ColourScheme::Dark))
    }

    /// Returns every declaration in the letter.
    pub(super) fn declarations(&self) -> impl Iterator<Item = UsedDeclaration<'_, 'a>> {
        let inline = self.document.elements.iter().enumerate().flat_map(|(index, element)| {
            element.style.iter().map(move |declaration| UsedDeclaration { declaration, element: Some(index) })
        });
        let in_sheets = self.style_sheets.iter().flat_map(|sheet| &sheet.rules).flat_map(|rule| {
            rule.declarations.iter().map(|declaration| UsedDeclaration { declaration, element: None })
        });
        inline.chain(in_sheets)
    }

    /// Returns the places of the issue's values in its file.
    pub(super) fn places(&self) -> &'a IssuePlaces {
        &self.input.loaded.places
    }

    /// Returns a range of the issue's file as a place.
    pub(super) fn place_in_issue(&self, span: &Range<usize>) -> Place {
        self.source_places.in_issue(span.clone())
    }

    /// Finds `words` in the issue's file, then in `newsletter.toml`.
    pub(super) fn place_of(&self, words: &str) -> Option<Place> {
        self.source_places.of_words(words)
    }

    /// Finds the source of the link to `href`.
    pub(super) fn place_of_link(&self, href: &str) -> Option<Place> {
        self.source_places.of_link(href)
    }

    /// Finds the source of the picture at `src`.
    pub(super) fn place_of_picture(&self, src: &str) -> Option<Place> {
        self.source_places.of_picture(src)
    }

    /// Finds `declaration` in the newsletter's own style sheet; `element` is the one whose attribute has it.
    pub(super) fn place_of_style(
        &self,
        declaration: &Declaration<'_>,
        element: impl Into<Option<usize>>,
    ) -> Option<Place> {
        let element = element.into();
        self.source_places.of_declaration(declaration, |selector| {
            element.is_some_and(|element| {
                Selector::parse(selector).is_some_and(|selector| selector.matches(&self.document, element))
            })
        })
    }

    /// Finds `words` in the newsletter's own style sheet.
    pub(super) fn place_in_sheet(&self, words: &str) -> Option<Place> {
        self.source_places.in_sheet(words)
    }

    /// Finds `words` in `newsletter.toml`.
    pub(super) fn place_in_settings(&self, words: &str) -> Option<Place> {
        self.source_places.in_settings(words)
    }
}
