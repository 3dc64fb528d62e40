//! Describes one issue of the newsletter, as its author wrote it.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::audience_rule::AudienceRule;
use super::image::Image;
use super::issue_number::IssueNumber;
use super::prose::{Inline, Prose, plain_text};
use super::slot::Slotted;
use super::word::Word;

/// An issue: sections of links with the curator's words around them. Order here is order in the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Its number.
    pub number: IssueNumber,
    /// The part of its web address after the number; lower-case letters, digits and hyphens, or empty.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The subject line, the publication's pattern already applied.
    pub subject: Slotted,
    /// The text an inbox shows after the subject. Empty when the author wrote none.
    pub preheader: String,
    /// The day on its cover.
    pub date: NaiveDate,
    /// The moment of its publication for feeds, if the author gave a time.
    pub time: Option<DateTime<FixedOffset>>,
    /// The subscribers it is for.
    pub audience: AudienceRule,
    /// A draft is never sent and never published.
    pub draft: bool,
    /// The curator's words before the first section.
    pub intro: Prose,
    /// The sections.
    pub sections: Vec<Section>,
    /// The curator's words after the last section.
    pub outro: Prose,
}

impl Issue {
    /// Returns every link, those of lists too, in order.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        self.sections.iter().flat_map(Section::links)
    }

    /// Returns the link that is shown larger than the others where there is no lead: the first one that was not paid for,
    /// and is neither in a list nor in a section in brief.
    pub fn first_link(&self) -> Option<&Link> {
        if self.has_lead() {
            return None;
        }
        let sections = self.sections.iter().filter(|section| section.style == SectionStyle::Full);
        let mut links = sections.flat_map(Section::items).filter_map(|item| match item {
            Item::Link(link) => Some(&**link),
            Item::Prose(_) | Item::List(_) | Item::Quote(_) => None,
        });
        links.find(|link| !link.sponsored)
    }

    /// Whether its author put a link above the sections.
    pub fn has_lead(&self) -> bool {
        self.sections.iter().any(|section| section.style == SectionStyle::Lead)
    }

    /// Returns every text, in order: intro, texts of sections, descriptions of links, quotations, outro.
    pub fn texts(&self) -> impl Iterator<Item = &Prose> {
        let of_sections = self.sections.iter().flat_map(Section::items).flat_map(Item::texts);
        std::iter::once(&self.intro).chain(of_sections).chain([&self.outro])
    }

    /// Returns every picture, in order: those of links, and those in texts.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        let of_sections = self.sections.iter().flat_map(Section::items).flat_map(Item::images);
        self.intro.images().into_iter().chain(of_sections).chain(self.outro.images())
    }

    /// Returns the pictures that nobody paid for, in order.
    pub fn own_images(&self) -> impl Iterator<Item = &Image> {
        let of_sections = self.sections.iter().flat_map(Section::items).flat_map(Item::own_images);
        self.intro.images().into_iter().chain(of_sections).chain(self.outro.images())
    }

    /// Returns how much text it has, in bytes.
    pub fn text_length(&self) -> usize {
        let titles: usize = self.links().map(|link| link.plain_title().len()).sum();
        titles + self.texts().map(Prose::text_length).sum::<usize>()
    }

    /// Returns the name of its folder in the web archive: `42-slug`, or `42` without a slug. [`IssueNumber::of_path`] reads
    /// it back.
    pub fn path(&self) -> String {
        if self.slug.is_empty() { self.number.to_string() } else { format!("{}-{}", self.number, self.slug) }
    }
}

/// How the links of a section are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SectionStyle {
    /// With all that is known of them.
    #[default]
    Full,
    /// In a line and a sentence.
    Brief,
    /// The one link that its author put above the other sections, larger than the others.
    Lead,
}

/// What the links of a section are, where each is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionForm {
    /// Links with a place of their own.
    Full,
    /// Links in brief.
    Brief,
    /// Nothing but compact lists.
    Lists,
}

/// A group of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// How its links are shown; lists are the same in each style.
    pub style: SectionStyle,
    /// Its title.
    pub heading: Option<Heading>,
    /// Its parts. What a section has outside `[[section.part]]` is in parts without a heading.
    pub parts: Vec<Part>,
}

impl Section {
    /// Returns its links, those of lists too, in order.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        self.items().flat_map(Item::links)
    }

    /// Returns what its links are.
    pub fn form(&self) -> SectionForm {
        let (mut lists, mut links) = (0, 0);
        for item in self.items() {
            match item {
                Item::List(_) => lists += 1,
                Item::Link(_) => links += 1,
                Item::Prose(_) | Item::Quote(_) => {}
            }
        }
        match (self.style, lists, links) {
            (SectionStyle::Brief, ..) => SectionForm::Brief,
            (_, 1.., 0) => SectionForm::Lists,
            _ => SectionForm::Full,
        }
    }

    /// Returns the items of all parts, in order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.parts.iter().flat_map(|part| &part.items)
    }
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its title.
    pub heading: Option<Heading>,
    /// Its content.
    pub items: Vec<Item>,
}

