//! Compares a letter as it was sent with the one a client shows: texts, pictures, lines and heights.

use std::collections::HashMap;

use super::client::{Client, DarkMode};
use super::picture_shape::PictureShape;
use super::rewrite::rewrite_for;
use super::text_stream::{TextStream, is_in_head, without_white_space};
use super::thunderbird_dark;
use crate::html::colour;
use crate::html::computed_style::{ColourScheme, ComputedStyle, computed_styles};
use crate::html::css::{self, Declaration};
use crate::html::document::{Document, Element};
use crate::html::token::{Token, tokens};
use crate::model::Colour;

/// Width and height, in pixels, of the picture at a URL, as far as they are known.
pub(crate) type PictureSize<'a> = &'a dyn Fn(&str) -> Option<(u32, u32)>;

/// A difference between a letter as sent and as a client shows it. Elements are indices into the letter as sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Difference {
    /// A visible text is hidden.
    TextHidden {
        /// The element around it.
        element: usize,
    },
    /// A hidden text is visible.
    TextShown {
        /// The element around it.
        element: usize,
    },
    /// A text has another colour, or another colour behind it.
    TextRecoloured {
        /// The element around it.
        element: usize,
        /// The colour of the text in the client.
        colour: Colour,
        /// The colour behind it in the client.
        background: Colour,
        /// Both colours as sent, the text's first.
        sent: [Colour; 2],
    },
    /// The colour behind an element, which set it off from what is around, is gone.
    GroundLost {
        /// The element.
        element: usize,
        /// The colour as sent.
        ground: Colour,
    },
    /// A picture is not shown.
    PictureLost {
        /// Its element.
        element: usize,
    },
    /// A picture is not shown in its own shape.
    PictureStretched {
        /// Its element.
        element: usize,
    },
    /// A line or an area of colour without content has no height and vanishes.
    LineLost {
        /// Its element.
        element: usize,
    },
    /// An element is less high than its style demands.
    HeightLost {
        /// The element.
        element: usize,
        /// The height as sent, in pixels.
        pixels: f64,
    },
}

/// The attribute that numbers the elements of the letter as sent.
const NUMBER: &str = "data-sent-element";

/// A letter that is compared with what clients make of it.
pub(crate) struct SentLetter<'a> {
    document: &'a Document<'a>,
    light: &'a [ComputedStyle],
    dark: &'a [ComputedStyle],
    numbered: String,
}

impl<'a> SentLetter<'a> {
    /// Prepares the letter `html` for comparisons. `document` is what was parsed from it; `light` and `dark` are the looks
    /// of its elements.
    pub(crate) fn new(
        html: &str,
        document: &'a Document<'a>,
        light: &'a [ComputedStyle],
        dark: &'a [ComputedStyle],
    ) -> Self {
        Self { document, light, dark, numbered: numbered(html) }
    }

    /// Returns what is different, or wrong with a picture, in `client`; in dark mode only texts are compared, and the
    /// colours behind them where a client removes some. The lines and texts of each kind are in the order of the letter.
    pub(crate) fn differences(&self, client: Client, dark: bool, size: PictureSize<'_>) -> Vec<Difference> {
        if client.changes_nothing() {
            // What is wrong there is wrong as sent.
            let pictures = if dark { 0..0 } else { 0..self.document.elements.len() };
            let same = |index: usize| Some((&self.document.elements[index], &self.light[index]));
            return pictures.filter_map(|index| self.picture_difference(index, same(index), size)).collect();
        }
        let rewritten = rewrite_for(&self.numbered, client, dark);
        let shown = Document::parse(&rewritten);
        let sheets: Vec<_> = shown.style_sheets.iter().map(|text| css::parse_style_sheet(text)).collect();
        let scheme = if dark { ColourScheme::Dark } else { ColourScheme::Light };
        let styles = computed_styles(&shown, &sheets, scheme);
        let has_own_dark = client.dark_mode() == DarkMode::OwnRules;
        let sent = if dark && has_own_dark { self.dark } else { self.light };
        let mut found = self.text_differences(&shown, &styles, sent);
        let by_number: HashMap<usize, usize> = shown
            .elements
            .iter()
            .enumerate()
            .filter_map(|(index, element)| Some((element.attribute(NUMBER)?.parse().ok()?, index)))
            .collect();
        if dark && client.dark_mode() == DarkMode::ColoursRemoved {
            let ground = |index: usize| Some(styles[*by_number.get(&index)?].background);
            found.extend((0..sent.len()).filter_map(|index| self.ground_difference(index, &ground)));
        }
        if !dark {
            for index in 0..self.document.elements.len() {
                let other = by_number.get(&index).map(|&other| (&shown.elements[other], &styles[other]));
                found.extend(self.picture_difference(index, other, size));
                found.extend(self.height_difference(index, other.map(|(element, _)| element)));
            }
        }
        found
    }

