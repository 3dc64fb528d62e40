//! Measures contrast by WCAG 2, and corrects a colour until its contrast is sufficient.

use crate::model::Colour;

/// The least contrast of small text with its background (WCAG 2.2, success criterion 1.4.3).
pub const LEGIBLE: f64 = 4.5;

/// The number of steps from a colour to black or white.
const STEPS: u16 = 128;

/// The least contrast of an accent with a dark background: thin light strokes on black are harder to read.
pub const LEGIBLE_DARK: f64 = 5.5;

/// Returns `colour`, or the nearest mixture with black or white that has the contrast `wanted` with each of
/// `backgrounds`. If there is none, returns black or white, whichever has the better contrast.
pub fn legible(colour: Colour, backgrounds: &[Colour], wanted: f64) -> Colour {
    let least = |colour| backgrounds.iter().map(|&background| ratio(colour, background)).fold(f64::INFINITY, f64::min);
    let ends = [BLACK, WHITE];
    let end = if least(ends[0]) >= least(ends[1]) { ends[0] } else { ends[1] };
    (0..STEPS).map(|step| mix(colour, end, step)).find(|&mixture| least(mixture) >= wanted).unwrap_or(end)
}

/// Returns `colour` as [`legible`] does, and legible also where a client inverts it together with `backgrounds[0]`, if that
/// is bright.
pub fn legible_inverted(colour: Colour, backgrounds: &[Colour; 2], wanted: f64) -> Colour {
    let (plain, ground) = (legible(colour, backgrounds, wanted), backgrounds[0]);
    if ratio(ground, BLACK) < ratio(ground, WHITE) {
        return plain;
    }
    let inverted = |colour: Colour| ratio(colour.in_forced_dark(), ground.in_forced_dark());
    (0..STEPS).map(|step| mix(plain, BLACK, step)).find(|&mixture| inverted(mixture) >= wanted).unwrap_or(plain)
}

/// The words of a letter in its built-in style.
pub const INK: Colour = Colour { red: 0x1c, green: 0x1f, blue: 0x24 };

/// The custom properties that a theme gives every style sheet: its colours.
pub const PROPERTIES: [&str; 5] = ["--accent", "--accent-dark", "--flag", "--flag-words", "--deep"];

/// The colours of a flag: a plate with the newsletter's name, and a darker one with the number beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagColours {
    /// The plate.
    pub plate: Colour,
    /// The words on it.
    pub words: Colour,
    /// The darker plate, whose words are white.
    pub deep: Colour,
}

/// Returns the colours of a flag in the colour `flag`, which stays as it is wherever white or `ink` is legible on it, in
/// clients that invert both too.
pub fn flag_colours(flag: Colour, ink: Colour) -> FlagColours {
    let is_bright = ratio(flag, WHITE) < LEGIBLE && ratio(flag, ink) >= LEGIBLE;
    let (words, end) = if is_bright { (ink, WHITE) } else { (WHITE, BLACK) };
    let least = |plate: Colour| ratio(plate, words).min(ratio(plate.in_forced_dark(), words.in_forced_dark()));
    let plate = (0..STEPS).map(|step| mix(flag, end, step)).find(|&plate| least(plate) >= LEGIBLE).unwrap_or(end);
    FlagColours { plate, words, deep: if is_bright { ink } else { mix(plate, NIGHT, DEPTH) } }
}

/// Whether the words on a flag in the colour `flag` are dark.
pub fn has_dark_words(flag: Colour) -> bool {
    flag_colours(flag, INK).words == INK
}

/// The colour that darkens a plate, and its amount in [`STEPS`].
const NIGHT: Colour = Colour { red: 0x14, green: 0x16, blue: 0x1b };
const DEPTH: u16 = 56;

/// Returns the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn ratio(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Returns `colour` as `#rrggbb`, which every mail client supports.
pub fn hex(colour: Colour) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue)
}

const BLACK: Colour = Colour { red: 0, green: 0, blue: 0 };
const WHITE: Colour = Colour { red: 255, green: 255, blue: 255 };

/// Returns the relative luminance (WCAG 2.2).
fn luminance(colour: Colour) -> f64 {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
}

