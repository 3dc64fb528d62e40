//! `img-format`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "img-format",
    level: CheckLevel::Warn,
    what: "Pictures are PNG, JPEG or GIF.",
    why: "Outlook on Windows shows no WebP, AVIF or SVG, Gmail no SVG.",
    example: "image = \"img/map.webp\"",
    source: "caniemail: image-webp, image-avif, image-svg",
    check: Check::Issue(check),
};

/// Endings of formats that not every client shows.
const ODD: [&str; 11] = [".webp", ".avif", ".svg", ".svgz", ".tif", ".tiff", ".bmp", ".apng", ".heic", ".heif", ".jxl"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let odd = subject.document.named(&["img"]).filter_map(|(_, picture)| {
        let src = picture.attribute("src")?;
        let path = src.split(['?', '#']).next().unwrap_or(src).to_lowercase();
        let ending = ODD.iter().find(|ending| path.ends_with(*ending))?;
        let wrong = format!("not every client shows `{ending}` pictures: {}", quoted(src));
        Some(Finding::new(wrong).at(subject.place_of_picture(src)).help("save it as PNG or JPEG"))
    });
    odd.collect()
}
