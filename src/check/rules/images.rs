//! Rules about pictures.

use std::collections::BTreeMap;

use crate::check::issue_context::IssueContext;
use crate::check::rule::{Check, Finding, Rule};
use crate::check::text_length::visible_text;
use crate::diagnostic::{Severity, quote};
use crate::html::document::Element;
use crate::model::Prose;
use crate::pictures::PictureFlaw;

pub(super) const RULES: [Rule; 8] =
    [IMAGE_SOURCE, IMAGE_FORMAT, IMAGE_HEIGHT, IMAGE_WEIGHT, IMAGE_ONLY, IMAGE_HEAVY, IMAGE_TRACKING, IMAGE_ALT_WORDS];

const IMAGE_SOURCE: Rule = Rule {
    name: "image-source",
    level: Severity::Error,
    what: "Every picture is at an https address.",
    why: "Clients block or warn about pictures without TLS.",
    example: "site = \"http://example.org/\" with a picture in an issue",
    source: "Gmail's image proxy; mixed content",
    check: Check::Issue(image_source),
};

fn image_source(context: &IssueContext<'_>) -> Vec<Finding> {
    let wrong = context.document.elements_named(&["img"]).filter_map(|(_, picture)| {
        let src = picture.attribute("src").unwrap_or_default();
        let finding = Finding::new(format!("a picture without TLS: {}", quote(src)));
        let help = "set `base_url` under `[images]`, or `site`, to an https address";
        (!src.starts_with("https://")).then(|| finding.at(context.place_of_picture(src)).help(help))
    });
    wrong.collect()
}

const IMAGE_FORMAT: Rule = Rule {
    name: "image-format",
    level: Severity::Warning,
    what: "Pictures are PNG, JPEG or GIF. One finding for each other format.",
    why: "Outlook on Windows does not show WebP, AVIF or SVG, and Gmail does not show SVG.",
    example: "image = \"https://example.org/map.webp\"",
    source: "caniemail: image-webp, image-avif, image-svg",
    check: Check::Issue(image_format),
};

/// File name endings of formats that some clients do not show.
const UNSUPPORTED: [&str; 11] =
    [".webp", ".avif", ".svg", ".svgz", ".tif", ".tiff", ".bmp", ".apng", ".heic", ".heif", ".jxl"];

fn image_format(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, picture) in context.document.elements_named(&["img"]) {
        let Some(src) = picture.attribute("src") else { continue };
        if let Some(ending) = unsupported_ending(src) {
            found.entry(ending).or_default().push(src);
        }
    }
    let findings = found.into_iter().filter_map(|(ending, pictures)| {
        let first = pictures.first()?;
        let (all, help) = match pictures.len() {
            1 => (String::new(), "save it as PNG or JPEG"),
            many => (format!(", and here are {many}"), "save them as PNG or JPEG"),
        };
        let wrong = format!("some clients do not show `{ending}` pictures{all}: {}", quote(first));
        Some(Finding::new(wrong).at(context.place_of_picture(first)).help(help))
    });
    findings.collect()
}

/// Returns the file name ending of the picture at `src` if some clients do not show its format.
fn unsupported_ending(src: &str) -> Option<&'static str> {
    let path = src.split(['?', '#']).next().unwrap_or(src).to_lowercase();
    UNSUPPORTED.into_iter().find(|ending| path.ends_with(ending))
}

/// Whether some clients do not show the format of the picture at `src`.
pub(super) fn is_unsupported(src: &str) -> bool {
    unsupported_ending(src).is_some()
}

const IMAGE_HEIGHT: Rule = Rule {
    name: "image-height",
    level: Severity::Warning,
    what: "No picture is shown higher than 1,728 pixels.",
    why: "Outlook on Windows crops higher ones.",
    example: "a screenshot of 160 by 2,400 pixels",
    source: "Email on Acid",
    check: Check::Issue(image_height),
};

/// The height that Outlook on Windows shows, in pixels.
const HIGHEST: u32 = 1728;

