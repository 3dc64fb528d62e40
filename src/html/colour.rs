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

/// Returns `colour` as a client that forces dark mode shows it.
pub(crate) fn in_forced_dark(colour: model::Colour) -> model::Colour {
    let inverted = Rgba { channels: [colour.red, colour.green, colour.blue], alpha: 1.0 }.inverted();
    let [red, green, blue] = inverted.channels;
    model::Colour { red, green, blue }
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

/// The perceived lightness, from 0 to 1, that white is turned into, and the distance from there to that of black.
const DARKEST: f64 = 0.11;
const SPAN: f64 = 0.85;

impl Rgba {
    /// Returns the colour with its lightness inverted, hue and chroma kept. White becomes a dark grey and not black, as
    /// in mail clients.
    fn inverted(self) -> Self {
        let [lightness, a, b] = oklab(self.channels);
        let lightness = oklab_lightness(DARKEST + (1.0 - perceived_lightness(lightness)) * SPAN);
        Self { channels: srgb([lightness, a, b]), alpha: self.alpha }
    }

    fn to_css(self) -> String {
        let [red, green, blue] = self.channels;
        if self.alpha < 1.0 {
            return format!("rgba({red}, {green}, {blue}, {})", self.alpha);
        }
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

/// Constants of `perceived_lightness` and its inverse.
const K1: f64 = 0.206;
const K2: f64 = 0.03;
const K3: f64 = (1.0 + K1) / (1.0 + K2);

/// Converts the lightness of `OKLab` to the one perceived against a white page, close to CIE L* (Björn Ottosson,
/// <https://bottosson.github.io/posts/colorpicker/>).
fn perceived_lightness(lightness: f64) -> f64 {
    let shifted = K3 * lightness - K1;
    0.5 * (shifted + (shifted * shifted + 4.0 * K2 * K3 * lightness).sqrt())
}

/// Inverts [`perceived_lightness`].
fn oklab_lightness(perceived: f64) -> f64 {
    (perceived * perceived + K1 * perceived) / (K3 * (perceived + K2))
}

/// Converts sRGB to `OKLab` (Björn Ottosson, <https://bottosson.github.io/posts/oklab/>).
fn oklab(channels: [u8; 3]) -> [f64; 3] {
    let [red, green, blue] = channels.map(|channel| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
    });
    let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
    let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
    let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
    [
        0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
        1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
        0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
    ]
}

/// Converts `OKLab` to sRGB, clipped to what a screen can show.
fn srgb([lightness, a, b]: [f64; 3]) -> [u8; 3] {
    let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    let linear = [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
    ];
    linear.map(|channel| {
        let channel = if channel <= 0.003_130_8 { channel * 12.92 } else { 1.055 * channel.powf(1.0 / 2.4) - 0.055 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte's range")]
        let byte = (channel.clamp(0.0, 1.0) * 255.0).round() as u8;
        byte
    })
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
