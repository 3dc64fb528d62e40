//! One issue of the newsletter, as its author wrote it.

use std::fmt;

use chrono::NaiveDate;

use super::{Prose, Slotted, Word};

/// The number of an issue, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssueNumber(pub u32);

impl fmt::Display for IssueNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

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
    /// What an inbox shows after the subject. Empty when the author wrote none.
    pub preheader: String,
    /// The day on its cover.
    pub date: NaiveDate,
    /// A draft is never sent and never published.
    pub draft: bool,
    /// What the curator says before the first section.
    pub intro: Prose,
    /// The sections.
    pub sections: Vec<Section>,
    /// What the curator says after the last section.
    pub outro: Prose,
}

impl Issue {
    /// Every link, in order.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        self.sections.iter().flat_map(|section| &section.links)
    }

    /// The name of its folder in the web archive: `42-slug`, or `42` without a slug.
    pub fn path(&self) -> String {
        if self.slug.is_empty() { self.number.to_string() } else { format!("{}-{}", self.number, self.slug) }
    }
}

/// A titled group of links, or a titled piece of prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Prose under the title, before the links.
    pub prose: Prose,
    /// The links; none makes the section a note.
    pub links: Vec<Link>,
}

/// A curated link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it goes: an absolute http or https URL, ASCII, as the WHATWG URL standard serialises it.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Who made it.
    pub author: Option<String>,
    /// The site it is on; the URL's host without `www.` unless the author named it.
    pub source: String,
    /// Minutes it takes to read or watch.
    pub reading_time: Option<u32>,
    /// Words to file it under.
    pub tags: Vec<String>,
    /// Somebody paid for it; it says so in both parts.
    pub sponsored: bool,
    /// A picture.
    pub image: Option<Image>,
    /// The curator's words about it.
    pub blurb: Prose,
}

/// What kind of thing a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something to read.
    Article,
    /// Something to watch.
    Video,
    /// A scientific paper.
    Paper,
    /// Something to use, or its documentation.
    Tool,
    /// Something to listen to.
    Podcast,
}

impl Kind {
    /// Every kind, with the word an issue file uses for it.
    pub const ALL: [(&'static str, Self); 5] = [
        ("article", Self::Article),
        ("video", Self::Video),
        ("paper", Self::Paper),
        ("tool", Self::Tool),
        ("podcast", Self::Podcast),
    ];

    /// What it is called.
    pub fn word(self) -> Word {
        match self {
            Self::Article => Word::Article,
            Self::Video => Word::Video,
            Self::Paper => Word::Paper,
            Self::Tool => Word::Tool,
            Self::Podcast => Word::Podcast,
        }
    }

    /// How the time it takes is said.
    pub fn length(self) -> Word {
        match self {
            Self::Article | Self::Paper | Self::Tool => Word::Read,
            Self::Video => Word::Watch,
            Self::Podcast => Word::Listen,
        }
    }
}

/// A picture of a link, measured when it was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its absolute https URL, which is where readers' clients fetch it.
    pub url: String,
    /// The file's name in `issues/img`, when it is the newsletter's own; the archive copies it, the preview serves it.
    pub file: Option<String>,
    /// What it shows, in words. Empty when it is decoration.
    pub alt: String,
    /// Width and height in pixels, when the file is at hand.
    pub size: Option<(u32, u32)>,
}