/// Mixes `colour` with `step` of [`STEPS`] parts of `end`.
fn mix(colour: Colour, end: Colour, step: u16) -> Colour {
    let channel = |from: u8, to: u8| {
        let mixed = (u16::from(from) * (STEPS - step) + u16::from(to) * step + STEPS / 2) / STEPS;
        u8::try_from(mixed).expect("a mean of two bytes is a byte")
    };
    Colour {
        red: channel(colour.red, end.red),
        green: channel(colour.green, end.green),
        blue: channel(colour.blue, end.blue),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn colour(hex: u32) -> Colour {
        let [_, red, green, blue] = hex.to_be_bytes();
        Colour { red, green, blue }
    }

    #[test]
    fn contrast_is_what_wcag_says() {
        // The first and the last by definition; `#777777` on white is the textbook near miss.
        let cases = [(0x00_0000, 0xff_ffff, 21.0), (0x77_7777, 0xff_ffff, 4.478), (0xff_0000, 0xff_ffff, 3.998)];
        for (one, other, expected) in cases {
            assert!((ratio(colour(one), colour(other)) - expected).abs() < 0.001, "{one:06x} on {other:06x}");
        }
    }

    #[test]
    fn a_legible_accent_stays_as_it_is() {
        assert_eq!(legible(colour(0x9a_3412), &[WHITE], LEGIBLE), colour(0x9a_3412));
    }

    #[test]
    fn a_pale_accent_is_darkened_on_paper_and_a_deep_one_lightened_at_night() {
        assert_eq!(legible(colour(0xff_d400), &[WHITE], LEGIBLE), colour(0x8b_7400));
        assert_eq!(legible(colour(0x1a_237e), &[colour(0x16_181d)], LEGIBLE), colour(0x79_7eb3));
    }

    #[test]
    fn a_flag_keeps_its_colour_under_white_or_dark_words() {
        let ink = colour(0x1c_1f24);
        let cases = [
            (0xb7_410e, (0xb7_410e, 0xff_ffff, 0x70_2e14)),
            (0x1f_6f54, (0x1f_6f54, 0xff_ffff, 0x1a_483b)),
            // A bright colour stays, and the number is on ink.
            (0xff_d400, (0xff_d400, 0x1c_1f24, 0x1c_1f24)),
            // Inverted, the words on these would be too close to them.
            (0xed_0f4c, (0xc8_0d40, 0xff_ffff, 0x79_1130)),
            (0x44_cb63, (0x48_cc67, 0x1c_1f24, 0x1c_1f24)),
        ];
        for (flag, (plate, words, deep)) in cases {
            let expected = FlagColours { plate: colour(plate), words: colour(words), deep: colour(deep) };
            assert_eq!(flag_colours(colour(flag), ink), expected, "{flag:06x}");
        }
    }

    proptest! {
        #[test]
        fn every_accent_becomes_legible_on_paper_and_at_night(hex in 0_u32..0x0100_0000) {
            let paper = [colour(0xff_ffff), colour(0xf6_f3ee)];
            let night = [colour(0x15_171b), colour(0x20_232a)];
            for (pair, wanted) in [(paper, LEGIBLE), (night, LEGIBLE_DARK)] {
                let accent = legible(colour(hex), &pair, wanted);
                prop_assert!(pair.iter().all(|&ground| ratio(accent, ground) >= wanted));
            }
            let accent = legible_inverted(colour(hex), &paper, LEGIBLE);
            prop_assert!(paper.iter().all(|&ground| ratio(accent, ground) >= LEGIBLE));
            prop_assert!(ratio(accent.in_forced_dark(), paper[0].in_forced_dark()) >= LEGIBLE, "{accent:?}");
        }

        #[test]
        fn every_flag_bears_legible_words(hex in 0_u32..0x0100_0000) {
            let FlagColours { plate, words, deep } = flag_colours(colour(hex), colour(0x1c_1f24));
            prop_assert!(ratio(plate, words) >= LEGIBLE && ratio(deep, WHITE) >= LEGIBLE);
            let inverted = ratio(plate.in_forced_dark(), words.in_forced_dark());
            prop_assert!(inverted >= LEGIBLE, "{plate:?} {words:?} {inverted}");
        }
    }
}
