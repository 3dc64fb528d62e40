//! Computes colour, background, size and weight of the text of every element, as a client that supports style sheets
//! shows them in light and dark mode.
//!
//! Covers what letters use: a background is a colour and a size is in pixels; other values are ignored.

use std::collections::HashMap;

use crate::html::colour;
use crate::html::css::tokens::value_tokens;
use crate::html::css::{Declaration, StyleSheet, parse_pixels, pixels};
use crate::html::document::{Document, Element};
use crate::html::selector::{Selector, SelectorKey};
use crate::model::Colour;

/// The style of an element's text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ComputedStyle {
    /// The colour of the text.
    pub(crate) colour: Colour,
    /// The colour behind the text.
    pub(crate) background: Colour,
    /// The font size in pixels.
    pub(crate) font_size: f64,
    /// Whether the text is bold.
    pub(crate) bold: bool,
    /// Whether the text is underlined.
    pub(crate) underlined: bool,
    /// Whether the element is not shown.
    pub(crate) hidden: bool,
}

/// The colour scheme of a reader's device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColourScheme {
    Light,
    Dark,
}

/// Smaller text than this, in pixels, is invisible.
const VISIBLE: f64 = 2.0;

/// The clients' own style sheets: text of 16 px, black on white, links blue and underlined.
const CLIENT: ComputedStyle = ComputedStyle {
    colour: Colour { red: 0, green: 0, blue: 0 },
    background: Colour { red: 255, green: 255, blue: 255 },
    font_size: 16.0,
    bold: false,
    underlined: false,
    hidden: false,
};
const LINK: Colour = Colour { red: 0, green: 0, blue: 238 };

/// The declarations of a rule with the selector that decides where they apply.
struct Candidate<'a> {
    selector: Selector<'a>,
    declarations: &'a [Declaration<'a>],
}

/// The candidates by what their selectors ask of an element: most of a letter's elements have none of the classes.
struct CandidateIndex<'c> {
    by_class: HashMap<&'c str, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    others: Vec<usize>,
}

