//! Removes colours from a letter as Thunderbird does in its dark theme.
//!
//! The rules are those of `chrome/messenger/content/messenger/DarkReader.mjs` in Thunderbird 153.8 ESR, and the colours of
//! `messageBody.css` there. A test compares the colours of every text with those the program shows
//! (`tests/it/mail_clients.rs`).

use std::borrow::Cow;

use crate::html::colour;
use crate::html::css::Declaration;
use crate::model::Colour;

/// The colours of a message that has none, as a style sheet before its own. The program writes `a:link`, which is as
/// specific.
pub(super) const THEME: &str = "html{background-color:#18181b;color:#eeeef0}a[href]{color:#58c9ff}";

/// Attributes whose colours it removes from every element.
const ATTRIBUTES: [&str; 2] = ["bgcolor", "color"];
/// Attributes it removes from `body`, besides.
const BODY_ATTRIBUTES: [&str; 3] = ["text", "link", "vlink"];

/// A brighter ground than this, from 0 to 255, goes, and text that is not brighter.
const BRIGHT: f64 = 200.0;
/// A ground with less contrast to the text colour of the same element goes.
const CONTRAST: f64 = 3.5;
/// A ground of less opacity than this does not count as one.
const TRANSPARENT: f64 = 0.2;

/// Whether it removes the attribute `name` of `element`, both in lower case.
pub(super) fn removes_attribute(element: &str, name: &str) -> bool {
    element != "button" && ATTRIBUTES.contains(&name) || element == "body" && BODY_ATTRIBUTES.contains(&name)
}

/// Returns the declarations of the attribute `style` of `element`, in lower case, that stay. It looks for the names of
/// properties in lower case only.
pub(super) fn style<'a>(style: &str, declarations: &[Declaration<'a>], element: &str) -> Vec<Cow<'a, str>> {
    let is_seen = style.contains("color") || style.contains("background");
    match element {
        _ if element == "button" || !is_seen => declarations.iter().map(|one| Cow::Borrowed(one.source)).collect(),
        // From `body`, both go whatever they are.
        "body" => {
            let is_kept = |one: &&Declaration<'a>| !["color", "background-color"].contains(&one.property.as_str());
            rule(&declarations.iter().filter(is_kept).cloned().collect::<Vec<_>>())
        }
        _ => rule(declarations),
    }
}

/// Returns the declarations of a rule that stay.
pub(super) fn rule<'a>(declarations: &[Declaration<'a>]) -> Vec<Cow<'a, str>> {
    without(declarations, Colours::of(declarations).removed())
}

/// The colours that the declarations of one element or rule set.
struct Colours {
    /// The luminance of the text; 0 for a keyword such as `inherit`.
    text: Option<f64>,
    /// The luminance of the ground, if it counts as one.
    ground: Option<f64>,
    picture: Option<Picture>,
}

/// A picture behind the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Picture {
    Address,
    Gradient,
}

/// What goes.
#[derive(Clone, Copy)]
struct Removed {
    text: bool,
    ground: bool,
    picture: bool,
}

impl Colours {
    fn of(declarations: &[Declaration<'_>]) -> Self {
        // An important declaration wins over a later one that is not.
        let last = |names: &[&str]| {
            let mut named = declarations.iter().rev().filter(|one| names.contains(&one.property.as_str()));
            named.clone().find(|one| one.important).or_else(|| named.next()).map(|one| one.value)
        };
        let has_shorthand = last(&["background"]).is_some();
        let picture = last(&["background", "background-image"]).and_then(|value| {
            let value = value.to_ascii_lowercase();
            let is_gradient = value.contains("gradient(").then_some(Picture::Gradient);
            is_gradient.or_else(|| value.contains("url(").then_some(Picture::Address))
        });
        let ground = last(&["background-color", "background"]).filter(|value| !value.contains("gradient("));
        // In a whole `background`, the program does not look for transparency. It has taken an address out before.
        let is_whole = has_shorthand && picture != Some(Picture::Address);
        let ground = ground.and_then(colour::parse).filter(|(_, opacity)| is_whole || *opacity >= TRANSPARENT);
        let is_transparent = |value: &str| value.eq_ignore_ascii_case("transparent");
        let has_no_colour = picture == Some(Picture::Gradient) || last(&["background"]).is_some_and(is_transparent);
        Self {
            text: last(&["color"]).map(|value| colour::parse(value).map_or(0.0, |(colour, _)| luminance(colour))),
            // A whole `background` without a colour counts as black.
            ground: ground.map(|(colour, _)| luminance(colour)).or((is_whole && has_no_colour).then_some(0.0)),
            picture,
        }
    }

    fn removed(&self) -> Removed {
        let is_dark = self.text.is_some_and(|text| text <= BRIGHT);
        let is_address = self.picture == Some(Picture::Address);
        let is_gradient = self.picture == Some(Picture::Gradient);
        match self.ground {
            None => Removed { text: is_dark, ground: false, picture: is_address },
            Some(ground) if ground > BRIGHT || self.text.is_some_and(|text| contrast(text, ground) < CONTRAST) => {
                Removed { text: is_dark, ground: true, picture: true }
            }
            Some(_) => Removed { text: false, ground: is_gradient, picture: is_address || is_gradient },
        }
    }
}

/// Returns `declarations` without what goes.
fn without<'a>(declarations: &[Declaration<'a>], removed: Removed) -> Vec<Cow<'a, str>> {
    let stays = |one: &Declaration<'a>| -> Option<Cow<'a, str>> {
        match one.property.as_str() {
            "color" if removed.text => None,
            "background" | "background-color" if removed.ground => None,
            "background-image" if removed.picture => None,
            // Of the shorthand, the colour is left.
            "background" if removed.picture => {
                let (Colour { red, green, blue }, _) = colour::parse(one.value)?;
                Some(format!("background-color:#{red:02x}{green:02x}{blue:02x}").into())
            }
            _ => Some(one.source.into()),
        }
    };
    declarations.iter().filter_map(stays).collect()
}

/// Whether a ground of this colour goes whatever stands on it.
pub(super) fn is_bright(ground: Colour) -> bool {
    luminance(ground) > BRIGHT
}

/// Returns the weighted sum of the channels as they are written, from 0 to 255. WCAG's luminance is that of the light
/// they give.
fn luminance(colour: Colour) -> f64 {
    0.2125 * f64::from(colour.red) + 0.7154 * f64::from(colour.green) + 0.0721 * f64::from(colour.blue)
}

/// Returns the contrast of two luminances.
fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}
