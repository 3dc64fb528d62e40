//! Colours as style sheets write them, and what a client that forces dark mode makes of them.

use std::borrow::Cow;

use crate::model;

/// The first colour in `value`, when it is opaque and of the kinds [`inverted`] knows.
pub(crate) fn opaque(value: &str) -> Option<model::Colour> {
    let mut words = value.char_indices().filter(|&(at, _)| at == 0 || !is_of_word(value.as_bytes()[at - 1].into()));
    let (_, colour) = words.find_map(|(at, _)| colour_at_start(&value[at..]))?;
    let [red, green, blue] = colour.channels;
    (colour.alpha >= 1.0).then_some(model::Colour { red, green, blue })
}

/// What a client that forces dark mode makes of `colour`.
pub(crate) fn in_forced_dark(colour: model::Colour) -> model::Colour {
    let turned = Colour { channels: [colour.red, colour.green, colour.blue], alpha: 1.0 }.inverted();
    let [red, green, blue] = turned.channels;
    model::Colour { red, green, blue }
}

/// `value` of a CSS declaration (or of an attribute such as `bgcolor`) with the lightness of each colour turned round.
///
/// Known are `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb()` and `rgba()` with commas, and the sixteen names every
/// client knows: what a letter may use, since mail clients drop the newer forms. The contents of `url()` are left alone.
pub(crate) fn inverted(value: &str) -> Cow<'_, str> {
    let mut written = String::new();
    let mut copied = 0;
    let mut at = 0;
    while at < value.len() {
        let rest = &value[at..];
        if starts_with_word(rest, "url(") {
            at += rest.find(')').map_or(rest.len(), |end| end + 1);
        } else if let Some((length, colour)) = colour_at_start(rest) {
            written.push_str(&value[copied..at]);
            written.push_str(&colour.inverted().to_css());
            at += length;
            copied = at;
        } else {
            // The rest of this word cannot be a colour: `blackboard`, `my-white`.
            at += word_length(rest).max(rest.chars().next().map_or(1, char::len_utf8));
        }
    }
    if copied == 0 {
        return Cow::Borrowed(value);
    }
    written.push_str(&value[copied..]);
    Cow::Owned(written)
}

/// A colour with its transparency as written.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Colour {
    channels: [u8; 3],
    /// 0 to 1.
    alpha: f64,
}

/// The colours with names since HTML 4.
const NAMES: [(&str, [u8; 3]); 16] = [
    ("black", [0, 0, 0]),
    ("silver", [192, 192, 192]),
    ("gray", [128, 128, 128]),
    ("white", [255, 255, 255]),
    ("maroon", [128, 0, 0]),
    ("red", [255, 0, 0]),
    ("purple", [128, 0, 128]),
    ("fuchsia", [255, 0, 255]),
    ("green", [0, 128, 0]),
    ("lime", [0, 255, 0]),
    ("olive", [128, 128, 0]),
    ("yellow", [255, 255, 0]),
    ("navy", [0, 0, 128]),
    ("blue", [0, 0, 255]),
    ("teal", [0, 128, 128]),
    ("aqua", [0, 255, 255]),
];

/// The lightness white turns into, and the distance from there to what black turns into, 0 to 1 as the eye sees it.
const DARKEST: f64 = 0.11;
const SPAN: f64 = 0.85;

impl Colour {
    /// The colour with its lightness turned round, hue and chroma kept: white paper becomes a dark grey, never black, as
    /// mail clients do it.
    fn inverted(self) -> Self {
        let [lightness, a, b] = oklab(self.channels);
        let turned = from_seen(DARKEST + (1.0 - seen(lightness)) * SPAN);
        Self { channels: srgb([turned, a, b]), alpha: self.alpha }
    }

    fn to_css(self) -> String {
        let [red, green, blue] = self.channels;
        if self.alpha < 1.0 {
            return format!("rgba({red}, {green}, {blue}, {})", self.alpha);
        }
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

fn colour_at_start(text: &str) -> Option<(usize, Colour)> {
    let word = &text[..word_length(text)];
    if let Some((name, channels)) = NAMES.into_iter().find(|(name, _)| word.eq_ignore_ascii_case(name)) {
        return Some((name.len(), Colour { channels, alpha: 1.0 }));
    }
    if let Some(digits) = text.strip_prefix('#') {
        let length = word_length(digits);
        return Some((1 + length, hexadecimal(digits.get(..length)?)?));
    }
    let opening = ["rgba(", "rgb("].into_iter().find(|opening| starts_with_word(text, opening))?;
    let end = text.find(')')?;
    Some((end + 1, numbers(&text[opening.len()..end])?))
}

fn hexadecimal(digits: &str) -> Option<Colour> {
    let nibbles: Vec<u8> = digits
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = match nibbles.len() {
        3 | 4 => nibbles.iter().map(|nibble| nibble * 17).collect(),
        6 | 8 => nibbles.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect(),
        _ => return None,
    };
    let alpha = bytes.get(3).map_or(1.0, |&alpha| f64::from(alpha) / 255.0);
    Some(Colour { channels: [bytes[0], bytes[1], bytes[2]], alpha })
}

fn numbers(inside: &str) -> Option<Colour> {
    let parts: Vec<&str> = inside.split(',').map(str::trim).collect();
    let (channels, alpha) = match parts.as_slice() {
        [red, green, blue] => ([red, green, blue], 1.0),
        [red, green, blue, alpha] => ([red, green, blue], alpha.parse().ok()?),
        _ => return None,
    };
    let [red, green, blue] = channels.map(|channel| channel.parse::<u8>().ok());
    Some(Colour { channels: [red?, green?, blue?], alpha })
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn word_length(text: &str) -> usize {
    text.find(|character| !is_of_word(character)).unwrap_or(text.len())
}

fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

/// Constants of the two functions below.
const K1: f64 = 0.206;
const K2: f64 = 0.03;
const K3: f64 = (1.0 + K1) / (1.0 + K2);

/// The lightness of `OKLab` as the eye sees it against a white page, close to CIE L* (Björn Ottosson,
/// <https://bottosson.github.io/posts/colorpicker/>).
fn seen(lightness: f64) -> f64 {
    let shifted = K3 * lightness - K1;
    0.5 * (shifted + (shifted * shifted + 4.0 * K2 * K3 * lightness).sqrt())
}

/// The inverse of [`seen`].
fn from_seen(seen: f64) -> f64 {
    (seen * seen + K1 * seen) / (K3 * (seen + K2))
}

/// sRGB to `OKLab` (Björn Ottosson, <https://bottosson.github.io/posts/oklab/>).
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

/// `OKLab` to sRGB, clipped to what a screen can show.
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
    fn light_becomes_dark_and_the_rest_of_the_value_stays() {
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

    proptest! {
        #[test]
        fn any_value_is_answered(value in "(#|rgb\\(|url\\(|white|[0-9a-f,.() ]|\\PC)*") {
            let _ = inverted(&value);
        }
    }
}
