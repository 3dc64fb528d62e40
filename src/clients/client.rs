//! Lists the simulated mail clients and their dark modes. What each changes is in `rules`.

/// A mail client, or several that change letters alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Apple Mail on macOS and iOS.
    AppleMail,
    /// Gmail in a browser, and its apps with a Google account.
    Gmail,
    /// Gmail's apps with an account of another provider.
    GmailOtherAccount,
    /// Outlook for Windows, which renders letters with Word.
    OutlookWindows,
    /// Outlook.com and the new Outlook, which is the same web page in a window.
    OutlookCom,
    /// Yahoo Mail in a browser.
    Yahoo,
    /// Thunderbird.
    Thunderbird,
}

/// A client's treatment of letters in dark mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DarkMode {
    /// Applies the letter's own rules for dark mode.
    OwnRules,
    /// Inverts the letter's colours.
    Forced,
    /// Removes colours of the letter that do not go with its own dark theme.
    ColoursRemoved,
    /// Shows the letter as in light mode.
    Unchanged,
}

impl Client {
    /// All clients, in the order they are shown.
    pub const ALL: [Self; 7] = [
        Self::AppleMail,
        Self::Gmail,
        Self::GmailOtherAccount,
        Self::OutlookWindows,
        Self::OutlookCom,
        Self::Yahoo,
        Self::Thunderbird,
    ];

    /// Returns the client with this [`slug`](Self::slug).
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|client| client.slug() == slug)
    }

    /// Returns its name in URLs: `outlook-windows`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::AppleMail => "apple-mail",
            Self::Gmail => "gmail",
            Self::GmailOtherAccount => "gmail-foreign",
            Self::OutlookWindows => "outlook-windows",
            Self::OutlookCom => "outlook-com",
            Self::Yahoo => "yahoo",
            Self::Thunderbird => "thunderbird",
        }
    }

    /// Returns its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::AppleMail => "Apple Mail",
            Self::Gmail => "Gmail",
            Self::GmailOtherAccount => "Gmail app, other account",
            Self::OutlookWindows => "Outlook for Windows",
            Self::OutlookCom => "Outlook.com",
            Self::Yahoo => "Yahoo Mail",
            Self::Thunderbird => "Thunderbird",
        }
    }

    /// Describes what it removes from a letter.
    pub fn limits(self) -> &'static str {
        match self {
            Self::AppleMail => "Removes nothing.",
            Self::Gmail => "No rules for colour schemes; style sheets up to 16 KB without nested at-rules.",
            Self::GmailOtherAccount => "No style sheets: only inline styles remain.",
            Self::OutlookWindows => {
                "Word's layout: padding in cells only, max-width on tables only, no media queries, no rounded corners."
            }
            Self::OutlookCom => "Few pseudo-classes; dark mode marks the elements it recolours.",
            Self::Yahoo => {
                "`height` becomes `min-height`; no rules for colour schemes; attribute selectors only with a value."
            }
            Self::Thunderbird => "No at-rules in style sheets, such as media queries, except for fonts.",
        }
    }

    /// Whether it runs on desktop computers only.
    pub fn is_desktop_only(self) -> bool {
        matches!(self, Self::OutlookWindows | Self::Thunderbird)
    }

    /// Returns its treatment of letters in dark mode.
    ///
    /// Own rules: caniemail `css-at-media-prefers-color-scheme`. Gmail on iOS and Outlook for Windows invert colours;
    /// Gmail and Yahoo in a browser darken their own interface and not the letter
    /// (<https://www.litmus.com/blog/the-ultimate-guide-to-dark-mode-for-email-marketers>). Thunderbird: see
    /// `thunderbird_dark`.
    pub fn dark_mode(self) -> DarkMode {
        match self {
            Self::AppleMail | Self::OutlookCom => DarkMode::OwnRules,
            Self::GmailOtherAccount | Self::OutlookWindows => DarkMode::Forced,
            Self::Thunderbird => DarkMode::ColoursRemoved,
            Self::Gmail | Self::Yahoo => DarkMode::Unchanged,
        }
    }
}
