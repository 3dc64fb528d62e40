//! Holds the rules by which each client changes style sheets, declarations, elements and pictures.
//!
//! Every entry names its page of caniemail by the slug: `css-margin` for the property `margin`, at
//! `https://www.caniemail.com/features/css-margin/`. The value is that of the latest version tested.

use super::client::Client;
use super::selector_parts::SelectorParts;
use crate::html::caniemail;
use crate::html::colour::has_space_separated_colour;
use crate::html::css::{AtRule, Declaration, StyleSheet};

/// A client's support of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Support {
    /// It applies.
    Full,
    /// It is removed.
    None,
    /// It applies to these elements.
    Only(&'static [&'static str]),
    /// It applies to all but these elements.
    Except(&'static [&'static str]),
}

/// A client's support of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ElementSupport {
    /// It is kept.
    Kept,
    /// Its tags are removed, its content is kept.
    Unwrapped,
    /// It is renamed to this.
    Renamed(&'static str),
}

/// The bytes of style sheets Gmail reads (`html-style`, note 6).
const GMAIL_STYLES: usize = 16 * 1024;

impl Client {
    /// Whether `<body>` becomes a `<div>` (`html-body`), so that rules for `html`, `body` or `:root` do not apply to it.
    pub(super) fn replaces_body(self) -> bool {
        matches!(self, Self::Gmail | Self::GmailOtherAccount | Self::OutlookCom | Self::Yahoo)
    }

    /// Whether it shows what `<!--[if mso]>` hides from other clients (`html-comments`;
    /// Microsoft, "Word 2007 HTML and CSS rendering capabilities in Outlook 2007").
    pub(super) fn is_word(self) -> bool {
        self == Self::OutlookWindows
    }

    /// Whether it reads `sheet`, written as `css`, having read `before` bytes of others (`html-style`, `css-rgb` note 3;
    /// nested at-rules: <https://github.com/hteumeuleu/caniemail/issues/144>).
    pub(super) fn reads_style_sheet(self, css: &str, sheet: &StyleSheet<'_>, before: usize) -> bool {
        match self {
            Self::GmailOtherAccount => false,
            Self::Gmail => {
                let is_nested = sheet.at_rules.iter().any(AtRule::is_nested);
                before + css.len() <= GMAIL_STYLES && !has_space_separated_colour(css) && !is_nested
            }
            _ => true,
        }
    }

    /// Whether it reads the declarations `style` of an attribute (`css-rgb`, note 3).
    pub(super) fn reads_style_attribute(self, style: &str) -> bool {
        !(matches!(self, Self::Gmail | Self::GmailOtherAccount) && has_space_separated_colour(style))
    }

    /// Whether it evaluates the at-rule `prelude`, in lower case, and applies the rules inside (`css-at-media`,
    /// `css-at-media-prefers-color-scheme`, `css-at-supports`, `css-at-import`, `css-at-font-face`). Thunderbird 153.8 ESR
    /// removes all but `@font-face` before it shows a message, so that `prefers-color-scheme` never applies.
    pub(super) fn supports_at_rule(self, prelude: &str) -> bool {
        let is_media = prelude.starts_with("@media");
        let asks_scheme = prelude.contains("prefers-");
        match self {
            Self::AppleMail => true,
            Self::Gmail => is_media && !asks_scheme && !prelude.contains("height"),
            Self::GmailOtherAccount | Self::OutlookWindows => false,
            Self::OutlookCom => is_media,
            Self::Yahoo => (is_media && !asks_scheme) || prelude.starts_with("@supports"),
            Self::Thunderbird => prelude.starts_with("@font-face"),
        }
    }

    /// Whether it applies rules for `selector`, which has no commas (`css-selector-*`, `css-pseudo-class-*`).
    pub(super) fn supports_selector(self, selector: &str) -> bool {
        let SelectorParts { elements, pseudo_classes, attributes, has_combinator, is_universal } =
            SelectorParts::parse(selector);
        let names_document = elements.iter().any(|name| ["html", "body"].contains(&name.as_str()))
            || pseudo_classes.iter().any(|name| name == "root");
        if self.replaces_body() && names_document {
            return false;
        }
        let is_structural = |name: &String| ["not", "has"].contains(&name.as_str()) || name.starts_with("nth-");
        match self {
            Self::AppleMail | Self::Thunderbird => true,
            Self::Gmail | Self::GmailOtherAccount => {
                pseudo_classes.iter().all(|name| name == "hover")
                    && attributes.iter().all(|one| one.name == "class" && one.operator == Some("~="))
            }
            Self::OutlookWindows => {
                !has_combinator
                    && !is_universal
                    && attributes.is_empty()
                    && pseudo_classes.iter().all(|name| name == "link")
            }
            Self::OutlookCom => !pseudo_classes.iter().any(is_structural),
            Self::Yahoo => {
                !pseudo_classes.iter().any(is_structural) && attributes.iter().all(|one| one.operator == Some("="))
            }
        }
    }