fn image_height(context: &IssueContext<'_>) -> Vec<Finding> {
    let found = context.document.elements_named(&["img"]).filter_map(|(_, picture)| {
        let src = picture.attribute("src").unwrap_or_default();
        let height = shown_height(context, picture).filter(|height| *height > HIGHEST)?;
        let wrong = format!("the picture {} is shown {height} pixels high; the limit is {HIGHEST}", quote(src));
        Some(Finding::new(wrong).at(context.place_of_picture(src)).help("crop it, or cut it into several"))
    });
    found.collect()
}

/// Returns the height, in pixels, of an `img` element that is as wide as its attribute says; `None` if the size of the
/// file is unknown.
fn shown_height(context: &IssueContext<'_>, picture: &Element<'_>) -> Option<u32> {
    let src = picture.attribute("src")?;
    let width = picture.attribute("width")?.parse::<u64>().ok()?;
    let mut images = context.issue().images();
    let (own_width, own_height) = images.find(|image| image.url == src)?.size?;
    u32::try_from(u64::from(own_height) * width / u64::from(own_width.max(1))).ok()
}

const IMAGE_WEIGHT: Rule = Rule {
    name: "image-weight",
    level: Severity::Warning,
    what: "No picture in `issues/img` is larger than 200 KB or 50 million pixels, and those of one issue total at most \
           800 KB.",
    why: "Every reader downloads them, waits for them, and on a phone pays for them.",
    example: "a photo straight from the camera",
    source: "practice",
    check: Check::Issue(image_weight),
};

/// Of one picture, in bytes.
const LARGE: u64 = 200 * 1024;
/// Of all pictures of an issue, in bytes.
const LARGE_TOTAL: u64 = 800 * 1024;

fn image_weight(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut total = 0;
    for picture in context.own_pictures() {
        let size = picture.examination.bytes;
        total += size;
        let wrong = if picture.examination.has(PictureFlaw::TooManyPixels) {
            format!("the picture {} has more than 50 million pixels", quote(picture.file))
        } else if size > LARGE {
            format!("the picture {} is {} KB large", quote(picture.file), size / 1024)
        } else {
            continue;
        };
        let finding = Finding::new(wrong).at(picture.place.clone());
        found.push(finding.help("600 pixels wide and 200 KB are enough for a letter"));
    }
    if total > LARGE_TOTAL {
        let wrong = format!("the pictures of the issue total {} KB", total / 1024);
        found.push(Finding::new(wrong).at(context.place_in_issue(&context.places().title)));
    }
    found
}

const IMAGE_ONLY: Rule = Rule {
    name: "image-only",
    level: Severity::Warning,
    what: "A letter with pictures has at least 400 bytes of text, including its footer.",
    why: "With pictures blocked little is left of it, and SpamAssassin adds up to 2.8 points for it.",
    example: "a poster and nothing else",
    source: "SpamAssassin HTML_IMAGE_ONLY_04",
    check: Check::Issue(image_only),
};

/// In bytes.
const LEAST_TEXT: usize = 400;

fn image_only(context: &IssueContext<'_>) -> Vec<Finding> {
    let pictures = context.document.elements_named(&["img"]).count();
    let text = visible_text(context);
    if pictures == 0 || text >= LEAST_TEXT {
        return Vec::new();
    }
    let wrong = format!(
        "{} and {text} bytes of text: with pictures blocked little is left of the letter",
        pictures_of(pictures)
    );
    vec![Finding::new(wrong).help("say in words what the pictures show")]
}

const IMAGE_HEAVY: Rule = Rule {
    name: "image-heavy",
    level: Severity::Warning,
    what: "A letter with pictures has 300 bytes of text for each of them, and 600 in all. 2,800 are enough for any number.",
    why: "Many pictures and few words look like advertising; SpamAssassin adds points for the ratio.",
    example: "five pictures with a line each",
    source: "SpamAssassin HTML_IMAGE_ONLY_08 to _28",
    check: Check::Issue(image_heavy),
};

