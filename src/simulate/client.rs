//! The clients there are, and what each does in the dark.

/// A mail client, as far as it changes letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Apple Mail on macOS and iOS.
    AppleMail,
    /// Gmail in a browser and its apps, with an account of Google's.
    Gmail,
    /// Gmail's apps with an account of somebody else's.
    GmailForeign,
    /// Outlook for Windows, which lays letters out with Word.
    OutlookWindows,
    /// Outlook.com and the new Outlook, which is the same page in a window.
    OutlookCom,
    /// Yahoo Mail in a browser.
    Yahoo,
    /// Thunderbird.
    Thunderbird,
}

/// What a client in dark mode does with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InDark {
    /// It lets the letter's own dark rules hold.
    OwnRules,
    /// It turns the letter's colours round.
    Forced,
    /// It leaves the letter as it is.
    Nothing,
}

impl Client {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 7] = [
        Self::AppleMail,
        Self::Gmail,
        Self::GmailForeign,
        Self::OutlookWindows,
        Self::OutlookCom,
        Self::Yahoo,
        Self::Thunderbird,
    ];

    /// The client of this [`word`](Self::word).
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|client| client.word() == word)
    }

    /// Its name in addresses: `outlook-windows`.
    pub fn word(self) -> &'static str {
        match self {
            Self::AppleMail => "apple-mail",
            Self::Gmail => "gmail",
            Self::GmailForeign => "gmail-foreign",
            Self::OutlookWindows => "outlook-windows",
            Self::OutlookCom => "outlook-com",
            Self::Yahoo => "yahoo",
            Self::Thunderbird => "thunderbird",
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::AppleMail => "Apple Mail",
            Self::Gmail => "Gmail",
            Self::GmailForeign => "Gmail app, other account",
            Self::OutlookWindows => "Outlook for Windows",
            Self::OutlookCom => "Outlook.com",
            Self::Yahoo => "Yahoo Mail",
            Self::Thunderbird => "Thunderbird",
        }
    }

    /// What it takes out of a letter, in a sentence.
    pub fn takes_out(self) -> &'static str {
        match self {
            Self::AppleMail => "Nothing is taken out.",
            Self::Gmail => "No colour scheme rules; style sheets up to 16 KB, and none with a nested at-rule.",
            Self::GmailForeign => "No style sheets at all: only inline styles are left.",
            Self::OutlookWindows => {
                "Word's layout: padding in cells only, max-width on tables only, no media queries, no round corners."
            }
            Self::OutlookCom => "Few pseudo-classes; dark mode marks what it recolours.",
            Self::Yahoo => "No colour scheme rules; attribute selectors only with a value.",
            Self::Thunderbird => "No media queries, by a test of an old version.",
        }
    }

    /// Whether it only ever has a window on a desk.
    pub fn is_on_desks_only(self) -> bool {
        matches!(self, Self::OutlookWindows | Self::Thunderbird)
    }

    /// What it does in dark mode.
    ///
    /// Own rules: caniemail `css-at-media-prefers-color-scheme`. Gmail on iOS and Outlook for Windows turn colours round; Gmail
    /// and Yahoo in a browser darken themselves, not the letter
    /// (<https://www.litmus.com/blog/the-ultimate-guide-to-dark-mode-for-email-marketers>).
    pub fn in_dark(self) -> InDark {
        match self {
            Self::AppleMail | Self::OutlookCom => InDark::OwnRules,
            Self::GmailForeign | Self::OutlookWindows => InDark::Forced,
            Self::Gmail | Self::Yahoo | Self::Thunderbird => InDark::Nothing,
        }
    }
}
