//! Knows which large mail client supports which feature of HTML and CSS, from a reduced copy of caniemail's data made
//! by `scripts/refresh-caniemail`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cssparser::Token;
use serde::Deserialize;

use super::css::Declaration;
use super::css::tokens::value_tokens;

/// The data of caniemail.
#[derive(Debug, Deserialize)]
pub(crate) struct SupportTable {
    /// The date of caniemail's data.
    pub(crate) date: String,
    /// The clients, in the order of the letters of each feature.
    clients: Vec<String>,
    /// One letter per client for each feature: `y` yes, `a` in part, `n` no, `u` unknown.
    features: BTreeMap<String, String>,
}

/// Longhand properties that caniemail lists under their shorthand.
const SHORTHANDS: [&str; 6] = ["margin-", "padding-", "border-", "list-style-", "outline-", "background-"];

/// Units that are features of their own.
const UNITS: [&str; 8] = ["rem", "vw", "vh", "vmin", "vmax", "ch", "ex", "em"];

/// Functions that are features of their own, with the name of the feature.
const FUNCTIONS: [(&str, &str); 10] = [
    ("calc", "css-unit-calc"),
    ("clamp", "css-function-clamp"),
    ("min", "css-function-min"),
    ("max", "css-function-max"),
    ("light-dark", "css-function-light-dark"),
    ("var", "css-variables"),
    ("linear-gradient", "css-linear-gradient"),
    ("radial-gradient", "css-radial-gradient"),
    ("conic-gradient", "css-conic-gradient"),
    ("oklch", "css-modern-color"),
];

static TABLE: LazyLock<SupportTable> =
    LazyLock::new(|| serde_json::from_str(include_str!("caniemail.json")).expect("a committed file, read by a test"));

/// Returns the data of caniemail.
pub(crate) fn table() -> &'static SupportTable {
    &TABLE
}

impl SupportTable {
    /// Returns the clients that do not support the feature at all; none for an untested feature.
    pub(crate) fn clients_without(&self, feature: &str) -> Vec<&str> {
        let letters = self.features.get(feature).map_or("", String::as_str);
        let clients = self.clients.iter().zip(letters.chars());
        clients.filter(|(_, letter)| *letter == 'n').map(|(client, _)| client.as_str()).collect()
    }

    /// Whether `client`, by its name in the table, does not support the feature at all.
    pub(crate) fn lacks(&self, client: &str, feature: &str) -> bool {
        let letters = self.features.get(feature).map_or("", String::as_str);
        self.clients.iter().zip(letters.bytes()).any(|(name, letter)| letter == b'n' && name == client)
    }
}

/// Returns the features a declaration needs.
pub(crate) fn features_of_declaration(declaration: &Declaration<'_>) -> Vec<String> {
    let property = declaration.property.as_str();
    let value = declaration.value.to_ascii_lowercase();
    let mut features = vec![format!("css-{property}")];
    if let Some(shorthand) = SHORTHANDS.iter().find(|shorthand| property.starts_with(*shorthand)) {
        features.push(format!("css-{}", shorthand.trim_end_matches('-')));
    }
    match (property, value.as_str()) {
        ("display", "flex" | "inline-flex") => features.push("css-display-flex".to_owned()),
        ("display", "grid" | "inline-grid") => features.push("css-display-grid".to_owned()),
        ("top" | "right" | "bottom" | "left", _) => features.push("css-left-right-top-bottom".to_owned()),
        ("column-gap" | "row-gap", _) => features.push("css-gap".to_owned()),
        _ => {}
    }
    for (token, _) in value_tokens(&value) {
        match token {
            Token::Function(name) => {
                let name = name.trim_start_matches("-webkit-").trim_start_matches("repeating-");
                features
                    .extend(FUNCTIONS.iter().find(|(own, _)| *own == name).map(|(_, feature)| (*feature).to_owned()));
            }
            Token::Dimension { unit, .. } if UNITS.contains(&unit.as_ref()) => {
                features.push(format!("css-unit-{unit}"));
            }
            _ => {}
        }
    }
    features
}

/// Returns the features an at-rule needs.
pub(crate) fn features_of_at_rule(prelude: &str) -> Vec<String> {
    let prelude = prelude.to_ascii_lowercase();
    let name =
        prelude.trim_start_matches('@').split(|letter: char| !letter.is_ascii_alphabetic() && letter != '-').next();
    let name = name.unwrap_or_default();
    let mut features = vec![format!("css-at-{name}")];
    if name == "media" {
        let asked = ["hover", "orientation", "prefers-color-scheme", "prefers-reduced-motion", "device-pixel-ratio"];
        features
            .extend(asked.iter().filter(|feature| prelude.contains(*feature)).map(|one| format!("css-at-media-{one}")));
    }
    features
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::css;

    #[test]
    fn the_table_has_a_letter_for_every_client() {
        let table = table();
        assert!(table.features.len() > 250);
        assert!(table.features.values().all(|letters| letters.len() == table.clients.len()));
        assert_eq!(table.clients_without("css-border-radius"), ["Outlook on Windows"]);
        assert_eq!(table.clients_without("no-such-feature"), Vec::<&str>::new());
    }

    #[test]
    fn features_are_called_as_caniemail_calls_them() {
        let of = |style: &str| {
            css::parse_declarations(style).iter().flat_map(features_of_declaration).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of("margin-left: calc(1rem + 2px)"), "css-margin-left css-margin css-unit-calc css-unit-rem");
        assert_eq!(of("display:flex"), "css-display css-display-flex");
        assert_eq!(of("color:#1e2227"), "css-color");
        assert_eq!(
            features_of_at_rule("@media (prefers-color-scheme: dark)").join(" "),
            "css-at-media css-at-media-prefers-color-scheme"
        );
    }
}