/// The title of a section or part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Text, code and emphasis.
    pub text: Vec<Inline>,
    /// The page it links to: an absolute http or https URL.
    pub url: Option<String>,
}

impl Heading {
    /// Returns it without markup.
    pub fn plain(&self) -> String {
        plain_text(&self.text)
    }
}

/// Something in a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Text.
    Prose(Prose),
    /// A link of its own.
    Link(Box<Link>),
    /// Links that are shown in a compact list.
    List(Vec<Link>),
    /// A quotation.
    Quote(Quote),
}

impl Item {
    /// Returns its links, in order.
    pub fn links(&self) -> &[Link] {
        match self {
            Self::Link(link) => std::slice::from_ref(link),
            Self::List(links) => links,
            Self::Prose(_) | Self::Quote(_) => &[],
        }
    }

    /// Returns its texts, in order: itself, or the descriptions of its links.
    pub fn texts(&self) -> impl Iterator<Item = &Prose> {
        let own = match self {
            Self::Prose(text) | Self::Quote(Quote { text, .. }) => Some(text),
            Self::Link(_) | Self::List(_) => None,
        };
        own.into_iter().chain(self.links().iter().map(|link| &link.description))
    }

    /// Returns its pictures that nobody paid for, in order.
    fn own_images(&self) -> Vec<&Image> {
        let links = self.links().iter().filter(|link| !link.sponsored);
        match self {
            Self::Prose(_) | Self::Quote(_) => self.images(),
            Self::Link(_) | Self::List(_) => links.flat_map(Link::images).collect(),
        }
    }

    /// Returns its pictures, in order.
    fn images(&self) -> Vec<&Image> {
        match self {
            Self::Prose(text) | Self::Quote(Quote { text, .. }) => text.images(),
            Self::Link(_) | Self::List(_) => self.links().iter().flat_map(Link::images).collect(),
        }
    }
}

/// A quotation, with the person who said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The words quoted.
    pub text: Prose,
    /// The person, and where and when.
    pub by: Option<String>,
    /// The source: an absolute http or https URL.
    pub url: Option<String>,
}

/// A curated link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its target: an absolute http or https URL, ASCII, as the WHATWG URL standard serializes it. Without one, the
    /// description has a link.
    pub url: Option<String>,
    /// Its title: text, code and emphasis.
    pub title: Vec<Inline>,
    /// The kind of page it leads to, if the author named it.
    pub kind: Option<LinkKind>,
    /// Facts to show instead of kind and source: a date, a place.
    pub facts: Vec<String>,
    /// The author of the page.
    pub author: Option<String>,
    /// The site it is on: the URL's host without `www.`, unless the author named it.
    pub source: Option<String>,
    /// Minutes it takes to read or watch.
    pub reading_time: Option<u32>,
    /// Words to file it under.
    pub tags: Vec<String>,
    /// Whether it was paid for; both parts say so.
    pub sponsored: bool,
    /// The words on the button of a link that was paid for.
    pub button: Option<String>,
    /// A picture.
    pub image: Option<Image>,
    /// The curator's words about it.
    pub description: Prose,
}

impl Link {
    /// Returns its pictures, in order: its own, and those in the words about it.
    fn images(&self) -> impl Iterator<Item = &Image> {
        self.image.iter().chain(self.description.images())
    }

    /// Returns its title without markup.
    pub fn plain_title(&self) -> String {
        plain_text(&self.title)
    }
}

/// The kind of page a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// Something to read.
    Article,
    /// Something to watch.
    Video,
    /// Something to listen to.
    Audio,
    /// A scientific paper.
    Paper,
    /// A document in PDF.
    Pdf,
    /// Something to use, or its documentation.
    Tool,
    /// A series to listen to.
    Podcast,
}

impl LinkKind {
    /// Every kind, with its name in issue files.
    pub const ALL: [(&'static str, Self); 7] = [
        ("article", Self::Article),
        ("video", Self::Video),
        ("audio", Self::Audio),
        ("paper", Self::Paper),
        ("pdf", Self::Pdf),
        ("tool", Self::Tool),
        ("podcast", Self::Podcast),
    ];

    /// Returns its name for readers.
    pub fn word(self) -> Word {
        match self {
            Self::Article => Word::Article,
            Self::Video => Word::Video,
            Self::Audio => Word::Audio,
            Self::Paper => Word::Paper,
            Self::Pdf => Word::Pdf,
            Self::Tool => Word::Tool,
            Self::Podcast => Word::Podcast,
        }
    }

    /// Returns the words for the time it takes.
    pub fn length(self) -> Word {
        match self {
            Self::Article | Self::Paper | Self::Pdf | Self::Tool => Word::Read,
            Self::Video => Word::Watch,
            Self::Audio | Self::Podcast => Word::Listen,
        }
    }
}
