//! Reads colours as style sheets write them, and inverts their lightness as a client that forces dark mode does.

use std::borrow::Cow;
use std::ops::Range;

use cssparser::Token;
use cssparser::color::{parse_hash_color, parse_named_color};

use super::css::tokens::{closing_parenthesis, tokens};
use crate::model;

/// Returns the first colour in `value`, when it is opaque.
pub(crate) fn parse_opaque(value: &str) -> Option<model::Colour> {
    parse(value).filter(|(_, opacity)| *opacity >= 1.0).map(|(colour, _)| colour)
}

/// Returns the first colour in `value`, with its opacity from 0 to 1.
pub(crate) fn parse(value: &str) -> Option<(model::Colour, f64)> {
    let (_, colour) = colours(value).into_iter().next()?;
    let [red, green, blue] = colour.channels;
    Some((model::Colour { red, green, blue }, colour.alpha))
}

/// Returns `value`, of a CSS declaration or of an attribute such as `bgcolor`, with the lightness of each colour
/// inverted.
///
/// Understands `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb()` and `rgba()` with commas, and names. Mail clients drop
/// the newer forms, so letters do not use them.
pub(crate) fn inverted(value: &str) -> Cow<'_, str> {
    let (mut written, mut copied) = (String::new(), 0);
    for (range, colour) in colours(value) {
        written.push_str(&value[copied..range.start]);
        written.push_str(&colour.inverted().to_css());
        copied = range.end;
    }
    if copied == 0 {
        return Cow::Borrowed(value);
    }
    written.push_str(&value[copied..]);
    Cow::Owned(written)
}

/// Whether `css` has a colour with spaces instead of commas, `rgb(0 128 0)`, which makes Gmail drop the style sheet.
pub(crate) fn has_space_separated_colour(css: &str) -> bool {
    // Most styles have no function at all.
    if !css.contains('(') {
        return false;
    }
    let tokens: Vec<_> = tokens(css).collect();
    tokens.iter().enumerate().any(|(open, (token, range))| {
        let is_colour = |name: &str| ["rgb", "rgba", "hsl", "hsla"].iter().any(|one| name.eq_ignore_ascii_case(one));
        if !matches!(token, Token::Function(name) if is_colour(name)) {
            return false;
        }
        let close = closing_parenthesis(&tokens, open).unwrap_or(tokens.len());
        let end = tokens.get(close).map_or(css.len(), |(_, range)| range.start);
        !tokens[open..close].iter().any(|(token, _)| *token == Token::Comma)
            && css[range.end..end].split_whitespace().count() > 1
    })
}

/// A colour with its transparency as written.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rgba {
    channels: [u8; 3],
    /// From 0 to 1.
    alpha: f64,
}

/// Returns the colours in `value` and their places.
fn colours(value: &str) -> Vec<(Range<usize>, Rgba)> {
    let tokens: Vec<_> = tokens(value).collect();
    let mut found = Vec::new();
    for (index, (token, range)) in tokens.iter().enumerate() {
        let colour = match token {
            Token::Hash(digits) | Token::IDHash(digits) => hash(digits).map(|colour| (range.end, colour)),
            Token::Ident(name) => named(name).map(|colour| (range.end, colour)),
            Token::Function(name) if ["rgb", "rgba"].iter().any(|one| name.eq_ignore_ascii_case(one)) => {
                closing_parenthesis(&tokens, index).and_then(|close| {
                    let end = &tokens[close].1;
                    Some((end.end, numbers(&value[range.end..end.start])?))
                })
            }
            _ => None,
        };
        found.extend(colour.map(|(end, colour)| (range.start..end, colour)));
    }
    found
}

fn hash(digits: &str) -> Option<Rgba> {
    let (red, green, blue, _) = parse_hash_color(digits.as_bytes()).ok()?;
    // `parse_hash_color` returns it in single precision.
    let alpha = match digits.len() {
        4 => u8::from_str_radix(&digits[3..], 16).ok()? * 17,
        8 => u8::from_str_radix(&digits[6..], 16).ok()?,
        _ => 255,
    };
    Some(Rgba { channels: [red, green, blue], alpha: f64::from(alpha) / 255.0 })
}

fn named(name: &str) -> Option<Rgba> {
    let (red, green, blue) = parse_named_color(name).ok()?;
    Some(Rgba { channels: [red, green, blue], alpha: 1.0 })
}

/// Reads the arguments of `rgb()`.
fn numbers(inside: &str) -> Option<Rgba> {
    let parts: Vec<&str> = inside.split(',').map(str::trim).collect();
    let (channels, alpha) = match parts.as_slice() {
        [red, green, blue] => ([red, green, blue], 1.0),
        [red, green, blue, alpha] => ([red, green, blue], alpha.parse().ok()?),
        _ => return None,
    };
    let [red, green, blue] = channels.map(|channel| channel.parse::<u8>().ok());
    Some(Rgba { channels: [red?, green?, blue?], alpha })
}

impl Rgba {
    /// Returns the colour with its lightness inverted.
    fn inverted(self) -> Self {
        let [red, green, blue] = self.channels;
        let model::Colour { red, green, blue } = model::Colour { red, green, blue }.in_forced_dark();
        Self { channels: [red, green, blue], ..self }
    }

    fn to_css(self) -> String {
        let [red, green, blue] = self.channels;
        if self.alpha < 1.0 {
            return format!("rgba({red}, {green}, {blue}, {})", self.alpha);
        }
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_colours_of_a_value_are_inverted() {
        let cases = [
            ("#fff", "#191919"),
            ("#000000", "#f4f4f4"),
            ("1px solid White", "1px solid #191919"),
            ("rgba(0, 0, 0, 0.5)", "rgba(244, 244, 244, 0.5)"),
            ("url(#fff) #ffffff80", "url(#fff) rgba(25, 25, 25, 0.5019607843137255)"),
            ("blackboard, #nothex, rgb(1 2 3), rgb(300, 0, 0)", "blackboard, #nothex, rgb(1 2 3), rgb(300, 0, 0)"),
        ];
        for (written, expected) in cases {
            assert_eq!(inverted(written), expected, "{written}");
        }
    }

    #[test]
    fn a_colour_keeps_its_hue() {
        assert_eq!(inverted("#b7410e"), "#d75f33");
        assert_eq!(inverted("#003399"), "#74afff");
    }

    #[test]
    fn colours_with_spaces_are_told_from_those_with_commas() {
        let spaced = ["color: RGB(0 128 0)", "hsl(120 100% 25%)", "rgb(0,0,0), rgba(0 0 0 / 50%)"];
        let plain = ["color: rgb(0, 128, 0)", "rgb(var)", "#008000", "rgb("];
        assert_eq!(spaced.map(has_space_separated_colour), [true; 3]);
        assert_eq!(plain.map(has_space_separated_colour), [false; 4]);
    }

    proptest! {
        #[test]
        fn no_value_panics(value in "(#|rgb\\(|url\\(|white|[0-9a-f,.() ]|\\PC)*") {
            let _ = inverted(&value);
        }
    }
}
