//! Reads `[theme]`: the colours, the faces and the logo.

use url::Url;

use crate::config::quantity;
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;
use crate::issue::{picture_name, picture_url, web_address};
use crate::model::{Colour, Logo, Ornament, Pairing, Theme};
use crate::toml::Table;

/// The accent of a newsletter that names none: a calm blue, readable on white.
const ACCENT: Colour = Colour { red: 0x0b, green: 0x5c, blue: 0x8f };

/// A logo before it is known where the pictures are on the web.
pub(super) struct ConfiguredLogo {
    place: LogoPlace,
    alt: Option<String>,
}

enum LogoPlace {
    Web(Url),
    /// A name in `issues/img`.
    File(String),
}

impl ConfiguredLogo {
    /// Returns the logo of a newsletter whose pictures are below the URL `images`.
    pub(super) fn below(self, images: &str) -> Logo {
        let alt = self.alt.unwrap_or_default();
        match self.place {
            LogoPlace::Web(url) => Logo { url: url.into(), file: None, alt },
            LogoPlace::File(name) => Logo { url: picture_url(images, &name), file: Some(name), alt },
        }
    }
}

/// Reads the theme and the logo, reporting what is wrong.
pub(super) fn read(table: Option<&Table<'_>>) -> (Theme, Option<ConfiguredLogo>) {
    let Some(table) = table else { return (Theme::of_accent(ACCENT), None) };
    let accent = table.parsed("accent", quantity::colour).unwrap_or(ACCENT);
    let flag = table.parsed("flag", quantity::colour).unwrap_or(accent);
    let pairing = table.parsed("pairing", pairing).unwrap_or(Pairing::Serif);
    let ornament = table.parsed("ornament", ornament).unwrap_or(Ornament::Auto);
    let logo = table.parsed("logo", logo);
    let alt = table.line_or_empty("logo_alt");
    if let Some(alt) = alt.as_ref().filter(|_| !table.has("logo")) {
        let problem = Problem::new("`logo_alt` without `logo`");
        table.warn(alt.span.clone(), problem.help("add `logo = \"img/logo.png\"`, or delete it"));
    }
    table.reject_unknown(|_| None);
    let logo = logo.map(|place| ConfiguredLogo { place, alt: alt.map(|alt| alt.value) });
    (Theme { accent, flag, pairing, ornament }, logo)
}

fn pairing(text: &str) -> Result<Pairing, Problem> {
    let known = Pairing::ALL.iter().find(|(name, _)| *name == text).map(|(_, pairing)| *pairing);
    known.ok_or_else(|| Problem::new(format!("{} is not a pairing", quote(text))).help("write `serif` or `sans`"))
}

fn ornament(text: &str) -> Result<Ornament, Problem> {
    let known = Ornament::ALL.iter().find(|(name, _)| *name == text).map(|(_, ornament)| *ornament);
    known.ok_or_else(|| {
        Problem::new(format!("{} does not say where the ornament stands", quote(text)))
            .help("write `auto`, `always` or `none`")
    })
}

/// An https address, or a picture in `issues/img/`, as an issue names it.
fn logo(text: &str) -> Result<LogoPlace, Problem> {
    if text.contains("://") {
        return web_address::https_url(text).map(LogoPlace::Web);
    }
    picture_name(text).map(|name| LogoPlace::File(name.to_owned()))
}
