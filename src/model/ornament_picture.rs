//! Names the pictures that are drawn for issues, and says which of them an issue has.

use super::issue::Issue;
use super::issue_number::IssueNumber;
use super::publication::Publication;
use super::theme::Ornament;

/// A picture of the ornament, drawn for an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrnamentPicture {
    /// What it is for.
    pub kind: OrnamentKind,
    /// The issue.
    pub number: IssueNumber,
}

/// What a picture of the ornament is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrnamentKind {
    /// It lies above the letter and the home page.
    Band,
    /// It stands beside the issue in a list of issues.
    Cover,
    /// Other sites show it beside a link to the issue.
    Card,
}

/// The least text of a letter with a band that its author did not ask for, in bytes; the end of the letter adds some 200.
/// Spam filters take a picture and less than 600 bytes for advertising.
const LEAST_TEXT: usize = 400;

impl OrnamentPicture {
    /// Returns its path in the web archive: `ornament/42-band.png`. Letters have it below the site, wherever the
    /// newsletter's own pictures are: it is `build` that makes it.
    pub fn path(self) -> String {
        let kind = match self.kind {
            OrnamentKind::Band => "band",
            OrnamentKind::Cover => "cover",
            OrnamentKind::Card => "card",
        };
        format!("ornament/{}-{kind}.png", self.number)
    }

    /// Returns the picture of this `kind` for `issue`, unless the newsletter wants none.
    pub fn of(kind: OrnamentKind, issue: &Issue, publication: &Publication) -> Option<Self> {
        (publication.theme.ornament != Ornament::None).then_some(Self { kind, number: issue.number })
    }

    /// Returns the band above the letter of `issue`, if it has one.
    pub fn above_letter(issue: &Issue, publication: &Publication) -> Option<Self> {
        let is_wanted = match publication.theme.ornament {
            Ornament::Always => true,
            // Clients do not show a picture without TLS.
            Ornament::Auto => {
                issue.own_images().next().is_none()
                    && issue.text_length() >= LEAST_TEXT
                    && publication.site.starts_with("https:")
            }
            Ornament::None => false,
        };
        is_wanted.then_some(Self { kind: OrnamentKind::Band, number: issue.number })
    }
}