    fn text_differences(
        &self,
        shown: &Document<'_>,
        styles: &[ComputedStyle],
        sent: &[ComputedStyle],
    ) -> Vec<Difference> {
        let mut stream = TextStream::of(shown);
        let mut found = Vec::new();
        for text in &self.document.texts {
            let element = text.element;
            let letters = without_white_space(&text.content);
            if letters.is_empty() || is_in_head(self.document, element) {
                continue;
            }
            let before = sent[element];
            // A text that is not there is hidden.
            let after = stream.find(&letters).map(|element| styles[element]);
            found.extend(match after {
                None => (!before.is_invisible()).then_some(Difference::TextHidden { element }),
                // A text in the colour behind it is hidden by mistake; a client that recolours it shows what it should.
                Some(after) if before.is_invisible() => {
                    let is_meant = before.hidden || before.is_too_small();
                    (is_meant && !after.is_invisible()).then_some(Difference::TextShown { element })
                }
                Some(after) if after.hidden || after.is_too_small() => Some(Difference::TextHidden { element }),
                Some(after) => {
                    let sent = [before.colour, before.background];
                    let recoloured = [after.colour, after.background] != sent;
                    recoloured.then_some(Difference::TextRecoloured {
                        element,
                        colour: after.colour,
                        background: after.background,
                        sent,
                    })
                }
            });
        }
        found
    }

    /// `ground`: the colour behind the element with this index in the client. A bright ground is no loss in a dark theme.
    fn ground_difference(&self, index: usize, ground: &dyn Fn(usize) -> Option<Colour>) -> Option<Difference> {
        let element = &self.document.elements[index];
        let parent = element.parent?;
        let sent = self.light[index].background;
        let is_set_off = sent != self.light[parent].background && !self.light[index].hidden;
        let is_lost = ground(index)? == ground(parent)?;
        // A border of the same colour shows where the ground was.
        let has_border = element.declaration("border").and_then(|one| colour::parse_opaque(one.value)) == Some(sent);
        let is_missed = is_set_off && is_lost && !has_border && !thunderbird_dark::is_bright(sent);
        is_missed.then_some(Difference::GroundLost { element: index, ground: sent })
    }

    fn picture_difference(
        &self,
        index: usize,
        other: Option<(&Element<'_>, &ComputedStyle)>,
        size: PictureSize<'_>,
    ) -> Option<Difference> {
        let picture = self.document.elements.get(index).filter(|element| element.is(&["img"]))?;
        let source = picture.attribute("src")?;
        if self.light[index].hidden {
            return None;
        }
        let Some((shown, _)) = other.filter(|(shown, style)| shown.attribute("src").is_some() && !style.hidden) else {
            return Some(Difference::PictureLost { element: index });
        };
        let stretched = PictureShape::of(shown).is_stretched(size(source));
        stretched.then_some(Difference::PictureStretched { element: index })
    }

    fn height_difference(&self, index: usize, other: Option<&Element<'_>>) -> Option<Difference> {
        let element = &self.document.elements[index];
        if element.is(&["img"]) || self.light[index].hidden {
            return None;
        }
        let before = least_height(element)?;
        let after = other.and_then(least_height).unwrap_or(0.0);
        if after >= before {
            return None;
        }
        let is_empty = self.document.text_content(index).is_empty()
            && !self.document.elements[index..element.subtree_end].iter().any(|inner| inner.is(&["img"]));
        let around = element.parent.map_or(self.light[index].background, |parent| self.light[parent].background);
        let is_coloured = self.light[index].background != around;
        let around_content = other.map_or(0.0, height_around_content);
        Some(if is_empty && is_coloured && around_content == 0.0 {
            Difference::LineLost { element: index }
        } else {
            Difference::HeightLost { element: index, pixels: before }
        })
    }
}

/// Returns `html` with a number in each start tag outside comments: its index among the elements of the parsed letter.
pub fn numbered(html: &str) -> String {
    let mut written = String::with_capacity(html.len() * 3 / 2);
    let mut number = 0;
    for token in tokens(html) {
        match token {
            Token::Start(tag) => {
                let (opening, rest) = tag.as_str().split_at(1 + tag.name().len());
                written.push_str(opening);
                written.extend([" ", NUMBER, "=\"", &number.to_string(), "\""]);
                written.push_str(rest);
                number += 1;
            }
            other => written.push_str(other.as_str()),
        }
    }
    written
}

/// Returns the height in pixels that the style of an element gives it whatever is in it. `min-height` has no effect on
/// cells, rows and tables (CSS 2.2, 10.7).
fn least_height(element: &Element<'_>) -> Option<f64> {
    let is_table_part = element.is(&["td", "th", "tr", "table", "tbody", "thead"]);
    let of = |property| element.declaration(property).and_then(Declaration::pixels);
    of("height").or_else(|| of("min-height").filter(|_| !is_table_part)).filter(|&height| height > 0.0)
}

/// Returns the height in pixels of padding and borders above and below the content.
fn height_around_content(element: &Element<'_>) -> f64 {
    // Padding, then border; above, then below. Of several declarations the last one counts.
    let mut heights = [[0.0; 2]; 2];
    for declaration in element.style.iter() {
        let lengths: Vec<f64> = declaration.value.split_whitespace().filter_map(css::parse_pixels).collect();
        let first = lengths.first().copied().unwrap_or(0.0);
        // Values of a shorthand: all sides, or above and below, or above, sides and below.
        let both = [first, lengths.get(2).copied().unwrap_or(first)];
        match declaration.property.as_str() {
            "padding" => heights[0] = both,
            "padding-top" => heights[0][0] = first,
            "padding-bottom" => heights[0][1] = first,
            "border-width" => heights[1] = both,
            "border" => heights[1] = [first; 2],
            "border-top" | "border-top-width" => heights[1][0] = first,
            "border-bottom" | "border-bottom-width" => heights[1][1] = first,
            _ => {}
        }
    }
    heights.iter().flatten().sum()
}
