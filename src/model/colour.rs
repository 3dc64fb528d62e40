//! An sRGB colour, and what mail clients that force dark mode make of it.

/// An sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Colour {
    /// Returns the colour as a client that forces dark mode shows it: its lightness inverted, hue and chroma kept. White
    /// becomes a dark grey and not black.
    #[must_use]
    pub fn in_forced_dark(self) -> Self {
        let [lightness, a, b] = oklab([self.red, self.green, self.blue]);
        let lightness = oklab_lightness(DARKEST + (1.0 - perceived_lightness(lightness)) * SPAN);
        let [red, green, blue] = srgb([lightness, a, b]);
        Self { red, green, blue }
    }
}

/// The perceived lightness, from 0 to 1, that white is turned into, and the distance from there to that of black.
const DARKEST: f64 = 0.11;
const SPAN: f64 = 0.85;

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
