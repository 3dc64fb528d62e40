//! Decides by the width and height of an `img` element whether the picture is shown in its own shape.

use crate::html::css::parse_pixels;
use crate::html::document::Element;

/// How far, as a share, a shape may be off before readers see it: sizes are whole pixels.
const UNSEEN: f64 = 0.03;

/// The extent of a picture in one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Length {
    /// It follows from the other direction, or the file.
    Auto,
    /// In pixels.
    Pixels(f64),
    /// It depends on the screen or on what is around.
    Relative,
}

/// The size that attributes and style give a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PictureShape {
    width: Length,
    height: Length,
    least_height: Option<f64>,
    /// Whether `max-width` lets the width follow the screen.
    has_limit: bool,
    /// Whether the picture is cropped or fitted into its box and not stretched.
    is_fitted: bool,
}

impl PictureShape {
    /// Reads an `img` element, whose rules are inlined.
    pub(super) fn of(picture: &Element<'_>) -> Self {
        let declared = |property: &str| picture.declaration(property).map(|declaration| declaration.value);
        let extent = |name: &str| length(declared(name).or_else(|| picture.attribute(name)));
        Self {
            width: extent("width"),
            height: extent("height"),
            least_height: declared("min-height").and_then(parse_pixels),
            has_limit: length(declared("max-width")) == Length::Relative,
            is_fitted: declared("object-fit").is_some_and(|value| !value.eq_ignore_ascii_case("fill")),
        }
    }

    /// Whether a picture of this size, in pixels, is stretched or squeezed. Of an unknown size, whether it is on some
    /// screens.
    pub(super) fn is_stretched(self, size: Option<(u32, u32)>) -> bool {
        if self.is_fitted {
            return false;
        }
        let ratio = size.map(|(width, height)| f64::from(height) / f64::from(width.max(1)));
        let differs = |width: f64, height: f64| {
            ratio.is_some_and(|ratio| (height - ratio * width).abs() > (UNSEEN * height).max(1.0))
        };
        match (self.width, self.height) {
            (Length::Pixels(width), Length::Pixels(height)) => self.has_limit || differs(width, height),
            (Length::Relative, Length::Pixels(_)) | (Length::Pixels(_), Length::Relative) => true,
            (Length::Auto, Length::Pixels(_)) => self.has_limit,
            // On some screen the picture is smaller than that.
            (Length::Relative, Length::Auto) => self.least_height.is_some_and(|least| least > 0.0),
            (Length::Pixels(width), Length::Auto) => {
                self.least_height.zip(ratio).is_some_and(|(least, ratio)| least > ratio * width + 1.0)
            }
            _ => false,
        }
    }
}

fn length(value: Option<&str>) -> Length {
    let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else { return Length::Auto };
    if let Some(pixels) = parse_pixels(value).or_else(|| value.parse().ok()) {
        return Length::Pixels(pixels);
    }
    let is_auto = ["auto", "none", "initial", "unset", "revert"].iter().any(|word| value.eq_ignore_ascii_case(word));
    if is_auto { Length::Auto } else { Length::Relative }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::document::Document;

    #[test]
    fn a_picture_is_stretched_where_width_and_height_do_not_follow_one_another() {
        let cases = [
            ("width=\"552\"", false),
            ("width=\"552\" style=\"width:100%\"", false),
            ("width=\"552\" height=\"276\"", false),
            ("width=\"552\" height=\"200\"", true),
            ("width=\"552\" height=\"276\" style=\"width:100%\"", true),
            ("width=\"552\" height=\"276\" style=\"width:100%;height:auto\"", false),
            ("width=\"552\" height=\"276\" style=\"max-width:100%\"", true),
            ("width=\"552\" style=\"height:200px\"", true),
            ("width=\"552\" style=\"height:200px;object-fit:cover\"", false),
            ("width=\"100\" style=\"min-height:80px\"", true),
            ("width=\"552\" style=\"min-height:80px\"", false),
            ("width=\"552\" style=\"width:100%;min-height:300px\"", true),
            ("height=\"40\"", false),
        ];
        for (attributes, expected) in cases {
            let html = format!("<img src=\"a.png\" {attributes}>");
            let document = Document::parse(&html);
            assert_eq!(
                PictureShape::of(&document.elements[0]).is_stretched(Some((800, 400))),
                expected,
                "{attributes}"
            );
        }
    }
}
