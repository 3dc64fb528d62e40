//! What each client does to style sheets, declarations, elements and pictures.
//!
//! Every entry is a row of caniemail's data, named by its slug: for a property `margin` that is `css-margin`, at
//! `https://www.caniemail.com/features/css-margin/`. The value is that of the latest version tested.

use super::Client;
use crate::markup::caniemail;
use crate::markup::css::{AtRule, Declaration, Sheet, has_spaced_colour};

/// What becomes of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It holds.
    Holds,
    /// It is gone.
    Gone,
    /// It holds on these elements.
    Only(&'static [&'static str]),
    /// It holds on all but these elements.
    Except(&'static [&'static str]),
}

/// What becomes of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// It stays.
    Stays,
    /// Its tags go, its content stays.
    Unwrapped,
    /// It is called this instead.
    Renamed(&'static str),
}

/// The bytes of style sheets Gmail reads (`html-style`, note 6).
const GMAIL_STYLES: usize = 16 * 1024;

impl Client {
    /// Whether `<body>` becomes a `<div>` (`html-body`), which no rule for `html`, `body` or `:root` reaches.
    pub(super) fn replaces_body(self) -> bool {
        matches!(self, Self::Gmail | Self::GmailForeign | Self::OutlookCom | Self::Yahoo)
    }

    /// Whether it shows what `<!--[if mso]>` hides from the others (`html-comments`;
    /// Microsoft, "Word 2007 HTML and CSS rendering capabilities in Outlook 2007").
    pub(super) fn is_word(self) -> bool {
        self == Self::OutlookWindows
    }

    /// Whether it reads `sheet`, written as `css`, having read `before` bytes of others (`html-style`, `css-rgb` note 3;
    /// nested at-rules: <https://github.com/hteumeuleu/caniemail/issues/144>).
    pub(super) fn reads_sheet(self, css: &str, sheet: &Sheet<'_>, before: usize) -> bool {
        match self {
            Self::GmailForeign => false,
            Self::Gmail => {
                let is_nested = sheet.at_rules.iter().any(AtRule::is_nested);
                before + css.len() <= GMAIL_STYLES && !has_spaced_colour(css) && !is_nested
            }
            _ => true,
        }
    }

    /// Whether the declarations `style` of an attribute are read at all (`css-rgb`, note 3).
    pub(super) fn reads_style(self, style: &str) -> bool {
        !(matches!(self, Self::Gmail | Self::GmailForeign) && has_spaced_colour(style))
    }

    /// Whether rules inside the at-rule `prelude`, lower case, hold where its condition does (`css-at-media`,
    /// `css-at-media-prefers-color-scheme`, `css-at-supports`, `css-at-import`, `css-at-font-face`).
    pub(super) fn knows_at_rule(self, prelude: &str) -> bool {
        let is_media = prelude.starts_with("@media");
        let asks_scheme = prelude.contains("prefers-");
        match self {
            Self::AppleMail => true,
            Self::Gmail => is_media && !asks_scheme && !prelude.contains("height"),
            Self::GmailForeign | Self::OutlookWindows => false,
            Self::OutlookCom => is_media,
            Self::Yahoo => (is_media && !asks_scheme) || prelude.starts_with("@supports"),
            Self::Thunderbird => prelude.starts_with("@font-face"),
        }
    }

    /// Whether rules for `selector`, one without commas, hold (`css-selector-*`, `css-pseudo-class-*`).
    pub(super) fn knows_selector(self, selector: &str) -> bool {
        let has = |marks: &[&str]| marks.iter().any(|mark| selector.contains(mark));
        if self.replaces_body() && names_document(selector) {
            return false;
        }
        match self {
            Self::AppleMail | Self::Thunderbird => true,
            Self::Gmail | Self::GmailForeign => {
                let pseudo = selector.replace(":hover", "").contains(':');
                !pseudo && (!selector.contains('[') || selector.contains("[class~="))
            }
            Self::OutlookWindows => !has(&[">", "+", "~", "[", "*"]) && !selector.replace(":link", "").contains(':'),
            Self::OutlookCom => !has(&[":not(", ":nth-", ":has("]),
            Self::Yahoo => {
                let bare =
                    selector.split('[').skip(1).any(|rest| !rest.split(']').next().unwrap_or_default().contains('='));
                !bare && !has(&[":not(", ":nth-", ":has(", "~=", "|=", "^=", "$=", "*="])
            }
        }
    }