    /// Whether it shows every element with all its own style, and applies all style sheets.
    pub(super) fn changes_nothing(self) -> bool {
        self == Self::AppleMail
    }

    /// Returns its name in the table; `None` for Apple Mail, which removes nothing, and for Thunderbird, which is not in it.
    fn caniemail_name(self) -> Option<&'static str> {
        match self {
            Self::AppleMail | Self::Thunderbird => None,
            Self::Gmail => Some("Gmail"),
            Self::GmailOtherAccount => Some("Gmail on Android"),
            Self::OutlookWindows => Some("Outlook on Windows"),
            Self::OutlookCom => Some("Outlook.com"),
            Self::Yahoo => Some("Yahoo Mail"),
        }
    }

    /// Returns the property that it writes in place of `property` (`css-height`, note 1).
    pub(super) fn replacement(self, property: &str) -> Option<&'static str> {
        (self == Self::Yahoo && property == "height").then_some("min-height")
    }

    /// Returns its support of a declaration, which is `inline` if it is in a `style` attribute: none if the table has none,
    /// otherwise by the notes of the table, which are below.
    pub(super) fn declaration_support(self, declaration: &Declaration<'_>, inline: bool) -> Support {
        let Some(client) = self.caniemail_name() else { return Support::Full };
        if self.replacement(&declaration.property).is_some() {
            return Support::Full;
        }
        if caniemail::features_of_declaration(declaration)
            .iter()
            .any(|feature| caniemail::table().lacks(client, feature))
        {
            return Support::None;
        }
        let property = declaration.property.as_str();
        let value = declaration.raw_value.trim().to_ascii_lowercase();
        // `css-variables`.
        if property.starts_with("--") {
            return Support::None;
        }
        // `css-margin`, note 1.
        if property.starts_with("margin") && value.split_whitespace().any(|length| length.starts_with('-')) {
            return Support::None;
        }
        match self {
            Self::OutlookWindows => in_word(property, &value, inline),
            Self::Gmail | Self::GmailOtherAccount => {
                let gone = (self == Self::GmailOtherAccount && property == "display" && is_modern_display(&value))
                    || (value.contains('!') && !value.contains("!important") && !value.contains("! important"));
                if gone { Support::None } else { Support::Full }
            }
            Self::AppleMail | Self::Thunderbird | Self::OutlookCom | Self::Yahoo => Support::Full,
        }
    }

    /// Returns its support of the element `name`, in lower case (`html-semantics`, `html-bdi`).
    pub(super) fn element_support(self, name: &str) -> ElementSupport {
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
            (Self::AppleMail | Self::Thunderbird, _) => ElementSupport::Kept,
            (_, "bdi") => ElementSupport::Unwrapped,
            (Self::Gmail | Self::GmailOtherAccount, "details" | "main" | "nav" | "summary") => {
                ElementSupport::Renamed("u")
            }
            (Self::OutlookWindows | Self::OutlookCom | Self::Yahoo, name) if SECTIONS.contains(&name) => {
                ElementSupport::Unwrapped
            }
            _ => ElementSupport::Kept,
        }
    }

    /// Whether it shows the picture at `source` (`image-base64`, `image-svg`, `image-webp`, `image-avif`).
    pub(super) fn shows_picture(self, source: &str) -> bool {
        let path = source.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let kind = path.rsplit('.').next().unwrap_or_default();
        match self {
            Self::Gmail | Self::GmailOtherAccount => !path.starts_with("data:") && kind != "svg",
            Self::OutlookWindows => !["webp", "avif"].contains(&kind),
            _ => true,
        }
    }
}

/// Returns Word's support of a declaration.
fn in_word(property: &str, value: &str, inline: bool) -> Support {
    // `css-important`, notes 4 and 5: only after a space, and only in a style sheet.
    if let Some(at) = value.find('!')
        && (inline || !value[..at].ends_with(' '))
    {
        return Support::None;
    }
    // `css-rgba`, `css-background-image`.
    if ["rgba(", "url("].iter().any(|form| value.contains(form)) {
        return Support::None;
    }
    match property {
        "max-width" => Support::Only(&["table"]),
        "width" => Support::Except(&["body", "span", "div", "p", "img"]),
        "height" => Support::Except(&["body", "span", "div", "p"]),
        "display" if value.starts_with("none") => Support::Except(&["img"]),
        "display" => Support::None,
        _ if property.starts_with("padding") => Support::Only(&["td", "th"]),
        // Note 4: a value with `auto` is ignored. Word centres tables by their `align`.
        _ if property.starts_with("margin") && value.contains("auto") => Support::None,
        _ if property.starts_with("margin") => Support::Except(&["body", "span"]),
        _ => Support::Full,
    }
}

fn is_modern_display(value: &str) -> bool {
    ["flex", "grid", "flow-root", "contents"].iter().any(|form| value.contains(form))
}
