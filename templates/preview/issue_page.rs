//! Lists the pages of an issue.

/// A page of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuePage {
    /// The letter and everything about it.
    Letter,
    /// The letter in every mail client.
    Clients,
    /// The letter compared with an earlier one.
    Compare,
    /// The web archive with this issue in it.
    Archive,
    /// The links that wait in the inbox.
    Links,
    /// What the rules of `check` find.
    Checks,
}

impl IssuePage {
    /// All pages, in the order of the bar.
    pub(super) const ALL: [Self; 6] =
        [Self::Letter, Self::Clients, Self::Compare, Self::Archive, Self::Links, Self::Checks];

    /// Its name in the bar.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Letter => "Letter",
            Self::Clients => "Clients",
            Self::Compare => "Compare",
            Self::Archive => "Archive",
            Self::Links => "Links",
            Self::Checks => "Checks",
        }
    }

    /// Its name in the page's script.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Clients => "clients",
            Self::Compare => "compare",
            Self::Archive => "archive",
            Self::Links => "links",
            Self::Checks => "checks",
        }
    }

    /// The part of its path after the issue's number.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Letter => "",
            Self::Clients => "/clients",
            Self::Compare => "/compare",
            Self::Archive => "/archive",
            Self::Links => "/links",
            Self::Checks => "/checks",
        }
    }

    /// The key that opens it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Letter => "h",
            Self::Clients => "c",
            Self::Compare => "b",
            Self::Archive => "a",
            Self::Links => "g",
            Self::Checks => "e",
        }
    }
}
