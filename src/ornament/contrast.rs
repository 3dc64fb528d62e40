//! Measures contrast by WCAG 2 in whole numbers, which come out alike on every machine.
//!
//! The templates measure in floating point (`templates/colour.rs`), where the last digit of a power is the platform's.

use crate::model::Colour;

/// The least contrast of a shape that has to be seen with its ground, in hundredths (WCAG 2.2, success criterion 1.4.11).
pub(super) const VISIBLE: u32 = 300;

/// Returns the contrast ratio of two colours in hundredths, from 100 to 2100, rounded down.
pub(super) fn contrast(one: Colour, other: Colour) -> u32 {
    let (one, other) = (luminance(one) + FLARE, luminance(other) + FLARE);
    one.max(other) * 100 / one.min(other)
}

/// The share of light that WCAG adds to each luminance, 0.05.
const FLARE: u32 = 3277;

/// Returns the relative luminance (WCAG 2.2), from 0 to 65535.
fn luminance(colour: Colour) -> u32 {
    let linear = |channel: u8| u32::from(LINEAR[usize::from(channel)]);
    (2126 * linear(colour.red) + 7152 * linear(colour.green) + 722 * linear(colour.blue)) / 10_000
}

/// The light of each value of a channel, from 0 to 65535.
#[rustfmt::skip]
const LINEAR: [u16; 256] = [
    0, 20, 40, 60, 80, 99, 119, 139, 159, 179, 199, 219, 241, 264, 288, 313,
    340, 367, 396, 427, 458, 491, 526, 562, 599, 637, 677, 718, 761, 805, 851, 898,
    947, 997, 1048, 1101, 1156, 1212, 1270, 1330, 1391, 1453, 1517, 1583, 1651, 1720, 1790, 1863,
    1937, 2013, 2090, 2170, 2250, 2333, 2418, 2504, 2592, 2681, 2773, 2866, 2961, 3058, 3157, 3258,
    3360, 3464, 3570, 3678, 3788, 3900, 4014, 4129, 4247, 4366, 4488, 4611, 4736, 4864, 4993, 5124,
    5257, 5392, 5530, 5669, 5810, 5953, 6099, 6246, 6395, 6547, 6700, 6856, 7014, 7174, 7335, 7500,
    7666, 7834, 8004, 8177, 8352, 8528, 8708, 8889, 9072, 9258, 9445, 9635, 9828, 10022, 10219, 10417,
    10619, 10822, 11028, 11235, 11446, 11658, 11873, 12090, 12309, 12530, 12754, 12980, 13209, 13440, 13673, 13909,
    14146, 14387, 14629, 14874, 15122, 15371, 15623, 15878, 16135, 16394, 16656, 16920, 17187, 17456, 17727, 18001,
    18277, 18556, 18837, 19121, 19407, 19696, 19987, 20281, 20577, 20876, 21177, 21481, 21787, 22096, 22407, 22721,
    23038, 23357, 23678, 24002, 24329, 24658, 24990, 25325, 25662, 26001, 26344, 26688, 27036, 27386, 27739, 28094,
    28452, 28813, 29176, 29542, 29911, 30282, 30656, 31033, 31412, 31794, 32179, 32567, 32957, 33350, 33745, 34143,
    34544, 34948, 35355, 35764, 36176, 36591, 37008, 37429, 37852, 38278, 38706, 39138, 39572, 40009, 40449, 40891,
    41337, 41785, 42236, 42690, 43147, 43606, 44069, 44534, 45002, 45473, 45947, 46423, 46903, 47385, 47871, 48359,
    48850, 49344, 49841, 50341, 50844, 51349, 51858, 52369, 52884, 53401, 53921, 54445, 54971, 55500, 56032, 56567,
    57105, 57646, 58190, 58737, 59287, 59840, 60396, 60955, 61517, 62082, 62650, 63221, 63795, 64372, 64952, 65535,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_light_of_a_channel_is_what_wcag_says() {
        for (channel, linear) in LINEAR.iter().enumerate() {
            let share = f64::from(u8::try_from(channel).unwrap()) / 255.0;
            let light = if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) };
            assert!((light * 65535.0 - f64::from(*linear)).abs() < 0.51, "{channel}");
        }
    }

    #[test]
    fn contrast_is_what_wcag_says() {
        let grey = |value| Colour { red: value, green: value, blue: value };
        assert_eq!(contrast(grey(0), grey(255)), 2099);
        assert_eq!(contrast(grey(255), grey(0x77)), 447);
        assert_eq!(contrast(Colour { red: 255, green: 0, blue: 0 }, grey(255)), 399);
    }
}
