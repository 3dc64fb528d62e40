//! What a letter's words look like: colour, ground, size and weight of every element, as a client with style sheets
//! shows them, light and dark.
//!
//! Only what letters use: a ground is a colour, a size is in pixels, what says otherwise is passed over.

use super::document::Document;
use super::selector::Selector;
use crate::markup::colour;
use crate::markup::css::{Declaration, Sheet, pixels};
use crate::model::Colour;

/// How an element is painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Paint {
    /// Of its words.
    pub(super) colour: Colour,
    /// Behind its words.
    pub(super) ground: Colour,
    /// Of its words, in pixels.
    pub(super) size: f64,
    /// Whether its words are bold.
    pub(super) bold: bool,
    /// Whether its words are underlined.
    pub(super) underlined: bool,
    /// Whether nobody sees it.
    pub(super) hidden: bool,
}

/// Which of the two a reader's device is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Light,
    Dark,
}

/// Text nobody can see is smaller than this.
const VISIBLE: f64 = 2.0;

/// Clients' own sheets: text 16 px, black on white, links blue and underlined.
const CLIENT: Paint = Paint {
    colour: Colour { red: 0, green: 0, blue: 0 },
    ground: Colour { red: 255, green: 255, blue: 255 },
    size: 16.0,
    bold: false,
    underlined: false,
    hidden: false,
};
const LINK: Colour = Colour { red: 0, green: 0, blue: 238 };

/// A declaration of a sheet with what decides whether it wins.
struct Candidate<'a> {
    selector: Selector<'a>,
    declarations: &'a [Declaration<'a>],
}

/// The paint of every element of `document`, in order, with the rules of `sheets` that hold in `scheme`. Rules for
/// narrow screens do not.
pub(super) fn paint(document: &Document<'_>, sheets: &[Sheet<'_>], scheme: Scheme) -> Vec<Paint> {
    let mut candidates: Vec<Candidate<'_>> = sheets
        .iter()
        .flat_map(|sheet| &sheet.rules)
        .filter(|rule| rule.at.is_empty() || (scheme == Scheme::Dark && rule.is_dark()))
        .flat_map(|rule| rule.selectors.iter().map(|selector| (selector, rule.declarations.as_slice())))
        .filter_map(|(text, declarations)| Some(Candidate { selector: Selector::read(text)?, declarations }))
        .collect();
    // Stable: of two equally specific ones the later wins.
    candidates.sort_by_key(|candidate| candidate.selector.specificity());

    let mut paints: Vec<Paint> = Vec::with_capacity(document.elements.len());
    for (index, element) in document.elements.iter().enumerate() {
        let mut paint = element.parent.map_or(CLIENT, |parent| paints[parent]);
        if element.is(&["a"]) && element.attribute("href").is_some() {
            paint.colour = LINK;
            paint.underlined = true;
        }
        paint.bold |= element.is(&["b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"]);
        paint.hidden |= element.is(&["head", "style", "title", "noscript"]) || element.attribute("hidden").is_some();
        if let Some(ground) = element.attribute("bgcolor").and_then(colour::opaque) {
            paint.ground = ground;
        }
        let matching: Vec<&[Declaration<'_>]> = candidates
            .iter()
            .filter(|candidate| candidate.selector.matches(document, index))
            .map(|candidate| candidate.declarations)
            .collect();
        // Sheets, the attribute, then what is important in either (CSS Cascade 4, section 6).
        for important in [false, true] {
            let sheets = matching.iter().copied().flatten();
            for declaration in sheets.chain(&element.style).filter(|one| one.important == important) {
                paint.apply(declaration);
            }
        }
        paints.push(paint);
    }
    paints
}

impl Paint {
    /// What a client that forces dark mode makes of it.
    pub(super) fn forced_dark(self) -> Self {
        Self { colour: colour::in_forced_dark(self.colour), ground: colour::in_forced_dark(self.ground), ..self }
    }

    /// Large text needs less contrast (WCAG 2.2, "large scale").
    pub(super) fn is_large(self) -> bool {
        self.size >= 24.0 || (self.bold && self.size >= 18.66)
    }

    fn apply(&mut self, declaration: &Declaration<'_>) {
        let value = declaration.value;
        match declaration.property.as_str() {
            "color" => self.colour = colour::opaque(value).unwrap_or(self.colour),
            "background" | "background-color" => self.ground = colour::opaque(value).unwrap_or(self.ground),
            "font-size" => self.resize(pixels(value).or_else(|| relative(value, self.size))),
            "font" => {
                self.bold = value.split_whitespace().any(is_bold);
                self.resize(value.split_whitespace().find_map(|word| pixels(word.split('/').next().unwrap_or(word))));
            }
            "font-weight" => self.bold = is_bold(value),
            "text-decoration" | "text-decoration-line" => self.underlined = value.contains("underline"),
            "display" => self.hidden |= value.eq_ignore_ascii_case("none"),
            "visibility" => self.hidden |= value.eq_ignore_ascii_case("hidden"),
            "opacity" => self.hidden |= value.parse::<f64>().is_ok_and(|opacity| opacity < 0.05),
            "text-indent" => self.hidden |= pixels(value).is_some_and(|indent| indent < -500.0),
            "left" | "top" => self.hidden |= pixels(value).is_some_and(|offset| offset < -500.0),
            _ => {}
        }
    }

    fn resize(&mut self, size: Option<f64>) {
        self.size = size.unwrap_or(self.size);
    }

    /// Whether its words are too small to be seen, or of the colour of their ground.
    pub(super) fn is_invisible(self) -> bool {
        self.hidden || self.size < VISIBLE || self.colour == self.ground
    }
}

fn is_bold(weight: &str) -> bool {
    matches!(weight, "bold" | "bolder" | "600" | "700" | "800" | "900")
}

/// A size in `em` or per cent.
fn relative(value: &str, of: f64) -> Option<f64> {
    if let Some(number) = value.trim().strip_suffix('%') {
        return number.parse::<f64>().ok().map(|percent| of * percent / 100.0);
    }
    value.trim().strip_suffix("em").and_then(|number| number.parse::<f64>().ok()).map(|factor| of * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::css;

    #[test]
    fn colours_are_inherited_overridden_and_important() {
        let html = "<div class=\"a\" style=\"background:#fff;color:#111111\"><p style=\"font:600 13px/20px x\">1</p>\
                    <a href=\"x\" style=\"color:#222222;text-decoration:none\">2</a></div>";
        let document = Document::read(html);
        let sheets = [css::sheet(
            ".a a { color: red } @media (prefers-color-scheme: dark) { .a { color: #eee !important } a { color: blue } }
             @media (max-width: 599px) { .a { color: lime !important } }",
        )];
        let grey = |level| Colour { red: level, green: level, blue: level };
        let light = paint(&document, &sheets, Scheme::Light);
        let dark = paint(&document, &sheets, Scheme::Dark);
        assert_eq!((light[0].colour, dark[0].colour), (grey(0x11), grey(0xee)));
        assert_eq!((light[1].colour, light[1].size, light[1].bold), (grey(0x11), 13.0, true));
        assert_eq!((dark[2].colour, dark[2].ground, dark[2].underlined), (grey(0x22), grey(0xff), false));
    }
}
