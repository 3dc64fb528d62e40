//! Rules about the content of the newsletter's own picture files, each found by its pixels or metadata.

use crate::check::issue_context::{IssueContext, OwnPicture};
use crate::check::rule::{Check, Finding, Rule};
use crate::diagnostic::{Severity, quote};
use crate::html::computed_style::ComputedStyle;
use crate::pictures::PictureFlaw;
use crate::templates::colour::{hex, ratio};

pub(super) const RULES: [Rule; 7] =
    [IMAGE_BROKEN, IMAGE_CMYK, IMAGE_FIRST_FRAME, IMAGE_SHAPE, IMAGE_TRANSPARENT, IMAGE_ORIENTATION, IMAGE_LOCATION];

/// Returns a finding at each picture about which `wrong` has words: the problem, and what to do.
fn findings(context: &IssueContext<'_>, wrong: impl Fn(&OwnPicture<'_>) -> Option<(String, String)>) -> Vec<Finding> {
    let found = context.own_pictures().iter().filter_map(|picture| {
        let (message, help) = wrong(picture)?;
        Some(Finding::new(message).at(picture.place.clone()).help(help))
    });
    found.collect()
}

/// Returns a finding at each picture with `flaw`. `message` gets the quoted name of its file.
fn flaw_findings(
    context: &IssueContext<'_>,
    flaw: PictureFlaw,
    message: impl Fn(String) -> String,
    help: &str,
) -> Vec<Finding> {
    findings(context, |picture| picture.examination.has(flaw).then(|| (message(quote(picture.file)), help.to_owned())))
}

const IMAGE_BROKEN: Rule = Rule {
    name: "image-broken",
    level: Severity::Error,
    what: "The file of every picture is complete.",
    why: "A download or copy that was interrupted shows half a picture, or none.",
    example: "a JPEG file without its end",
    source: "ITU-T T.81, B.1.1.3; PNG, 5.3",
    check: Check::Issue(image_broken),
};

fn image_broken(context: &IssueContext<'_>) -> Vec<Finding> {
    let message = |file| format!("the file of the picture {file} ends too early or is damaged");
    flaw_findings(context, PictureFlaw::Broken, message, "export or copy it again")
}

const IMAGE_CMYK: Rule = Rule {
    name: "image-cmyk",
    level: Severity::Warning,
    what: "JPEG pictures are RGB or grey, not CMYK.",
    why: "Outlook and some browsers show CMYK, the colours of printing, with wrong colours or not at all.",
    example: "a picture that a print shop has supplied",
    source: "what mail clients show",
    check: Check::Issue(image_cmyk),
};

fn image_cmyk(context: &IssueContext<'_>) -> Vec<Finding> {
    let message = |file| format!("the picture {file} has CMYK colours, which are for printing");
    flaw_findings(context, PictureFlaw::Cmyk, message, "save it as RGB (sRGB)")
}

const IMAGE_FIRST_FRAME: Rule = Rule {
    name: "image-first-frame",
    level: Severity::Warning,
    what: "An animation begins with a picture.",
    why: "Outlook on Windows shows the first frame only, and so do readers who have turned motion off.",
    example: "a GIF that fades in from white",
    source: "caniemail: image-gif",
    check: Check::Issue(image_first_frame),
};

fn image_first_frame(context: &IssueContext<'_>) -> Vec<Finding> {
    let message = |file| format!("the first frame of the animation {file} is empty");
    flaw_findings(
        context,
        PictureFlaw::EmptyFirstFrame,
        message,
        "begin with the frame that says most: Outlook on Windows shows no other",
    )
}

const IMAGE_SHAPE: Rule = Rule {
    name: "image-shape",
    level: Severity::Warning,
    what: "No picture is more than three times as tall as it is wide, or ten times as wide as it is tall.",
    why: "In the width of a letter or a phone, nothing in it can be made out.",
    example: "an infographic of 700 by 6,000 pixels",
    source: "practice",
    check: Check::Issue(image_shape),
};

/// The most that a picture is higher than wide.
const STEEPEST: u32 = 3;
/// The most that a picture is wider than high.
const FLATTEST: u32 = 10;