/// In bytes.
const USUAL_TEXT: usize = 600;
/// For each picture, in bytes.
const TEXT_PER_PICTURE: usize = 300;
/// From here on `SpamAssassin` does not count pictures, in bytes.
const ENOUGH_TEXT: usize = 2800;

fn image_heavy(context: &IssueContext<'_>) -> Vec<Finding> {
    let pictures = context.document.elements_named(&["img"]).count();
    let text = visible_text(context);
    if pictures == 0 || text >= (pictures * TEXT_PER_PICTURE).clamp(USUAL_TEXT, ENOUGH_TEXT) {
        return Vec::new();
    }
    let wrong = format!("{} and only {text} bytes of text", pictures_of(pictures));
    vec![Finding::new(wrong).help("remove a picture, or say more about the links")]
}

const IMAGE_TRACKING: Rule = Rule {
    name: "image-tracking",
    level: Severity::Warning,
    what: "No picture looks like a tracking pixel: none is one pixel large, and none is hidden.",
    why: "A tracking pixel tells who opened the letter and where, without asking. Apple Mail fetches every picture, so it \
          does not even count.",
    example: "a picture of 1 by 1 pixel in `issues/img`",
    source: "Apple Mail Privacy Protection",
    check: Check::Issue(image_tracking),
};

fn image_tracking(context: &IssueContext<'_>) -> Vec<Finding> {
    let found = context.document.elements_named(&["img"]).filter_map(|(index, picture)| {
        let src = picture.attribute("src").unwrap_or_default();
        let is_dot = |name| picture.attribute(name).is_some_and(|size| size == "1" || size == "0");
        let wrong = if is_dot("width") && (is_dot("height") || shown_height(context, picture) == Some(1)) {
            "a picture of one pixel"
        } else if context.light_styles()[index].hidden {
            "a hidden picture"
        } else {
            return None;
        };
        Some(Finding::new(format!("{wrong}: {}", quote(src))).at(context.place_of_picture(src)))
    });
    found.collect()
}

const IMAGE_ALT_WORDS: Rule = Rule {
    name: "image-alt-words",
    level: Severity::Warning,
    what: "The alternative text of a picture says what it shows, in at most 125 characters, and not that it is a picture.",
    why: "A file name tells nothing, screen readers say \"image\" themselves, and some stop after 125 characters.",
    example: "alt = \"Image of IMG_2041.png\"",
    source: "Email Markup Consortium; WebAIM, alternative text",
    check: Check::Issue(image_alt_words),
};

/// The most that screen readers read, in characters.
const LONGEST_ALT: usize = 125;

/// Openings that only say that a picture is a picture.
const OPENINGS: [&str; 6] = ["image of", "picture of", "photo of", "graphic of", "screenshot showing", "icon of"];

/// Endings of the file names of pictures.
const ENDINGS: [&str; 6] = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"];

fn image_alt_words(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let links = context.links().filter_map(|(link, places)| Some((link.image.as_ref()?, places.alt.as_ref())));
    let of_links = links.map(|(image, span)| (image, span.map(|span| context.place_in_issue(span))));
    let texts = context.issue().texts().flat_map(Prose::images);
    for (image, place) in of_links.chain(texts.map(|image| (image, context.place_of_picture(&image.url)))) {
        let lower = image.alt.trim().to_lowercase();
        let length = image.alt.chars().count();
        let wrong = if OPENINGS.iter().any(|opening| lower.starts_with(opening)) {
            "the alternative text says that the picture is a picture".to_owned()
        } else if ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
            "the alternative text is a file name".to_owned()
        } else if length > LONGEST_ALT {
            format!("the alternative text is {length} characters long; the limit is {LONGEST_ALT}")
        } else {
            continue;
        };
        found.push(Finding::new(wrong).at(place).help("say what it shows, as a caption would"));
    }
    found
}

/// Returns `1 picture`, `2 pictures`.
fn pictures_of(number: usize) -> String {
    format!("{number} {}", if number == 1 { "picture" } else { "pictures" })
}