    /// What the table calls it; `None` for Apple Mail, which takes nothing out, and Thunderbird, which the table leaves out.
    fn in_table(self) -> Option<&'static str> {
        match self {
            Self::AppleMail | Self::Thunderbird => None,
            Self::Gmail => Some("Gmail"),
            Self::GmailForeign => Some("Gmail on Android"),
            Self::OutlookWindows => Some("Outlook on Windows"),
            Self::OutlookCom => Some("Outlook.com"),
            Self::Yahoo => Some("Yahoo Mail"),
        }
    }

    /// What becomes of a declaration on the way to an element; `inline` in its `style` attribute. What the table says is not
    /// supported at all is gone; below is what it says in its notes.
    pub(super) fn fate(self, declaration: &Declaration<'_>, inline: bool) -> Fate {
        let Some(client) = self.in_table() else { return Fate::Holds };
        if caniemail::of_declaration(declaration).iter().any(|feature| caniemail::table().lacks(client, feature)) {
            return Fate::Gone;
        }
        let property = declaration.property.as_str();
        let value = declaration.written.trim().to_ascii_lowercase();
        // `css-variables`: a value without its name is none.
        if property.starts_with("--") {
            return Fate::Gone;
        }
        // `css-margin`, note 1.
        if property.starts_with("margin") && value.split_whitespace().any(|length| length.starts_with('-')) {
            return Fate::Gone;
        }
        match self {
            Self::OutlookWindows => in_word(property, &value, inline),
            Self::Gmail | Self::GmailForeign => {
                let gone = (self == Self::GmailForeign && property == "display" && is_modern_display(&value))
                    || (value.contains('!') && !value.contains("!important") && !value.contains("! important"));
                if gone { Fate::Gone } else { Fate::Holds }
            }
            Self::AppleMail | Self::Thunderbird | Self::OutlookCom | Self::Yahoo => Fate::Holds,
        }
    }

    /// What becomes of the element `name`, lower case (`html-semantics`, `html-bdi`).
    pub(super) fn element(self, name: &str) -> Element {
        const SECTIONS: [&str; 11] = [
            "article",
            "aside",
            "details",
            "figcaption",
            "figure",
            "footer",
            "header",
            "main",
            "nav",
            "section",
            "summary",
        ];
        match (self, name) {
            (Self::AppleMail | Self::Thunderbird, _) => Element::Stays,
            (_, "bdi") => Element::Unwrapped,
            (Self::Gmail | Self::GmailForeign, "details" | "main" | "nav" | "summary") => Element::Renamed("u"),
            (Self::OutlookWindows | Self::OutlookCom | Self::Yahoo, name) if SECTIONS.contains(&name) => {
                Element::Unwrapped
            }
            _ => Element::Stays,
        }
    }

    /// Whether it shows the picture at `source` (`image-base64`, `image-svg`, `image-webp`, `image-avif`).
    pub(super) fn shows_picture(self, source: &str) -> bool {
        let path = source.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let kind = path.rsplit('.').next().unwrap_or_default();
        match self {
            Self::Gmail | Self::GmailForeign => !path.starts_with("data:") && kind != "svg",
            Self::OutlookWindows => !["webp", "avif"].contains(&kind),
            _ => true,
        }
    }
}

/// What Word makes of a declaration.
fn in_word(property: &str, value: &str, inline: bool) -> Fate {
    // `css-important`, notes 4 and 5: with a space before it, and in a style sheet only.
    if let Some(at) = value.find('!')
        && (inline || !value[..at].ends_with(' '))
    {
        return Fate::Gone;
    }
    // `css-rgba`, `css-background-image`.
    if ["rgba(", "url("].iter().any(|form| value.contains(form)) {
        return Fate::Gone;
    }
    match property {
        "max-width" => Fate::Only(&["table"]),
        "width" => Fate::Except(&["body", "span", "div", "p", "img"]),
        "height" => Fate::Except(&["body", "span", "div", "p"]),
        "display" if value.starts_with("none") => Fate::Except(&["img"]),
        "display" => Fate::Gone,
        _ if property.starts_with("padding") => Fate::Only(&["td", "th"]),
        // Note 4: a value with `auto` sets nothing. Word centres tables by their `align`.
        _ if property.starts_with("margin") && value.contains("auto") => Fate::Gone,
        _ if property.starts_with("margin") => Fate::Except(&["body", "span"]),
        _ => Fate::Holds,
    }
}

/// Whether a selector names what is around a letter's body, or the body.
fn names_document(selector: &str) -> bool {
    selector.split([' ', '>', '+', '~']).any(|compound| {
        let name = compound.split(['.', '#', '[']).next().unwrap_or_default();
        ["html", "body", ":root"].contains(&name)
    })
}

fn is_modern_display(value: &str) -> bool {
    ["flex", "grid", "flow-root", "contents"].iter().any(|form| value.contains(form))
}