impl<'c> CandidateIndex<'c> {
    fn of(candidates: &'c [Candidate<'_>]) -> Self {
        let mut index = Self { by_class: HashMap::new(), by_name: HashMap::new(), others: Vec::new() };
        for (position, candidate) in candidates.iter().enumerate() {
            match candidate.selector.key() {
                SelectorKey::Class(class) => index.by_class.entry(class).or_default().push(position),
                SelectorKey::Name(name) => index.by_name.entry(name.to_ascii_lowercase()).or_default().push(position),
                SelectorKey::Anything => index.others.push(position),
            }
        }
        index
    }

    /// Returns the positions of those that may select `element`, in order.
    fn candidates_for(&self, element: &Element<'_>) -> Vec<usize> {
        let by_class = element.classes.iter().filter_map(|class| self.by_class.get(class)).flatten();
        let by_name = self.by_name.get(&element.name.to_ascii_lowercase()).into_iter().flatten();
        let mut found: Vec<usize> = self.others.iter().chain(by_name).chain(by_class).copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Returns the style of every element of `document`, in order, by the rules of `sheets` that apply in `scheme`. Rules
/// for narrow screens do not apply.
pub(crate) fn computed_styles(
    document: &Document<'_>,
    sheets: &[StyleSheet<'_>],
    scheme: ColourScheme,
) -> Vec<ComputedStyle> {
    let mut candidates: Vec<Candidate<'_>> = sheets
        .iter()
        .flat_map(|sheet| &sheet.rules)
        .filter(|rule| rule.at_rules.is_empty() || (scheme == ColourScheme::Dark && rule.is_dark()))
        .flat_map(|rule| rule.selectors.iter().map(|selector| (selector, rule.declarations.as_slice())))
        .filter_map(|(text, declarations)| Some(Candidate { selector: Selector::parse(text)?, declarations }))
        .collect();
    // The sort is stable: of two equally specific rules the later one wins.
    candidates.sort_by_key(|candidate| candidate.selector.specificity());

    let index_of = CandidateIndex::of(&candidates);
    let mut paints: Vec<ComputedStyle> = Vec::with_capacity(document.elements.len());
    for (index, element) in document.elements.iter().enumerate() {
        let mut paint = element.parent.map_or(CLIENT, |parent| paints[parent]);
        if element.is(&["a"]) && element.attribute("href").is_some() {
            paint.colour = LINK;
            paint.underlined = true;
        }
        paint.bold |= element.is(&["b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"]);
        paint.hidden |= element.is(&["head", "style", "title", "noscript"]) || element.attribute("hidden").is_some();
        if let Some(ground) = element.attribute("bgcolor").and_then(colour::parse_opaque) {
            paint.background = ground;
        }
        let matching: Vec<&[Declaration<'_>]> = index_of
            .candidates_for(element)
            .into_iter()
            .map(|candidate| &candidates[candidate])
            .filter(|candidate| candidate.selector.matches(document, index))
            .map(|candidate| candidate.declarations)
            .collect();
        // Style sheets, the attribute, then important declarations of both (CSS Cascade 4, section 6).
        for important in [false, true] {
            let sheets = matching.iter().copied().flatten();
            for declaration in sheets.chain(element.style.iter()).filter(|one| one.important == important) {
                paint.apply(declaration);
            }
        }
        paints.push(paint);
    }
    paints
}

impl ComputedStyle {
    /// Returns the style that a client that forces dark mode makes of it.
    pub(crate) fn in_forced_dark(self) -> Self {
        Self { colour: self.colour.in_forced_dark(), background: self.background.in_forced_dark(), ..self }
    }

    /// Whether the text is large, and so needs less contrast (WCAG 2.2, "large scale").
    pub(crate) fn is_large_text(self) -> bool {
        self.font_size >= 24.0 || (self.bold && self.font_size >= 18.66)
    }

    fn apply(&mut self, declaration: &Declaration<'_>) {
        let value = declaration.value;
        match declaration.property.as_str() {
            "color" => self.colour = colour::parse_opaque(value).unwrap_or(self.colour),
            "background" | "background-color" => {
                self.background = colour::parse_opaque(value).unwrap_or(self.background);
            }
            "font-size" => self.resize(parse_pixels(value).or_else(|| relative(value, self.font_size))),
            "font" => {
                self.bold = value_tokens(value).any(|(_, word)| is_bold(word));
                self.resize(value_tokens(value).find_map(|(token, word)| pixels(&token, word)));
            }
            "font-weight" => self.bold = is_bold(value),
            "text-decoration" | "text-decoration-line" => {
                self.underlined = value_tokens(value).any(|(_, word)| word.eq_ignore_ascii_case("underline"));
            }
            "display" => self.hidden |= value.eq_ignore_ascii_case("none"),
            "visibility" => self.hidden |= value.eq_ignore_ascii_case("hidden"),
            "opacity" => self.hidden |= value.parse::<f64>().is_ok_and(|opacity| opacity < 0.05),
            "text-indent" => self.hidden |= parse_pixels(value).is_some_and(|indent| indent < -500.0),
            "left" | "top" => self.hidden |= parse_pixels(value).is_some_and(|offset| offset < -500.0),
            _ => {}
        }
    }

    fn resize(&mut self, size: Option<f64>) {
        self.font_size = size.unwrap_or(self.font_size);
    }

    /// Whether the text is hidden, too small to be seen, or of the colour of its background.
    pub(crate) fn is_invisible(self) -> bool {
        self.hidden || self.is_too_small() || self.colour == self.background
    }

    /// Whether the text is too small to be seen.
    pub(crate) fn is_too_small(self) -> bool {
        self.font_size < VISIBLE
    }
}

fn is_bold(weight: &str) -> bool {
    matches!(weight, "bold" | "bolder" | "600" | "700" | "800" | "900")
}

/// Reads a size in `em` or per cent of the size `of`.
fn relative(value: &str, of: f64) -> Option<f64> {
    let value = value.trim();
    if let Some(number) = value.strip_suffix('%') {
        return number.parse::<f64>().ok().map(|percent| of * percent / 100.0);
    }
    value.strip_suffix("em").and_then(|number| number.parse::<f64>().ok()).map(|factor| of * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::css;

    #[test]
    fn colours_are_inherited_overridden_and_important() {
        let html = "<div class=\"a\" style=\"background:#fff;color:#111111\"><p style=\"font:600 13px/20px x\">1</p>\
                    <a href=\"x\" style=\"color:#222222;text-decoration:none\">2</a></div>";
        let document = Document::parse(html);
        let sheets = [css::parse_style_sheet(
            ".a a { color: red } @media (prefers-color-scheme: dark) { .a { color: #eee !important } a { color: blue } }
             @media (max-width: 599px) { .a { color: lime !important } }",
        )];
        let grey = |level| Colour { red: level, green: level, blue: level };
        let light = computed_styles(&document, &sheets, ColourScheme::Light);
        let dark = computed_styles(&document, &sheets, ColourScheme::Dark);
        assert_eq!((light[0].colour, dark[0].colour), (grey(0x11), grey(0xee)));
        assert_eq!((light[1].colour, light[1].font_size, light[1].bold), (grey(0x11), 13.0, true));
        assert_eq!((dark[2].colour, dark[2].background, dark[2].underlined), (grey(0x22), grey(0xff), false));
    }
}