fn image_shape(context: &IssueContext<'_>) -> Vec<Finding> {
    findings(context, |picture| {
        let (width, height) = picture.image.size?;
        // A tracking pixel has a rule of its own.
        let is_extreme = height > width.saturating_mul(STEEPEST) || width > height.saturating_mul(FLATTEST);
        (is_extreme && width.max(height) > FLATTEST).then(|| {
            let message = format!(
                "the picture {} has {width} by {height} pixels: too little of it can be made out",
                quote(picture.file)
            );
            (message, "show a part of it, and link to the whole".to_owned())
        })
    })
}

const IMAGE_TRANSPARENT: Rule = Rule {
    name: "image-transparent",
    level: Severity::Warning,
    what: "What a picture shows on a transparent background contrasts with the letter's background, light and dark.",
    why: "A black drawing without a background of its own vanishes in dark mode, which half of all phones are set to.",
    example: "a black logo on a transparent background",
    source: "WCAG 2.2, 1.4.11; what mail clients show",
    check: Check::Issue(image_transparent),
};

/// The contrast below which a colour can hardly be told from its background.
const FAINT: f64 = 1.6;
/// The share of a picture that may be that faint.
const MOST_FAINT: f64 = 0.5;

fn image_transparent(context: &IssueContext<'_>) -> Vec<Finding> {
    let shown = |picture: &OwnPicture<'_>| {
        let mut pictures = context.document.elements_named(&["img"]);
        pictures.find(|(_, element)| element.attribute("src") == Some(&picture.image.url)).map(|(index, _)| index)
    };
    findings(context, |picture| {
        let art = picture.examination.art.as_ref()?;
        let index = shown(picture)?;
        let (light, dark): (ComputedStyle, ComputedStyle) =
            (context.light_styles()[index], context.dark_styles()[index]);
        let grounds = [
            (light.background, "the background of the letter"),
            (dark.background, "the background of the letter in dark mode"),
            (light.in_forced_dark().background, "the background that clients make by inverting the colours"),
        ];
        let is_lost = |ground| art.share(|colour| ratio(colour, ground) < FAINT) > MOST_FAINT;
        let (ground, name) = grounds.into_iter().find(|(ground, _)| is_lost(*ground))?;
        let message = format!(
            "most of the picture {} vanishes on {name}, {}: its own background is transparent",
            quote(picture.file),
            hex(ground)
        );
        Some((message, "save it with an opaque background, or with an outline in the opposite colour".to_owned()))
    })
}

const IMAGE_ORIENTATION: Rule = Rule {
    name: "image-orientation",
    level: Severity::Warning,
    what: "Pictures that `build` does not copy are stored upright.",
    why: "Outlook on Windows ignores the orientation that the camera recorded and shows a photo lying on its side. `build` turns the pixels \
          of what it copies; `base_url` under `[images]` leads to files that it did not make.",
    example: "a photo taken with a phone held upright, with `base_url` set",
    source: "Exif 2.32, 4.6.4; what mail clients show",
    check: Check::Issue(image_orientation),
};

fn image_orientation(context: &IssueContext<'_>) -> Vec<Finding> {
    let publication = context.publication();
    if publication.images == publication.page("img/") {
        return Vec::new();
    }
    let message = |file| format!("the picture {file} is stored lying on its side or mirrored");
    flaw_findings(context, PictureFlaw::Turned, message, "turn its pixels, and place that file at the address")
}

const IMAGE_LOCATION: Rule = Rule {
    name: "image-location",
    level: Severity::Warning,
    what: "No picture tells in its metadata where it was taken.",
    why: "Whoever downloads the photo learns where its author lives.",
    example: "a photo taken with a phone, with GPS coordinates",
    source: "Exif 2.32, 4.6.6",
    check: Check::Issue(image_location),
};

fn image_location(context: &IssueContext<'_>) -> Vec<Finding> {
    let message = |file| format!("the picture {file} says where it was taken");
    flaw_findings(
        context,
        PictureFlaw::Location,
        message,
        "remove its metadata: `exiftool -gps:all= FILE`, or export it without",
    )
}
